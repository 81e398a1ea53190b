"""How negative it was, with the error of scorer and sample in the interval: needs hand labels."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pandas as pd

from crisislab.estimate.prevalence import Design, DesignShare, design_share
from crisislab.estimate.survival import Estimate
from crisislab.metrics import Row, metrics, number

Floats = npt.NDArray[np.float64]
Period = tuple[datetime | pd.Timestamp, datetime | pd.Timestamp]
_MIN_POLAR = 30
_SCORES = ("neg", "neu", "pos")
_TRUTH = ("negative", "neutral", "positive")


def sentiment_shares(
    spoken: pd.DataFrame,
    labelled: pd.DataFrame,
    *,
    method: str,
    periods: Mapping[str, Period] | None = None,
) -> pd.DataFrame:
    """Return the named sentiments over everything and per period.

    With P, U, N the shares of positive, neutral and negative posts: ``negative_share = N``;
    ``net_sentiment_all = 100 (P - N)``; ``net_sentiment_polar = 100 (P - N)/(P + N)``, missing
    under 30 polar posts. Never mix the two nets: neutral posts pull only the first towards 0.
    Each is a cross-fitted calibrated score plus rectifier (``estimate.design_share``); the
    interval holds the sampling of labels and every error of the scorer, for the posts of this
    export. With few or one-sided labels it rests on the labels alone, and says so.

    Args:
        spoken: The public's own words with ``text_key`` and calibrated ``neg, neu, pos``.
        labelled: ``CrisisSentiment.labelled``.
        method: Name and version of the scorer.
        periods: Further scopes: name to start and end (exclusive).

    Returns:
        Rows of ``schema.METRICS``; scope ``all`` or ``period=<name>``.
    """
    rows = _scope(spoken, labelled, scope="all", method=method)
    for name, (start, end) in (periods or {}).items():
        inside = (spoken["created_at"] >= start) & (spoken["created_at"] < end)
        rows += _scope(spoken[inside], labelled, scope=f"period={name}", method=method)
    return metrics(rows)


def _scope(posts: pd.DataFrame, labelled: pd.DataFrame, *, scope: str, method: str) -> list[Row]:
    share = negative_share(posts, labelled)
    net = _contrast(posts, labelled, (-1.0, 0.0, 1.0), (-1.0, 1.0))
    polar = _polar(posts, labelled)
    found = (
        ("negative_share", share, "share", 1.0),
        ("net_sentiment_all", net, "points", 100.0),
        ("net_sentiment_polar", polar, "points", 100.0),
    )
    return [
        number(
            name,
            _times(one.estimate, scale),
            unit=unit,
            scope=scope,
            n=len(posts),
            method=f"{method}, {one.method}, {one.n_labels} labels",
            note="few_labels" if one.method == "labels_alone" else "",
            evidence="labels",
        )
        for name, one, unit, scale in found
    ]


def negative_share(posts: pd.DataFrame, labelled: pd.DataFrame) -> DesignShare:
    """Return the share of negative posts with its interval; see ``sentiment_shares``."""
    return _contrast(posts, labelled, (1.0, 0.0, 0.0), (0.0, 1.0))


def _contrast(
    posts: pd.DataFrame,
    labelled: pd.DataFrame,
    values: tuple[float, float, float],
    bounds: tuple[float, float],
) -> DesignShare:
    drawn = labelled[labelled["probability"].notna()]
    return design_share(
        drawn[list(_TRUTH)].to_numpy(dtype=np.float64) @ np.array(values),
        drawn[list(_SCORES)].to_numpy(dtype=np.float64) @ np.array(values),
        design_in(posts, drawn),
        total_score=_total(posts, labelled, np.array(values)),
        n_posts=len(posts),
        bounds=bounds,
    )


def _total(posts: pd.DataFrame, labelled: pd.DataFrame, values: Floats) -> float:
    """Return the sum of the scores over the posts, each labelled text at its out-of-fold one.

    The models would be surer of the texts they learnt from than of those the labels correct.
    """
    names = list(_SCORES)
    held = labelled.set_index("text_key")[names].reindex(posts["text_key"])
    scores = held.fillna(posts[names].set_axis(held.index))
    return float(scores.sum().to_numpy() @ values)


def design_in(posts: pd.DataFrame, drawn: pd.DataFrame) -> Design:
    """Return the design of the labels with the copies that lie within these posts."""
    copies = posts["text_key"].value_counts().reindex(drawn["text_key"]).fillna(0)
    return Design.of(copies.to_numpy(), drawn["probability"], drawn["stratum"])


def _polar(posts: pd.DataFrame, labelled: pd.DataFrame) -> DesignShare:
    net = _contrast(posts, labelled, (-1.0, 0.0, 1.0), (-1.0, 1.0))
    polar = _contrast(posts, labelled, (1.0, 0.0, 1.0), (0.0, 1.0))
    base = polar.estimate.value
    if not base * len(posts) >= _MIN_POLAR or "labels_alone" in (net.method, polar.method):
        nothing = Estimate(np.nan, np.nan, np.nan)
        return DesignShare(nothing, np.nan, "labels_alone", net.n_labels)
    ratio = float(np.clip(net.estimate.value / base, -1, 1))
    # The ratio's error is that of the sum of (p - n) - R (p + n), over the base (delta method).
    linear = _contrast(posts, labelled, (-1.0 - ratio, 0.0, 1.0 - ratio), (-2.0, 2.0))
    half = (linear.estimate.upper - linear.estimate.lower) / 2 / base
    ends = (float(np.clip(end, -1, 1)) for end in (ratio - half, ratio + half))
    return DesignShare(Estimate(ratio, *ends), linear.se / base, "ppi", net.n_labels)


def _times(estimate: Estimate, scale: float) -> Estimate:
    return Estimate(estimate.value * scale, estimate.lower * scale, estimate.upper * scale)
