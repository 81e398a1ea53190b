"""Intervals for the moments of a crisis: how sure onset, peak, half-life and recovery are."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from crisislab.estimate.baseline import ALARM, RAISED
from crisislab.estimate.counts import upper_limit
from crisislab.estimate.course import HOLD_HOURS, Course, course, first_calm, hours_to_half, smooth3
from crisislab.estimate.survival import Estimate, Floats

DRAWS = 200
_BACK, _ON = 12, 3
_DROP = 1.5
_SAME = 1.4
_AROUND = 24
_LEVELS = {"half_life": (0.035, 0.965), "recovery": (0.05, 0.95)}
_WIDEST = 8.0


@dataclass(frozen=True)
class CourseBands:
    """The moments of a crisis with 95 % intervals, hours from the first; missing: cannot be told.

    Attributes:
        onset: First hour of the rise.
        peak: Hour in which most was to be expected.
        half_life: Hours from the peak until half of the excess after it.
        recovery: First hour from which what is to be expected lies within the usual limit; its
            upper end is missing where the data may end before.
    """

    onset: Estimate
    peak: Estimate
    half_life: Estimate
    recovery: Estimate


def course_bands(
    counts: Floats, expected: Floats, *, extra: float, start: int, seed: int, draws: int = DRAWS,
    hold: int = HOLD_HOURS,
) -> CourseBands:  # fmt: skip
    """Return the moments of a crisis with intervals that know the noise of a crisis.

    Hourly counts of a crisis scatter far more than Poisson. The curve is smoothed (wider the
    further from the peak), the scatter around it measured, and crises are drawn from it; what the
    estimates of the drawn ones miss by, compared with the smooth curve they were drawn from, is
    taken off the estimate and put on it (basic and percentile bootstrap together).
    The onset has the hours that a straight rise cannot tell apart (likelihood within 1.5 of the
    best: hours are coarse), the peak those whose level cannot be told from the highest (1.4
    standard errors of a difference). Set so by simulation: see ``moment_coverage``.

    Args:
        counts: Posts per hour.
        expected: Ordinary posts per hour.
        extra: Extra variance of the quiet period.
        start: First hour that is not quiet.
        seed: Seed of the draws.
        draws: Crises drawn.
        hold: Hours that must stay within the limit to be recovered.
    """
    limits = [upper_limit(expected, extra, quantile=q) for q in (ALARM, RAISED)]
    found = course(counts, expected, *limits, extra=extra, start=start, hold=hold)
    nothing = Estimate(math.nan, math.nan, math.nan)
    if math.isnan(found.peak):
        return CourseBands(nothing, nothing, nothing, nothing)
    peak = int(found.peak)
    first = start if math.isnan(found.onset) else int(found.onset)
    mean = _smooth(counts, expected, first=first, peak=peak)
    scatter = _scatter(counts, mean, first, peak)
    counts_drawn = _counts_drawn(mean, scatter, seed=seed, draws=draws)
    drawn = [course(one, expected, *limits, extra=extra, start=start, hold=hold)
             for one in counts_drawn]  # fmt: skip
    top = first + int(np.argmax(mean[first:]))
    calm = first_calm(mean, limits[0], after=top, hold=hold)
    truth = {
        "half_life": hours_to_half(mean, expected, peak=top),
        "recovery": math.nan if calm is None else float(calm),
    }
    return CourseBands(
        nothing if math.isnan(found.onset) else _onset(counts, expected, first, peak, scatter),
        _peak(counts, first, peak, scatter),
        _basic("half_life", found, drawn, truth),
        _basic("recovery", found, drawn, truth),
    )


def _smooth(counts: Floats, expected: Floats, *, first: int, peak: int) -> Floats:
    """Return the curve to draw from: ordinary before the onset, then smoothed excess."""
    ordinary = np.maximum(expected, 0.05)
    rhythm = ordinary / ordinary.mean()
    ratio = (counts - ordinary) / rhythm
    hours = np.arange(len(counts), dtype=float)
    mean = ordinary.copy()
    for at in range(first, len(counts)):
        width = min(1.5 + abs(at - peak) / 6, _WIDEST)
        low, high = max(first, int(at - width)), min(len(counts), int(at + width) + 1)
        weight = (1 - np.abs(hours[low:high] - at) / (width + 1)) * rhythm[low:high]
        level = float((weight * ratio[low:high]).sum() / weight.sum())
        mean[at] += max(level, 0.0) * rhythm[at]
    return mean


def _scatter(counts: Floats, mean: Floats, first: int, peak: int) -> float:
    window = slice(first, peak + 48)
    y, mu = counts[window], mean[window]
    # The curve follows the counts it was made from: about a quarter of their scatter is gone.
    surplus = 1.35 * float(((y - mu) ** 2).sum()) - float(mu.sum())
    return min(max(surplus / float((mu**2).sum()), 1e-3), 2.0)


def _counts_drawn(mean: Floats, scatter: float, *, seed: int, draws: int) -> Floats:
    dice, size = np.random.default_rng(seed), 1 / scatter
    drawn = dice.negative_binomial(size, size / (size + mean), (draws, len(mean)))
    return np.asarray(drawn, dtype=np.float64)


def _basic(name: str, found: Course, drawn: list[Course], truth: dict[str, float]) -> Estimate:
    value = float(getattr(found, name))
    if math.isnan(value) or math.isnan(truth[name]):
        return Estimate(value, math.nan, math.nan)
    missed = np.array([float(getattr(one, name)) for one in drawn]) - truth[name]
    known = missed[np.isfinite(missed)]
    if not len(known) or len(known) < len(drawn) / 2:
        return Estimate(value, math.nan, math.nan)
    low, high = (float(q) for q in np.quantile(known, _LEVELS[name]))
    # The errors lean to one side, and to which one the draws cannot say: both ways are taken.
    lower = min(value - high, truth[name] + low)
    upper = max(value - low, truth[name] + high)
    late = len(known) < 0.95 * len(drawn)
    return Estimate(value, max(min(lower, value), 0.0), math.nan if late else max(upper, value))


def _peak(counts: Floats, first: int, peak: int, scatter: float) -> Estimate:
    """Return the peak with the hours around it whose level cannot be told from the highest."""
    smooth = smooth3(counts)
    top = float(smooth[first:].max())
    noise = math.sqrt(2 * (scatter + 1 / max(top, 1.0)) / 3)
    near = np.flatnonzero(smooth[first:] >= top * math.exp(-_SAME * noise)) + first
    near = near[np.abs(near - peak) <= _AROUND]
    return Estimate(float(peak), float(min([*near, peak])), float(max([*near, peak])))


def _onset(counts: Floats, expected: Floats, first: int, peak: int, scatter: float) -> Estimate:
    """Return the onset with the hours that a straight rise cannot tell from it."""
    end = max(min(peak, first + _BACK), first + 2)
    begin = max(first - _BACK, 0)
    at = np.arange(begin, end + 1)
    fits = {tau: _rise_fit(counts[at], expected[at], (at - tau).astype(float), scatter)
            for tau in range(begin, min(first + _ON, end - 1) + 1)}  # fmt: skip
    best = min(fits.values())
    near = [tau for tau, fit in fits.items() if fit - best <= _DROP]
    return Estimate(float(first), float(min([*near, first])), float(max([*near, first])))


def _rise_fit(counts: Floats, expected: Floats, since: Floats, scatter: float) -> float:
    """Return -2 log quasi-likelihood of a straight rise that begins at 0."""
    ramp = np.maximum(since, 0).astype(float)
    ordinary = np.maximum(expected, 0.05)
    slope = 0.0
    for _ in range(5):
        mean = ordinary + slope * ramp
        weight = 1 / (mean + scatter * mean**2)
        slope = max(float((weight * ramp * (counts - ordinary)).sum()
                          / max((weight * ramp**2).sum(), 1e-12)), 0.0)  # fmt: skip
    mean = ordinary + slope * ramp
    variance = mean + scatter * mean**2
    return float(((counts - mean) ** 2 / variance + np.log(variance)).sum())
