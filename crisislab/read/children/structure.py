"""Where the objects, keys and values of JSON lines lie, found by passes over their bytes.

The lines are valid JSON already. Then every quotation mark that is not escaped opens or closes
a string, every brace outside of strings opens or closes an object, and a closing mark before a
colon ends a key. Objects are numbered by depth, then in the order of the text, so those of one
kind lie together. What is no text, no count or no object where one is asked for makes its line
doubtful, and so does a key given twice.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_BEFORE, _AFTER = 16, 64
_QUOTE, _COLON, _COMMA, _BLANK, _ESCAPE = 34, 58, 44, 32, 92
_OPEN, _CLOSE, _LIST, _END, _NULL = 123, 125, 91, 93, 110
_MIX = (0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0x9E3779B97F4A7C15)
_WIDTH = 48
# By how many bits eight bytes are shifted that hold a key of so many letters.
_SHIFTS = np.array([0, 56, 48, 40, 32, 24, 16, 8, 0], dtype=np.uint64)
_ONES, _HIGH = 0x0101010101010101, 0x8080808080808080
_FAULTS = (msgspec.MsgspecError, UnicodeError, ValueError)
_texts = msgspec.json.Decoder(list[str]).decode


@dataclass
class Shapes:
    """Which keys objects have: each new set of keys is parsed once, with an eye on doubled ones.

    Sets are told apart by a sum over the lengths and ends of their keys, which nobody who writes
    a file can foresee.
    """

    sound: set[int] = field(default_factory=set)
    doubtful: set[int] = field(default_factory=set)
    salt: int = field(default_factory=lambda: int.from_bytes(os.urandom(8), "little"))

    def doubts(self, sums: Any, lines: Structure) -> Any:
        """Return which objects have keys that are not beyond doubt."""
        known = np.array(sorted(self.sound), dtype=np.uint64)
        new = np.flatnonzero(~_among(sums, known))
        if not len(new):
            return new
        told, at = np.unique(sums[new], return_index=True)
        for shape, i in zip(told.tolist(), new[at].tolist(), strict=True):
            if shape not in self.doubtful:
                (self.sound if lines.has_plain_keys(i) else self.doubtful).add(shape)
        return new[np.isin(sums[new], np.array(sorted(self.doubtful), dtype=np.uint64))]


def _among(values: Any, known: Any) -> Any:
    if not len(known):
        return np.zeros(len(values), dtype=bool)
    return known[np.minimum(np.searchsorted(known, values), len(known) - 1)] == values


# Whether this mark is escaped depends on what comes before: it is not told apart here.
AMBIGUOUS = b'\\\\"'


class AmbiguousError(ValueError):
    """A mark follows two signs of escape."""


class Wanted:
    """The keys that are asked for, found by the first bits of their numbers."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        """Number the keys; the last code stands for all others."""
        self.codes = {key: code for code, key in enumerate(keys)}
        texts = [key.encode() for key in keys]
        told = [_name(text) for text in texts]
        self.names = np.array([*told, 0], dtype=np.uint64)
        self.begins = np.array([int.from_bytes(text[:8], "little") for text in texts], np.uint64)
        self.table = np.full(2 ** (64 - _WIDTH), len(keys), dtype=np.uint8)
        places = [name >> _WIDTH for name in told]
        assert len(set(places)) == len(keys)
        self.table[places] = range(len(keys))


def _name(key: bytes) -> int:
    """Return the number of a key."""
    last = int.from_bytes(key[-8:], "little")
    return (last ^ len(key) * _MIX[2] % 2**64) * _MIX[1] % 2**64


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


@dataclass(frozen=True)
class Objects:
    """Objects of one depth, by number and in order; -1 where there is none."""

    at: Any
    depth: int

    def __len__(self) -> int:
        """Return how many there are, missing ones among them."""
        return len(self.at)


class Structure:
    """The structure of lines, each a JSON object; ``doubtful`` holds the numbers of objects."""

    def __init__(self, body: bytes, shapes: Shapes, wanted: Wanted) -> None:
        """Find the structure of ``body``, and in it the keys that are ``wanted``."""
        self._wanted = wanted
        self.buffer = b"\0" * _BEFORE + body + b"\0" * _AFTER
        self.data = np.frombuffer(self.buffer, dtype=np.uint8)
        shape = (len(self.buffer) - 7,)
        self._windows = np.ndarray(shape, dtype="<u8", buffer=self.buffer, strides=(1,))
        self.doubtful: list[Any] = []
        self.marks, kinds, closing = _marks(self.data)
        after = self.data[1:][self.marks]
        key = closing & (after == _COLON)
        self._find_members(kinds, key)
        self._name_keys()
        self._find_wanted(wanted)
        self.doubtful.append(shapes.doubts(self._sums(shapes.salt), self))
        loose = closing & (after <= _BLANK)
        if loose.any():
            at = np.searchsorted(self._starts, self.marks[loose], side="right") - 1
            self.doubtful.append(np.maximum(at, 0))

    def _find_members(self, kinds: Any, key: Any) -> None:
        """Number the objects, and give each key to its object."""
        some = np.flatnonzero(key | (kinds != _QUOTE))
        opens, closes = kinds[some] == _OPEN, kinds[some] == _CLOSE
        depth = np.cumsum(opens.view(np.int8) - closes.view(np.int8), dtype=np.int16)
        depth = depth.astype(np.uint8)
        members, ends = np.flatnonzero(~closes), np.flatnonzero(closes)
        order = members[np.argsort(depth[members], kind="stable")]
        begins = opens[order]
        self.opens = some[order[begins]]
        self.closes = some[ends[np.argsort(depth[ends], kind="stable")]]
        self._owner = (np.cumsum(begins) - 1)[~begins]
        self.keys = some[order[~begins]]
        deep = depth[order[begins]]
        self._levels = np.searchsorted(deep, np.arange(256))
        self._key_levels = np.searchsorted(self._owner, self._levels)
        self._first_key = np.searchsorted(self._owner, np.arange(len(self.opens) + 1))
        self._starts = self.marks[self.opens[: self._levels[2]]]
        self._numbers = np.full(len(self.marks), -1, dtype=np.int64)
        self._numbers[self.opens] = np.arange(len(self.opens))

    def _name_keys(self) -> None:
        """Give each key a number made of its length and its last eight letters."""
        ends = self.marks[self.keys]
        size = (ends - self.marks[self.keys - 1]).view(np.uint64) - np.uint64(1)
        self._names = self._windows[ends - 8]
        self._names >>= _SHIFTS[np.minimum(size, np.uint64(8))]
        self._names ^= size * np.uint64(_MIX[2])
        self._names *= np.uint64(_MIX[1])

    def _find_wanted(self, wanted: Wanted) -> None:
        """Put the keys that are asked for together, each kind in the order of its objects."""
        codes = wanted.table[self._names >> np.uint64(_WIDTH)]
        some = np.flatnonzero(wanted.names[codes] == self._names)
        codes, keys = codes[some], self.keys[some]
        places = self.marks[keys] + 2
        places += self.data[places] == _BLANK
        begins = self.data[places]
        ends = self.marks[np.minimum(keys + 2, len(self.marks) - 1)]
        order = np.argsort(codes, kind="stable")
        counts = np.bincount(codes, minlength=len(wanted.names))
        self._bounds = np.concatenate(([0], np.cumsum(counts)))
        self._values = [
            values[order] for values in (self._owner[some], keys, places, begins, ends)
        ]  # fmt: skip

    def _sums(self, salt: int) -> Any:
        mixed = self._names ^ np.uint64(salt)
        mixed ^= mixed >> np.uint64(29)
        mixed *= np.uint64(_MIX[0])
        mixed ^= mixed >> np.uint64(32)
        whole = np.concatenate((np.zeros(1, dtype=np.uint64), np.cumsum(mixed)))
        return whole[self._first_key[1:]] - whole[self._first_key[:-1]]

    def has_plain_keys(self, i: int) -> bool:
        """Return whether no key of an object occurs twice or is written with escapes."""
        outer: list[str] = []

        def keep(pairs: list[tuple[str, Any]]) -> None:
            outer[:] = [key for key, _ in pairs]

        start, end = self.marks[self.opens[i]], self.marks[self.closes[i]]
        try:
            json.loads(self.buffer[start : end + 1], object_pairs_hook=keep)
        except (ValueError, RecursionError):
            return False
        keys = self.keys[self._first_key[i] : self._first_key[i + 1]].tolist()
        seen = [self.buffer[self.marks[k - 1] + 1 : self.marks[k]] for k in keys]
        return len(set(outer)) == len(outer) and [key.encode() for key in outer] == seen

    def is_whole(self) -> bool:
        """Return whether every line is one object and nothing else."""
        n = int(self._levels[2])
        ends = self.marks[self.closes[:n]]
        stops = ends + 2 + (self.data[ends + 1] == 13)
        starts = np.append(self._starts, len(self.buffer) - _AFTER)
        return n > 0 and starts[0] == _BEFORE and bool((stops == starts[1:]).all())

    # --- what lies in objects -----------------------------------------------------------------

    def lines(self) -> Objects:
        """Return the object of each line."""
        return Objects(np.arange(self._levels[2]), 1)

    def is_list(self, name: str) -> bool:
        """Return whether the first line has a list under a key."""
        first = Objects(np.zeros(1, dtype=np.int64), 1)
        return bool((self._filled(first, name).begins == _LIST).any())

    def doubtful_lines(self) -> Any:
        """Return the numbers of the lines that are not beyond doubt."""
        objects = np.unique(np.concatenate(self.doubtful).astype(np.int64))
        starts = self.marks[self.opens[objects[objects >= 0]]]
        return np.unique(np.searchsorted(self._starts, starts, side="right") - 1)

    def line_of(self, objects: Objects) -> Any:
        """Return the number of the line of each object."""
        return np.searchsorted(self._starts, self.marks[self.opens[objects.at]], "right") - 1

    def _found(self, objects: Objects, name: str) -> _Found:
        """Return what stands under a key of objects."""
        code = self._wanted.codes[name]
        low, high = self._bounds[code : code + 2]
        first, last = self._levels[objects.depth : objects.depth + 2]
        low, high = low + np.searchsorted(self._values[0][low:high], (first, last))
        values = [each[low:high] for each in self._values]
        if len(name) > 8:
            begins = self._windows[self.marks[values[1]] - len(name)]
            if not (right := begins == self._wanted.begins[code]).all():
                values = [each[right] for each in values]
        if len(values[0]) == len(objects) and (values[0] == objects.at).all():
            return _Found(np.arange(len(objects)), *values[1:])
        table = np.full(last - first + 1, -1, dtype=np.int64)
        table[values[0] - first] = np.arange(len(values[0]))
        # The last place stands for a missing object.
        found = table[np.where(objects.at >= 0, objects.at - first, -1)]
        rows = np.flatnonzero(found >= 0)
        return _Found(rows, *(each[found[rows]] for each in values[1:]))

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
        good = found.begins == _QUOTE
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
        sound = (n > 0) & ((follows == _COMMA) | (follows == _CLOSE))
        for i in np.flatnonzero(n == 8).tolist():
            text = self.buffer[places[i] : places[i] + 20].replace(b"}", b",").partition(b",")[0]
            sound[i] = text.isdigit() and len(text) <= 18
            value[i] = int(text) if sound[i] else 0
        return value.astype(np.int64), sound

    def inner(self, objects: Objects, name: str) -> Objects:
        """Return the object under a key of each object."""
        found = self._filled(objects, name)
        good = found.begins == _OPEN
        self.doubt(objects, found.rows[~good])
        inside = np.full(len(objects), -1, dtype=np.int64)
        inside[found.rows[good]] = self._numbers[found.keys[good] + 1]
        return Objects(inside, objects.depth + 1)

    def elements(self, objects: Objects, name: str) -> tuple[Objects, Any]:
        """Return the objects of the list under a key, and which object each of them is of."""
        found = self._filled(objects, name)
        inside, listed = self.data[found.places + 1], found.begins == _LIST
        self.doubt(objects, found.rows[~listed | ((inside != _OPEN) & (inside != _END))])
        found = found.only(listed & (inside == _OPEN))
        rows, starts = found.rows, self._numbers[found.keys + 1]
        ends, sound = self._last_of_lists(objects.depth + 1, starts)
        self.doubt(objects, rows[~sound])
        sizes = ends - starts + 1
        of = np.repeat(rows, sizes)
        total = int(sizes.sum())
        within = np.arange(total) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return Objects(np.repeat(starts, sizes) + within, objects.depth + 1), of

    def _last_of_lists(self, depth: int, starts: Any) -> tuple[Any, Any]:
        """Return the last object of each list, and whether the list ends with it."""
        first, last = self._levels[depth : depth + 2]
        ends, begins = self.marks[self.closes[first:last]], self.marks[self.opens[first:last]]
        commas = self.data[ends + 1] == _COMMA
        after = ends + 2 + (self.data[ends + 2] == _BLANK)
        linked = np.zeros(len(ends), dtype=bool)
        linked[:-1] = commas[:-1] & (after[:-1] == begins[1:])
        stops = np.flatnonzero(~linked)
        found = stops[np.searchsorted(stops, starts - first)] if len(starts) else starts
        return found + first, self.data[ends[found] + 1] == _END


def _marks(data: Any) -> tuple[Any, Any, Any]:
    """Return where marks are, what they are, and which of them close strings."""
    quotes, escapes = data == _QUOTE, data == _ESCAPE
    if (escapes[1:] & escapes[:-1]).any() and AMBIGUOUS in data.tobytes():
        raise AmbiguousError
    quotes[1:] &= ~escapes[:-1]
    at = np.flatnonzero(quotes | (data == _OPEN) | (data == _CLOSE))
    kinds = data[at]
    inside = (np.cumsum(kinds == _QUOTE, dtype=np.uint8) & 1).astype(bool)
    spoken = inside & (kinds != _QUOTE)
    if spoken.any():
        at, kinds, inside = at[~spoken], kinds[~spoken], inside[~spoken]
    return at, kinds, ~inside & (kinds == _QUOTE)


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
