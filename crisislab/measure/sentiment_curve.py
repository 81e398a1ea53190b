"""The curve of negative posts in percent, drawn between two honest ends: needs hand labels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pandas as pd

from crisislab.estimate.quantify import emq
from crisislab.estimate.survival import Estimate
from crisislab.metrics import metrics, number

Floats = npt.NDArray[np.float64]
MIN_POSTS = 30
BANDWIDTH_HOURS = 3.0
BANDWIDTH_BINS = 2.0
_NEIGHBOURS = 5
STAYS_BINS = 3
_Z = 1.959964
_HOUR = pd.Timedelta(hours=1)
_MINUTE = pd.Timedelta(minutes=1)
_SCORES = ["neg", "neu", "pos"]
COLUMNS = [
    "hour_at", "hours", "n", "negative_share", "lower", "upper", "pcc", "emq", "smooth",
    "sampling_se",
]  # fmt: skip


def negative_curve(
    spoken: pd.DataFrame,
    labelled: pd.DataFrame,
    *,
    label_se: float,
    hours: int = 1,
) -> pd.DataFrame:
    """Return the negative share per bin of at least 30 posts, with its band.

    ``negative_share`` is the midpoint of two estimates: averaged probabilities (PCC), which
    flatten a swing, and EMQ, which over-shoots on a quiet stream. EMQ takes its class shares from
    the bin and its neighbours (Gaussian, 2 bins), because a bin of 30 posts alone is noise, and
    averages the bin's probabilities re-weighed to them. It starts from the mean probabilities of
    all these posts, not from the shares of the labels: a draw with a few negative texts too many
    is no shift. Labelled posts count at their label in both ends, and both are given. Band:
    ``+- 1.96 sqrt(p (1 - p)/m + label_se^2 + ((EMQ - PCC)/2)^2)``: posts of the bin as a sample
    of ``m = n^2 / sum (copies of a text)^2`` texts, as copies go together; error of the labels;
    and half of what the two ends disagree about. Joined bins hold at least 30 posts; ``smooth``
    is a kernel mean over posts (Gaussian, 3 hours), so that a full bin weighs more than a thin
    one. How often the band holds the truth: ``benchmarks/labels_coverage.py`` (known crowds),
    ``labels_card.py`` (real streams).

    Args:
        spoken: The public's own words with ``text_key`` and calibrated ``neg, neu, pos``: all
            posts that the labels were drawn from.
        labelled: ``CrisisSentiment.labelled``.
        label_se: Standard error of the overall share (``DesignShare.se``).
        hours: Width of a bin before joining, hours.

    Returns:
        ``hour_at`` (start), ``hours, n, negative_share, lower, upper, pcc, emq, smooth,
        sampling_se``; empty with fewer than 30 posts.
    """
    scored = spoken.dropna(subset=_SCORES).sort_values(["created_at", "platform", "post_id"])
    if len(scored) < MIN_POSTS:
        return pd.DataFrame({name: pd.Series(dtype="float64") for name in COLUMNS})
    start = scored["created_at"].dt.floor(f"{hours}h")
    group = _join(start)
    posteriors = scored[_SCORES].to_numpy(dtype=np.float64)
    truth = _truth(scored["text_key"], labelled)
    n = np.bincount(group)
    ends = [
        np.bincount(group, weights=np.where(np.isnan(truth), rows, truth)) / n
        for rows in (posteriors[:, 0], _shifted(posteriors, group))
    ]
    texts = _effective(group, scored["text_key"])
    table = pd.DataFrame({"n": n, "n_texts": texts, "pcc": ends[0], "emq": ends[1]})
    begins = start.groupby(group).min()
    length = (start.groupby(group).max() - begins) / _HOUR + hours
    table = table.assign(hour_at=begins.to_numpy(), hours=length.to_numpy())
    table["hour_at"] = pd.to_datetime(table["hour_at"], utc=True).astype("datetime64[us, UTC]")
    return _banded(table, label_se)[COLUMNS]


def _join(start: pd.Series) -> npt.NDArray[np.int64]:
    """Join neighbouring bins until each holds 30 posts; the last rest goes to the last bin."""
    counts = start.value_counts().sort_index()
    held, group, of_bin = 0, 0, {}
    for at, n in counts.items():
        of_bin[at] = group
        held += int(n)
        if held >= MIN_POSTS:
            group, held = group + 1, 0
    last = group - 1 if held and group else group
    return np.array([min(of_bin[at], last) for at in start], dtype=np.int64)


def _truth(keys: pd.Series, labelled: pd.DataFrame) -> Floats:
    """Return the share of coders that said "negative" per post, missing without label."""
    known: Floats = labelled.set_index("text_key")["negative"].reindex(keys).to_numpy(np.float64)
    return known


def _effective(group: npt.NDArray[np.int64], keys: pd.Series) -> Floats:
    """Return how many separate texts each bin is worth: ``n^2 / sum m^2`` over its texts."""
    texts = pd.factorize(keys)[0]
    bins, copies = np.unique(group * (texts.max() + 1) + texts, return_counts=True)
    squares = np.bincount(bins // (texts.max() + 1), weights=copies.astype(np.float64) ** 2)
    worth: Floats = np.bincount(group) ** 2 / squares
    return worth


def _shifted(posteriors: Floats, group: npt.NDArray[np.int64]) -> Floats:
    """Return the negative posterior of each post under the class shares around its bin."""
    prior = posteriors.mean(axis=0)
    # The posts are in order of time, so that each bin and its neighbourhood are one slice.
    edges = np.searchsorted(group, np.arange(int(group.max()) + 2))
    last, moved = len(edges) - 2, np.empty(len(group))
    for place in range(last + 1):
        low, high = max(place - _NEIGHBOURS, 0), min(place + _NEIGHBOURS, last)
        around = slice(edges[low], edges[high + 1])
        near = np.exp(-0.5 * ((group[around] - place) / BANDWIDTH_BINS) ** 2)
        shares = emq(posteriors[around], priors=prior, weights=near, tolerance=1e-4)
        own = slice(edges[place], edges[place + 1])
        odds = posteriors[own] / prior * shares
        moved[own] = odds[:, 0] / odds.sum(axis=1)
    return moved


def _banded(table: pd.DataFrame, label_se: float) -> pd.DataFrame:
    middle = (table["pcc"] + table["emq"]) / 2
    # One text more of either kind: a bin with none is not certain of it.
    safe = (middle * table["n_texts"] + 1) / (table["n_texts"] + 2)
    sampling = np.sqrt(safe * (1 - safe) / table["n_texts"])
    gap = (table["emq"] - table["pcc"]) / 2
    half = _Z * np.sqrt(sampling**2 + label_se**2 + gap**2)
    return table.assign(
        negative_share=middle,
        lower=(middle - half).clip(lower=0),
        upper=(middle + half).clip(upper=1),
        smooth=_kernel(table) @ middle.to_numpy(),
        sampling_se=sampling,
    )


def _kernel(table: pd.DataFrame) -> Floats:
    """Return weights of each bin (column) for each bin (row): nearness times posts."""
    middle = table["hour_at"] + pd.to_timedelta(table["hours"] / 2, unit="h")
    hours = ((middle - middle.iloc[0]) / _HOUR).to_numpy(dtype=np.float64)
    near = np.exp(-0.5 * ((hours[:, None] - hours[None, :]) / BANDWIDTH_HOURS) ** 2)
    weight = near * table["n"].to_numpy(dtype=np.float64)
    scaled: Floats = weight / weight.sum(axis=1, keepdims=True)
    return scaled


@dataclass(frozen=True)
class _Shape:
    depth: float
    trough: int
    area: float
    recovery: float


def curve_shape(
    curve: pd.DataFrame,
    *,
    quiet: tuple[datetime, datetime] | None,
    after: pd.Timestamp | None,
    label_se: float,
    seed: int,
    n_draws: int = 500,
) -> pd.DataFrame:
    """Return how deep sentiment fell, for how long, and whether it came back.

    Over the smoothed curve after the onset, against the quiet period (mean over its posts):
    ``sentiment_depth``: largest rise of the negative share; ``sentiment_trough``: when;
    ``sentiment_area``: sum of the rise above the quiet share times hours (share-hours);
    ``sentiment_recovery``: minutes from the trough until the curve is back in the quiet band (5-95%
    of the quiet bins) and stays for 3 bins; not reached is not reached, never the end of data.
    The lowest point of a noisy curve is biased outwards, therefore the smoothed one, and
    intervals by 500 redraws of the curve: posts of each bin, the labels' error common to all
    bins, and a place between the two ends of the curve.

    No depth or recovery is told when the quiet share's half-width exceeds half of the depth
    (``baseline_uncertain``), without quiet period or without onset. Source: ``methods.md`` 3.

    Returns:
        Rows of ``schema.METRICS``.
    """
    calm = _calm(curve, quiet)
    later = (
        curve["hour_at"] >= after
        if after is not None
        else curve["hour_at"] < pd.Timestamp(0, tz="UTC")
    )
    if not calm.any() or not later.any():
        return _unknown("no_quiet_period" if not calm.any() else "no_onset")
    point = _shape(curve, curve["smooth"].to_numpy(), calm, later.to_numpy())
    draws = _redraw(curve, calm, later.to_numpy(), label_se=label_se, seed=seed, n=n_draws)
    base = curve.loc[calm, ["negative_share", "n"]]
    spread = float(np.sqrt((curve.loc[calm, "sampling_se"] ** 2).mean() / calm.sum()))
    half = _Z * float(np.hypot(spread, label_se))
    if half > point.depth / 2:
        return _unknown("baseline_uncertain")
    trough = pd.Timestamp(curve["hour_at"].iloc[point.trough])
    depths, areas = [d.depth for d in draws], [d.area for d in draws]
    rows = [
        number(
            "sentiment_baseline",
            float(np.average(base["negative_share"], weights=base["n"])),
            unit="share",
            n=int(base["n"].sum()),
        ),
        number("sentiment_depth", _within(point.depth, depths), unit="share", n=len(curve)),
        number("sentiment_area", _within(point.area, areas), unit="share-hours", n=len(curve)),
        number("sentiment_trough", trough.timestamp(), unit="instant", n=len(curve)),
        _recovery(point, draws, n=len(curve)),
    ]
    return metrics(rows)


def _calm(curve: pd.DataFrame, quiet: tuple[datetime, datetime] | None) -> npt.NDArray[np.bool_]:
    if quiet is None:
        return np.zeros(len(curve), dtype=bool)
    ends = curve["hour_at"] + pd.to_timedelta(curve["hours"], unit="h")
    return ((curve["hour_at"] >= quiet[0]) & (ends <= quiet[1])).to_numpy(dtype=bool)


def _shape(
    curve: pd.DataFrame,
    smooth: Floats,
    calm: npt.NDArray[np.bool_],
    later: npt.NDArray[np.bool_],
) -> _Shape:
    n = curve["n"].to_numpy(dtype=np.float64)
    base = float(np.average(smooth[calm], weights=n[calm]))
    high = float(np.percentile(smooth[calm], 95))
    at = np.flatnonzero(later)
    top = int(at[np.argmax(smooth[at])])
    rise = np.clip(smooth[at] - base, 0, None)
    area = float((rise * curve["hours"].to_numpy(dtype=np.float64)[at]).sum())
    back = (smooth <= high).astype(int)
    recovered = float("nan")
    for i in range(top + 1, len(smooth) - STAYS_BINS + 1):
        if back[i : i + STAYS_BINS].all():
            gone = curve["hour_at"].iloc[i] - curve["hour_at"].iloc[top]
            recovered = float(gone / _MINUTE)
            break
    return _Shape(float(smooth[top] - base), top, area, recovered)


def _redraw(
    curve: pd.DataFrame,
    calm: npt.NDArray[np.bool_],
    later: npt.NDArray[np.bool_],
    *,
    label_se: float,
    seed: int,
    n: int,
) -> list[_Shape]:
    dice = np.random.default_rng(seed)
    kernel = _kernel(curve)
    low, high = curve["pcc"].to_numpy(), curve["emq"].to_numpy()
    noise = curve["sampling_se"].to_numpy()
    shapes = []
    for _ in range(n):
        between = dice.uniform()
        drawn = (1 - between) * low + between * high
        drawn = drawn + dice.normal(0, label_se) + dice.normal(0, 1, len(curve)) * noise
        shapes.append(_shape(curve, kernel @ np.clip(drawn, 0, 1), calm, later))
    return shapes


def _within(value: float, draws: list[float]) -> Estimate:
    low, high = np.percentile(draws, [2.5, 97.5])
    return Estimate(value, float(min(low, value)), float(max(high, value)))


def _recovery(point: _Shape, draws: list[_Shape], *, n: int) -> dict[str, object]:
    hours = np.array([d.recovery for d in draws])
    # Draws that never came back are the longest: an upper end among them is not reached.
    low, high = np.percentile(
        np.where(np.isnan(hours), np.inf, hours), [2.5, 97.5], method="nearest"
    )
    ends = (float(end) if np.isfinite(end) else float("nan") for end in (low, high))
    lower, upper = ends
    return number(
        "sentiment_recovery",
        Estimate(point.recovery, lower, upper),
        unit="minutes",
        n=n,
        note="not_reached" if np.isnan(point.recovery) else "",
    )


def _unknown(note: str) -> pd.DataFrame:
    units = {
        "sentiment_depth": "share",
        "sentiment_area": "share-hours",
        "sentiment_trough": "instant",
        "sentiment_recovery": "minutes",
    }
    return metrics(number(name, None, unit=unit, note=note) for name, unit in units.items())
