"""VADER over whole arrays: equal to vaderSentiment on every text, and a scorer like the others."""

from __future__ import annotations

import json
import pickle
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import crisislab as cl
from crisislab.enrich.crisis_sentiment import fit_crisis_sentiment
from crisislab.enrich.scorer import Scorer, labels
from crisislab.enrich.vader import COLUMNS, VaderScorer
from crisislab.label.draw import draw_sample
from tests.enrich.crowd import crowd, true_labels
from tests.enrich.soups import soups

# Texts with the answers of vaderSentiment 3.3.2: those of its documentation, then soups.
FACTS = Path(__file__).parent / "vader_facts.jsonl"


def told(texts: Sequence[str]) -> pd.DataFrame:
    """Return what vaderSentiment itself says."""
    vader = pytest.importorskip(
        "vaderSentiment.vaderSentiment", reason="pip install 'crisislab[oracle]'"
    )
    score = vader.SentimentIntensityAnalyzer().polarity_scores
    return pd.DataFrame([score(text) for text in texts], columns=list(COLUMNS))


def assert_equal(texts: Sequence[str], expected: pd.DataFrame) -> None:
    """Hold every number against the expected one, to the last digit."""
    found = VaderScorer().polarity(texts)
    apart = np.flatnonzero((found != expected.astype("float64")).any(axis=1))
    assert [texts[i] for i in apart[:5]] == []


def test_polarity_equals_stored_answers() -> None:
    """All four numbers of vaderSentiment's own examples and of drawn texts, without it."""
    rows = [json.loads(line) for line in FACTS.read_text("utf-8").splitlines()]
    assert len(rows) > 400
    table = pd.DataFrame(rows, columns=["text", *COLUMNS])
    assert_equal(table["text"].tolist(), table[list(COLUMNS)])


def test_polarity_equals_vader_on_drawn_texts() -> None:
    """All four numbers of 40,000 texts made of what the rules look at."""
    texts = soups(40_000, seed=1)
    assert_equal(texts, told(texts))


@pytest.mark.real_data
def test_polarity_equals_vader_on_real_tweets(real_data: Path) -> None:
    """All four numbers of every tweet of two public sets, in whatever language."""
    files = {
        "airline_tweets_es/data/tweets_public.csv": ("utf-8", "text"),
        "airline_tweets_es/data/tweets_public_es.csv": ("utf-16", "text"),
    } | {
        str(path.relative_to(real_data / "real")): ("utf-8", " Tweet Text")
        for path in (real_data / "real" / "crisislex_t26").rglob("*labeled.csv")
    }
    texts: list[str] = []
    for name, (encoding, column) in files.items():
        rows = pd.read_csv(real_data / "real" / name, encoding=encoding, dtype=str)
        texts += rows[column].dropna().tolist()
    assert len(texts) > 40_000
    assert_equal(texts, told(texts))


@pytest.mark.parametrize("blank", ["\u00a0", "\x1c", "\u2028", "\r\n", " \x85 "])
def test_any_blank_parts_words(blank: str) -> None:
    """What Python takes for a blank parts words; a NUL does not."""
    assert_equal([f"very{blank}good"], VaderScorer().polarity(["very good"]))
    assert VaderScorer().polarity(["very\x00good"])["compound"].tolist() == [0.0]


def test_score_abstains_from_other_languages_and_from_nothing() -> None:
    """Only English texts with something in them are scored; shares sum to 1."""
    scorer: Scorer = cl.VaderScorer()
    assert isinstance(scorer, Scorer)
    texts = ["great", "great", "", "  ", "the table", "great"]
    scores = scorer.score(texts, ["en", "es", "en", "en", "en-GB", None])
    assert scores["neg"].notna().tolist() == [True, False, False, False, True, False]
    assert scores.iloc[[0, 4]].sum(axis=1).tolist() == pytest.approx([1, 1])
    assert (scorer.name, scorer.version, scorer.calibrated) == ("vader", "3.3.2", False)
    with pytest.raises(ValueError, match="CL-SCORE-LANG"):
        scorer.score(["a"], ["en", "en"])


def test_labels_follow_vaders_thresholds() -> None:
    """The largest share is that of VADER's rule: negative to -0.05, positive from 0.05."""
    texts = [text for text in soups(2000, seed=3) if text.strip(" \n\t\u00a0\u2028\x1c")]
    scorer = VaderScorer()
    compound = scorer.polarity(texts)["compound"]
    expected = np.select([compound <= -0.05, compound >= 0.05], ["negative", "positive"], "neutral")
    assert labels(scorer.score(texts, ["en"] * len(texts))).tolist() == expected.tolist()


def test_scores_do_not_depend_on_neighbours() -> None:
    """Shuffled, repeated, in a batch or alone, after a journey between processes: the same."""
    texts = soups(300, seed=4)
    scorer: VaderScorer = pickle.loads(pickle.dumps(VaderScorer()))
    together = scorer.polarity(texts)
    order = np.random.default_rng(1).permutation(len(texts))
    shuffled = scorer.polarity([texts[i] for i in order] * 2).iloc[: len(texts)]
    pd.testing.assert_frame_equal(shuffled, together.iloc[order].reset_index(drop=True))
    alone = pd.concat([scorer.polarity([text]) for text in texts[:60]], ignore_index=True)
    pd.testing.assert_frame_equal(alone, together.iloc[:60])
    assert scorer.polarity([]).shape == (0, 4)


def test_hand_labels_calibrate_it() -> None:
    """It stands under the hand labels like any other scorer."""
    posts = crowd(np.full(6, 0.5), per_hour=40, seed=2).assign(lang="en")
    sample = true_labels(draw_sample(posts, n=60, seed=1), posts)
    model = fit_crisis_sentiment(posts, sample, seed=1, scorer=VaderScorer())
    assert model.name == "crisis-sentiment(vader)"
