"""Agreement of coders and what more labels would buy."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from crisislab.enrich.coded import settled
from crisislab.estimate.prevalence import DesignShare
from crisislab.estimate.survival import Estimate
from crisislab.label.coders import label_agreement, next_labels
from crisislab.schema import LABELS


def labels(*rows: tuple[str, str, str, int]) -> pd.DataFrame:
    """Return labels of (text, coder, label, round), drawn with a chance of one half."""
    names = ["text_key", "coder", "label", "round"]
    table = pd.DataFrame(rows, columns=names).assign(
        task="sentiment", probability=0.5, size=1, stratum="part-1", n_stratum=4,
        sampling="random", labelled_at="2026-03-20T10:00:00Z",
    )  # fmt: skip
    return LABELS.conform(table)


TWO = labels(
    ("a", "ana", "negative", 1), ("b", "ana", "negative", 1), ("c", "ana", "neutral", 1),
    ("a", "leo", "negative", 1), ("b", "leo", "neutral", 1), ("c", "leo", "neutral", 1),
    ("d", "leo", "unsure", 1), ("a", "ana", "negative", 2), ("c", "ana", "neutral", 2),
)  # fmt: skip


def value(table: pd.DataFrame, metric: str, scope: str) -> float:
    """Return one number."""
    rows = table[(table["metric"] == metric) & (table["scope"] == scope)]
    return float(rows["value"].iloc[0])


def test_label_agreement_between_and_within() -> None:
    """Two of three texts equal between coders; ana agrees with herself on both repeats."""
    table = label_agreement(TWO, seed=1)
    assert value(table, "label_raw_agreement", "between") == pytest.approx(2 / 3)
    assert value(table, "label_raw_agreement", "coder=ana") == 1
    assert value(table, "label_alpha", "coder=ana") == 1
    assert value(table, "unsure_share", "coder=leo") == pytest.approx(1 / 4)
    assert value(table, "label_prevalence", "between,negative") == pytest.approx(0.5)


def test_label_agreement_without_labels_is_empty() -> None:
    """No labels, no numbers."""
    assert label_agreement(LABELS.empty(), seed=1).empty


def test_settled_averages_coders_and_counts_what_is_missing() -> None:
    """A dispute is half each; three answers of four drawn lower the chances to three quarters."""
    table = settled(TWO).set_index("text_key")
    assert table.loc["b", ["negative", "neutral", "positive"]].tolist() == [0.5, 0.5, 0]
    assert "d" not in table.index
    assert table["probability"].tolist() == pytest.approx([0.375] * 3)
    assert table.loc["a", "n_coders"] == 2


def test_settled_keeps_active_labels_out_of_shares() -> None:
    """Labels chosen by the model have no chance of being drawn: training only."""
    chosen = TWO.assign(sampling=["active" if k == "a" else "random" for k in TWO["text_key"]])
    table = settled(chosen).set_index("text_key")
    assert np.isnan(table.loc["a", "probability"])


def test_next_labels_halve_the_interval_at_four_times() -> None:
    """From 100 to 400 labels the half-width halves; a complete labelling has none."""
    share = DesignShare(Estimate(0.5, 0.4, 0.6), 0.05, "ppi", 100)
    assert value(
        next_labels(share, more=300), "interval_half_width", "labels+300"
    ) == pytest.approx(0.05)
    for n_texts in (90, 100):
        labelled = next_labels(share, n_texts=n_texts).set_index("metric")["value"]
        assert math.isnan(labelled["labels_to_aim"])
    complete = next_labels(share, more=300, n_texts=250)
    assert value(complete, "interval_half_width", "labels+300") == 0
