"""Scores of the texts as columns of the posts."""

from __future__ import annotations

import pandas as pd

from crisislab.enrich.language import detect_language
from crisislab.enrich.scorer import Scorer


def add_language(posts: pd.DataFrame) -> pd.DataFrame:
    """Return posts with ``lang`` filled where the export has none, by the text itself.

    Only missing values are filled; ``lang_origin`` is ``export`` or ``detected``.
    """
    missing = posts["lang"].isna()
    found = pd.Series(
        detect_language(posts.loc[missing, "text"].fillna("").tolist()),
        index=posts.index[missing],
        dtype="str",
    )
    lang = posts["lang"].where(~missing, found.reindex(posts.index)).astype("str")
    origin = pd.Series("export", index=posts.index).where(~missing, "detected")
    return posts.assign(lang=lang, lang_origin=origin.astype("str"))


def add_sentiment(posts: pd.DataFrame, *, scorer: Scorer) -> pd.DataFrame:
    """Return posts with ``neg, neu, pos`` (they sum to 1; missing = not scored)."""
    langs = [None if pd.isna(code) else str(code)[:2] for code in posts["lang"]]
    scores = scorer.score(posts["text"].fillna("").tolist(), langs)
    columns = {name: scores[name].to_numpy() for name in ("neg", "neu", "pos")}
    return posts.assign(**columns)
