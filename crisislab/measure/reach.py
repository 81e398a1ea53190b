"""How far it could have gone, per platform: measured apart from estimated."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import pandas as pd

from crisislab.engine import Lazy, lazy, small, totals
from crisislab.metrics import metrics, number

_COUNTS = ("n_likes", "n_reposts", "n_replies", "n_quotes")
COLUMNS = [
    "platform",
    "n_posts",
    "n_authors",
    "n_authors_known",
    "potential_reach",
    "n_impressions_known",
    "impressions",
    "n_engagement_known",
    "engagement",
]


def reach_by_platform(posts: Any) -> pd.DataFrame:
    """Return reach per platform, from the public's items without reposts' copied counters.

    ``potential_reach``: followers summed over *unique* authors (largest known count of each), an
    estimate and an upper bound, never people reached, never summed over platforms; reposters
    count as authors. ``impressions``: displays as the platform reported them.
    ``engagement``: likes, reposts, replies and quotes as reported. Counters of a repost are the
    original's, so reposts are left out of impressions and engagement.

    Returns:
        One row per platform with ``n_*_known``, how many items or authors had the figure; a sum
        over nothing known is missing, never 0.
    """
    items = small(_reported(_public(posts).filter(nw.col("kind") != "repost")), by=["platform"])
    table = potential_reach(posts).merge(items, on="platform", how="outer").sort_values("platform")
    table["n_authors"] = table["n_authors"].astype("Int64").fillna(0)
    for figure, known in (
        ("potential_reach", "n_authors_known"),
        ("impressions", "n_impressions_known"),
        ("engagement", "n_engagement_known"),
    ):
        table[known] = table[known].astype("Int64").fillna(0)
        table[figure] = table[figure].astype("Int64").where(table[known] > 0)
    table["n_posts"] = table["n_posts"].astype("Int64").fillna(0)
    table["platform"] = table["platform"].astype("str")
    return table[COLUMNS].reset_index(drop=True)


def potential_reach(posts: Any) -> pd.DataFrame:
    """Return the first of these figures alone: who wrote or reposted, and their followers.

    Returns:
        ``platform, n_authors, n_authors_known, potential_reach``, one row per platform.
    """
    return small(_potential(_public(posts)), by=["platform"])


def _public(posts: Any) -> Lazy:
    return lazy(posts).filter(~nw.col("own"))


def _potential(public: Lazy) -> Lazy:
    named = public.select(
        "platform",
        "n_followers",
        person=nw.coalesce(
            nw.col("author_id").cast(nw.String), nw.col("author_handle").cast(nw.String)
        ),
    ).filter(~nw.col("person").is_null())
    authors = named.group_by("platform", "person").agg(
        nw.col("n_followers").max().alias("followers")
    )
    authors = authors.select(
        "platform",
        "followers",
        one=nw.lit(1),
        known=(~nw.col("followers").is_null()).cast(nw.Int64),
    )
    return totals(
        authors,
        by=["platform"],
        n_authors="one",
        n_authors_known="known",
        potential_reach="followers",
    )


def _reported(items: Lazy) -> Lazy:
    known = [~nw.col(name).is_null() for name in _COUNTS]
    items = items.select(
        "platform",
        "n_impressions",
        one=nw.lit(1),
        seen=(~nw.col("n_impressions").is_null()).cast(nw.Int64),
        engaged=(known[0] | known[1] | known[2] | known[3]).cast(nw.Int64),
        total=sum(
            (nw.col(name).fill_null(0) for name in _COUNTS[1:]), nw.col("n_likes").fill_null(0)
        ),
    )
    return totals(
        items,
        by=["platform"],
        n_posts="one",
        n_impressions_known="seen",
        impressions="n_impressions",
        n_engagement_known="engaged",
        engagement="total",
    )


_FIGURES = (
    # figure, unit, how many had it, out of how many, of what, note
    ("potential_reach", "people", "n_authors_known", "n_authors", "unique authors",
     "estimated followers_as_of_export"),
    ("impressions", "displays", "n_impressions_known", "n_posts", "items", "measured"),
    ("engagement", "interactions", "n_engagement_known", "n_posts", "items", "measured"),
)  # fmt: skip


def reach(table: pd.DataFrame) -> pd.DataFrame:
    """Return the numbers of :func:`reach_by_platform` as metric rows."""
    rows = [
        number(
            figure,
            row[figure],
            unit=unit,
            scope=f"platform={row['platform']}",
            n=int(row[known]),
            method=f"known for {row[known]} of {row[total]} {what}",
            note=note,
            evidence="posts",
        )
        for row in table.to_dict("records")
        for figure, unit, known, total, what, note in _FIGURES
    ]
    return metrics(rows)
