"""Language and scores of the texts as columns of the posts."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crisislab.enrich.batches import as_texts
from crisislab.enrich.language import (
    detect_language,
    fill_with,
    language_codes,
    main_language,
)
from crisislab.enrich.scorer import SCORE_COLUMNS, Scorer, score_column


def add_language(posts: pd.DataFrame) -> pd.DataFrame:
    """Return posts with ``lang`` as ISO 639-1 codes, missing ones filled by the text itself.

    A code of the export stands. Missing ones are detected from the text; short texts that no
    detector can tell get the main language, where one clearly leads. ``lang_origin`` says
    ``export``, ``detected`` or ``main``, and is missing where the language stays unknown.
    """
    text = column(posts["text"])
    lang, origin = tell_language(text, column(posts["lang"]))
    main = main_language(Counter(lang.drop_null().to_pylist()))
    lang, origin = fill_main(text, lang, origin, main=main)
    told = {"lang": lang, "lang_origin": origin}
    return posts.assign(**{name: _series(value, posts.index) for name, value in told.items()})


def tell_language(text: pa.Array, tags: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Return the language that the export or the text itself tells, and which of them, by post.

    The first half of :func:`add_language`, which a part of the posts can do by itself.
    """
    codes = language_codes(tags)
    open_ = codes.is_null()
    origin = pc.if_else(open_, None, pa.scalar("export", pa.large_string()))
    if not codes.null_count:
        return codes, origin
    found = detect_language(text.filter(open_).fill_null("").to_pylist())
    return _filled(codes, open_, found), _filled(origin, open_, [c and "detected" for c in found])


def fill_main(
    text: pa.Array, lang: pa.Array, origin: pa.Array, *, main: str | None
) -> tuple[pa.Array, pa.Array]:
    """Return language and origin with the main one where the text leaves it open: the second half.

    Args:
        text: The texts.
        lang: Languages that :func:`tell_language` told.
        origin: Where each comes from.
        main: ``language.main_language`` of all the posts; missing: nothing is filled.
    """
    if main is None or not lang.null_count:
        return lang, origin
    open_ = lang.is_null()
    texts = text.filter(open_).fill_null("").to_pylist()
    found = fill_with([None] * len(texts), texts, main=main)
    return _filled(lang, open_, found), _filled(origin, open_, [c and "main" for c in found])


def _filled(column: pa.Array, where: pa.Array, values: list[str | None]) -> pa.Array:
    return pc.replace_with_mask(column, where, pa.array(values, pa.large_string()))


def add_sentiment(posts: pd.DataFrame, *, scorer: Scorer) -> pd.DataFrame:
    """Return posts with ``neg, neu, pos`` (they sum to 1; missing = not scored).

    Args:
        posts: Posts with ``text`` and ``lang`` (see :func:`add_language`).
        scorer: What scores the texts.
    """
    codes = language_codes(column(posts["lang"]))
    scores = score_column(scorer, column(posts["text"]), codes)
    return posts.assign(**dict(zip(SCORE_COLUMNS, scores.T, strict=True)))


def column(texts: pd.Series) -> pa.Array:
    """Return a column of texts as an array of Arrow; what is no text is missing."""
    return as_texts(texts.tolist())


def _series(values: pa.Array, index: pd.Index) -> pd.Series:
    return pd.Series(np.array(values.to_pylist(), dtype=object), index=index, dtype="str")
