"""Answered against unanswered people: an association, never an effect."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import pandas as pd

from crisislab.engine import instants, lazy, small
from crisislab.estimate.intervals import wilson
from crisislab.session import beside

LANDMARK = 240.0
DAY = 1440.0
MIN_PEOPLE = 10
_PERSON = ["platform", "person"]


def wrote_again(waits: pd.DataFrame, posts: Any) -> pd.DataFrame:
    """Return how many people wrote again, answered within four hours or without an answer then.

    Both groups are watched from the same moment, four hours after they opened a conversation, for
    a day: whoever is counted as answered had no head start. Conversations opened too late to be
    watched so long are left out, and so is a group of fewer than ten. Who gets an answer is
    chosen (by tone, by hour, by reach): the difference is no effect of the answer.

    Args:
        waits: Conversations of ``measure.response.waits``.
        posts: Posts of any engine.

    Returns:
        ``group`` (``answered``, ``unanswered``), ``n, n_again, share, lower, upper``.
    """
    columns = ["group", "n", "n_again", "share", "lower", "upper"]
    end = small(lazy(posts).select(nw.col("created_us").max()))["created_us"]
    if waits.empty or end.isna().all():
        return pd.DataFrame(columns=columns)
    opened = waits[["platform", "person", "opened_at", "replied_at"]].copy()
    opened = opened.sort_values("opened_at").drop_duplicates(["platform", "person"])
    opened["from_at"] = opened["opened_at"] + pd.Timedelta(minutes=LANDMARK)
    opened["to_at"] = opened["from_at"] + pd.Timedelta(minutes=DAY)
    opened = opened[opened["to_at"] <= instants(end).iloc[0]]
    soon = opened["replied_at"] <= opened["from_at"]
    again = _again(opened, posts)
    rows = []
    for group, chosen in (("answered", soon), ("unanswered", ~soon)):
        n = int(chosen.sum())
        if n >= MIN_PEOPLE:
            share = wilson(int(again[chosen].sum()), n)
            rows.append((group, n, int(again[chosen].sum()), share.value, share.lower, share.upper))
    return pd.DataFrame(rows, columns=columns)


def _again(opened: pd.DataFrame, posts: Any) -> pd.Series:
    """Return who of those that opened a conversation wrote within the time they are watched."""
    person = nw.coalesce(
        nw.col("author_id").cast(nw.String), nw.col("author_handle").cast(nw.String)
    )
    public = lazy(posts).filter(~nw.col("own")).select("platform", "created_us", person=person)
    watched = opened[_PERSON].astype("str")
    for name in ("from_at", "to_at"):
        micros = opened[name].astype("datetime64[us, UTC]").astype("int64")
        watched[name.replace("_at", "_us")] = micros.astype("str")
    theirs = public.join(beside(public, watched), on=_PERSON, how="inner")
    start, end = (nw.col(name).cast(nw.Int64) for name in ("from_us", "to_us"))
    inside = (nw.col("created_us") > start) & (nw.col("created_us") <= end)
    found = small(theirs.filter(inside).select(*_PERSON).unique())
    wrote = set(zip(found["platform"].astype("str"), found["person"].astype("str"), strict=True))
    keys = zip(watched["platform"], watched["person"], strict=True)
    return pd.Series([key in wrote for key in keys], index=opened.index, dtype=bool)
