"""Patterns that a whole column of texts is searched for: by a thread, while other things are done.

All of them as one, because reading through the texts is what costs: each by itself then looks only
where one of them was found.
"""

from __future__ import annotations

from typing import Any

from crisislab.beside import Beside
from crisislab.privacy.secrets import MAY_HOLD
from crisislab.read._escapes import CODED
from crisislab.read._flat import Places, Search, pieces_like, places_among, places_like
from crisislab.read._mojibake import SIEVE

# What was lost before the export: a character that is none, and the mark of one lost.
NUL, LOST = r"\x00", "\ufffd"
_PATTERNS = (SIEVE, MAY_HOLD, CODED, NUL, LOST)
_EITHER = "|".join(f"(?:{pattern})" for pattern in _PATTERNS)
# So many texts are looked through at once.
_FEW = 1000


def ahead(texts: Any) -> Search:
    """Begin to look through texts; return what searches them as ``_flat.places_like`` does.

    Another column (the same one changed, say) and other patterns are searched when asked for.

    >>> import pyarrow as pa
    >>> texts = pa.array(["hola", "estÃ¡ bien", "AKIA"] * 1000)
    >>> search = ahead(texts)
    >>> len(search(texts, SIEVE)), search(pa.array(["hola", "AKIA"]), MAY_HOLD).tolist()
    (1000, [1])
    """
    if len(texts) < _FEW:
        return places_like
    found = Beside(pieces_like, texts, _EITHER)

    def search(asked: Any, pattern: str) -> Places:
        if asked is not texts or pattern not in _PATTERNS:
            return places_like(asked, pattern)
        return places_among(texts, found.result(), pattern)

    return search
