"""Text that may quote the public, without what says who wrote it."""

from __future__ import annotations

import re

from crisislab.report.show import clean

_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_ADDRESS = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)
_HANDLE = re.compile(r"(?<![\w])[@＠][\w.·-]*\w")
# Nine digits or more, but no date or instant.
_PHONE = re.compile(
    r"(?<![\w:.-])(?!\d{4}-\d\d-\d\d|\d\d[./-]\d\d[./-]\d{4})\+?\d(?:[ .-]?\d){8,}(?!\w)"
)


def masked(text: object) -> str:
    """Return text with handles, mail and web addresses and long numbers replaced by ``…``.

    Authors of public posts never appear in a review; what the log or a finding quotes could
    name them.

    >>> masked("ask @ana.p or ana@example.org")
    'ask @… or …@…'
    >>> masked("612 345 678 on 2026-03-05 10:00")
    '… on 2026-03-05 10:00'
    """
    hidden = _ADDRESS.sub("https://…", clean(text))
    hidden = _MAIL.sub("…@…", hidden)
    return _PHONE.sub("…", _HANDLE.sub("@…", hidden))


def excerpt(text: object, limit: int = 160) -> str:
    """Return the beginning of a text, masked, on one line.

    >>> excerpt("one two three", limit=8)
    'one two…'
    """
    whole = " ".join(masked(text).split())
    if len(whole) <= limit:
        return whole
    return whole[:limit].rsplit(" ", 1)[0].rstrip(",.;: ") + "…"
