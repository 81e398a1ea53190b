"""Texts fit to be shown: personal data replaced, what is declared public kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from crisislab.privacy.patterns import Span, find

_HIDDEN = {"mail": "…@…", "handle": "@…", "url": "https://…"}
Named = Callable[[str], str]


def redact(
    text: str, *, public: Collection[str] = (), named: Named | None = None, whole_urls: bool = True
) -> str:
    """Return a text without personal data that has a form; the rest is as it was.

    Handles become ``@…``, or ``@`` and the pseudonym that ``named`` gives; mail, addresses,
    identity numbers, accounts, cards, telephones and long numbers become ``…``.

    Args:
        text: The text.
        public: Handles, addresses and numbers that stay, in small letters without ``@``.
        named: Gives the pseudonym of a handle.
        whole_urls: Whether web addresses go as a whole; else only what follows the host.

    >>> redact("ask @ana.p or ana@example.org, Calle Mayor 12, 3º B")
    'ask @… or …@…, …'
    >>> redact("@brand at 900 123 456", public={"brand", "900123456"})
    '@brand at 900 123 456'
    """
    parts, at = [], 0
    for span in find(text):
        said = text[span.start : span.end]
        parts += [text[at : span.start], _instead(said, span, public, named, whole_urls)]
        at = span.end
    return "".join([*parts, text[at:]])


def plain(said: str) -> str:
    """Return a handle, address or number as lists of public ones hold it.

    >>> plain("@Brand"), plain("900 12 34 56")
    ('brand', '900123456')
    """
    bare = said.strip().lstrip("@＠").casefold()
    return re.sub(r"[\s.()-]", "", bare) if re.fullmatch(r"[\d\s.()+-]+", bare) else bare


def _instead(
    said: str, span: Span, public: Collection[str], named: Named | None, whole_urls: bool
) -> str:
    if plain(said) in public:
        return said
    if span.kind == "handle" and named is not None:
        return f"@{named(plain(said))}"
    if span.kind == "url" and not whole_urls:
        host = re.match(r"(?:https?://)?[^/?#\s@]+(?=[/?#]|$)", said, re.IGNORECASE)
        return f"{host.group()}/…" if host else "https://…"
    return _HIDDEN.get(span.kind, "…")
