"""Waiting curves against R and against hand-worked tables."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crisislab.estimate.survival import waiting_curve


def test_waiting_curve_hand_worked() -> None:
    """Six people, two still waiting: the shares and numbers at risk are those of the hand."""
    curve = waiting_curve([1, 3, 3, 5, 8, 8], [True, True, False, True, True, False])
    assert curve.minutes.tolist() == [1, 3, 5, 8]
    assert curve.n_at_risk.tolist() == [6, 5, 3, 2]
    assert curve.waiting.tolist() == pytest.approx([5 / 6, 2 / 3, 4 / 9, 2 / 9])


def test_waiting_curve_leukaemia() -> None:
    """The 6-MP arm has median 23 (R survival); leaving the waiting out would say 10."""
    time = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
    event = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
    assert waiting_curve(time, event).percentile(50).value == 23
    assert np.median(np.array(time)[np.array(event) == 1]) == 10


def test_waiting_curve_lung_as_r(real_data: Path) -> None:
    """Quartiles, S(365) and log-log limits of the lung data equal R's survfit."""
    lung = pd.read_csv(real_data / "reference" / "survival" / "lung.csv")
    curve = waiting_curve(lung["time"], lung["status"] == 2)
    assert [curve.percentile(p).value for p in (25, 50, 75)] == [170, 310, 550]
    assert (curve.percentile(50).lower, curve.percentile(50).upper) == (284, 361)
    year = curve.waiting_at(365)
    assert (year.value, year.lower, year.upper) == pytest.approx(
        (0.409242, 0.338714, 0.478381), abs=1e-6
    )
    assert (curve.percentile(90).value, np.isnan(curve.percentile(90).upper)) == (735, True)
    assert (curve.n, curve.n_answered) == (228, 165)


@pytest.mark.parametrize(
    ("name", "time", "event", "group", "medians"),
    [
        ("leukemia", "t", "status", "Rx", {0: 23, 1: 8}),
        ("dd", "duration", "observed", "democracy", {"Democracy": 3, "Non-democracy": 6}),
        ("waltons", "T", "E", "group", {"control": 58, "miR-137": 26}),
    ],
)
def test_waiting_curve_medians_as_published(
    real_data: Path, name: str, time: str, event: str, group: str, medians: dict[object, float]
) -> None:
    """Medians of both groups as R and lifelines print them."""
    table = pd.read_csv(real_data / "reference" / "survival" / f"{name}.csv")
    found = {
        key: waiting_curve(rows[time], rows[event] == 1).percentile(50).value
        for key, rows in table.groupby(group)
    }
    assert found == medians


def test_percentile_not_reached_is_missing() -> None:
    """A percentile beyond the last reply is not reached, never the longest wait."""
    curve = waiting_curve([1, 2, 50, 50], [True, False, False, False])
    assert np.isnan(curve.percentile(50).value)


def test_answered_by_nobody_has_an_exact_interval() -> None:
    """Nobody of twenty answered within the hour: 0 to .1684 (Clopper-Pearson), never "certain"."""
    curve = waiting_curve([90.0] * 20, [True] * 20)
    found = curve.answered_by(60)
    assert (found.value, found.lower) == (0, 0)
    assert found.upper == pytest.approx(0.1684, abs=1e-4)
    after = curve.answered_by(90)
    assert after.value == 1
    half = waiting_curve([10.0, 90], [True, True])
    left = half.waiting_at(20)
    assert half.answered_by(20).lower == 1 - left.upper


def test_answered_by_nobody_at_all_has_an_interval_too() -> None:
    """Twenty watched for an hour and none ever answered: at most .1684; the rest say nothing."""
    curve = waiting_curve([90.0] * 20 + [30.0] * 500, [False] * 520)
    found = curve.answered_by(60)
    assert (found.value, found.lower) == (0, 0)
    assert found.upper == pytest.approx(0.1684, abs=1e-4)
    assert np.isnan(curve.answered_by(91).upper)
    assert waiting_curve([90.0], [False]).answered_by(60).upper == pytest.approx(0.975)


def test_answered_by_all_has_an_interval_too() -> None:
    """Twenty of twenty: .8316 to 1 (Clopper-Pearson); of two cut short and one answered, .025."""
    found = waiting_curve([5.0] * 20, [True] * 20).answered_by(60)
    assert (found.value, found.upper) == (1, 1)
    assert found.lower == pytest.approx(0.8316, abs=1e-4)
    assert waiting_curve([5, 6, 7], [False, False, True]).answered_by(7).lower == pytest.approx(
        0.025
    )


def test_waiting_curve_empty() -> None:
    """No conversations: everything is missing, nothing is 0."""
    curve = waiting_curve([], [])
    assert np.isnan(curve.waiting_at(60).value)
    assert np.isnan(curve.percentile(50).value)
    assert curve.steps().empty


def test_waiting_curve_refuses_negative() -> None:
    """A negative wait is refused, not clipped."""
    with pytest.raises(ValueError, match="zero or more"):
        waiting_curve([-1.0], [True])


@given(
    st.lists(st.tuples(st.integers(0, 500), st.booleans()), min_size=1, max_size=40),
    st.integers(0, 500),
)
def test_waiting_curve_one_more_unanswered_never_shortens(
    people: list[tuple[int, bool]], extra: int
) -> None:
    """Adding somebody still waiting lowers no share still waiting and no percentile."""
    before = waiting_curve(*zip(*people, strict=True))
    after = waiting_curve(*zip(*people, (extra, False), strict=True))
    for minutes in (0, 10, 100, 400):
        assert after.waiting_at(minutes).value >= before.waiting_at(minutes).value - 1e-12
    for percent in (25, 50, 90):
        old, new = before.percentile(percent).value, after.percentile(percent).value
        assert np.isnan(new) or new >= old


def test_percentile_interval_covers_in_simulation() -> None:
    """The interval of the median covers the truth about 95 times in 100 (seeded, 400 runs)."""
    rng = np.random.default_rng(7)
    covered = 0
    for _ in range(400):
        wait, stop = rng.exponential(60, 120), rng.uniform(20, 240, 120)
        median = waiting_curve(np.minimum(wait, stop), wait <= stop).percentile(50)
        covered += median.lower <= 60 * np.log(2) <= median.upper
    assert 0.93 <= covered / 400 <= 0.98
