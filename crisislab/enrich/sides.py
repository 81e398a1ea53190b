"""Which items are the crisis narrative and which are our answer to it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import narwhals as nw
import pandas as pd

from crisislab.engine import Lazy, lazy

_LETTERS = {"a": "[aáàâä]", "e": "[eéèêë]", "i": "[iíìîï]", "o": "[oóòôö]", "u": "[uúùûü]",
            "n": "[nñ]"}  # fmt: skip


def word_pattern(words: Iterable[str]) -> str:
    """Return a regular expression that finds words in lower-case text, accents aside.

    >>> re.search(word_pattern(["avellana"]), "la avellána") is not None
    True
    """
    plain = (word.strip().lower() for word in words)
    parts = ["".join(_LETTERS.get(c, re.escape(c)) for c in word) for word in plain if word]
    return "|".join(parts)


def sides(
    posts: Any,
    *,
    since: pd.Timestamp | None,
    stated: pd.Timestamp | None,
    words: Iterable[str] = (),
) -> Lazy:
    """Return the posts with ``side``: ``narrative``, ``official`` or missing.

    ``narrative``: items of the public from the onset on; ``official``: the brand's own top-level
    items from its first statement on, automatic ones left out. With ``words`` both only where
    the text has one of them.

    Args:
        posts: Posts of any engine.
        since: Onset; missing: the whole time.
        stated: First statement; missing: no official item.
        words: Words that make an item part of the crisis.
    """
    frame = lazy(posts)
    pattern = word_pattern(words)
    told = nw.lit(True)
    if pattern:
        told = nw.col("text").cast(nw.String).fill_null("").str.to_lowercase().str.contains(pattern)
    late = nw.lit(True) if since is None else nw.col("created_us") >= _micros(since)
    public = ~nw.col("own") & late & told
    official = nw.lit(False)
    if stated is not None:
        top = nw.col("kind").is_in(["post", "video", "story"])
        after = nw.col("created_us") >= _micros(stated)
        official = nw.col("own") & ~nw.col("automated") & top & after & told
    side = nw.when(public).then(nw.lit("narrative")).when(official).then(nw.lit("official"))
    return frame.with_columns(side=side.otherwise(nw.lit(None).cast(nw.String)))


def _micros(at: pd.Timestamp) -> int:
    return round(at.timestamp() * 1_000_000)
