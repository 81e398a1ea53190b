"""Sentiment learnt from hand labels, and the numbers and the curve made of it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crisislab.enrich.crisis_sentiment import (
    CrisisSentiment,
    add_crisis_sentiment,
    fit_crisis_sentiment,
)
from crisislab.enrich.scorer import Scorer
from crisislab.errors import CrisisLabError
from crisislab.label.draw import draw_sample
from crisislab.measure.sentiment_curve import curve_shape, negative_curve
from crisislab.measure.sentiment_shares import negative_share, sentiment_shares
from tests.enrich.crowd import START, crowd, swing, true_labels

POSTS = crowd(swing(), per_hour=32, seed=1)
QUIET = (START.to_pydatetime(), (START + pd.Timedelta(hours=48)).to_pydatetime())
ONSET = START + pd.Timedelta(hours=48)


def fitted(seed: int) -> tuple[CrisisSentiment, pd.DataFrame]:
    """Return a model of 200 labels and the scored posts."""
    labels = true_labels(draw_sample(POSTS, n=200, seed=seed), POSTS)
    model = fit_crisis_sentiment(POSTS, labels, seed=seed)
    return model, add_crisis_sentiment(POSTS, model=model)


@pytest.fixture(scope="module")
def first() -> tuple[CrisisSentiment, pd.DataFrame]:
    """Return the model of the first draw."""
    return fitted(0)


def test_model_is_a_calibrated_scorer(first: tuple[CrisisSentiment, pd.DataFrame]) -> None:
    """It keeps the scorer's promise, and the mean of its scores is near the truth."""
    model, spoken = first
    assert isinstance(model, Scorer)
    assert model.calibrated
    assert spoken["neg"].mean() == pytest.approx((POSTS["truth"] == "negative").mean(), abs=0.08)
    blank = model.score(["", "fatal"], ["es", "es"])
    assert blank.isna().all(axis=1).tolist() == [True, False]


def test_out_of_fold_scores_are_not_the_fit(first: tuple[CrisisSentiment, pd.DataFrame]) -> None:
    """Labelled texts are scored by models that have not seen them: less sure than in the fit."""
    model, spoken = first
    held = model.labelled.set_index("text_key")["neg"]
    inside = spoken.drop_duplicates("text_key").set_index("text_key")["neg"].reindex(held.index)
    truth = model.labelled.set_index("text_key")["negative"]
    assert (held - truth).abs().mean() > (inside - truth).abs().mean()


def test_every_text_labelled_leaves_no_error() -> None:
    """With a label on every text the share is the truth, whatever the model says."""
    posts = crowd(np.full(6, 0.4), per_hour=20, seed=1)
    labels = true_labels(draw_sample(posts, n=len(posts), seed=1), posts)
    model = fit_crisis_sentiment(posts, labels, seed=1)
    share = negative_share(add_crisis_sentiment(posts, model=model), model.labelled)
    truth = (posts["truth"] == "negative").mean()
    assert share.estimate.lower == share.estimate.upper == pytest.approx(truth)


def test_fit_does_not_depend_on_order() -> None:
    """Shuffled posts and labels give the same scores."""
    labels = true_labels(draw_sample(POSTS, n=60, seed=1), POSTS)
    mixed = POSTS.sample(frac=1, random_state=3).reset_index(drop=True)
    one = fit_crisis_sentiment(POSTS, labels, seed=1)
    other = fit_crisis_sentiment(mixed, labels.sample(frac=1, random_state=4), seed=1)
    texts = POSTS["text"].head(50).tolist()
    np.testing.assert_allclose(one.score(texts), other.score(texts), atol=1e-6)


def test_fit_refuses_few_labels() -> None:
    """Under thirty labels there is no model and no percent."""
    labels = true_labels(draw_sample(POSTS, n=20, seed=1), POSTS)
    with pytest.raises(CrisisLabError, match="CL-LABEL-FEW"):
        fit_crisis_sentiment(POSTS, labels, seed=1)


def test_shares_and_bands_cover_the_truth() -> None:
    """Over seeded draws interval and band hold the truth, under a strong swing."""
    truth = (POSTS["truth"] == "negative").astype(float)
    covered, bins, errors = [], [], []
    for seed in range(5):
        model, spoken = fitted(seed)
        share = negative_share(spoken, model.labelled)
        covered.append(share.estimate.lower <= truth.mean() <= share.estimate.upper)
        curve = negative_curve(spoken, model.labelled, label_se=share.se)
        by_hour = truth.groupby(POSTS["created_at"].dt.floor("h")).mean().to_numpy()
        assert len(curve) == len(by_hour)
        bins.append(((curve["lower"] <= by_hour) & (by_hour <= curve["upper"])).mean())
        errors.append((curve["negative_share"] - by_hour).abs().mean())
    assert sum(covered) >= 4
    assert np.mean(bins) >= 0.92
    assert np.mean(errors) <= 0.09


def test_named_sentiments_agree(first: tuple[CrisisSentiment, pd.DataFrame]) -> None:
    """Net sentiments are in points, polar further from 0 than all, each with its interval."""
    model, spoken = first
    table = sentiment_shares(spoken, model.labelled, method="m 1", periods={"quiet": QUIET})
    whole = table[table["scope"] == "all"].set_index("metric")
    assert whole["unit"].tolist() == ["share", "points", "points"]
    net, polar = whole.loc["net_sentiment_all"], whole.loc["net_sentiment_polar"]
    assert abs(polar["value"]) > abs(net["value"])
    assert (whole["lower"] < whole["value"]).all()
    quiet = table[table["scope"] == "period=quiet"].set_index("metric").loc["negative_share"]
    assert quiet["value"] < whole.loc["negative_share", "value"]
    assert quiet["lower"] <= 0.25 <= quiet["upper"]


def test_curve_shape_tells_depth_and_recovery(
    first: tuple[CrisisSentiment, pd.DataFrame],
) -> None:
    """The trough lies where it was made; the stream comes back, the cut one has not yet."""
    model, spoken = first
    se = negative_share(spoken, model.labelled).se
    curve = negative_curve(spoken, model.labelled, label_se=se)
    kept = {"quiet": QUIET, "after": ONSET, "label_se": se, "seed": 1, "n_draws": 100}
    shape = curve_shape(curve, **kept).set_index("metric")
    trough = pd.Timestamp(shape.loc["sentiment_trough", "value"], unit="s", tz="UTC")
    assert abs((trough - ONSET) / pd.Timedelta(hours=1) - 5) <= 5
    assert shape.loc["sentiment_depth", "lower"] > 0.2
    assert 15 <= shape.loc["sentiment_recovery", "value"] / 60 <= 45
    cut = curve[curve["hour_at"] < ONSET + pd.Timedelta(hours=14)]
    open_end = curve_shape(cut.reset_index(drop=True), **kept).set_index("metric")
    assert np.isnan(open_end.loc["sentiment_recovery", "value"])
    assert open_end.loc["sentiment_recovery", "note"] == "not_reached"


def test_curve_shape_is_silent_without_grounds(
    first: tuple[CrisisSentiment, pd.DataFrame],
) -> None:
    """No quiet period, or labels too few for its level: no depth and no recovery."""
    model, spoken = first
    curve = negative_curve(spoken, model.labelled, label_se=0.03)
    none = curve_shape(curve, quiet=None, after=ONSET, label_se=0.03, seed=1)
    assert set(none["note"]) == {"no_quiet_period"}
    vague = curve_shape(curve, quiet=QUIET, after=ONSET, label_se=0.4, seed=1, n_draws=10)
    assert set(vague["note"]) == {"baseline_uncertain"}
    assert vague["value"].isna().all()


def test_curve_joins_thin_bins() -> None:
    """Hours of 12 posts are joined in threes; no post is lost."""
    thin = crowd(np.full(20, 0.5), per_hour=12, seed=3)
    model = fit_crisis_sentiment(thin, true_labels(draw_sample(thin, n=80, seed=1), thin), seed=1)
    spoken = add_crisis_sentiment(thin, model=model)
    curve = negative_curve(spoken, model.labelled, label_se=0.03)
    assert curve["n"].min() >= 30
    assert curve["n"].sum() == len(thin)
    few = negative_curve(spoken.head(20), model.labelled, label_se=0.03)
    assert few.empty
