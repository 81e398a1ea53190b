"""Text that may quote the public, without what says who wrote it."""

from __future__ import annotations

from crisislab.privacy.redact import redact
from crisislab.report.show import clean


def masked(text: object) -> str:
    """Return text with handles, addresses, long numbers and whatever has a form as ``…``.

    Authors of public posts never appear in a review; what the log or a finding quotes could
    name them.

    >>> masked("ask @ana.p or ana@example.org")
    'ask @… or …@…'
    >>> masked("612 345 678 on 2026-03-05 10:00")
    '… on 2026-03-05 10:00'
    """
    return redact(clean(text))


def excerpt(text: object, limit: int = 160) -> str:
    """Return the beginning of a text, masked, on one line.

    >>> excerpt("one two three", limit=8)
    'one two…'
    """
    whole = " ".join(masked(text).split())
    if len(whole) <= limit:
        return whole
    return whole[:limit].rsplit(" ", 1)[0].rstrip(",.;: ") + "…"
