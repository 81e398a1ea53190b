"""Names that a script wrote where people had put emoji: ``:red_heart:``, as emoji.demojize does."""

from __future__ import annotations

from typing import Any

import numpy as np

from crisislab.read._evidence import Evidence
from crisislab.read._flat import Mask, are_like, data_of

_LEAST = 3
# Words that names of emoji hold, in English and Spanish, and short names of the commonest ones.
_PARTS = (
    "face|heart|hand|hands|fist|finger|thumbs|index|eyes|tears|laughing|joy|person|man|woman|skin"
    "|button|mark|arrow|flag|light|cat|monkey|popper|cara|corazón|mano|manos|pulgar|ojos|persona"
    "|hombre|mujer|bandera|marca"
)
_ALONE = (
    "fire|joy|sob|rage|heart|clap|pray|sparkles|thinking|smile|smiley|grin|wink|cry|angry|scream"
    "|rocket|airplane|warning|tada|rofl|thumbsup|thumbsdown|fuego|avión|advertencia"
)
_LETTERS = r"[a-záéíóúüñ\d_’'\-]"
_NAME = (
    rf":(?:(?:{_LETTERS}+[_\-])?(?:{_PARTS})[_\-]{_LETTERS}+|{_LETTERS}+[_\-](?:{_PARTS})"
    rf"|(?:{_ALONE})):"
)
# The first byte of nearly all emoji in UTF-8.
_EMOJI = 0xF0
_COLON, _A, _Z, _BEYOND = ord(":"), ord("a"), ord("z"), 128
_BLOCK = 2**18


def with_emoji_names(texts: Any, evidence: Evidence) -> Mask:
    """Return texts that hold names of emoji, where several do and no emoji is left in any.

    >>> import pyarrow as pa
    >>> told = pa.array([":red_heart:", "mal :pouting_face:", "ok :fire: :fire:", "a:b: https://c"])
    >>> with_emoji_names(told, Evidence()).tolist()
    [True, True, True, False]
    """
    none = np.zeros(len(texts), dtype=bool)
    data = data_of(texts)
    if (data >= _EMOJI).any():
        evidence.same["names of emoji"] = False
        return none
    found = are_like(texts, _NAME) if _may_be_names(data) else none
    n = int(found.sum())
    if n >= _LEAST:
        evidence.same["names of emoji"] = True
        return found
    if n:
        evidence.whole("few names of emoji")
    return none


def _may_be_names(data: np.ndarray[Any, np.dtype[np.uint8]]) -> bool:
    """Return whether a colon stands before a letter: rarely so, even where there are addresses."""
    for i in range(0, len(data), _BLOCK):
        part = data[i : i + _BLOCK + 1]
        after = part[np.flatnonzero(part[:-1] == _COLON) + 1]
        if (((after >= _A) & (after <= _Z)) | (after >= _BEYOND)).any():
            return True
    return False
