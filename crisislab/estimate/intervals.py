"""Intervals for shares."""

from __future__ import annotations

import math
from collections.abc import Sequence

from scipy.stats import chi2, norm

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
