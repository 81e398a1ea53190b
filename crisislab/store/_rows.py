"""The posts of a store, part by part: as they were staged, or as Parquet once they were written.

What was read lies there as it lay in memory, with a mark beside each row whether it is one of the
posts. Whoever first writes all posts as Parquet (with what their texts tell, mostly) writes them
for good: the staged rows go, and the columns of the exports are found in those files.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from crisislab.store._tables import POSTS_STORED

# Folders of Parquet files: of the posts alone, of the posts with what was told of their texts.
POSTS_FOLDER, SCORED_FOLDER = "posts", "scored-"
PACKED = "posts-*.parquet"
STAGED_NAME, KEPT_NAME, MERGED = "rows-", "kept-", "merged"
KEYS = pa.schema([("_part", pa.int64()), ("_unit", pa.int64()), ("_key", pa.uint64())])
STAGED = pa.schema([*POSTS_STORED, *KEYS])
# Columns that are told anew of each post are kept as the exports had them, under this name.
BEFORE = "before_"
# Rows of a part, at least.
LEAST = 100_000
_MOST = 0.9
_UNFINISHED = ".part"


@dataclass(frozen=True)
class Part:
    """Some posts of a store, for any thread or process to read.

    Attributes:
        file: A file of staged rows or of Parquet.
        first: Its first batch or row group.
        stop: The one after its last.
    """

    file: Path
    first: int
    stop: int

    def marked(
        self, names: Sequence[str] = POSTS_STORED.names
    ) -> tuple[pa.Table, pa.BooleanArray | None]:
        """Return rows of which nearly all are posts, and which; or posts alone, and ``None``.

        For whoever copies the rows anyway: taking out those that are none is a copy of all others.
        """
        if self.file.suffix != ".arrow":
            return self.table(names), None
        table, kept = self._staged(names)
        if kept.true_count == len(kept):
            return table, None
        return (table, kept) if kept.true_count > _MOST * len(kept) else (table.filter(kept), None)

    def table(self, names: Sequence[str] = POSTS_STORED.names) -> pa.Table:
        """Return columns of the posts as the exports have them."""
        if self.file.suffix != ".arrow":
            return self._packed(names)
        table, kept = self._staged(names)
        return table if kept.true_count == len(kept) else table.filter(kept)

    def _staged(self, names: Sequence[str]) -> tuple[pa.Table, pa.BooleanArray]:
        """Return staged rows, and which of them are posts."""
        numbers = range(self.first, self.stop)
        with opened(self.file) as rows, opened(kept_of(self.file)) as marks:
            found = [rows.get_batch(i).select(list(names)) for i in numbers]
            kept = pa.concat_arrays([marks.get_batch(i).column(0) for i in numbers])
        return pa.Table.from_batches(found), kept

    def _packed(self, names: Sequence[str]) -> pa.Table:
        with parquet.ParquetFile(self.file) as file:
            held = set(file.schema_arrow.names)
            asked = [BEFORE + name if BEFORE + name in held else name for name in names]
            rows = file.read_row_groups(range(self.first, self.stop), columns=asked)
        return rows.select(asked).rename_columns(list(names))


def parts_of(folder: Path) -> list[Part]:
    """Return the parts of a store that hold all its posts, each once."""
    packed = _packed_in(folder)
    if packed is None:
        return [part for file in staged_in(folder) for part in _staged_parts(file)]
    return [
        Part(file, i, i + 1) for file in sorted(packed.glob(PACKED))
        for i in range(parquet.read_metadata(file).num_row_groups)
    ]  # fmt: skip


def is_whole(folder: Path, staged: Sequence[str]) -> bool:
    """Return whether a store holds all its posts, in one form or the other."""
    return all((folder / name).is_file() for name in staged) or _packed_in(folder) is not None


def drop_staged(folder: Path) -> None:
    """Remove staged rows of a store whose posts were written as Parquet."""
    if _packed_in(folder) is not None:
        for file in staged_in(folder):
            for one in (file, kept_of(file)):
                # Where somebody reads them still, some systems let nobody remove them.
                with suppress(PermissionError):
                    one.unlink(missing_ok=True)


def staged_in(folder: Path) -> list[Path]:
    """Return the files of staged rows."""
    return sorted(folder.glob(f"{STAGED_NAME}*.arrow"))


def kept_of(file: Path) -> Path:
    """Return the file that says which rows of a file of staged rows are posts."""
    return file.with_name(KEPT_NAME + file.name.removeprefix(STAGED_NAME))


def write_marks(file: Path, marks: Sequence[pa.Array]) -> None:
    """Write which rows of each batch of a file of staged rows are posts."""
    schema = pa.schema([("kept", pa.bool_())])
    with pa.ipc.new_file(str(kept_of(file)), schema) as writer:
        for kept in marks:
            writer.write_batch(pa.record_batch([kept], schema=schema))


@contextmanager
def opened(file: Path) -> Iterator[Any]:
    """Open a file of batches: what is read is the file itself, mapped, and no copy of it.

    It stays mapped while a batch is in use, so a large file is opened anew for each part.
    """
    with pa.memory_map(str(file)) as source, pa.ipc.open_file(source) as batches:
        yield batches


def _packed_in(folder: Path) -> Path | None:
    """Return a folder of Parquet files with all posts; they are put in place as a whole."""
    posts = folder / POSTS_FOLDER
    if posts.is_dir():
        return posts
    scored = (one for one in sorted(folder.glob(f"{SCORED_FOLDER}*")) if one.is_dir())
    return next((one for one in scored if one.suffix != _UNFINISHED), None)


def _staged_parts(file: Path) -> Iterator[Part]:
    with opened(file) as rows:
        first, n = 0, 0
        for i in range(rows.num_record_batches):
            n += rows.get_batch(i).num_rows
            if n >= LEAST or i + 1 == rows.num_record_batches:
                yield Part(file, first, i + 1)
                first, n = i + 1, 0
