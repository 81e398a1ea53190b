"""Mean waits up to a limit, with the right standard error, and their difference."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from crisislab.estimate.survival import Estimate, WaitingCurve


@dataclass(frozen=True)
class Mean:
    """A mean wait up to a limit.

    Attributes:
        value: Mean of ``min(T, limit)``, minutes.
        se: Standard error of that mean (of the estimate, not of the waits).
        limit: The limit, minutes.
        n: People it rests on.
    """

    value: float
    se: float
    limit: float
    n: int

    def interval(self, level: float = 0.95) -> Estimate:
        """Return the mean with its normal interval, minutes; never below 0 or above the limit."""
        half = NormalDist().inv_cdf((1 + level) / 2) * self.se
        if math.isnan(half):
            return Estimate(self.value, math.nan, math.nan)
        return Estimate(self.value, max(0.0, self.value - half), min(self.limit, self.value + half))


def restricted_mean(curve: WaitingCurve, limit: float) -> Mean:
    """Return the mean wait up to ``limit``: everybody counts at most that long.

    ``integral of S(u) du from 0 to limit``; ``SE^2 = sum over reply times u < limit of
    A(u)^2 d_u / (y_u (y_u - d_u))`` with ``A(u)`` the area under ``S`` from ``u`` to the limit.
    Sources: Royston & Parmar 2013; checked against R (survival). The limit must not lie beyond
    the longest wait that was watched, or the curve would be drawn on without data.

    Args:
        curve: Share still waiting.
        limit: Limit, minutes.

    Raises:
        ValueError: If the limit is not above zero.

    >>> from crisislab.estimate.survival import waiting_curve
    >>> round(restricted_mean(waiting_curve([10, 30, 60], [True, True, False]), 60).value, 6)
    33.333333
    """
    if not limit > 0:
        raise ValueError("the limit of a mean wait must be above zero minutes")
    if curve.n == 0:
        return Mean(math.nan, math.nan, limit, 0)
    inside = curve.minutes < limit
    at = curve.minutes[inside]
    share = np.concatenate([[1.0], curve.waiting[inside]])
    areas = share * np.diff(np.concatenate([[0.0], at, [limit]]))
    left = np.cumsum(areas[::-1])[::-1][1:]
    y = curve.n_at_risk[inside].astype(float)
    d = curve.n_replies[inside].astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = left**2 * d / (y * (y - d))
    # Where everybody was answered nothing is left to wait: 0/0 is 0 there.
    return Mean(float(areas.sum()), math.sqrt(float(np.nansum(terms))), limit, curve.n)


def mean_difference(one: Mean, other: Mean, level: float = 0.95) -> Estimate:
    """Return ``one - other`` of two independent groups with its normal interval, minutes.

    Raises:
        ValueError: If the two means have different limits.
    """
    if one.limit != other.limit:
        raise ValueError(f"means up to {one.limit:g} and {other.limit:g} minutes do not compare")
    gap = one.value - other.value
    half = NormalDist().inv_cdf((1 + level) / 2) * math.hypot(one.se, other.se)
    return Estimate(gap, gap - half, gap + half)
