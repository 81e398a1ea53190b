"""Letters whose accents were written as signs of their own, put together again.

Names of files of a Mac, and texts that passed through some programs, hold ``e`` and an accent where
people typed ``é``: it looks the same, and is another account, another word and a letter more.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from crisislab.read._flat import Mask, data_of, has_byte, places_like
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

    >>> composed(pa.array(["cafe\u0301", "café"]))[0].to_pylist()
    ['café', 'café']
    """
    changed = np.zeros(len(texts), dtype=bool)
    data = data_of(texts)
    if not any(has_byte(data, first) for first in _FIRST_BYTES):
        return texts, changed
    at = places_like(texts, _APART)
    if not len(at):
        return texts, changed
    before = texts.take(pa.array(at)).to_pylist()
    after = [_LETTER.sub(_whole, text) for text in before]
    changed[at] = [a != b for a, b in zip(before, after, strict=True)]
    new = np.array(texts.to_numpy(zero_copy_only=False), dtype=object)
    new[at] = after
    return pa.array(new, pa.large_string()), changed


def _whole(letter: re.Match[str]) -> str:
    return unicodedata.normalize("NFC", letter[0])
