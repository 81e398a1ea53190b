"""Rows of cells to a header and data: preambles, footers, ragged rows and padding told apart."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from crisislab.read._csv import HEAD, RawRow
from crisislab.read._ledger import Findings, Tally

Header = tuple[str, ...]
_TOTAL = re.compile(
    r"^\W*(grand |gran )?(sub)?tota(l|les|ls|is)( general)?[\W\d]*$", re.IGNORECASE
)
_NUMBER = re.compile(r"^[\s$€%+\-]*\d[\d\s.,:/%\-]*$")
_SEARCHED = 60
_HELD = 3


@dataclass(frozen=True)
class HeaderFound:
    """Where the header of a table is.

    Attributes:
        cells: Names of the columns, as written.
        index: Which row of the head it is (from 0).
    """

    cells: Header
    index: int


def find_header(rows: list[RawRow], known: Callable[[Header], int]) -> HeaderFound | None:
    """Return the header: the row that fits a known layout best, else the first full row.

    Args:
        rows: First rows of the table.
        known: How well a header fits a known layout; 0 for not at all.
    """
    tried = [
        (known(header_of(row.cells)), -i) for i, row in enumerate(rows[:_SEARCHED]) if row.cells
    ]
    best, at = max(tried, default=(0, 0))
    if best > 0:
        return HeaderFound(header_of(rows[-at].cells), -at)
    width = max((len(row.cells) for row in rows), default=0)
    for i, row in enumerate(rows[:_SEARCHED]):
        if _looks_like_names(row.cells, width):
            return HeaderFound(header_of(row.cells), i)
    return None


def header_of(cells: list[str]) -> Header:
    """Return a header without the empty cells that only pad it.

    >>> header_of(["id", " text ", ""])
    ('id', 'text')
    """
    names = [cell.strip("\ufeff\u200b \t\r\n") for cell in cells]
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def _looks_like_names(cells: list[str], width: int) -> bool:
    names = header_of(cells)
    if not names or len(names) < max(1, width - 1):
        return False
    return not any(_NUMBER.match(name) for name in names if name)


@dataclass
class Table:
    """The data rows of a table, one by one; the ledger and findings fill as they pass.

    Attributes:
        rows: The rows of the whole table, header and preamble included.
        header: Names of the columns.
        header_index: Which row the header is.
        found: Where findings go.
        tally: Where counts go.
        ended: Whether the file ends with a line end (always true for sheets).
    """

    rows: Iterable[RawRow]
    header: Header
    header_index: int
    found: Findings
    tally: Tally
    ended: bool = True
    _held: deque[RawRow] = field(default_factory=deque)

    def __iter__(self) -> Iterator[RawRow]:
        """Yield each data row, as wide as the header."""
        source = iter(self.rows)
        self._before(list(islice(source, self.header_index)))
        head = next(source, None)
        if head is None:
            return
        self.tally.add("header")
        self.tally.add("continuation", head.spans - 1)
        for row in source:
            if self._is_blank(row):
                continue
            self._held.append(row)
            if len(self._held) > _HELD:
                yield from self._checked(self._held.popleft())
        while self._held:
            row = self._held.popleft()
            if self._is_footer(row):
                self._foot(row)
            else:
                yield from self._checked(row, last=not self._held)

    def _before(self, rows: list[RawRow]) -> None:
        for row in rows:
            if not any(row.cells) and not row.fault:
                self.tally.add("blank", row.spans)
                continue
            self.tally.add("preamble", row.spans)
            if row.line == 1 and row.cells and declared_delimiter(row.cells[0] or "sep=;"):
                continue
            self.found.note(
                "CL-TABLE-PREAMBLE", line=row.line, value=" | ".join(filter(None, row.cells))
            )

    def _is_blank(self, row: RawRow) -> bool:
        if row.fault or any(row.cells):
            return False
        self.tally.add("blank", row.spans)
        return True

    def _is_footer(self, row: RawRow) -> bool:
        first = next((cell for cell in row.cells if cell.strip()), "")
        if row.fault or not first:
            return False
        filled = sum(bool(cell.strip()) for cell in row.cells)
        if _TOTAL.match(first) and (not row.cells[0].strip() or row.cells[0] == first):
            return True
        return filled == 1 and len(row.cells) < len(self.header) and self.ended

    def _foot(self, row: RawRow) -> None:
        self.tally.add("footer", row.spans)
        self.found.note("CL-TABLE-FOOTER", line=row.line, value=" | ".join(filter(None, row.cells)))

    def _checked(self, row: RawRow, *, last: bool = False) -> Iterator[RawRow]:
        self.tally.add("continuation", row.spans - 1)
        width = len(self.header)
        if row.fault:
            self._reject(row, row.fault)
        elif len(row.cells) == width:
            yield from self._unless_header(row)
        elif len(row.cells) > width:
            yield from self._without_padding(row)
        elif last and not self.ended:
            self._reject(row, "CL-ROW-CUT")
        else:
            self._reject(row, "CL-ROW-SHORT")

    def _unless_header(self, row: RawRow) -> Iterator[RawRow]:
        if row.cells[0].strip("\ufeff ") == self.header[0] and header_of(row.cells) == self.header:
            self.tally.add("header")
            self.found.note("CL-TABLE-HEADER-AGAIN", "fixed", line=row.line)
        else:
            yield row

    def _without_padding(self, row: RawRow) -> Iterator[RawRow]:
        width = len(self.header)
        if any(cell.strip() for cell in row.cells[width:]):
            self._reject(row, "CL-ROW-LONG")
            return
        self.found.note("CL-TABLE-PADDED", "fixed", line=row.line)
        yield from self._unless_header(RawRow(row.line, row.spans, row.cells[:width]))

    def _reject(self, row: RawRow, code: str) -> None:
        if code == "CL-TABLE-QUOTE-OPEN":
            self.found.refuse(code, line=row.line)
        self.tally.add("rejected")
        self.found.reject(row.line, code, value=" | ".join(row.cells))


def head_rows(rows: Iterable[RawRow]) -> list[RawRow]:
    """Return the first rows, enough to find a header in."""
    return list(islice(rows, HEAD))
