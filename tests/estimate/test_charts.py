"""Control charts: run lengths against published tables and simulation."""

from __future__ import annotations

import numpy as np
import pytest

from crisislab.estimate.charts import cusum, cusum_run_length, ewma, ewma_limit, ewma_run_length


@pytest.mark.parametrize(
    ("limit", "shift", "published"), [(4, 0, 167.7), (4, 1, 8.38), (5, 0, 465.4), (5, 1, 10.38)]
)
def test_cusum_run_length_as_published(limit: float, shift: float, published: float) -> None:
    """Run lengths of k = 0.5 within 1 % of Montgomery's table."""
    found = cusum_run_length(allowance=0.5, limit=limit, shift=shift)
    assert found == pytest.approx(published, rel=0.01)


@pytest.mark.parametrize(
    ("weight", "width", "quiet", "shifted"),
    [(0.1, 2.814, 499.1, 10.3), (0.2, 2.962, 499.5, 10.5), (0.05, 2.615, 499.2, 11.4)],
)
def test_ewma_run_length_as_published(
    weight: float, width: float, quiet: float, shifted: float
) -> None:
    """Run lengths within 1 % of Lucas and Saccucci's table."""
    assert ewma_run_length(weight=weight, width=width) == pytest.approx(quiet, rel=0.01)
    found = ewma_run_length(weight=weight, width=width, shift=1.0)
    assert found == pytest.approx(shifted, rel=0.01)


def test_cusum_runs_as_long_as_its_table_says() -> None:
    """The chart itself, on noise, alarms at the one-sided rate of the Markov chain."""
    noise = np.random.default_rng(4).normal(size=400_000)
    alarms = int((cusum(noise, limit=4.0) > 4.0).sum())
    expected = cusum_run_length(allowance=0.5, limit=4, two_sided=False)
    assert len(noise) / alarms == pytest.approx(expected, rel=0.06)


def test_ewma_of_noise_stays_inside_its_limit() -> None:
    """The moving average of noise passes its limit about once in 500 values."""
    level = ewma(np.random.default_rng(5).normal(size=100_000))
    outside = np.abs(level) > ewma_limit()
    entries = int((outside[1:] & ~outside[:-1]).sum())
    assert 100 < entries < 400
