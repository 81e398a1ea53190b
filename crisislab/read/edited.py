"""Tables that people edit in a spreadsheet and save as CSV: commas or semicolons, UTF-8 or not."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from crisislab.errors import CrisisLabError, Problem
from crisislab.read._csv import long_fields

Record = dict[str, str]


def edited_text(path: Path) -> str:
    """Return the text of a file as a spreadsheet saves it: UTF-8, else what Windows writes."""
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def edited_rows(
    path: Path, *, needed: Sequence[str], code: str, ended: bool = False
) -> list[tuple[int, Record]]:
    """Return the rows below the header, each with its line; a cell that is not there is empty.

    Args:
        path: The file.
        needed: Columns without which it cannot be read.
        code: Code of the problem when one is missing.
        ended: Whether a last line without its end is left out.

    Raises:
        CrisisLabError: With ``code``, naming the columns that are missing.
    """
    text = edited_text(path)
    text = text[: text.rfind("\n") + 1] if ended else text
    first = text.lstrip("\r\n").partition("\n")[0]
    # A spreadsheet in Spanish saves CSV with semicolons.
    comma = ";" if first.count(";") > first.count(",") else ","
    with long_fields():
        reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=comma)
        names = [name for name in reader.fieldnames or [] if name]
        rows = [(reader.line_num, {name: row.get(name) or "" for name in names}) for row in reader]
    missing = [name for name in needed if name not in names]
    if missing:
        raise CrisisLabError(Problem(code, file=path.name, line=1, value=", ".join(missing)))
    return rows
