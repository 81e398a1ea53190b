"""Other scorers behind the one protocol."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from crisislab.enrich import adapters
from crisislab.enrich.adapters import (
    EstimatorScorer,
    FolderScorer,
    find_scorers,
    vendor_scorer,
    word_list_scorer,
)
from crisislab.enrich.lexicon import LexiconScorer
from crisislab.enrich.scorer import Scorer


class Coin:
    """An estimator of two classes."""

    classes_ = np.array(["NEG", "POS"])

    def predict_proba(self, texts: list[str]) -> np.ndarray:
        """Return the same for all."""
        return np.tile([0.25, 0.75], (len(texts), 1))


def test_estimator_scorer_abstains_from_other_languages() -> None:
    """A class it lacks is 0; a language it cannot read is not scored."""
    scorer = EstimatorScorer(Coin(), name="coin", version="1", languages=("es",))
    assert isinstance(scorer, Scorer)
    scores = scorer.score(["hola", "hello", ""], ["es", "en", "es"])
    assert scores.iloc[0].tolist() == [0.25, 0, 0.75]
    assert scores.iloc[1:].isna().all(axis=None)


def test_vendor_scorer_reads_the_vendors_words() -> None:
    """Spanish words, numbers and mapped words are read; the rest is not scored."""
    posts = pd.DataFrame(
        {"text": list("abcd"), "lang": "es", "vendor_sentiment": ["NEGATIVO", "-3", "Rabia", "?"]}
    )
    scorer = vendor_scorer(posts, words={"rabia": "negative"})
    assert scorer.score(list("abcd"))["neg"].tolist() == pytest.approx(
        [1, 1, 1, np.nan], nan_ok=True
    )


def test_word_list_scorer_adds_words(tmp_path: Path) -> None:
    """The analyst's words count; bad lines are named."""
    file = tmp_path / "words.csv"
    file.write_text("lang,word,valence\nes,producto milagro,-3\n", encoding="utf-8")
    text = ["Un producto milagro"]
    assert (
        word_list_scorer(file).compound(text, ["es"])[0] < LexiconScorer().compound(text, ["es"])[0]
    )
    file.write_text("lang,word,valence\nes,milagro,9\n", encoding="utf-8")
    with pytest.raises(ValueError, match="line 2"):
        word_list_scorer(file)


def test_folder_scorer_never_downloads(tmp_path: Path) -> None:
    """A name that is no folder is refused, never looked up on a hub."""
    scorer = FolderScorer(tmp_path / "user" / "model", name="m", version="1", languages=("es",))
    with pytest.raises(FileNotFoundError, match="model"):
        scorer.score(["hola"], ["es"])


def test_find_scorers_names_what_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Entry points give scorers or factories; anything else is named."""
    points = {"good": EntryPoint("good", LexiconScorer), "bad": EntryPoint("bad", Coin)}
    monkeypatch.setattr(metadata, "entry_points", lambda **_: [points["good"]])
    assert adapters.ENTRY_POINTS == "crisislab.scorers"
    assert isinstance(find_scorers()["good"], Scorer)
    monkeypatch.setattr(metadata, "entry_points", lambda **_: [points["bad"]])
    with pytest.raises(TypeError, match="bad"):
        find_scorers()


class EntryPoint:
    """What an installed package declares."""

    def __init__(self, name: str, given: object) -> None:
        self.name, self.given, self.value = name, given, f"package:{name}"

    def load(self) -> object:
        """Return what is declared."""
        return self.given
