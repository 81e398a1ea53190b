"""Intervals that know that one author's waits belong together: cluster bootstrap, seeded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from crisislab.estimate.survival import Estimate, Floats, waiting_curve

_CELLS = 4_000_000


def cluster_bootstrap(
    minutes: Any,
    answered: Any,
    clusters: Any,
    *,
    percents: Sequence[float] = (),
    within: Sequence[float] = (),
    seed: int,
    n_draws: int = 400,
    level: float = 0.95,
) -> dict[str, Estimate]:
    """Return percentiles and shares answered with intervals by resampling authors.

    Whole authors are drawn with replacement, and the Kaplan-Meier curve is made anew from each
    draw; the interval is that of the percentiles of the draws. A draw in which a percentile is
    not reached counts as longer than every other, so an upper end may be "not reached" (``nan``).
    Somebody who writes ten times is one source of information, not ten: with such authors these
    intervals are wider than Greenwood's, and right. Source: Davison & Hinkley 1997, 3.8.

    Args:
        minutes: Minutes waited.
        answered: Whether each was answered.
        clusters: Author of each.
        percents: Percentiles wanted; keys ``percentile=50``.
        within: Limits in minutes for the share answered; keys ``within=60``.
        seed: Seed of the draws.
        n_draws: Number of draws.
        level: Level of the interval.

    >>> found = cluster_bootstrap([5, 7, 9], [1, 1, 1], ["a", "b", "b"], percents=[50], seed=1)
    >>> found["percentile=50"].value
    7.0
    """
    curve = waiting_curve(minutes, answered)
    result: dict[str, Estimate] = {}
    draws = _draw(minutes, answered, clusters, percents, within, seed=seed, n_draws=n_draws)
    for i, percent in enumerate(percents):
        value = curve.percentile(percent).value
        result[f"percentile={percent:g}"] = _interval(value, draws[:, i], level)
    for i, limit in enumerate(within, start=len(percents)):
        value = 1 - curve.waiting_at(limit).value
        result[f"within={limit:g}"] = _interval(value, draws[:, i], level)
    return result


def _interval(value: float, draws: Floats, level: float) -> Estimate:
    if not draws.size:
        return Estimate(value, np.nan, np.nan)
    tail = (1 - level) / 2
    # Ends are draws themselves: between a number and "not reached" there is nothing.
    lower, upper = np.quantile(draws, [tail, 1 - tail], method="inverted_cdf")
    ends = [float(end) if np.isfinite(end) else float("nan") for end in (lower, upper)]
    return Estimate(value, ends[0], ends[1])


def _draw(
    minutes: Any,
    answered: Any,
    clusters: Any,
    percents: Sequence[float],
    within: Sequence[float],
    *,
    seed: int,
    n_draws: int,
) -> Floats:
    time = np.asarray(minutes, dtype=np.float64)
    n_wanted = len(percents) + len(within)
    if not time.size:
        return np.empty((0, n_wanted))
    order = np.argsort(time, kind="stable")
    event = np.asarray(answered, dtype=bool)[order]
    _, author = np.unique(np.asarray(clusters).astype(str), return_inverse=True)
    times, starts = np.unique(time[order], return_index=True)
    parts = []
    for weights in _weights(author[order], seed=seed, n_draws=n_draws):
        waiting = _curves(weights, event, starts)
        found = [_percentile(times, waiting, p) for p in percents]
        found += [_answered(times, waiting, t) for t in within]
        parts.append(np.stack(found, axis=1) if found else np.empty((len(weights), 0)))
    return np.concatenate(parts)


def _weights(author: npt.NDArray[np.int64], *, seed: int, n_draws: int) -> Iterator[Floats]:
    """Yield how often each wait counts in each draw, a bounded block of draws at a time."""
    rng = np.random.default_rng(seed)
    n_authors = int(author.max()) + 1
    block = max(1, _CELLS // max(author.size, n_authors))
    for begin in range(0, n_draws, block):
        size = min(block, n_draws - begin)
        picked = rng.integers(0, n_authors, (size, n_authors))
        rows = np.arange(size)[:, None] * n_authors
        counts = np.bincount((picked + rows).ravel(), minlength=size * n_authors)
        yield counts.reshape(size, n_authors)[:, author].astype(np.float64)


def _curves(weights: Floats, event: npt.NDArray[np.bool_], starts: npt.NDArray[np.int64]) -> Floats:
    replies = np.add.reduceat(weights * event, starts, axis=1)
    leaving = np.add.reduceat(weights, starts, axis=1)
    at_risk = np.cumsum(leaving[:, ::-1], axis=1)[:, ::-1]
    steps = 1 - np.divide(replies, at_risk, out=np.zeros_like(replies), where=at_risk > 0)
    return np.asarray(np.cumprod(steps, axis=1), dtype=np.float64)


def _percentile(times: Floats, waiting: Floats, percent: float) -> Floats:
    below = waiting <= 1 - percent / 100 + 1e-12
    first = np.argmax(below, axis=1)
    return np.where(below.any(axis=1), times[first], np.inf)


def _answered(times: Floats, waiting: Floats, limit: float) -> Floats:
    last = int(np.searchsorted(times, limit, side="right")) - 1
    share: Floats = 1 - waiting[:, last] if last >= 0 else np.zeros(len(waiting))
    return share
