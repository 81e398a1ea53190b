"""The first rows of a table by column: what columns hold, beside what they are called."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from statistics import median
from typing import Any

from crisislab.read._marks import NOTHING

_MOST = 100
# Of a text, its beginning is enough to tell what it is.
_LONGEST = 1000
_LEAST = 8
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|[@#]\w+")
_NO_LETTER = re.compile(r"[\W\d_]+")
_MAIL = re.compile(r"(?:[^<>]*<)?[^@\s<>]+@[^@\s<>]+\.[A-Za-z]{2,}>?")
# Lists and objects of scripts, markup, and what browsers say of themselves: nobody's words.
_NO_WORDS = re.compile(r"\s*(?:[\[{<]|Mozilla/)")
_WIDE = re.compile("[\u0e00-\u0eff\u1000-\u109f\u2e80-\uffdc]")
_FEW_WORDS, _FEW_LETTERS, _FEW_WIDE = 4, 20, 8
_HALF, _NEARLY_ALL, _VARIED = 0.5, 0.9, 0.7


@dataclass(frozen=True)
class Look:
    """What a column holds in the first rows.

    Attributes:
        cells: The cells, in order; empty ones too.
    """

    cells: tuple[str, ...]

    @cached_property
    def filled(self) -> tuple[str, ...]:
        """The cells with something in them."""
        return tuple(cell for cell in self.cells if cell)

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each value occurs."""
        return Counter(self.filled)

    @property
    def n_different(self) -> int:
        """How many values there are."""
        return len(self.counts)

    @cached_property
    def usual(self) -> tuple[str, int]:
        """The value that occurs most often, and how often."""
        return self.counts.most_common(1)[0] if self.counts else ("", 0)

    @cached_property
    def letters(self) -> float:
        """How many letters a filled cell has, addresses and names of accounts aside: the median."""
        return median(map(_n_letters, self.filled)) if self.filled else 0.0

    def is_same(self) -> bool:
        """Return whether nearly all of many rows say the same."""
        return len(self.filled) >= _LEAST and self.usual[1] >= _NEARLY_ALL * len(self.filled)

    def is_prose(self) -> bool:
        """Return whether most rows hold a text of their own.

        >>> Look(tuple(f"no me funciona desde el día {i}" for i in range(9))).is_prose()
        True
        >>> Look(("abierto", "cerrado", "") * 4).is_prose()
        False
        """
        enough = len(self.filled) >= max(_LEAST, _HALF * len(self.cells))
        varied = self.n_different >= _VARIED * len(self.filled)
        said = sum(map(_are_words, self.filled))
        return enough and varied and said >= _HALF * len(self.filled)

    def has_words(self) -> bool:
        """Return whether any row holds a text.

        >>> [Look((cell,)).has_words() for cell in ("They promised it for today", "high")]
        [True, False]
        """
        return any(map(_are_words, self.filled))

    def is_mail(self) -> bool:
        """Return whether nearly all filled cells are addresses of mail."""
        n = sum(_MAIL.fullmatch(cell) is not None for cell in self.filled)
        return bool(n) and n >= _NEARLY_ALL * len(self.filled)


def _n_letters(text: str) -> int:
    return len(_NO_LETTER.sub("", _ADDRESS.sub("", text)))


def _are_words(text: str) -> bool:
    if _NO_WORDS.match(text):
        return False
    plain = _ADDRESS.sub(" ", text)
    words = plain.split()
    if len(_WIDE.findall(plain)) >= _FEW_WIDE:
        return True
    listed = sum(word.endswith((",", ";", "|")) for word in words)
    enough = len(words) >= _FEW_WORDS and _n_letters(text) >= _FEW_LETTERS
    return enough and listed <= _HALF * len(words)


@dataclass(frozen=True)
class Sample:
    """The first rows of a table or of records.

    Attributes:
        columns: Name of a column -> its cells.
        n: How many rows there are.
    """

    columns: Mapping[str, tuple[str, ...]]
    n: int

    def look(self, *names: str) -> Look:
        """Return what columns hold: of several, the first of each row that is filled."""
        held = [self.columns[name] for name in names if name in self.columns]
        if len(held) == 1:
            return Look(held[0])
        return Look(tuple(next(filter(None, cells), "") for cells in zip(*held, strict=True)))

    def is_enough(self) -> bool:
        """Return whether there are so many rows that what is usual in them says something."""
        return self.n >= _LEAST


def sample_of(names: Sequence[str], rows: Iterable[Sequence[str]]) -> Sample:
    """Return the first rows below a header, by column.

    >>> sample_of(["id", "text"], [["1", "hola "], ["2"]]).columns["text"]
    ('hola', '')
    """
    kept = [row for row in islice(rows, _MOST) if any(row)]
    columns = {
        name: tuple(_plain(row[i]) if i < len(row) else "" for row in kept)
        for i, name in reversed(list(enumerate(names)))
        if name.strip()
    }
    return Sample(columns, len(kept))


def sample_of_records(names: Sequence[str], records: Iterable[Mapping[str, Any]]) -> Sample:
    """Return the first records, each with its values by dotted name."""
    kept = list(islice(records, _MOST))
    return Sample({n: tuple(_plain(str(r.get(n, ""))) for r in kept) for n in names}, len(kept))


def _plain(cell: str) -> str:
    text = cell[:_LONGEST].strip()
    return "" if text in NOTHING else text
