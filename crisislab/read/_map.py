"""What a reader says of a file, carried out: rows, records and lines to mapped rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow.compute as pc

from crisislab.read._bulk import Columns, RecordColumns
from crisislab.read._columns import Mapped, match, own_names, taken_twice
from crisislab.read._json import Record
from crisislab.read._part import Draft
from crisislab.read._reader import Item, Reader, Row
from crisislab.read._table import Table

Finish = Callable[[Row, Mapping[str, str]], Row | None]
Unfold = Callable[[Sequence[str], Sequence[str]], Iterable[Item]]
Unroll = Callable[[Iterable[str]], Iterable[tuple[int, Item]]]
# What code from a reader may raise on a record of another shape than its layout promises.
_FAULTS = (KeyError, TypeError, AttributeError, IndexError, ValueError)


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


def _map_columns(table: Table, mapped: list[Mapped], draft: Draft) -> None:
    for data in table:
        if isinstance(data, Columns):
            texts = {m.column: pc.coalesce(*(data.cells[i] for i in m.at)) for m in mapped}
            draft.rows.add_arrays(texts, data.lines, data.lines)
        elif data.cells:
            columns = list(zip(*data.cells, strict=True))
            cells = {m.column: _coalesced(columns, m.at) for m in mapped}
            draft.rows.add_columns(cells, data.lines)


def _map_and_finish(table: Table, mapped: list[Mapped], finish: Finish, draft: Draft) -> None:
    names = own_names(table.header)
    for row in table.rows():
        cells = row.cells
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
        items = list(_safely(lambda cells: unfold(table.header, cells), row.cells))
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


def _safely(read: Callable[[Any], Iterable[Item]], value: Any) -> Iterator[Item]:
    """Yield what a reader makes of a value; a value it cannot read is set aside, never a crash."""
    try:
        yield from read(value)
    except _FAULTS as fault:
        yield Item({}, "reject", "CL-ROW-NOT-DATA", f"{type(fault).__name__}: {fault}")


def map_records(
    records: Iterable[Record | RecordColumns | None],
    unpack: Callable[[Any], Iterable[Item]],
    draft: Draft,
    *,
    by_line: bool,
) -> None:
    """Map JSON records; the ledger counts lines where each holds one item, and items elsewhere."""
    n_records = n_items = n_blank = 0
    paged = not by_line
    for record in records:
        if isinstance(record, RecordColumns):
            n_records += len(record.lines)
            draft.rows.add_arrays(
                record.cells, record.lines, n_items + 1 + np.arange(len(record.lines))
            )
            n_items += len(record.lines)
            continue
        if record is None:
            n_blank += 1
            continue
        n_records += 1
        items = list(_items(record, unpack, draft))
        paged = paged or len(items) != 1
        for item in items:
            n_items += 1
            draft.put(item, record.line, n_items)
    if by_line and n_records + n_blank != draft.tally.n_lines:
        draft.found.refuse("CL-LEDGER", n=n_records + n_blank, n_of=draft.tally.n_lines)
    if paged:
        draft.tally.unit, draft.tally.n_lines = "item", n_items
    else:
        draft.tally.add("blank", n_blank)


def _items(record: Record, unpack: Callable[[Any], Iterable[Item]], draft: Draft) -> Iterator[Item]:
    if record.fault:
        return iter([Item({}, "reject", record.fault, record.shown)])
    if record.twice:
        draft.found.note("CL-JSON-TWICE", line=record.line, value=record.twice)
    return _safely(unpack, record.value)


def map_lines(lines: Iterable[str], unroll: Unroll, draft: Draft) -> None:
    """Map a text whose items begin on lines of their own and may go on over several."""
    n, first = 0, draft.tally.n_lines + 1
    for line, item in unroll(lines):
        first = min(first, line)
        n += 1
        draft.put(item, line, line)
    draft.tally.add("preamble", first - 1)
    draft.tally.add("continuation", draft.tally.n_lines - (first - 1) - n)
