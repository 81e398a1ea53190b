"""Columns of text looked at through their bytes: one pass over the data, not one call a text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

Mask = np.ndarray[Any, np.dtype[np.bool_]]
Places = np.ndarray[Any, Any]
# Text column, pattern -> places of texts that match it.
Search = Callable[[Any, str], Places]
_ZERO, _NINE = ord("0"), ord("9")
_BLANK, _LAST = 32, 127
_PIECE = 64
_BLOCK = 2**18


def _places(texts: Any) -> Places:
    """Return where each text begins in the data of its array, and where the last one ends."""
    kind = np.int32 if texts.type in (pa.string(), pa.binary()) else np.int64
    buffer = texts.buffers()[1]
    if buffer is None:
        return np.zeros(len(texts) + 1, dtype=kind)
    return np.frombuffer(buffer, dtype=kind)[texts.offset : texts.offset + len(texts) + 1]


def data_of(texts: Any) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Return the bytes of all texts of an array."""
    places, buffer = _places(texts), texts.buffers()[2]
    if buffer is None or not len(texts):
        return np.zeros(0, dtype=np.uint8)
    return np.frombuffer(buffer, dtype=np.uint8)[places[0] : places[-1]]


def stops_of(texts: Any) -> Places:
    """Return where each text ends in ``data_of`` them."""
    places = _places(texts)
    stops: Places = places[1:] - places[0]
    return stops


def lengths_of(texts: Any) -> Places:
    """Return how many bytes each text has; missing ones may have any.

    >>> lengths_of(pa.array(["ab", "ñ", ""])).tolist()
    [2, 2, 0]
    """
    return np.diff(_places(texts))


def first_bytes(texts: Any, n: int) -> list[np.ndarray[Any, np.dtype[np.uint8]]]:
    """Return the first, second ... byte of each text; 0 where it has none.

    >>> [column.tolist() for column in first_bytes(pa.array(["ab", "c", None]), 2)]
    [[97, 99, 0], [98, 0, 0]]
    """
    data, lengths = data_of(texts), lengths_of(texts)
    starts = stops_of(texts) - lengths
    if len(starts) and not texts.null_count and lengths.min() >= n:
        return [data[starts + i] for i in range(n)]
    there = np.asarray(texts.is_valid().to_numpy(zero_copy_only=False), dtype=bool)
    found = []
    for i in range(n):
        column = np.zeros(len(texts), dtype=np.uint8)
        at = np.flatnonzero(there & (lengths > i))
        column[at] = data[starts[at] + i]
        found.append(column)
    return found


def all_digits(texts: Any) -> bool:
    """Return whether every text that is there is digits alone.

    >>> all_digits(pa.array(["17", None])), all_digits(pa.array(["17", ""]))
    (True, False)
    """
    data = data_of(texts)
    if len(data) and (data.min() < _ZERO or data.max() > _NINE):
        # Missing texts may have data of their own, which says nothing.
        return bool(texts.null_count) and bool(pc.all(pc.ascii_is_decimal(texts)).as_py())
    return not has_empty(texts)


def any_is(texts: Any, word: str) -> bool:
    """Return whether any text is a short word of ASCII letters or digits.

    >>> any_is(pa.array(["10", "0"]), "0"), any_is(pa.array(["10", None]), "0")
    (True, False)
    """
    mark = np.frombuffer(word.encode(), dtype=np.uint8)
    stops = stops_of(texts)[lengths_of(texts) == len(mark)]
    data = data_of(texts)
    alike = np.ones(len(stops), dtype=bool)
    for i, letter in enumerate(mark):
        alike &= data[stops - len(mark) + i] == letter
    return bool(alike.any())


def among(signs: bytes) -> Mask:
    """Return of each byte whether it is one of these: ``among(b"=+")[bytes]`` looks them up.

    >>> among(b"=+")[np.frombuffer(b"a=b", dtype=np.uint8)].tolist()
    [False, True, False]
    """
    found = np.zeros(256, dtype=bool)
    found[list(signs)] = True
    return found


def reaches(data: np.ndarray[Any, np.dtype[np.uint8]], least: int) -> bool:
    """Return whether any byte is as large as this one, or larger.

    >>> reaches(data_of(pa.array(["mañana"])), 0x80), reaches(data_of(pa.array(["ma"])), 0x80)
    (True, False)
    """
    return any(data[i : i + _BLOCK].max() >= least for i in range(0, len(data), _BLOCK))


def has_byte(data: np.ndarray[Any, np.dtype[np.uint8]], mark: str) -> bool:
    """Return whether bytes hold a sign of ASCII: looked at while the processor still holds them.

    >>> has_byte(data_of(pa.array(["a&b"])), "&"), has_byte(data_of(pa.array(["ab"])), "&")
    (True, False)
    """
    wanted = ord(mark)
    return any((data[i : i + _BLOCK] == wanted).any() for i in range(0, len(data), _BLOCK))


def has_pair(data: np.ndarray[Any, np.dtype[np.uint8]], mark: str, low: int, high: int) -> bool:
    """Return whether a sign of ASCII stands before a byte between two others.

    >>> texts = pa.array(["10:30 https://a", ":joy:"])
    >>> has_pair(data_of(texts), ":", 97, 122), has_pair(data_of(texts[:1]), ":", 97, 122)
    (True, False)
    """
    wanted = ord(mark)
    for i in range(0, len(data), _BLOCK):
        part = data[i : i + _BLOCK + 1]
        after = part[np.flatnonzero(part[:-1] == wanted) + 1]
        if ((after >= low) & (after <= high)).any():
            return True
    return False


def are_same(texts: Any) -> bool:
    """Return whether all texts are there and the same, as in a column that tells one thing.

    >>> [are_same(pa.array(texts)) for texts in (["x", "x"], ["x", "y"], ["x", None], ["", ""])]
    [True, False, False, True]
    """
    lengths = lengths_of(texts)
    if texts.null_count or not len(texts) or (lengths != lengths[0]).any():
        return False
    data, size = data_of(texts), int(lengths[0])
    return not size or bool((data.reshape(-1, size) == data[:size]).all())


def has_empty(texts: Any) -> bool:
    """Return whether any text is there and empty.

    >>> has_empty(pa.array(["a", None])), has_empty(pa.array(["a", ""]))
    (False, True)
    """
    empty = lengths_of(texts) == 0
    if texts.null_count:
        empty &= pc.is_valid(texts).to_numpy(zero_copy_only=False)
    return bool(empty.any())


def hashed(texts: Any) -> np.ndarray[Any, np.dtype[np.uint64]]:
    """Return a number per text, the same on any machine.

    >>> len(set(hashed(pa.array(["a", "b", "a"])).tolist()))
    2
    """
    return pd.util.hash_array(texts.to_numpy(zero_copy_only=False), categorize=False)


def whole_numbers(ids: Any) -> tuple[Mask, np.ndarray[Any, np.dtype[np.uint64]]]:
    """Return which ids are whole numbers of up to 64 bits, as most are, and these as numbers.

    >>> [part.tolist() for part in whole_numbers(pa.array(["17", "t3_a", None, "9" * 19]))]
    [[True, False, False, False], [17]]
    """
    length = pc.binary_length(ids)
    short = pc.or_(pc.less(length, 19), pc.and_(pc.equal(length, 19), pc.less(ids, "9")))
    whole = truths(pc.and_(pc.ascii_is_decimal(ids), short))
    few = ids if whole.all() else ids.filter(pa.array(whole))
    return whole, pc.cast(few, pa.uint64()).to_numpy()


def seeds_of(names: Any) -> np.ndarray[Any, np.dtype[np.uint64]]:
    """Return a number per name of a network, of which there are few.

    >>> len(set(seeds_of(pa.array(["x", "x", "reddit", None])).tolist()))
    3
    """
    known = names.fill_null("").dictionary_encode()
    found: np.ndarray[Any, np.dtype[np.uint64]] = hashed(known.dictionary)[known.indices.to_numpy()]
    return found


def stirred(
    numbers: np.ndarray[Any, np.dtype[np.uint64]],
) -> np.ndarray[Any, np.dtype[np.uint64]]:
    """Return numbers with every bit depending on every other (the last step of splitmix64)."""
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB), (31, 1)):
        numbers = (numbers ^ (numbers >> np.uint64(shift))) * np.uint64(factor)
    return numbers


def rewritten(texts: Any, at: Places, rewrite: Callable[[str], str]) -> tuple[Any, Mask]:
    """Return texts of which some are written anew, and which ones that changed.

    >>> texts, changed = rewritten(pa.array(["a", "b", "C"]), np.array([1, 2]), str.upper)
    >>> texts.to_pylist(), changed.tolist()
    (['a', 'B', 'C'], [False, True, False])
    """
    changed = np.zeros(len(texts), dtype=bool)
    before = texts.take(pa.array(at)).to_pylist()
    after = list(map(rewrite, before))
    changed[at] = [one != other for one, other in zip(after, before, strict=True)]
    if not changed.any():
        return texts, changed
    new = np.array(texts.to_numpy(zero_copy_only=False), dtype=object)
    new[at] = after
    return pa.array(new, pa.large_string()), changed


def truths(array: Any) -> Mask:
    """Return an Arrow column of truths as numpy; a missing one is none.

    >>> truths(pa.array([True, None, False])).tolist()
    [True, False, False]
    """
    return np.asarray(pc.fill_null(array, False).to_numpy(zero_copy_only=False), dtype=bool)


def is_ascii(texts: Any, *, without: str = "") -> bool:
    """Return whether all texts are printed ASCII signs with no blank, and none of some others.

    >>> is_ascii(pa.array(["ana_1"])), is_ascii(pa.array(["@ana"]), without="@")
    (True, False)
    """
    data = data_of(texts)
    if len(data) and (data.min() <= _BLANK or data.max() >= _LAST):
        return False
    return not any(has_byte(data, mark) for mark in without)


def places_like(texts: Any, pattern: str, exact: str = "") -> Places:
    """Return the places of texts that match a pattern, or the exact one that it stands for.

    Texts are looked through many as one first, and one by one only where that matches. So the
    pattern may not ask where a text begins or ends, nor match nothing; the exact one may, as every
    match of it holds one of the pattern.

    >>> places_like(pa.array(["hola", None, "adiós"]), "ió").tolist()
    [2]
    """
    return places_among(texts, pieces_like(texts, pattern), exact or pattern)


def places_among(texts: Any, pieces: Places, pattern: str) -> Places:
    """Return the places of texts that match a pattern, among those of some pieces."""
    rows = _rows_of(pieces, len(texts))
    if not len(rows):
        return rows
    few = texts if len(rows) == len(texts) else texts.take(pa.array(rows))
    hits = pc.fill_null(pc.match_substring_regex(few, pattern), False)
    found: Places = rows[np.asarray(hits.to_numpy(zero_copy_only=False))]
    return found


def pieces_like(texts: Any, pattern: str) -> Places:
    """Return the numbers of the pieces, of so many texts each, in which a pattern matches."""
    places = _places(texts)
    ends = np.append(places[:-1:_PIECE], places[-1:]).astype(np.int64)
    data = texts.buffers()[2]
    if data is None or ends[0] == ends[-1]:
        return np.zeros(0, dtype=np.int64)
    buffers = [None, pa.py_buffer(ends), data]
    pieces = pa.Array.from_buffers(pa.large_string(), len(ends) - 1, buffers)
    hits = pc.match_substring_regex(pieces, pattern)
    return np.flatnonzero(hits.to_numpy(zero_copy_only=False))


def _rows_of(pieces: Places, n: int) -> Places:
    """Return the places of all texts in these pieces."""
    rows = (pieces[:, None] * _PIECE + np.arange(_PIECE)).ravel()
    return rows[rows < n]


def are_like(texts: Any, pattern: str, exact: str = "") -> Mask:
    """Return which texts match a pattern, found as ``places_like`` finds them."""
    found = np.zeros(len(texts), dtype=bool)
    found[places_like(texts, pattern, exact)] = True
    return found
