"""Whether the collector, not the public, made the shape of the curve."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
from scipy.special import chdtr

from crisislab.engine import HOUR_US, lazy, small, totals
from crisislab.metrics import metrics, number

_PILED_SHARE = 0.4
_LEAST_DAYS = 3
_CHANCE = 0.05
_FEWEST = 30


def collector_cap(posts: Any, *, quiet: tuple[datetime, datetime] | None) -> pd.DataFrame:
    """Return how far quiet days look as if a tool had stopped at a limit.

    A tool that takes the newest so many posts of each day and stops fills the last hour of the
    UTC day and gives every day about the same number. ``piled_up_share``: posts of the quiet
    period in the busiest UTC hour of the day, over all; noted ``collector_cap`` from 40 % on,
    if at the same time the daily totals vary less than chance alone makes them in one of twenty
    periods (Fisher's index of dispersion: ``(days - 1) variance / mean`` is chi-squared where posts
    come at random); never on fewer than 30 posts. Such volumes are not those of the public.

    Returns:
        Rows of ``schema.METRICS``: ``piled_up_share``, ``daily_spread`` (variance over mean of
        the daily counts; 1 is chance); none with fewer than three quiet days.
    """
    if quiet is None:
        return metrics([])
    ends = [round(end.timestamp() * 1_000_000) for end in quiet]
    frame = lazy(posts).filter(
        ~nw.col("own") & (nw.col("created_us") >= ends[0]) & (nw.col("created_us") < ends[1])
    )
    frame = frame.select(hour=nw.col("created_us") // HOUR_US, one=nw.lit(1))
    counts = small(totals(frame, by=["hour"], n="one"), by=["hour"])
    if counts.empty:
        return metrics([])
    hour = counts["hour"].to_numpy(dtype=np.int64)
    n = counts["n"].to_numpy(dtype=np.float64)
    whole = range(-(-ends[0] // (24 * HOUR_US)), ends[1] // (24 * HOUR_US))
    daily = pd.Series(n).groupby(hour // 24).sum().reindex(whole, fill_value=0.0)
    if len(daily) < _LEAST_DAYS or not daily.sum():
        return metrics([])
    piled = float(np.bincount(hour % 24, weights=n).max() / n.sum())
    spread = float(daily.var(ddof=1) / daily.mean())
    even = float(chdtr(len(daily) - 1, (len(daily) - 1) * spread)) < _CHANCE
    capped = "collector_cap" if piled >= _PILED_SHARE and even and n.sum() >= _FEWEST else ""
    total = int(n.sum())
    return metrics(
        [
            number("piled_up_share", piled, unit="share", n=total, note=capped, evidence="posts"),
            number("daily_spread", spread, unit="index", n=len(daily), note=capped,
                   evidence="posts"),
        ]
    )  # fmt: skip
