"""Rows of a sheet counted in its XML, apart from the parser that reads its cells."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from html import unescape
from io import BytesIO
from posixpath import normpath

from crisislab.read._bytes import BROKEN_ZIP, Input
from crisislab.read._ledger import Findings

_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?(?:/>|>(.*?)</(?:\w+:)?row>)", re.DOTALL)
_HIDDEN = re.compile(rb"""<[^>]*\bhidden\s*=\s*["'](?:1|true)""")
_CELL = re.compile(rb"<(?:\w+:)?c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^>]*>([^<]+)<")
_TEXT = re.compile(rb"<(?:\w+:)?t\b[^>]*>[^<]")
_SHARED = re.compile(rb"<(?:\w+:)?si\b[^>]*?(?:/>|>(.*?)</(?:\w+:)?si>)", re.DOTALL)
_SHEET = re.compile(r"<(?:\w+:)?sheet\b([^>]*)>")
_LINK = re.compile(r"<(?:\w+:)?Relationship\b([^>]*)>")
_ATTRIBUTE = re.compile(r"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_FAULTS = (KeyError, *BROKEN_ZIP)


@dataclass(frozen=True)
class RowCount:
    """How many rows of a sheet hold something.

    Attributes:
        least: Rows with a number, a truth value or a text that is not empty.
        most: Rows with any cell: formulas without a value, errors, empty texts, mere formats.
        hidden: Rows with a cell that whoever opens the sheet does not see, by a filter mostly.
    """

    least: int
    most: int
    hidden: int = 0

    def allows(self, n: int) -> bool:
        """Return whether a parser may have found ``n`` rows that are not empty."""
        return self.least <= n <= self.most


def count_rows(source: Input, sheet: str) -> RowCount | None:
    """Return the rows of a sheet that hold something; ``None`` where the file is no XLSX."""
    try:
        with zipfile.ZipFile(BytesIO(b"".join(source.blocks()))) as archive:
            data = archive.read(member_of(archive, sheet))
            names = archive.namelist()
            shared = "xl/sharedStrings.xml"
            texts = archive.read(shared) if shared in names else b""
    except _FAULTS:
        return None
    filled = [bool(_TEXT.search(found.group(1) or b"")) for found in _SHARED.finditer(texts)]
    rows = [_CELL.findall(found.group(1) or b"") for found in _ROW.finditer(data)]
    sure = sum(any(_is_filled(a, inside, filled) for a, inside in cells) for cells in rows)
    unseen = [_HIDDEN.match(found.group()) is not None for found in _ROW.finditer(data)]
    hidden = sum(bool(cells) and away for cells, away in zip(rows, unseen, strict=True))
    return RowCount(sure, sum(bool(cells) for cells in rows), hidden)


def check_rows(source: Input, sheet: str, n: int, found: Findings) -> None:
    """Hold the number of rows the parser gave against the rows in the sheet's XML."""
    counted = count_rows(source, sheet)
    if counted is not None and counted.hidden:
        found.note("CL-SHEET-ROWS-HIDDEN", value=sheet, n=counted.hidden, n_of=n)
    if counted is not None and not counted.allows(n):
        wanted = counted.least if n < counted.least else counted.most
        found.refuse("CL-LEDGER", n=n, n_of=wanted)


def _is_filled(attributes: bytes, inside: bytes, filled: list[bool]) -> bool:
    kind = re.search(rb"""\bt\s*=\s*["'](\w+)""", attributes)
    value = _VALUE.search(inside)
    if kind is None or kind[1] in (b"n", b"b", b"d"):
        return value is not None
    if kind[1] == b"s":
        at = int(value[1]) if value is not None and value[1].strip().isdigit() else -1
        return 0 <= at < len(filled) and filled[at]
    # An error and the text of a formula may be shown as nothing.
    return kind[1] == b"inlineStr" and _TEXT.search(inside) is not None


def member_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """Return the member that holds a sheet.

    Raises:
        KeyError: If the workbook does not say.
    """
    book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    targets = {a["Id"]: a["Target"] for a in map(_attributes, _LINK.findall(links)) if "Id" in a}
    for told in map(_attributes, _SHEET.findall(book)):
        if told.get("name") == sheet:
            target = targets[next(v for k, v in told.items() if k.endswith(":id"))]
            return target.lstrip("/") if target.startswith("/") else normpath(f"xl/{target}")
    raise KeyError(sheet)


def _attributes(text: str) -> dict[str, str]:
    return {name: unescape(one or two) for name, one, two in _ATTRIBUTE.findall(text)}
