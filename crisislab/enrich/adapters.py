"""Other people's scorers behind the one protocol; all go through the same calibration."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from crisislab.enrich.lexicon import LexiconScorer
from crisislab.enrich.model_folder import classify
from crisislab.enrich.scorer import LABELS, SCORE_COLUMNS, Scorer, validate_scores

ENTRY_POINTS = "crisislab.scorers"
Codes = Sequence[str | None]
_NAMES = {
    **{name: i for i, name in enumerate(LABELS)},
    "neg": 0, "neu": 1, "pos": 2, "n": 0, "p": 2, "none": 1,
    "negativo": 0, "neutro": 1, "neutral": 1, "positivo": 2, "mixed": 1, "mixto": 1,
    "negativa": 0, "neutra": 1, "positiva": 2,
}  # fmt: skip


@dataclass(frozen=True)
class EstimatorScorer:
    """A fitted scikit-learn estimator (or pipeline) that takes texts and has ``predict_proba``.

    Its ``classes_`` are named in words (negative, neg, N, ...); a class it lacks gets 0. An
    estimator without ``predict_proba``: wrap it in ``CalibratedClassifierCV`` first.

    Attributes:
        estimator: The estimator; it is only called, never fitted.
        name: Name for tables and reports.
        version: Version of the estimator and its training data.
        languages: ISO 639-1 codes it can read; other texts are not scored.
        licence: Licence of its training data.
        calibrated: Always ``False``: what it was calibrated on is not this crisis.
    """

    estimator: Any = field(repr=False)
    name: str
    version: str
    languages: tuple[str, ...]
    licence: str = "unknown"
    calibrated: bool = field(default=False, init=False)

    def score(self, texts: Sequence[str], lang: Codes | None = None) -> pd.DataFrame:
        """Return ``neg, neu, pos`` per text; NaN where the language is not the estimator's."""
        read = _readable(texts, lang, self.languages)
        shares = np.full((len(texts), 3), np.nan)
        if read:
            given = np.asarray(self.estimator.predict_proba([texts[i] for i in read]))
            shares[read] = _by_class(given, [str(c) for c in self.estimator.classes_])
        return validate_scores(_frame(shares), n=len(texts), name=self.name)


@dataclass(frozen=True)
class VendorScorer:
    """The sentiment that the vendor's export brought along, in its own words.

    A share in it is the vendor's; nothing is known about its error until hand labels say.

    Attributes:
        known: Class shares per text.
        name: Name for tables and reports.
        version: Version of the mapping of the vendor's words.
        languages: Languages of the posts that have a value.
        licence: The vendor's.
        calibrated: Always ``False``.
    """

    known: Mapping[str, tuple[float, float, float]] = field(repr=False)
    name: str
    version: str
    languages: tuple[str, ...]
    licence: str = "vendor"
    calibrated: bool = field(default=False, init=False)

    def score(self, texts: Sequence[str], lang: Codes | None = None) -> pd.DataFrame:
        """Return the vendor's shares per text; NaN where the vendor has none."""
        del lang
        missing = (np.nan, np.nan, np.nan)
        rows = np.array([self.known.get(text, missing) for text in texts], dtype=np.float64)
        return validate_scores(_frame(rows.reshape(-1, 3)), n=len(texts), name=self.name)


def vendor_scorer(
    posts: pd.DataFrame, *, words: Mapping[str, str] | None = None, name: str = "vendor"
) -> VendorScorer:
    """Return the column ``vendor_sentiment`` as a scorer.

    Words such as "Negativo" are known; numbers are read by their sign (within 0.05 of 0:
    neutral). Copies with different values get their mean. What is not known is not scored.

    Args:
        posts: Posts with ``text`` and ``vendor_sentiment``.
        words: The vendor's further words to negative, neutral or positive.
        name: Name for tables and reports.

    >>> posts = pd.DataFrame({"text": ["a", "b"], "lang": "es",
    ...                       "vendor_sentiment": ["Negativo", "0.8"]})
    >>> vendor_scorer(posts).score(["b", "a", "c"], None)["neg"].tolist()
    [0.0, 1.0, nan]
    """
    extra = {word.casefold(): _NAMES[label] for word, label in (words or {}).items()}
    valued = posts.dropna(subset=["vendor_sentiment", "text"])
    sums: dict[str, list[int]] = {}
    for text, value in zip(valued["text"], valued["vendor_sentiment"], strict=True):
        which = _class_of(str(value), extra)
        if which is not None:
            sums.setdefault(text, [0, 0, 0])[which] += 1
    known = {
        text: (counts[0] / sum(counts), counts[1] / sum(counts), counts[2] / sum(counts))
        for text, counts in sums.items()
    }
    langs = tuple(sorted({str(code)[:2] for code in valued["lang"].dropna()}))
    return VendorScorer(known, name=name, version="1", languages=langs)


def word_list_scorer(file: str | Path) -> LexiconScorer:
    """Return the default scorer with the analyst's own words on top.

    Args:
        file: UTF-8 CSV with the columns ``lang``, ``word`` (or phrase) and ``valence`` (-4 to 4;
            0 silences a listed word).

    Raises:
        ValueError: With every bad line.
    """
    words: dict[str, dict[str, float]] = {}
    bad = []
    with Path(file).open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.DictReader(lines)
        for row in rows:
            valence = _valence(row.get("valence") or "")
            if valence is None or not row.get("lang") or not row.get("word"):
                bad.append(str(rows.line_num))
            else:
                words.setdefault(row["lang"].strip(), {})[row["word"].strip()] = valence
    if bad:
        raise ValueError(
            f"{Path(file).name}: no lang, word and valence of -4 to 4 in line {', '.join(bad)}"
        )
    return LexiconScorer(extra=words)


@dataclass(frozen=True)
class FolderScorer:
    """A text-classification model in a folder on this machine; nothing is ever downloaded.

    Needs the extra ``onnx`` (a folder with ``model.onnx``) or ``models`` (transformers and
    torch); imported only when it first scores. About 10 to 70 posts per second on a processor
    core: for tens of thousands of posts, score unique texts overnight.

    Attributes:
        folder: Folder with the model, its ``config.json`` and its tokenizer; see
            ``model_folder.classify``.
        name: Name for tables and reports.
        version: Version of the model.
        languages: ISO 639-1 codes the model can read.
        licence: Licence of the model.
        calibrated: Always ``False``.
    """

    folder: Path
    name: str
    version: str
    languages: tuple[str, ...]
    licence: str = "unknown"
    calibrated: bool = field(default=False, init=False)

    def score(self, texts: Sequence[str], lang: Codes | None = None) -> pd.DataFrame:
        """Return ``neg, neu, pos`` per text.

        Raises:
            ImportError: Without the extra.
            FileNotFoundError: If there is no such folder, or it lacks a file.
        """
        if not Path(self.folder).is_dir():
            raise FileNotFoundError(f"no model folder {Path(self.folder).name}")
        read = _readable(texts, lang, self.languages)
        shares = np.full((len(texts), 3), np.nan)
        if read:
            given, names = classify(Path(self.folder), [texts[i] for i in read])
            shares[read] = _by_class(given, names)
        return validate_scores(_frame(shares), n=len(texts), name=self.name)


def find_scorers() -> dict[str, Scorer]:
    """Return the scorers of other installed packages (entry points ``crisislab.scorers``).

    An entry point names a scorer or something that makes one when called without arguments.

    Raises:
        TypeError: If an entry point gives no scorer; the package is named.
    """
    found: dict[str, Scorer] = {}
    for point in sorted(metadata.entry_points(group=ENTRY_POINTS), key=lambda p: p.name):
        given = point.load()
        made = isinstance(given, type) or not isinstance(given, Scorer)
        scorer = given() if made and callable(given) else given
        if not isinstance(scorer, Scorer):
            raise TypeError(f"{point.name} ({point.value}) is no crisislab scorer")
        found[point.name] = scorer
    return found


def _readable(texts: Sequence[str], lang: Codes | None, languages: tuple[str, ...]) -> list[int]:
    given: Sequence[object] = texts
    codes = [languages[0] if languages else None] * len(texts) if lang is None else lang
    return [
        i
        for i, (text, code) in enumerate(zip(given, codes, strict=True))
        if isinstance(text, str) and text.strip() and (code or "")[:2] in languages
    ]


def _by_class(given: np.ndarray[Any, Any], names: list[str]) -> np.ndarray[Any, Any]:
    shares = np.zeros((len(given), 3))
    for column, name in enumerate(names):
        which = _NAMES.get(name.casefold())
        if which is None:
            raise ValueError(f"class {name!r} is none of negative, neutral, positive")
        shares[:, which] += given[:, column]
    scaled: np.ndarray[Any, Any] = shares / shares.sum(axis=1, keepdims=True)
    return scaled


def _class_of(value: str, extra: Mapping[str, int]) -> int | None:
    word = value.strip().casefold()
    if word in extra or word in _NAMES:
        return extra.get(word, _NAMES.get(word))
    try:
        number = float(word.replace(",", "."))
    except ValueError:
        return None
    if not np.isfinite(number):
        return None
    return 1 + int(number >= 0.05) - int(number <= -0.05)


def _valence(text: str) -> float | None:
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if -4 <= value <= 4 else None


def _frame(shares: np.ndarray[Any, Any]) -> pd.DataFrame:
    return pd.DataFrame(shares, columns=list(SCORE_COLUMNS))
