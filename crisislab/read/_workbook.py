"""A workbook to its parts, one for each sheet that holds anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crisislab.read._above import tell_zone_above
from crisislab.read._csv import one_by_one
from crisislab.read._ledger import Units
from crisislab.read._map import map_table
from crisislab.read._notes import is_note_sheet
from crisislab.read._part import Draft, Part
from crisislab.read._table import Table
from crisislab.read._xlsx import Sheet, read_sheets
from crisislab.read._xlsx_cells import mend_cells
from crisislab.read._xlsx_count import check_rows

if TYPE_CHECKING:
    from crisislab.read._source import Reading


_STRANGE = ("CL-SOURCE-UNKNOWN", "CL-SOURCE-NO-TIME", "CL-TABLE-HEADER")


def read_book(reading: Reading, draft: Draft) -> list[Part]:
    """Read the sheets; those that hold something else beside data are told."""
    reading.must_fit(reading.source.path.stat().st_size)
    sheets = read_sheets(reading.source)
    filled = [sheet for sheet in sheets if any(any(row.cells) for row in sheet.rows)]
    if not filled:
        return [reading.empty(draft)]
    if len(filled) == 1:
        return [_sheet(reading, filled[0], draft)]
    parts = [_sheet(reading, sheet, reading.draft(sheet.name)) for sheet in filled]
    strange = [p.found.has(*_STRANGE) for p in parts]
    for part, sheet, is_strange in zip(parts, filled, strange, strict=True):
        if is_strange and not all(strange):
            note = is_note_sheet(row.cells for row in sheet.rows)
            part.found.demote("CL-SHEET-OTHER", severity="fixed" if note else "flagged")
    return parts


def _sheet(reading: Reading, sheet: Sheet, draft: Draft) -> Part:
    draft.tally.unit = "row"
    draft.tally.counted = Units(sheet.height)
    if sheet.hidden:
        draft.found.note("CL-SHEET-HIDDEN", value=sheet.name, n=None)
    n = sum(any(row.cells) for row in sheet.rows)
    check_rows(reading.source, sheet.name, n, draft.found)
    header = reading.header(sheet.rows, draft)
    if header is not None and draft.reader is not None:
        mend_cells(reading.source, sheet, header, draft)
        blocks = one_by_one(sheet.rows)
        table = Table(blocks, header.cells, header.index, draft.found, draft.tally)
        map_table(table, draft.reader, draft)
        tell_zone_above(table, draft)
    return draft.finish()
