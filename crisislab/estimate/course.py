"""The course of a crisis in counts per hour: rise, peak, half of it, calm again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy  # scipy.signal is slow to load; it is when it is first asked for

from crisislab.estimate.counts import threefold_evidence
from crisislab.estimate.survival import Floats

HOLD_HOURS = 6
BACK_HOURS = 12


@dataclass(frozen=True)
class Course:
    """Places (hours from the first) and lengths of one crisis; missing: never, or cannot be told.

    Attributes:
        onset: First hour of the lasting rise.
        alarm: First hour of it above the alarm limit.
        peak: Largest hour of the three with the largest mean.
        recovery: First hour from which counts stay within the limit.
        half_life: Hours from the peak until half of the excess after it has occurred.
        half_peak: Hours from the peak until under half of its count.
    """

    onset: float
    alarm: float
    peak: float
    recovery: float
    half_life: float
    half_peak: float

    @property
    def recovery_hours(self) -> float:
        """Hours above the limit: from the first one above it until calm."""
        return self.recovery - self.alarm


def course(
    counts: Any, expected: Any, alarm: Any, raised: Any, *, extra: float, start: int,
    hold: int = HOLD_HOURS,
) -> Course:  # fmt: skip
    """Return the course of a crisis.

    Args:
        counts: Posts per hour.
        expected: Usual posts per hour; missing without a quiet period.
        alarm: Alarm limit per hour.
        raised: Lower limit, back to which the rise is followed.
        extra: Variance beyond Poisson of the quiet period.
        start: First hour that is not quiet.
        hold: Hours that must stay within the limit to be recovered.
    """
    x, mu, high, low = (np.asarray(v, dtype=np.float64) for v in (counts, expected, alarm, raised))
    none = float("nan")
    if start >= len(x):
        return Course(none, none, none, none, none, none)
    evidence = threefold_evidence(x[start:], np.nan_to_num(mu[start:]), extra)
    rise = first_rise(x[start:], high[start:], low[start:], evidence)
    begin = start if rise is None else start + rise
    peak = _top(x, begin + int(smooth3(x)[begin:].argmax()), begin)
    half = hours_to_half(x, np.nan_to_num(mu), peak=peak)
    if rise is None:
        return Course(none, none, float(peak), none, half, hours_to_half_peak(x, peak=peak))
    first = begin + int(np.argmax(x[begin:] > high[begin:]))
    calm = first_calm(x, high, after=max(peak, first), hold=hold)
    return Course(
        onset=float(begin),
        alarm=float(first),
        peak=float(peak),
        recovery=none if calm is None else float(calm),
        half_life=half,
        half_peak=hours_to_half_peak(x, peak=peak),
    )


def _top(x: Floats, middle: int, begin: int) -> int:
    first = max(middle - 1, begin)
    return first + int(x[first : middle + 2].argmax())


def further_peaks(counts: Any, alarm: Any, *, apart: int = 12, tallest: int = 8) -> list[int]:
    """Return the places of the local peaks above the limit, in order of time.

    Peaks of the three-hour mean, at least ``apart`` hours from a taller one, that stand out from
    the dips beside them by at least the limit; at most the ``tallest``. Each is placed at the
    largest count of its three hours.

    >>> further_peaks([0, 9, 3, 0, 0, 3, 7, 0, 0], [2] * 9, apart=2)
    [1, 6]
    """
    smooth = np.concatenate([[0.0], smooth3(counts), [0.0]])
    limit = np.concatenate([[np.inf], np.asarray(alarm, dtype=np.float64), [np.inf]])
    places, facts = scipy.signal.find_peaks(smooth, distance=apart, prominence=1e-9)
    fit = (smooth[places] > limit[places]) & (facts["prominences"] >= limit[places])
    ranked = sorted(places[fit], key=lambda place: (-smooth[place], place))[:tallest]
    x = np.concatenate([[0.0], np.asarray(counts, dtype=np.float64), [0.0]])
    tops = {place - 1 + int(x[place - 1 : place + 2].argmax()) for place in ranked}
    return sorted(int(top) - 1 for top in tops)


def first_rise(
    counts: Any, alarm: Any, raised: Any, evidence: Any, *, of: int = 3, above: int = 2
) -> int | None:
    """Return the place of the first hour of a lasting rise, or ``None``.

    The rise is noticed where a count above the alarm limit begins ``of`` hours of which ``above``
    are above it. An alarm limit is passed late, so it *began* where the sum of the evidence up
    to the alarm is largest, within twelve hours: the last zero of Page's cumulative sum (1954),
    the likeliest first hour of a threefold rise. From there it is followed back over the hours
    without a break above the lower limit ``raised``: slow rises begin below three times the usual.

    Args:
        counts: Posts per hour.
        alarm: Alarm limit per hour.
        raised: Lower limit per hour.
        evidence: Log likelihood ratio of a rise per hour
            (:func:`crisislab.estimate.counts.threefold_evidence`).
        of: Hours looked at together.
        above: How many of them must lie above the alarm limit.

    >>> first_rise([1, 1, 6, 9, 9], [8] * 5, [5] * 5, [-2, -2, 1, 2, 2])
    2
    >>> first_rise([], [], [], []) is None
    True
    >>> first_rise([1, 7, 4, 9, 9], [8] * 5, [5] * 5, [-2, 1.5, -0.5, 2, 2])
    1
    """
    x = np.asarray(counts, dtype=np.float64)
    if not x.size:
        return None
    loud = x > np.asarray(alarm, dtype=np.float64)
    ahead = np.convolve(loud.astype(np.int64), np.ones(of, dtype=np.int64))[of - 1 :][: len(x)]
    padded = np.append(ahead, np.zeros(max(len(x) - len(ahead), 0), dtype=np.int64))
    starts = np.flatnonzero(loud & (padded >= above))
    if not starts.size:
        return None
    place = _likeliest(np.asarray(evidence, dtype=np.float64), int(starts[0]))
    over = x > np.asarray(raised, dtype=np.float64)
    while place and over[place - 1]:
        place -= 1
    return place


def _likeliest(evidence: Floats, alarm: int) -> int:
    """Return the place from which the evidence up to the alarm adds up to most."""
    first = max(alarm - BACK_HOURS, 0)
    sums = np.cumsum(evidence[first : alarm + 1][::-1])
    return alarm - int(np.argmax(sums))


def smooth3(counts: Any) -> Floats:
    """Return the mean of each count and its neighbours; beyond the ends there is nothing.

    >>> smooth3([0, 3, 6]).tolist()
    [1.0, 3.0, 3.0]
    """
    x = np.asarray(counts, dtype=np.float64)
    if not x.size:
        return x
    padded = np.concatenate([[0.0], x, [0.0]])
    return np.asarray((padded[:-2] + padded[1:-1] + padded[2:]) / 3, dtype=np.float64)


def first_calm(counts: Any, alarm: Any, *, after: int, hold: int) -> int | None:
    """Return the place from which counts stay within the limit for ``hold`` hours, or ``None``.

    ``None`` as well where the data end before the ``hold`` hours are over: not seen is not
    recovered.

    >>> first_calm([9, 9, 1, 1, 1], [5] * 5, after=0, hold=3), first_calm([9, 1], [5] * 2,
    ...     after=0, hold=3)
    (2, None)
    """
    calm = np.asarray(counts, dtype=np.float64) <= np.asarray(alarm, dtype=np.float64)
    run = 0
    for place in range(after, len(calm)):
        run = run + 1 if calm[place] else 0
        if run == hold:
            return place - hold + 1
    return None


def hours_to_half(counts: Any, expected: Any, *, peak: int) -> float:
    """Return hours from the start of the peak hour until half of the excess has occurred.

    The excess is posts less expected, summed from the peak hour to the end of the data (hours
    below expected count against it); the hour in which half of it is passed counts whole.
    Model-free: decays of attention are no exponentials and have no constant half-life (Crane &
    Sornette 2008).

    >>> hours_to_half([10, 4, 3, 2, 1], [0] * 5, peak=0)
    1.0
    """
    x, mu = (np.asarray(v, dtype=np.float64)[peak:] for v in (counts, expected))
    total = np.cumsum(x - mu)
    if not total.size or total[-1] <= 0:
        return float("nan")
    return float(np.argmax(total >= total[-1] / 2)) + 1


def hours_to_half_peak(counts: Any, *, peak: int) -> float:
    """Return hours from the start of the peak hour to the end of the first under half of it.

    >>> hours_to_half_peak([10, 6, 4], peak=0)
    3.0
    """
    x = np.asarray(counts, dtype=np.float64)[peak:]
    under = np.flatnonzero(x < x[0] / 2) if x.size else np.array([])
    return float(under[0]) + 1 if under.size else float("nan")
