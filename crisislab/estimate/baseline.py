"""What is usual at each time of the day, and how far above it is unusual."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from crisislab.estimate.counts import extra_variance, upper_limit
from crisislab.estimate.survival import Floats

CALM = 0.98
ALARM, RAISED = 0.999, 0.95
Places = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Baseline:
    """What a quiet period leads to expect.

    Attributes:
        expected: Expected count of each slot of the day or week.
        extra: Variance beyond Poisson, ``Var = mu + extra mu^2``.
    """

    expected: Floats
    extra: float

    def limit(self, quantile: float = ALARM) -> Floats:
        """Return the quantile of each slot's negative binomial."""
        return upper_limit(self.expected, self.extra, quantile=quantile)


def seasonal_baseline(counts: Any, slots: Places, *, n_slots: int) -> Baseline:
    """Return the usual count per slot from counts of a quiet period.

    Counts above the 98 % quantile of the quiet period are set to it first: a single loud evening
    must not make the next one look usual. A slot without hours has the mean of all. The variance
    is that of the counts as they are, about these means, so that limits stay wide enough.

    >>> seasonal_baseline([1, 9, 3, 9], np.array([0, 1, 0, 1]), n_slots=2).expected.tolist()
    [2.0, 9.0]
    """
    raw = np.asarray(counts, dtype=np.float64)
    if not raw.size:
        return Baseline(np.full(n_slots, np.nan), 1e-9)
    calm = np.minimum(raw, np.quantile(raw, CALM))
    sums = np.bincount(slots, weights=calm, minlength=n_slots)
    n = np.bincount(slots, minlength=n_slots)
    expected = np.where(n > 0, sums / np.maximum(n, 1), calm.mean())
    return Baseline(expected, extra_variance(raw, expected[slots]))


def resampled_baselines(
    counts: Any, slots: Places, days: Places, *, n_slots: int, seed: int, n_draws: int
) -> list[Baseline]:
    """Return baselines of quiet periods made of whole days drawn with replacement.

    Days, not hours: the hours of one day go up and down together.

    Args:
        counts: Counts of the quiet period.
        slots: Slot of each.
        days: Day of each, 0 to the number of days less one.
        n_slots: Number of slots.
        seed: Seed of the draws.
        n_draws: Number of draws.
    """
    raw = np.asarray(counts, dtype=np.float64)
    if not raw.size:
        return []
    dice = np.random.default_rng(seed)
    of_day = [np.flatnonzero(days == day) for day in range(int(days.max()) + 1)]
    of_day = [places for places in of_day if places.size]
    drawn = []
    for _ in range(n_draws):
        chosen = np.concatenate([of_day[i] for i in dice.integers(0, len(of_day), len(of_day))])
        drawn.append(seasonal_baseline(raw[chosen], slots[chosen], n_slots=n_slots))
    return drawn


def time_slots(at: pd.Series, zone: str, *, n_quiet: int) -> tuple[Places, int]:
    """Return the slot of each hour and how many there are: hour of the day, or of the week.

    Local time of the audience. Hours of the week only from four weeks of quiet hours on: with
    fewer, each would rest on three counts or less.

    >>> time_slots(pd.Series(pd.to_datetime(["2026-03-02T10:00Z"])), "Europe/Madrid", n_quiet=99)
    (array([11]), 24)
    """
    local = at.dt.tz_convert(zone)
    slots = local.dt.hour.to_numpy(dtype=np.int64)
    if n_quiet < 4 * 7 * 24:
        return slots, 24
    return slots + 24 * local.dt.dayofweek.to_numpy(dtype=np.int64), 168
