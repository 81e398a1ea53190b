"""The onset where the record before it is too short for a daily cycle: a jump past any cycle."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import gammaincinv

from crisislab.estimate.survival import Floats

DAILY_CYCLE = 10.0
LEAST_HOURS = 3
_LEVEL = 0.999


@dataclass(frozen=True)
class Jump:
    """A jump; positions are hours from the first.

    Attributes:
        began: First of the hours without a break above the highest rate that those before allow.
        noticed: First hour above ten times that rate.
    """

    began: int
    noticed: int


def first_jump(counts: Any, *, start: int = 0, factor: float = DAILY_CYCLE) -> Jump | None:
    """Return the first jump, or ``None``: nothing can be told, which is no proof of calm.

    The hours before an hour allow a rate of at most the 99.9 % quantile of
    ``Gamma(posts + 1/2) / hours`` (Jeffreys). The jump is noticed at the first of three hours of
    which two lie above ``factor`` times that rate, and followed back over the hours above the
    rate itself. Ten, since a few hours cannot show the daily cycle: over the hours of the day the
    usual posts differ by a factor of 2.4 to 8.8 in ten series of company mentions (Numenta Anomaly
    Benchmark), where 1.7 % of 2,015 stretches of 48 hours without a labelled event alarm. Slow
    rises are not told: each hour raises what the next is held against.

    Args:
        counts: Posts per hour, at least three hours before the jump.
        start: First hour at which a jump may be noticed.
        factor: How many times the highest rate an hour must have.

    >>> first_jump([1, 0, 0, 1, 0, 4, 71, 203])
    Jump(began=5, noticed=6)
    >>> first_jump([71, 203, 287]) is None
    True
    """
    x = np.asarray(counts, dtype=np.float64)
    rate = _highest_rate(x)
    bound, ahead = factor * rate, np.append(x, [0.0, 0.0])
    # Both hours are held against what was known before the first of them.
    again = np.maximum(ahead[1:-1], ahead[2:]) > bound
    found = np.flatnonzero(((x > bound) & again)[start:]) + start
    if not found.size:
        return None
    noticed = began = int(found[0])
    while began > LEAST_HOURS and x[began - 1] > rate[began - 1]:
        began -= 1
    return Jump(began, noticed)


def _highest_rate(x: Floats) -> Floats:
    """Return per hour the highest rate that the hours before it allow; infinite where too few."""
    before = np.arange(len(x), dtype=np.float64)
    posts = np.concatenate([[0.0], np.cumsum(x)[:-1]]) if len(x) else x
    known = before >= LEAST_HOURS
    rate = gammaincinv(posts + 0.5, _LEVEL) / np.maximum(before, 1)
    return np.asarray(np.where(known, rate, np.inf), dtype=np.float64)
