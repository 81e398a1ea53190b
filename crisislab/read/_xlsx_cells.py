"""What a sheet says of cells its parser gives as empty: errors, formulas, merged cells."""

from __future__ import annotations

import re
import zipfile
from html import unescape
from io import BytesIO

from crisislab.read._bytes import BROKEN_ZIP, Input
from crisislab.read._columns import read_columns
from crisislab.read._csv import RawRow
from crisislab.read._part import Draft
from crisislab.read._table import HeaderFound
from crisislab.read._xlsx import Sheet
from crisislab.read._xlsx_count import member_of

_CELL = re.compile(
    rb"""<(?:\w+:)?c\b([^>]*?\br\s*=\s*["']([A-Z]{1,3})(\d{1,7})["'][^>]*?)"""
    rb"(?:/>|>(.*?)</(?:\w+:)?c>)",
    re.DOTALL,
)
_ERROR = re.compile(rb"""\bt\s*=\s*["']e["']""")
_FORMULA = re.compile(rb"<(?:\w+:)?f\b")
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*?(?:/>|>([^<]*)<)")
_MERGED = re.compile(
    rb"""<(?:\w+:)?mergeCell\b[^>]*?\bref\s*=\s*["']([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})["']"""
)
_NUMBER = re.compile(r"^[\d.,]+$")
# A sheet that the parser could hold is smaller; what says that it is larger is no sheet.
_MOST = 2**30
_FAULTS = (KeyError, StopIteration, *BROKEN_ZIP)


def mend_cells(source: Input, sheet: Sheet, header: HeaderFound, draft: Draft) -> None:
    """Put into the rows of a sheet what the parser left out, and tell what cannot be known.

    Args:
        source: The workbook.
        sheet: The sheet, whose rows are changed.
        header: Where its header is.
        draft: What is read of it, where findings and marked lines go.
    """
    assert draft.reader is not None
    used, first = read_columns(draft.reader, draft.declared, header.cells), header.index + 1
    data = _xml_of(source, sheet.name)
    if _FORMULA.search(data) or _ERROR.search(data):
        _mend_unknown(data, sheet.rows, used, first, draft)
    if _MERGED.search(data):
        _fill_merged(data, sheet.rows, used, first, draft)


def _xml_of(source: Input, sheet: str) -> bytes:
    try:
        with zipfile.ZipFile(BytesIO(b"".join(source.blocks()))) as archive:
            member = member_of(archive, sheet)
            return archive.read(member) if archive.getinfo(member).file_size <= _MOST else b""
    except _FAULTS:  # no XLSX
        return b""


def _mend_unknown(
    data: bytes, rows: list[RawRow], used: frozenset[int], first: int, draft: Draft
) -> None:
    for cell in _CELL.finditer(data):
        told, inside = cell[1], cell[4] or b""
        at, column = int(cell[3]) - 1, _column(cell[2])
        if column not in used or not first <= at < len(rows) or column >= len(rows[at].cells):
            continue
        value = _VALUE.search(inside)
        if _ERROR.search(told) and value is not None and not rows[at].cells[column]:
            rows[at].cells[column] = unescape((value[1] or b"").decode("utf-8", "replace"))
        elif _FORMULA.search(inside) and value is None:
            place = f"{cell[2].decode()}{at + 1}"
            draft.found.note("CL-SHEET-FORMULA", line=at + 1, value=place)
            draft.marked[at + 1] = "CL-SHEET-FORMULA"


def _fill_merged(
    data: bytes, rows: list[RawRow], used: frozenset[int], first: int, draft: Draft
) -> None:
    """Fill words and times of merged cells down; numbers are not repeated: they would add up."""
    for merged in _MERGED.finditer(data):
        column, top, end = _column(merged[1]), int(merged[2]) - 1, int(merged[3])
        if column not in used or not first <= top < len(rows) or column >= len(rows[top].cells):
            continue
        value = rows[top].cells[column]
        for row in rows[top + 1 : end] if value else []:
            if not any(row.cells) or row.cells[column]:
                continue
            number = _NUMBER.match(value) is not None
            row.cells[column] = "" if number else value
            code = "CL-SHEET-MERGED-NUMBER" if number else "CL-SHEET-MERGED"
            place = f"{merged[1].decode()}{row.line}: {value}"
            draft.found.note(code, "flagged" if number else "fixed", line=row.line, value=place)
            if number:
                draft.marked[row.line] = code


def _column(letters: bytes) -> int:
    """Return the index of a column by its letters.

    >>> _column(b"A"), _column(b"AA")
    (0, 26)
    """
    n = 0
    for letter in letters:
        n = n * 26 + letter - ord("A") + 1
    return n - 1
