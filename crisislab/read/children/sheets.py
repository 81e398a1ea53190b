"""Read one spreadsheet and write it as lines of JSON: run as a process of its own.

The parser is native code: here a crafted file costs a message, not the notebook's kernel.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from _frames import limit  # type: ignore[import-not-found]  # beside this program

_MEMORY = 2 * 2**30
_SECONDS = 600


def _cell(value: Any) -> Any:
    """Return a cell as text or, where its type matters, as [type, text]."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return ["date", value.isoformat()]
    if isinstance(value, dt.timedelta):
        return ["date", str(value)]
    if isinstance(value, float):
        whole = value.is_integer() and abs(value) < 2**53
        return ["number", str(int(value)) if whole else repr(value)]
    return ["number", str(value)] if isinstance(value, int) else str(value)


def main(path: str) -> None:
    """Write the sheets of a file to standard output, a line for each row."""
    limit(_MEMORY, _SECONDS)
    import python_calamine

    book = python_calamine.load_workbook(path)
    for meta in book.sheets_metadata:
        if "WorkSheet" not in str(meta.typ):
            continue
        sheet = book.get_sheet_by_name(meta.name)
        hidden = not str(meta.visible).endswith(".Visible")
        rows = sheet.to_python(skip_empty_area=False) if sheet.start is not None else []
        told = {"sheet": meta.name, "hidden": hidden, "height": len(rows)}
        sys.stdout.write(json.dumps(told) + "\n")
        for row in rows:
            sys.stdout.write(json.dumps([_cell(value) for value in row]) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
