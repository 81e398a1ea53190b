"""Values of JSON lines as Arrow columns, taken from where they lie.

What is no text, no count, no object and no list of objects where one is asked for makes its line
doubtful.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from structure import (  # type: ignore[import-not-found]  # beside this file
    BLANK,
    CLOSE,
    OPEN,
    QUOTE,
    Objects,
    Structure,
)

_COMMA, _ESCAPE, _LIST, _END, _NULL = 44, 92, 91, 93, 110
_ONES, _HIGH = 0x0101010101010101, 0x8080808080808080
_FAULTS = (msgspec.MsgspecError, UnicodeError, ValueError)
_texts = msgspec.json.Decoder(list[str]).decode


@dataclass(frozen=True)
class _Found:
    """Values under a key.

    Attributes:
        rows: Which of the objects have it.
        keys: Closing mark of the key.
        places: Where the value begins.
        begins: First byte of the value.
        ends: Where a text ends.
    """

    rows: Any
    keys: Any
    places: Any
    begins: Any
    ends: Any

    def only(self, some: Any) -> _Found:
        """Return some of the values."""
        told = (self.rows, self.keys, self.places, self.begins, self.ends)
        return _Found(*(each[some] for each in told))


class Values(Structure):  # type: ignore[misc]
    """Lines whose values are asked for, key by key."""

    def is_list(self, name: str) -> bool:
        """Return whether the first line has a list under a key."""
        first = Objects(np.zeros(1, dtype=np.int64), 1)
        return bool((self._filled(first, name).begins == _LIST).any())

    def _found(self, objects: Objects, name: str) -> _Found:
        """Return what stands under a key of objects."""
        code = self._wanted.codes[name]
        low, high = self._bounds[code : code + 2]
        first, last = self._levels[objects.depth : objects.depth + 2]
        low, high = low + np.searchsorted(self._values[0][low:high], (first, last))
        values = [each[low:high] for each in self._values]
        if len(name) > 8 and not (right := self._is_spelt(values[1], name, code)).all():
            values = [each[right] for each in values]
        if len(values[0]) == len(objects) and (values[0] == objects.at).all():
            return _Found(np.arange(len(objects)), *values[1:])
        table = np.full(last - first + 1, -1, dtype=np.int64)
        table[values[0] - first] = np.arange(len(values[0]))
        # The last place stands for a missing object.
        found = table[np.where(objects.at >= 0, objects.at - first, -1)]
        rows = np.flatnonzero(found >= 0)
        return _Found(rows, *(each[found[rows]] for each in values[1:]))

    def _is_spelt(self, keys: Any, name: str, code: int) -> Any:
        """Return which of some keys with the same end and length are this one."""
        ends = self.marks[keys]
        right = self._windows[ends - len(name)] == self._wanted.begins[code]
        if len(name) > 16:
            right &= self._windows[ends - 16] == self._wanted.middles[code]
        return right

    def _filled(self, objects: Objects, name: str) -> _Found:
        """Return what stands under a key of objects and is not null."""
        found = self._found(objects, name)
        some = found.begins != _NULL
        return found if some.all() else found.only(some)

    def doubt(self, objects: Objects, rows: Any) -> None:
        """Make objects doubtful."""
        if len(rows):
            self.doubtful.append(objects.at[rows])

    def having(self, objects: Objects, name: str) -> None:
        """Doubt objects that lack a key."""
        self.doubt(objects, np.delete(np.arange(len(objects)), self._found(objects, name).rows))

    def without(self, objects: Objects, *names: str) -> None:
        """Doubt objects that have any of these."""
        for name in names:
            self.doubt(objects, self._filled(objects, name).rows)

    def texts(self, objects: Objects, name: str, *, needed: bool = False) -> Any:
        """Return the texts under a key as an Arrow column, empty ones missing."""
        found = self._filled(objects, name)
        good = found.begins == QUOTE
        if not good.all():
            self.doubt(objects, found.rows[~good])
            found = found.only(good)
        rows, starts, ends = found.rows, found.places + 1, found.ends
        which = np.full(len(objects), -1, dtype=np.int64)
        which[rows] = np.arange(len(rows))
        which[rows[starts == ends]] = -1
        if needed:
            self.doubt(objects, np.flatnonzero(which < 0))
        values = self._pieces(starts, ends, which)
        return self._unescaped(values, objects)

    def _pieces(self, starts: Any, ends: Any, which: Any) -> Any:
        """Return pieces of the text by number; -1 is no piece."""
        if (np.diff(starts) <= 0).any():
            starts, first, back = np.unique(starts, return_index=True, return_inverse=True)
            ends, which = ends[first], np.where(which >= 0, back[which], -1)
        # Every second piece is what lies between two of them.
        cuts = np.empty(2 * len(starts) + 1, dtype=np.int32)
        cuts[:-1:2], cuts[1::2], cuts[-1] = starts, ends, len(self.buffer)
        buffers = [None, pa.py_buffer(cuts), pa.py_buffer(self.buffer)]
        pieces = pa.Array.from_buffers(pa.string(), 2 * len(starts), buffers)
        return pieces.take(pa.array(which * 2, mask=which < 0))

    def _unescaped(self, values: Any, objects: Objects) -> Any:
        data = values.buffers()[2]
        if data is None or not (np.frombuffer(data, dtype=np.uint8) == _ESCAPE).any():
            return values
        escaped = pc.fill_null(pc.match_substring(values, "\\"), False)
        some = values.filter(escaped)
        listed = pa.ListArray.from_arrays(pa.array([0, len(some)], pa.int32()), some)
        joined = pc.binary_join(listed, '","')[0].as_py()
        try:
            plain: list[str | None] = [*_texts(f'["{joined}"]')]
        except _FAULTS:
            plain = [_text(value) for value in some.to_pylist()]
            bad = np.array([value is None for value in plain])
            self.doubt(objects, np.flatnonzero(escaped.to_numpy(zero_copy_only=False))[bad])
        return pc.replace_with_mask(values, escaped, pa.array(plain, pa.string()))

    def counts(self, objects: Objects, name: str) -> Any:
        """Return the counts under a key as an Arrow column of whole numbers."""
        found = self._filled(objects, name)
        rows = found.rows
        values, sound = self._read_counts(found.places)
        self.doubt(objects, rows[~sound])
        whole = np.zeros(len(objects), dtype=np.int64)
        whole[rows] = values
        missing = np.ones(len(objects), dtype=bool)
        missing[rows] = False
        return pa.array(whole, mask=missing) if missing.any() else pa.array(whole)

    def _read_counts(self, places: Any) -> tuple[Any, Any]:
        """Return what stands at each place as a number, and whether it is a plain count."""
        digits = self._windows[places] ^ np.uint64(0x30 * _ONES)
        other = ((digits + np.uint64(0x76 * _ONES)) | digits) & np.uint64(_HIGH)
        lowest = other & (~other + np.uint64(1))
        # The position of the lowest bit tells how many digits come before it.
        n = np.where(other > 0, np.bitwise_count(lowest - np.uint64(1)) // 8, 8).astype(np.int64)
        follows = self.data[places + n]
        value = _number(digits << ((8 - n) * 8 % 64).astype(np.uint64))
        sound = (n > 0) & ((follows == _COMMA) | (follows == CLOSE))
        for i in np.flatnonzero(n == 8).tolist():
            text = self.buffer[places[i] : places[i] + 20].replace(b"}", b",").partition(b",")[0]
            sound[i] = text.isdigit() and len(text) <= 18
            value[i] = int(text) if sound[i] else 0
        return value.astype(np.int64), sound

    def inner(self, objects: Objects, name: str) -> Objects:
        """Return the object under a key of each object."""
        found = self._filled(objects, name)
        good = found.begins == OPEN
        self.doubt(objects, found.rows[~good])
        inside = np.full(len(objects), -1, dtype=np.int64)
        inside[found.rows[good]] = self._object_at(found.keys[good] + 1, objects.depth + 1)
        return Objects(inside, objects.depth + 1)

    def elements(self, objects: Objects, name: str) -> tuple[Objects, Any]:
        """Return the objects of the list under a key, and which object each of them is of."""
        found = self._filled(objects, name)
        inside, listed = self.data[found.places + 1], found.begins == _LIST
        self.doubt(objects, found.rows[~listed | ((inside != OPEN) & (inside != _END))])
        found = found.only(listed & (inside == OPEN))
        rows, starts = found.rows, self._object_at(found.keys + 1, objects.depth + 1)
        ends, sound = self._last_of_lists(objects.depth + 1, starts)
        self.doubt(objects, rows[~sound])
        sizes = ends - starts + 1
        of = np.repeat(rows, sizes)
        total = int(sizes.sum())
        within = np.arange(total) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return Objects(np.repeat(starts, sizes) + within, objects.depth + 1), of

    def _object_at(self, marks: Any, depth: int) -> Any:
        """Return the numbers of the objects that open with these marks."""
        first, last = self._levels[depth : depth + 2]
        return first + np.searchsorted(self.opens[first:last], marks)

    def _last_of_lists(self, depth: int, starts: Any) -> tuple[Any, Any]:
        """Return the last object of each list, and whether the list ends with it."""
        first, last = self._levels[depth : depth + 2]
        ends, begins = self.marks[self.closes[first:last]], self.marks[self.opens[first:last]]
        commas = self.data[ends + 1] == _COMMA
        after = ends + 2 + (self.data[ends + 2] == BLANK)
        linked = np.zeros(len(ends), dtype=bool)
        linked[:-1] = commas[:-1] & (after[:-1] == begins[1:])
        stops = np.flatnonzero(~linked)
        found = stops[np.searchsorted(stops, starts - first)] if len(starts) else starts
        return found + first, self.data[ends[found] + 1] == _END


def _number(digits: Any) -> Any:
    """Return eight digits each, the first in the lowest byte, as a number."""
    value = (digits & np.uint64(0x0F0F0F0F0F0F0F0F)) * np.uint64(2561) >> np.uint64(8)
    value = (value & np.uint64(0x00FF00FF00FF00FF)) * np.uint64(6553601) >> np.uint64(16)
    return (value & np.uint64(0x0000FFFF0000FFFF)) * np.uint64(42949672960001) >> np.uint64(32)


def _text(value: str) -> str | None:
    try:
        return _texts(f'["{value}"]')[0]
    except _FAULTS:
        return None
