"""Each post once, over all files of a store, without ever holding them all.

DuckDB finds the keys that occur more than once by the hash of each. Only the rows behind them are
taken out, some at a time, and settled by the rules of ``read._dedupe``; all other rows stay as
they are written.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from crisislab.engine import literal
from crisislab.read._dedupe import Unique, drop_repeats
from crisislab.read._repeats import Repeats, repeats_of
from crisislab.schema import COPIES, POSTS, Table
from crisislab.store._stage import Pair
from crisislab.store._tables import (
    POSTS_STORED,
    Writer,
    frame_table,
    schema_of,
    table_frame,
    write_frame,
)

BATCH = 100_000
_EXTRA = ("_part", "_unit", "_file", "_at")
_HASH = "hash(platform, post_id)"
_WRITTEN = "(format parquet, compression zstd, compression_level 1, row_group_size 122880)"
_LOST = pa.schema([("_part", pa.int64()), ("_unit", pa.int64())])
_RANK = "collected_us nulls first, {total}, coalesce(text, ''), source_file, source_row, _at"
_TOTAL = " + ".join(f"coalesce({c.name}, 0)" for c in POSTS.columns if c.name.startswith("n_"))


@dataclass
class Once:
    """The posts of a store, each once.

    Attributes:
        folder: Where all files lie.
        connection: DuckDB, which may reach this folder alone.
        files: Finished files of posts.
        n_posts: How many posts they hold.
        lost: Part -> units of which no row is left.
        repeats: What was left out, batch by batch.
    """

    folder: Path
    connection: Any
    files: list[Path] = field(default_factory=list)
    n_posts: int = 0
    lost: Counter[int] = field(default_factory=Counter)
    repeats: list[Repeats] = field(default_factory=list)

    def settle(self, pairs: list[Pair]) -> None:
        """Write each post once; what is left out is told in ``repeats``."""
        self.n_posts = sum(pair.rows.n for pair in pairs)
        writers = {
            "copies": Writer(self.folder / "all-copies.parquet", _placed(COPIES)),
            "versions": Writer(self.folder / "all-versions.parquet", _placed(POSTS)),
            "merged": Writer(self.folder / "posts-merged.parquet", POSTS_STORED),
            "lost": Writer(self.folder / "lost.parquet", _LOST),
        }
        n = self._find(pairs)
        if n:
            self._take_out(pairs, n)
            for batch in range(_n_batches(n)):
                self._settle_batch(batch, writers)
        for writer in writers.values():
            writer.close()
        if writers["lost"].n:
            self._count_lost(pairs)
        self.files = [pair.rows.path for pair in pairs if pair.rows.path.is_file()]
        self.files += [writers["merged"].path] if writers["merged"].n else []
        for name, table in (("copies", COPIES), ("versions", POSTS)):
            self._sort(writers[name], table, name)

    def _run(self, query: str, **parameters: object) -> Any:
        """Run a query and return its rows."""
        return self.connection.execute(query, parameters or None).fetchall()

    def _find(self, pairs: list[Pair]) -> int:
        """Keep the hashes that occur more than once; return how many rows have them."""
        if not pairs:
            return 0
        files = [literal(pair.rows.path) for pair in pairs]
        self._run(
            f"create temp table twice as select {_HASH} as key, count(*) as n"
            " from read_parquet($files) group by key having count(*) > 1",
            files=files,
        )
        return int(self._run("select coalesce(sum(n), 0)::bigint from twice")[0][0])

    def _take_out(self, pairs: list[Pair], n: int) -> None:
        """Move the rows that may stand several times into files of their own."""
        for i, pair in enumerate(pairs):
            rows, keys = literal(pair.rows.path), literal(pair.keys.path)
            out = self.folder / f"twice-{i:06d}.parquet"
            self._run(
                f"copy (select r.* exclude (file_row_number), k._part, k._unit, {i} as _file,"
                f" r.file_row_number as _at, {_HASH} % {_n_batches(n)} as _batch"
                " from read_parquet($rows, file_row_number = true) r"
                " join read_parquet($keys, file_row_number = true) k using (file_row_number)"
                f" semi join twice on {_HASH} = twice.key) to '{_quoted(out)}' {_WRITTEN}",
                rows=rows, keys=keys,
            )  # fmt: skip
            told = self._run("select count(*) from read_parquet($out)", out=literal(out))[0][0]
            if told:
                self._leave_out(pair, out)

    def _leave_out(self, pair: Pair, out: Path) -> None:
        """Write a file anew without the rows that were taken out."""
        left = pair.rows.path.with_name(f"posts-left-{pair.rows.path.name}")
        self._run(
            "copy (select r.* exclude (file_row_number)"
            " from read_parquet($rows, file_row_number = true) r"
            " anti join read_parquet($out) o on r.file_row_number = o._at)"
            f" to '{_quoted(left)}' {_WRITTEN}",
            rows=literal(pair.rows.path), out=literal(out),
        )  # fmt: skip
        pair.rows.path.unlink()
        n = self._run("select count(*) from read_parquet($left)", left=literal(left))[0][0]
        if n:
            left.replace(pair.rows.path)
        else:
            left.unlink()

    def _settle_batch(self, batch: int, writers: dict[str, Writer]) -> None:
        found = self.connection.sql(
            "select * exclude (_batch) from read_parquet($files) where _batch = $batch"
            " order by _file, _at",
            params={"files": f"{literal(self.folder)}/twice-*.parquet", "batch": batch},
        ).to_arrow_table()
        rows = table_frame(found, POSTS)
        for name in _EXTRA:
            rows[name] = found.column(name).to_numpy()
        unique = drop_repeats(rows, POSTS)
        self.repeats.append(repeats_of(unique))
        self._write(unique, rows["_at"], writers)
        self.n_posts -= len(unique.dropped)

    def _write(self, unique: Unique, places: pd.Series, writers: dict[str, Writer]) -> None:
        versions = unique.texts_differ
        told = (("copies", COPIES, unique.copies, unique.copied),
                ("versions", POSTS, POSTS.conform(versions), versions.index))  # fmt: skip
        for name, table, frame, index in told:
            at = pa.array(places.loc[index].to_numpy())
            writers[name].add(frame_table(frame, table).append_column("_at", at))
        writers["merged"].add(frame_table(unique.kept, POSTS))
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


def _placed(table: Table) -> Any:
    """Return the columns of a table with the place of each row in its file."""
    return schema_of(table).append(pa.field("_at", pa.int64()))


def _n_batches(n: int) -> int:
    return -(-n // BATCH)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
