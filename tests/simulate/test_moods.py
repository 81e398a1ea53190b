"""Known crowds: their shares are the ones asked for, and intervals hold them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crisislab.label.draw import draw_sample
from crisislab.simulate.moods import coverage, crowd, ordinary, swing, true_labels


def test_crowd_has_the_mood_it_was_given() -> None:
    """Per hour the negative share is the one asked for, up to the luck of the draw."""
    posts = crowd(swing(), per_hour=200, seed=3)
    negative = (posts["truth"] == "negative").groupby(posts["created_at"].dt.floor("h")).mean()
    assert np.abs(negative.to_numpy() - swing()).mean() < 0.04


def test_coverage_repeats_itself_and_holds() -> None:
    """The same seed gives the same table; bands of an ordinary stream hold nine bins of ten."""
    first = coverage(ordinary, runs=2, n_labels=120, per_hour=35, seed=5)
    pd.testing.assert_frame_equal(
        first, coverage(ordinary, runs=2, n_labels=120, per_hour=35, seed=5)
    )
    assert (first["bins_covered"] > 0.9).all()
    assert first["share_covered"].isin([0.0, 1.0]).all()
    assert (first["share_width"] < 0.25).all()


def test_coverage_holds_the_labels_against_the_textbook() -> None:
    """The labels alone have the textbook's standard error, larger than that with scores."""
    found = coverage(ordinary, runs=1, n_labels=100, per_hour=10, seed=6).iloc[0]
    posts = crowd(ordinary(), per_hour=10, seed=6)
    labels = true_labels(draw_sample(posts, n=100, seed=6), posts)
    labels = labels[labels["round"] == 1]
    negative = (labels["label"] == "negative").astype(float)
    truth = (posts["truth"] == "negative").mean()
    assert found["labels_error"] == pytest.approx(negative.mean() - truth)
    spread = negative.groupby(labels["stratum"]).var().mean()
    assert found["labels_se"] == pytest.approx(np.sqrt((1 - 100 / 960) * spread / 100))
    assert found["labels_se"] > found["share_se"]
