"""Limits and residuals of counts that vary more than Poisson."""

from __future__ import annotations

import numpy as np
import pytest

from crisislab.estimate.counts import (
    chance_above,
    extra_variance,
    steady_residuals,
    upper_limit,
)


def test_extra_variance_finds_the_dispersion_drawn() -> None:
    """The moments give back the extra variance of simulated counts, by both weightings."""
    dice = np.random.default_rng(1)
    mu = np.tile([5.0, 20.0, 60.0], 20_000)
    counts = dice.negative_binomial(1 / 0.3, (1 / 0.3) / (1 / 0.3 + mu))
    assert extra_variance(counts, mu) == pytest.approx(0.3, rel=0.03)
    assert extra_variance(counts, mu, weighting="equal") == pytest.approx(0.3, rel=0.03)
    assert extra_variance(dice.poisson(mu), mu) < 0.005


def test_upper_limit_is_passed_as_often_as_it_says() -> None:
    """One hour in a thousand passes the limit; a Poisson limit is passed fifty times as often."""
    dice = np.random.default_rng(2)
    mu = np.full(200_000, 30.0)
    counts = dice.negative_binomial(5, 5 / (5 + mu))
    passed = (counts > upper_limit(mu, 0.2)).mean()
    assert 0.0005 < passed <= 0.0013
    assert (chance_above(counts, mu, None) < 0.001).mean() > 50 * passed


@pytest.mark.parametrize("extra", [1e-9, 0.05, 0.3])
def test_steady_residuals_have_unit_spread_at_every_level(extra: float) -> None:
    """Busy and quiet hours have residuals of about one standard deviation."""
    dice = np.random.default_rng(3)
    for mean in (20.0, 60.0, 300.0):
        mu = np.full(40_000, mean)
        size = 1 / extra
        counts = dice.poisson(mu) if extra < 1e-6 else dice.negative_binomial(
            size, size / (size + mu)
        )  # fmt: skip
        residuals = steady_residuals(counts, mu, extra)
        assert residuals.std() == pytest.approx(1.0, abs=0.1)
        assert abs(residuals.mean()) < 0.2


def test_steady_residuals_are_numbers_however_far_out() -> None:
    """A count that is next to impossible is far out on its side, never infinite."""
    residuals = steady_residuals([0.0, 5e6], [1e6, 10.0], 0.01)
    assert residuals.tolist() == pytest.approx([-37.05, 37.05], abs=0.01)
