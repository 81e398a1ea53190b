"""One input to its parts: opened, recognised, mapped and typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import crisislab.limits as limits
from crisislab.errors import CrisisLabError, Problem
from crisislab.read import _json
from crisislab.read._above import tell_zone_above
from crisislab.read._blocks import Streaming
from crisislab.read._bulk import BulkRecords, BulkTable, Columns, RecordColumns
from crisislab.read._bytes import Input
from crisislab.read._columns import check_declared, match
from crisislab.read._csv import (
    Block,
    Dialect,
    RawRow,
    best_dialect,
    join_broken,
    long_fields,
    one_by_one,
    split_blocks,
    split_broken_rows,
    split_rows,
)
from crisislab.read._early import start_early
from crisislab.read._evidence import ApartError
from crisislab.read._foreign import tell_western
from crisislab.read._inputs import is_office
from crisislab.read._items import count_elements
from crisislab.read._ledger import Findings, Tally
from crisislab.read._map import map_lines, map_records, map_table
from crisislab.read._notes import is_note
from crisislab.read._parquet import ParquetFile, RowGroups, is_of_job, open_parquet
from crisislab.read._part import Draft, Part, table_of
from crisislab.read._promise import Surveyed, surveyed
from crisislab.read._reader import Reader
from crisislab.read._recognise import Want, Wish
from crisislab.read._survey import Survey, Told
from crisislab.read._table import Header, HeaderFound, Table, find_header
from crisislab.read._text import HEAD, Lines
from crisislab.read._workbook import read_book
from crisislab.read.declare import Declaration
from crisislab.read.sources.generic import ACCOUNTS
from crisislab.read.sources.slack import is_slack_day
from crisislab.read.sources.x_v1 import ARCHIVE, BESIDE_TWEETS

_BLANK = "\ufeff\0 \t\r\n"
_SKIPPED = ("checksum", "image", "media", "pdf", "program", "sqlite")
_HTML = ("<!doctype html", "<html", "<table", "<?xml")


@dataclass(frozen=True)
class Reading:
    """The reading of one input: what it is, what is wanted and what is declared."""

    source: Input
    want: Want
    declared: Declaration
    streaming: Streaming | None = None

    @property
    def wish(self) -> Wish:
        """What the readers are asked for."""
        return Wish(self.want, self.declared)

    def draft(self, place: str = "") -> Draft:
        """Start a part of this input."""
        name = f"{self.source.name}/{place}" if place else self.source.name
        found = Findings(name, call=f"read_{self.want}")
        return Draft(table_of(self.want), self.declared, found, Tally(name))

    def parts(self) -> list[Part]:
        """Read the input; a fault of the whole file becomes a refused part."""
        try:
            return self._parts(self.draft())
        except CrisisLabError as fault:
            return [self.refused(fault)]

    def refused(self, fault: CrisisLabError) -> Part:
        """Return the part of an input that could not be opened."""
        draft = self.draft()
        for problem in fault.problems:
            draft.found.refuse(
                problem.code, line=problem.line, value=problem.value, n=problem.n, **problem.facts
            )
        return draft.finish()

    def _parts(self, draft: Draft) -> list[Part]:
        if is_of_job(self.source) and not self.source.asked:
            return [self._passed_over(draft, self.source.path.name)]
        kind = self.source.kind()
        if kind == "text":
            return [self._in_blocks(draft)]
        if kind == "xls" or (kind == "zip" and is_office(self.source)):
            return read_book(self, draft)
        if kind == "parquet":
            return [self._parquet(draft)]
        if kind in _SKIPPED and not self.source.asked:
            return [self._passed_over(draft, kind)]
        draft.found.refuse("CL-FILE-FORMAT", value=kind)
        return [draft.finish()]

    def passed_over(self, kind: str) -> Part:
        """Return the part of an input that only lies beside the data."""
        return self._passed_over(self.draft(), kind)

    def _passed_over(self, draft: Draft, kind: str) -> Part:
        draft.found.note("CL-FILE-SKIPPED", value=kind, n=None)
        return draft.finish()

    # --- text ------------------------------------------------------------------------------

    def _in_blocks(self, draft: Draft) -> Part:
        """Read a text block by block; whole where only the whole can tell what a column is."""
        start_early(self.source)
        with surveyed(self.source, self.declared.encoding) as seen:
            try:
                part = self._as_told(draft, seen)
            except Exception:
                if seen.whole().keeps(seen.told):
                    raise
            else:
                if seen.whole().keeps(seen.told):
                    return part
        # Its beginning promised something else, and whatever came of that does not count.
        return self._as_told(self.draft(), Surveyed(self.source, seen.whole()))

    def _as_told(self, draft: Draft, seen: Surveyed) -> Part:
        if seen.told.how == "mixed":
            return self._text(draft, seen)
        return self._blockwise(draft, lambda draft: self._text(draft, seen), seen.told.n_bytes)

    def _blockwise(self, draft: Draft, read: Callable[[Draft], Part], n_bytes: int) -> Part:
        draft.in_blocks(None if self.streaming is None else self.streaming.start())
        try:
            return read(draft)
        except ApartError:
            self.must_fit(n_bytes)
            if self.streaming is not None:
                self.streaming.start()
            return read(self.draft())

    def must_fit(self, n_bytes: int) -> None:
        """Refuse a file that has to be held whole and does not fit.

        Raises:
            CrisisLabError: CL-STORE-LARGE.
        """
        if self.streaming is not None and n_bytes > self.streaming.most:
            facts = {"mib": n_bytes // 2**20, "most": self.streaming.most // 2**20}
            raise CrisisLabError(Problem("CL-STORE-LARGE", file=self.source.name, facts=facts))

    def _text(self, draft: Draft, seen: Surveyed) -> Part:
        draft.tally.counted = seen
        if isinstance(seen.told, Survey) and seen.n_lines > limits.MAX_LINES:
            draft.found.refuse("CL-LIMIT-LINES", value=seen.n_lines, limit=limits.MAX_LINES)
            return draft.finish()
        if not self._is_whole(seen.told, draft):
            return draft.finish()
        lines = Lines(self.source, seen.told)
        head = lines.head()
        # How many lines there are is known last: it is asked where a text begins with nothing.
        if not _say(head) and seen.n_lines <= HEAD and not _say(islice(lines, len(head), None)):
            return self.empty(draft)
        self._by_shape(draft, lines, head, seen)
        self._tell_text(draft, seen.told, lines)
        return draft.finish()

    def _by_shape(self, draft: Draft, lines: Lines, head: list[str], seen: Surveyed) -> None:
        start = "".join(head[:50]).lstrip("\ufeff \t\r\n")
        if start[:20].lower().startswith(_HTML):
            draft.found.refuse("CL-FILE-HTML", value=start[:60])
        elif _json.is_json(start):
            self._records(draft, lines, seen)
        elif (reader := self.wish.for_lines(head[:50], draft.found)) is not None:
            if self._takes(reader, draft) and reader.unroll is not None:
                map_lines(lines, reader.unroll, draft)
        else:
            self._table(draft, lines, head, seen)

    def _is_whole(self, seen: Told, draft: Draft) -> bool:
        if not seen.cut:
            return True
        if self.declared.partial:
            draft.found.note("CL-FILE-CUT-READ", n=draft.tally.n_lines)
            return True
        draft.found.refuse("CL-FILE-CUT", line=draft.tally.n_lines, n=draft.tally.n_lines)
        return False

    def empty(self, draft: Draft) -> Part:
        """Return the part of an input that holds nothing."""
        draft.found.note("CL-FILE-EMPTY", n=None)
        part = draft.finish()
        part.tally.counts.clear()
        part.tally.add("blank", part.tally.n_lines)
        return part

    def _takes(self, reader: Reader, draft: Draft) -> bool:
        """Keep the reader; return whether its layout holds rows of any kind."""
        draft.reader = reader
        if reader.gives == "other" and reader is not ACCOUNTS:
            draft.found.note("CL-SOURCE-OTHER", value=reader.title, n=draft.tally.n_lines)
        return reader.gives != "other"

    def _tell_text(self, draft: Draft, seen: Told, lines: Lines) -> None:
        if seen.how == "cp1252":
            tell_western(self.source, draft.found)
        for line, how in lines.repaired.items():
            draft.found.note("CL-TEXT-BYTES", line=line, value=how)
        draft.repaired = lines.repaired

    # --- tables ----------------------------------------------------------------------------

    def _table(self, draft: Draft, lines: Lines, head: list[str], seen: Surveyed) -> None:
        dialect = best_dialect(head, self._fit)
        with long_fields():
            header = self.header(list(split_rows(head, dialect)), draft)
            if header is None or draft.reader is None:
                if not self.source.asked and is_note(self.source.name, head, draft.tally.n_lines):
                    draft.found.demote("CL-FILE-SKIPPED", "text")
                return
            blocks = self._blocks(draft, lines, head, seen, dialect, header)
            if seen.told.mixed_ends:
                blocks = self._unbroken(lines, dialect, header.cells, draft)
            table = Table(
                blocks, header.cells, header.index, draft.found, draft.tally, seen.told.ended,
                dialect.delimiter, draft.marked,
            )  # fmt: skip
            map_table(table, draft.reader, draft)
            tell_zone_above(table, draft)
        if not seen.told.ended and draft.tally.n_lines > 1:
            draft.found.note("CL-FILE-NO-END", line=draft.tally.n_lines)
            # A last line that was set aside, or that is a footer, is no row to be flagged.
            aside = any(r.code == "CL-ROW-CUT" for r in draft.found.rejects)
            if not aside and not draft.found.has("CL-TABLE-FOOTER"):
                draft.marked[draft.tally.n_lines] = "CL-FILE-NO-END"

    def _blocks(
        self, draft: Draft, lines: Lines, head: list[str], seen: Surveyed, dialect: Dialect,
        header: HeaderFound,
    ) -> Iterator[Block | Columns]:  # fmt: skip
        """Split the whole table; where rows need no look of their own, the fast way."""
        reader = draft.reader
        if reader is not None and reader.finish is None and reader.unfold is None:
            mapped = match(reader, draft.declared, header.cells)
            wanted = tuple(i for m in mapped for i in m.at)
            bulk = BulkTable(lines, seen, dialect, header.cells, wanted)
            ends = next(islice(split_rows(head, dialect), header.index, None))
            if bulk.is_fit() and ends.line + ends.spans <= HEAD:
                return bulk.blocks(head, ends.line + ends.spans - 1)
        return split_blocks(lines, dialect)

    def _unbroken(
        self, lines: Lines, dialect: Dialect, header: Header, draft: Draft
    ) -> Iterator[Block]:
        def joined(row: RawRow) -> None:
            draft.found.note("CL-ROW-CR", "fixed", line=row.line)

        rows = split_broken_rows(lines, dialect)
        return one_by_one(join_broken(rows, len(header), joined))

    def _fit(self, rows: list[RawRow]) -> int:
        found = find_header(rows, self.wish.header_fit)
        return self.wish.header_fit(found.cells) if found else 0

    def header(self, rows: list[RawRow], draft: Draft) -> HeaderFound | None:
        """Find the header and the reader for it; ``None`` where there is nothing to map."""
        header = find_header(rows, self.wish.header_fit)
        if header is None:
            draft.found.refuse("CL-TABLE-HEADER", value=" | ".join(rows[0].cells) if rows else "")
            return None
        if header.beside:
            draft.found.note("CL-TABLE-BESIDE", value=", ".join(header.beside), n=None,
                             line=rows[header.index].line)  # fmt: skip
        below = [row.cells for row in rows[header.index + 1 :]]
        known = self._recognised(draft, header.cells, rows[header.index].line, below)
        return header if known else None

    def _recognised(
        self, draft: Draft, names: Header, line: int | None = None,
        below: Sequence[Sequence[str]] = (),
    ) -> bool:  # fmt: skip
        """Find the reader for a header; return whether its rows are to be mapped."""
        if len(names) > limits.MAX_COLUMNS:
            draft.found.refuse("CL-LIMIT-COLUMNS", value=len(names), limit=limits.MAX_COLUMNS)
            return False
        draft.columns = names
        if len(names) > 1 and names[-1].endswith((";", "\t", "|")):
            # A spreadsheet of another country wrote rows it had not split, and cells behind them.
            draft.found.refuse("CL-TABLE-ONE-COLUMN", line=line, value=names[-1])
            return False
        reader = self.wish.for_table(names, draft.found, below)
        if reader is None:
            self.wish.refuse_unknown(names, draft.found, line, below)
            return False
        if not self._takes(reader, draft):
            return False
        check_declared(self.declared, names, draft.found)
        return True

    def _parquet(self, draft: Draft) -> Part:
        with open_parquet(self.source) as file:
            if file.footer.elsewhere and not self.source.asked:
                return self._passed_over(draft, "parquet")
            n_bytes = sum(file.footer.unpacked)
            return self._blockwise(draft, lambda draft: self._row_groups(draft, file), n_bytes)

    def _row_groups(self, draft: Draft, file: ParquetFile) -> Part:
        if file.is_fit(draft) and self._recognised(draft, file.header) and draft.reader is not None:
            map_table(RowGroups(file, draft), draft.reader, draft)
        return draft.finish()

    # --- records ---------------------------------------------------------------------------

    def _records(self, draft: Draft, lines: Lines, seen: Surveyed) -> None:
        shape = _json.shape_of(lines)
        first = _json.first_records(lines, shape, lines.whole)
        draft.columns = self.wish.names_of(first)
        part = _json.script_part(lines)
        reader = self.wish.for_records(first, draft.found) if first else None
        if part and self._is_beside_tweets(part, reader, draft):
            return
        records = self._all_records(lines, seen, shape, reader, draft)
        if records is None:
            return
        if reader is None:
            if is_slack_day(first):
                draft.found.refuse("CL-SOURCE-PART", value="Slack", n=None)
            self.wish.refuse_unknown(draft.columns, draft.found)
        elif self._takes(reader, draft) and reader.unpack is not None:
            map_records(records, reader.unpack, draft, by_line=shape == "lines", bulk=reader.bulk)

    def _is_beside_tweets(self, part: str, reader: Reader | None, draft: Draft) -> bool:
        """Tell a part of an X archive that holds no live tweets; return whether it is one."""
        if reader is None:
            draft.reader = BESIDE_TWEETS
            draft.found.note("CL-SOURCE-OTHER", value=f"{BESIDE_TWEETS.title}: {part}", n=None)
        elif reader.name == ARCHIVE and part.startswith("deleted"):
            draft.reader = BESIDE_TWEETS
            draft.found.note("CL-SOURCE-DELETED", value=part, n=None)
        return draft.reader is BESIDE_TWEETS

    def _all_records(
        self, lines: Lines, seen: Surveyed, shape: _json.Shape, reader: Reader | None, draft: Draft
    ) -> Iterable[_json.Record | RecordColumns | None] | None:
        if shape == "lines":
            bulk = BulkRecords(lines, seen, reader.bulk if reader is not None else "")
            if bulk.is_fit():
                return bulk.records()
            return _json.read_lines(lines, ended=seen.told.ended)
        self.must_fit(seen.told.n_bytes)
        text = lines.whole()
        whole = _json.read_whole(text, shape)
        if whole.fault == "CL-FILE-CUT" and self.declared.partial:
            draft.found.note("CL-FILE-CUT-READ", line=whole.line, n=len(whole.records))
        elif whole.fault:
            draft.found.refuse(
                whole.fault, line=whole.line, value=whole.shown, n=len(whole.records)
            )
            return None
        else:
            counted = count_elements(text, whole.start)[shape == "array"]
            if counted != len(whole.records):
                draft.found.refuse("CL-LEDGER", n=len(whole.records), n_of=counted)
                return None
        return whole.records


def _say(lines: Iterable[str]) -> bool:
    """Return whether any of some lines holds more than blanks."""
    return any(line.strip(_BLANK) for line in lines)
