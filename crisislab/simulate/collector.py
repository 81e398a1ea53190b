"""Series of posts with known truth about their collection: clean ones, and ones a tool spoilt.

The clean series are made to look suspicious: a strong profile of the day at any phase, quiet
weekends, hours that scatter many times more than chance, bursts, and a crisis in the middle.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from crisislab.schema import POSTS

_START = pd.Timestamp("2026-01-05", tz="UTC")
_HOUR = 3_600
_DAY = 24
Draw = np.random.Generator


def clean_series(draw: Draw, *, days: int = 21, daily: float = 300.0) -> pd.DataFrame:
    """Return posts of a series nobody spoilt, about ``daily`` a day.

    >>> posts = clean_series(np.random.default_rng(0), days=8, daily=50)
    >>> bool(posts["created_at"].is_monotonic_increasing)
    True
    """
    rate = _rates(draw, days * _DAY)
    rate *= daily * days / rate.sum()
    burst = draw.uniform(0, 0.5)
    hours = np.arange(days * _DAY)
    alone = np.repeat(hours, draw.poisson(rate * (1 - burst)))
    seeds = np.repeat(hours, draw.poisson(rate * burst / 5))
    sizes = draw.poisson(5, len(seeds))
    at_seed = np.repeat(seeds + draw.random(len(seeds)), sizes) + draw.exponential(0.3, sizes.sum())
    at = np.concatenate([alone + draw.random(len(alone)), at_seed])
    return _posts(np.sort(at[at < days * _DAY]), draw)


def _rates(draw: Draw, n: int) -> Any:
    hour = np.arange(n)
    profile = 1 + draw.uniform(0.3, 0.95) * np.cos(2 * np.pi * (hour - draw.uniform(0, 24)) / 24)
    weekend = (hour // _DAY + draw.integers(7)) % 7 >= 5
    slow = np.exp(0.3 * np.cumsum(draw.normal(0, 0.15, n)))
    began = draw.integers(n // 4, 3 * n // 4)
    crisis = draw.uniform(0, 20) * np.exp(-(hour - began) / draw.uniform(6, 48)) * (hour >= began)
    scatter = draw.gamma(1 / 0.3, 0.3, n)
    return profile * np.where(weekend, draw.uniform(0.4, 1), 1) * slow * scatter * (1 + crisis)


def _posts(hours: Any, draw: Draw) -> pd.DataFrame:
    n = len(hours)
    at = _START + pd.to_timedelta((hours * _HOUR).astype(np.int64), unit="s")
    return POSTS.conform(
        pd.DataFrame(
            {
                "platform": "x", "post_id": np.arange(n).astype(str), "created_at": at,
                "kind": np.where(draw.random(n) < 0.35, "repost", "post"),
                "lang": np.where(draw.random(n) < 0.7, "es", "en"), "text": "...",
                "collected_at": at + pd.Timedelta(hours=1), "source": "x-v2",
                "source_file": "posts.jsonl", "source_row": np.arange(n),
            }
        )
    )  # fmt: skip


def newest_first(posts: pd.DataFrame, draw: Draw) -> pd.DataFrame:
    """Keep the last posts of each day up to a cap, and every eighth of the rest."""
    rank = posts.groupby(posts["created_at"].dt.floor("D")).cumcount(ascending=False)
    cap = int(0.5 * len(posts) / posts["created_at"].dt.floor("D").nunique() / _DAY) + 30
    return posts.loc[(rank < cap) | (draw.random(len(posts)) < 1 / 8)]


def oldest_first(posts: pd.DataFrame, _: Draw) -> pd.DataFrame:
    """Keep the first posts of each day up to the usual number of a day."""
    day = posts["created_at"].dt.floor("D")
    usual = int(day.value_counts().median())
    return posts.loc[posts.groupby(day).cumcount() < usual]


def quota(posts: pd.DataFrame, draw: Draw) -> pd.DataFrame:
    """Keep 20 posts drawn from each day."""
    order = posts.iloc[draw.permutation(len(posts))]
    kept = order.loc[order.groupby(order["created_at"].dt.floor("D")).cumcount() < 20]
    return kept.sort_values("created_at")


def standstill(posts: pd.DataFrame, draw: Draw) -> pd.DataFrame:
    """Lose a day and a half in the first third of the series."""
    span = posts["created_at"].iloc[-1] - posts["created_at"].iloc[0]
    began = posts["created_at"].iloc[0] + span * draw.uniform(0.1, 0.3)
    lost = posts["created_at"].between(began, began + pd.Timedelta(hours=36))
    return posts.loc[~lost]


def other_query(posts: pd.DataFrame, _: Draw) -> pd.DataFrame:
    """Lose the posts in one language from the middle on."""
    return _without(posts, posts["lang"].ne("es"))


def reposts_off(posts: pd.DataFrame, _: Draw) -> pd.DataFrame:
    """Lose reposts from the middle on."""
    return _without(posts, posts["kind"].eq("repost"))


def _without(posts: pd.DataFrame, hits: pd.Series) -> pd.DataFrame:
    """Lose the posts that hit in the second half of the time."""
    began, ended = posts["created_at"].iloc[0], posts["created_at"].iloc[-1]
    kept: pd.DataFrame = posts.loc[~hits | (posts["created_at"] < began + (ended - began) / 2)]
    return kept


def no_reposts(posts: pd.DataFrame, _: Draw) -> pd.DataFrame:
    """Lose all reposts."""
    return posts.loc[posts["kind"].ne("repost")]


def late(posts: pd.DataFrame, _: Draw) -> pd.DataFrame:
    """Collect everything 40 days after the first post."""
    return posts.assign(collected_at=posts["created_at"].iloc[0] + pd.Timedelta(days=40))


# What a collector does -> the finding that names it.
SPOILT: dict[str, tuple[Callable[[pd.DataFrame, Draw], pd.DataFrame], str]] = {
    "cap a day, newest first": (newest_first, "CL-SAMPLE-PILE-UP"),
    "cap a day, oldest first": (oldest_first, "CL-SAMPLE-CAP"),
    "20 posts of each day": (quota, "CL-SAMPLE-EVEN"),
    "36 h standstill": (standstill, "CL-SAMPLE-GAP"),
    "a language lost half-way": (other_query, "CL-SAMPLE-LANGUAGES"),
    "reposts lost half-way": (reposts_off, "CL-SAMPLE-REPOSTS-STEP"),
    "no reposts": (no_reposts, "CL-SAMPLE-NO-REPOSTS"),
    "collected 40 days on": (late, "CL-SAMPLE-LATE"),
}
