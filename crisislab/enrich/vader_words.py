"""VADER's word list and emoji names as arrays, and how VADER cuts a text into tokens.

The list, the emoji names and the words of the rules are those of vaderSentiment 3.3.2 (C.J. Hutto,
MIT; ``lexicons/LICENSE-vader.txt``); after Hutto & Gilbert (2014), VADER, ICWSM-14.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from string import punctuation

import numpy as np
import numpy.typing as npt

from crisislab.enrich.lexicon_entries import read_rows, vader_emoji, vader_valences
from crisislab.enrich.pieces import ADDRESS, NUMBER, NUMBERED, SEPARATOR, Reader

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_RULES = ("no", "or", "nor", "never", "so", "this", "without", "doubt", "least", "at", "very",
          "kind", "of", "but")  # fmt: skip

# Tokens that are none: the end of a text, marks that are counted, and nothing before a text.
END, EXCLAMATION, QUESTION, NOTHING = range(4)
_FIRST = 4
_MOST_MARKS = 4


@dataclass(frozen=True)
class Vocabulary:
    """VADER's words; arrays are indexed by the number of a word.

    The number of a token is twice that of its word, and one more if it is written in capitals.

    Attributes:
        numbers: Word to number.
        valence: -4 (most negative) to 4; 0 for words that the list lacks.
        listed: Whether the list has the word.
        boost: Added to the strength of a word after it; negative for dampeners.
        negates: Whether it turns a word after it.
        phrases: Idioms with their valence, and boosters of two words with their boost, by role.
        reader: Texts to the numbers of their tokens, marks and ends.
    """

    numbers: Mapping[str, int]
    valence: Floats
    listed: Bools
    boost: Floats
    negates: Bools
    phrases: Mapping[str, Mapping[tuple[str, ...], float]]
    reader: Reader

    def __getitem__(self, word: str) -> int:
        """Return the number of a word of the rules."""
        return self.numbers[word]


@lru_cache(maxsize=1)
def load_vocabulary() -> Vocabulary:
    """Return VADER's words, compiled once per process."""
    valences, negators = vader_valences(), set(_marked("negator"))
    boosters = {words[0]: boost for words, boost in _marked("booster").items() if len(words) == 1}
    phrases = {role: {words: value for words, value in _marked(role).items() if len(words) > 1}
               for role in ("idiom", "booster")}  # fmt: skip
    parts = [word for listed in phrases.values() for phrase in listed for word in phrase]
    negating = [word for (word,) in negators]
    named = dict.fromkeys([*valences, *boosters, *sorted(negating), *_RULES, *parts])
    # Two more for what is in no list: with "n't" in it, and any other.
    words = [*[""] * _FIRST, "n't", "", *named]
    numbers = {word: i for i, word in enumerate(words) if i >= _FIRST + 2}
    return Vocabulary(
        numbers=numbers,
        valence=np.array([valences.get(word, 0.0) for word in words]),
        listed=np.array([word in valences for word in words]),
        boost=np.array([boosters.get(word, 0.0) for word in words]),
        negates=np.array([(word,) in negators or "n't" in word for word in words]),
        phrases=phrases,
        reader=Reader(_reading(numbers), (NUMBER, ADDRESS, NUMBERED)),
    )


def _marked(role: str) -> dict[tuple[str, ...], float]:
    """Return the words or phrases of a role with their value."""
    rows = read_rows("en_vader_markers.csv")
    return {
        tuple(row["entry"].split()): float(row["value"] or 0) for row in rows if row["role"] == role
    }


def _reading(numbers: Mapping[str, int]) -> Callable[[str], list[int]]:
    names = vader_emoji()

    def number(token: str) -> int:
        word = token.lower()
        found = numbers.get(word)
        if found is None:
            found = _FIRST if "n't" in word else _FIRST + 1
        return 2 * found + token.isupper()

    def read(piece: str) -> list[int]:
        if piece.isascii() and piece.isalnum():
            return [number(piece)]
        if piece == SEPARATOR:
            return [2 * END]
        named = piece if piece.isascii() else spell_emoji(piece, names)
        found = [number(strip_marks(token)) for token in named.split()]
        for mark, kind in (("!", EXCLAMATION), ("?", QUESTION)):
            if mark in named:
                found += [2 * kind] * min(named.count(mark), _MOST_MARKS)
        return found

    return read


def spell_emoji(text: str, names: Mapping[str, str]) -> str:
    """Return a text with the names of its emoji: a blank before a name, none after it.

    >>> spell_emoji("go😀!", {"😀": "grinning face"})
    'go grinning face!'
    """
    parts: list[str] = []
    blank = True
    for sign in text:
        name = names.get(sign)
        if name is None:
            parts.append(sign)
            blank = sign == " "
        else:
            parts.append(name if blank else " " + name)
            blank = False
    return "".join(parts)


def strip_marks(token: str) -> str:
    """Return a token without marks around it, or as it is where two letters or less would stay.

    >>> strip_marks("(good!)"), strip_marks(":D"), strip_marks("ok!")
    ('good', ':D', 'ok!')
    """
    stripped = token.strip(punctuation)
    return stripped if len(stripped) > 2 else token
