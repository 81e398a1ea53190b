"""Words that tell two groups apart, against the published implementation."""

from __future__ import annotations

import string
from pathlib import Path

import pandas as pd
import pytest
from sklearn.feature_extraction.text import CountVectorizer

from crisislab.estimate.word_odds import pooled_prior, word_odds

SPEECHES = Path(__file__).parents[3] / "shared/data/reference/fightin_words/conventions2012.csv"


def _scores(prior: float, **tokens: object) -> pd.Series:
    speeches = pd.read_csv(SPEECHES)
    counter = CountVectorizer(min_df=10, **tokens)
    plain = str.maketrans("", "", string.punctuation if prior < 1 else "")
    counts = counter.fit_transform(speeches["text"].str.lower().str.translate(plain))
    first = counts[(speeches["party"] == "democrat").to_numpy()].sum(axis=0).A1
    second = counts[(speeches["party"] == "republican").to_numpy()].sum(axis=0).A1
    wanted = prior if prior < 1 else pooled_prior(first, second, size=prior)
    return pd.Series(word_odds(first, second, prior=wanted), index=counter.get_feature_names_out())


@pytest.mark.real_data
@pytest.mark.skipif(not SPEECHES.exists(), reason="the reference data are not beside the project")
def test_word_odds_of_the_2012_conventions() -> None:
    """Eight words of the two party conventions of 2012 score as in FightingWords."""
    flat = _scores(0.01, max_df=0.5)
    assert len(flat) == 1201
    for word, z in {"government": -10.1424, "business": -8.3147, "paul": -6.1687,
                    "story": -5.766, "administration": -5.7031, "forward": 7.0948,
                    "middle": 6.7896, "class": 6.6198}.items():  # fmt: skip
        assert flat[word] == pytest.approx(z, abs=1e-3)


@pytest.mark.real_data
@pytest.mark.skipif(not SPEECHES.exists(), reason="the reference data are not beside the project")
def test_word_odds_with_an_informative_prior() -> None:
    """With 500 prior words shared out as in both parties, the known words score as known."""
    informed = _scores(500.0, token_pattern=r"[a-z']+")
    for word, z in {"government": -10.245, "mitt": -10.213, "business": -8.301,
                    "obama": 11.733, "president": 9.493, "barack": 8.603}.items():  # fmt: skip
        assert informed[word] == pytest.approx(z, abs=1e-3)


def test_word_odds_change_sign_with_the_groups() -> None:
    """Swapping the groups swaps the sign; equal use scores nothing."""
    there, back = word_odds([9, 2, 4], [3, 2, 8], prior=1), word_odds([3, 2, 8], [9, 2, 4], prior=1)
    assert (there == -back).all()
    assert abs(word_odds([5, 5], [5, 5], prior=0.5)).max() == 0
