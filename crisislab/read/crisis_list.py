"""A list of past crises, one row each: loaded as a log, every fault of a row named."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from crisislab.errors import CrisisLabError, Problem
from crisislab.read._ledger import issues_table
from crisislab.schema import LOG

Order = str
NAMES: Mapping[str, tuple[str, ...]] = {
    "name": ("company", "crisis", "brand", "name"),
    "begin": ("begin date", "begin", "collected from"),
    "end": ("end date", "end", "collected to"),
    "incident": ("actual date", "incident date", "incident", "date"),
    "reply": ("reply_date", "reply date", "first reply"),
    "text": ("reply", "statement"),
    "stated": ("reaction time", "reaction days"),
    "apology": ("apology",),
}
_DATE = re.compile(r"(\d{1,4})[/.-](\d{1,2})[/.-](\d{1,4})")
_NEAR_A_YEAR = range(350, 381)
_SLACK = timedelta(days=1)


@dataclass(frozen=True)
class CrisisList:
    """A list of crises.

    Attributes:
        crises: One row per crisis: ``name, incident_on, reply_on, days (reply minus incident),
            apology (1, 0, missing), faults (codes), source_row``.
        log: The same as a log (``schema.LOG``): an entry for each incident and each first reply
            whose date is known, at noon UTC of the day (note ``day``).
        problems: Every fault with its line and value.
    """

    crises: pd.DataFrame = field(repr=False)
    log: pd.DataFrame = field(repr=False)
    problems: tuple[Problem, ...]

    @property
    def issues(self) -> pd.DataFrame:
        """Faults as a table, in the language of this machine."""
        from crisislab.words import default_language

        return issues_table(list(self.problems), default_language())


def read_crisis_list(
    path: str | Path, *, dates: str = "month-first", columns: Mapping[str, str] | None = None
) -> CrisisList:
    """Read a list with one row per crisis: when it happened, when the brand first replied.

    Nothing is mended: an impossible date is missing, a reply before the incident stays and is
    marked, so that it can be left out by name. Named are impossible dates, dates without a year,
    replies before the incident or almost exactly a year off, incidents outside the period that
    was collected, periods that end before they begin, reaction times that do not fit their dates.

    Args:
        path: CSV file.
        dates: ``month-first``, ``day-first`` or ``year-first``.
        columns: ``name, begin, end, incident, reply, text, stated, apology`` -> own column name.

    Raises:
        CrisisLabError: CL-LIST-COLUMNS when there is no incident or no reply date.
    """
    file = Path(path)
    text = file.read_bytes().decode("utf-8-sig", "replace")
    reader = csv.DictReader(text.splitlines(keepends=True))
    own = _columns(reader.fieldnames or [], dict(columns or {}), file.name)
    rows, problems = [], []
    for record in reader:
        row, found = _crisis(record, own, file.name, reader.line_num, dates)
        rows.append(row)
        problems += found
    crises = pd.DataFrame(rows)
    return CrisisList(crises, _log(crises, file.name), tuple(problems))


def _columns(names: object, given: dict[str, str], file: str) -> dict[str, str]:
    fields = {str(name).strip().casefold(): str(name) for name in names}  # type: ignore[attr-defined]
    own = {
        key: fields[name]
        for key, known in NAMES.items()
        for name in reversed(known)
        if name in fields
    } | given
    missing = [key for key in ("incident", "reply") if key not in own]
    if missing:
        facts = {"found": ", ".join(fields.values())}
        raise CrisisLabError(
            Problem("CL-LIST-COLUMNS", file=file, line=1, value=", ".join(missing), facts=facts)
        )
    return own


def _crisis(
    record: Mapping[str, str | None], own: Mapping[str, str], file: str, line: int, order: str
) -> tuple[dict[str, object], list[Problem]]:
    cells = {key: (record.get(name) or "").strip() for key, name in own.items()}
    found: list[Problem] = []

    def fault(code: str, key: str, **facts: object) -> None:
        found.append(
            Problem(code, "flagged", file=file, line=line, column=own[key], value=cells[key],
                    facts=facts)
        )  # fmt: skip

    days: dict[str, date | None] = {}
    for key in ("begin", "end", "incident", "reply"):
        days[key], code = _day(cells.get(key, ""), order)
        if code:
            fault(code, key)
    incident, reply = days["incident"], days["reply"]
    gap = (reply - incident).days if incident and reply else None
    _compare(days, gap, fault)
    stated = cells.get("stated", "")
    if gap is not None and re.fullmatch(r"-?\d+", stated) and int(stated) != gap:
        fault("CL-LIST-STATED", "stated", days=gap)
    apology = {"1": 1.0, "0": 0.0}.get(cells.get("apology", ""))
    row: dict[str, object] = {
        "name": cells.get("name", ""), "incident_on": incident, "reply_on": reply, "days": gap,
        "apology": apology, "faults": " ".join(p.code for p in found), "text": cells.get("text"),
        "source_row": line,
    }  # fmt: skip
    return row, found


def _compare(days: Mapping[str, date | None], gap: int | None, fault: object) -> None:
    say = fault
    assert callable(say)
    begin, end, incident = days["begin"], days["end"], days["incident"]
    if begin and end and end < begin:
        say("CL-LIST-PERIOD", "end")
    elif begin and end and incident and not begin - _SLACK <= incident <= end + _SLACK:
        say("CL-LIST-OUTSIDE", "incident", begin=begin, end=end)
    if gap is not None and gap < 0:
        say("CL-LIST-REVERSED", "reply", days=-gap)
    elif gap in _NEAR_A_YEAR:
        say("CL-LIST-YEAR", "reply", days=gap)


def _day(text: str, order: str) -> tuple[date | None, str]:
    if not text:
        return None, ""
    parts = _DATE.fullmatch(text)
    if parts is None:
        return None, "CL-LIST-NO-YEAR"
    first, second, third = (int(p) for p in parts.groups())
    year, month, day = {
        "month-first": (third, first, second),
        "day-first": (third, second, first),
        "year-first": (first, second, third),
    }[order]
    try:
        return date(year, month, day), ""
    except ValueError:
        return None, "CL-LIST-DATE"


def _log(crises: pd.DataFrame, file: str) -> pd.DataFrame:
    entries = [
        {
            "entry_id": f"{row['source_row']}-{name}",
            "logged_at": pd.Timestamp(str(row[f"{name}_on"]), tz="UTC") + pd.Timedelta(hours=12),
            "actor": row["name"],
            "text": row["text"] if name == "reply" else row["name"],
            "kind": "status",
            "milestone": {"incident": "onset", "reply": "first_reply"}[name],
            "thread_id": str(row["source_row"]),
            "source": "crisis-list",
            "source_file": file,
            "source_row": row["source_row"],
            "zone_origin": "day",
            "flags": row["faults"],
        }
        for row in crises.to_dict("records")
        for name in ("incident", "reply")
        if row[f"{name}_on"] is not None and not pd.isna(row[f"{name}_on"])
    ]
    return LOG.conform(pd.DataFrame(entries, columns=[c.name for c in LOG.columns]))
