"""Mapped rows, column by column, as text in Arrow arrays: a million of them fit in memory."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crisislab.read._reader import Row

BATCH = 20_000
_LONE = re.compile("[\ud800-\udfff]")


@dataclass
class Rows:
    """Rows as they come: values by schema column, each with its line.

    Attributes:
        columns: Names of the columns the rows may have.
        damaged: Lines whose text held half of a character pair.
        most: From how many rows on ``on_full`` is called, while as many more stay.
        on_full: What takes the rows away, by ``cut``.
    """

    columns: tuple[str, ...]
    damaged: list[int] = field(default_factory=list)
    most: int = 0
    on_full: Callable[[], None] | None = None
    _parts: list[dict[str, Any]] = field(default_factory=list)
    _waiting: list[Row] = field(default_factory=list)
    _lines: list[int] = field(default_factory=list)
    _units: list[int] = field(default_factory=list)

    def add(self, row: Row, line: int, unit: int | None = None) -> None:
        """Add one row; rows that share a unit count once in the ledger."""
        self._waiting.append(row)
        self._lines.append(line)
        self._units.append(line if unit is None else unit)
        if len(self._waiting) >= BATCH:
            self._flush()

    def add_columns(self, cells: Mapping[str, Sequence[str | None]], lines: list[int]) -> None:
        """Add many rows at once, given by column."""
        self._flush()
        arrays = {name: self._array(values, lines) for name, values in cells.items()}
        self._keep(arrays, lines, lines)

    @property
    def n(self) -> int:
        """How many rows there are."""
        return len(self._waiting) + sum(len(part["_unit"]) for part in self._parts)

    @property
    def first_line(self) -> int | None:
        """Line of the first row that is held; ``None`` where there is none."""
        return self._parts[0]["source_row"][0].as_py() if self._parts else None

    def _flush(self) -> None:
        if not self._waiting:
            return
        names = {name for row in self._waiting for name in row}
        arrays = {
            name: self._array([row.get(name) for row in self._waiting], self._lines)
            for name in self.columns
            if name in names
        }
        lines, units = self._lines, self._units
        self._waiting, self._lines, self._units = [], [], []
        self._keep(arrays, lines, units)

    def add_arrays(self, cells: Mapping[str, Any], lines: Any, units: Any) -> None:
        """Add many rows at once, given as Arrow columns of texts or whole numbers."""
        self._flush()
        self._keep(dict(cells), lines, units)

    def _keep(self, arrays: dict[str, Any], lines: Any, units: Any) -> None:
        told = {"source_row": pa.array(lines, pa.int64()), "_unit": pa.array(units, pa.int64())}
        self._parts.append(arrays | told)
        if self.on_full is not None and self._n_ready() >= self.most:
            self.on_full()

    def _ready(self) -> int:
        """Return how many pieces may go: rows enough stay, so that the last ones are never few."""
        left, n = 0, len(self._parts)
        while n and left < self.most:
            n -= 1
            left += len(self._parts[n]["_unit"])
        return n

    def _n_ready(self) -> int:
        """Return how many rows these pieces hold."""
        return sum(len(part["_unit"]) for part in self._parts[: self._ready()])

    def _array(self, values: Sequence[str | None], lines: list[int]) -> Any:
        try:
            found = pa.array(values, pa.large_string())
        except UnicodeEncodeError:
            found = pa.array(self._whole(values, lines), pa.large_string())
        # Only an empty cell is missing: "NA", "null" and "None" are words.
        return pc.if_else(pc.equal(found, ""), None, found) if "" in values else found

    def _whole(self, values: Sequence[str | None], lines: list[int]) -> list[str | None]:
        kept: list[str | None] = []
        for value, line in zip(values, lines, strict=True):
            if value is not None and _LONE.search(value):
                self.damaged.append(line)
                value = value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
            kept.append(value)
        return kept

    def table(self) -> Any:
        """Return everything added as one Arrow table."""
        self._flush()
        return self._table()

    def _table(self) -> Any:
        """Return all pieces as one table, and let go of them."""
        n = sum(len(part["_unit"]) for part in self._parts)
        # Columns that no row has share one array: none of them is ever changed in place.
        absent = pa.nulls(n, pa.large_string())
        kinds = dict.fromkeys(self.columns, absent) | {"source_row": None, "_unit": None}
        whole: dict[str, Any] = {
            # One column at a time, so that at most one is held twice.
            name: self._whole_column(name) if self._has(name) or n == 0 else kinds[name]
            for name in kinds
        }
        self._parts = []
        return pa.table(whole)

    def cut(self) -> Any:
        """Return what was added first and let go of it; what goes on in the rest stays.

        The last pieces stay, with at least as many rows as are taken at once.
        """
        n = self._ready()
        last, self._parts = self._parts[n:], self._parts[:n]
        following = last[0]["_unit"][0].as_py()
        whole = self._table()
        others = np.flatnonzero(numbers(whole.column("_unit")) != following)
        n_whole = int(others[-1]) + 1 if len(others) else 0
        if n_whole < len(whole):
            rest = pa.array(np.arange(n_whole, len(whole)))
            held = {name: whole.column(name).chunk(0).take(rest) for name in whole.column_names}
            self._parts = [{name: a for name, a in held.items() if a.null_count < len(a)}]
        self._parts += last
        return whole.slice(0, n_whole)

    def _has(self, name: str) -> bool:
        return any(name in part for part in self._parts)

    def _whole_column(self, name: str) -> Any:
        kind = pa.int64() if name in ("source_row", "_unit") else pa.large_string()
        chunks = [
            part.pop(name) if name in part else pa.nulls(len(part["_unit"]), kind)
            for part in self._parts
        ]
        if not chunks:
            return pa.nulls(0, kind)
        if len({chunk.type for chunk in chunks}) > 1:
            chunks = [chunk.cast(kind) for chunk in chunks]
        if len(chunks) == 1:
            return chunks[0]
        found = pa.concat_arrays(chunks)
        if len(found) >= BATCH:
            # What the pieces took is given back at once, or the next column comes on top of it.
            del chunks
            pa.default_memory_pool().release_unused()
        return found


def numbers(array: Any) -> np.ndarray[Any, Any]:
    """Return an Arrow column of whole numbers as numpy."""
    return np.asarray(array.to_numpy(zero_copy_only=False))


def is_missing(array: Any) -> np.ndarray[Any, Any]:
    """Return where an Arrow column has no value."""
    return np.asarray(pc.is_null(array).to_numpy(zero_copy_only=False))


def n_distinct(values: np.ndarray[Any, Any]) -> int:
    """Return how many different numbers there are; rising ones are counted in one pass."""
    steps = np.diff(values)
    if (steps >= 0).all():
        return int((steps > 0).sum()) + (len(values) > 0)
    return len(np.unique(values))
