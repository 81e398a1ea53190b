"""Accounts as exports write them: with @, as an address, or behind the name of who has them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crisislab.read._evidence import Evidence
from crisislab.read._flat import Mask, is_ascii, places_like, truths
from crisislab.read._ids import damage
from crisislab.read._marks import visible
from crisislab.read._rounded import long_ends

# Ana Núñez (@ana), and the address of a profile.
_BEHIND = r"^(?P<name>.*\S)\s*\(@(?P<handle>[\w.\-]+)\)$"
_PROFILE = (
    r"(?i)^(?:https?://)?(?:www\.|m\.|mobile\.)?(?:x|twitter|instagram|facebook|tiktok|threads)"
    r"\.(?:com|net)/@?(?P<handle>[\w.\-]+)/?(?:\?.*)?$"
)
# Accounts as scripts write them: lists of objects, or of names.
_LISTED = r"^\s*[\[{(]"
_KEYS = r"""['"](?i:screen_?name|user_?name|handle|acct)['"]\s*:\s*['"]([^'"]*)['"]"""
_OBJECTS = rf"(?s).*?{_KEYS}|.+"
_ONE_OBJECT = rf"(?s)^.*?{_KEYS}.*$"
_FIRST = 100
_NUMBER = r"^\d+(?:[.,]\d+)?(?:[eE]\+?\d+)?$"
_NO_HANDLE = ("profile.php", "people", "pages", "groups", "watch", "i", "p", "reel", "hashtag")


def without_point(handles: Any) -> tuple[Any, Mask]:
    """Return accounts without .0 at the end, where all of them are such numbers, and which were.

    >>> without_point(pa.array(["1000.0", None, "17.0"]))[0].to_pylist()
    ['1000', None, '17']
    >>> without_point(pa.array(["1000.0", "ana"]))[1].any()
    np.False_
    """
    none = np.zeros(len(handles), dtype=bool)
    # The first ones tell nearly always.
    for few in (handles[:_FIRST], handles):
        alike = pc.match_substring_regex(few, r"^\d{1,15}\.0$")
        if not pc.all(alike, min_count=1).as_py():
            return handles, none
    bare = pc.utf8_slice_codeunits(handles, 0, -2)
    return bare, truths(pc.is_valid(handles))


def without_x(numbers: Any) -> Any:
    """Return numbers of accounts without the x that keeps spreadsheets from rounding them (rtweet).

    >>> [without_x(pa.array([own])).to_pylist() for own in ("x123456", "xbox")]
    [['123456'], ['xbox']]
    """
    alike = pc.match_substring_regex(numbers, r"^x\d{5,20}$")
    if not pc.all(alike, min_count=1).as_py():
        return numbers
    return pc.utf8_slice_codeunits(numbers, 1)


def damaged_numbers(handles: Any, evidence: Evidence) -> tuple[Mask, Mask]:
    """Return accounts that are numbers and lost digits, and those that many people may share.

    >>> told = pa.array(["7.43691E+18", "7.43691E+18", "17"])
    >>> [rows.tolist() for rows in damaged_numbers(told, Evidence())]
    [[True, True, False], [True, True, False]]
    """
    none = np.zeros(len(handles), dtype=bool)
    for few in (handles[:_FIRST], handles):
        if not pc.all(pc.match_substring_regex(few, _NUMBER), min_count=1).as_py():
            return none, none
    evidence.ends["author_handle"] = long_ends(handles)
    bad, code = damage(handles)
    evidence.same["damage of accounts"] = code
    return bad, bad if code == "CL-IDS-SCIENTIFIC" else none


def bare_handles(handles: Any) -> tuple[Any, Any, Mask]:
    """Return accounts by themselves, the names that stood before them, and where more was there.

    >>> told = pa.array(["@ana", "Ana Núñez (@ana)", "https://x.com/ana", "ana "])
    >>> [part.tolist() if hasattr(part, "tolist") else part.to_pylist() for part in
    ...  bare_handles(told)]
    [['ana', 'ana', 'ana', 'ana'], [None, 'Ana Núñez', None, None], [False, True, True, False]]
    """
    names = pa.nulls(len(handles), pa.large_string())
    more = np.zeros(len(handles), dtype=bool)
    if is_ascii(handles, without="@/"):
        return handles, names, more
    plain = pc.utf8_trim_whitespace(visible(handles))
    for pattern in (_BEHIND, _PROFILE):
        found = pc.extract_regex(plain, pattern)
        there = truths(pc.is_valid(found))
        if not there.any():
            continue
        inner = pc.struct_field(found, "handle")
        there &= ~truths(pc.is_in(pc.utf8_lower(inner), pa.array(_NO_HANDLE, inner.type)))
        mask = pa.array(there)
        if pattern == _BEHIND:
            names = pc.cast(pc.if_else(mask, pc.struct_field(found, "name"), None), names.type)
        plain, more = pc.if_else(mask, inner, plain), more | there
    return pc.utf8_trim_whitespace(pc.utf8_ltrim(plain, "@")), names, more


def out_of_objects(told: Any) -> Any:
    """Return accounts out of the objects that scripts write as text, or lists of these.

    >>> out_of_objects(pa.array(["{'userName': 'ana', 'id': 7}", "eva"])).to_pylist()
    ['ana', 'eva']
    """
    return _out_of(told, _OBJECTS, "\\1 ")


def out_of_object(told: Any) -> Any:
    """Return the one account out of each object; what names none is left as it is.

    >>> out_of_object(pa.array(["{'userName': 'ana', 'id': 7}", "{'id': 7}"])).to_pylist()
    ['ana', "{'id': 7}"]
    """
    return _out_of(told, _ONE_OBJECT, "\\1")


def _out_of(told: Any, pattern: str, names: str) -> Any:
    if not len(places_like(told, r"\{")):
        return told
    at = pc.match_substring_regex(told, r"^\s*[\[(]?\s*\{")
    if not truths(at).any():
        return told
    found = pc.utf8_trim_whitespace(pc.replace_substring_regex(told, pattern, names))
    return pc.if_else(at, pc.if_else(pc.equal(found, ""), None, found), told)


def mentioned(told: Any) -> Any:
    """Return accounts that posts name by themselves, out of the lists that scripts write.

    A column of small numbers says how many were named, not who.

    >>> told = pa.array(["[{'screen_name': 'ana', 'id': '7'}]", "['eva', 'luis']", "[]", "@ana"])
    >>> mentioned(told).to_pylist()
    ['ana', 'eva luis', None, '@ana']
    >>> mentioned(pa.array(["0", "2", None])).to_pylist()
    [None, None, None]
    """
    # The first ones tell nearly always.
    parts = (told[:_FIRST], told)
    if all(pc.all(pc.match_substring_regex(p, r"^\d{1,3}$")).as_py() is not False for p in parts):
        return pa.nulls(len(told), told.type)
    plain = out_of_objects(told)
    if not len(places_like(plain, r"[\[{(]")):
        return plain
    at = pc.match_substring_regex(plain, _LISTED)
    if not truths(at).any():
        return plain
    names = pc.replace_substring_regex(plain, r"""[\[\](){}'",\s]+""", " ")
    names = pc.utf8_trim_whitespace(names)
    return pc.if_else(at, pc.if_else(pc.equal(names, ""), None, names), plain)
