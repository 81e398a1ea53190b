"""Exports of any size into a store: read, checked, each post once, and put in place at the end."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

from crisislab.engine import connect, spill_faults
from crisislab.errors import CrisisLabError, Problem
from crisislab.files import held, is_full, lock_of, write_file, writing
from crisislab.memory import plain_memory
from crisislab.read._blocks import Streaming
from crisislab.read._inputs import Paths
from crisislab.read._ledger import ledger_table, rejects_table
from crisislab.read._load import Loading
from crisislab.read._part import Part
from crisislab.read._repeats import refuse_clashes
from crisislab.read.declare import NOTHING, Declared
from crisislab.schema import LEDGER, REJECTS
from crisislab.store._kept import (
    FOLDER,
    FORMAT,
    HEAD,
    Store,
    find_store,
    open_store,
    problems_text,
)
from crisislab.store._key import key_of, states_of
from crisislab.store._once import Once
from crisislab.store._stage import Stage
from crisislab.store._tables import write_frame

MEMORY_MIB = 1024
# DuckDB needs this much to find repeats at all.
LEAST_MIB = 128
# No key: a store whose files were changed while they were read is made anew when next asked for.
_CHANGED = "changed"
# What a byte of text takes at most while a file is held whole.
_TIMES = 6


def store_posts(
    paths: Paths,
    folder: str | PathLike[str],
    *,
    declared: Declared = None,
    strict: bool = True,
    memory_mib: int = MEMORY_MIB,
) -> Store:
    """Read posts into the store of a case, with every check of ``read_posts``.

    Files are read, typed and written block by block, and repeats are found by DuckDB, which spills
    to disk: memory does not grow with the posts. A store that was made of the same files,
    declarations and readers is opened as it is. An interrupted call leaves the former store usable.
    Of two calls at once the second waits and opens what the first has made.

    Args:
        paths: A file, folder or archive, or several. A path is never a pattern or an address.
        folder: The case folder; the store lies in its ``.crisislab``, which may be deleted.
        declared: What the files do not say themselves: by file name, or for all files.
        strict: Whether a refused file is an error; else it is only told in ``issues``.
        memory_mib: About how much memory it may take beside the program itself, MiB. A file that
            has to be held whole (a JSON document, a sheet, a table whose columns only the whole
            file settles) is refused when it does not fit.

    Returns:
        The store, whole.

    Raises:
        CrisisLabError: With all problems that refuse a file, in one pass; ``CL-OUT-...`` where
            the store cannot be written or another holds it: the former one is then usable.
    """
    root = Path(folder)
    asked = _Asked(paths, root, declared, strict)
    if (known := asked.known()) is not None:
        return known
    place = root / FOLDER
    with writing(place, way="store"):
        place.mkdir(parents=True, exist_ok=True)
    with held(lock_of(place / HEAD), place=place, way="store"), writing(place, way="store"):
        # Another may have made it while this one waited.
        if (known := asked.known()) is not None:
            return known
        with _beside(place) as beside:
            before = states_of(paths, root)
            loading = Loading("posts", declared, NOTHING)
            head = _fill(loading, paths, beside, strict, memory_mib, root)
            # Told last: by then the hashes of most files are known, from the reading itself.
            key = asked.key() if states_of(paths, root) == before else _CHANGED
            _put(beside, place / f"posts-{key[:16]}", head | {"format": FORMAT, "key": key})
        return open_store(root)


@dataclass(frozen=True)
class _Asked:
    """What a store is asked for."""

    paths: Paths
    root: Path
    declared: Declared
    strict: bool

    def key(self) -> str:
        return key_of(self.paths, self.root, self.declared, strict=self.strict)

    def known(self) -> Store | None:
        """Return the store of the case if it is the one asked for."""
        known = find_store(self.root)
        return known if known is not None and known.key == self.key() else None


@contextlib.contextmanager
def _beside(place: Path) -> Iterator[Path]:
    """Give a folder to fill; what calls that were killed left behind goes first."""
    for left in place.glob("posts-*.part-*"):
        shutil.rmtree(left, ignore_errors=True)
    beside = place / f"posts-new.part-{os.getpid()}"
    beside.mkdir()
    try:
        yield beside
    finally:
        shutil.rmtree(beside, ignore_errors=True)


@plain_memory()
def _fill(
    loading: Loading, paths: Paths, beside: Path, strict: bool, memory_mib: int, root: Path
) -> dict[str, Any]:
    """Write the files of a store; return what its head says of them."""
    with connect(memory=f"{max(memory_mib // 2, LEAST_MIB)}MB", folder=beside) as connection:
        stage, once = Stage(beside, connection), Once(beside, connection)
        streaming = Streaming(stage.start, stage.done, memory_mib * 2**20 // _TIMES)
        loading = Loading(loading.want, loading.declared, loading.shared, streaming)
        parts, problems = loading.read(paths, root=root)
        stage.close()
        with _full_disk_told():
            once.settle(stage.pairs)
            refused = refuse_clashes(parts, once.clashes)
            if refused and not strict:
                once.leave_out({i: parts[i].found.file for i in refused})
    left = enumerate(parts)
    loaded = [0 if i in refused else part.n_units - once.lost[i] for i, part in left]
    found = loading.close(parts, problems, loaded, once.repeats)
    _check(found, strict=strict)
    _write_told(parts, found, beside)
    for file in beside.glob("*.parquet"):
        if file.name.startswith(("keys-", "twice", "lost")):
            file.unlink()
    shutil.rmtree(beside / "spill", ignore_errors=True)
    return {"n_posts": once.n_posts, "rows": [file.name for file in once.files]}


def _check(found: list[Problem], *, strict: bool) -> None:
    refused = [p for p in found if p.severity == "refused"]
    if strict and refused:
        nothing = any(p.code == "CL-LOAD-NOTHING" for p in refused)
        raise CrisisLabError(*(found if nothing else refused))


def _write_told(parts: list[Part], found: list[Problem], folder: Path) -> None:
    rejects = rejects_table([(p.found.file, r) for p in parts for r in p.found.rejects])
    write_frame(ledger_table([part.tally for part in parts]), LEDGER, folder / "ledger.parquet")
    write_frame(rejects, REJECTS, folder / "rejects.parquet")
    (folder / "problems.json").write_text(problems_text(found), "utf-8")


@contextlib.contextmanager
def _full_disk_told() -> Iterator[None]:
    """Let DuckDB's own words for a full disk be the error that everything else gives."""
    try:
        yield
    except spill_faults() as error:
        if is_full(str(error)):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from error
        raise


def _put(beside: Path, made: Path, head: dict[str, Any]) -> None:
    """Put a finished store in place: from one moment to the next, or not at all."""
    shutil.rmtree(made, ignore_errors=True)
    beside.rename(made)
    told = json.dumps(head | {"folder": made.name}, indent=1)
    write_file(made.with_name(HEAD), told.encode())
    for old in made.parent.glob("posts-*"):
        if old != made and old.is_dir() and ".part-" not in old.name:
            shutil.rmtree(old, ignore_errors=True)
