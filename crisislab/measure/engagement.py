"""Engagement by the definition of its platform and day; rates with their denominator named."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from crisislab.engine import lazy, small
from crisislab.epochs import ANY, Counted, breaks_between, epoch_of, shared_counts
from crisislab.errors import CrisisLabError, Problem
from crisislab.estimate.survival import Estimate
from crisislab.metrics import metrics, number

_DENOMINATORS = (("er_impressions", "n_impressions"), ("er_followers", "n_followers"),
                 ("er_vendor_reach", "vendor_reach"))  # fmt: skip
_DRAWS = 200


def engagement_items(posts: Any, *, own: bool = False) -> pd.DataFrame:
    """Return items (reposts left out: their counters are the original's) with their engagement.

    ``engagement`` is the sum of the counters that the definition of the platform and day names
    (``metric_epochs.toml``), so far as the export has any of them; missing otherwise.

    Returns:
        ``platform, post_id, created_us, n_impressions, n_followers, vendor_reach, engagement,
        epoch`` (first day of the definition; ``none`` where the register has none: then all
        counters).
    """
    frame = lazy(posts).filter((nw.col("kind") != "repost") & (nw.col("own") == own))
    names = ["platform", "post_id", "created_us", *ANY, "n_impressions", "n_followers",
             "vendor_reach"]  # fmt: skip
    items = small(frame.select(*names), by=["platform", "created_us", "post_id"])
    numbers = [*ANY, "n_impressions", "n_followers", "vendor_reach"]
    items = items.assign(**{name: items[name].astype("Float64") for name in numbers})
    day = pd.to_datetime(items["created_us"], unit="us").dt.date
    keys = [epoch_of(str(p), "engagement", d) for p, d in zip(items["platform"], day, strict=True)]
    items["epoch"] = ["none" if epoch is None else str(epoch.since) for epoch in keys]
    items["engagement"] = _summed(items, [ANY if e is None else e.counts for e in keys])
    return items.drop(columns=list(ANY))


def _summed(items: pd.DataFrame, counts: list[tuple[str, ...]]) -> pd.Series:
    wanted = pd.DataFrame(
        [[name in row for name in ANY] for row in counts], columns=list(ANY), index=items.index
    )
    held = items[list(ANY)].where(wanted.astype(bool))
    total: pd.Series = held.sum(axis=1, min_count=1).astype("float64")
    return total


def engagement(posts: Any, *, seed: int, own: bool = False) -> pd.DataFrame:
    """Return engagement and its rates per platform and definition.

    Rates are ratios of sums over the items that have both figures, never means of ratios:
    ``er_impressions = sum(engagement) / sum(impressions)``, ``er_followers`` (followers as of
    export), ``er_vendor_reach``. The interval is a bootstrap over items and wide where one item
    has most of it: ``top_item_share`` says how much, and the rate without it stands beside.

    Returns:
        Rows of ``schema.METRICS`` with scope ``platform=...;since=...`` (first day of the
        definition): ``engagement_defined``, ``top_item_share``, the rates, and
        ``..._without_top``.
    """
    items = engagement_items(posts, own=own)
    rows = []
    dice = np.random.default_rng(seed)
    for (platform, epoch), part in items.groupby(["platform", "epoch"], sort=True):
        known = part.dropna(subset=["engagement"])
        if known.empty:
            continue
        scope = f"platform={platform};since={epoch}" + (";side=own" if own else "")
        total = float(known["engagement"].sum())
        note = "followers_as_of_export"
        rows.append(
            number("engagement_defined", total, unit="interactions", scope=scope, n=len(known),
                   method="register_of_definitions", note="measured", evidence="posts")
        )  # fmt: skip
        if total > 0:
            top = float(known["engagement"].max()) / total
            rows.append(number("top_item_share", top, unit="share", scope=scope, n=len(known),
                               evidence="posts"))  # fmt: skip
        for name, column in _DENOMINATORS:
            noted = note if column == "n_followers" else ""
            rows += _rate(name, known.dropna(subset=[column]), column, scope, noted, dice)
    return metrics(rows)


def _rate(
    name: str, items: pd.DataFrame, column: str, scope: str, note: str, dice: np.random.Generator
) -> list[dict[str, object]]:
    reacted = items["engagement"].to_numpy(dtype=np.float64)
    seen = items[column].to_numpy(dtype=np.float64)
    if len(items) < 2 or seen.sum() <= 0:
        return []
    weights = (dice.multinomial(len(items), np.full(len(items), 1 / len(items)))
               for _ in range(_DRAWS))  # fmt: skip
    sums = np.array([(reacted @ weight, seen @ weight) for weight in weights])
    ratios = sums[sums[:, 1] > 0, 0] / sums[sums[:, 1] > 0, 1]
    low, high = np.quantile(ratios, [0.025, 0.975])
    value = Estimate(float(reacted.sum() / seen.sum()), float(low), float(high))
    rest = np.arange(len(items)) != reacted.argmax()
    rows = [number(name, value, unit="share", scope=scope, n=len(items),
                   method="ratio_of_sums", note=note, evidence="posts")]  # fmt: skip
    if seen[rest].sum() > 0:
        without = float(reacted[rest].sum() / seen[rest].sum())
        rows.append(number(f"{name}_without_top", without, unit="share", scope=scope,
                           n=len(items) - 1, method="ratio_of_sums", note=note,
                           evidence="posts"))  # fmt: skip
    return rows


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
