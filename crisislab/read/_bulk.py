"""The fast way through large clean texts: split by a program beside us, checked block by block.

What the program is not sure of comes back as text and is split by the rules of ``_csv``, so the
rows are the same either way; only the time differs.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import numpy as np

from crisislab.read import _early
from crisislab.read._csv import Block, Dialect, split_blocks
from crisislab.read._json import Record, read_lines
from crisislab.read._process import Message
from crisislab.read._programs import program
from crisislab.read._progress import told
from crisislab.read._promise import Surveyed
from crisislab.read._rows import numbers
from crisislab.read._survey import Told
from crisislab.read._text import Lines


@dataclass(frozen=True)
class Columns:
    """Rows split together, as columns.

    Attributes:
        cells: Position in the header -> its cells, empty ones missing.
        lines: First physical line of each row.
        n_lines: How many physical lines the rows take.
    """

    cells: dict[int, Any]
    lines: Any
    n_lines: int


@dataclass(frozen=True)
class BulkTable:
    """A large table to split.

    Attributes:
        lines: The text.
        seen: What looks through it.
        dialect: How its fields are delimited.
        header: Names of the columns.
        wanted: Positions of the columns that are used.
    """

    lines: Lines
    seen: Surveyed
    dialect: Dialect
    header: tuple[str, ...]
    wanted: tuple[int, ...]

    def is_fit(self) -> bool:
        """Return whether the fast way may be tried at all."""
        return (
            self.seen.told.n_bytes >= _early.LEAST
            and self.lines.path is not None
            and is_plain(self.seen.told)
            and self.dialect.escape is None
            and len(self.dialect.delimiter.encode()) == 1
        )

    def blocks(self, head: list[str], header_ends: int) -> Iterator[Block | Columns]:
        """Yield the whole table; the header ends on line ``header_ends``."""
        yield from split_blocks(head[:header_ends], self.dialect)
        start = self.lines.n_bytes_of(head[:header_ends])
        line = header_ends + 1
        assert self.lines.path is not None
        asked = _early.table_question(
            self.lines.path, start, delimiter=self.dialect.delimiter, header=self.header,
            wanted=self.wanted, line=line,
        )  # fmt: skip
        with program("tables").answers(asked) as found:
            for message in found:
                if message.kind == "rest":
                    break
                told(message.n_bytes)
                if message.plain:
                    self.seen.vouch(start, message.n_bytes)
                yield from self._split(message.kind, message)
                start += message.n_bytes
                line += message.n_lines
        # The rest, from where the program stopped: the last rows, or all it could not read.
        yield from split_blocks(self.lines.after(start), self.dialect, start=line - 1)

    def _split(self, kind: str, message: Any) -> Iterable[Block | Columns]:
        if kind == "text":
            text = io.StringIO(message.body.decode("utf-8"), newline="")
            return split_blocks(text, self.dialect, start=message.line - 1)
        # The program may have begun with all columns, before it was known which are used.
        cells = {i: message.columns[str(i)] for i in {0, *self.wanted}}
        return [Columns(cells, numbers(message.columns["line"]), message.n_lines)]


@dataclass(frozen=True)
class RecordColumns:
    """Records read together, as columns of the schema.

    Attributes:
        cells: Column of the schema -> its values.
        lines: Line of the record of each row.
        units: Number of each row among the items of the records, from 0.
        n_records: How many records there are.
        n_beside: How many of their items are beside the data, and no rows.
        paged: Whether a record holds another number of items than one.
    """

    cells: dict[str, Any]
    lines: Any
    units: Any
    n_records: int
    n_beside: int
    paged: bool


@dataclass(frozen=True)
class BulkRecords:
    """Large JSON lines to read: the text, what looks through it, and the layout known in bulk."""

    lines: Lines
    seen: Surveyed
    layout: str

    def is_fit(self) -> bool:
        """Return whether the fast way may be tried at all."""
        known = bool(self.layout) and self.lines.path is not None
        return known and self.seen.told.n_bytes >= _early.LEAST and is_plain(self.seen.told)

    def records(self) -> Iterator[Record | RecordColumns | None]:
        """Yield all records in order, those beyond doubt by the thousand."""
        at, line, end = self.lines.n_bytes_of([]), 1, self.seen.told.n_bytes
        path = self.lines.path
        assert path is not None
        with ExitStack() as opened:
            # Each program reads every other span: all of them work on what is used next.
            asked = _early.records_questions(path, self.layout, at, end)
            parts = [
                opened.enter_context(program("records", i).answers(one))
                for i, one in enumerate(asked)
            ]
            for i, (_, stop) in enumerate(sorted(span for one in asked for span in one["spans"])):
                while at < stop and (message := next(parts[i % len(parts)], None)) is not None:
                    told(message.n_bytes)
                    if message.plain:
                        self.seen.vouch(at, message.n_bytes)
                    yield from _records(message, line)
                    at += message.n_bytes
                    line += message.n_lines
                if at != stop:
                    break
            else:
                for part in parts:  # each says that it is done, and is kept for the next file
                    next(part, None)
        yield from read_lines(self.lines.after(at), ended=self.seen.told.ended, first=line)


def _records(message: Message, line: int) -> Iterator[Record | RecordColumns | None]:
    """Yield the records of one message, which begins on a line of the file."""
    if message.kind == "text":
        text = io.StringIO(message.body.decode("utf-8"), newline="")
        yield from read_lines(text, ended=True, first=line)
    elif message.kind == "rows":
        cells = dict(message.columns)
        lines = numbers(cells.pop("line")) - message.line + line
        units = numbers(cells.pop("unit")) if "unit" in cells else np.arange(len(lines))
        yield RecordColumns(
            cells, lines, units, message.n_lines, message.n_beside, message.paged
        )  # fmt: skip


def is_plain(seen: Told) -> bool:
    """Return whether a text is UTF-8 throughout, with ordinary line ends."""
    return seen.encoding in ("utf-8", "utf-8-sig") and seen.how != "mixed" and not seen.n_alone
