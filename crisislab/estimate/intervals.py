"""Intervals for shares, for their differences and for rates of rare events."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.stats import binom, chi2, norm

from crisislab.estimate.survival import Estimate


def wilson(successes: int, n: int, *, level: float = 0.95) -> Estimate:
    """Return a share with Wilson's score interval.

    ``(p + z^2/2n +- z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n)``. Source: Wilson 1927;
    checked against Newcombe 1998.

    Raises:
        ValueError: If the counts cannot be a share.

    >>> share = wilson(81, 263)
    >>> round(share.lower, 4), round(share.upper, 4)
    (0.2553, 0.3662)
    """
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n} is not a share")
    if n == 0:
        return Estimate(math.nan, math.nan, math.nan)
    z = float(norm.ppf((1 + level) / 2))
    p = successes / n
    middle = p + z * z / (2 * n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    lower = 0.0 if successes == 0 else (middle - half) / scale
    upper = 1.0 if successes == n else (middle + half) / scale
    return Estimate(p, lower, upper)


def shares_of_whole(counts: Sequence[int], *, level: float = 0.95) -> list[Estimate]:
    """Return the shares of a whole with intervals that hold together.

    Goodman's simultaneous multinomial intervals: with the stated chance *all* of them hold the
    truth at once. ``(q + 2x +- sqrt(q (q + 4x (n - x) / n))) / (2 (n + q))`` with ``q`` the
    quantile of chi-squared at ``1 - (1 - level) / k``. Source: Goodman 1965; equal to statsmodels.

    >>> [round(share.upper, 3) for share in shares_of_whole([56, 44])]
    [0.666, 0.551]
    """
    whole = sum(counts)
    if not whole:
        return [Estimate(math.nan, math.nan, math.nan) for _ in counts]
    q = float(chi2.ppf(1 - (1 - level) / len(counts), 1))
    found = []
    for count in counts:
        half = math.sqrt(q * (q + 4 * count * (whole - count) / whole))
        ends = [(q + 2 * count + sign * half) / (2 * (whole + q)) for sign in (-1, 1)]
        found.append(Estimate(count / whole, max(ends[0], 0.0), min(ends[1], 1.0)))
    return found


def newcombe(successes: int, n: int, other: int, n_other: int, *, level: float = 0.95) -> Estimate:
    """Return the difference of two shares, first minus second, with Newcombe's interval.

    Hybrid score: from the two Wilson intervals ``l, u``: ``d - sqrt((p1-l1)^2 + (u2-p2)^2)`` to
    ``d + sqrt((u1-p1)^2 + (p2-l2)^2)``. Fit for small n; the two samples must be independent.
    Source: Newcombe 1998, Statistics in Medicine 17:873, method 10.

    >>> gap = newcombe(56, 70, 48, 80)
    >>> round(gap.value, 4), round(gap.lower, 4), round(gap.upper, 4)
    (0.2, 0.0524, 0.3339)
    """
    first, second = wilson(successes, n, level=level), wilson(other, n_other, level=level)
    gap = first.value - second.value
    down = math.hypot(first.value - first.lower, second.upper - second.value)
    up = math.hypot(first.upper - first.value, second.value - second.lower)
    return Estimate(gap, gap - down, gap + up)


def poisson_rate(count: int, exposure: float, *, level: float = 0.95) -> Estimate:
    """Return events per unit of exposure with the exact Poisson interval (Garwood 1936).

    ``chi2(alpha/2, 2k)/2`` to ``chi2(1-alpha/2, 2k+2)/2`` events, over the exposure. No event in
    two weeks still allows 1.84 a week.

    >>> rate = poisson_rate(0, 2.0)
    >>> rate.value, rate.lower, round(rate.upper, 4)
    (0.0, 0.0, 1.8444)
    """
    if count < 0 or not exposure > 0:
        return Estimate(math.nan, math.nan, math.nan)
    tail = (1 - level) / 2
    lower = 0.0 if count == 0 else float(chi2.ppf(tail, 2 * count)) / 2
    upper = float(chi2.ppf(1 - tail, 2 * count + 2)) / 2
    return Estimate(count / exposure, lower / exposure, upper / exposure)


def median_interval(values: npt.NDArray[np.float64], *, level: float = 0.95) -> Estimate:
    """Return the median with the distribution-free interval from order statistics.

    From the ``k``-th smallest to the ``k``-th largest, the largest ``k`` with binomial(n, 1/2)
    coverage of at least ``level``; without bounds (missing) where n is too small for any (under 6).

    >>> found = median_interval(np.arange(1.0, 11.0))
    >>> found.value, found.lower, found.upper
    (5.5, 2.0, 9.0)
    """
    ordered = np.sort(values)
    n = int(ordered.size)
    if n == 0:
        return Estimate(math.nan, math.nan, math.nan)
    middle = float(np.median(ordered))
    k = int(binom.ppf((1 - level) / 2, n, 0.5))
    if k < 1:
        return Estimate(middle, math.nan, math.nan)
    return Estimate(middle, float(ordered[k - 1]), float(ordered[n - k]))
