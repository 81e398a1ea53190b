"""Letters that stand in texts as codes: of web pages, mails, addresses and programs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crisislab.read._flat import (
    Mask,
    Search,
    among,
    are_like,
    data_of,
    first_bytes,
    has_byte,
    has_pair,
    places_like,
    truths,
)

_ESCAPES = (
    r"&(?:#\d{2,6}|#x[0-9a-fA-F]{2,5}|quot|apos|nbsp|[lr][sd]quo|hellip|euro|ord[fm]|iexcl|iquest"
    r"|szlig|[a-zA-Z](?:acute|tilde|uml|grave|circ|cedil)|[mn]dash);"
)
# R writes letters it cannot show as <U+00E9> or byte by byte.
_TAGS = (
    r"(?i)</?(?:p|br|b|i|a|div|span|li|ul|strong|em)(?:\s[^<>]*)?/?>"
    r"|<u\+[0-9a-f]{4,8}>|(?:<[0-9a-f]{2}>){2}"
)
# The interfaces of X and Reddit write these, and they are put back where the network is known.
_OF_INTERFACES = r"&(?:amp|lt|gt);"
_ESCAPING = ("", "unknown", "x", "reddit")
_CODES = (
    r"\\u[0-9a-fA-F]{4}|\\U000[0-9a-fA-F]{5}|\\x[0-9a-fA-F]{2}|\\3[0-7]{2}\\2[0-7]{2}|[^:\\\s]\\[nr]"
    r"|\\\r?\n"
)
# A database puts it before a line end; of texts cut there it is what is left. One may be a slip.
_SEVERAL = 3
_ENDED = (r"[\p{L}\d.!?]\\", r"[\p{L}\d.!?]\\\s*\z")
# Letters in UTF-7, the encoding of old mails: at the end of a word only what is no word itself.
_A = ord("A")
_OF_OLD_MAILS = r"\p{L}\+A(?:[K-P][A-Za-z0-9+/]-|Ok|O0|Po|Pw)"
# Bytes of UTF-8 as mails carry them, and those of Latin-1 within a word.
_OF_MAILS = r"=(?:C[23]|E[0-9A-F]=[89AB][0-9A-F]|F0=9F)=[89AB][0-9A-F]|[A-Za-z]=[EF][0-9A-F][a-z]"
_OF_ADDRESSES = r"%(?:C[23]|E[0-9A-F]%[89AB][0-9A-F]|F0%9F)%[89AB][0-9A-F]|[A-Za-z]%20[A-Za-z]"
# Line ends in sheets.
_OF_OFFICE = r"_x000[aAdD]_"
CODED = f"{_OF_MAILS}|{_OF_ADDRESSES}|{_OF_OFFICE}"
_ADDRESSES = r"\S*(?:://|www\.|[?&]\w+=|\w\.\w+/)\S*"
# Bytes and objects as a script prints them.
_PRINTED = (
    r"^\s*[\[{]+[\"'](?:text|type|body|content|message)[\"']\s*:"
    r"|^b'[^']+'$|^b\"[^\"]+\"$"
)
_PRINTS = among(b"b{[ ")


def with_escapes(texts: Any, platforms: Any, search: Search = places_like) -> Mask:
    """Return texts that still hold escapes or tags of a web page, or escapes of a program.

    Args:
        texts: The column.
        platforms: Network of each text, where it is known.
        search: What finds the places of texts that match a pattern.
    """
    data = data_of(texts)
    found = _coded(texts, search)
    if has_byte(data, "&"):
        found |= are_like(texts, _ESCAPES)
        if platforms is not None:
            own = pc.is_in(platforms, pa.array(_ESCAPING, platforms.type))
            found |= are_like(texts, _OF_INTERFACES) & ~truths(own)
    if has_byte(data, "<"):
        found |= are_like(texts, _TAGS)
    if has_byte(data, "\\"):
        found |= are_like(texts, _CODES)
        ended = are_like(texts, *_ENDED)
        found |= ended if ended.sum() >= _SEVERAL else False
    if has_pair(data, "+", _A, _A):
        found |= are_like(texts, _OF_OLD_MAILS)
    few = np.flatnonzero(_PRINTS[first_bytes(texts, 1)[0]])
    if len(few):
        found[few] |= truths(pc.match_substring_regex(texts.take(pa.array(few)), _PRINTED))
    return found


def _coded(texts: Any, search: Search) -> Mask:
    """Return texts as mails, addresses and sheets carry them; what stands in an address may.

    >>> texts = pa.array(["qu=C3=A9", "Qu%C3%A9%20va", "https://a.b/%C3%A9", "50 % ="])
    >>> _coded(texts, places_like).tolist()
    [True, True, False, False]
    """
    found = np.zeros(len(texts), dtype=bool)
    at = search(texts, CODED)
    if len(at):
        bare = pc.replace_substring_regex(texts.take(pa.array(at)), _ADDRESSES, "")
        found[at] = truths(pc.match_substring_regex(bare, CODED))
    return found
