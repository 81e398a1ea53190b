"""Handles as they compare: those of people, and those of the brand."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable


def plain_handle(handle: str) -> str:
    """Return a handle as handles compare: without @, case aside, as engines make small letters.

    Letters and accents are one sign, as reading makes them.

    >>> plain_handle("@Marca_ES"), plain_handle("Weiß")
    ('marca_es', 'weiß')
    """
    return unicodedata.normalize("NFC", handle).strip().lstrip("@").lower()


def plain_handles(handles: Iterable[str]) -> list[str]:
    """Return handles as they compare, each once, in order."""
    return sorted({plain_handle(handle) for handle in handles})
