"""Volume per hour, what was expected, and the onset."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crisislab.measure.volume import add_expected, find_onset, posts_per_hour, volume
from tests.build import at, posts

START = pd.Timestamp("2026-03-02T00:00Z")


def series(counts: list[int]) -> pd.DataFrame:
    """Return hours with these counts from 2 March on."""
    hours = pd.date_range(START, periods=len(counts), freq="h", unit="us")
    return pd.DataFrame({"hour_at": hours, "n_posts": counts, "n_own": 0})


def test_posts_per_hour_fills_empty_hours() -> None:
    """Hours without posts count 0, own posts apart."""
    frame = posts(
        {"post_id": "1", "created_at": at("10:59")},
        {"post_id": "2", "created_at": at("12:00")},
        {"post_id": "3", "created_at": at("12:30"), "own": True},
    )
    hours = posts_per_hour(frame)
    assert hours["n_posts"].tolist() == [1, 0, 1]
    assert hours["n_own"].tolist() == [0, 0, 1]
    assert str(hours["hour_at"].dtype) == "datetime64[us, UTC]"


def test_posts_per_hour_of_nothing() -> None:
    """No posts, no hours."""
    assert posts_per_hour(posts()).empty


def test_find_onset_within_an_hour_of_a_threefold_rise() -> None:
    """In 9 of 10 simulated crises the onset is found within one bin of the truth (seeded)."""
    rng = np.random.default_rng(11)
    hits = 0
    for _ in range(100):
        local = np.arange(24 * 16) % 24
        mean = 20 + 10 * np.sin(local / 24 * 2 * np.pi)
        mean[24 * 14 + 9 :] *= 3
        counts = rng.negative_binomial(20, 20 / (20 + mean))
        hours = series(counts.tolist())
        quiet = (START.to_pydatetime(), (START + pd.Timedelta(days=14)).to_pydatetime())
        found = find_onset(add_expected(hours, quiet=quiet, zone="UTC"), after=quiet[1])
        truth = START + pd.Timedelta(days=14, hours=9)
        hits += found is not None and abs((found - truth).total_seconds()) <= 3600
    assert hits >= 90


def test_find_onset_stays_silent_on_quiet_weeks() -> None:
    """Without a rise an onset is found in few of 100 quiet weeks (seeded)."""
    rng = np.random.default_rng(12)
    false = 0
    for _ in range(100):
        hours = series(rng.negative_binomial(20, 0.5, 24 * 21).tolist())
        quiet = (START.to_pydatetime(), (START + pd.Timedelta(days=14)).to_pydatetime())
        false += (
            find_onset(add_expected(hours, quiet=quiet, zone="UTC"), after=quiet[1]) is not None
        )
    assert false <= 10


def test_add_expected_without_quiet_period_is_missing() -> None:
    """Without a quiet period nothing is expected, rather than something made up."""
    hours = add_expected(series([1, 2, 3]), quiet=None, zone="UTC")
    assert hours["expected"].isna().all()
    assert find_onset(hours, after=None) is None


def test_add_expected_uses_local_hours() -> None:
    """The hour of the day is the audience's: a clock change moves no expectation."""
    hours = series([5 if h % 24 == 12 else 1 for h in range(24 * 14)])
    quiet = (START.to_pydatetime(), (START + pd.Timedelta(days=14)).to_pydatetime())
    expected = add_expected(hours, quiet=quiet, zone="America/Bogota")["expected"]
    assert expected[12] == 5
    assert expected[13] == 1


def test_volume_names_the_largest_hour() -> None:
    """The peak is the largest hour and when it was."""
    metrics = volume(series([1, 9, 2])).set_index("metric")["value"]
    assert metrics["n_posts"] == 12
    assert metrics["peak_posts_per_hour"] == 9
    assert metrics["peak_at"] == (START + pd.Timedelta(hours=1)).timestamp()
