"""Texts that were decoded wrongly before they were exported: found, and repaired by ftfy only.

Only ``ftfy.fix_encoding`` is used: it changes no clean text (quotes, ligatures and composed
letters stay as they are).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from crisislab.read._clock import Mask
from crisislab.read._flat import Search, places_like, rewritten

# What the bytes 80 to BF, which only follow others in UTF-8, look like in Western encodings.
_FOLLOWS = r"\x{80}-\x{bf}€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
# A cheap sieve for a column of clean texts: what passes it is looked at by ftfy. The parts are
# Western pairs, control characters, Mac Roman and DOS marks, and Cyrillic and Central European
# letters before marks that do not follow them in words.
SIEVE = (
    rf"[À-ÿĂăŃńĹĺŢţŘřĐđÎîďŤťŮů][{_FOLLOWS}]|[\x{{80}}-\x{{9f}}]|[√¬][^\s\d]|‚[ÄÂ]|[├┬╬╨╤Γ][^\s]"
    rf"|[РСВГвЂГ][{_FOLLOWS}Ђ-џ№]|[ÎÏÐÑØÙ][\x{{80}}-\x{{ff}}]{{2}}"
    r"|ƒ[^\sa-z\d]|ƒ[ìí]|[ÄĹĂ][˝ŻżťźśšŤŚŞŠąĄłŁľ˛ˇ]"
)


def repair_text(text: str) -> str:
    """Return a text with its encoding repaired, the same text when it needs no repair.

    >>> repair_text("estÃ¡ bien"), repair_text("está “bien”")
    ('está bien', 'está “bien”')
    """
    # Imported where it is needed: most exports have no such texts, and it takes its time.
    import ftfy

    return ftfy.fix_encoding(text, ftfy.TextFixerConfig(explain=False))


def repair(texts: Any, search: Search = places_like) -> tuple[Any, Mask]:
    """Return a column of texts repaired, and which ones were changed.

    Args:
        texts: The column.
        search: What finds the places of texts that match a pattern.
    """
    at = search(texts, SIEVE)
    if not len(at):
        return texts, np.zeros(len(texts), dtype=bool)
    from ftfy.badness import is_bad

    return rewritten(texts, at, lambda text: repair_text(text) if is_bad(text) else text)
