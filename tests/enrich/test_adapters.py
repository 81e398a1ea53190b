"""Other scorers behind the one protocol."""

from __future__ import annotations

import json
import math
import socket
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
from crisislab.enrich.crisis_sentiment import fit_crisis_sentiment
from crisislab.enrich.lexicon import LexiconScorer
from crisislab.enrich.ported import PORTS, LanguageScorer, ported_scorer
from crisislab.enrich.scorer import Scorer, labels
from crisislab.label.draw import draw_sample
from tests.enrich.crowd import crowd, true_labels


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


WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "fatal", "genial"]


def onnx_folder(folder: Path) -> Path:
    """Write a model of two words: each "fatal" adds 3 to NEG, each "genial" 2 to POS."""
    onnx = pytest.importorskip("onnx", reason="pip install 'crisislab[oracle]'")
    tokenizers = pytest.importorskip("tokenizers", reason="pip install 'crisislab[oracle]'")
    words = tokenizers.Tokenizer(
        tokenizers.models.WordLevel({w: i for i, w in enumerate(WORDS)}, unk_token="[UNK]")
    )
    words.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    words.save(str(folder / "tokenizer.json"))
    facts = {"id2label": {"0": "NEG", "1": "NEU", "2": "POS"}, "pad_token_id": 0,
             "max_position_embeddings": 4}  # fmt: skip
    (folder / "config.json").write_text(json.dumps(facts), "utf-8")
    kind, value = onnx.TensorProto, np.zeros((len(WORDS), 3), dtype=np.float32)
    value[5, 0], value[6, 2] = 3, 2
    ids = onnx.helper.make_tensor_value_info("input_ids", kind.INT64, ["n", "length"])
    out = onnx.helper.make_tensor_value_info("logits", kind.FLOAT, ["n", 3])
    steps = [
        onnx.helper.make_node("Gather", ["value", "input_ids"], ["found"]),
        onnx.helper.make_node("ReduceSum", ["found", "axis"], ["logits"], keepdims=0),
    ]
    fixed = [
        onnx.numpy_helper.from_array(value, "value"),
        onnx.numpy_helper.from_array(np.array([1], dtype=np.int64), "axis"),
    ]
    graph = onnx.helper.make_graph(steps, "tiny", [ids], [out], fixed)
    versions = {"opset_imports": [onnx.helper.make_opsetid("", 17)], "ir_version": 9}
    onnx.save(onnx.helper.make_model(graph, **versions), folder / "model.onnx")
    return folder


def test_folder_scorer_runs_onnx_without_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Softmax of the sums, long texts cut at four words, any socket refused."""
    pytest.importorskip("onnxruntime", reason="pip install 'crisislab[oracle]'")
    scorer = FolderScorer(onnx_folder(tmp_path), name="t", version="1", languages=("es",))
    monkeypatch.setattr(socket, "socket", _refused)
    monkeypatch.setattr(socket, "getaddrinfo", _refused)
    assert isinstance(scorer, Scorer)
    texts = ["fatal", "hello", "genial genial", "nada", "a b c d fatal", ""] * 20
    scores = scorer.score(texts, ["es", "en", "es", "es", "es-MX", "es"] * 20)
    e3, e4 = math.exp(3), math.exp(4)
    hand = [[e3 / (e3 + 2), 1 / (e3 + 2), 1 / (e3 + 2)], [math.nan] * 3,
            [1 / (e4 + 2), 1 / (e4 + 2), e4 / (e4 + 2)], [1 / 3] * 3, [1 / 3] * 3,
            [math.nan] * 3]  # fmt: skip
    np.testing.assert_allclose(scores.to_numpy(), np.array(hand * 20), atol=1e-6)


def test_folder_scorer_names_the_missing_file(tmp_path: Path) -> None:
    """A folder without its tokenizer is refused by name."""
    pytest.importorskip("onnxruntime", reason="pip install 'crisislab[oracle]'")
    folder = onnx_folder(tmp_path)
    (folder / "tokenizer.json").unlink()
    scorer = FolderScorer(folder, name="t", version="1", languages=("es",))
    with pytest.raises(FileNotFoundError, match=r"tokenizer\.json"):
        scorer.score(["fatal"], ["es"])


def test_folder_scorer_learns_from_labels(tmp_path: Path) -> None:
    """A model folder stands under the hand labels like any other scorer."""
    pytest.importorskip("onnxruntime", reason="pip install 'crisislab[oracle]'")
    scorer = FolderScorer(onnx_folder(tmp_path), name="tiny", version="1", languages=("es",))
    posts = crowd(np.full(6, 0.5), per_hour=40, seed=2)
    labels = true_labels(draw_sample(posts, n=60, seed=1), posts)
    model = fit_crisis_sentiment(posts, labels, seed=1, scorer=scorer)
    assert model.name == "crisis-sentiment(tiny)"
    scores = model.score(["fatal", "genial"], ["es", "es"])
    assert scores["neg"][0] > scores["neg"][1]


def test_folder_scorer_runs_transformers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tiny model made here, with a tokenizer of seven words, answers without any network."""
    transformers = pytest.importorskip("transformers", reason="pip install 'crisislab[models]'")
    pytest.importorskip("torch", reason="pip install 'crisislab[models]'")
    (tmp_path / "vocab.txt").write_text("\n".join(WORDS), "utf-8")
    transformers.BertTokenizerFast(str(tmp_path / "vocab.txt")).save_pretrained(tmp_path)
    shape = transformers.BertConfig(
        vocab_size=7, hidden_size=8, num_hidden_layers=1, num_attention_heads=1,
        intermediate_size=8, num_labels=3, id2label={0: "NEG", 1: "NEU", 2: "POS"},
    )  # fmt: skip
    transformers.BertForSequenceClassification(shape).save_pretrained(tmp_path)
    scorer = FolderScorer(tmp_path, name="tiny", version="1", languages=("es",))
    monkeypatch.setattr(socket, "getaddrinfo", _refused)
    scores = scorer.score(["fatal", "hello", "genial"], ["es", "en", "es"])
    assert scores.notna().all(axis=1).tolist() == [True, False, True]


def _refused(*_: object, **__: object) -> None:
    raise AssertionError("a model folder is read without any network")


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
