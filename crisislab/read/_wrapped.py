"""What a program put around every text of a column, quotation marks or blanks, taken off.

A file that went through two programs has each text quoted twice, and one that a person typed has
typographic marks where quotation marks belong. What stands around some texts only, people wrote.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.compute as pc

from crisislab.read._flat import Mask, data_of, first_bytes, lengths_of, stops_of, truths
from crisislab.read._wording import tell_fixed

if TYPE_CHECKING:
    from crisislab.read._type import Typing

# Texts of at least so many rows.
_LEAST, _MOST = 3, 0.5
# The first ones tell nearly always.
_FIRST = 1000
_BLANKS = np.frombuffer(b" \t\n\r\xc2\xe2", dtype=np.uint8)
_ENDS = np.frombuffer(b" \t\n\r\xa0\xaf", dtype=np.uint8)
# Quotation marks of CSV and of SQL, and those of languages.
_MARKS = (('"', '"'), ("'", "'"), ("“", "”"), ("”", "”"), ("„", "“"), ("«", "»"))
_BETWEEN = r'(?s)\A"(?:[^"]|"")*"\z'
_COLUMNS = ("text", "author_handle", "author_name", "actor", "channel")
_NAMES = ("author_name", "actor", "channel")


def unwrap(typing: Typing) -> None:
    """Take off what stands around all texts of a table's column, and blanks around names."""
    tabular = typing.reader.unpack is None and typing.reader.unroll is None
    for column in filter(typing.done.__contains__, _COLUMNS):
        if tabular:
            _unwrap_column(typing, column)
        if column in _NAMES and _any_blank(typing.done[column]):
            typing.done[column] = pc.utf8_trim_whitespace(typing.done[column])


def _unwrap_column(typing: Typing, column: str) -> None:
    before = typing.done[column]
    typing.done[column], around = without_around(before)
    if around is not None:
        typing.found.evidence.same[f"around {column}"] = around
    if around:
        changed = ~truths(pc.fill_null(pc.equal(before, typing.done[column]), True))
        tell_fixed(typing, "CL-TEXT-WRAPPED", changed, before, column)


def without_around(texts: Any) -> tuple[Any, str | None]:
    """Return texts without what stands around all of them, and what that was.

    ``None`` where there are too few to tell.

    >>> import pyarrow as pa
    >>> texts = pa.array(["“a”", None, "“b y c”", "“d”"])
    >>> [part if isinstance(part, str) else part.to_pylist() for part in without_around(texts)]
    [['a', None, 'b y c', 'd'], '“']
    >>> without_around(pa.array([" a", " b ", " c"]))[0].to_pylist()
    ['a', 'b', 'c']
    >>> without_around(pa.array(["“a” y “b”", "“c”", "“d”"]))[1]
    ''
    """
    if len(texts) > _FIRST and without_around(texts[:_FIRST])[1] == "":
        return texts, ""
    there = _filled(texts)
    if there.sum() < _LEAST:
        return texts, None
    bare, around = texts, ""
    first, last = first_bytes(texts, 1)[0][there], _last_bytes(texts)[there]
    if np.isin(first, _BLANKS).all() or np.isin(last, _ENDS).mean() > _MOST:
        bare = _trimmed(texts)
        around = "" if bare is texts else " "
        there = _filled(bare)
        first = first_bytes(bare, 1)[0][there]
    if not len(first) or (first != first[0]).any():
        return (bare, around) if around else _where_needed(bare, first)
    for opening, closing in _MARKS:
        if first[0] == opening.encode()[0] and _all_between(bare, opening, closing):
            return _within(bare, opening), around + opening
    return bare, around


def _where_needed(texts: Any, first: np.ndarray[Any, np.dtype[np.uint8]]) -> tuple[Any, str]:
    """Return texts without marks around those that hold what separates cells, and no others.

    >>> import pyarrow as pa
    >>> texts = pa.array(['"a, b"', "c", '"d, e"', '"f, g"', "h"])
    >>> _where_needed(texts, first_bytes(texts, 1)[0])[0].to_pylist()
    ['a, b', 'c', 'd, e', 'f, g', 'h']
    """
    if np.count_nonzero(first == ord('"')) < _LEAST:
        return texts, ""
    between = pc.match_substring_regex(texts, _BETWEEN)
    inner = pc.if_else(between, pc.utf8_slice_codeunits(texts, 1, -1), texts)
    for mark in (",", ";", "\t"):
        separated = pc.sum(pc.match_substring(inner, mark)).as_py() or 0
        needed = pc.match_substring_regex(inner, f'[{mark}\\n"]')
        if separated >= _LEAST and pc.all(pc.equal(needed, between), min_count=0).as_py():
            return pc.if_else(between, pc.replace_substring(inner, '""', '"'), texts), f'{mark}"'
    return texts, ""


def _trimmed(texts: Any) -> Any:
    """Return texts without blanks on both sides, where all have some on one, or are as long."""
    sides = (pc.utf8_ltrim_whitespace(texts), pc.utf8_rtrim_whitespace(texts))
    padded = any(pc.all(pc.not_equal(side, texts), min_count=0).as_py() for side in sides)
    # A column of fixed width fills up all but its longest text.
    sizes = pc.min_max(pc.utf8_length(texts)).as_py()
    return pc.utf8_trim_whitespace(texts) if padded or sizes["min"] == sizes["max"] else texts


def _all_between(texts: Any, opening: str, closing: str) -> bool:
    """Return whether each text stands between two marks and holds no other, or doubled ones."""
    inner = f"[^{opening}{closing}]*"
    if opening == closing:
        inner = f"(?:[^{opening}]|{opening}{opening})*"
    alike = pc.match_substring_regex(texts, rf"(?s)\A{opening}{inner}{closing}\z")
    return bool(pc.all(alike, min_count=0).as_py())


def _within(texts: Any, opening: str) -> Any:
    inner = pc.utf8_slice_codeunits(texts, 1, -1)
    return pc.replace_substring(inner, opening * 2, opening) if opening in "'\"" else inner


def _filled(texts: Any) -> Mask:
    filled = np.asarray(lengths_of(texts) > 0)
    return filled & truths(pc.is_valid(texts)) if texts.null_count else filled


def _last_bytes(texts: Any) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Return the last byte of each text; 0 where it has none."""
    data, filled = data_of(texts), _filled(texts)
    found = np.zeros(len(texts), dtype=np.uint8)
    found[filled] = data[stops_of(texts)[filled] - 1]
    return found


def _any_blank(texts: Any) -> bool:
    """Return whether any text begins or ends with a blank."""
    return bool(
        np.isin(first_bytes(texts, 1)[0], _BLANKS).any() or np.isin(_last_bytes(texts), _ENDS).any()
    )
