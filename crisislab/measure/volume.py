"""How much was said per hour, what was to be expected, and where the rise began."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from crisislab.engine import HOUR_US, instants, lazy, small, totals
from crisislab.estimate.baseline import ALARM, RAISED, seasonal_baseline, time_slots
from crisislab.estimate.counts import threefold_evidence
from crisislab.estimate.course import first_rise
from crisislab.metrics import metrics, number


def posts_per_hour(posts: Any) -> pd.DataFrame:
    """Return posts per hour, reposts included, the brand's own apart.

    Returns:
        ``hour_at, n_posts, n_own``, every hour from the first to the last post, empty ones 0.
    """
    frame = lazy(posts).select(
        "own",
        hour=nw.col("created_us") // HOUR_US,
        one=nw.lit(1),
        mine=nw.col("own").cast(nw.Int64),
    )
    counts = small(totals(frame, by=["hour"], n="one", n_own="mine"), by=["hour"])
    if counts.empty:
        return pd.DataFrame(
            {"hour_at": instants(pd.Series([], dtype="Int64")), "n_posts": [], "n_own": []}
        )
    hours = counts.set_index(counts["hour"].astype("int64"))
    every = range(int(hours.index.min()), int(hours.index.max()) + 1)
    filled = hours.reindex(every, fill_value=0)
    own = filled["n_own"].astype("int64").to_numpy()
    at = instants(pd.Series(list(every), dtype="Int64") * HOUR_US)
    return pd.DataFrame(
        {"hour_at": at, "n_posts": filled["n"].astype("int64").to_numpy() - own, "n_own": own}
    )


def add_expected(
    hours: pd.DataFrame, *, quiet: tuple[datetime, datetime] | None, zone: str
) -> pd.DataFrame:
    """Return hours with what the quiet period leads to expect.

    ``expected`` is the mean of the same hour of the day (of the week, from four weeks on) in the
    quiet period, local time, counts over its 98 % quantile set to that; ``upper`` and ``raised``
    are the 99.9 % and 95 % quantiles of a negative binomial around it with the dispersion of the
    quiet period (moments): counts vary far more than Poisson allows.

    Returns:
        The hours with ``expected, upper, raised`` (posts per hour) and ``evidence`` (log
        likelihood ratio of three times the expected posts); missing without a quiet period.
    """
    if quiet is None:
        return hours.assign(expected=np.nan, upper=np.nan, raised=np.nan, evidence=np.nan)
    calm = ((hours["hour_at"] >= quiet[0]) & (hours["hour_at"] < quiet[1])).to_numpy()
    if not calm.any():
        return hours.assign(expected=np.nan, upper=np.nan, raised=np.nan, evidence=np.nan)
    slots, n_slots = time_slots(hours["hour_at"], zone, n_quiet=int(calm.sum()))
    counts = hours["n_posts"].to_numpy(dtype=np.float64)
    usual = seasonal_baseline(counts[calm], slots[calm], n_slots=n_slots)
    return hours.assign(
        expected=usual.expected[slots],
        upper=usual.limit(ALARM)[slots],
        raised=usual.limit(RAISED)[slots],
        evidence=threefold_evidence(counts, usual.expected[slots], usual.extra),
    )


def find_onset(hours: pd.DataFrame, *, after: datetime | None) -> pd.Timestamp | None:
    """Return the first hour of the sustained rise, or ``None`` if there is none.

    Noticed at the first hour above ``upper`` of the first three consecutive hours of which at
    least two lie above it, searched after the quiet period; begun where the evidence for a
    threefold rise adds up to most, followed back over the hours above ``raised``
    (:func:`crisislab.estimate.course.first_rise`).
    """
    later = hours if after is None else hours[hours["hour_at"] >= after]
    place = first_rise(later["n_posts"], later["upper"], later["raised"], later["evidence"])
    found: pd.Timestamp | None = None if place is None else later["hour_at"].iloc[place]
    return found


def why_no_onset(hours: pd.DataFrame, *, quiet: tuple[datetime, datetime] | None) -> str:
    """Return why no onset is found, where none is: what is usual may not be known."""
    if quiet is None:
        return "no_quiet_period"
    if hours["expected"].isna().all():
        return "quiet_without_posts"
    peak = hours["hour_at"].iloc[int(hours["n_posts"].argmax())]
    return "quiet_holds_peak" if quiet[0] <= peak < quiet[1] else "no_rise"


def volume(hours: pd.DataFrame) -> pd.DataFrame:
    """Return the numbers of the volume: posts in all and the hour with most posts.

    Returns:
        Rows of ``schema.METRICS``: ``n_posts``, ``peak_posts_per_hour``, ``peak_at``.
    """
    total = int(hours["n_posts"].sum())
    rows = [number("n_posts", total, unit="count", n=total, note="without_own", evidence="volume")]
    if total:
        top = hours.iloc[int(hours["n_posts"].argmax())]
        rows += [
            number(
                "peak_posts_per_hour",
                float(top["n_posts"]),
                unit="count",
                n=total,
                method="largest hour",
                evidence="volume",
            ),
            number(
                "peak_at",
                top["hour_at"].timestamp(),
                unit="instant",
                n=total,
                method="largest hour",
                evidence="volume",
            ),
        ]
    return metrics(rows)
