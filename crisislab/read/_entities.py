"""Texts that an interface escapes for web pages, as people wrote them.

The interfaces of X and Reddit write ``&``, ``<`` and ``>`` of a post's text as ``&amp;``,
``&lt;`` and ``&gt;``, and nothing else. Each is put back once, so that a post about ``&amp;``
itself (``&amp;amp;``) stays one.
Source: docs.x.com, tweet object; reddit.com/dev/api, ``raw_json``.
"""

from __future__ import annotations

import re
from typing import Any

from crisislab.read._flat import Mask, places_like, rewritten

_ESCAPED = re.compile("&(amp|lt|gt);")
_PLAIN = {"amp": "&", "lt": "<", "gt": ">"}


def unescaped(text: str) -> str:
    """Return a text with the three escapes of the interfaces put back.

    >>> unescaped("I &lt;3 R&amp;D, not &amp;amp; or &eacute;")
    'I <3 R&D, not &amp; or &eacute;'
    """
    return _ESCAPED.sub(lambda found: _PLAIN[found[1]], text)


def unescape(texts: Any) -> tuple[Any, Mask]:
    """Return a column of texts unescaped, and which ones were changed."""
    return rewritten(texts, places_like(texts, _ESCAPED.pattern), unescaped)
