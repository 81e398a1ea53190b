"""The curve of negative posts: where EMQ starts, and what copies are worth in the band."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crisislab.estimate.quantify import emq
from crisislab.measure.sentiment_curve import negative_curve

START = pd.Timestamp("2026-03-05T00:00Z")


def spoken(keys: list[list[str]], neg: list[float]) -> pd.DataFrame:
    """Return scored posts: a list of text keys and one negative probability per hour."""
    rows = [
        {"platform": "x", "post_id": f"{hour}-{i}", "text_key": key, "neg": share,
         "neu": (1 - share) / 2, "pos": (1 - share) / 2,
         "created_at": START + pd.Timedelta(hours=hour, minutes=i % 60)}
        for hour, (said, share) in enumerate(zip(keys, neg, strict=True))
        for i, key in enumerate(said)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def labels(**negative: float) -> pd.DataFrame:
    """Return labelled texts by key."""
    return pd.DataFrame({"text_key": list(negative), "negative": list(negative.values())})


NONE = pd.DataFrame({"text_key": ["other"], "negative": [1.0]})


def test_copies_widen_the_band() -> None:
    """50 posts of 50 texts; 50 posts, 41 of them one text: worth 50^2/(41^2 + 9) = 1.48 texts."""
    apart = [f"a{i}" for i in range(50)]
    one = ["same"] * 41 + [f"b{i}" for i in range(9)]
    curve = negative_curve(spoken([apart, one], [0.4, 0.4]), NONE, label_se=0.0)
    worth = [50.0, 2500 / 1690]
    safe = [(0.4 * n + 1) / (n + 2) for n in worth]
    hand = [np.sqrt(p * (1 - p) / n) for p, n in zip(safe, worth, strict=True)]
    assert curve["sampling_se"].tolist() == pytest.approx(hand)
    assert curve["n"].tolist() == [50, 50]


def test_band_adds_its_three_errors_in_squares() -> None:
    """Sampling, labels and half of the gap between the two ends."""
    keys = [[f"{hour}-{i}" for i in range(100)] for hour in range(8)]
    curve = negative_curve(
        spoken(keys, [0.3, 0.3, 0.3, 0.6, 0.6, 0.3, 0.3, 0.3]), NONE, label_se=0.03
    )
    gap = (curve["emq"] - curve["pcc"]) / 2
    half = 1.959964 * np.sqrt(curve["sampling_se"] ** 2 + 0.03**2 + gap**2)
    middle = (curve["pcc"] + curve["emq"]) / 2
    assert gap.abs().max() > 0.02
    assert curve["upper"].tolist() == pytest.approx((middle + half).clip(upper=1).tolist())
    assert curve["lower"].tolist() == pytest.approx((middle - half).clip(lower=0).tolist())


def test_a_lucky_draw_of_labels_is_no_shift() -> None:
    """A stream whose hours are alike has no shift: both ends agree, whatever was labelled."""
    keys = [[f"{hour}-{i}" for i in range(60)] for hour in range(6)]
    for drawn in (NONE, labels(**{"0-1": 1.0, "1-1": 1.0, "2-1": 1.0})):
        curve = negative_curve(spoken(keys, [0.35] * 6), drawn, label_se=0.03)
        assert curve["emq"].tolist() == pytest.approx(curve["pcc"].tolist(), abs=1e-6)
    # Anchored at the labels' share instead, the same stream would be called a shift.
    rows = spoken(keys, [0.35] * 6)[["neg", "neu", "pos"]]
    assert emq(rows, priors=[0.30, 0.35, 0.35])[0] > 0.9
