"""Topics of the public's texts: TF-IDF and NMF, shown only where they stay the same."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment
from scipy.sparse.linalg import svds

from crisislab.enrich.copies import normal_text

LEAST_TEXTS, LEAST_STABLE, N_TERMS, N_EXEMPLARS = 60, 0.4, 10, 5
_RUNS, _PART, _MOST_TEXTS = 5, 0.8, 20_000


@dataclass(frozen=True)
class Topics:
    """Topics of texts.

    Attributes:
        table: ``topic, terms, stability, shown, n_texts`` (texts it is the main topic of).
        exemplars: ``topic, place, weight``: the five texts that say it most clearly.
        main: Topic of each text; empty for none or a topic not shown.
    """

    table: pd.DataFrame
    exemplars: pd.DataFrame
    main: pd.Series = field(repr=False)


@lru_cache(maxsize=1)
def stopwords() -> frozenset[str]:
    """Return words without a topic, Spanish and English.

    >>> {"the", "porque"} <= stopwords()
    True
    """
    folder = resources.files("crisislab.enrich") / "stopwords"
    texts = (file.read_text("utf-8") for file in folder.iterdir() if file.name.endswith(".txt"))
    return frozenset(word for text in texts for word in text.split())


def word_list(text: object) -> list[str]:
    """Return the words of a text that can carry a topic.

    >>> word_list("RT @ana: ¡La avellana NO estaba en la etiqueta! https://t.co/x 2026")
    ['avellana', 'etiqueta']
    """
    words = normal_text(text).split() if isinstance(text, str) else []
    kept = stopwords()
    return [w for w in words if len(w) > 2 and w not in kept and not w.isdigit()]


def find_topics(
    texts: pd.Series, *, words: list[list[str]] | None = None, n_topics: int = 8, seed: int = 1
) -> Topics:
    """Return topics of distinct texts with how stable each is.

    TF-IDF over words in at least three texts and at most half of them; non-negative matrix
    factorisation from NNDSVD, which draws nothing. ``stability``: the mean over five further
    factorisations (other starts, four fifths of the texts) of the share of a topic's ten terms
    that its counterpart has too (Jaccard). Topics under 0.4 are not shown: they are an accident
    of the start. Of more than 20,000 texts every second, third, ... is fitted and the others are
    told by their words. A topic is words that go together, no opinion; read its exemplars.

    Args:
        texts: Distinct texts; copies once.
        words: Their words (:func:`word_list`), where they are at hand.
        n_topics: Number of topics asked for.
        seed: Seed of the further factorisations.
    """
    nothing = Topics(
        pd.DataFrame(columns=["topic", "terms", "stability", "shown", "n_texts"]),
        pd.DataFrame(columns=["topic", "place", "weight"]),
        pd.Series("", index=texts.index, dtype="str"),
    )
    if len(texts) < LEAST_TEXTS:
        return nothing
    from sklearn.feature_extraction.text import TfidfVectorizer

    counter = TfidfVectorizer(analyzer=list, min_df=3, max_df=0.5, sublinear_tf=True)
    try:
        matrix = counter.fit_transform([word_list(t) for t in texts] if words is None else words)
    except ValueError:  # no word in three texts and at most half
        return nothing
    n = min(n_topics, min(matrix.shape) - 1)
    if n < 1:
        return nothing
    fitted = matrix[:: -(-matrix.shape[0] // _MOST_TEXTS)]
    weights, parts = _factored(fitted, n, start="custom", seed=seed)
    if fitted.shape[0] < matrix.shape[0]:
        weights = _weighed(matrix, parts)
    names = counter.get_feature_names_out()
    terms = [[str(names[i]) for i in _top(row)] for row in parts]
    stable = _stability(fitted, [set(_top(row)) for row in parts], seed=seed)
    return _table(texts, weights, terms, stable)


def _weighed(matrix: Any, parts: Any) -> Any:
    """Return the topics of texts that were not fitted: their words along each topic's."""
    sizes = np.maximum(np.linalg.norm(parts, axis=1, keepdims=True), 1e-12)
    return np.asarray(matrix @ (parts / sizes).T)


def _nndsvd(matrix: Any, n: int) -> tuple[Any, Any]:
    """Return a start from the singular vectors: of each pair the positive or negative side.

    Zeros become the mean, so that every weight can still move. Source: Boutsidis & Gallopoulos
    2008. Lanczos from a fixed vector: nothing is drawn, and it takes a tenth of scikit-learn's
    randomised start.
    """
    left, values, right = svds(matrix, k=n, v0=np.ones(min(matrix.shape)))
    order = np.argsort(-values)
    weights, parts = np.zeros((matrix.shape[0], n)), np.zeros((n, matrix.shape[1]))
    for rank, i in enumerate(order):
        u, v = left[:, i], right[i]
        sides = [(np.maximum(s * u, 0), np.maximum(s * v, 0)) for s in (1, -1)]
        sizes = [float(np.linalg.norm(a) * np.linalg.norm(b)) for a, b in sides]
        a, b = sides[int(np.argmax(sizes))]
        scale = np.sqrt(values[i] * max(sizes))
        weights[:, rank] = scale * a / max(float(np.linalg.norm(a)), 1e-12)
        parts[rank] = scale * b / max(float(np.linalg.norm(b)), 1e-12)
    mean = matrix.mean()
    weights[weights < 1e-6], parts[parts < 1e-6] = mean, mean
    return weights, parts


def _factored(matrix: Any, n: int, *, start: str, seed: int) -> tuple[Any, Any]:
    import warnings

    from sklearn.decomposition import NMF
    from sklearn.exceptions import ConvergenceWarning

    model = NMF(n_components=n, init=start, random_state=seed, max_iter=50, tol=1e-3)
    with warnings.catch_warnings():
        # Terms settle long before the last digits of the weights do; stability is measured.
        warnings.simplefilter("ignore", ConvergenceWarning)
        if start == "custom":
            first, second = _nndsvd(matrix, n)
            weights = model.fit_transform(matrix, W=first, H=second)
        else:
            weights = model.fit_transform(matrix)
    return weights, model.components_


def _top(row: Any) -> list[int]:
    order = np.argsort(-np.round(row, 9), kind="stable")[:N_TERMS]
    return [int(i) for i in order if row[i] > 0]


def _stability(matrix: Any, terms: list[set[int]], *, seed: int) -> list[float]:
    dice = np.random.default_rng(seed)
    total = np.zeros(len(terms))
    for run in range(_RUNS):
        kept = dice.choice(matrix.shape[0], int(_PART * matrix.shape[0]), replace=False)
        _, parts = _factored(matrix[np.sort(kept)], len(terms), start="random", seed=seed + run)
        other = [set(_top(row)) for row in parts]
        shared = np.array(
            [[len(a & b) / len(a | b) if a | b else 0.0 for b in other] for a in terms]
        )
        mine, theirs = linear_sum_assignment(-shared)
        total[mine] += shared[mine, theirs]
    return [float(value) for value in total / _RUNS]


def _table(texts: pd.Series, weights: Any, terms: list[list[str]], stable: list[float]) -> Topics:
    best = weights.argmax(axis=1)
    held = weights.max(axis=1) > 0
    order = sorted(range(len(terms)), key=lambda i: -int(((best == i) & held).sum()))
    rows, picks = [], []
    name = {topic: f"t{rank}" for rank, topic in enumerate(order, start=1)}
    for topic in order:
        shown = stable[topic] >= LEAST_STABLE and bool(terms[topic])
        rows.append({"topic": name[topic], "terms": " ".join(terms[topic]),
                     "stability": stable[topic], "shown": shown,
                     "n_texts": int(((best == topic) & held).sum())})  # fmt: skip
        share = np.where(held, weights[:, topic] / np.maximum(weights.sum(axis=1), 1e-12), 0)
        clear = np.argsort(-(share * weights[:, topic]), kind="stable")[:N_EXEMPLARS]
        picks += [{"topic": name[topic], "place": texts.index[i],
                   "weight": float(weights[i, topic])} for i in clear if held[i]]  # fmt: skip
    table = pd.DataFrame(rows)
    shown_names = set(table.loc[table["shown"], "topic"])
    main = [
        name[int(i)] if h and name[int(i)] in shown_names else ""
        for i, h in zip(best, held, strict=True)
    ]
    return Topics(table, pd.DataFrame(picks), pd.Series(main, index=texts.index, dtype="str"))
