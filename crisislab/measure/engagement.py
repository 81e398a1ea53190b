"""Engagement by the definition of its platform and day; rates with their denominator named."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from crisislab.engine import Lazy, lazy, small
from crisislab.epochs import ANY, Counted, breaks_between, epoch_of, register, shared_counts
from crisislab.errors import CrisisLabError, Problem
from crisislab.estimate.ratio import linear_ratio, resampled_ratio
from crisislab.estimate.survival import Estimate
from crisislab.metrics import Row, metrics, number

_DENOMINATORS = (("er_impressions", "n_impressions"), ("er_followers", "n_followers"),
                 ("er_vendor_reach", "vendor_reach"))  # fmt: skip
# Drawing so many items again and again takes minutes and tells what their sums tell.
MOST_ITEMS = 100_000


def engagement_items(posts: Any, *, own: bool = False) -> Lazy:
    """Return items (reposts left out: their counters are the original's) with their engagement.

    ``engagement`` is the sum of the counters that the definition of the platform and day names
    (``metric_epochs.toml``), so far as the export has any of them; missing otherwise.

    Returns:
        ``platform, post_id, created_us, n_impressions, n_followers, vendor_reach, engagement,
        epoch`` (first day of the definition; ``none`` where the register has none: then all
        counters), on the engine of the posts.
    """
    frame = lazy(posts).filter((nw.col("kind") != "repost") & (nw.col("own") == own))
    epoch, total = nw.lit("none"), _sum_of(ANY)
    for defined in (e for e in register() if e.metric == "engagement"):
        begin = round(pd.Timestamp(defined.since, tz="UTC").timestamp() * 1_000_000)
        holds = (nw.col("platform") == defined.platform) & (nw.col("created_us") >= begin)
        epoch = nw.when(holds).then(nw.lit(str(defined.since))).otherwise(epoch)
        total = nw.when(holds).then(_sum_of(defined.counts)).otherwise(total)
    return frame.select(
        "platform", "post_id", "created_us", "n_impressions", "n_followers", "vendor_reach",
        epoch=epoch, engagement=total,
    )  # fmt: skip


def _sum_of(counts: tuple[str, ...]) -> nw.Expr:
    known = ~nw.col(counts[0]).is_null()
    total = nw.col(counts[0]).fill_null(0)
    for name in counts[1:]:
        known = known | ~nw.col(name).is_null()
        total = total + nw.col(name).fill_null(0)
    return nw.when(known).then(total.cast(nw.Float64)).otherwise(nw.lit(None).cast(nw.Float64))


def engagement(posts: Any, *, seed: int, own: bool = False) -> pd.DataFrame:
    """Return engagement and its rates per platform and definition.

    Rates are ratios of sums over the items that have both figures, never means of ratios:
    ``er_impressions = sum(engagement) / sum(impressions)``, ``er_followers`` (followers as of
    export), ``er_vendor_reach``. The interval is a bootstrap over items (from 100,000 items on
    its limit, from sums alone) and wide where one item has most of it: ``top_item_share`` says
    how much, and the rate without it stands beside.

    Returns:
        Rows of ``schema.METRICS`` with scope ``platform=...;since=...`` (first day of the
        definition): ``engagement_defined``, ``top_item_share``, the rates, and
        ``..._without_top``.
    """
    items = engagement_items(posts, own=own)
    known = items.filter(~nw.col("engagement").is_null())
    counted = known.group_by("platform", "epoch").agg(
        nw.len().alias("n"), nw.col("engagement").sum().alias("total"),
        nw.col("engagement").max().alias("top"),
    )  # fmt: skip
    rows: list[Row] = []
    dice = np.random.default_rng(seed)
    for group in small(counted, by=["platform", "epoch"]).to_dict("records"):
        scope = f"platform={group['platform']};since={group['epoch']}"
        scope += ";side=own" if own else ""
        n, total = int(group["n"]), float(group["total"])
        rows.append(
            number("engagement_defined", total, unit="interactions", scope=scope, n=n,
                   method="register_of_definitions", note="measured", evidence="posts")
        )  # fmt: skip
        if total > 0:
            rows.append(number("top_item_share", float(group["top"]) / total, unit="share",
                               scope=scope, n=n, evidence="posts"))  # fmt: skip
        mine = (nw.col("platform") == group["platform"]) & (nw.col("epoch") == group["epoch"])
        if n > MOST_ITEMS:
            rows += _rates_by_sums(known.filter(mine), scope)
        else:
            rows += _rates(known.filter(mine), scope, dice)
    return metrics(rows)


def _rates(known: Lazy, scope: str, dice: np.random.Generator) -> list[Row]:
    items = small(known, by=["platform", "created_us", "post_id"])
    rows: list[Row] = []
    for name, column in _DENOMINATORS:
        both = items[items[column].notna()]
        reacted = both["engagement"].to_numpy(dtype=np.float64)
        seen = both[column].to_numpy(dtype=np.float64)
        if len(both) < 2 or seen.sum() <= 0:
            continue
        rows.append(_rate(name, resampled_ratio(reacted, seen, dice=dice), len(both), scope))
        rest = np.arange(len(both)) != reacted.argmax()
        if seen[rest].sum() > 0:
            without = float(reacted[rest].sum() / seen[rest].sum())
            rows.append(_rate(f"{name}_without_top", without, len(both) - 1, scope))
    return rows


def _rates_by_sums(known: Lazy, scope: str) -> list[Row]:
    rows: list[Row] = []
    for name, column in _DENOMINATORS:
        t, b = nw.col("engagement"), nw.col(column).cast(nw.Float64)
        both = known.filter(~nw.col(column).is_null())
        products = both.select("engagement", "created_us", "post_id", b=b, tt=t * t, tb=t * b,
                               bb=b * b, one=nw.lit(1))  # fmt: skip
        sums = small(products.select(nw.col("one", "engagement", "b", "tt", "tb", "bb").sum()))
        first = sums.iloc[0].astype("float64").fillna(0.0)
        n, top, bottom = int(first["one"]), float(first["engagement"]), float(first["b"])
        if n < 2 or bottom <= 0:
            continue
        squares = (float(first["tt"]), float(first["tb"]), float(first["bb"]))
        rows.append(_rate(name, _rounded(linear_ratio(n, top, bottom, squares)), n, scope))
        order = ["engagement", "created_us", "post_id"]
        best = small(products.sort(order, descending=[True, False, False]).head(1)).iloc[0]
        if bottom - float(best["b"]) > 0:
            without = (top - float(best["engagement"])) / (bottom - float(best["b"]))
            rows.append(_rate(f"{name}_without_top", without, n - 1, scope))
    return rows


def _rounded(value: Estimate) -> Estimate:
    # Engines add in another order: rounding far below any print keeps their sums equal.
    return Estimate(value.value, float(f"{value.lower:.9g}"), float(f"{value.upper:.9g}"))


def _rate(name: str, value: Estimate | float, n: int, scope: str) -> Row:
    note = "followers_as_of_export" if name.startswith("er_followers") else ""
    return number(name, value, unit="share", scope=scope, n=n, method="ratio_of_sums", note=note,
                  evidence="posts")  # fmt: skip


def compare_periods(
    before: Any,
    after: Any,
    *,
    platform: str,
    metric: Counted = "engagement",
    bridge: bool = False,
) -> pd.DataFrame:
    """Return engagement or displays per item before and after, if both were counted alike.

    Args:
        before: Posts of the earlier time.
        after: Posts of the later time.
        platform: Network.
        metric: ``engagement`` or ``impressions`` (displays or views, as the platform called them).
        bridge: Whether to compare all the same, noted as such: engagement by the counters that
            all definitions share; displays as they are, as one column holds both definitions.

    Returns:
        ``period, n_items, total, per_item, counts, note`` (``bridged`` or
        ``definition_changed`` where it was).

    Raises:
        CrisisLabError: CL-METRIC-BREAK if a definition changed between the two and ``bridge``
            is not asked for.
    """
    parts = [_of_platform(part, platform) for part in (before, after)]
    days = [pd.to_datetime(part["created_us"], unit="us").dt.date for part in parts]
    if any(part.empty for part in parts):
        return pd.DataFrame(columns=["period", "n_items", "total", "per_item", "counts", "note"])
    first, last = min(min(d) for d in days), max(max(d) for d in days)
    breaks = breaks_between(platform, metric, first, last)
    start = epoch_of(platform, metric, first)
    if breaks and not bridge:
        raise CrisisLabError(
            Problem("CL-METRIC-BREAK", value=platform,
                    facts={"days": ", ".join(str(e.since) for e in breaks)})
        )  # fmt: skip
    held = [*([start] if start else []), *breaks]
    counts = shared_counts(held) if held else ANY
    note = "bridged" if breaks else ""
    if metric == "impressions":
        counts, note = ("n_impressions",), "definition_changed" if breaks else ""
    rows = []
    for period, part in zip(("before", "after"), parts, strict=True):
        total = part[list(counts)].sum(axis=1, min_count=1).dropna()
        rows.append(
            {"period": period, "n_items": len(total), "total": float(total.sum()),
             "per_item": float(total.mean()) if len(total) else np.nan,
             "counts": " ".join(counts), "note": note}
        )  # fmt: skip
    return pd.DataFrame(rows)


def _of_platform(posts: Any, platform: str) -> pd.DataFrame:
    frame = lazy(posts).filter((nw.col("platform") == platform) & (nw.col("kind") != "repost"))
    names = [*ANY, "n_impressions"]
    items = small(frame.select("post_id", "created_us", *names), by=["created_us", "post_id"])
    return items.assign(**{name: items[name].astype("Float64") for name in names})
