"""What one file (or member, or sheet) comes to: typed rows, its counts and its findings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crisislab.read._columns import fold
from crisislab.read._ledger import Findings, Tally
from crisislab.read._reader import Item, Reader
from crisislab.read._rows import Rows, n_distinct, numbers
from crisislab.read._type import Typing
from crisislab.read.declare import Declaration
from crisislab.read.sources.generic import known_times
from crisislab.schema import LOG, POSTS, Table


@dataclass
class Part:
    """One file read: its rows (``_unit`` says which unit of the ledger each belongs to)."""

    frame: pd.DataFrame
    tally: Tally
    found: Findings
    n_units: int = 0
    reader: Reader | None = None
    columns: tuple[str, ...] = ()

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

    def __post_init__(self) -> None:
        """Start with no rows."""
        kept = ("count", "number", "instant", "flag", "text")
        skipped = {"source", "source_file", "source_row", "zone_origin"}
        names = (c.name for c in self.table.columns if c.type in kept and c.name not in skipped)
        self.rows = Rows(tuple(names))

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
        if self.reader is None or self.reader.gives == "other" or self.found.is_refused():
            return self._closed(self.table.empty().assign(_unit=0), 0, aside=True)
        raw = _with_constants(self.rows.table(), self.reader)
        typing = Typing(
            raw, self.names, self.reader, self.declared, self.table, self.found,
            told_lost=bool(self.rows.damaged) or "lost" in self.repaired.values(),
        )  # fmt: skip
        for line in self.rows.damaged:
            self.found.note("CL-TEXT-HALF", line=line)
        counts = self.tally.counts
        if not len(raw) and counts["header"] and not counts["rejected"]:
            self.found.note("CL-FILE-NO-ROWS", n=None)
        frame = typing.run()
        self._ask_second_header()
        if self.found.is_refused():
            return self._closed(frame.iloc[:0], 0, aside=True)
        n_units = n_distinct(numbers(raw.column("_unit")))
        rejected = n_units - n_distinct(frame["_unit"].to_numpy())
        self.tally.add("rejected", rejected)
        self._flag_lines(frame)
        return self._closed(frame, n_units - rejected, aside=False)

    def _ask_second_header(self) -> None:
        """Refuse a table in which a row is another header: what follows has another order."""
        names = {fold(name) for name in self.columns} | known_times()
        for reject in self.found.rejects:
            if reject.code == "CL-TIME-UNREADABLE" and fold(reject.value) in names:
                self.found.refuse(
                    "CL-TABLE-HEADER-OTHER", line=reject.line, column=reject.column,
                    value=reject.value,
                )  # fmt: skip

    def _closed(self, frame: pd.DataFrame, n_units: int, *, aside: bool) -> Part:
        self.tally.source = self.reader.name if self.reader else ""
        part = Part(frame, self.tally, self.found, n_units, self.reader, self.columns)
        if aside:
            part.refuse()
        return part

    def _flag_lines(self, frame: pd.DataFrame) -> None:
        """Flag the rows that hold lines with bad bytes or half characters."""
        bad = dict.fromkeys(self.rows.damaged, "CL-TEXT-HALF")
        bad |= dict.fromkeys(self.repaired, "CL-TEXT-BYTES") | self.marked
        if not bad or frame.empty:
            return
        starts = frame["source_row"].to_numpy(dtype=np.int64)
        order = np.argsort(starts, kind="stable")
        at = np.searchsorted(starts[order], sorted(bad), side="right") - 1
        flags = frame["flags"].astype(object).where(frame["flags"].notna(), "")
        for position, line in zip(at, sorted(bad), strict=True):
            if position >= 0:
                row = int(order[position])
                words = str(flags.iat[row]).split()
                flags.iat[row] = " ".join(dict.fromkeys([*words, bad[line]]))
        frame["flags"] = flags.where(flags != "", None).astype("str")


def _with_constants(raw: Any, reader: Reader) -> Any:
    for column, value in reader.constants.items():
        at = raw.column_names.index(column)
        filled = pc.fill_null(raw.column(column), pa.scalar(value, pa.large_string()))
        raw = raw.set_column(at, column, filled)
    return raw


def table_of(want: str) -> Table:
    """Return the schema table of a kind of rows."""
    return POSTS if want == "posts" else LOG
