"""How far coders agree with each other and with themselves, and what more labels would buy."""

from __future__ import annotations

import math

import pandas as pd

from crisislab.estimate.agreement import Agreement, agreement
from crisislab.estimate.prevalence import DesignShare
from crisislab.metrics import metrics, number
from crisislab.read.labels import SENTIMENT, UNSURE, latest

AIM = 0.06


def label_agreement(labels: pd.DataFrame, *, task: str = SENTIMENT, seed: int) -> pd.DataFrame:
    """Return how far the labels of a task can be trusted, as rows of ``schema.METRICS``.

    Between coders: alpha over the texts that two or more labelled. Within a coder: the texts
    shown twice. Nobody can be measured more finely than they agree with themselves. "unsure" is
    missing for alpha and counted apart.

    Returns:
        ``label_alpha`` (nominal), ``label_raw_agreement``, ``label_prevalence`` per label,
        ``unsure_share``; scopes ``between`` and ``coder=<name>``.
    """
    asked = latest(labels[labels["task"] == task])
    if asked.empty:
        return metrics([])
    known = asked[asked["label"] != UNSURE]
    first = known[known["round"] == 1]
    rows = _rows("between", agreement(_wide(first, "coder"), seed=seed))
    for coder, own in known.groupby("coder", sort=True):
        again = agreement(_wide(own, "round"), seed=seed)
        rows += _rows(f"coder={coder}", again) if again.n_units else []
    for coder, own in asked.groupby("coder", sort=True):
        share = float((own["label"] == UNSURE).mean())
        rows.append(number("unsure_share", share, unit="share", scope=f"coder={coder}", n=len(own)))
    return metrics(rows)


def _wide(labels: pd.DataFrame, column: str) -> pd.DataFrame:
    return labels.pivot(index="text_key", columns=column, values="label")


def _rows(scope: str, found: Agreement) -> list[dict[str, object]]:
    method = "krippendorff nominal, bootstrap of texts"
    rows = [
        number(
            "label_alpha",
            found.alpha,
            unit="index",
            scope=scope,
            n=found.n_units,
            method=method,
            note=f"agreement_{found.reading}",
        ),
        number("label_raw_agreement", found.raw, unit="share", scope=scope, n=found.n_units),
    ]
    rows += [
        number("label_prevalence", share, unit="share", scope=f"{scope},{name}", n=found.n_units)
        for name, share in found.prevalence.items()
    ]
    return rows


def next_labels(share: DesignShare, *, more: int = 100, n_texts: int | None = None) -> pd.DataFrame:
    """Return what further labels would buy: the half-width of the share's interval.

    The half-width shrinks as ``sqrt(n (1 - m/N) / (m (1 - n/N)))`` from ``n`` to ``m`` labels;
    a model that also learns from them would do a little better. The aim is 6 points: from there
    on more labels rarely change a verdict. Source: ``sentiment.md`` section 8.

    Args:
        share: The share by the labels there are.
        more: Further labels.
        n_texts: Distinct texts there are; missing: many.

    Returns:
        Rows ``interval_half_width`` (share): scopes ``now`` and ``labels+<more>``, and
        ``labels_to_aim``: further labels until the half-width is at most 6 points.

    >>> from crisislab.estimate.survival import Estimate
    >>> table = next_labels(DesignShare(Estimate(0.5, 0.4, 0.6), 0.05, "ppi", 100))
    >>> table["value"].round(3).tolist()
    [0.1, 0.071, 178.0]
    """
    half = (share.estimate.upper - share.estimate.lower) / 2
    n = share.n_labels
    room = math.inf if n_texts is None else float(n_texts)
    after = min(n + more, room)
    wider = half * _shrink(n, after, room) if n else math.nan
    needed = _needed(half, n, room) if n else math.nan
    return metrics(
        [
            number("interval_half_width", half, unit="share", scope="now", n=n),
            number("interval_half_width", wider, unit="share", scope=f"labels+{more}", n=n),
            number("labels_to_aim", needed, unit="count", scope=f"half_width<={AIM:g}", n=n),
        ]
    )


def _shrink(n: float, after: float, room: float) -> float:
    if n >= room:
        return 1.0
    return math.sqrt(max(n * (1 - after / room), 0) / (after * (1 - n / room)))


def _needed(half: float, n: int, room: float) -> float:
    # Where every text is labelled, no further label can narrow anything.
    if math.isnan(half) or half <= AIM or n >= room:
        return 0.0 if half <= AIM else math.nan
    # half^2 = c (1/m - 1/N): solved for m at the aim.
    scale = half**2 / (1 / n - 1 / room)
    return float(math.ceil(1 / (AIM**2 / scale + 1 / room)) - n)
