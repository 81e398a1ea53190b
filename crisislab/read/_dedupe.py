"""The same item in several exports counts once; the latest counters win.

Which copy is kept does not depend on the order of rows or files: the latest collection time,
then the largest counters (they only grow), then the file name and row.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crisislab.schema import POSTS, Table

_DIGITS = 19
_COUNTERS = [c.name for c in POSTS.columns if c.name.startswith("n_")]


@dataclass(frozen=True)
class Unique:
    """Rows without repeats.

    Attributes:
        kept: One row for each item.
        dropped: The other rows.
        texts_differ: Dropped rows whose text is not the kept one's.
        counts_differ: Dropped rows whose counters are not the kept one's.
    """

    kept: pd.DataFrame
    dropped: pd.DataFrame
    texts_differ: pd.DataFrame
    counts_differ: pd.DataFrame


def drop_repeats(rows: pd.DataFrame, table: Table) -> Unique:
    """Return one row for each item, and what was left out.

    Posts are the same by platform and id; log entries by source and id.
    """
    keys = ["platform", "post_id"] if table is POSTS else ["source", "channel", "entry_id"]
    none = rows.iloc[:0]
    if _all_differ(rows[keys[-1]]):
        return Unique(rows, none, none, none)
    repeated = rows.duplicated(keys, keep=False)
    if not repeated.any():
        return Unique(rows, none, none, none)
    order = _order(rows.loc[repeated], table)
    last = ~order.duplicated(keys, keep="last")
    winners = order.loc[last]
    dropped = order.loc[~last]
    kept = rows.drop(index=dropped.index)
    beside = dropped[keys].merge(winners, on=keys, how="left")
    beside.index = dropped.index
    texts = _differs(dropped, beside, ["text"])
    counts = _differs(dropped, beside, _COUNTERS if table is POSTS else [])
    return Unique(kept, dropped, dropped.loc[texts], dropped.loc[counts])


def _all_differ(ids: pd.Series) -> bool:
    """Return whether ids that are whole numbers all differ, which spares the look at them all."""
    texts = pa.chunked_array(pa.array(ids))
    longest = pc.max(pc.binary_length(texts)).as_py() or 0
    if texts.null_count or longest > _DIGITS or not pc.all(pc.ascii_is_decimal(texts)).as_py():
        return False
    try:
        whole = np.sort(pc.cast(texts, pa.int64()).to_numpy())
    except pa.ArrowInvalid:  # over 64 bits
        return False
    return bool((np.diff(whole) > 0).all())


def _order(rows: pd.DataFrame, table: Table) -> pd.DataFrame:
    if table is not POSTS:
        return rows.sort_values(["source_file", "source_row"], kind="stable")
    total = rows[_COUNTERS].fillna(0).sum(axis=1)
    by = rows.assign(_total=total, _text=rows["text"].fillna(""))
    ordered = by.sort_values(
        ["collected_at", "_total", "_text", "source_file", "source_row"],
        kind="stable", na_position="first",
    )  # fmt: skip
    return ordered.drop(columns=["_total", "_text"])


def _differs(left: pd.DataFrame, right: pd.DataFrame, columns: list[str]) -> pd.Series:
    differs = pd.Series(False, index=left.index)
    for column in columns:
        both = left[column].notna() & right[column].notna()
        unequal = (left[column] != right[column]).fillna(False).astype(bool)
        differs |= both & unequal
    return differs
