"""How sure the moments of a crisis are."""

from __future__ import annotations

import math

import numpy as np
import pytest

from crisislab.estimate.course_bands import course_bands
from crisislab.simulate.effect_study import moment_coverage

HOURS = np.arange(24 * 14)
USUAL = np.full(len(HOURS), 10.0)


def _curve(height: float) -> np.ndarray:
    since = HOURS - 168
    shape = np.where(since < 4, np.clip(since / 4, 0, 1), np.exp(-np.maximum(since - 4, 0) / 10))
    return np.random.default_rng(1).poisson(USUAL + height * shape).astype(float)


def test_course_bands_hold_a_clear_crisis() -> None:
    """Rise at 168, peak at 172, half of the excess in the eighth hour."""
    found = course_bands(_curve(600), USUAL, extra=0.001, start=168, seed=1)
    assert found.onset.lower <= 168 <= found.onset.upper <= 170
    assert found.peak.lower <= 172 <= found.peak.upper
    assert found.half_life.lower <= 8 <= found.half_life.upper
    assert found.recovery.lower <= found.recovery.value <= found.recovery.upper


def test_a_quiet_curve_has_no_onset() -> None:
    """Without a rise neither onset nor recovery is told."""
    flat = np.random.default_rng(2).poisson(USUAL).astype(float)
    found = course_bands(flat, USUAL, extra=0.001, start=168, seed=1)
    assert math.isnan(found.onset.value)
    assert math.isnan(found.recovery.value)


def test_course_bands_depend_on_the_seed_alone() -> None:
    """The same counts and seed give the same intervals."""
    one, other = (
        course_bands(_curve(300), USUAL, extra=0.001, start=168, seed=3) for _ in range(2)
    )
    assert one == other


def test_moment_coverage_is_what_it_claims() -> None:
    """In 60 simulated crises nominal 95 % intervals hold the truth in 87 % or more."""
    table = moment_coverage(runs=60, seed=3).set_index("moment")
    assert (table["covered"] >= 0.87).all(), table
    assert table.loc["peak", "covered"] == pytest.approx(0.95, abs=0.08)
