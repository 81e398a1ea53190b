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
    codes = _codes(posts["lang"])
    open_ = codes.isna()
    origin = pd.Series("export", index=posts.index, dtype="str").mask(open_)
    if open_.any():
        found = detect_language(posts.loc[open_, "text"].fillna("").tolist())
        codes[open_] = pd.Series(found, index=codes.index[open_], dtype="str")
        origin[open_ & codes.notna()] = "detected"
    return posts.assign(lang=codes, lang_origin=origin)


def fill_main(told: pd.DataFrame, *, main: str | None) -> pd.DataFrame:
    """Return posts with the main language where the text leaves it open: the second half.

    Args:
        told: Result of :func:`tell_language`.
        main: ``language.main_language`` of all the posts; missing: nothing is filled.
    """
    open_ = told["lang"].isna()
    if main is None or not open_.any():
        return told
    texts = told.loc[open_, "text"].fillna("").tolist()
    found = fill_with([None] * len(texts), texts, main=main)
    filled, origin = told["lang"].copy(), told["lang_origin"].copy()
    filled[open_] = pd.Series(found, index=told.index[open_], dtype="str")
    origin[open_ & filled.notna()] = "main"
    return told.assign(lang=filled, lang_origin=origin)


def _codes(tags: pd.Series) -> pd.Series:
    """Return the codes of language tags; missing where a tag tells none."""
    known = {tag: language_code(tag) for tag in tags.dropna().unique()}
    return tags.map(known).astype("str")


def add_sentiment(posts: pd.DataFrame, *, scorer: Scorer) -> pd.DataFrame:
    """Return posts with ``neg, neu, pos`` (they sum to 1; missing = not scored).

    Args:
        posts: Posts with ``text`` and ``lang`` (see :func:`add_language`).
        scorer: What scores the texts.
    """
    codes = _codes(posts["lang"]).astype("object")
    langs = codes.where(codes.notna(), None).tolist()
    scores = scorer.score(posts["text"].fillna("").tolist(), langs)
    columns = {name: scores[name].to_numpy() for name in ("neg", "neu", "pos")}
    return posts.assign(**columns)
