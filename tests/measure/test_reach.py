"""Reach per platform."""

from __future__ import annotations

import pandas as pd

from crisislab.measure.reach import reach, reach_by_platform
from tests.build import at, posts


def crowd() -> pd.DataFrame:
    """Return two authors on x, one posting twice, a repost, an own post, and YouTube."""
    return posts(
        {
            "post_id": "1",
            "created_at": at("10:00"),
            "author_id": "a",
            "n_followers": 100,
            "n_impressions": 40,
            "n_likes": 2,
            "n_reposts": 1,
        },
        {
            "post_id": "2",
            "created_at": at("11:00"),
            "author_id": "a",
            "n_followers": 120,
            "n_likes": 3,
        },
        {
            "post_id": "3",
            "created_at": at("11:30"),
            "author_id": "b",
            "n_followers": 7,
            "kind": "repost",
            "n_impressions": 999,
            "n_likes": 500,
        },
        {"post_id": "4", "created_at": at("11:40"), "author_id": "c"},
        {
            "post_id": "5",
            "created_at": at("11:50"),
            "author_id": "m",
            "own": True,
            "n_followers": 5000,
            "n_impressions": 9000,
        },
        {"post_id": "6", "created_at": at("11:55"), "platform": "youtube", "author_id": "d"},
    )


def test_reach_by_platform_hand_worked() -> None:
    """Each author counts once; reposts' copied counters and own posts do not count."""
    x, youtube = reach_by_platform(crowd()).to_dict("records")
    assert (x["potential_reach"], x["n_authors"], x["n_authors_known"]) == (127, 3, 2)
    assert (x["impressions"], x["n_impressions_known"], x["n_posts"]) == (40, 1, 3)
    assert (x["engagement"], x["n_engagement_known"]) == (6, 2)
    assert pd.isna(youtube["potential_reach"])
    assert pd.isna(youtube["impressions"])


def test_reach_says_measured_or_estimated() -> None:
    """Every number says where it comes from and of how many; unknown is missing, never 0."""
    metrics = reach(reach_by_platform(crowd())).set_index(["metric", "scope"])
    potential = metrics.loc[("potential_reach", "platform=x")]
    assert "estimated" in potential["note"]
    assert (potential["value"], potential["n"]) == (127, 2)
    assert pd.isna(metrics.loc[("impressions", "platform=youtube"), "value"])


def test_reach_added_exact_duplicates_change_nothing_after_dedupe() -> None:
    """Unique authors make reach blind to how often somebody writes."""
    crowd_twice = pd.concat([crowd(), crowd().iloc[[1]].assign(post_id="9")], ignore_index=True)
    before, after = (
        reach_by_platform(c)["potential_reach"].iloc[0] for c in (crowd(), crowd_twice)
    )
    assert before == after
