"""Mapped rows, column by column, as text in Arrow arrays: a million of them fit in memory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
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
    """

    columns: tuple[str, ...]
    damaged: list[int] = field(default_factory=list)
    _parts: list[Any] = field(default_factory=list)
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
        return len(self._waiting) + sum(len(part) for part in self._parts)

    def _flush(self) -> None:
        if not self._waiting:
            return
        names = {name for row in self._waiting for name in row}
        arrays = {
            name: self._array([row.get(name) for row in self._waiting], self._lines)
            for name in self.columns
            if name in names
        }
        self._keep(arrays, self._lines, self._units)
        self._waiting, self._lines, self._units = [], [], []

    def _keep(self, arrays: dict[str, Any], lines: list[int], units: list[int]) -> None:
        whole = {
            name: arrays.get(name, pa.nulls(len(lines), pa.large_string())) for name in self.columns
        }
        whole["source_row"] = pa.array(lines, pa.int64())
        whole["_unit"] = pa.array(units, pa.int64())
        self._parts.append(pa.table(whole))

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
        if not self._parts:
            self._keep({}, [], [])
        whole: dict[str, Any] = {}
        for name in self._parts[0].column_names:
            whole[name] = pa.concat_arrays(
                [chunk for part in self._parts for chunk in part.column(name).chunks]
            )
            # One column at a time, so that at most one is held twice.
            self._parts = [part.drop_columns([name]) for part in self._parts]
        self._parts = []
        return pa.table(whole)


def numbers(array: Any) -> np.ndarray[Any, Any]:
    """Return an Arrow column of whole numbers as numpy."""
    return np.asarray(array.to_numpy(zero_copy_only=False))


def is_missing(array: Any) -> np.ndarray[Any, Any]:
    """Return where an Arrow column has no value."""
    return np.asarray(pc.is_null(array).to_numpy(zero_copy_only=False))


def as_text(values: Iterable[str | None]) -> Any:
    """Return texts as an Arrow column."""
    return pa.array(list(values), pa.large_string())
