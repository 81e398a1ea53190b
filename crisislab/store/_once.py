"""Each post once, over all files of a store, without ever holding them all.

DuckDB finds the keys that occur more than once by the hash of each. Only the rows behind them are
taken out, some at a time, and settled by the rules of ``read._dedupe``; all other rows stay where
they are, marked as posts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crisislab.engine import literal
from crisislab.read._dedupe import Unique, drop_repeats
from crisislab.read._repeats import Clashes, Repeats, clashes_of, repeats_of
from crisislab.schema import COPIES, POSTS, Table
from crisislab.store._rows import (
    KEYS,
    MERGED,
    STAGED,
    STAGED_NAME,
    kept_of,
    opened,
    write_marks,
)
from crisislab.store._stage import Pair
from crisislab.store._tables import (
    POSTS_STORED,
    RoughWriter,
    Writer,
    frame_table,
    schema_of,
    table_frame,
    write_frame,
)

BATCH = 100_000
_EXTRA = ("_part", "_unit", "_file", "_at")
_TAKEN = pa.schema([*POSTS_STORED, *((name, pa.int64()) for name in (*_EXTRA, "_batch"))])
_WRITTEN = "(format parquet, compression zstd, compression_level 1, row_group_size 122880)"
_LAST_BITS = np.uint64(2**20 - 1)
_LOST = pa.schema([("_part", pa.int64()), ("_unit", pa.int64())])
_RANK = "collected_us nulls first, {total}, coalesce(text, ''), source_file, source_row, _at"
_TOTAL = " + ".join(f"coalesce({c.name}, 0)" for c in POSTS.columns if c.name.startswith("n_"))


Keys = npt.NDArray[np.uint64]


@dataclass
class Once:
    """The posts of a store, each once.

    Attributes:
        folder: Where all files lie.
        connection: DuckDB, which may reach this folder alone.
        files: Files of rows, some of which are posts.
        n_posts: How many posts they hold.
        lost: Part -> units of which no row is left.
        repeats: What was left out, batch by batch.
        clashes: What was left out though only its id stands elsewhere, batch by batch.
    """

    folder: Path
    connection: Any
    files: list[Path] = field(default_factory=list)
    n_posts: int = 0
    lost: Counter[int] = field(default_factory=Counter)
    repeats: list[Repeats] = field(default_factory=list)
    clashes: list[Clashes] = field(default_factory=list)

    def settle(self, pairs: list[Pair]) -> None:
        """Mark each post once; what is left out is told in ``repeats``."""
        self.n_posts = sum(pair.rows.n for pair in pairs)
        writers = {
            "copies": Writer(self.folder / "all-copies.parquet", _placed(COPIES)),
            "versions": Writer(self.folder / "all-versions.parquet", _placed(POSTS)),
            "merged": RoughWriter(self.folder / f"{STAGED_NAME}{MERGED}.arrow", STAGED),
            "lost": Writer(self.folder / "lost.parquet", _LOST),
        }
        for taken in self._several(pairs):
            self._settle_batch(taken, writers)
        for writer in writers.values():
            writer.close()
        self.files = [pair.rows.path for pair in pairs]
        if writers["lost"].n:
            self._count_lost(pairs)
        if (merged := writers["merged"]).n:
            self._mark(merged.path, np.empty(0, dtype=np.uint64), None)
            self.files.append(merged.path)
        for name, table in (("copies", COPIES), ("versions", POSTS)):
            self._sort(writers[name], table, name)

    def _several(self, pairs: list[Pair]) -> Iterator[pa.Table]:
        """Mark the rows that stand once; give the others in batches, in the order of files."""
        twice, n = self._find(pairs)
        n_batches = -(-n // BATCH)
        rows = Writer(self.folder / "twice.parquet", _TAKEN)
        few: list[pa.Table] = []
        for file, pair in enumerate(pairs):
            put = few.append if n_batches == 1 else rows.add
            self._mark(pair.rows.path, twice, _Taken(put, file, n_batches))
        rows.close()
        if few:
            yield pa.concat_tables(few)
            return
        for batch in range(n_batches):
            yield self.connection.sql(
                "select * from read_parquet($file) where _batch = $batch order by _file, _at",
                params={"file": literal(rows.path), "batch": batch},
            ).to_arrow_table()

    def leave_out(self, refused: dict[int, str]) -> None:
        """Take the rows of refused files, number -> name, out of what was marked and told."""
        self.repeats = [
            {key: told for key, told in repeats.items() if key[1] not in refused}
            for repeats in self.repeats
        ]
        names = sorted(refused.values())
        versions = self.folder / "versions.parquet"
        left = versions.with_suffix(".left")
        self._run(
            f"copy (select * from read_parquet($rows) where source_file not in"
            f" (select unnest($refused))) to '{_quoted(left)}' {_WRITTEN}",
            rows=literal(versions), refused=names,
        )  # fmt: skip
        left.replace(versions)
        write_frame(COPIES.empty(), COPIES, self.folder / "copies.parquet")
        self.n_posts = sum(_unmark(file, pa.array(names, pa.large_string())) for file in self.files)

    def _run(self, query: str, **parameters: object) -> Any:
        """Run a query and return its rows."""
        return self.connection.execute(query, parameters or None).fetchall()

    def _find(self, pairs: list[Pair]) -> tuple[Keys, int]:
        """Return the hashes that occur more than once, sorted, and how many rows have them."""
        if not pairs:
            return np.empty(0, dtype=np.uint64), 0
        found = self.connection.execute(
            "select _key, count(*) as n from read_parquet($files)"
            " group by _key having count(*) > 1 order by _key",
            {"files": [literal(pair.keys.path) for pair in pairs]},
        ).fetchnumpy()
        return found["_key"].astype(np.uint64), int(found["n"].sum())

    def _mark(self, file: Path, twice: Keys, taken: _Taken | None) -> None:
        """Mark the rows of a file that stand once as posts; take out those that may not."""
        marks: list[pa.Array] = []
        first = 0
        with opened(file) as told:
            n_batches = told.num_record_batches
        for i in range(n_batches):
            with opened(file) as rows:
                batch = rows.get_batch(i)
            several = _is_in(batch.column("_key").to_numpy(), twice)
            if taken is not None and several.any():
                taken.add(batch, np.flatnonzero(several), first)
            marks.append(pa.array(~several))
            first += len(batch)
        write_marks(file, marks)

    def _settle_batch(self, taken: pa.Table, writers: dict[str, Writer]) -> None:
        rows = table_frame(taken, POSTS)
        for name in _EXTRA:
            rows[name] = taken.column(name).to_numpy()
        unique = drop_repeats(rows, POSTS)
        self.repeats.append(repeats_of(unique))
        self.clashes.append(clashes_of(unique))
        self._write(unique, rows["_at"], writers)
        self.n_posts -= len(unique.dropped)

    def _write(self, unique: Unique, places: pd.Series, writers: dict[str, Writer]) -> None:
        versions = unique.texts_differ
        told = (("copies", COPIES, unique.copies, unique.copied),
                ("versions", POSTS, POSTS.conform(versions), versions.index))  # fmt: skip
        for name, table, frame, index in told:
            at = pa.array(places.loc[index].to_numpy())
            writers[name].add(frame_table(frame, table).append_column("_at", at))
        writers["merged"].add(_staged(frame_table(unique.kept, POSTS)))
        if len(unique.dropped):
            lost = unique.dropped[["_part", "_unit"]]
            writers["lost"].add(pa.Table.from_pandas(lost, _LOST, preserve_index=False))

    def _count_lost(self, pairs: list[Pair]) -> None:
        """Count, part by part, the units whose rows were all left out."""
        told = self._run(
            "with gone as (select _part, _unit, count(*) as n from read_parquet($lost)"
            " group by all),"
            " there as (select _part, _unit, count(*) as n from read_parquet($keys)"
            " semi join gone using (_part, _unit) group by all)"
            " select _part, count(*) from gone join there using (_part, _unit, n) group by _part",
            lost=literal(self.folder / "lost.parquet"),
            keys=[literal(pair.keys.path) for pair in pairs],
        )  # fmt: skip
        self.lost = Counter({int(part): int(n) for part, n in told})

    def _sort(self, writer: Writer, table: Table, name: str) -> None:
        """Put what several batches gave into the one order of copies."""
        out = self.folder / f"{name}.parquet"
        if not writer.n:
            write_frame(table.empty(), table, out)
            return
        by = _RANK.format(total=_TOTAL)
        self._run(
            f"copy (select * exclude (_at) from read_parquet($rows) order by {by})"
            f" to '{_quoted(out)}' {_WRITTEN}",
            rows=literal(writer.path),
        )
        writer.path.unlink()


@dataclass
class _Taken:
    """Rows of a file that may stand several times: where they go, each in one of ``n`` batches."""

    put: Callable[[pa.Table], None]
    file: int
    n: int

    def add(self, rows: pa.RecordBatch, at: npt.NDArray[np.int64], first: int) -> None:
        """Add rows of a batch, whose first row has this place in its file."""
        several = rows.take(pa.array(at))
        batch = (several.column("_key").to_numpy() % np.uint64(self.n)).astype(np.int64)
        told = [several.column("_part"), several.column("_unit"),
                np.full(len(at), self.file), first + at, batch]  # fmt: skip
        posts = several.select(POSTS_STORED.names)
        self.put(pa.table([*posts.columns, *told], schema=_TAKEN))


def _staged(posts: pa.Table) -> pa.Table:
    """Return posts in the form of staged rows; they belong to no file any more."""
    none = [pa.array(np.zeros(len(posts), dtype=np.int64), field.type) for field in KEYS]
    return pa.table([*posts.columns, *none], schema=STAGED)


def _unmark(file: Path, names: pa.Array) -> int:
    """Take the mark from rows of some exports; return how many are still posts."""
    with opened(file) as rows, opened(kept_of(file)) as marks:
        left = [
            pc.and_not(marks.get_batch(i).column(0), pc.is_in(
                rows.get_batch(i).column("source_file"), names))
            for i in range(rows.num_record_batches)
        ]  # fmt: skip
    write_marks(file, left)
    return sum(kept.true_count for kept in left)


def _is_in(keys: Keys, known: Keys) -> npt.NDArray[np.bool_]:
    """Return which keys are among the known ones, which are sorted."""
    if not len(known):
        return np.zeros(len(keys), dtype=np.bool_)
    # Their last bits tell of nearly all keys that they are not; only the others are looked up.
    some = np.zeros(_LAST_BITS + 1, dtype=np.bool_)
    some[known & _LAST_BITS] = True
    found: npt.NDArray[np.bool_] = some[keys & _LAST_BITS]
    asked = keys[found]
    at = np.minimum(np.searchsorted(known, asked), len(known) - 1)
    found[found] = known[at] == asked
    return found


def _placed(table: Table) -> Any:
    """Return the columns of a table with the place of each row in its file."""
    return schema_of(table).append(pa.field("_at", pa.int64()))


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
