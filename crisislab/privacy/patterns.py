"""Personal data in texts, by its form: addresses of mail, telephones, identity numbers, streets.

Patterns find what has a form; a name without one they do not find. How often they are right is
measured on a list made by hand (``tests/privacy/personal.toml``, figures in
``docs/reliability.md``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from crisislab.privacy.addresses import ADDRESS, AT_HOME
from crisislab.privacy.check_digits import is_card, is_dni, is_iban


@dataclass(frozen=True, order=True)
class Span:
    """Where personal data stands in a text.

    Attributes:
        start: First character.
        end: End, exclusive.
        kind: ``mail``, ``address``, ``url``, ``handle``, ``dni``, ``identity`` (numbers of
            other states), ``iban``, ``card``, ``phone`` or ``number`` (nine digits or more of no
            known kind: ids, orders, accounts).
    """

    start: int
    end: int
    kind: str


# What is taken so that nothing takes it for a number of somebody.
_LEFT = ""


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
_MAIL = r"(?<![\w.+@-])(?:\w[\w.+-]*|\"[^\s\"@]+\")@[\w-]+(?:\.[\w-]+)+"
# ana (at) example dot com, ana guion bajo 88 arroba example punto com
_SPELT = (
    r"(?<![\w.+-])(?:\w+\s(?:gui[oó]n(?: bajo)?|punto|underscore|dash|dot|\.)\s)?[\w.+-]{2,}\s*"
    r"(?:[(\[]\s*(?:at|arroba|@)\s*[)\]]|\sarroba\s|\s@\s(?=[\w-]+\s\.\s[a-z]{2}))\s*"
    r"[\w-]+\s*(?:\.|[(\[]\s*(?:dot|punto)\s*[)\]]|\s(?:dot|punto)\s)\s*[a-z]{2,10}\b"
)
_HANDLE = r"(?<![\w@/])(?<!\w\.)[@＠][\w.·-]*\w(?:@[\w-]+(?:\.[\w-]+)+)?"
_DNI = (
    r"(?<![\w.])(?:[XYZxyz][ -]?\d{7}|\d{8}|\d{1,2}\.\d{3}\.\d{3}|\d{1,2} \d{3} \d{3})"
    r"[ -]?[A-Za-z](?!\w)"
)
_IBAN = r"(?<!\w)[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z\d]{4}){2,7}(?:[ -]?[A-Za-z\d]{1,4})?(?!\w)"
_CARD = r"(?<![\w.,-])[2-6]\d{3}(?:[ -]?\d|\.(?=\d{4})\d){9,15}(?![\w])"
# Not an amount, not a date, not a postcode of nine, not part of a longer number.
_DATE = r"\d{4}-\d\d-\d\d|\d\d?[./-]\d\d?[./-]\d{4}"
_NOT = (
    rf"(?<![\w.,/€$£#-])(?<!\d:)(?!{_DATE}|\d{{1,3}}(?:\.\d{{3}})+(?!\.?\d)"
    r"|\d{5}-\d{4}(?!\d))"
)
_THINGS = (
    r"euros?|d[oó]lares|dollars|pounds|pesos|personas|people|habitantes|unidades|units|visitas|"
    r"views|usuarios|users|litros|kilos|pasajeros|passengers|votos|votes|votantes|voters|clientes|"
    r"customers|registros|records|reproducciones|visualizaciones|seguidores|followers|likes|años|"
    r"years|segundos|seconds|millones|COP|MXN|ARS|EUR|USD"
)
_UNITS = rf" ?(?:[€%$£]|(?:millones )?(?:de )?(?:{_THINGS})\b)"
_AFTER = rf"(?:(?:\s?(?:x|ext\.?|anexo)\s?\d{{1,6}})(?!\w)|(?![\w/%€$£]|[.,-]?\d|{_UNITS}))"
_SPAIN = (
    r"(?:\(?(?:\+|00)?34\)?[ .-]?)?(?:"
    r"[6789]\d{2}[ .-]?\d{3}[ .-]?\d{3}"
    r"|[6789]\d{2}[ .-]?\d{2}[ .-]?\d{2}[ .-]?\d{2}"
    r"|\(?[89]\d\)?[ .-]?\d{3}[ .-]?\d{2}[ .-]?\d{2}"
    r"|\([89]\d{2}\)[ .-]?\d{2}[ .-]?\d{2}[ .-]?\d{2}"
    r"|\(?[89]\d\)?[ .-]?\d{2}[ .-]?\d{2}[ .-]?\d{3}"
    r"|[6789]\d{2}[ .-]?\d{1}[ .-]?\d{2}[ .-]?\d{3})"
)
_ABROAD = (
    r"(?:\((?:\+|00)[1-9]\d{0,2}\)|(?:\+|00)[1-9]\d{0,2})[ .-]?(?:\(0?\d{1,4}\)[ .-]?)?"
    r"\d(?:[ .-]?\d){5,12}"
)
_LOCAL = (
    r"(?:(?:1[ .-]?)?\(\d{3}\)[ .-]?\d{3}[ .-]?\d{4}|(?:1[ .-])?\d{3}[.-]\d{3}[.-]\d{4}"
    r"|\(0?\d{2,4}\)[ .-]?(?:15[ .-]?)?\d{3,4}[ .-]?\d{3,4}"
    r"|0\d{2}[ -]\d{4}[ -]\d{4}|0\d{3,4}[ -]\d{3}[ -]?\d{3,4}|07\d{3}[ -]?\d{6}"
    r"|0\d{2,4}[ -](?:15[ -])?\d{3,4}[ -]?\d{3,4}"
    r"|01[ -]\d{2,3}[ -]\d{3,4}[ -]\d{4}|(?:11|15)[ -]\d{4}[ -]\d{4})"
)
# Fewer digits, or others, are a telephone where the words before say so.
_CALLED = (
    r"(?i:\b(?:tel(?:[eé]fonos?|f|[eé]f)?|tlfn?o?|tfno|cel(?:ular(?:es)?|u)?|m[oó]vil|mob(?:ile)?|"
    r"whats?app?|wh?ats|wasap|wsp|phone|cell|landline|fijo|fax|ring|call|text|"
    r"my number|mi n[uú]mero)\b)"
    r"[\s.:,#n°ºo-]{0,4}(?:(?i:me|us|is|es|al|a|on|at|mi|number|n[uú]mero|no\.|el)\s+){0,3}"
    r"(?P<said>[+(]?\d(?:[ ().-]{0,2}\d){6,13})"
    rf"{_AFTER}"
)
# CURP and RFC of Mexico, national insurance number of Britain, social security number of the USA
_STATE = (
    r"(?<!\w)(?:[A-Z]{4}\d{6}[HM][A-Z]{5}[A-Z\d]\d"
    r"|[A-ZÑ&]{3,4}\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[A-Z\d]{3}"
    r"|[A-Z]{2}(?:\d{6}| \d\d \d\d \d\d )[A-D])(?!\w)"
)
_CALLED_ID = (
    r"(?:(?i:\b(?:D\.?N\.?I\.?|N\.?I\.?E\.?|N\.?I\.?F\.?|c[eé]dula|documento|pasaporte|passport|"
    r"CUI[TL]|RUT|CURP|RFC|SSN|social security|national insurance|carn[eé]t?)\b)"
    r"|\b(?:[Cc]\.[Cc]\.|CC|NI)(?!\w))"
    r"(?i:\W{0,3}(?:(?:de (?:ciudadan[ií]a|identidad)|n[uú]mero|number|n[ºo°]\.?|no\.?|is|es|"
    r"argentino|mi)\W{1,2}){0,3})\W{0,2}"
    r"(?P<said>[A-Z]{0,3}\d(?:[ .-]?\d){5,11}(?:-?[A-Za-z](?!\w))?)(?![\w%€$£])"
)
# Numbers that are public, or no numbers of anybody: books, goods, places on a map, roots.
_PUBLIC = (
    r"(?i:\b(?:ISBN(?:-1[03])?|ISSN|EAN|UPC|doi)\b):?\s*[\dXx][\d Xx./-]{6,20}"
    r"|(?<![\w.])-?\d{1,3}[.,]\d{5,}(?![\w.])"
    rf"|(?<![\w.,])\d{{1,3}}(?:[ .,]\d{{3}})+{_UNITS}"
)

# In the order of trust: what an earlier pattern takes, a later one leaves alone.
_PATTERNS = (
    _Pattern("url", re.compile(_URL, re.IGNORECASE)),
    _Pattern("mail", re.compile(f"{_MAIL}|{_SPELT}", re.IGNORECASE)),
    _Pattern("handle", re.compile(_HANDLE)),
    _Pattern(_LEFT, re.compile(_PUBLIC)),
    _Pattern("iban", re.compile(_IBAN), is_iban),
    _Pattern("card", re.compile(_CARD), is_card),
    _Pattern("dni", re.compile(_DNI), is_dni),
    _Pattern("identity", re.compile(_STATE)),
    _Pattern("address", re.compile(ADDRESS)),
    _Pattern("identity", re.compile(_CALLED_ID)),
    _Pattern("phone", re.compile(f"{_NOT}(?:{_ABROAD}|{_SPAIN}|{_LOCAL}){_AFTER}")),
    _Pattern("phone", re.compile(_CALLED)),
    _Pattern("address", re.compile(AT_HOME)),
    _Pattern(
        "number",
        re.compile(rf"(?<![\w:.-])(?!{_DATE})\+?\d(?:[ .-]?\d){{8,}}+(?!\w|{_UNITS})"),
    ),
)
# A text without any of these has none of the above; looked at first, for speed.
_WORTH = re.compile(
    r"@|＠|arroba|[(\[]\s*at\s*[)\]]|www\.|://|\.(?:com|net|me|app)/|\d[^\w]?\d[^\w]?\d|\d\s?[ºª°]|\s\d|\d\s+[A-Z]"
    r"|[Ss]/[Nn]|,\s[A-Z]|[Bb]ox"
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
    return sorted(span for span in taken if span.kind != _LEFT)


def _found(text: str, pattern: _Pattern) -> Iterator[Span]:
    for match in pattern.form.finditer(text):
        said = "said" if "said" in pattern.form.groupindex else 0
        if pattern.holds is None or pattern.holds(match[said]):
            yield Span(match.start(said), match.end(said), pattern.kind)


def _touches(span: Span, taken: list[Span]) -> bool:
    return any(span.start < other.end and other.start < span.end for other in taken)
