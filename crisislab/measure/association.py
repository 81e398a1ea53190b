"""Answered against unanswered people: an association, never an effect."""

from __future__ import annotations

import pandas as pd

from crisislab.estimate.intervals import wilson

LANDMARK = 240.0
DAY = 1440.0
MIN_PEOPLE = 10


def wrote_again(waits: pd.DataFrame, posts: pd.DataFrame) -> pd.DataFrame:
    """Return how many people wrote again, answered within four hours or without an answer then.

    Both groups are watched from the same moment, four hours after they opened a conversation, for
    a day: whoever is counted as answered had no head start. Conversations opened too late to be
    watched so long are left out, and so is a group of fewer than ten. Who gets an answer is
    chosen (by tone, by hour, by reach): the difference is no effect of the answer.

    Args:
        waits: Conversations of ``measure.response.waits``.
        posts: Posts of the case.

    Returns:
        ``group`` (``answered``, ``unanswered``), ``n, n_again, share, lower, upper``.
    """
    columns = ["group", "n", "n_again", "share", "lower", "upper"]
    if waits.empty or posts.empty:
        return pd.DataFrame(columns=columns)
    opened = waits[["platform", "person", "opened_at", "replied_at"]].copy()
    opened = opened.sort_values("opened_at").drop_duplicates(["platform", "person"])
    opened["from_at"] = opened["opened_at"] + pd.Timedelta(minutes=LANDMARK)
    opened["to_at"] = opened["from_at"] + pd.Timedelta(minutes=DAY)
    opened = opened[opened["to_at"] <= posts["created_at"].max()]
    soon = opened["replied_at"] <= opened["from_at"]
    again = _again(opened, posts)
    rows = []
    for group, chosen in (("answered", soon), ("unanswered", ~soon)):
        n = int(chosen.sum())
        if n >= MIN_PEOPLE:
            share = wilson(int(again[chosen].sum()), n)
            rows.append((group, n, int(again[chosen].sum()), share.value, share.lower, share.upper))
    return pd.DataFrame(rows, columns=columns)


def _again(opened: pd.DataFrame, posts: pd.DataFrame) -> pd.Series:
    known = posts["author_id"].fillna(posts["author_handle"])
    written = pd.DataFrame(
        {"platform": posts["platform"], "person": known.astype("str"), "at": posts["created_at"]}
    )[~posts["own"].to_numpy()]
    joined = opened.reset_index().merge(written, on=["platform", "person"], how="inner")
    inside = (joined["at"] > joined["from_at"]) & (joined["at"] <= joined["to_at"])
    found = set(joined.loc[inside, "index"])
    return pd.Series([place in found for place in opened.index], index=opened.index, dtype=bool)
