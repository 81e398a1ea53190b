"""Delimited text to rows with their physical lines, strictly.

Python's ``csv`` splits the fields; what it would guess over in silence (a quote that never
closes, text after a closing quote) is told here.
"""

from __future__ import annotations

import csv
import gc
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain, islice

from crisislab.limits import MAX_FIELD

_DELIMITERS = (",", ";", "\t", "|")
_SEP = re.compile(r"^\ufeff?\"?sep=(.)\"?\s*$", re.IGNORECASE)
_MAX_PIECES = 50
_SIZE = 2_000
_AHEAD = 64
HEAD = 400


@dataclass(frozen=True)
class RawRow:
    """One row as split: where it starts, how many lines it takes, and its cells.

    Attributes:
        line: First physical line (row of a sheet).
        spans: How many physical lines it takes.
        cells: The cells as text; empty when ``fault`` is set.
        fault: Problem code when the row cannot be split.
        broken: Whether it ended at a carriage return alone.
        written: The line itself, where it cannot be split and is one line.
    """

    line: int
    spans: int
    cells: list[str]
    fault: str = ""
    broken: bool = False
    written: str = ""


@dataclass(frozen=True)
class Dialect:
    """How the fields of a text are delimited."""

    delimiter: str
    escape: str | None = None


@contextmanager
def long_fields() -> Iterator[None]:
    """Allow long fields and many rows inside the block; both settings are global, and put back."""
    before = csv.field_size_limit(MAX_FIELD)
    # Rows by the million are young objects without cycles: looking for some is time lost.
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        csv.field_size_limit(before)
        if collecting:
            gc.enable()


@dataclass(frozen=True)
class Block:
    """Rows split together, for speed; what is unusual about them is looked at one by one.

    Attributes:
        cells: The cells of each row.
        ends: Last physical line of each row.
        start: Lines before the first row.
        faults: Position of a row that cannot be split -> problem code.
        written: Position of such a row -> its line, where it is one line.
    """

    cells: list[list[str]]
    ends: list[int]
    start: int
    faults: dict[int, str]
    written: dict[int, str] = field(default_factory=dict)

    def lines(self) -> list[int]:
        """Return the first physical line of each row."""
        return [before + 1 for before in (self.start, *self.ends[:-1])]

    def rows(self) -> Iterator[RawRow]:
        """Yield the rows one by one."""
        before = self.start
        for i, (cells, end) in enumerate(zip(self.cells, self.ends, strict=True)):
            fault, written = self.faults.get(i, ""), self.written.get(i, "")
            yield RawRow(before + 1, end - before, cells, fault, written=written)
            before = end


@dataclass
class _Given:
    """Lines given to the parser, a few at a time: the last one is known without a look at each."""

    lines: Iterator[str]
    size: int
    _few: list[str] = field(default_factory=list)
    _before: int = 0

    def __iter__(self) -> Iterator[str]:
        return chain.from_iterable(self._taken())

    def _taken(self) -> Iterator[list[str]]:
        while few := list(islice(self.lines, self.size)):
            self._before += len(self._few)
            self._few = few
            yield few

    def line(self, number: int) -> str:
        """Return the line that was given last, by its number from 1."""
        return self._few[number - self._before - 1]


def split_blocks(
    lines: Iterable[str], dialect: Dialect, size: int = _SIZE, *, start: int = 0
) -> Iterator[Block]:
    """Yield delimited text in blocks of rows; a row that cannot be split ends its block.

    Args:
        lines: The text.
        dialect: How its fields are delimited.
        size: How many rows a block has.
        start: Lines of the file before the text.
    """
    given = _Given(iter(lines), min(size, _AHEAD))
    # A blank before a quotation mark belongs to the text, so skipinitialspace stays off.
    parser = csv.reader(
        iter(given), delimiter=dialect.delimiter, escapechar=dialect.escape,
        doublequote=True, strict=True,
    )  # fmt: skip
    skipped = start
    while True:
        cells: list[list[str]] = []
        ends: list[int] = []
        faults: dict[int, str] = {}
        written: dict[int, str] = {}
        try:
            for row in islice(parser, size):
                cells.append(row)
                ends.append(skipped + parser.line_num)
        except csv.Error as fault:
            faults[len(cells)] = _fault_of(fault)
            before = ends[-1] if ends else start
            ends.append(skipped + parser.line_num)
            if ends[-1] - before == 1 and dialect.escape is None:
                written[len(cells)] = given.line(parser.line_num)
            cells.append([])
        if not cells:
            return
        yield Block(cells, ends, start, faults, written)
        start = ends[-1]


def split_rows(lines: Iterable[str], dialect: Dialect) -> Iterator[RawRow]:
    """Yield rows of delimited text; a row that cannot be split carries its fault."""
    for block in split_blocks(lines, dialect, HEAD):
        yield from block.rows()


def split_broken_rows(lines: Iterable[str], dialect: Dialect) -> Iterator[RawRow]:
    """Yield rows as ``split_rows`` does, and tell which ended at a carriage return alone."""
    last = ""

    def watched() -> Iterator[str]:
        nonlocal last
        for line in lines:
            last = line
            yield line

    # One row at a time: the line seen last is then the last one of the row.
    for block in split_blocks(watched(), dialect, 1):
        for row in block.rows():
            yield replace(row, broken=last.endswith("\r"))


def join_broken(
    rows: Iterable[RawRow], width: int, joined: Callable[[RawRow], None]
) -> Iterator[RawRow]:
    """Yield rows with those put together that a lone carriage return inside a text broke.

    Pieces are joined only where they make a row of exactly ``width`` cells.
    """
    held: list[RawRow] = []
    for row in rows:
        held.append(row)
        whole = _joined(held)
        if len(held) > 1 and len(whole.cells) == width and not whole.broken:
            joined(whole)
            yield whole
            held = []
        elif not _may_go_on(held, whole, width):
            yield from held
            held = []
    yield from held


def _may_go_on(held: list[RawRow], whole: RawRow, width: int) -> bool:
    if whole.fault or not whole.broken or len(held) > _MAX_PIECES:
        return False
    return 0 < len(held[0].cells) < width and len(whole.cells) <= width


def _joined(pieces: list[RawRow]) -> RawRow:
    cells = list(pieces[0].cells)
    for piece in pieces[1:]:
        more = piece.cells or [""]
        cells[-1:] = [f"{cells[-1] if cells else ''}\r{more[0]}", *more[1:]]
    fault = next((piece.fault for piece in pieces if piece.fault), "")
    spans = sum(piece.spans for piece in pieces)
    return RawRow(pieces[0].line, spans, cells, fault, pieces[-1].broken)


def _fault_of(fault: csv.Error) -> str:
    text = str(fault)
    if "unexpected end of data" in text or "larger than field limit" in text:
        return "CL-TABLE-QUOTE-OPEN"
    return "CL-ROW-QUOTE"


def declared_delimiter(line: str) -> str:
    """Return the delimiter of Excel's ``sep=;`` line, or nothing."""
    found = _SEP.match(line.rstrip("\r\n"))
    return found.group(1) if found else ""


def dialects(head: list[str]) -> list[Dialect]:
    """Return the dialects that may fit, best first, from the first lines of a file."""
    if head and (told := declared_delimiter(head[0])):
        return [Dialect(told)]
    scored = [(score, d) for d in _DELIMITERS if (score := _score(head, Dialect(d)))[1] > 1]
    ordered = [Dialect(d) for _, d in sorted(scored, key=lambda pair: pair[0], reverse=True)]
    found = ordered or [Dialect(",")]
    return [_with_escape(head, dialect) for dialect in found]


def _score(head: list[str], dialect: Dialect) -> tuple[float, int]:
    """Return the share of rows that have the usual width, and that width."""
    with long_fields():
        widths = [
            _width(row.cells)
            for row in split_rows(head, dialect)
            if any(row.cells) and not row.fault
        ]
    if not widths:
        return 0.0, 0
    wide = Counter(width for width in widths if width > 1)
    if not wide:
        return 0.0, 1
    width, n = max(wide.items(), key=lambda pair: (pair[1], pair[0]))
    return round(n / len(widths), 2), width


def _width(cells: list[str]) -> int:
    n = len(cells)
    while n > 1 and not cells[n - 1]:
        n -= 1
    # Empty cells at the end belong to the row when the header has names for them.
    return len(cells) if n > 1 else n


def _with_escape(head: list[str], dialect: Dialect) -> Dialect:
    if not any('\\"' in line for line in head):
        return dialect
    escaped = Dialect(dialect.delimiter, "\\")

    def faults(tried: Dialect) -> int:
        return sum(bool(row.fault) for row in split_rows(head, tried))

    with long_fields():
        return escaped if faults(escaped) < faults(dialect) else dialect


def best_dialect(head: list[str], fits: Callable[[list[RawRow]], int]) -> Dialect:
    """Return the dialect under which the first rows fit best; the usual order settles ties.

    Args:
        head: First lines of the file.
        fits: How well rows fit a known layout: 0 not at all, higher is better.
    """
    found = dialects(head)
    with long_fields():
        scores = [fits(list(split_rows(head, dialect))) for dialect in found]
    best = max(range(len(found)), key=lambda i: (scores[i], -i))
    return found[best]


def one_by_one(rows: Iterable[RawRow]) -> Iterator[Block]:
    """Yield rows that are split already as blocks of one."""
    for row in rows:
        faults = {0: row.fault} if row.fault else {}
        written = {0: row.written} if row.written else {}
        yield Block([row.cells], [row.line + row.spans - 1], row.line - 1, faults, written)
