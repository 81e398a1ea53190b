"""Other scorers behind the one protocol."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from crisislab.enrich import adapters, ported
from crisislab.enrich.adapters import (
    EstimatorScorer,
    FolderScorer,
    find_scorers,
    vendor_scorer,
    word_list_scorer,
)
from crisislab.enrich.lexicon import LexiconScorer
from crisislab.enrich.ported import PORTS, LanguageScorer, ported_scorer
from crisislab.enrich.scorer import Scorer, labels


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


def test_find_scorers_finds_an_installed_distribution(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A package that declares the entry point is found, through real metadata on the path."""
    (tmp_path / "house_scorer.py").write_text(
        "from crisislab.enrich.lexicon import LexiconScorer\n"
        "class House(LexiconScorer):\n    pass\n",
        "utf-8",
    )
    facts = tmp_path / "house_scorer-1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: house-scorer\nVersion: 1.0\n")
    (facts / "entry_points.txt").write_text("[crisislab.scorers]\nhouse = house_scorer:House\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    found = find_scorers()["house"]
    assert type(found).__module__ == "house_scorer"
    assert found.score(["Pésimo servicio"], ["es"])["neg"][0] > 0.5


def test_folder_scorer_scores_with_a_model_on_disk(tmp_path: Path) -> None:
    """A tiny model made here, with a tokenizer of four words, answers without any network."""
    transformers = pytest.importorskip("transformers", reason="pip install 'crisislab[models]'")
    pytest.importorskip("torch", reason="pip install 'crisislab[models]'")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "fatal", "genial"]
    (tmp_path / "vocab.txt").write_text("\n".join(words), "utf-8")
    transformers.BertTokenizerFast(str(tmp_path / "vocab.txt")).save_pretrained(tmp_path)
    shape = transformers.BertConfig(
        vocab_size=7, hidden_size=8, num_hidden_layers=1, num_attention_heads=1,
        intermediate_size=8, num_labels=3, id2label={0: "NEG", 1: "NEU", 2: "POS"},
    )  # fmt: skip
    transformers.BertForSequenceClassification(shape).save_pretrained(tmp_path)
    scorer = FolderScorer(tmp_path, name="tiny", version="1", languages=("es",))
    scores = scorer.score(["fatal", "hello", "genial"], ["es", "en", "es"])
    assert scores.notna().all(axis=1).tolist() == [True, False, True]


PORTED = [
    ("pt", "Que atendimento péssimo, odeio", "Adorei, ótimo serviço, obrigado"),
    ("fr", "Service horrible, je suis déçu", "Merci, c'est excellent, bravo"),
]


@pytest.mark.parametrize(("lang", "bad", "good"), PORTED)
def test_ported_scorer_reads_its_language(lang: str, bad: str, good: str) -> None:
    """A complaint is negative and thanks are positive; other languages are not scored."""
    package, module = PORTS[lang]
    pytest.importorskip(module.partition(".")[0], reason=f"pip install {package}")
    scores = ported_scorer(lang).score([bad, good, good], [lang, f"{lang}-XX", "es"])
    assert labels(scores).tolist()[:2] == ["negative", "positive"]
    assert scores.iloc[2].isna().all()


def test_ported_scorer_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the package the extra is named; a language without port is refused."""
    monkeypatch.setattr(ported, "find_spec", lambda _: None)
    with pytest.raises(ImportError, match=r"crisislab\[pt\]"):
        ported_scorer("pt")
    with pytest.raises(ValueError, match="no port to 'de'"):
        ported_scorer("de")


def test_language_scorer_sends_each_text_to_its_scorer() -> None:
    """A text goes to the first scorer that reads its language; the rest is not scored."""
    coin = EstimatorScorer(Coin(), name="coin", version="1", languages=("pt",))
    both = LanguageScorer((LexiconScorer(), coin))
    assert isinstance(both, Scorer)
    scores = both.score(["Pésimo", "ruim", "schlecht", "Terrible"], ["es-MX", "pt", "de", "en"])
    assert scores["neg"].round(2).tolist()[1] == 0.25
    assert scores["neg"].notna().tolist() == [True, True, False, True]
    alone = LexiconScorer().score(["Terrible"], ["en"])
    pd.testing.assert_series_equal(scores.iloc[3], alone.iloc[0], check_names=False)
    assert (both.languages, both.calibrated) == (("en", "es", "pt"), False)


class EntryPoint:
    """What an installed package declares."""

    def __init__(self, name: str, given: object) -> None:
        self.name, self.given, self.value = name, given, f"package:{name}"

    def load(self) -> object:
        """Return what is declared."""
        return self.given
