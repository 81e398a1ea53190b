"""Typed columns, and the pandas frames that people see, without a second pass over them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crisislab.schema import Table, Type


@dataclass(frozen=True)
class Typed:
    """Typed rows of a schema table by column; columns that none of them has are left out.

    Attributes:
        table: The table.
        columns: Texts and instants (microseconds) as Arrow columns, numbers as numpy with NaN.
        units: Unit of the ledger that each row belongs to.
    """

    table: Table
    columns: Mapping[str, Any]
    units: np.ndarray[Any, Any]

    def __len__(self) -> int:
        """Return how many rows there are."""
        return len(self.units)

    def filtered(self, kept: np.ndarray[Any, Any]) -> Typed:
        """Return the rows that are kept."""
        mask = pa.array(kept)
        columns = {
            name: values[kept] if isinstance(values, np.ndarray) else values.filter(mask)
            for name, values in self.columns.items()
        }
        return Typed(self.table, columns, self.units[kept])

    def frame(self) -> pd.DataFrame:
        """Return the rows as a frame, with their units in ``_unit``."""
        return frame_of(self.table, self.columns, len(self)).assign(_unit=self.units)


def joined(blocks: Sequence[Typed]) -> Typed:
    """Return blocks of one table together; texts stay in the pieces they came in."""
    if len(blocks) == 1:
        return blocks[0]
    names = dict.fromkeys(name for block in blocks for name in block.columns)
    columns = {name: _together([block.columns.get(name) for block in blocks], blocks)
               for name in names}  # fmt: skip
    return Typed(blocks[0].table, columns, np.concatenate([block.units for block in blocks]))


def _together(parts: Sequence[Any], blocks: Sequence[Typed]) -> Any:
    known = next(part for part in parts if part is not None)
    if isinstance(known, np.ndarray):
        return np.concatenate([
            np.full(len(block), np.nan) if part is None else part
            for part, block in zip(parts, blocks, strict=True)
        ])  # fmt: skip
    kind = known.type
    return pa.chunked_array(
        [pa.nulls(len(block), kind) if part is None else part.cast(kind)
         for part, block in zip(parts, blocks, strict=True)]
    )  # fmt: skip


def frame_of(table: Table, columns: Mapping[str, Any], n: int) -> pd.DataFrame:
    """Return rows of a schema table out of typed columns; absent ones are missing.

    Texts and instants (microseconds) are Arrow columns, numbers numpy with NaN for missing.
    """
    # Texts that are absent share one array, which nobody can change in place.
    absent = pa.nulls(n, pa.large_string())
    data = {
        column.name: _series(column.type, columns.get(column.name, absent))
        if column.name in columns or column.type == "text"
        else _missing(column.type, n)
        for column in table.columns
    }
    return pd.DataFrame(data, index=pd.RangeIndex(n), copy=False)


def _series(kind: Type, values: Any) -> Any:
    if kind == "instant":
        us = np.asarray(pc.fill_null(values, 0).to_numpy(zero_copy_only=False), dtype=np.int64)
        stamps = us.view("datetime64[us]").copy()
        stamps[np.asarray(pc.is_null(values).to_numpy(zero_copy_only=False))] = np.datetime64("NaT")
        return pd.DatetimeIndex(stamps).tz_localize("UTC")
    if kind == "count":
        known = ~np.isnan(values) if values.dtype.kind == "f" else np.ones(len(values), dtype=bool)
        whole = np.where(known, values, 0).astype(np.int64)
        return pd.arrays.IntegerArray(whole, ~known)
    if kind == "number":
        return np.asarray(values, dtype=np.float64)
    if kind == "flag":
        return np.asarray(values.to_numpy(zero_copy_only=False), dtype=bool)
    return pd.array(values, dtype="str")


def _missing(kind: Type, n: int) -> Any:
    if kind == "instant":
        return pd.DatetimeIndex(np.full(n, np.datetime64("NaT", "us"))).tz_localize("UTC")
    if kind == "count":
        return pd.arrays.IntegerArray(np.zeros(n, dtype=np.int64), np.ones(n, dtype=bool))
    if kind == "number":
        return np.full(n, np.nan)
    return np.zeros(n, dtype=bool)
