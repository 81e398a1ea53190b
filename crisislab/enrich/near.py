"""Rows that nearly hold the words of an action: a slip of the keyboard is no omission."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from crisislab.enrich.doubt import plain

SIMILAR = 0.88
_SHORTEST = 8
_WORD = re.compile(r"\w+")


def nearly_holds(text: str, words: Iterable[str]) -> bool:
    """Return whether a text holds words that differ from those sought by a letter or two.

    Compared are as many words in a row as the phrase has, without accents and case; phrases under
    eight letters are too short to tell. Such a row proves nothing: it is asked.

    >>> nearly_holds("Tiendas aivsadas", ["tiendas avisadas"])
    True
    >>> nearly_holds("Tiendas cerradas", ["tiendas avisadas"])
    False
    """
    said = _WORD.findall(plain(text))
    return any(_near(said, _WORD.findall(plain(phrase))) for phrase in words)


def _near(said: list[str], sought: list[str]) -> bool:
    phrase, n = " ".join(sought), len(sought)
    if len(phrase) < _SHORTEST:
        return False
    matcher = SequenceMatcher(b=phrase, autojunk=False)
    for i in range(len(said) - n + 1):
        matcher.set_seq1(" ".join(said[i : i + n]))
        if matcher.real_quick_ratio() >= SIMILAR and matcher.ratio() >= SIMILAR:
            return True
    return False
