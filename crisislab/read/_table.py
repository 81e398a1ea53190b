"""Rows of cells to a header and data: preambles, footers, ragged rows and padding told apart."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice, zip_longest

from crisislab.read._bulk import Columns
from crisislab.read._csv import Block, RawRow, declared_delimiter
from crisislab.read._ledger import Findings, Tally
from crisislab.read._quotes import split_beyond_doubt

Header = tuple[str, ...]
_TOTAL = re.compile(r"^\W*(grand |gran )?(sub)?tota(l|les|ls|is)( general)?[\W\d]*$", re.IGNORECASE)
# In rows that lack what those above have.
_SUM = re.compile(
    r"^\W*(?:(?:grand |gran |sub)?tota(?:l|les|ls|is)(?: general)?|sumas?|sum|somme|soma"
    r"|promedio|media|average|mean)[\W\d]*$",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"^[\s$€%+\-]*\d[\d\s.,:/%\-]*$")
_SEARCHED = 60
_HELD = 3
_NUMBERS = 0.3
_FILLED = 0.9
_LONG = 250
_LEAST_COLUMNS, _LEAST_BESIDE = 2, 2


@dataclass(frozen=True)
class HeaderFound:
    """Where the header of a table is.

    Attributes:
        cells: Names of the columns, as written.
        index: Which row of the head it is (from 0).
        beside: Names of the columns of another table on the right, which are not read.
    """

    cells: Header
    index: int
    beside: Header = ()


def find_header(rows: list[RawRow], known: Callable[[Header], int]) -> HeaderFound | None:
    """Return the header: the row that fits a known layout best, else the first full row.

    Args:
        rows: First rows of the table.
        known: How well a header fits a known layout; 0 for not at all.
    """
    best, at = 0, 0
    for i, row in enumerate(rows[:_SEARCHED]):
        if _may_be_names(row.cells) and (fits := known(header_of(row.cells))) > best:
            best, at = fits, i
    if best > 0:
        at = next((i for i in range(at) if _heads_data(rows, i, at, known)), at)
        cells = header_of(rows[at].cells)
        if below := _second_row(cells, rows[at + 1 :], known):
            return HeaderFound(below, at + 1)
        n = _width_alone(cells, rows[at + 1 :], known)
        own = (*cells[:n], *("" for _ in cells[n:]))
        own += _unnamed(len(own), rows[at], rows[at + 1 :])
        return HeaderFound(own, at, tuple(filter(None, cells[n:])))
    width = max((len(row.cells) for row in rows), default=0)
    for i, row in enumerate(rows[:_SEARCHED]):
        if _looks_like_names(row.cells, width):
            return HeaderFound(header_of(row.cells), i)
    return None


def _second_row(
    names: Header, rows: list[RawRow], known: Callable[[Header], int]
) -> Header | None:  # fmt: skip
    """Return the names of a header of two rows; ``None`` where the second one is data.

    Under a name that spans several columns stand theirs; the others have nothing below them. It is
    one only where its words are names that are known, and name a column that had none.
    """
    below = header_of(rows[0].cells) if rows else ()
    pairs = list(zip_longest(names, below, fillvalue=""))
    opens = any(under and not name for name, under in pairs)
    left = any(name and not under for name, under in pairs)
    if not opens or not left or not _may_be_names(list(below)):
        return None
    joined = tuple(under or name for name, under in pairs)
    without = tuple("" if under else name for name, under in pairs)
    fits = known(joined)
    return joined if fits > known(without) and fits >= known(names) else None


def _heads_data(
    rows: list[RawRow], at: int, end: int, known: Callable[[Header], int]
) -> bool:  # fmt: skip
    """Return whether a row heads rows as wide as it is, down to one that fits better.

    Another export was appended: its header has more columns, and is no reason to pass over rows.
    """
    between, width = rows[at + 1 : end], len(rows[at].cells)
    if not between or not all(any(row.cells) and len(row.cells) == width for row in between):
        return False
    return _may_be_names(rows[at].cells) and known(header_of(rows[at].cells)) > 0


def _width_alone(cells: Header, rows: list[RawRow], known: Callable[[Header], int]) -> int:
    """Return how many columns the table has without one that stands beside it in a sheet.

    An empty column parts them, and the other one ends before it: what is there in all rows belongs
    to them.
    """
    gap = cells.index("") if "" in cells else 0
    if gap < _LEAST_COLUMNS or len(header_of(list(cells[gap:]))) - 1 < _LEAST_BESIDE:
        return len(cells)
    own = [row.cells for row in rows if any(row.cells)]
    filled = [any(row[gap + 1 :]) for row in own]
    n = sum(filled)
    ends = 0 < n < len(own) and all(filled[:n]) and not any(row[gap] for row in own if row[gap:])
    return gap if ends and known(cells[:gap]) > 0 else len(cells)


def _unnamed(n: int, head: RawRow, rows: list[RawRow]) -> Header:
    """Return the empty names behind the others, of columns that nearly all rows fill.

    Of texts that are not quoted, parts stand there too: not in nearly all rows, and most of them
    begin with the blank behind the comma.
    """
    own = [row.cells for row in rows if any(row.cells)]
    for width in range(len(head.cells), n, -1):
        cells = [row[width - 1] for row in own if len(row) >= width]
        filled = sum(bool(cell.strip()) for cell in cells)
        if filled and filled >= _FILLED * len(own):
            spilled = any(cell[:1].isspace() for row in own for cell in row[n:])
            return () if spilled else ("",) * (width - n)
    return ()


def header_of(cells: list[str]) -> Header:
    """Return a header without the empty cells that only pad it.

    >>> header_of(["id", " text ", ""])
    ('id', 'text')
    """
    names = [cell.strip("\ufeff\u200b \t\r\n") for cell in cells]
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def _may_be_names(cells: list[str]) -> bool:
    """Return whether cells may name columns: no long texts, and hardly any numbers."""
    filled = [cell for cell in cells if cell]
    numbers = sum(bool(_NUMBER.match(cell)) for cell in filled)
    return bool(filled) and numbers < _NUMBERS * len(filled) and len(max(filled, key=len)) < _LONG


def _looks_like_names(cells: list[str], width: int) -> bool:
    names = header_of(cells)
    if not names or len(names) < max(1, width - 1):
        return False
    return not any(_NUMBER.match(name) for name in names if name)


@dataclass(frozen=True)
class Data:
    """Data rows, as wide as the header, with the first line of each."""

    cells: list[list[str]]
    lines: list[int]


@dataclass
class Table:
    """The data rows of a table; the ledger and findings fill as they pass.

    Attributes:
        blocks: The rows of the whole table, header and preamble included.
        header: Names of the columns.
        header_index: Which row the header is.
        found: Where findings go.
        tally: Where counts go.
        ended: Whether the file ends with a line end (always true for sheets).
        delimiter: What separates cells; empty for sheets.
        marked: Lines of which something is flagged -> code of it.
        above: What stands above the header.
    """

    blocks: Iterable[Block | Columns]
    header: Header
    header_index: int
    found: Findings
    tally: Tally
    ended: bool = True
    delimiter: str = ""
    marked: dict[int, str] = field(default_factory=dict)
    above: list[RawRow] = field(default_factory=list)
    _seen: int = 0
    _held: deque[RawRow] = field(default_factory=deque)

    def __iter__(self) -> Iterator[Data | Columns]:
        """Yield the data rows, many at a time; the last rows are looked at for footers."""
        for block in self.blocks:
            if isinstance(block, Columns):
                yield _data(kept for row in self._held for kept in self._checked(row))
                self._held.clear()
                self.tally.add("continuation", block.n_lines - len(block.lines))
                yield block
            elif self._seen > self.header_index and self._is_plain(block):
                yield from self._plain(block)
            else:
                yield _data(kept for row in block.rows() for kept in self._passed(row))
        yield _data(kept for row in self._end() for kept in row)

    def rows(self) -> Iterator[RawRow]:
        """Yield the data rows one by one."""
        for data in self:
            # Columns are only asked for where no row is looked at by itself.
            assert isinstance(data, Data)
            for line, cells in zip(data.lines, data.cells, strict=True):
                yield RawRow(line, 1, cells)

    def _is_plain(self, block: Block) -> bool:
        """Return whether every row is a full data row, by tests that cost little."""
        first = self.header[0]
        return (
            not block.faults
            and len(block.cells) > _HELD
            and set(map(len, block.cells)) == {len(self.header)}
            and all(map(any, block.cells))
            and not any(_same(cells[0], first) for cells in block.cells)
        )

    def _plain(self, block: Block) -> Iterator[Data]:
        held = [kept for row in self._held for kept in self._checked(row)]
        self._held.clear()
        yield _data(held)
        n = len(block.cells) - _HELD
        if block.ends[n - 1] - block.start > n:
            self.tally.add("continuation", block.ends[n - 1] - block.start - n)
            # The rows that are held back are looked at when they are let go.
            spans = zip(block.lines(), block.ends, block.cells, strict=True)
            for line, end, cells in islice(spans, n):
                if end > line:
                    self._tell_swallowed(RawRow(line, end - line + 1, cells))
        yield Data(block.cells[:n], block.lines()[:n])
        rest = Block(block.cells[n:], block.ends[n:], block.ends[n - 1], {})
        self._held.extend(rest.rows())

    def _passed(self, row: RawRow) -> Iterator[RawRow]:
        """Take one row: what comes before the data is counted, the last few are held back."""
        self._seen += 1
        if self._seen <= self.header_index:
            self._before(row)
        elif self._seen == self.header_index + 1:
            self.tally.add("header")
            self.tally.add("continuation", row.spans - 1)
        elif not self._is_blank(row):
            self._held.append(row)
            if len(self._held) > _HELD:
                yield from self._checked(self._held.popleft())

    def _end(self) -> Iterator[Iterator[RawRow]]:
        usual = self._always_filled()
        while self._held:
            row = self._held.popleft()
            if self._is_footer(row, usual if not self._held else frozenset()):
                self._foot(row)
            else:
                yield self._checked(row, last=not self._held)

    def _before(self, row: RawRow) -> None:
        if not any(row.cells) and not row.fault:
            self.tally.add("blank", row.spans)
            return
        self.tally.add("preamble", row.spans)
        if row.line == 1 and declared_delimiter("".join(row.cells) + self.delimiter):
            return
        self.above.append(row)
        value = " | ".join(filter(None, row.cells))
        self.found.note("CL-TABLE-PREAMBLE", line=row.line, value=value)

    def _is_blank(self, row: RawRow) -> bool:
        if row.fault or any(row.cells):
            return False
        self.tally.add("blank", row.spans)
        return True

    def _always_filled(self) -> frozenset[int]:
        """Return which columns all of the last rows but the very last one have something in."""
        above = [row.cells for row in islice(self._held, max(0, len(self._held) - 1))]
        filled = ({i for i, cell in enumerate(cells) if cell.strip()} for cells in above)
        return frozenset(set.intersection(*filled)) if len(above) > 1 else frozenset()

    def _is_footer(self, row: RawRow, usual: frozenset[int]) -> bool:
        first = next((cell for cell in row.cells if cell.strip()), "")
        if row.fault or not first:
            return False
        filled = sum(bool(cell.strip()) for cell in row.cells)
        if _TOTAL.match(first) and (not row.cells[0].strip() or row.cells[0] == first):
            return True
        # A word for the sum somewhere, and nothing where the rows above have something.
        if any(map(_SUM.match, row.cells)) and any(not row.cells[i].strip() for i in usual
                                                     if i < len(row.cells)):  # fmt: skip
            return True
        return filled == 1 and len(row.cells) < len(self.header) and self.ended

    def _foot(self, row: RawRow) -> None:
        self.tally.add("footer", row.spans)
        self.found.note("CL-TABLE-FOOTER", line=row.line, value=" | ".join(filter(None, row.cells)))

    def _tell_swallowed(self, row: RawRow) -> None:
        """Tell a cell whose further lines look like rows: a quotation mark may be missing."""
        if row.spans == 1 or not self.delimiter:
            return
        broken = [cell for cell in row.cells if "\n" in cell]
        further = [line for cell in broken for line in cell.split("\n")[1:]]
        alike = sum(self._is_alike(line, row.cells[0]) for line in further)
        if alike and len(self.header) > 2:
            # Of the last one, a part stands in the cells behind the quotation mark that ends it.
            last = 0 < further[-1].count(self.delimiter) < len(self.header) - 1
            self.found.note("CL-TABLE-SWALLOWED", line=row.line, n=alike + last)
            self.marked[row.line] = "CL-TABLE-SWALLOWED"

    def _is_alike(self, line: str, first: str) -> bool:
        """Return whether a line of a cell may be a row: as wide, and begun as rows are."""
        begins, *rest = line.split(self.delimiter)
        digits = any(map(str.isdigit, first))
        return len(rest) >= len(self.header) - 1 and (
            not digits or any(map(str.isdigit, begins))
        )  # fmt: skip

    def _checked(self, row: RawRow, *, last: bool = False) -> Iterator[RawRow]:
        self.tally.add("continuation", row.spans - 1)
        self._tell_swallowed(row)
        width = len(self.header)
        if row.fault:
            yield from self._mended(row)
        elif len(row.cells) == width:
            yield from self._unless_header(row)
        elif len(row.cells) > width:
            yield from self._without_padding(row)
        elif last and not self.ended:
            self._reject(row, "CL-ROW-CUT")
        else:
            self._reject(row, "CL-ROW-SHORT")

    def _mended(self, row: RawRow) -> Iterator[RawRow]:
        """Yield a row that cannot be split by the rules, where one way alone fits the header."""
        line, cells = row.written.rstrip("\r\n"), None
        if row.fault == "CL-ROW-QUOTE" and line and self.delimiter:
            cells = split_beyond_doubt(line, self.delimiter, len(self.header))
        if cells is None:
            self._reject(row, row.fault)
        else:
            self.found.note("CL-ROW-QUOTE-INSIDE", "fixed", line=row.line, value=line)
            yield RawRow(row.line, row.spans, cells)

    def _unless_header(self, row: RawRow) -> Iterator[RawRow]:
        names = header_of(list(self.header))
        if _same(row.cells[0], names[0]) and _all_same(header_of(row.cells), names):
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


def _same(cell: str, name: str) -> bool:
    return len(cell) < _LONG and cell.strip("\ufeff\u200b ").casefold() == name.casefold()


def _all_same(cells: Header, names: Header) -> bool:
    return len(cells) == len(names) and all(map(_same, cells, names))


def _data(rows: Iterable[RawRow]) -> Data:
    kept = list(rows)
    return Data([row.cells for row in kept], [row.line for row in kept])
