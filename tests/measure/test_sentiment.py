"""The index of negativity against the quiet period."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crisislab.measure.sentiment import (
    negative_index,
    negativity_per_hour,
    sentiment,
    unscored_languages,
)
from tests.build import at, posts


def hours(means: list[float], n: int = 40) -> pd.DataFrame:
    """Return hourly sums with these mean scores and a spread of 0.1 within the hour."""
    start = pd.Timestamp("2026-03-05T00:00Z")
    m = np.array(means)
    return pd.DataFrame(
        {
            "n_scored": float(n),
            "n_unscored": 1.0,
            "total": n * m,
            "squares": n * (m**2 + 0.01),
            "hour_at": pd.date_range(start, periods=len(m), freq="h", unit="us"),
        }
    )


QUIET = (at("2026-03-05T00:00Z").to_pydatetime(), at("2026-03-05T04:00Z").to_pydatetime())


def test_negativity_per_hour_leaves_unscored_out() -> None:
    """An unscored post is counted apart, never as neutral; own posts and reposts are out."""
    frame = posts(
        {"post_id": "1", "created_at": at("10:00")},
        {"post_id": "2", "created_at": at("10:10")},
        {"post_id": "3", "created_at": at("10:20"), "own": True},
        {"post_id": "4", "created_at": at("10:30"), "kind": "repost"},
    ).assign(neg=[0.8, np.nan, 0.1, 0.1])
    table = negativity_per_hour(frame)
    assert table[["n_scored", "n_unscored", "total"]].to_numpy().tolist() == [[1, 1, 0.8]]


def test_negative_index_is_in_quiet_swings() -> None:
    """One quiet standard deviation up is an index of one."""
    table = negative_index(hours([0.2] * 4 + [0.3, 0.2]), quiet=QUIET)
    assert table["index"].round(6).tolist() == [0, 0, 0, 0, 1, 0]
    assert (table["lower"] < table["index"]).all()


def test_negative_index_joins_small_hours() -> None:
    """Hours are joined until a bin holds 30 scored posts; nothing is dropped."""
    table = negative_index(hours([0.2] * 10, n=12), quiet=QUIET)
    assert table["n_scored"].tolist() == [36, 36, 48]
    assert table["hours"].tolist() == [3, 3, 4]


def test_negative_index_without_quiet_period_is_missing() -> None:
    """Without a quiet period there is no index."""
    assert negative_index(hours([0.2, 0.9]), quiet=None)["index"].isna().all()


def test_sentiment_prints_no_percent_without_labels() -> None:
    """No number of the uncalibrated scorer is a share of people or posts."""
    table = hours([0.2] * 4 + [0.9])
    metrics = sentiment(table, negative_index(table, quiet=QUIET), scorer="s 1", after=None)
    assert set(metrics["metric"]) == {"scored_share", "n_unscored", "negative_index"}
    scored = metrics.set_index("metric").loc["scored_share", "value"]
    assert scored == pytest.approx(200 / 205)


def test_unscored_languages_are_told_apart() -> None:
    """Per language: posts without a score over its posts; own posts and reposts are left out."""
    said = pd.DataFrame(
        {
            "lang": ["pt", "pt", "es", "es", None, "pt", "pt"],
            "neg": [np.nan, np.nan, 0.5, np.nan, np.nan, np.nan, np.nan],
            "own": [False] * 5 + [True, False],
            "kind": ["post"] * 6 + ["repost"],
        }
    )
    found = unscored_languages(said, scorer="s 1").set_index("scope")
    assert found["value"].to_dict() == {"lang=pt": 1.0, "lang=es": 0.5, "lang=unknown": 1.0}
    assert found["n"].tolist() == [2, 2, 1]
    assert unscored_languages(said.iloc[2:3], scorer="s 1").empty
