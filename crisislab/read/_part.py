"""What one file (or member, or sheet) comes to: typed rows, its counts and its findings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crisislab.read._alike import Sketch
from crisislab.read._blocks import BLOCK, Blocks, Sink, mark_lines
from crisislab.read._columns import fold
from crisislab.read._evidence import ApartError
from crisislab.read._frame import frame_of
from crisislab.read._ledger import Findings, Reject, Tally
from crisislab.read._reader import Item, Reader
from crisislab.read._rows import Rows, n_distinct, numbers
from crisislab.read._secrets import hide_typed_secrets
from crisislab.read._shared import MARKS, with_counts, with_shared, with_titles
from crisislab.read._type import Typing
from crisislab.read.declare import Declaration
from crisislab.read.sources.generic import known_times
from crisislab.schema import LOG, POSTS, Table


@dataclass
class Part:
    """One file read: its rows (``_unit`` says which unit of the ledger each belongs to).

    Attributes:
        searched: Whether secrets were looked for, and hidden, while it was read.
        sketch: What some of its rows say, to be found in other files.
    """

    frame: pd.DataFrame
    tally: Tally
    found: Findings
    n_units: int = 0
    reader: Reader | None = None
    columns: tuple[str, ...] = ()
    searched: bool = False
    sketch: Sketch = field(default_factory=Sketch)

    def refuse(self) -> None:
        """Drop all rows: the whole file is set aside."""
        self.frame = self.frame.iloc[:0]
        self.n_units = 0
        self.tally.set_aside_whole()


@dataclass
class Draft:
    """A file being read: mapped rows and where findings and counts go.

    Attributes:
        reader: Layout of the file; ``None`` until it is recognised.
        table: Schema table the rows are for.
        declared: What the analyst declares about the file.
        found: Findings.
        tally: Counts.
        names: Own name of the column behind each schema column.
        repaired: Lines with bad bytes -> how they were read.
        columns: Names of the columns or keys, as written.
        marked: Lines of which something is flagged -> code of it.
        rows: Rows that are not typed yet.
        blocks: Blocks typed so far, where the file is typed block by block.
        sketch: What some of the rows say, to be found in other files.
    """

    table: Table
    declared: Declaration
    found: Findings
    tally: Tally
    reader: Reader | None = None
    names: dict[str, str] = field(default_factory=dict)
    repaired: dict[int, str] = field(default_factory=dict)
    columns: tuple[str, ...] = ()
    marked: dict[int, str] = field(default_factory=dict)
    rows: Rows = field(init=False)
    blocks: Blocks | None = None
    sketch: Sketch = field(default_factory=Sketch)

    def __post_init__(self) -> None:
        """Start with no rows."""
        kept = ("count", "number", "instant", "flag", "text")
        skipped = {"source", "source_file", "source_row", "zone_origin"}
        names = (c.name for c in self.table.columns if c.type in kept and c.name not in skipped)
        marks = MARKS if self.table is POSTS else ()
        self.rows = Rows((*names, *marks))

    def in_blocks(self, sink: Sink | None) -> None:
        """Type rows as they come, a block at a time; without a sink the part keeps them."""
        self.blocks = Blocks(sink)
        self.rows.most, self.rows.on_full = BLOCK, self._cut

    def _cut(self) -> None:
        self._take(self.rows.cut())

    def _take(self, raw: Any) -> None:
        """Type a block of rows.

        Raises:
            ApartError: Where only the whole file can tell.
        """
        if self.reader is None or self.blocks is None or self.found.is_refused() or not len(raw):
            return
        if self.rows.damaged or self.repaired:
            raise ApartError("damaged")
        found = Findings(self.found.file, self.found.place, self.found.call)
        typing = self._typing(_with_constants(raw, self.reader), found)
        typed = typing.run()
        if self._second_headers(found):
            raise ApartError("second header")
        typed = hide_typed_secrets(typed, found, typing.search)
        self.sketch.add(typed)
        marked = self.blocks.marked(typed, self.marked, before=self.rows.first_line)
        self.blocks.add(numbers(raw.column("_unit")), marked, found)

    def _typing(self, raw: Any, found: Findings) -> Typing:
        assert self.reader is not None
        raw, names = with_counts(with_titles(with_shared(raw)), self.names, found)
        return Typing(
            raw, names, self.reader, self.declared, self.table, found,
            told_lost=bool(self.rows.damaged) or "lost" in self.repaired.values(),
            header=self.columns,
        )  # fmt: skip

    def _finish_blocks(self, blocks: Blocks) -> Part:
        """Type what is left, and close the counts of all blocks."""
        none = self.table.empty().assign(_unit=0)
        self._take(self.rows.table())
        if self.found.is_refused():
            return self._closed(none, 0, aside=True)
        blocks.close(self.found, self.marked)
        self.tally.add("rejected", blocks.n_units - blocks.n_kept)
        frame = frame_of(blocks.kept) if blocks.kept else none
        part = self._closed(frame, blocks.n_kept, aside=False)
        part.searched = True
        return part

    def put(self, item: Item, line: int, unit: int) -> None:
        """Keep one item of a record: as a row, as context, or set aside."""
        if item.fate == "load":
            self.rows.add(item.row, line, unit)
            return
        self.tally.add("context" if item.fate == "context" else "rejected")
        if item.fate == "reject":
            self.found.reject(line, item.reason, value=item.value)

    def finish(self) -> Part:
        """Type the rows and close the counts."""
        self.rows.on_full = None
        if self.reader is None or self.reader.gives == "other" or self.found.is_refused():
            return self._closed(self.table.empty().assign(_unit=0), 0, aside=True)
        if self.blocks is not None and self.blocks.n_rows:
            return self._finish_blocks(self.blocks)
        raw = _with_constants(self.rows.table(), self.reader)
        for line in sorted(self.rows.damaged):
            self.found.note("CL-TEXT-HALF", line=line)
        counts = self.tally.counts
        if not len(raw) and counts["header"] and not counts["rejected"]:
            self.found.note("CL-FILE-NO-ROWS", n=None)
        typing = self._typing(raw, self.found)
        typed = typing.run()
        self._ask_second_header(typing)
        if self.found.is_refused():
            return self._closed(self.table.empty().assign(_unit=0), 0, aside=True)
        self.sketch.add(typed)
        n_units = n_distinct(numbers(raw.column("_unit")))
        rejected = n_units - n_distinct(typed.units)
        self.tally.add("rejected", rejected)
        frame = mark_lines(typed, self._bad_lines()).frame()
        return self._closed(frame, n_units - rejected, aside=False)

    def _second_headers(self, found: Findings) -> list[Reject]:
        """Return rows that are another header: what follows them has another order."""
        unread = [reject for reject in found.rejects if reject.code == "CL-TIME-UNREADABLE"]
        names = {fold(name) for name in self.columns} | known_times() if unread else set()
        return [reject for reject in unread if fold(reject.value) in names]

    def _ask_second_header(self, typing: Typing) -> None:
        found = self._second_headers(self.found)
        if self.found.has("CL-TIME-FORMAT"):
            # So much stands below the other header that no column seems to be the times.
            found = self._named_times(typing)
            if found:
                self.found.drop("CL-TIME-FORMAT")
        for reject in found:
            self.found.refuse(
                "CL-TABLE-HEADER-OTHER", line=reject.line, column=reject.column,
                value=reject.value,
            )  # fmt: skip

    def _named_times(self, typing: Typing) -> list[Reject]:
        """Return rows that have the name of a column where their time should stand."""
        column = typing.time
        names = {fold(name) for name in self.columns}
        told = zip(typing.text(column).to_pylist(), typing.lines.tolist(), strict=True)
        name = typing.name(column)
        return [
            Reject(line, "CL-TIME-UNREADABLE", name, value)
            for value, line in told if value and fold(value) in names
        ]  # fmt: skip

    def _closed(self, frame: pd.DataFrame, n_units: int, *, aside: bool) -> Part:
        self.tally.source = self.reader.name if self.reader else ""
        part = Part(frame, self.tally, self.found, n_units, self.reader, self.columns,
                    sketch=self.sketch)  # fmt: skip
        if aside:
            part.refuse()
        return part

    def _bad_lines(self) -> dict[int, str]:
        """Return lines with bad bytes, half characters or other marks, and their codes."""
        bad = dict.fromkeys(self.rows.damaged, "CL-TEXT-HALF")
        return bad | dict.fromkeys(self.repaired, "CL-TEXT-BYTES") | self.marked


def _with_constants(raw: Any, reader: Reader) -> Any:
    for column, value in reader.constants.items():
        at = raw.column_names.index(column)
        filled = pc.fill_null(raw.column(column), pa.scalar(value, pa.large_string()))
        raw = raw.set_column(at, column, filled)
    return raw


def table_of(want: str) -> Table:
    """Return the schema table of a kind of rows."""
    return POSTS if want == "posts" else LOG
