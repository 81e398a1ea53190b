"""What a reader says of a file, carried out: rows, records and lines to mapped rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import pyarrow.compute as pc

from crisislab.read._bulk import Columns, RecordColumns
from crisislab.read._columns import Mapped, match, own_names, taken_twice
from crisislab.read._csv import RawRow
from crisislab.read._items import Placed, placed_items, safely
from crisislab.read._json import Record, twice_among
from crisislab.read._ledger import Units
from crisislab.read._marks import NOTHING
from crisislab.read._part import Draft
from crisislab.read._reader import Item, Reader, Row
from crisislab.read._table import Data
from crisislab.read.children.layouts import keys_read

# Where "NA" may be what somebody wrote, or is called; and columns that only name other items.
_SPOKEN = frozenset({"text", "author_name", "author_handle"})
_REFERENCE = re.compile(r"(?i)(?:^|[\W_])id$|repl(?:y|ied)|retweet|repost|quoted|parent")
Finish = Callable[[Row, Mapping[str, str]], Row | None]
Unfold = Callable[[Sequence[str], Sequence[str]], Iterable[Item]]
Unroll = Callable[[Iterable[str]], Iterable[tuple[int, Item]]]


class Table(Protocol):
    """Rows with a header: many at a time, or one by one."""

    @property
    def header(self) -> tuple[str, ...]:
        """Names of the columns."""

    def __iter__(self) -> Iterator[Data | Columns]:
        """Yield the rows, many at a time."""

    def rows(self) -> Iterator[RawRow]:
        """Yield the rows one by one."""


def map_table(table: Table, reader: Reader, draft: Draft) -> None:
    """Map the rows of a table onto the columns of the schema."""
    mapped = match(reader, draft.declared, table.header)
    draft.names = {m.column: m.names[0] for m in mapped}
    for column, names in taken_twice(mapped).items():
        draft.found.note("CL-COLUMN-TWICE", column=column, value=names[0], n=len(names))
    if reader.unfold is not None:
        _unfold(table, reader.unfold, draft)
    elif reader.finish is not None:
        _map_and_finish(table, mapped, reader.finish, draft)
    else:
        _map_columns(table, mapped, draft)


def _coalesced(columns: list[tuple[str, ...]], at: tuple[int, ...]) -> Sequence[str | None]:
    if len(at) == 1:
        return columns[at[0]]
    beside = zip(*(columns[i] for i in at), strict=True)
    return [next((cell for cell in cells if cell), None) for cells in beside]


def _first(cells: dict[int, Any], at: tuple[int, ...]) -> Any:
    """Return of each row the first cell that is there; of one column the column itself."""
    return cells[at[0]] if len(at) == 1 else pc.coalesce(*(cells[i] for i in at))


def _map_columns(table: Table, mapped: list[Mapped], draft: Draft) -> None:
    for data in table:
        if isinstance(data, Columns):
            texts = {m.column: _first(data.cells, m.at) for m in mapped}
            draft.rows.add_arrays(texts, data.lines, data.lines)
        elif data.cells:
            columns = list(zip(*data.cells, strict=True))
            cells = {m.column: _coalesced(columns, m.at) for m in mapped}
            draft.rows.add_columns(cells, data.lines)


def _map_and_finish(table: Table, mapped: list[Mapped], finish: Finish, draft: Draft) -> None:
    names = own_names(table.header)
    mute = {i for m in mapped if m.column not in _SPOKEN for i in m.at}
    mute |= {i for i, name in enumerate(names) if _REFERENCE.search(name)}
    for row in table.rows():
        cells = row.cells
        if not NOTHING.isdisjoint(cells):
            cells = ["" if c in NOTHING and i in mute else c for i, c in enumerate(cells)]
        values = {m.column: next((cells[i] for i in m.at if cells[i]), None) for m in mapped}
        done = finish(values, dict(zip(names, cells, strict=True)))
        if done is None:
            draft.tally.add("rejected")
            draft.found.reject(row.line, "CL-ROW-NOT-DATA", value=_shown(cells))
        else:
            draft.rows.add(done, row.line)


def _shown(cells: list[str]) -> str:
    return " | ".join(cell for cell in cells if cell)


def _unfold(table: Table, unfold: Unfold, draft: Draft) -> None:
    for row in table.rows():
        items = list(safely(lambda cells: unfold(table.header, cells), row.cells))
        aside = [item for item in items if item.fate == "reject"]
        loaded = [item for item in items if item.fate == "load"]
        for item in loaded:
            draft.rows.add(item.row, row.line)
        for item in aside:
            draft.found.reject(row.line, item.reason, value=item.value)
        if not items:
            draft.found.reject(row.line, "CL-ROW-NOT-DATA", value=_shown(row.cells))
        if not loaded:
            draft.tally.add("context" if items and not aside else "rejected")


def map_records(
    records: Iterable[Record | RecordColumns | None],
    unpack: Callable[[Any], Iterable[Item]],
    draft: Draft,
    *,
    by_line: bool,
    bulk: str = "",
) -> None:
    """Map JSON records; the ledger counts lines where each holds one item, and items elsewhere.

    Args:
        records: The records.
        unpack: Gives the items of one.
        draft: Takes them.
        by_line: Whether each stands on a line of its own.
        bulk: The layout that reads them in bulk, if any: it says which keys are read.
    """
    n_records = n_units = n_blank = 0
    paged = not by_line
    for record in records:
        if isinstance(record, RecordColumns):
            n_records += record.n_records
            paged = paged or record.paged
            draft.rows.add_arrays(record.cells, record.lines, n_units + 1 + record.units)
            draft.tally.add("context", record.n_beside)
            n_units += len(record.lines) + record.n_beside
            continue
        if record is None:
            n_blank += 1
            continue
        n_records += 1
        units = _units(record, unpack, draft, by_line=by_line, bulk=bulk)
        paged = paged or len(units) != 1
        for items in units:
            n_units += 1
            _put(items, n_units, draft)
    if by_line and n_records + n_blank != draft.tally.n_lines:
        draft.found.refuse("CL-LEDGER", n=n_records + n_blank, n_of=draft.tally.n_lines)
    if paged:
        draft.tally.unit = "item"
        draft.tally.counted = Units(n_units, draft.tally.counted.sha256)
    else:
        draft.tally.add("blank", n_blank)


def _units(
    record: Record,
    unpack: Callable[[Any], Iterable[Item]],
    draft: Draft,
    *,
    by_line: bool,
    bulk: str,
) -> Collection[list[Placed]]:
    """Return the items of a record, those made of one object together."""
    if record.fault:
        return [[Placed(Item({}, "reject", record.fault, record.shown), record.line, 0)]]
    if twice := _key_twice(record, bulk):
        draft.found.note("CL-JSON-TWICE", line=record.line, value=twice)
        draft.marked[record.line] = "CL-JSON-TWICE"
    placed = placed_items(record, unpack, by_line=by_line)
    if len(placed) == 1:
        return [placed]
    units: dict[object, list[Placed]] = {}
    for one in placed:
        units.setdefault(one.unit, []).append(one)
    return units.values()


def _key_twice(record: Record, bulk: str) -> str:
    """Return a key that is given twice; of a layout that says what it reads, one that is read."""
    if not (record.twice and bulk):
        return record.twice
    return twice_among(record.raw, keys_read(bulk, record.value))


def _put(items: list[Placed], unit: int, draft: Draft) -> None:
    """Keep the items made of one object, which count once: as loaded if any of them is."""
    if len(items) == 1:
        draft.put(items[0].item, items[0].line, unit)
        return
    ranked = sorted(items, key=lambda one: one.item.fate != "load")
    for one in ranked:
        if one.item.fate == "load" or one is ranked[0]:
            draft.put(one.item, one.line, unit)
        elif one.item.fate == "reject":
            draft.found.reject(one.line, one.item.reason, value=one.item.value)


def map_lines(lines: Iterable[str], unroll: Unroll, draft: Draft) -> None:
    """Map a text whose items begin on lines of their own and may go on over several."""
    n, first = 0, draft.tally.n_lines + 1
    for line, item in unroll(lines):
        first = min(first, line)
        n += 1
        draft.put(item, line, line)
    draft.tally.add("preamble", first - 1)
    draft.tally.add("continuation", draft.tally.n_lines - (first - 1) - n)
