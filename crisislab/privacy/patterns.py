"""Personal data in texts, by its form: addresses of mail, telephones, identity numbers, streets.

Patterns find what has a form; a name without one they do not find. How often they are right is
measured on a list made by hand (``tests/privacy/personal.toml``, figures in
``docs/reliability.md``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from crisislab.privacy.check_digits import is_card, is_dni, is_iban


@dataclass(frozen=True, order=True)
class Span:
    """Where personal data stands in a text.

    Attributes:
        start: First character.
        end: End, exclusive.
        kind: ``mail``, ``address``, ``url``, ``handle``, ``dni``, ``iban``, ``card``, ``phone``
            or ``number`` (nine digits or more of no known kind: ids, orders, accounts).
    """

    start: int
    end: int
    kind: str


@dataclass(frozen=True)
class _Pattern:
    kind: str
    form: re.Pattern[str]
    holds: Callable[[str], bool] | None = None


_URL = (
    r"\b(?:https?://|www\.)\w[^\s<>\"'«»…]*"
    r"|\b(?:instagram|facebook|tiktok|twitter|x|youtube|linkedin|threads|t|bsky)\."
    r"(?:com|net|me|app)/[^\s<>\"'«»…]+"
)
_MAIL = r"(?<![\w.+@-])\w[\w.+-]*@[\w-]+(?:\.[\w-]+)+"
# ana (at) example dot com, ana arroba example punto com
_SPELT = (
    r"(?<![\w.+-])[\w.+-]{2,}\s*(?:[(\[]\s*(?:at|arroba)\s*[)\]]|\sarroba\s)\s*"
    r"[\w-]+\s*(?:\.|[(\[]\s*(?:dot|punto)\s*[)\]]|\s(?:dot|punto)\s)\s*[a-z]{2,10}\b"
)
_HANDLE = r"(?<![\w@/])(?<!\w\.)[@＠][\w.·-]*\w(?:@[\w-]+(?:\.[\w-]+)+)?"
_DNI = r"(?<![\w.])(?:[XYZxyz][ -]?\d{7}|\d{8}|\d{1,2}\.\d{3}\.\d{3})[ -]?[A-Za-z](?!\w)"
_IBAN = r"(?<!\w)[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z\d]{4}){2,7}(?:[ -]?[A-Za-z\d]{1,4})?(?!\w)"
_CARD = r"(?<![\w.,-])[2-6]\d{3}(?:[ -]?\d){9,15}(?![\w])"
# Not an amount, not a date, not part of a longer number.
_DATE = r"\d{4}-\d\d-\d\d|\d\d?[./-]\d\d?[./-]\d{4}"
_NOT = rf"(?<![\w.,/€$£#-])(?<!\d:)(?!{_DATE}|\d{{1,3}}(?:\.\d{{3}})+(?!\d))"
_UNITS = (
    r" ?(?:[€%$£]|(?:millones de )?(?:euros?|d[oó]lares|dollars|pounds|pesos|personas|people|"
    r"habitantes|unidades|units|visitas|views|usuarios|users|litros|kilos)\b)"
)
_AFTER = rf"(?![\w/%€$£]|[.,-]?\d|{_UNITS})"
_SPAIN = (
    r"(?:(?:\+|00)?34[ .-]?)?(?:"
    r"[6789]\d{2}[ .-]?\d{3}[ .-]?\d{3}"
    r"|[6789]\d{2}[ .-]?\d{2}[ .-]?\d{2}[ .-]?\d{2}"
    r"|\(?[89]\d\)?[ .-]?\d{3}[ .-]?\d{2}[ .-]?\d{2}"
    r"|\(?[89]\d\)?[ .-]?\d{2}[ .-]?\d{2}[ .-]?\d{3}"
    r"|[6789]\d{2}[ .-]?\d{1}[ .-]?\d{2}[ .-]?\d{3})"
)
_ABROAD = r"(?:\+|00)[1-9]\d{0,2}[ .-]?(?:\(0?\d{1,4}\)[ .-]?)?\d(?:[ .-]?\d){6,12}"
_LOCAL = (
    r"(?:\(\d{3}\)[ .-]?\d{3}[ .-]\d{4}|\d{3}[.-]\d{3}[.-]\d{4}"
    r"|0\d{2}[ -]\d{4}[ -]\d{4}|0\d{3,4}[ -]\d{3}[ -]?\d{3,4}|07\d{3}[ -]?\d{6})"
)
_STREET_ES = (
    r"(?<!\w)(?:(?:[Cc]alle|[Aa]venida|[Pp]laza|[Pp]aseo|[Cc]amino|[Cc]arretera|[Rr]onda|"
    r"[Tt]raves[ií]a|[Gg]lorieta|[Pp]asaje|[Uu]rbanizaci[oó]n)|(?:[Cc]/|[Aa]vda?\.|[Pp]za\.?|"
    r"[Pp]l\.|[Pp]º|[Cc]tra\.))\s*(?:(?:de|del|la|las|los|el|y|San|Santa)\s+){0,3}[A-ZÁÉÍÓÚÑ]"
    r"[\w'’-]+(?:\s+(?:(?:de|del|la|las|los|y)\s+){0,2}[A-ZÁÉÍÓÚÑ][\w'’-]+){0,4},?\s*"
    r"(?:n[.ºo°úu]*m?\.?\s*)?\d{1,4}\b(?:\s*,?\s*\d{1,2}\s?[ºª°]\s?(?:[A-Z]\b|izda?\.?|dcha?\.?)?)?"
    r"(?:\s*,?\s*\d{5}\b(?:\s+[A-ZÁÉÍÓÚÑ]\w+)?)?"
)
_STREET_EN = (
    r"(?<![\w.,])\d{1,5}[A-Za-z]?\s+(?:[A-Z][\w'’-]+\s+){1,4}(?:Street|St|Road|Rd|Avenue|Ave|Lane|"
    r"Ln|Drive|Dr|Square|Sq|Boulevard|Blvd|Way|Court|Ct|Close|Crescent|Terrace|Place)\b\.?"
    r"(?:,?\s+(?:[A-Z]\w+,?\s+){0,3}(?:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]{2} \d{5})\b)?"
)
_POSTCODE = r"(?<!\w)[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}(?!\w)"

# In the order of trust: what an earlier pattern takes, a later one leaves alone.
_PATTERNS = (
    _Pattern("url", re.compile(_URL, re.IGNORECASE)),
    _Pattern("mail", re.compile(f"{_MAIL}|{_SPELT}", re.IGNORECASE)),
    _Pattern("handle", re.compile(_HANDLE)),
    _Pattern("iban", re.compile(_IBAN), is_iban),
    _Pattern("card", re.compile(_CARD), is_card),
    _Pattern("dni", re.compile(_DNI), is_dni),
    _Pattern("address", re.compile(f"{_STREET_ES}|{_STREET_EN}|{_POSTCODE}")),
    _Pattern("phone", re.compile(f"{_NOT}(?:{_ABROAD}|{_SPAIN}|{_LOCAL}){_AFTER}")),
    _Pattern(
        "number",
        re.compile(rf"(?<![\w:.-])(?!{_DATE})\+?\d(?:[ .-]?\d){{8,}}+(?!\w|{_UNITS})"),
    ),
)
# A text without any of these has none of the above; looked at first, for speed.
_WORTH = re.compile(
    r"@|＠|arroba|[(\[]\s*at\s*[)\]]|www\.|://|\.(?:com|net|me|app)/|\d[^\w]?\d[^\w]?\d|\d\s?[ºª°]|\s\d|\d\s+[A-Z]"
)


def find(text: str) -> list[Span]:
    """Return where personal data stands in a text, in order, never overlapping.

    >>> [s.kind for s in find("Ana, 612 345 678 o ana@example.org, DNI 12345678Z")]
    ['phone', 'mail', 'dni']
    """
    if not _WORTH.search(text):
        return []
    taken: list[Span] = []
    for pattern in _PATTERNS:
        taken += [span for span in _found(text, pattern) if not _touches(span, taken)]
    return sorted(taken)


def _found(text: str, pattern: _Pattern) -> Iterator[Span]:
    for match in pattern.form.finditer(text):
        if pattern.holds is None or pattern.holds(match.group()):
            yield Span(match.start(), match.end(), pattern.kind)


def _touches(span: Span, taken: list[Span]) -> bool:
    return any(span.start < other.end and other.start < span.end for other in taken)
