"""The ratio of two sums over items, with its interval."""

from __future__ import annotations

import math

import numpy as np

from crisislab.estimate.survival import Estimate, Floats

DRAWS = 200
_Z = 1.959964


def resampled_ratio(top: Floats, bottom: Floats, *, dice: np.random.Generator) -> Estimate:
    """Return ``sum(top) / sum(bottom)`` with the interval of 200 bootstraps over the items.

    >>> ones = np.ones(10)
    >>> resampled_ratio(ones, ones * 4, dice=np.random.default_rng(1)).value
    0.25
    """
    n = len(top)
    weights = (dice.multinomial(n, np.full(n, 1 / n)) for _ in range(DRAWS))
    sums = np.array([(top @ weight, bottom @ weight) for weight in weights])
    ratios = sums[sums[:, 1] > 0, 0] / sums[sums[:, 1] > 0, 1]
    low, high = np.quantile(ratios, [0.025, 0.975])
    return Estimate(float(top.sum() / bottom.sum()), float(low), float(high))


def linear_ratio(
    n: int, top: float, bottom: float, squares: tuple[float, float, float]
) -> Estimate:
    """Return the same from sums alone, for items too many to draw again and again.

    ``R = T / B`` and ``se(R)^2 = n / (n - 1) * sum((t - R b)^2) / B^2`` (linearisation; Cochran,
    Sampling Techniques, 6.3), which the bootstrap tends to as items grow many.

    Args:
        n: Items.
        top: Sum of ``t``.
        bottom: Sum of ``b``, above 0.
        squares: Sums of ``t^2``, ``t b`` and ``b^2``.

    >>> linear_ratio(4, 4.0, 16.0, (4.0, 16.0, 64.0))
    Estimate(value=0.25, lower=0.25, upper=0.25)
    """
    ratio = top / bottom
    rest = squares[0] - 2 * ratio * squares[1] + ratio**2 * squares[2]
    half = _Z * math.sqrt(max(n / (n - 1) * rest, 0.0)) / bottom
    return Estimate(ratio, max(ratio - half, 0.0), ratio + half)
