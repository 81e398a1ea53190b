"""Typed columns to the pandas frames that people see, without a second pass over them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crisislab.schema import Table, Type


def frame_of(table: Table, columns: Mapping[str, Any], n: int) -> pd.DataFrame:
    """Return rows of a schema table out of typed columns; absent ones are missing.

    Texts and instants (microseconds) are Arrow columns, numbers numpy with NaN for missing.
    """
    data = {
        column.name: _series(column.type, columns[column.name])
        if column.name in columns
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
    if kind == "flag":
        return np.zeros(n, dtype=bool)
    return pd.array(pa.nulls(n, pa.large_string()), dtype="str")
