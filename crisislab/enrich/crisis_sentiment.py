"""Sentiment learnt from this crisis: hand labels, words and the lexicon's findings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from crisislab.enrich.coded import settled
from crisislab.enrich.copies import public_words
from crisislab.enrich.lexicon import LexiconScorer
from crisislab.enrich.scorer import SCORE_COLUMNS, Scorer, validate_scores
from crisislab.errors import CrisisLabError, Problem
from crisislab.read.labels import SENTIMENT_LABELS

Floats = npt.NDArray[np.float64]
Codes = Sequence[str | None]
MIN_TEXTS = 30
_FOLDS = 5
_FLOOR = 1e-4
_LEXICON = 0.15
_SOFTNESS = 1.0
_MOST = 10.0


@dataclass(frozen=True)
class CrisisSentiment:
    """A scorer fitted to the hand labels of this crisis; made by ``fit_crisis_sentiment``.

    Logistic regression on words (one and two, tf-idf) and the lexicon's features. Five models
    are each fitted without a fifth of the labels; their out-of-fold answers calibrate the mean
    of the five. ``calibrated`` is ``True``: the mean of ``neg`` estimates the share of negative
    posts of this case, and of no other.

    Attributes:
        labelled: One row per labelled text: ``settled`` labels (``negative, neutral, positive``,
            ``size``, ``stratum``, ``probability``) and out-of-fold ``neg, neu, pos``.
        name: Name with the scorer underneath.
        version: Changes with the rules of the fit.
        languages: Those of the labels; a text of another language is scored by its words alone.
        licence: That of the scorer underneath; the labels are the analyst's.
        calibrated: ``True``.
    """

    labelled: pd.DataFrame = field(repr=False)
    name: str
    version: str
    languages: tuple[str, ...]
    licence: str
    calibrated: bool = field(default=True, init=False)
    _rows: Any = field(default=None, repr=False)
    _models: tuple[Any, ...] = field(default=(), repr=False)
    _calibrator: Any = field(default=None, repr=False)
    _labeller: Any = field(default=None, repr=False)
    _under: Scorer = field(default_factory=LexiconScorer, repr=False)

    def score(self, texts: Sequence[str], lang: Codes | None = None) -> pd.DataFrame:
        """Return calibrated ``neg, neu, pos`` per text; NaN for an empty or missing text."""
        given: Sequence[object] = texts
        clean = [text if isinstance(text, str) else "" for text in given]
        rows = self._rows.of(clean, findings(self._under, clean, lang))
        mean = np.mean([_predict(model, rows) for model in self._models], axis=0)
        shares = _calibrate(self._calibrator, mean)
        shares[[not text.strip() for text in clean]] = np.nan
        return validate_scores(
            pd.DataFrame(shares, columns=list(SCORE_COLUMNS)), n=len(clean), name=self.name
        )

    def label(self, texts: Sequence[str], lang: Codes | None = None) -> list[str | None]:
        """Return one label per text, ``None`` for an empty one.

        By a sixth model in which the three labels weigh the same: the largest calibrated
        probability would hardly ever be a rare label. Never count these labels: shares come
        from ``measure.sentiment_shares``.
        """
        given: Sequence[object] = texts
        clean = [text if isinstance(text, str) else "" for text in given]
        rows = self._rows.of(clean, findings(self._under, clean, lang))
        best = _predict(self._labeller, rows).argmax(axis=1)
        return [
            SENTIMENT_LABELS[i] if text.strip() else None
            for text, i in zip(clean, best, strict=True)
        ]


def fit_crisis_sentiment(
    posts: pd.DataFrame, labels: pd.DataFrame, *, seed: int, scorer: Scorer | None = None
) -> CrisisSentiment:
    """Return a scorer fitted to the labels of this crisis, with its out-of-fold answers.

    Args:
        posts: Posts of the case with ``text`` and ``lang``.
        labels: Table ``schema.LABELS``; texts that the posts do not hold are left out.
        seed: Seed of the folds.
        scorer: Scorer whose answers become features; the lexicon by default.

    Raises:
        CrisisLabError: CL-LABEL-FEW under 30 labelled texts, or when all have one label.
    """
    under = scorer or LexiconScorer()
    spoken = _first_of_each(public_words(posts))[["text_key", "text", "lang"]]
    known = settled(labels).merge(spoken, on="text_key").sort_values("text_key")
    known = known.reset_index(drop=True)
    truth = known[list(SENTIMENT_LABELS)].to_numpy(dtype=np.float64)
    if len(known) < MIN_TEXTS or int((truth.sum(axis=0) > 0).sum()) < 2:
        raise CrisisLabError(Problem("CL-LABEL-FEW", n=len(known), n_of=MIN_TEXTS))
    codes = [None if pd.isna(code) else str(code)[:2] for code in known["lang"]]
    texts = known["text"].tolist()
    weight = _weights(known)
    found = findings(under, texts, codes)
    fold = _folds(truth, seed)
    maker = _rows(texts, found)
    rows = maker.of(texts, found)
    models, raw = _cross_fit(rows, truth, weight[:, None], fold)
    held = np.empty_like(raw)
    for k in range(_FOLDS):
        others = fold != k
        held[~others] = _calibrate(
            _calibrator(raw[others], truth[others], weight[others]), raw[~others]
        )
    whole = _calibrator(raw, truth, weight)
    columns = {name: held[:, i] for i, name in enumerate(SCORE_COLUMNS)}
    return CrisisSentiment(
        labelled=known.drop(columns=["text", "lang"]).assign(**columns),
        name=f"crisis-sentiment({under.name})",
        version=f"1/{under.version}",
        languages=tuple(sorted({code for code in codes if code})),
        licence=under.licence,
        _rows=maker,
        _models=models,
        _calibrator=whole,
        _labeller=_fit(rows, truth, _balance(truth)),
        _under=under,
    )


def findings(under: Scorer, texts: Sequence[str], lang: Codes | None) -> Floats:
    """Return what the scorer underneath says per text, as features; 0 where not scored.

    All features of a scorer that has them (``LexiconScorer.features``), else its shares; the
    last column is 1 where it did not score.
    """
    table = under.features(texts, lang) if hasattr(under, "features") else under.score(texts, lang)
    values = table.to_numpy(dtype=np.float64)
    missing = np.isnan(values).any(axis=1)
    rows: Floats = np.column_stack([np.where(missing[:, None], 0.0, values), missing])
    return rows


def add_crisis_sentiment(posts: pd.DataFrame, *, model: CrisisSentiment) -> pd.DataFrame:
    """Return the public's own words with ``text_key`` and calibrated ``neg, neu, pos``.

    Texts are scored once however often they were copied.
    """
    spoken = public_words(posts)
    unique = _first_of_each(spoken)
    codes = [None if pd.isna(code) else str(code)[:2] for code in unique["lang"]]
    scores = model.score(unique["text"].tolist(), codes).set_axis(unique["text_key"])
    found = scores.reindex(spoken["text_key"])
    return spoken.assign(**{name: found[name].to_numpy() for name in SCORE_COLUMNS})


def _first_of_each(spoken: pd.DataFrame) -> pd.DataFrame:
    """Return the earliest post of each text: copies differ in case and links, rows in order."""
    return spoken.sort_values(["created_at", "platform", "post_id"]).drop_duplicates("text_key")


def _weights(known: pd.DataFrame) -> Floats:
    weight = (known["size"] / known["probability"]).fillna(0.0).to_numpy(dtype=np.float64)
    usual = float(np.median(weight[weight > 0])) if (weight > 0).any() else 1.0
    weight = np.where(weight > 0, np.minimum(weight, _MOST * usual), usual)
    scaled: Floats = weight / weight.mean()
    return scaled


def _balance(truth: Floats) -> Floats:
    """Return weights per text and label with which each label weighs the same."""
    weight: Floats = len(truth) / (3 * np.maximum(truth.sum(axis=0), 1)) * np.ones_like(truth)
    return weight


def _folds(truth: Floats, seed: int) -> npt.NDArray[np.int64]:
    """Deal the labels out over five folds, every class evenly."""
    dice = np.random.default_rng(seed)
    order = np.lexsort((dice.uniform(size=len(truth)), truth.argmax(axis=1)))
    fold = np.empty(len(truth), dtype=np.int64)
    fold[order] = np.arange(len(truth)) % _FOLDS
    return fold


@dataclass(frozen=True)
class _Rows:
    """Texts to rows of a sparse table: words of the labelled texts, and findings."""

    words: Any
    scale: Any

    def of(self, texts: Sequence[str], found: Floats) -> Any:
        from scipy.sparse import csr_matrix, hstack

        known = csr_matrix(self.scale.transform(found) * _LEXICON)
        return hstack([self.words.transform(texts), known]).tocsr()


def _rows(texts: list[str], found: Floats) -> _Rows:
    # Fitted once on all labelled texts: words and their rarity know no label. A labelled text is
    # longer by the words that it alone has, and so scored more cautiously than the others: the
    # share's interval is a little too wide (docs/method.md), but its errors smaller than with
    # words fitted within folds.
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.preprocessing import StandardScaler

    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"(?u)\b\w+\b")
    return _Rows(words.fit(texts), StandardScaler().fit(found))


def _cross_fit(
    rows: Any, truth: Floats, weight: Floats, fold: npt.NDArray[np.int64]
) -> tuple[tuple[Any, ...], Floats]:
    models = []
    held = np.empty(truth.shape)
    for k in range(_FOLDS):
        train, rest = np.flatnonzero(fold != k), np.flatnonzero(fold == k)
        model = _fit(rows[train], truth[train], weight[train])
        held[rest] = _predict(model, rows[rest])
        models.append(model)
    return tuple(models), held


def _fit(rows: Any, truth: Floats, weight: Floats) -> Any:
    from scipy.sparse import vstack
    from sklearn.linear_model import LogisticRegression

    # A disputed text stands once per label, with the share of coders as its weight.
    classes = np.repeat(np.arange(3), len(truth))
    shares = (truth * weight).T.ravel()
    held = shares > 0
    regression = LogisticRegression(C=_SOFTNESS, max_iter=1000)
    return regression.fit(vstack([rows] * 3).tocsr()[held], classes[held], shares[held])


def _predict(model: Any, rows: Any) -> Floats:
    shares = np.full((rows.shape[0], 3), _FLOOR)
    if rows.shape[0]:
        shares[:, model.classes_] = model.predict_proba(rows)
    scaled: Floats = shares / shares.sum(axis=1, keepdims=True)
    return scaled


def _calibrator(raw: Floats, truth: Floats, weight: Floats) -> Any:
    from sklearn.linear_model import LogisticRegression

    classes = np.repeat(np.arange(3), len(raw))
    shares = (truth * weight[:, None]).T.ravel()
    held = shares > 0
    rows = np.tile(_log_odds(raw), (3, 1))
    model = LogisticRegression(C=10.0, max_iter=1000)
    return model.fit(rows[held], classes[held], shares[held])


def _calibrate(model: Any, raw: Floats) -> Floats:
    shares = np.full(raw.shape, _FLOOR)
    if len(raw):
        shares[:, model.classes_] = model.predict_proba(_log_odds(raw))
    scaled: Floats = shares / shares.sum(axis=1, keepdims=True)
    return scaled


def _log_odds(raw: Floats) -> Floats:
    logs = np.log(np.clip(raw, _FLOOR, 1))
    odds: Floats = logs[:, [0, 2]] - logs[:, [1]]
    return odds
