"""Restricted means against R, and by hand."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest

from crisislab.estimate.restricted import mean_difference, restricted_mean
from crisislab.estimate.survival import waiting_curve


def test_restricted_mean_hand_worked() -> None:
    """Answered after 10 and 30 of 60 minutes, one not: (10 + 30 + 60) / 3."""
    mean = restricted_mean(waiting_curve([10, 30, 60], [True, True, False]), 60)
    assert mean.value == pytest.approx(100 / 3)
    # A(10) = 20 * 2/3 + 30 * 1/3, A(30) = 30 * 1/3; d/(y(y-d)) = 1/6 and 1/2.
    assert mean.se == pytest.approx(math.sqrt((70 / 3) ** 2 / 6 + 10**2 / 2))


def test_restricted_mean_lung_as_r(real_data: Path) -> None:
    """R: survfit(lung), rmean = 500: 310.334437, se 11.2460."""
    lung = pd.read_csv(real_data / "reference" / "survival" / "lung.csv")
    mean = restricted_mean(waiting_curve(lung["time"], lung["status"] == 2), 500)
    assert mean.value == pytest.approx(310.334437, abs=1e-6)
    assert mean.se == pytest.approx(11.2460, abs=5e-5)


def test_restricted_mean_pbc_as_r(real_data: Path) -> None:
    """R: both arms of pbc within 10 years, means and standard errors, and their difference."""
    pbc = pd.read_csv(real_data / "reference" / "survival" / "pbc.csv").iloc[:312]
    arms = {
        arm: restricted_mean(waiting_curve(rows["time"] / 365.25, rows["status"] == 2), 10)
        for arm, rows in pbc.groupby("trt")
    }
    assert (arms[1].value, arms[1].se) == pytest.approx((7.1464930, 0.28277485), abs=1e-6)
    assert (arms[2].value, arms[2].se) == pytest.approx((7.2834158, 0.29547809), abs=1e-6)
    # Published: survRM2 vignette, arm 1 minus arm 0: -0.137 (-0.939 to 0.665).
    gap = mean_difference(arms[1], arms[2])
    assert (gap.value, gap.lower, gap.upper) == pytest.approx((-0.137, -0.939, 0.665), abs=5e-4)


def test_mean_difference_refuses_unlike_limits() -> None:
    """Means up to different limits do not compare."""
    curve = waiting_curve([10, 30], [True, True])
    with pytest.raises(ValueError, match="do not compare"):
        mean_difference(restricted_mean(curve, 60), restricted_mean(curve, 30))


def test_restricted_mean_of_nobody() -> None:
    """Nobody waited: missing, never 0; a limit of 0 is refused."""
    assert math.isnan(restricted_mean(waiting_curve([], []), 60).interval().value)
    with pytest.raises(ValueError, match="above zero"):
        restricted_mean(waiting_curve([1], [True]), 0)
