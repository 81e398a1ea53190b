"""Crisis curves with known truth: a daily cycle, a rise, a decay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

START = pd.Timestamp("2026-03-02T00:00Z")


@dataclass(frozen=True)
class Curve:
    """Hours of a simulated crisis and its true onset.

    Attributes:
        hours: ``hour_at, n_posts, n_own``.
        quiet: The quiet period, end exclusive.
        onset_at: When the rise truly began.
    """

    hours: pd.DataFrame
    quiet: tuple[datetime, datetime]
    onset_at: pd.Timestamp


def simulated_curve(
    *,
    rise: float,
    seed: int,
    level: float = 30.0,
    extra: float = 0.05,
    quiet_days: int = 14,
    lasts_hours: int = 24,
    days_after: int = 6,
) -> Curve:
    """Return a crisis: ``rise`` times the usual posts for some hours, then a power-law decay.

    The usual count has a daily cycle of half its level; counts are negative binomial with
    variance ``mu + extra mu^2``.

    Args:
        rise: How many times the usual posts at the top; 1 is no crisis.
        seed: Seed of the draws.
        level: Usual posts per hour, mean of the day.
        extra: Variance beyond Poisson.
        quiet_days: Days of the quiet period.
        lasts_hours: Hours at the top before the decay.
        days_after: Days of data from the end of the quiet period on.
    """
    dice = np.random.default_rng(seed)
    n = 24 * (quiet_days + days_after)
    hour = np.arange(n)
    usual = level * (1 + 0.5 * np.sin(hour / 24 * 2 * np.pi))
    onset = 24 * quiet_days + int(dice.integers(1, 24))
    since = hour - onset
    decay = np.where(since >= lasts_hours, (np.maximum(since - lasts_hours, 0) / 6 + 1) ** -1.4, 1)
    mean = usual * np.where(since >= 0, 1 + (rise - 1) * decay, 1)
    size = 1 / extra
    counts = dice.negative_binomial(size, size / (size + mean))
    at = pd.date_range(START, periods=n, freq="h", unit="us")
    hours = pd.DataFrame({"hour_at": at, "n_posts": counts, "n_own": 0})
    end = START + pd.Timedelta(days=quiet_days)
    return Curve(hours, (START.to_pydatetime(), end.to_pydatetime()), at[onset])
