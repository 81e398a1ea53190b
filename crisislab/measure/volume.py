"""How much was said per hour, what was to be expected, and where the rise began."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
from scipy.stats import nbinom

from crisislab.engine import HOUR_US, instants, lazy, small, totals
from crisislab.estimate.survival import Floats
from crisislab.metrics import metrics, number

QUANTILE = 0.999
HOURS_ABOVE = 2
OF_HOURS = 3


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
    quiet period, local time; ``upper`` the 99.9 % quantile of a negative binomial around it with
    the dispersion of the quiet period (moments): counts vary far more than Poisson allows.

    Returns:
        The hours with ``expected, upper`` (posts per hour; missing without a quiet period).
    """
    if quiet is None:
        return hours.assign(expected=np.nan, upper=np.nan)
    calm = hours[(hours["hour_at"] >= quiet[0]) & (hours["hour_at"] < quiet[1])]
    if calm.empty:
        return hours.assign(expected=np.nan, upper=np.nan)
    weekly = len(calm) >= 4 * 7 * 24
    means = calm.groupby(_slot(calm["hour_at"], zone, weekly=weekly))["n_posts"].mean()
    slots = _slot(hours["hour_at"], zone, weekly=weekly)
    means_of_slots = slots.map(means).fillna(calm["n_posts"].mean())
    expected = pd.Series(means_of_slots.to_numpy(dtype=np.float64), index=hours.index)
    extra = _dispersion(
        calm["n_posts"].to_numpy(dtype=np.float64), expected[calm.index].to_numpy(dtype=np.float64)
    )
    upper = _upper(expected.to_numpy(dtype=np.float64), extra)
    return hours.assign(expected=expected, upper=upper)


def _slot(at: pd.Series, zone: str, *, weekly: bool) -> pd.Series:
    local = at.dt.tz_convert(zone)
    day = local.dt.dayofweek if weekly else 0
    slot: pd.Series = local.dt.hour + 24 * day
    return slot


def _dispersion(counts: Floats, expected: Floats) -> float:
    # Var = mu + mu^2 / size: the extra variance by moments, never below Poisson.
    square = float((expected**2).sum())
    surplus = float(((counts - expected) ** 2 - expected).sum())
    return max(surplus / square, 1e-9) if square else 1e-9


def _upper(expected: Floats, extra: float) -> Floats:
    size = 1 / extra
    mean = np.maximum(expected, 1e-9)
    return np.asarray(nbinom.ppf(QUANTILE, size, size / (size + mean)), dtype=np.float64)


def find_onset(hours: pd.DataFrame, *, after: datetime | None) -> pd.Timestamp | None:
    """Return the first hour of the sustained rise, or ``None`` if there is none.

    The first hour above ``upper`` of the first three consecutive hours of which at least two
    lie above it, searched after the quiet period.
    """
    later = hours if after is None else hours[hours["hour_at"] >= after]
    above = (later["n_posts"] > later["upper"]).astype(int)
    ahead = above[::-1].rolling(OF_HOURS, min_periods=1).sum()[::-1]
    starts = later["hour_at"][(above == 1) & (ahead >= HOURS_ABOVE)]
    return None if starts.empty else starts.iloc[0]


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
