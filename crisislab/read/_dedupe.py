"""The same item in several exports counts once; the latest counters win, all are kept beside.

Which copy is kept does not depend on the order of rows or files: the latest collection time,
then the largest counters (they only grow), then the file name and row. What that copy lacks is
taken from the next one that has it. Texts that are the same words, cut or escaped or begun with
``RT @name:`` by one export only, are the same; the longest is kept. A copy without a text is no
newer version of it, and one that calls an item a plain post may only not know what it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crisislab.read._entities import unescaped
from crisislab.read._flat import Mask, Places, all_digits, lengths_of
from crisislab.schema import COPIES, POSTS, Table

_DIGITS = 19
_COUNTERS = [c.name for c in POSTS.columns if c.name.startswith("n_")]
_LINKS = ["parent_id", "root_id", "shared_id"]
_FILLED = [
    *_COUNTERS, *_LINKS, "author_id", "author_handle", "author_name", "lang", "mentions", "url",
    "collected_at", "vendor_sentiment", "vendor_reach", "inbound",
]  # fmt: skip
_REPOST = re.compile(r"^RT @\w+: ?")
_CUT = "…"
# Two exports of one post may stand in different zones, or have minutes only; no farther apart.
_APART = pd.Timedelta(hours=26)
_MINUTE = pd.Timedelta(minutes=1)
# Two exports may show one moment in zones so far apart; further apart are two moments.
_ZONES = pd.Timedelta(hours=14)
_QUARTER, _EXACT = pd.Timedelta(minutes=15), pd.Timedelta(seconds=1)
_AUTHORS = ["author_id", "author_handle", "author_name"]
# Ids that platforms give are longer than row numbers, and never given twice.
_ROW_NUMBER = 9
_EDITS = 2


@dataclass(frozen=True)
class Unique:
    """Rows without repeats.

    Attributes:
        kept: One row for each item.
        dropped: The other rows.
        texts_differ: Dropped rows whose text is not the kept one's.
        counts_differ: Dropped rows whose counters are not the kept one's.
        copies: Every copy of the items that stand in more than one, as ``schema.COPIES``.
        copied: Index of the rows that ``copies`` holds.
        clashes: Dropped rows with another text at another time: not the same item; ``_sure``
            where nothing but a short id is the same.
        zones_differ: Dropped rows whose time is that of the kept ones in another zone.
    """

    kept: pd.DataFrame
    dropped: pd.DataFrame
    texts_differ: pd.DataFrame
    counts_differ: pd.DataFrame
    copies: pd.DataFrame
    copied: pd.Index = field(default_factory=lambda: pd.RangeIndex(0))
    clashes: pd.DataFrame = field(default_factory=pd.DataFrame)
    zones_differ: pd.DataFrame = field(default_factory=pd.DataFrame)

    def without(self, parts: set[int]) -> Unique:
        """Return what is left when some files are set aside."""
        names = ("kept", "dropped", "texts_differ", "counts_differ", "zones_differ")
        left = {name: getattr(self, name) for name in names}
        left = {name: rows.loc[~rows["_part"].isin(parts)] for name, rows in left.items()}
        return replace(self, **left, copies=COPIES.empty(), copied=pd.RangeIndex(0))


def drop_repeats(rows: pd.DataFrame, table: Table) -> Unique:
    """Return one row for each item, and what was left out.

    Posts are the same by platform and id; log entries by source and id.
    """
    keys = ["platform", "post_id"] if table is POSTS else ["source", "channel", "entry_id"]
    none = rows.iloc[:0]
    if _all_differ(rows[keys[-1]]):
        return Unique(rows, none, none, none, COPIES.empty())
    repeated = rows.duplicated(keys, keep=False)
    if not repeated.any():
        return Unique(rows, none, none, none, COPIES.empty())
    order = _order(rows.loc[repeated], table)
    last = ~order.duplicated(keys, keep="last")
    winners = order.loc[last]
    dropped = order.loc[~last]
    kept = rows.drop(index=dropped.index)
    if table is POSTS:
        winners = _filled(order, last.to_numpy(), keys).astype(rows.dtypes)
        kept = pd.concat([rows.drop(index=order.index), winners]).sort_index()
    beside = dropped[keys].merge(winners, on=keys, how="left")
    beside.index = dropped.index
    texts = _differs(dropped, beside, ["text"])
    texts &= ~_same_words(dropped.loc[texts, "text"], beside.loc[texts, "text"], texts)
    counts = _differs(dropped, beside, _COUNTERS if table is POSTS else [])
    copies = COPIES.conform(order.assign(kept=last)) if table is POSTS else COPIES.empty()
    clashes = _clashes(dropped, beside, texts, table)
    told = dropped.loc[texts], dropped.loc[counts]
    zones = dropped.loc[_zones_apart(dropped, beside)] if table is POSTS else none
    return Unique(kept, dropped, *told, copies, order.index, clashes, zones)


def _clashes(
    dropped: pd.DataFrame, beside: pd.DataFrame, texts: pd.Series, table: Table
) -> pd.DataFrame:
    """Return rows that share nothing but the id with the kept one: an edit keeps the time."""
    time, key = ("created_at", "post_id") if table is POSTS else ("logged_at", "entry_id")
    away = (dropped[time] - beside[time]).abs()
    apart = (away > _APART) | dropped["_part"].eq(beside["_part"]) & (away > _MINUTE)
    other = _others(dropped, beside, _AUTHORS if table is POSTS else ["actor"])
    short = dropped[key].str.len().le(_ROW_NUMBER).fillna(False).astype(bool)
    # One person may write all of a log, or of a page: there, a day apart is enough.
    sure = texts & short & (away > _MINUTE) & (other | (away > _ZONES))
    if table is not POSTS:
        sure |= texts & short & apart
    else:
        # Within one export, what another person said in other words is another item.
        sure |= texts & other & dropped["_part"].eq(beside["_part"])
    edits = ~short & _is_own_edit(dropped, beside) if table is POSTS else False
    clash = (texts & apart & ~edits if table is POSTS else sure) | sure
    at = clash[clash].index
    return dropped.loc[at].assign(_kept_part=beside.loc[at, "_part"], _sure=sure.loc[at])


def _zones_apart(dropped: pd.DataFrame, beside: pd.DataFrame) -> pd.Series:
    """Return rows of another file at the moment of the kept ones, whole quarters of an hour off.

    One post has one moment: where several rows of a file differ so, one of both files stands in
    another zone than the one that is declared.
    """
    away = (dropped["created_at"] - beside["created_at"]).abs()
    rest = (away - away.dt.round(_QUARTER)).abs()
    other = dropped["_part"].ne(beside["_part"])
    return other & away.ge(_QUARTER) & away.le(_ZONES) & rest.le(_EXACT)


def _is_own_edit(dropped: pd.DataFrame, beside: pd.DataFrame) -> pd.Series:
    """Return rows of the same author as the kept one, of an item that stands there seldom.

    A review that was edited comes with a new date. What names a page or a day comes far oftener.
    """
    one, other = dropped[_AUTHORS], beside[_AUTHORS]
    same = pd.Series(False, index=dropped.index)
    for column in _AUTHORS:
        same |= one[column].eq(other[column]).fillna(False).astype(bool)
    times = dropped.groupby(["platform", "post_id"])["post_id"].transform("size")
    return same & times.le(_EDITS)


def _others(left: pd.DataFrame, right: pd.DataFrame, columns: list[str]) -> pd.Series:
    """Return where two rows are of other people: by every name that both have."""
    differ = pd.Series(False, index=left.index)
    same = pd.Series(False, index=left.index)
    for column in columns:
        one, other = left[column].str.casefold(), right[column].str.casefold()
        equal = one.eq(other).fillna(False).astype(bool)
        same |= equal
        differ |= one.notna() & other.notna() & ~equal
    return differ & ~same


def _filled(order: pd.DataFrame, last: Mask, keys: list[str]) -> pd.DataFrame:
    """Return the kept copies with what they lack taken from the others, the latest first."""
    items = order.groupby(keys, sort=False, dropna=False).ngroup().to_numpy()
    winners, own = order.loc[last], items[last]
    filled = winners.copy()
    for column in _FILLED:
        lacks = winners[column].isna().to_numpy()
        if lacks.any():
            at = _latest(items, order[column].notna().to_numpy())[own]
            _put(filled, column, lacks & (at >= 0), order[column], at)
    # One that calls an item a plain post may only not know what it is.
    known = _latest(items, (order["kind"].notna() & order["kind"].ne("post")).to_numpy())[own]
    plain = winners["kind"].eq("post").to_numpy(dtype=bool, na_value=False)
    _put(filled, "kind", plain & (known >= 0), order["kind"], known)
    # A copy without the parent does not know that it answers.
    answers = winners["parent_id"].isna() & filled["parent_id"].notna()
    filled.loc[answers & filled["kind"].eq("post"), "kind"] = "reply"
    # The counters of a repost are those of the original.
    reposts = filled["kind"].eq("repost") & winners["kind"].ne("repost")
    filled.loc[reposts, ["n_likes", "n_reposts", "n_replies", "n_quotes"]] = np.nan
    filled["text"] = _whole_texts(order["text"], items)[own]
    return filled


def _latest(items: Places, rows: Mask) -> Places:
    """Return the place of the last of some rows of each item, -1 where it has none."""
    found = np.full(int(items.max(initial=-1)) + 1, -1)
    at = np.flatnonzero(rows)
    found[items[at]] = at
    return found


def _put(filled: pd.DataFrame, column: str, rows: Mask, values: pd.Series, at: Places) -> None:
    """Put values by their places into some rows of a column."""
    if rows.any():
        filled.loc[rows, column] = values.iloc[at[rows]].array


def _whole_texts(texts: pd.Series, items: Places) -> Any:
    """Return the latest text of each item, but the longest where the latest is a cut one of it."""
    there = texts.notna().to_numpy()
    at = _latest(items, there)
    latest = texts.iloc[at].array.copy()
    latest[at < 0] = None
    unlike = there & (texts.array != latest[items]).astype(bool)
    several = np.zeros(len(at), dtype=bool)
    several[items[unlike]] = True
    if several.any():
        some = np.flatnonzero(there & several[items])
        longest = _longest(texts.iloc[some], items[some])
        for item in np.flatnonzero(several).tolist():
            if same_words(latest[item], longest[item]):
                latest[item] = longest[item]
    return latest


def _longest(texts: pd.Series, items: Places) -> dict[int, str]:
    """Return the text of each item that says most: whole before cut, then the longest."""
    bare = texts.str.len()
    begun = texts.str.startswith("RT @").astype(bool)
    if begun.any():
        said = texts.loc[begun].str.replace(_REPOST, "", regex=True)
        bare.loc[begun] = said.str.len().astype(bare.dtype)
    whole = ~texts.str.endswith(_CUT).astype(bool)
    by = pd.DataFrame({"item": items, "whole": whole, "size": bare, "text": texts})
    by = by.sort_values(["whole", "size", "text"], kind="stable")
    return dict(zip(by["item"].tolist(), by["text"].tolist(), strict=True))


def _same_words(one: pd.Series, other: pd.Series, like: pd.Series) -> pd.Series:
    """Return where two texts are the same but for what one export cut, escaped or put before."""
    same = [
        isinstance(a, str) and isinstance(b, str) and same_words(a, b)
        for a, b in zip(one.tolist(), other.tolist(), strict=True)
    ]
    found: pd.Series = pd.Series(same, one.index, dtype=bool).reindex(like.index, fill_value=False)
    return found


def same_words(one: str, other: str) -> bool:
    """Return whether two texts are the same post as two exports may write it.

    >>> same_words("RT @marca: Lamentamos lo ocurri…", "Lamentamos lo ocurrido &amp; más")
    True
    >>> same_words("Lo sentimos", "Lo sentimos mucho")
    False
    """
    if one == other:
        return True
    short, long = sorted((_bare(one), _bare(other)), key=len)
    if short == long:
        return True
    return short.endswith(_CUT) and len(short) > 1 and long.startswith(short[: -len(_CUT)])


def _bare(text: str) -> str:
    return _REPOST.sub("", unescaped(text)).strip()


def _all_differ(ids: pd.Series) -> bool:
    """Return whether ids that are whole numbers all differ, which spares the look at them all."""
    texts = pa.chunked_array(pa.array(ids))
    plain = all(all_digits(piece) for piece in texts.chunks)
    longest = max((int(lengths_of(piece).max()) for piece in texts.chunks if len(piece)), default=0)
    if texts.null_count or longest > _DIGITS or not plain:
        return False
    try:
        whole = pc.cast(texts, pa.int64()).to_numpy()
    except pa.ArrowInvalid:  # over 64 bits
        return False
    return bool((np.diff(whole) > 0).all() or (np.diff(np.sort(whole)) > 0).all())


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


def rank_of(row: pd.Series) -> tuple[object, ...]:
    """Return the place of a dropped row in the order of copies, for rows of several batches."""
    if "post_id" not in row.index:
        return str(row["source_file"]), int(row["source_row"])
    seen = row["collected_at"]
    total = sum(0 if pd.isna(row[name]) else int(row[name]) for name in _COUNTERS)
    text = "" if pd.isna(row["text"]) else str(row["text"])
    when = -1 if pd.isna(seen) else seen.value
    return when, total, text, str(row["source_file"]), int(row["source_row"])


def _differs(left: pd.DataFrame, right: pd.DataFrame, columns: list[str]) -> pd.Series:
    differs = pd.Series(False, index=left.index)
    for column in columns:
        both = left[column].notna() & right[column].notna()
        unequal = (left[column] != right[column]).fillna(False).astype(bool)
        differs |= both & unequal
    return differs
