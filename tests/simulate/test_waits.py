"""Intervals against simulated waits whose truth is known."""

from __future__ import annotations

import pytest

from crisislab.simulate.coverage import answered_share, coverage, true_percentile
from crisislab.simulate.waits import simulated_events


def test_intervals_cover_what_they_claim() -> None:
    """95 % intervals hold the truth in 93 to 97 % of 400 simulated crises (seeded)."""
    found = coverage(runs=400, seed=11).set_index("interval")["covered_share"]
    assert found.between(0.93, 0.97).all(), found


def test_bootstrap_by_author_covers_where_others_do_not() -> None:
    """With three waits of each author the bootstrap covers; intervals that think them apart
    do not.
    """
    rows = coverage(runs=400, by_author=3, n_draws=200, seed=11)
    assert rows["covered_share"].between(0.93, 0.97).all(), rows
    apart = coverage(runs=100, by_author=3, seed=11).set_index("interval")["covered_share"]
    assert apart["within=240"] < 0.9


def test_truth_of_the_simulation() -> None:
    """The percentile inverts the share."""
    assert answered_share(true_percentile(50)) == pytest.approx(0.5)
    assert answered_share(0) == 0


def test_simulated_events_are_seeded() -> None:
    """The same seed gives the same events, in order of time, none after the end."""
    events, until = simulated_events(50, seed=3)
    assert events.equals(simulated_events(50, seed=3)[0])
    assert events["at"].is_monotonic_increasing
    assert (events["at"] <= until).all()
