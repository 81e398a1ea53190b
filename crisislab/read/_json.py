"""JSON exports to records: arrays, objects, JSON lines, and scripts that hold an array.

Numbers keep every digit, a key given twice is told, ``NaN`` and ``Infinity`` are not JSON, and
one bad line costs one line.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

# Archives of X hold a script: window.YTD.tweets.part0 = [ ... ]
_SCRIPT = re.compile(r"\A\ufeff?\s*(?:window\.)?[\w.$]+\s*=\s*(?=[\[{])")
_PART = re.compile(r"\A\ufeff?\s*window\.(?:YTD\.(\w+)\.part\d+|__THAR_CONFIG)\s*=")
# Signs of whole records that tell what they are, where twenty of them would be many more.
_ENOUGH = 1 << 20
_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
Shape = Literal["lines", "array", "document"]


@dataclass(frozen=True)
class Record:
    """One record of a JSON export.

    Attributes:
        line: Line it starts on.
        value: The parsed value; ``None`` when ``fault`` is set.
        fault: Problem code when it could not be read.
        shown: Beginning of the text of a faulty record.
        twice: A key given twice in one object, if any.
        text: The text it stands in.
        span: Where in that text it stands.
    """

    line: int
    value: Any = None
    fault: str = ""
    shown: str = ""
    twice: str = ""
    text: str = field(default="", repr=False)
    span: tuple[int, int] = (0, 0)

    @property
    def raw(self) -> str:
        """Text of the record itself."""
        return self.text[slice(*self.span)]


class _Parser:
    """Python's parser, which also tells doubled keys and constants that are not JSON."""

    def __init__(self) -> None:
        self.twice = ""
        self.constant = ""
        self.decoder = json.JSONDecoder(
            object_pairs_hook=self._object, parse_constant=self._constant
        )

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            self.twice = _dropped(pairs) or self.twice
        return found

    def _constant(self, name: str) -> None:
        self.constant = name

    def at(self, text: str, start: int) -> tuple[Any, int]:
        """Return the value at ``start`` and where it ends.

        Raises:
            ValueError: If there is no value.
        """
        self.twice = self.constant = ""
        try:
            value, end = self.decoder.raw_decode(text, start)
        except RecursionError:
            raise ValueError("nested too deeply") from None
        return value, end

    def record(self, line: int, value: Any, text: str, span: tuple[int, int]) -> Record:
        """Return the record just read, faulty if it holds a constant that is not JSON."""
        if self.constant:
            return Record(line, fault="CL-JSON-NAN", shown=text[slice(*span)][:80])
        return Record(line, value, "", "", self.twice, text, span)


def _dropped(pairs: list[tuple[str, Any]]) -> str:
    """Return a key whose earlier value is lost; Mastodon gives an empty list before the full one.

    >>> _dropped([("a", []), ("a", [1])]), _dropped([("a", [1]), ("a", [])])
    ('', 'a')
    """
    seen: dict[str, Any] = {}
    for key, value in pairs:
        if key in seen and seen[key] not in ("", None, [], {}):
            return key
        seen[key] = value
    return ""


class _Pairs(list[tuple[str, Any]]):
    """An object as its keys and values, all of them."""


def twice_among(text: str, keys: Mapping[str, Any]) -> str:
    """Return a key that an object gives twice, of those that are read; empty if there is none.

    >>> twice_among('{"id": 1, "user": {"a": 1, "a": 2}}', {"id": {}, "user": {"name": {}}})
    ''
    >>> twice_among('{"id": 1, "user": [{"a": 1, "a": 2}]}', {"user": {"a": {}}})
    'a'
    """
    value, _ = json.JSONDecoder(object_pairs_hook=_Pairs).raw_decode(text)
    return next(_twice(value, keys), "")


def _twice(value: Any, keys: Mapping[str, Any]) -> Iterator[str]:
    if isinstance(value, _Pairs):
        read = [(key, inside) for key, inside in value if key in keys]
        known = Counter(key for key, _ in read)
        yield from (key for key, n in known.items() if n > 1)
        for key, inside in read:
            yield from _twice(inside, keys[key])
    elif isinstance(value, list):
        for inside in value:
            yield from _twice(inside, keys)


def script_part(lines: Iterable[str]) -> str:
    """Return which part of an X archive a script holds; empty where it is none.

    >>> script_part(["window.YTD.deleted_tweets.part0 = [ {"]), script_part(["[1]"])
    ('deleted_tweets', '')
    """
    found = _PART.match(next(iter(lines), ""))
    return (found[1] or "manifest") if found else ""


def is_json(start: str) -> bool:
    """Return whether a text begins as JSON does.

    >>> is_json('[{"id": 1}]'), is_json("id,text"), is_json("[1] first note")
    (True, False, False)
    """
    body = _SCRIPT.sub("", start.lstrip("\ufeff"), count=1).lstrip()
    if body[:1] == "{":
        return body[1:].lstrip()[:1] in ('"', "}", "")
    rest = body[1:].lstrip()[:1]
    return body[:1] == "[" and (rest in ("{", "[", "]", '"', "") or _is_array(body))


def _is_array(body: str) -> bool:
    line = body.split("\n", 1)[0].rstrip()
    return line.endswith(("]", ",")) or line == "[" or body.rstrip().endswith("]")


def shape_of(lines: Iterable[str]) -> Shape:
    """Return how the records of a JSON text follow each other."""
    parser = _Parser()
    filled = (line for line in lines if line.strip("\ufeff \t\r\n"))
    first = next(filled, "").lstrip("\ufeff \t")
    second = next(filled, None)
    try:
        _, end = parser.at(first, 0)
    except ValueError:
        return "array" if _SCRIPT.sub("", first, count=1)[:1] == "[" else _document(first, second)
    if second is not None and not first[end:].strip():
        return "lines"
    return "array" if first[:1] == "[" else "lines" if second is None else "document"


def _document(first: str, second: str | None) -> Shape:
    # A cut or broken first line of JSON lines is told from a document by the second line.
    compact = len(first.strip()) > 1 and second is not None and second.lstrip()[:1] == "{"
    return "lines" if compact else "document"


def read_lines(lines: Iterable[str], *, ended: bool, first: int = 1) -> Iterator[Record | None]:
    """Yield one record for each line of JSON lines, ``None`` for a blank one.

    Args:
        lines: The lines.
        ended: Whether the last one has its line end.
        first: Number of the first line.
    """
    parser = _Parser()
    numbered = enumerate(lines, start=first)
    for number, line in numbered:
        text = line.strip("\ufeff \t\r\n") if number == 1 else line.strip(" \t\r\n")
        if not text:
            yield None
            continue
        try:
            value, end = parser.at(text, 0)
        except ValueError:
            cut = not line.endswith(("\n", "\r")) and not ended and _is_open(text)
            yield Record(number, fault="CL-ROW-CUT" if cut else "CL-JSON-LINE", shown=text[:80])
            continue
        if end != len(text):
            yield Record(number, fault="CL-JSON-LINE", shown=text[:80])
        else:
            yield parser.record(number, value, text, (0, end))


def _is_open(text: str) -> bool:
    """Return whether brackets or quotes are still open at the end of a text."""
    bare = _STRING.sub("", text)
    return '"' in bare or sum(map(bare.count, "[{")) > sum(map(bare.count, "]}"))


@dataclass
class Whole:
    """The records of a whole JSON text.

    Attributes:
        records: The records in order.
        fault: Problem code when the text is not whole JSON.
        line: Line of the fault.
        shown: Text at the fault.
        start: Where the JSON begins in the text.
    """

    records: list[Record]
    fault: str = ""
    line: int = 0
    shown: str = ""
    start: int = 0


def read_whole(text: str, shape: Shape) -> Whole:
    """Return the records of an array (its elements) or of one or more documents."""
    skipped = _SCRIPT.match(text)
    start = skipped.end() if skipped else len(text) - len(text.lstrip("\ufeff"))
    return _Walk(text, start).elements() if shape == "array" else _Walk(text, start).documents()


class _Walk:
    def __init__(self, text: str, start: int) -> None:
        self.text, self.at = text, start
        self.parser = _Parser()
        self.found = Whole([], start=start)
        self._line, self._counted = 1, 0

    def line(self) -> int:
        """Return the line of the current position, counting on from the last one asked for."""
        part = self.text[self._counted : self.at]
        self._line += part.count("\n") + part.count("\r") - part.count("\r\n")
        self._counted = self.at
        return self._line

    def skip(self) -> str:
        """Pass over blanks and return the next character, empty at the end."""
        blank = _SPACE.match(self.text, self.at)
        self.at = blank.end() if blank else self.at
        return self.text[self.at : self.at + 1]

    def value(self) -> bool:
        """Read a value; on a fault, keep it and return ``False``."""
        line = self.line()
        start = self.at
        try:
            value, self.at = self.parser.at(self.text, start)
        except ValueError as fault:
            position = getattr(fault, "pos", start)
            self.fail(position)
            return False
        self.found.records.append(self.parser.record(line, value, self.text, (start, self.at)))
        return True

    def fail(self, position: int) -> None:
        """Keep a fault: cut when the text simply ends, bad elsewhere."""
        rest = self.text[position:]
        cut = not rest.strip() or _is_open(rest) or _is_open(self.text[self.at :])
        self.found.fault = "CL-FILE-CUT" if cut else "CL-JSON-BAD"
        self.at = min(position, len(self.text))
        self.found.line = self.line() if self.at >= self._counted else self._line
        self.found.shown = rest[:80]

    def elements(self) -> Whole:
        """Read an array element by element."""
        self.skip()
        self.at += 1
        if self.skip() == "]":
            return self._after()
        while self.value():
            mark = self.skip()
            if mark == "]":
                return self._after()
            if mark != ",":
                self.fail(self.at)
                break
            self.at += 1
            self.skip()
        return self.found

    def _after(self) -> Whole:
        self.at += 1
        if self.skip() == ";":
            self.at += 1
        if self.skip():
            self.fail(self.at)
            self.found.fault = "CL-JSON-BAD"
        return self.found

    def documents(self) -> Whole:
        """Read documents one after the other, as in JSON printed over several lines."""
        while self.skip():
            if not self.value():
                break
        return self.found


def first_records(
    lines: Iterable[str], shape: Shape, whole: Callable[[], str], *, n: int = 20
) -> list[Any]:
    """Return the values of the first records that can be read, for recognition."""
    if shape != "lines":
        found = read_whole(whole(), shape).records
        return [record.value for record in found[:n] if not record.fault]
    first: list[Any] = []
    n_signs = 0
    for record in read_lines(lines, ended=True):
        if record is None or record.fault:
            continue
        first.append(record.value)
        n_signs += len(record.text)
        if len(first) == n or n_signs >= _ENOUGH:
            break
    return first
