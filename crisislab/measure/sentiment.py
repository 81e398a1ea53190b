"""What people felt, as an index against the quiet period; without hand labels, no percent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from crisislab.engine import HOUR_US, instants, lazy, small, totals
from crisislab.metrics import metrics, number

MIN_SCORED = 30
_Z = 1.959964
COLUMNS = ["hour_at", "hours", "n_scored", "n_unscored", "index", "lower", "upper"]


def negativity_per_hour(posts: Any) -> pd.DataFrame:
    """Return sums of the negative score per hour over the public's own words.

    The brand's items and reposts are left out: a repost is the same words again.

    Args:
        posts: Posts of any engine with ``neg`` (0 to 1; missing = not scored).

    Returns:
        ``hour_at, n_scored, n_unscored, total, squares``, hours with posts only.
    """
    frame = lazy(posts).filter(~nw.col("own") & (nw.col("kind") != "repost"))
    score = nw.col("neg").fill_nan(None)
    frame = frame.select(
        hour=nw.col("created_us") // HOUR_US,
        scored=(~score.is_null()).cast(nw.Int64),
        unscored=score.is_null().cast(nw.Int64),
        score=score,
        square=score * score,
    )
    sums = {"n_scored": "scored", "n_unscored": "unscored", "total": "score", "squares": "square"}
    summed = frame.group_by("hour").agg(*(nw.col(c).sum().alias(n) for n, c in sums.items()))
    table = small(summed.with_columns(nw.col(*sums).cast(nw.Float64)), by=["hour"])
    at = instants(table["hour"].astype("Int64") * HOUR_US)
    # Engines add in another order: rounding far below any print keeps their sums equal.
    return table[list(sums)].fillna(0).round(9).assign(hour_at=at)


def negative_index(hours: pd.DataFrame, *, quiet: tuple[datetime, datetime] | None) -> pd.DataFrame:
    """Return the negative score of each bin against the quiet period.

    ``index = (mean(bin) - mean(quiet)) / sd(quiet)`` with the standard deviation of single posts'
    scores: by how many ordinary post-to-post swings the mean has moved. Hours are joined until a
    bin holds 30 scored posts. The band is the sampling error of bin and quiet mean (95 %); it
    holds no classifier error, which only hand labels can measure: no level, no percent.

    Returns:
        ``hour_at`` (start), ``hours, n_scored, n_unscored, index, lower, upper``.
    """
    bins = _bins(hours)
    if quiet is None:
        return bins.assign(index=np.nan, lower=np.nan, upper=np.nan)[COLUMNS]
    calm = hours[(hours["hour_at"] >= quiet[0]) & (hours["hour_at"] < quiet[1])]
    n, mean, spread = _moments(calm)
    if n < MIN_SCORED or not spread:
        return bins.assign(index=np.nan, lower=np.nan, upper=np.nan)[COLUMNS]
    level = bins["total"] / bins["n_scored"]
    variance = (bins["squares"] / bins["n_scored"] - level**2).clip(lower=0)
    index = (level - mean) / spread
    half = _Z * np.sqrt(variance / bins["n_scored"] + spread**2 / n) / spread
    return bins.assign(index=index, lower=index - half, upper=index + half)[COLUMNS]


def _moments(hours: pd.DataFrame) -> tuple[int, float, float]:
    n = int(hours["n_scored"].sum())
    if not n:
        return 0, np.nan, np.nan
    mean = float(hours["total"].sum()) / n
    return n, mean, float(np.sqrt(max(float(hours["squares"].sum()) / n - mean**2, 0)))


def _bins(hours: pd.DataFrame) -> pd.DataFrame:
    group, current, held = [], 0, 0.0
    for scored in hours["n_scored"]:
        group.append(current)
        held += scored
        if held >= MIN_SCORED:
            current, held = current + 1, 0.0
    if held and current:
        group = [min(g, current - 1) for g in group]
    grouped = hours.groupby(np.array(group, dtype="int64"))
    bins = grouped[["n_scored", "n_unscored", "total", "squares"]].sum()
    last = grouped["hour_at"].max() - grouped["hour_at"].min()
    bins = bins.assign(hour_at=grouped["hour_at"].min(), hours=last.dt.total_seconds() / 3600 + 1)
    kept = bins[bins["n_scored"] >= MIN_SCORED].reset_index(drop=True)
    counts = {name: kept[name].astype("int64") for name in ("n_scored", "n_unscored", "hours")}
    return kept.assign(**counts)


def unscored_languages(posts: Any, *, scorer: str) -> pd.DataFrame:
    """Return how many of the public's own posts were not scored, per language.

    A post without letters or emoji is not scored in any language.

    Args:
        posts: Posts of any engine with ``lang`` and ``neg`` (missing = not scored).
        scorer: Name and version of the scorer.

    Returns:
        Rows ``unscored_share`` of ``schema.METRICS`` with scope ``lang=<code>``, languages with
        such posts only, most posts first; ``n`` is the posts in the language.
    """
    said = lazy(posts).filter(~nw.col("own") & (nw.col("kind") != "repost"))
    said = said.select(
        lang=nw.col("lang").cast(nw.String).fill_null("unknown"),
        one=nw.lit(1), lost=nw.col("neg").fill_nan(None).is_null().cast(nw.Int64),
    )  # fmt: skip
    missing = small(totals(said, by=["lang"], sum="lost", count="one"), by=["lang"])
    missing = missing[missing["sum"] > 0].set_index("lang")
    missing = missing.sort_values("sum", ascending=False, kind="stable")
    return metrics(
        number(
            "unscored_share", float(row["sum"] / row["count"]), unit="share", scope=f"lang={code}",
            n=int(row["count"]), method=scorer, note="unscored_is_not_neutral",
            evidence="sentiment",
        )
        for code, row in missing.iterrows()
    )  # fmt: skip


def sentiment(
    hours: pd.DataFrame, index: pd.DataFrame, *, scorer: str, after: pd.Timestamp | None
) -> pd.DataFrame:
    """Return the numbers of the curve: share scored and the highest bin after the onset.

    Returns:
        Rows of ``schema.METRICS``: ``scored_share``, ``n_unscored``, ``negative_index``.
    """
    scored, unscored = int(hours["n_scored"].sum()), int(hours["n_unscored"].sum())
    total = scored + unscored
    rows = [
        number(
            "scored_share",
            scored / total if total else None,
            unit="share",
            n=total,
            method=scorer,
            evidence="sentiment",
        ),
        number(
            "n_unscored",
            unscored,
            unit="count",
            n=total,
            method=scorer,
            note="unscored_is_not_neutral",
            evidence="sentiment",
        ),
    ]
    later = index if after is None else index[index["hour_at"] >= after.floor("h")]
    known = later.dropna(subset=["index"])
    if known.empty:
        rows.append(
            number(
                "negative_index",
                None,
                unit="index",
                scope="highest",
                n=total,
                method=scorer,
                note="no_quiet_period",
            )
        )
    else:
        top = known.iloc[int(known["index"].argmax())]
        rows.append(
            number(
                "negative_index",
                float(top["index"]),
                unit="index",
                scope="highest",
                n=int(top["n_scored"]),
                method=scorer,
                note="unlabelled_index",
                evidence="sentiment",
            )
        )
    return metrics(rows)
