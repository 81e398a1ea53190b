"""Typed columns, and the pandas frames that people see, without a second pass over them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
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
        return frame_of([self])


def frame_of(blocks: Sequence[Typed]) -> pd.DataFrame:
    """Return blocks of one table as one frame, with their units in ``_unit``.

    Texts stay in the pieces they came in. Numbers and instants are written to where they stay, a
    block at a time: memory that is taken and let go of costs more here than what is done with it.
    """
    sizes = [len(block) for block in blocks]
    ends = np.cumsum([0, *sizes])
    n = int(ends[-1])
    # Texts that are absent share one array, which nobody can change in place.
    absent = pa.nulls(n, pa.large_string())
    data: dict[str, Any] = {}
    for column in blocks[0].table.columns:
        parts = [block.columns.get(column.name) for block in blocks]
        if column.type == "text":
            data[column.name] = pd.array(_texts(parts, sizes, absent), dtype="str")
        else:
            places = [(slice(*span), part) for span, part in zip(pairwise(ends), parts, strict=True)
                      if part is not None]  # fmt: skip
            data[column.name] = _FILLED[column.type](n, places)
    data["_unit"] = blocks[0].units if len(blocks) == 1 else np.concatenate(
        [block.units for block in blocks])  # fmt: skip
    return pd.DataFrame(data, index=pd.RangeIndex(n), copy=False)


Places = Sequence[tuple[slice, Any]]


def _texts(parts: Sequence[Any], sizes: Sequence[int], absent: Any) -> Any:
    if all(part is None for part in parts):
        return absent
    kind = pa.large_string()
    pieces = [pa.nulls(size, kind) if part is None else part.cast(kind)
              for part, size in zip(parts, sizes, strict=True)]  # fmt: skip
    chunks = [c for p in pieces for c in (p.chunks if isinstance(p, pa.ChunkedArray) else [p])]
    return pa.chunked_array(chunks, kind)


def _instants(n: int, places: Places) -> Any:
    stamps = np.full(n, np.datetime64("NaT", "us"))
    micros = stamps.view(np.int64)
    for at, part in places:
        # Missing is the least number in the memory of both.
        micros[at] = pc.fill_null(part, _NAT).to_numpy(zero_copy_only=False)
    return pd.array(stamps, copy=False).tz_localize("UTC")


def _counts(n: int, places: Places) -> Any:
    whole, missing = np.zeros(n, dtype=np.int64), np.ones(n, dtype=bool)
    for at, part in places:
        gone = np.isnan(part) if part.dtype.kind == "f" else np.zeros(len(part), dtype=bool)
        whole[at], missing[at] = np.where(gone, 0, part), gone
    return pd.arrays.IntegerArray(whole, missing)


def _numbers(n: int, places: Places) -> Any:
    values = np.full(n, np.nan)
    for at, part in places:
        values[at] = part
    return values


def _flags(n: int, places: Places) -> Any:
    values = np.zeros(n, dtype=bool)
    for at, part in places:
        values[at] = part.to_numpy(zero_copy_only=False)
    return values


_NAT = np.iinfo(np.int64).min
_FILLED: dict[Type, Callable[[int, Places], Any]] = {
    "instant": _instants, "count": _counts, "number": _numbers, "flag": _flags,
}  # fmt: skip
