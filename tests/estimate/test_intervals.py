"""Intervals of shares against published values."""

from __future__ import annotations

import math

import numpy as np
import pytest
from statsmodels.stats.proportion import multinomial_proportions_confint

from crisislab.estimate.intervals import shares_of_whole, wilson


@pytest.mark.parametrize(
    ("successes", "n", "lower", "upper"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_newcombe(successes: int, n: int, lower: float, upper: float) -> None:
    """The four examples of Newcombe 1998 to four decimals."""
    share = wilson(successes, n)
    assert (share.lower, share.upper) == pytest.approx((lower, upper), abs=1e-4)


def test_wilson_of_nothing_is_missing() -> None:
    """A share of nothing cannot be told."""
    assert math.isnan(wilson(0, 0).value)


def test_wilson_refuses_more_than_all() -> None:
    """More successes than cases is refused."""
    with pytest.raises(ValueError, match="not a share"):
        wilson(3, 2)


def test_shares_of_whole_equal_statsmodels() -> None:
    """Goodman's simultaneous intervals, share by share."""
    for counts in ([56, 44], [10, 20, 70], [1, 0, 9, 400]):
        wanted = multinomial_proportions_confint(counts, method="goodman")
        found = shares_of_whole(counts)
        np.testing.assert_allclose([[e.lower, e.upper] for e in found], wanted, atol=1e-12)
    assert math.isnan(shares_of_whole([0, 0])[0].value)
