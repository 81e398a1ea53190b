"""Scores of the texts as columns of the posts."""

from __future__ import annotations

import pandas as pd

from crisislab.enrich.language import detect_language, fill_language, language_code
from crisislab.enrich.scorer import Scorer


def add_language(posts: pd.DataFrame) -> pd.DataFrame:
    """Return posts with ``lang`` as ISO 639-1 codes, missing ones filled by the text itself.

    A code of the export stands. Missing ones are detected from the text; short texts that no
    detector can tell get the main language, where one clearly leads. ``lang_origin`` says
    ``export``, ``detected`` or ``main``, and is missing where the language stays unknown.
    """
    codes = [language_code(tag) for tag in posts["lang"]]
    texts = posts["text"].fillna("").tolist()
    told = iter(detect_language([t for t, c in zip(texts, codes, strict=True) if c is None]))
    detected = [code or next(told) for code in codes]
    filled = fill_language(detected, texts)
    origin = [
        _origin(code, found, main)
        for code, found, main in zip(codes, detected, filled, strict=True)
    ]
    return posts.assign(
        lang=pd.Series(filled, index=posts.index, dtype="str"),
        lang_origin=pd.Series(origin, index=posts.index, dtype="str"),
    )


def _origin(code: str | None, detected: str | None, filled: str | None) -> str | None:
    if code is not None:
        return "export"
    if detected is not None:
        return "detected"
    return None if filled is None else "main"


def add_sentiment(posts: pd.DataFrame, *, scorer: Scorer) -> pd.DataFrame:
    """Return posts with ``neg, neu, pos`` (they sum to 1; missing = not scored).

    Args:
        posts: Posts with ``text`` and ``lang`` (see :func:`add_language`).
        scorer: What scores the texts.
    """
    langs = [language_code(tag) for tag in posts["lang"]]
    scores = scorer.score(posts["text"].fillna("").tolist(), langs)
    columns = {name: scores[name].to_numpy() for name in ("neg", "neu", "pos")}
    return posts.assign(**columns)
