"""A log that people keep goes forward in time; where it goes back by hours, a date is wrong.

Past midnight the date was not changed, the afternoon was written without p. m., or a day, a month
or a year was mistyped.
"""

from __future__ import annotations

import numpy as np

from crisislab.read._clock import NAT, Mask, Micros

_HOUR = 3_600 * 1_000_000
_BACK = 6 * _HOUR
_DAY = 24 * _HOUR
_FEW = 2
_MOST = 1 / 3


def out_of_order(us: Micros) -> Mask:
    """Return which entries stand hours before one above them, or hours after one below.

    Of both, the fewer are told. A log in no order at all tells nothing; one with the newest entry
    on top is read from below. A stretch of more than two entries counts where it lies less than a
    day off: two logs one below the other are no mistake.

    >>> hour = 3_600_000_000
    >>> out_of_order(np.array([22, 23, 0, 1]) * hour).tolist()
    [False, False, True, True]
    """
    none = np.zeros(len(us), dtype=bool)
    known = np.flatnonzero(us != NAT)
    if len(known) <= _FEW:
        return none
    times = us[known]
    steps = np.sign(np.diff(times)).sum()
    if steps < 0:
        known, times = known[::-1], times[::-1]
    highest = np.maximum.accumulate(times)
    lowest = np.minimum.accumulate(times[::-1])[::-1]
    early, late = highest - times, times - lowest
    before, after = early > _BACK, late > _BACK
    wrong, off = (before, early) if before.sum() <= after.sum() else (after, late)
    if wrong.sum() > _most(len(times)):
        return none
    none[known[_short_or_near(wrong, off)]] = True
    return none


def _most(n: int) -> int:
    """Return how many entries at most may be out of order in a log that is in order."""
    return max(_FEW, int(n * _MOST))


def _short_or_near(wrong: Mask, off: Micros) -> Mask:
    """Return the stretches of entries that are few, or less than a day off."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], wrong, [False]))))
    kept = np.zeros(len(wrong), dtype=bool)
    for start, end in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        kept[start:end] = end - start <= _FEW or bool((off[start:end] < _DAY).all())
    return kept
