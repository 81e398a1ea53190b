"""Exports of any size into a store: read, checked, each post once, and put in place at the end."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import suppress
from os import PathLike
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from pyarrow import parquet

from crisislab.read import LoadedPosts, read_posts
from crisislab.read._inputs import Paths
from crisislab.read._load import Declared
from crisislab.schema import COPIES, LEDGER, POSTS, REJECTS, Table
from crisislab.store._kept import (
    FOLDER,
    HEAD,
    Store,
    find_store,
    open_store,
    problems_text,
    stored_name,
)
from crisislab.store._key import key_of

ROW_GROUP = 122_880


def store_posts(
    paths: Paths,
    folder: str | PathLike[str],
    *,
    declared: Declared = None,
    strict: bool = True,
) -> Store:
    """Read posts into the store of a case, with every check of ``read_posts``.

    A store that was made of the same files, declarations and readers is opened as it is.

    Args:
        paths: A file, folder or archive, or several. A path is never a pattern or an address.
        folder: The case folder; the store lies in its ``.crisislab``, which may be deleted.
        declared: What the files do not say themselves: by file name, or for all files.
        strict: Whether a refused file is an error; else it is only told in ``issues``.

    Returns:
        The store, whole.

    Raises:
        CrisisLabError: With all problems that refuse a file, in one pass.
    """
    root = Path(folder)
    key = key_of(paths, root, declared, strict=strict)
    known = find_store(root)
    if known is not None and known.key == key:
        return known
    loaded = read_posts(paths, declared=declared, strict=strict, root=root)
    made = root / FOLDER / f"posts-{key[:16]}"
    beside = made.with_name(f"{made.name}.part-{os.getpid()}")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    try:
        names = _write(loaded, beside)
        _put(beside, made, {"key": key, "n_posts": len(loaded.posts), "posts": names})
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return open_store(root)


def _write(loaded: LoadedPosts, folder: Path) -> list[str]:
    tables = ((POSTS, "posts", loaded.posts), (LEDGER, "ledger", loaded.ledger),
              (REJECTS, "rejects", loaded.rejects), (COPIES, "copies", loaded.copies),
              (POSTS, "versions", loaded.versions))  # fmt: skip
    for table, name, frame in tables:
        write_frame(frame, table, folder / f"{name}.parquet")
    (folder / "problems.json").write_text(problems_text(list(loaded.problems)), "utf-8")
    return ["posts.parquet"] if len(loaded.posts) else []


def write_frame(frame: pd.DataFrame, table: Table, path: Path) -> None:
    """Write a table of the schema as Parquet, instants as whole microseconds."""
    columns: dict[str, Any] = {}
    for column in table.columns:
        values: Any = pa.array(frame[column.name])
        if column.type == "instant":
            values = values.cast(pa.timestamp("us", "UTC")).cast(pa.int64())
        elif column.type == "text":
            values = values.cast(pa.large_string())
        columns[stored_name(column.name)] = values
    parquet.write_table(
        pa.table(columns), path, compression="zstd", compression_level=1, row_group_size=ROW_GROUP
    )


def _put(beside: Path, made: Path, head: dict[str, Any]) -> None:
    """Put a finished store in place: from one moment to the next, or not at all."""
    shutil.rmtree(made, ignore_errors=True)
    beside.rename(made)
    place = made.with_name(HEAD)
    new = place.with_suffix(f".part-{os.getpid()}")
    new.write_text(json.dumps(head | {"folder": made.name}, indent=1), "utf-8")
    new.replace(place)
    for old in made.parent.glob("posts-*"):
        if old != made and old.is_dir():
            with suppress(OSError):
                shutil.rmtree(old)
