"""Tables as CSV files that a spreadsheet cannot mistake for a program.

UTF-8 with a byte order mark, commas, decimal points, CRLF: ``pandas.read_csv(path)`` reads them
as they are. Excel shows the accents right because of the mark; with a Spanish system, where the
comma is the decimal sign, open them by *Data > From Text/CSV*, which asks (no CSV is right for a
double click in every country: the separator of the system decides).
"""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC

import pandas as pd

# What makes a spreadsheet take a cell for a formula (OWASP), with the full-width forms.
_LIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Where the system's separator is another one, a cell may begin inside a text.
_INSIDE = r"(?<=[;\t\r\n|])'*(?=[=@＝＠]|[-+－＋][\w(\"'.])"


def safe_text(text: str) -> str:
    """Return text that no spreadsheet runs: a ``'`` before what looks like a formula.

    So too behind a semicolon or a line end: with a Spanish system a double click splits there.

    Text that already has a ``'`` there gets one more, so that :func:`read_text` is exact.

    >>> safe_text("=1+1"), safe_text("'=1"), safe_text("plain")
    ("'=1+1", "''=1", 'plain')
    >>> safe_text("a;=1+1"), safe_text("fine ;-)")
    ("a;'=1+1", 'fine ;-)')
    """
    whole = text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")
    dead = re.sub(_INSIDE, r"'\g<0>", whole)
    return f"'{dead}" if whole.lstrip("'").startswith(_LIVE) else dead


def read_text(text: str) -> str:
    """Return what :func:`safe_text` was given.

    >>> read_text("'=1+1"), read_text("'tis")
    ('=1+1', "'tis")
    """
    live = text.startswith("'") and text.lstrip("'").startswith(_LIVE)
    return re.sub(_INSIDE, lambda found: found.group()[1:], text[1:] if live else text)


def written(number: float) -> float:
    """Return a number as files hold it: whole ones whole, others to nine digits.

    The last of sixteen digits depend on the processor: with them, the same review made on another
    machine would be another file.

    >>> written(1 / 3), written(45.00000000000001), written(713804566123.0)
    (0.333333333, 45.0, 713804566123.0)
    """
    return number if number.is_integer() else float(f"{number:.9g}")


def csv_bytes(table: pd.DataFrame) -> bytes:
    """Return a table as a CSV file: numbers as numbers, instants as ISO 8601 with ``Z``."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([safe_text(str(name)) for name in table.columns])
    columns = [[_cell(value) for value in table[name]] for name in table.columns]
    writer.writerows(zip(*columns, strict=True))
    return text.getvalue().encode("utf-8-sig")


def _cell(value: object) -> str:
    if isinstance(value, str):
        return safe_text(value)
    if value is None or pd.isna(value):  # type: ignore[call-overload]
        return ""
    if isinstance(value, pd.Timestamp):
        whole = value.tz_localize(UTC) if value.tzinfo is None else value.tz_convert(UTC)
        fine = f".{whole.microsecond:06d}" if whole.microsecond else ""
        return f"{whole:%Y-%m-%dT%H:%M:%S}{fine}Z"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(written(float(value)) if isinstance(value, float) else value)
