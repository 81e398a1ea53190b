"""Where the objects, keys and values of JSON lines lie, found by passes over their bytes.

The lines are valid JSON already. Then every quotation mark that is not escaped opens or closes
a string, every brace outside of strings opens or closes an object, and a closing mark before a
colon ends a key. Objects are numbered by depth, then in the order of the text, so those of one
kind lie together. A key given twice in an object makes its line doubtful.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from keys import WIDTH, Shapes, Wanted, named  # type: ignore[import-not-found]  # beside this file

_BEFORE, _AFTER = 16, 64
_PIECE = 2**19
_RETURN = 13
QUOTE, COLON, BLANK, _ESCAPE = 34, 58, 32, 92
OPEN, CLOSE = 123, 125
# Whether this mark is escaped depends on what comes before: it is not told apart here.
AMBIGUOUS = b'\\\\"'


class AmbiguousError(ValueError):
    """A mark follows two signs of escape."""


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
        found = [_marks(self.data[start:stop], start) for start, stop in _pieces(self.buffer)]
        self.marks, kinds, self._loose = (np.concatenate(part) for part in zip(*found, strict=True))
        self._find_members(kinds)
        self._name_keys()
        self._find_wanted(wanted)
        sums = shapes.sums(self._names, self._first_key)
        self.doubtful.append(shapes.doubts(sums, self.has_plain_keys))
        if len(self._loose):
            at = np.searchsorted(self._starts, self._loose, side="right") - 1
            self.doubtful.append(np.maximum(at, 0))

    def _find_members(self, kinds: Any) -> None:
        """Number the objects, and give each key to its object."""
        some = np.flatnonzero(kinds)
        kinds = kinds[some]
        opens, closes = kinds == OPEN, kinds == CLOSE
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
        self._first_key = np.searchsorted(self._owner, np.arange(len(self.opens) + 1))
        self._starts = self.marks[self.opens[: self._levels[2]]]

    def _name_keys(self) -> None:
        """Give each key a number made of its length and its last eight letters."""
        ends = self.marks[self.keys]
        self._sizes = (ends - self.marks[self.keys - 1]).view(np.uint64) - np.uint64(1)
        self._names = named(self._windows[ends - 8], self._sizes)

    def _find_wanted(self, wanted: Wanted) -> None:
        """Put the keys that are asked for together, each kind in the order of its objects."""
        codes = wanted.table[self._names >> np.uint64(WIDTH)]
        some = np.flatnonzero(wanted.names[codes] == self._names)
        some = some[wanted.sizes[codes[some]] == self._sizes[some]]
        codes, keys = codes[some], self.keys[some]
        places = self.marks[keys] + 2
        places += self.data[places] == BLANK
        begins = self.data[places]
        ends = self.marks[np.minimum(keys + 2, len(self.marks) - 1)]
        order = np.argsort(codes, kind="stable")
        counts = np.bincount(codes, minlength=len(wanted.names))
        self._bounds = np.concatenate(([0], np.cumsum(counts)))
        self._values = [
            values[order] for values in (self._owner[some], keys, places, begins, ends)
        ]  # fmt: skip

    def has_plain_keys(self, i: int) -> bool:
        """Return whether an object's keys all differ, in their numbers too, and hold no escapes."""
        outer: list[str] = []

        def keep(pairs: list[tuple[str, Any]]) -> None:
            outer[:] = [key for key, _ in pairs]

        start, end = self.marks[self.opens[i]], self.marks[self.closes[i]]
        try:
            json.loads(self.buffer[start : end + 1], object_pairs_hook=keep)
        except (ValueError, RecursionError):
            return False
        own = slice(self._first_key[i], self._first_key[i + 1])
        seen = [self.buffer[self.marks[k - 1] + 1 : self.marks[k]] for k in self.keys[own].tolist()]
        differ = len(set(outer)) == len(outer) == len(np.unique(self._names[own]))
        return differ and [key.encode() for key in outer] == seen

    def is_whole(self) -> bool:
        """Return whether every line is one object and nothing else."""
        n = int(self._levels[2])
        ends = self.marks[self.closes[:n]]
        stops = ends + 2 + (self.data[ends + 1] == _RETURN)
        starts = np.append(self._starts, len(self.buffer) - _AFTER)
        return n > 0 and starts[0] == _BEFORE and bool((stops == starts[1:]).all())

    def lines(self) -> Objects:
        """Return the object of each line."""
        return Objects(np.arange(self._levels[2]), 1)

    def doubtful_lines(self) -> Any:
        """Return the numbers of the lines that are not beyond doubt."""
        objects = np.unique(np.concatenate(self.doubtful).astype(np.int64))
        starts = self.marks[self.opens[objects[objects >= 0]]]
        return np.unique(np.searchsorted(self._starts, starts, side="right") - 1)


def _pieces(buffer: bytes) -> Iterator[tuple[int, int]]:
    """Yield parts of a text, each with whole lines, that stay close to the processor."""
    start, end = _BEFORE, len(buffer) - _AFTER
    while start < end:
        stop = buffer.find(b"\n", min(start + _PIECE, end - 1), end) + 1
        yield start, stop
        start = stop


def _marks(data: Any, start: int) -> tuple[Any, Any, Any]:
    """Return where marks are, what each is for, and the ends of strings that a blank follows.

    They are for: 0, to begin or end a value, a colon to end a key, and braces.
    """
    quotes, escapes = data == QUOTE, data == _ESCAPE
    if (escapes[1:] & escapes[:-1]).any() and AMBIGUOUS in data.tobytes():
        raise AmbiguousError
    quotes[1:] &= ~escapes[:-1]
    at = np.flatnonzero(quotes | (data == OPEN) | (data == CLOSE))
    kinds = data[at]
    is_quote = kinds == QUOTE
    inside = (np.cumsum(is_quote, dtype=np.uint8) & 1).view(bool)
    spoken = inside & ~is_quote
    if spoken.any():
        at, kinds, inside = at[~spoken], kinds[~spoken], inside[~spoken]
        is_quote = is_quote[~spoken]
    after = data[np.minimum(at + 1, len(data) - 1)]
    closing = is_quote & ~inside
    kinds[is_quote] = 0
    kinds[closing & (after == COLON)] = COLON
    at += start
    return at, kinds, at[closing & (after <= BLANK)]
