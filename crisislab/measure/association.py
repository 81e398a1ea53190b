"""Answered against unanswered people: an association, never an effect."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import pandas as pd

from crisislab.engine import instants, lazy, small
from crisislab.estimate.intervals import wilson
from crisislab.session import matched

LANDMARK = 240.0
DAY = 1440.0
MIN_PEOPLE = 10


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
    person = nw.coalesce(
        nw.col("author_id").cast(nw.String), nw.col("author_handle").cast(nw.String)
    )
    public = lazy(posts).filter(~nw.col("own")).select("platform", "created_us", person=person)
    theirs = small(matched(public, opened[["platform", "person"]]))
    written = theirs[["platform", "person"]].assign(at=instants(theirs["created_us"]))
    joined = opened.reset_index().merge(written, on=["platform", "person"], how="inner")
    inside = (joined["at"] > joined["from_at"]) & (joined["at"] <= joined["to_at"])
    found = set(joined.loc[inside, "index"])
    return pd.Series([place in found for place in opened.index], index=opened.index, dtype=bool)
