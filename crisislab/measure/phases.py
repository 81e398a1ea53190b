"""The phases of a crisis: rise, peak, half of it over, calm again, and what set the peaks off."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from crisislab.engine import HOUR_US, lazy, small
from crisislab.estimate.baseline import (
    ALARM,
    RAISED,
    resampled_baselines,
    time_slots,
)
from crisislab.estimate.counts import extra_variance, steady_residuals
from crisislab.estimate.course import HOLD_HOURS, Course, course, further_peaks
from crisislab.estimate.course_bands import course_bands
from crisislab.estimate.survival import Estimate, Floats
from crisislab.metrics import metrics, number

_MOMENTS = ("onset", "alarm", "peak", "recovery")
_LENGTHS = ("half_life", "half_peak", "recovery_hours")
_SETS_OFF_SHARE, _SETS_OFF_LEAST, _FRESH_HOURS = 0.05, 3, 12
_COLUMNS = ["phase", "at", "lower_at", "upper_at", "n_posts", "expected", "note"]


def phases(
    hours: pd.DataFrame,
    *,
    quiet: tuple[datetime, datetime] | None,
    zone: str,
    seed: int,
    hold: int = HOLD_HOURS,
    n_draws: int = 200,
) -> pd.DataFrame:
    """Return the moments and lengths of the crisis with bootstrap intervals.

    Moments: ``onset`` (first hour of the lasting rise), ``alarm`` (first hour above the 99.9 %
    limit), ``peak`` (largest of the three hours with the largest mean), ``recovery`` (first of
    ``hold`` hours within the limit). Lengths in hours: ``half_life`` (from the peak until half
    of the excess after it has occurred; the default, as it assumes no form of decay),
    ``half_peak`` (until under half the peak's rate), ``recovery_hours`` (from alarm to
    recovery). The intervals of onset, peak,
    half-life and recovery are those of ``course_bands``, which hold the truth in 93 to 97 % of
    simulated crises; the others those of ``n_draws`` crises with quiet days drawn anew and each
    hour's posts as a Poisson count. They know chance, not what the collection left out. A moment
    that a twentieth of the draws or more do not reach has no upper end. Without a quiet period
    there is no onset and no recovery, and the half-life is that of all posts, not of the excess.

    Returns:
        ``phase, value, lower, upper`` (hours; lengths only), ``at, lower_at, upper_at`` (moments
        only), ``n_posts, expected`` (of that hour), ``note``
        (``no_quiet_period``, ``no_rise`` or ``not_recovered`` where missing, ``no_baseline``).
    """
    if hours.empty:
        return pd.DataFrame(columns=[*_COLUMNS, "value", "lower", "upper"])
    start = 0 if quiet is None else int((hours["hour_at"] < quiet[1]).sum())
    counts = hours["n_posts"].to_numpy(dtype=np.float64)
    limits = [hours[name].to_numpy(dtype=np.float64) for name in ("expected", "upper", "raised")]
    extra = _extra(hours, quiet)
    found = course(counts, *limits, extra=extra, start=start, hold=hold)
    draws = _drawn(hours, quiet=quiet, zone=zone, seed=seed, n_draws=n_draws, hold=hold)
    if start >= len(counts):
        draws = []
    rows = [_row(name, found, draws, hours, quiet=quiet) for name in (*_MOMENTS, *_LENGTHS)]
    if quiet is None or start >= len(counts) or hours["expected"].isna().any():
        return _lengths_only(rows)
    bands = course_bands(
        counts, limits[0], extra=extra, start=start, seed=seed, draws=n_draws, hold=hold
    )
    return _lengths_only([_banded(row, getattr(bands, row["phase"], None), hours) for row in rows])


def _lengths_only(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Return the rows as a table; places of hours, which moments were told by, are left out."""
    table = pd.DataFrame(rows)
    places = ["value", "lower", "upper"]
    table.loc[table["phase"].isin(_MOMENTS), places] = np.nan
    return table


def _extra(hours: pd.DataFrame, quiet: tuple[datetime, datetime] | None) -> float:
    """Return the variance beyond Poisson of the quiet hours; 0 where there are none."""
    if quiet is None:
        return 0.0
    calm = hours[(hours["hour_at"] >= quiet[0]) & (hours["hour_at"] < quiet[1])]
    return extra_variance(calm["n_posts"].to_numpy(float), calm["expected"].to_numpy(float))


def _banded(row: dict[str, Any], band: Estimate | None, hours: pd.DataFrame) -> dict[str, Any]:
    """Return a row with the interval of ``course_bands``, whose coverage is known."""
    if band is None or np.isnan(band.lower) or np.isnan(row["value"]):
        return row
    lower, upper = min(band.lower, row["value"]), max(band.upper, row["value"])
    made = row | {"lower": lower, "upper": band.upper if np.isnan(band.upper) else upper}
    if row["phase"] in _MOMENTS:
        made |= {"lower_at": _instant(hours, made["lower"]),
                 "upper_at": _instant(hours, made["upper"])}  # fmt: skip
    return made


def _drawn(
    hours: pd.DataFrame,
    *,
    quiet: tuple[datetime, datetime] | None,
    zone: str,
    seed: int,
    n_draws: int,
    hold: int,
) -> list[Course]:
    counts = hours["n_posts"].to_numpy(dtype=np.float64)
    dice = np.random.default_rng(seed)
    nothing = np.full(len(counts), np.nan)
    calm = np.zeros(len(counts), dtype=bool)
    if quiet is not None:
        calm = ((hours["hour_at"] >= quiet[0]) & (hours["hour_at"] < quiet[1])).to_numpy()
    start = 0 if quiet is None else int((hours["hour_at"] < quiet[1]).sum())
    if not calm.any():
        return [
            course(
                dice.poisson(counts), nothing, nothing, nothing, extra=0.0, start=start, hold=hold
            )
            for _ in range(n_draws)
        ]
    slots, n_slots = time_slots(hours["hour_at"], zone, n_quiet=int(calm.sum()))
    days = pd.factorize(hours["hour_at"].dt.tz_convert(zone).dt.strftime("%Y-%m-%d"))[0]
    bases = resampled_baselines(
        counts[calm], slots[calm], days[calm], n_slots=n_slots, seed=seed, n_draws=n_draws
    )
    return [
        course(
            dice.poisson(counts), base.expected[slots], base.limit(ALARM)[slots],
            base.limit(RAISED)[slots], extra=base.extra, start=start, hold=hold,
        )
        for base in bases
    ]  # fmt: skip


def _row(
    name: str,
    found: Course,
    draws: list[Course],
    hours: pd.DataFrame,
    *,
    quiet: tuple[datetime, datetime] | None,
) -> dict[str, Any]:
    estimate = _interval(float(getattr(found, name)), [float(getattr(d, name)) for d in draws])
    row: dict[str, Any] = {"phase": name, "note": _note(name, found, quiet=quiet)}
    row |= {"value": estimate.value, "lower": estimate.lower, "upper": estimate.upper}
    moment = name in _MOMENTS
    ends = (estimate.value, estimate.lower, estimate.upper)
    for column, place in zip(("at", "lower_at", "upper_at"), ends, strict=True):
        row[column] = _instant(hours, place) if moment else pd.NaT
    known = moment and not np.isnan(estimate.value)
    for column in ("n_posts", "expected"):
        row[column] = float(hours[column].iloc[int(estimate.value)]) if known else np.nan
    return row


def _instant(hours: pd.DataFrame, place: float) -> Any:
    if np.isnan(place):
        return pd.NaT
    return hours["hour_at"].iloc[0] + pd.Timedelta(hours=round(place))


def _interval(value: float, drawn: list[float]) -> Estimate:
    # Never reached is later than every hour; a value that is missing has no interval.
    if np.isnan(value) or not drawn:
        return Estimate(value, np.nan, np.nan)
    late = np.where(np.isnan(drawn), np.inf, drawn)
    low, high = np.quantile(late, [0.025, 0.975], method="inverted_cdf")
    ends = [float(end) if np.isfinite(end) else float("nan") for end in (low, high)]
    return Estimate(value, ends[0], ends[1])


def _note(name: str, found: Course, *, quiet: tuple[datetime, datetime] | None) -> str:
    if quiet is None:
        return "no_quiet_period" if name not in ("peak", "half_life", "half_peak") else (
            "no_baseline" if name == "half_life" else ""
        )  # fmt: skip
    if name in ("onset", "alarm") and np.isnan(found.onset):
        return "no_rise"
    if name in ("recovery", "recovery_hours") and np.isnan(found.recovery):
        return "no_rise" if np.isnan(found.onset) else "not_recovered"
    return ""


def peaks(hours: pd.DataFrame, posts: Any, *, after: datetime | None = None) -> pd.DataFrame:
    """Return the local peaks, each with the item that most posts of its hours answer or share.

    An item "set off" a peak when it was published in the twelve hours before (or is not in the
    data) and at least 5 % of the posts from the hour before the peak to the hour after it, and
    three of them, hang on it (reply, quote or repost, directly or under the same root). It may be
    the brand's own. What exports cannot show (press, television, a message
    passed on in private) cannot be named, and a hanging share is no proof of cause.

    Returns:
        ``peak_at, n_posts, n_hours_posts, platform, item_id, own, n_hanging, hanging_share,
        evidence``; item columns are missing where no item has that share.
    """
    if hours.empty or hours["upper"].isna().all():
        limit = np.full(len(hours), float(hours["n_posts"].median()) if len(hours) else 0.0)
    else:
        limit = hours["upper"].to_numpy(dtype=np.float64)
    counts = hours["n_posts"].to_numpy(dtype=np.float64)
    late = np.ones(len(hours), dtype=bool)
    if after is not None:
        late = (hours["hour_at"] >= after).to_numpy()
    places = [place for place in further_peaks(counts, limit) if late[place]]
    hanging = _hanging(posts, [hours["hour_at"].iloc[place] for place in places])
    rows = []
    for place in places:
        at = hours["hour_at"].iloc[place]
        around = float(counts[max(place - 1, 0) : place + 2].sum())
        row = {"peak_at": at, "n_posts": int(counts[place]), "n_hours_posts": int(around)}
        rows.append(row | _set_off(hanging, at, around))
    columns = ["peak_at", "n_posts", "n_hours_posts", "platform", "item_id", "own", "n_hanging",
               "hanging_share", "evidence"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _hanging(posts: Any, tops: list[pd.Timestamp]) -> pd.DataFrame:
    """Return how many items hang on each item in the three hours of each peak."""
    frame = lazy(posts)
    # What an item hangs on: what it shares, else the root of its thread, else what it answers.
    on = nw.coalesce(*(nw.col(c).cast(nw.String) for c in ("shared_id", "root_id", "parent_id")))
    hour = nw.col("created_us") // HOUR_US
    wanted = sorted({int(top.value // 3_600_000_000_000) + i for top in tops for i in (-1, 0, 1)})
    if not wanted:
        return pd.DataFrame(
            columns=["hour", "platform", "item_id", "n", "own", "created_us", "evidence"]
        )
    items = frame.filter(~nw.col("own")).with_columns(hour=hour, item_id=on)
    items = items.filter(nw.col("hour").is_in(wanted) & ~nw.col("item_id").is_null())
    items = items.filter(nw.col("item_id") != nw.col("post_id").cast(nw.String))
    counted = items.group_by("hour", "platform", "item_id").agg(nw.len().alias("n"))
    known = frame.select(
        "platform", "own", "created_us",
        item_id=nw.col("post_id").cast(nw.String),
        evidence=nw.concat_str(
            nw.col("source_file").cast(nw.String), nw.lit(":"),
            nw.col("source_row").cast(nw.String),
        ),
    )  # fmt: skip
    joined = counted.join(known, on=["platform", "item_id"], how="left")
    return small(joined, by=["hour", "platform", "item_id"])


def _set_off(hanging: pd.DataFrame, at: pd.Timestamp, around: float) -> dict[str, Any]:
    middle = int(at.value // 3_600_000_000_000)
    near = hanging[hanging["hour"].between(middle - 1, middle + 1)]
    born = near["created_us"].astype("Float64") / HOUR_US
    near = near[(born.isna() | born.between(middle - _FRESH_HOURS, middle + 2)).astype(bool)]
    if near.empty or not around:
        return {}
    summed = near.groupby(["platform", "item_id"], sort=True).agg(
        n=("n", "sum"), own=("own", "first"), evidence=("evidence", "first")
    )
    ranked = summed.sort_values("n", ascending=False, kind="stable")
    top, (platform, item) = ranked.iloc[0], ranked.index[0]
    n, share = int(top["n"]), float(top["n"]) / around
    if n < _SETS_OFF_LEAST or share < _SETS_OFF_SHARE:
        return {}
    own = None if pd.isna(top["own"]) else bool(top["own"])
    return {"platform": platform, "item_id": item, "own": own, "n_hanging": n,
            "hanging_share": share, "evidence": top["evidence"]}  # fmt: skip


def phase_numbers(table: pd.DataFrame) -> pd.DataFrame:
    """Return the numbers of :func:`phases` as metric rows (lengths in minutes)."""
    names = {"onset": "rise_at", "peak": "smooth_peak_at", "recovery": "recovery_at",
             "half_life": "half_life", "half_peak": "half_peak_time",
             "recovery_hours": "time_above_limit"}  # fmt: skip
    rows = []
    for row in table.to_dict("records"):
        phase = str(row["phase"])
        if phase not in names:
            continue
        moment = phase in _MOMENTS
        ends = [row[c] for c in (("at", "lower_at", "upper_at") if moment else
                                 ("value", "lower", "upper"))]  # fmt: skip
        told = [_seconds(end) if moment else float(end) * 60 for end in ends]
        rows.append(
            number(names[phase], Estimate(told[0], told[1], told[2]),
                   unit="instant" if moment else "minutes", method="bootstrap_days",
                   note=str(row["note"]), evidence="volume")
        )  # fmt: skip
    return metrics(rows)


def _seconds(at: Any) -> float:
    return float("nan") if pd.isna(at) else float(at.timestamp())


def residuals(hours: pd.DataFrame, *, extra: float) -> Floats:
    """Return counts per hour without their daily or weekly cycle, for charts and exploring.

    Args:
        hours: Hours with ``n_posts`` and ``expected``.
        extra: Variance beyond Poisson of the quiet period.
    """
    return steady_residuals(hours["n_posts"], hours["expected"], extra)
