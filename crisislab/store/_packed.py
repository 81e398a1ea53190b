"""The posts of a store as Parquet files of their own, for engines that read nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crisislab.files import held, lock_of, writing
from crisislab.memory import plain_memory
from crisislab.store._rows import LEAST, PACKED, POSTS_FOLDER, drop_staged, parts_of
from crisislab.store._tables import POSTS_STORED, Writer

# Files that parts are written to in turns: as many threads.
_FILES = 2


def packed(folder: Path) -> tuple[Path, ...]:
    """Return Parquet files of the posts of a store; written once, put in place as a whole."""
    made = folder / POSTS_FOLDER
    if not made.is_dir():
        with writes_posts(folder):
            # Another may have written them while this one waited.
            if not made.is_dir():
                _pack(folder, made)
                drop_staged(folder)
    return tuple(sorted(made.glob(PACKED)))


@contextmanager
def writes_posts(folder: Path) -> Iterator[None]:
    """Let one at a time write the posts of a store."""
    with held(lock_of(folder / "rows"), place=folder, way="store"), writing(folder, way="store"):
        yield


@plain_memory()
def _pack(folder: Path, made: Path) -> None:
    unfinished = made.with_suffix(".part")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    try:
        writers = [
            Writer(unfinished / f"posts-{i:06d}.parquet", POSTS_STORED, least=LEAST // 2)
            for i in range(_FILES)
        ]
        for i, part in enumerate(parts_of(folder)):
            writers[i % _FILES].add(part.table())
        for writer in writers:
            writer.close()
        unfinished.rename(made)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
