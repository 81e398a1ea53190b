"""What each item is about, by words that the case declares."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import pandas as pd

from crisislab.enrich.evidence import plain


def declared_topics(posts: pd.DataFrame, *, topics: Mapping[str, Iterable[str]]) -> pd.Series:
    """Return the first declared topic that an item names, by item.

    A topic is named where one of its words begins a word of the text, accents and case aside; the
    order of the topics decides where a text names several. What names none is missing: words miss
    what people say otherwise, so the share of a topic is at least this, not exactly this.

    Args:
        posts: Posts of the case.
        topics: Topic -> words.

    Returns:
        Topic by (platform, post_id); only items that name one.

    >>> posts = pd.DataFrame({"platform": ["x"], "post_id": ["1"], "text": ["¿Qué LOTES son?"]})
    >>> declared_topics(posts, topics={"batches": ["lote"]}).tolist()
    ['batches']
    """
    keys = pd.MultiIndex.from_frame(posts[["platform", "post_id"]])
    found = pd.Series(None, index=keys, dtype="str")
    texts = [plain(str(text)) if pd.notna(text) else "" for text in posts["text"]]
    for topic, words in reversed(list(topics.items())):
        parts = [re.escape(plain(word)) for word in words]
        if not parts:
            continue
        any_word = re.compile(r"(?<!\w)(?:" + "|".join(parts) + ")")
        found[[bool(any_word.search(text)) for text in texts]] = topic
    return found[~found.index.duplicated()].dropna()
