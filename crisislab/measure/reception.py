"""How our answer was taken: shares of quotes and answers that accept, reject or mock it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crisislab.enrich.coded import settled
from crisislab.enrich.reception import TASK
from crisislab.estimate.intervals import wilson
from crisislab.estimate.prevalence import Design, design_share
from crisislab.metrics import Row, number

TAKEN = ("accepted", "rejected", "mocked", "open")


def reception_shares(received: pd.DataFrame, labels: pd.DataFrame) -> list[Row]:
    """Return how quotes and answers to official items take them, of those with a text.

    Without labels the share of each cue (Wilson's interval holds chance alone; note
    ``cues_only``: how often cues mislead is not known). With labels that were drawn
    (``draw_reception``) the cue plus rectifier over the drawn texts
    (:func:`crisislab.estimate.prevalence.design_share`); with fewer than 50, or fewer than five on
    a side, the labels alone. ``open``: quotes or asks, and takes no side.

    Args:
        received: Result of :func:`crisislab.enrich.reception.add_reception`.
        labels: Table ``schema.LABELS``; those of the task ``reception`` count.

    Returns:
        Rows ``reception_share`` by stance; none where nobody quoted or answered.
    """
    said = received[(received["kind"] != "repost") & (received["text_key"] != "")]
    if said.empty:
        return []
    coded = settled(labels, task=TASK)
    drawn = coded[coded["text_key"].isin(said["text_key"]) & coded["probability"].notna()]
    return [_share(said, drawn, stance) for stance in TAKEN]


def _share(said: pd.DataFrame, drawn: pd.DataFrame, stance: str) -> Row:
    cued, scope = said["cue"] == stance, f"stance={stance}"
    if drawn.empty:
        return number("reception_share", wilson(int(cued.sum()), len(said)), unit="share",
                      scope=scope, n=len(said), method="Wilson 95 %", note="cues_only",
                      evidence="posts")  # fmt: skip
    copies = said["text_key"].value_counts().reindex(drawn["text_key"]).to_numpy()
    scores = cued.groupby(said["text_key"]).first().reindex(drawn["text_key"])
    found = design_share(
        drawn[stance].to_numpy(dtype=np.float64), scores.to_numpy(dtype=np.float64),
        Design.of(copies, drawn["probability"], drawn["stratum"]),
        total_score=float(cued.sum()), n_posts=len(said),
    )  # fmt: skip
    return number(
        "reception_share", found.estimate, unit="share", scope=scope, n=len(said),
        method=f"cues, {found.method}, {found.n_labels} labels",
        note="few_labels" if found.method == "labels_alone" else "", evidence="labels",
    )  # fmt: skip
