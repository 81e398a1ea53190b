"""The items inside a record of JSON, found apart from the reader that maps them.

A page, a thread or a chat holds many items. The reader says of which object each of its items was
made; here, the arrays and keys that hold such objects are counted through, so that nothing in
them can be passed over in silence, and every item gets the line it begins on.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import numpy as np

from crisislab.read._json import Record
from crisislab.read._reader import Item

Unpack = Callable[[Any], Iterable[Item]]
Path = tuple[str, ...]
# What code from a reader may raise on a record of another shape than its layout promises.
FAULTS = (KeyError, TypeError, AttributeError, IndexError, ValueError)
NOT_DATA = "CL-ROW-NOT-DATA"
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}:,]|[^\s\[\]{}:,"]+', re.DOTALL)
_ESCAPED = re.compile(r"\\.", re.DOTALL)
_END = re.compile(r"\r\n|\r|\n")
_ELEMENT = "[]"
_SHOWN = 80
_CHUNK = 2**22


@dataclass(frozen=True)
class Placed:
    """An item with its line and the object of the record it counts as."""

    item: Item
    line: int
    unit: object


@dataclass(frozen=True)
class _Place:
    """A value of a record: where it lies, on which line, and which object it is, if one."""

    path: Path
    line: int
    shown: str
    key: int


def placed_items(record: Record, unpack: Unpack, *, by_line: bool) -> list[Placed]:
    """Return the items of a record, those the reader passed over among them as set aside.

    A record without any item is context: it is counted, not lost.
    """
    items = list(safely(unpack, record.value))
    if not items:
        return [Placed(Item({}, "context"), record.line, 0)]
    if len(items) == 1 and (items[0].of is None or items[0].of is record.value):
        return [Placed(items[0], record.line, 0)]
    if all(item.of is None for item in items):
        return [Placed(item, record.line, i) for i, item in enumerate(items)]
    if by_line and not record.twice:
        places = _tree_places(record.value, record.line)
        return _matched(items, {id(item.of): id(item.of) for item in items}, places, record.line)
    value, keys = _numbered(record.raw)
    again = list(safely(unpack, value))
    return _matched(again, keys, _text_places(record.raw, record.line), record.line)


def safely(read: Callable[[Any], Iterable[Item]], value: Any) -> Iterator[Item]:
    """Yield what a reader makes of a value; a value it cannot read is set aside, never a crash."""
    try:
        yield from read(value)
    except FAULTS as fault:
        yield Item({}, "reject", NOT_DATA, f"{type(fault).__name__}: {fault}")


def _matched(
    items: list[Item], keys: dict[int, int], places: Iterable[_Place], line: int
) -> list[Placed]:
    """Return items at their places, and as set aside what lies beside them unread."""
    found = list(places)
    there = {place.key for place in found}
    known = [keys.get(id(item.of)) if item.of is not None else None for item in items]
    known = [key if key in there else None for key in known]
    told = {key for key in known if key is not None}
    carriers = {place.path for place in found if place.key in told}
    lines = {place.key: place.line for place in found if place.key in told}
    placed = [
        Placed(item, line, ("own", i)) if key is None else Placed(item, lines[key], key)
        for i, (item, key) in enumerate(zip(items, known, strict=True))
    ]
    for i, place in enumerate(found):
        if place.path in carriers and place.key not in told:
            unread = Item({}, "reject", NOT_DATA, place.shown)
            placed.append(Placed(unread, place.line, ("unread", i)))
    return placed


def _tree_places(value: Any, line: int) -> Iterator[_Place]:
    """Yield the values of a parsed record."""
    waiting: list[tuple[Path, Any]] = [((), value)]
    while waiting:
        path, own = waiting.pop()
        if isinstance(own, dict):
            yield _Place(path, line, "", id(own))
            waiting += [((*path, key), inner) for key, inner in own.items()]
        elif isinstance(own, list):
            inside = (*path, _ELEMENT)
            waiting += [(inside, inner) for inner in own if isinstance(inner, dict | list)]
            for inner in own:
                if not isinstance(inner, dict):
                    yield _Place(inside, line, str(inner)[:_SHOWN], -1)


def _numbered(raw: str) -> tuple[Any, dict[int, int]]:
    """Return the parsed text, and the number of each object in the order they are closed."""
    numbers: dict[int, int] = {}
    closed = count(1)

    def number(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        numbers[id(made)] = next(closed)
        return made

    return json.JSONDecoder(object_pairs_hook=number).raw_decode(raw)[0], numbers


@dataclass
class _Open:
    """A bracket that is still open."""

    path: Path
    start: int
    array: bool
    key: str = ""

    def inside(self) -> Path:
        """Return the path of the next value in it."""
        return (*self.path, _ELEMENT if self.array else self.key)


def _text_places(raw: str, line: int) -> Iterator[_Place]:
    """Yield the values of a record from its text, objects in the order they are closed."""
    ends = [found.end() for found in _END.finditer(raw)]
    depth: list[_Open] = []
    closed, mark = 0, ""

    def place(path: Path, start: int, key: int) -> _Place:
        return _Place(path, line + bisect_right(ends, start), raw[start : start + _SHOWN], key)

    for token in _TOKEN.finditer(raw):
        before, mark, start = mark, token.group(), token.start()
        if mark in "{[":
            depth.append(_Open(depth[-1].inside() if depth else (), start, mark == "["))
        elif mark in "}]":
            done = depth.pop()
            closed += mark == "}"
            if mark == "}" or done.path[-1:] == (_ELEMENT,):
                yield place(done.path, done.start, closed if mark == "}" else -1)
            if not depth:
                return
        elif mark not in ":,":
            if depth[-1].array:
                yield place(depth[-1].inside(), start, -1)
            elif before in ("{", ","):
                depth[-1].key = json.loads(mark)


def count_elements(text: str, start: int) -> tuple[int, int]:
    """Return how many documents a JSON text holds, and how many elements if it is an array.

    Counted by brackets and commas outside of strings, apart from any parser.

    >>> count_elements('[{"a": [1, 2]}, {"b": "],["}]', 0), count_elements("[ ]", 0)
    ((1, 2), (1, 0))
    >>> count_elements('{"a": 1} {"b": [1, 2]}', 0)[0]
    2
    """
    seen = _Count()
    for at in range(start, len(text), _CHUNK):
        seen.take(text[at : at + _CHUNK], more=at + _CHUNK < len(text))
    return seen.documents, seen.commas + 1 if seen.filled else 0


class _Count:
    """Brackets, commas and strings of a JSON text, chunk by chunk."""

    def __init__(self) -> None:
        self.documents = self.commas = 0
        self.filled = False
        self._depth = 0
        self._quoted = False
        self._left = ""

    def take(self, chunk: str, *, more: bool) -> None:
        """Count through a part of the text."""
        text = self._left + chunk
        odd = (len(text) - len(text.rstrip("\\"))) % 2 if more else 0
        self._left = text[len(text) - odd :]
        plain = _ESCAPED.sub("", text[: len(text) - odd])
        marks = np.frombuffer(plain.encode("utf-8", "surrogatepass"), dtype=np.uint8)
        quotes = (np.cumsum(marks == ord('"')) + self._quoted) % 2
        bare = quotes == 0
        opens = bare & ((marks == ord("[")) | (marks == ord("{")))
        closes = bare & ((marks == ord("]")) | (marks == ord("}")))
        depth = np.cumsum(opens.astype(np.int32) - closes) + self._depth
        first = depth == 1
        self.commas += int((bare & first & (marks == ord(","))).sum()) * (self.documents == 0)
        blank = np.isin(marks, np.frombuffer(b" \t\r\n", dtype=np.uint8))
        self.filled = self.filled or bool((~blank & (first & ~opens | (depth > 1))).any())
        self.documents += int((closes & (depth == 0)).sum())
        if len(marks):
            self._depth, self._quoted = int(depth[-1]), bool(quotes[-1])
