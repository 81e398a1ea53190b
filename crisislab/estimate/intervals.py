"""Intervals for shares."""

from __future__ import annotations

import math

from scipy.stats import norm

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
