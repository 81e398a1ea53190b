"""Tables of the schema as Parquet: instants as whole microseconds, counts as whole numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from crisislab.beside import Beside
from crisislab.read._frame import Typed
from crisislab.schema import POSTS, Table, Type

ROW_GROUP = 122_880
# Columns that repeat themselves; a dictionary of ids or texts would only cost time.
_FEW = ("platform", "kind", "lang", "source", "source_file", "zone_origin", "flags", "author_id",
        "author_handle", "author_name", "inbound", "vendor_sentiment")  # fmt: skip
_KINDS: dict[Type, Any] = {
    "text": pa.large_string(), "instant": pa.int64(), "count": pa.int64(),
    "number": pa.float64(), "flag": pa.bool_(),
}  # fmt: skip


def stored_name(column: str) -> str:
    """Return the name a column has in the store.

    >>> stored_name("created_at"), stored_name("n_likes")
    ('created_us', 'n_likes')
    """
    return column.removesuffix("_at") + "_us" if column.endswith("_at") else column


def schema_of(table: Table) -> Any:
    """Return the columns of a table as they are stored."""
    return pa.schema([(stored_name(c.name), _KINDS[c.type]) for c in table.columns])


def typed_table(typed: Typed) -> Any:
    """Return typed rows as they are stored."""
    n = len(typed)
    columns = [_stored(typed.columns.get(c.name), c.type, n) for c in typed.table.columns]
    return pa.table(columns, schema=schema_of(typed.table))


def _stored(values: Any, kind: Type, n: int) -> Any:
    if values is None:
        return pa.array(np.zeros(n, dtype=bool)) if kind == "flag" else pa.nulls(n, _KINDS[kind])
    if isinstance(values, np.ndarray):
        # Missing numbers are NaN here, and missing there.
        found = pa.array(values, from_pandas=True)
        return found.cast(_KINDS[kind]) if kind == "count" else found
    return pc.fill_null(values, False) if kind == "flag" else values.cast(_KINDS[kind])


def frame_table(frame: pd.DataFrame, table: Table) -> Any:
    """Return a frame of a schema table as it is stored."""
    columns = []
    for column in table.columns:
        values: Any = pa.array(frame[column.name])
        if column.type == "instant":
            values = values.cast(pa.timestamp("us", "UTC")).cast(pa.int64())
        columns.append(values.cast(_KINDS[column.type]))
    return pa.table(columns, schema=schema_of(table))


def table_frame(rows: Any, table: Table) -> pd.DataFrame:
    """Return stored rows as a frame of the schema table."""
    frame: pd.DataFrame = rows.to_pandas(integer_object_nulls=True)
    for column in (c.name for c in table.columns if c.type == "instant"):
        micros = frame.pop(stored_name(column)).astype("Int64")
        frame[column] = pd.to_datetime(micros, unit="us", utc=True)
    return table.conform(frame)


class Writer:
    """A Parquet file that rows are added to; it is there once there are any.

    It is written in a thread beside us, a row group at a time, while the next rows are made.
    """

    def __init__(self, path: Path, schema: Any, *, least: int = ROW_GROUP) -> None:
        """Keep where to write, and how many rows at least at a time; nothing is opened yet."""
        self.path, self.schema, self._least = path, schema, least
        self.n = 0
        self._waiting: list[Any] = []
        self._n_waiting = 0
        self._file: Any = None
        self._written: Beside[None] | None = None

    def add(self, rows: Any) -> None:
        """Add rows; they are written when there are enough."""
        self.n += len(rows)
        if not len(rows):
            return
        self._waiting.append(rows)
        self._n_waiting += len(rows)
        if self._n_waiting >= self._least:
            self._hand_over()

    def _hand_over(self) -> None:
        """Let the rows be written; at most one row group is on its way."""
        rows, self._waiting, self._n_waiting = self._waiting, [], 0
        self._wait()
        self._written = Beside(self._write, rows)

    def _wait(self) -> None:
        if self._written is not None:
            self._written.result()
            self._written = None

    def _write(self, waiting: list[Any]) -> None:
        if self._file is None:
            self._file = self._open()
        self._file.write_table(pa.concat_tables(waiting), 2 * ROW_GROUP)

    def _open(self) -> Any:
        few = [name for name in _FEW if name in self.schema.names]
        return parquet.ParquetWriter(
            self.path, self.schema, compression="zstd", compression_level=1, use_dictionary=few
        )

    def close(self) -> None:
        """Write what is left."""
        if self._waiting:
            self._hand_over()
        self._wait()
        if self._file is not None:
            self._file.close()
            self._file = None

    def drop(self) -> None:
        """Close and remove the file."""
        self._waiting = []
        self.close()
        self.path.unlink(missing_ok=True)


class RoughWriter(Writer):
    """Rows that will be read once, and soon: written as they come, and as they lie in memory."""

    def __init__(self, path: Path, schema: Any) -> None:
        """Keep where to write."""
        super().__init__(path, schema, least=1)

    def _open(self) -> Any:
        return pa.ipc.new_file(str(self.path), self.schema)


def write_frame(frame: pd.DataFrame, table: Table, path: Path) -> None:
    """Write a small table of the schema, with no rows as well."""
    parquet.write_table(frame_table(frame, table), path, compression="zstd", compression_level=1)


def read_frame(path: Path, table: Table) -> pd.DataFrame:
    """Return a stored table as a frame of the schema."""
    return table_frame(parquet.read_table(path, partitioning=None), table)


POSTS_STORED = schema_of(POSTS)
