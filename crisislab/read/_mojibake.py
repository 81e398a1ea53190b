"""Texts that were decoded wrongly before they were exported: found, and repaired by ftfy only.

Only ``ftfy.fix_encoding`` is used: it changes no clean text (quotes, ligatures and composed
letters stay as they are).
"""

from __future__ import annotations

from typing import Any

import ftfy
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from ftfy.badness import is_bad

from crisislab.read._clock import Mask

_BEYOND_ASCII = r"[^\x00-\x7f]"
# Letters and marks that the bytes of UTF-8 turn into when read in a single-byte encoding.
_SUSPECT = r"[\x{80}-\x{9f}ÃÂâåæçèéäãðïÐÑØÙÎÏÄÅÒÓ√¬‚ƒΓÇ├┬│╬╨╤ÕÔРСÐвЂГ]"
CONFIG = ftfy.TextFixerConfig(explain=False)


def repair_text(text: str) -> str:
    """Return a text with its encoding repaired, the same text when it needs no repair.

    >>> repair_text("estÃ¡ bien"), repair_text("está “bien”")
    ('está bien', 'está “bien”')
    """
    return ftfy.fix_encoding(text, CONFIG)


def repair(texts: Any) -> tuple[Any, Mask]:
    """Return a column of texts repaired, and which ones were changed."""
    suspect = np.asarray(
        pc.fill_null(pc.match_substring_regex(texts, _SUSPECT), False).to_numpy(
            zero_copy_only=False
        ),
        dtype=bool,
    )
    changed = np.zeros(len(texts), dtype=bool)
    if not suspect.any():
        return texts, changed
    at = np.flatnonzero(suspect)
    before = texts.take(pa.array(at)).to_pylist()
    after = [repair_text(text) if is_bad(text) else text for text in before]
    differs = np.array([a != b for a, b in zip(before, after, strict=True)], dtype=bool)
    changed[at] = differs
    if not differs.any():
        return texts, changed
    new = np.array(texts.to_numpy(zero_copy_only=False), dtype=object)
    new[at[differs]] = [text for text, moved in zip(after, differs, strict=True) if moved]
    return pa.array(new, pa.large_string()), changed
