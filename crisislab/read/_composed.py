"""Letters whose accents were written as signs of their own, put together again.

Names of files of a Mac, and texts that passed through some programs, hold ``e`` and an accent where
people typed ``é``: it looks the same, and is another account, another word and a letter more.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

import numpy as np

from crisislab.read._flat import Mask, data_of, has_byte, places_like, rewritten
from crisislab.read._wording import tell_fixed

if TYPE_CHECKING:
    from crisislab.read._type import Typing

_COLUMNS = ("text", "author_handle", "author_name", "actor")
_APART = r"\p{L}[\x{300}-\x{36f}]"
_LETTER = re.compile("[^\\W\\d_][\u0300-\u036f]+")
# The first byte of such accents in UTF-8.
_FIRST_BYTES = "\xcc\xcd"


def compose(typing: Typing) -> None:
    """Put letters and their accents together, in texts and in names."""
    for column in filter(typing.done.__contains__, _COLUMNS):
        before = typing.done[column]
        typing.done[column], changed = composed(before)
        tell_fixed(typing, "CL-TEXT-DECOMPOSED", changed, before, column)


def composed(texts: Any) -> tuple[Any, Mask]:
    """Return texts with letters and accents as one sign, and which ones were changed.

    >>> import pyarrow as pa
    >>> composed(pa.array(["cafe\u0301", "café"]))[0].to_pylist()
    ['café', 'café']
    """
    data = data_of(texts)
    at = np.zeros(0, dtype=np.int64)
    if any(has_byte(data, first) for first in _FIRST_BYTES):
        at = places_like(texts, _APART)
    return rewritten(texts, at, lambda text: _LETTER.sub(_whole, text))


def _whole(letter: re.Match[str]) -> str:
    return unicodedata.normalize("NFC", letter[0])
