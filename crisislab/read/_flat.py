"""Columns of text looked at through their bytes: one pass over the data, not one call a text."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crisislab.read._clock import Mask

Places = np.ndarray[Any, Any]
_ZERO, _NINE = ord("0"), ord("9")


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
    return places[1:] - places[0]


def lengths_of(texts: Any) -> Places:
    """Return how many bytes each text has; missing ones may have any.

    >>> lengths_of(pa.array(["ab", "ñ", ""])).tolist()
    [2, 2, 0]
    """
    return np.diff(_places(texts))


def all_digits(texts: Any) -> bool:
    """Return whether every text that is there is digits alone.

    >>> all_digits(pa.array(["17", None])), all_digits(pa.array(["17", ""]))
    (True, False)
    """
    data = data_of(texts)
    if len(data) and (data.min() < _ZERO or data.max() > _NINE):
        # Missing texts may have data of their own, which says nothing.
        return bool(texts.null_count) and bool(pc.all(pc.ascii_is_decimal(texts)).as_py())
    empty = lengths_of(texts) == 0
    if texts.null_count:
        empty &= pc.is_valid(texts).to_numpy(zero_copy_only=False)
    return not empty.any()


def places_like(texts: Any, pattern: str) -> Places:
    """Return the places of texts that match a pattern.

    All texts are looked through as one first, and that one by one only where it matches: what no
    text has, a column is done with at once. The pattern may not ask for where a text begins or
    ends, nor match nothing.

    >>> places_like(pa.array(["hola", None, "adiós"]), "ió").tolist()
    [2]
    """
    none = np.zeros(0, dtype=np.int64)
    data = data_of(texts)
    if not len(data):
        return none
    ends = pa.py_buffer(np.array([0, len(data)], dtype=np.int64))
    whole = pa.Array.from_buffers(pa.large_string(), 1, [None, ends, pa.py_buffer(data)])
    if not pc.match_substring_regex(whole, pattern)[0].as_py():
        return none
    hits = pc.fill_null(pc.match_substring_regex(texts, pattern), False)
    return np.asarray(pc.indices_nonzero(hits).to_numpy(zero_copy_only=False))


def are_like(texts: Any, pattern: str) -> Mask:
    """Return which texts match a pattern, found as ``places_like`` finds them."""
    found = np.zeros(len(texts), dtype=bool)
    found[places_like(texts, pattern)] = True
    return found
