"""Names and numbers that a script wrote where people had put emoji: ``:red_heart:``, U+1F602."""

from __future__ import annotations

from typing import Any

import numpy as np

from crisislab.read._evidence import Evidence
from crisislab.read._flat import Mask, are_like, data_of, has_pair, reaches

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
    rf"|(?:{_ALONE})):|U\+1F[0-9A-F]{{3}}"
)
# The first byte of nearly all emoji in UTF-8.
_EMOJI = 0xF0
# What follows the colon of a name.
_NAMED = (ord("a"), 255)
# And the U of a number, U+1F602.
_CODED = (ord("+"), ord("+"))


def with_emoji_names(texts: Any, evidence: Evidence) -> Mask:
    """Return texts that hold names of emoji, where several do and no emoji is left in any.

    >>> import pyarrow as pa
    >>> told = pa.array([":red_heart:", "mal :pouting_face:", "ok :fire: :fire:", "a:b: https://c"])
    >>> with_emoji_names(told, Evidence()).tolist()
    [True, True, True, False]
    """
    none = np.zeros(len(texts), dtype=bool)
    data = data_of(texts)
    if reaches(data, _EMOJI):
        evidence.same["names of emoji"] = False
        return none
    # Both are rare, even where there are addresses and times of day.
    may_be = has_pair(data, ":", *_NAMED) or has_pair(data, "U", *_CODED)
    found = are_like(texts, _NAME) if may_be else none
    n = int(found.sum())
    if n >= _LEAST:
        evidence.same["names of emoji"] = True
        return found
    if n:
        evidence.whole("few names of emoji")
    return none
