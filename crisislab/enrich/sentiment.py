"""Scores of the texts as columns of the posts."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from crisislab.enrich.language import (
    detect_language,
    fill_with,
    language_code,
    main_language,
)
from crisislab.enrich.scorer import Scorer


def add_language(posts: pd.DataFrame) -> pd.DataFrame:
    """Return posts with ``lang`` as ISO 639-1 codes, missing ones filled by the text itself.

    A code of the export stands. Missing ones are detected from the text; short texts that no
    detector can tell get the main language, where one clearly leads. ``lang_origin`` says
    ``export``, ``detected`` or ``main``, and is missing where the language stays unknown.
    """
    told = tell_language(posts)
    return fill_main(told, main=main_language(Counter(told["lang"].dropna())))


def tell_language(posts: pd.DataFrame) -> pd.DataFrame:
    """Return posts with the language that the export or the text itself tells, post by post.

    The first half of :func:`add_language`, which a part of the posts can do by itself.
    """
    codes = [language_code(tag) for tag in posts["lang"]]
    texts = posts["text"].fillna("").tolist()
    told = iter(detect_language([t for t, c in zip(texts, codes, strict=True) if c is None]))
    detected = [code or next(told) for code in codes]
    origin = [_origin(code, found) for code, found in zip(codes, detected, strict=True)]
    return posts.assign(
        lang=pd.Series(detected, index=posts.index, dtype="str"),
        lang_origin=pd.Series(origin, index=posts.index, dtype="str"),
    )


def fill_main(told: pd.DataFrame, *, main: str | None) -> pd.DataFrame:
    """Return posts with the main language where the text leaves it open: the second half.

    Args:
        told: Result of :func:`tell_language`.
        main: ``language.main_language`` of all the posts; missing: nothing is filled.
    """
    if main is None:
        return told
    codes = [None if pd.isna(code) else str(code) for code in told["lang"]]
    filled = fill_with(codes, told["text"].fillna("").tolist(), main=main)
    origin = [
        "main" if code is None and found is not None else known
        for code, found, known in zip(codes, filled, told["lang_origin"], strict=True)
    ]
    return told.assign(
        lang=pd.Series(filled, index=told.index, dtype="str"),
        lang_origin=pd.Series(origin, index=told.index, dtype="str"),
    )


def _origin(code: str | None, detected: str | None) -> str | None:
    if code is not None:
        return "export"
    return None if detected is None else "detected"


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
