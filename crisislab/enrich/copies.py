"""Which posts say the same words: copies are one opinion written once."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import pandas as pd

_NOT_WORDS = re.compile(r"https?://\S+|www\.\S+|(?<!\w)@\w+|^rt\b", re.IGNORECASE)


@lru_cache(maxsize=1)
def _marks() -> dict[int, str]:
    """Return the table that turns punctuation into blanks; emoji are no punctuation."""
    return {i: " " for i in range(0x3100) if unicodedata.category(chr(i)).startswith("P")}


@lru_cache(maxsize=2**17)
def normal_text(text: str) -> str:
    """Return the words and emoji of a text: no case, links, handles, marks or double blanks.

    A text of nothing but these is kept as it is.

    >>> normal_text("RT @ana: ¡Qué   VERGÜENZA! 😡 https://t.co/x")
    'qué vergüenza 😡'
    """
    flat = unicodedata.normalize("NFKC", text).casefold()
    words = " ".join(_NOT_WORDS.sub(" ", flat).translate(_marks()).split())
    return words or " ".join(flat.split())


def text_keys(texts: Sequence[object]) -> list[str]:
    """Return one key per text; equal keys are copies. Empty for a missing or empty text.

    The key is the start of a SHA-256 of ``normal_text``: the same in every run and on every
    machine, and it says nothing about the author. Twelve of its digits tell ten million texts
    apart with a chance of one in six of a single clash; sixteen are kept.

    >>> text_keys(["Hola, @ana", "hola @leo!", None])[0] == text_keys(["HOLA"])[0]
    True
    """
    found: dict[object, str] = {}
    for text in texts:
        if text not in found:
            words = normal_text(text) if isinstance(text, str) else ""
            digest = hashlib.sha256(words.encode("utf-8")).hexdigest()[:16]
            found[text] = digest if words else ""
    return [found[text] for text in texts]


def public_words(posts: pd.DataFrame) -> pd.DataFrame:
    """Return the posts in which the public speaks for itself, with ``text_key``.

    The brand's items, reposts (the same words again) and items without text are left out.
    """
    spoken = posts[~posts["own"] & (posts["kind"] != "repost")]
    spoken = spoken.assign(text_key=text_keys(spoken["text"].tolist()))
    kept: pd.DataFrame = spoken[spoken["text_key"] != ""].reset_index(drop=True)
    return kept
