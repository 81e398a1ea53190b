"""Waiting times: hand-worked, against the published sample, and by their invariances."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from crisislab.measure.response import first_response_time, waits
from tests.build import at, posts

UNTIL = pd.Series({"x": at("12:00")})


def talk() -> pd.DataFrame:
    """Return four people: answered after 10, 30 and 60 minutes, and one never."""
    asked = [("a", "10:00"), ("b", "10:10"), ("c", "10:20"), ("d", "10:30")]
    told = [("a", "10:10"), ("b", "10:40"), ("c", "11:20")]
    return posts(
        *(
            {"post_id": who, "created_at": at(when), "author_id": who, "mentions": "marca"}
            for who, when in asked
        ),
        *(
            {
                "post_id": f"r{who}",
                "created_at": at(when),
                "author_id": "m",
                "own": True,
                "kind": "reply",
                "parent_id": who,
            }
            for who, when in told
        ),
    )


def value(metrics: pd.DataFrame, metric: str, scope: str) -> float:
    """Return one number."""
    row = metrics[(metrics["metric"] == metric) & metrics["scope"].str.startswith(scope)]
    return float(row["value"].iloc[0])


def test_waits_hand_worked() -> None:
    """Minutes until the reply, or until the end of the data for who still waits."""
    table = waits(talk(), until=UNTIL, handles=["marca"])
    assert table["minutes"].tolist() == [10, 30, 60, 90]
    assert table["answered"].tolist() == [True, True, True, False]


def test_first_response_time_hand_worked() -> None:
    """Half waited 30 minutes; three of four were answered within the hour."""
    metrics = first_response_time(waits(talk(), until=UNTIL, handles=["marca"]))
    assert value(metrics, "first_response_time", "percentile=50") == 30
    assert value(metrics, "reply_rate", "within=60") == pytest.approx(0.75)
    assert math.isnan(value(metrics, "first_response_time", "percentile=90"))
    assert value(metrics, "answered_only_median", "rule") == 30


def test_first_response_time_without_brand_posts_is_missing() -> None:
    """Where the exports hold no post of the brand nothing is told, and nothing is 0."""
    silent = talk()[lambda t: ~t["own"]].reset_index(drop=True)
    table = waits(silent, until=UNTIL, handles=["marca"])
    metrics = first_response_time(table, brand_posts=False)
    told = metrics[metrics["metric"] != "n_conversations"]
    assert told["value"].isna().all()
    assert set(told["note"]) == {"no_brand_posts"}


def test_first_response_time_of_nobody() -> None:
    """No conversations: counts are 0, times are missing."""
    metrics = first_response_time(waits(posts(), until=UNTIL))
    assert value(metrics, "n_conversations", "rule") == 0
    assert math.isnan(value(metrics, "first_response_time", "percentile=50"))


def test_first_response_time_one_more_unanswered_never_shortens() -> None:
    """A further person without answer never makes the numbers look better."""
    more = pd.concat(
        [
            talk(),
            posts(
                {"post_id": "z", "created_at": at("10:00"), "author_id": "z", "mentions": "marca"}
            ),
        ],
        ignore_index=True,
    )
    before = first_response_time(waits(talk(), until=UNTIL, handles=["marca"]))
    after = first_response_time(waits(more, until=UNTIL, handles=["marca"]))
    assert value(after, "reply_rate", "within=60") < value(before, "reply_rate", "within=60")
    assert value(after, "first_response_time", "percentile=50") >= 30


def test_intervals_know_that_people_repeat() -> None:
    """With a seed each number stands again with the interval of resampling people: the same
    number, a wider interval where they repeat, and nothing more where nobody does.
    """
    rng = np.random.default_rng(5)
    wait = np.repeat(rng.exponential(60, 30), 8)
    table = pd.DataFrame(
        {"platform": "x", "person": np.repeat(np.arange(30), 8).astype(str), "minutes": wait,
         "answered": wait < 100}
    )  # fmt: skip
    found = first_response_time(table, seed=1).set_index(["metric", "scope"])
    apart = found.loc[("reply_rate", "within=60;rule=conversations")]
    people = found.loc[("reply_rate", "within=60;rule=conversations;interval=people")]
    assert people["value"] == pytest.approx(apart["value"])
    assert people["upper"] - people["lower"] > 2 * (apart["upper"] - apart["lower"])
    assert (apart["n"], people["n"]) == (240, 30)
    alone = first_response_time(table.iloc[::8], seed=1)
    assert not alone["scope"].str.contains("interval=").any()
