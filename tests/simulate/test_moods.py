"""Known crowds: their shares are the ones asked for, and intervals hold them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crisislab.simulate.moods import coverage, crowd, ordinary, swing


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
