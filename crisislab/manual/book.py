"""``plan.xlsx`` written: one sheet per part, titles and help in Spanish or English."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from crisislab.manual.layout import SHEETS, Field
from crisislab.plan import Milestone, Plan, TargetMetric
from crisislab.words import say

_LENGTHS = ("deadline", "window", "within")
_SPARE_ROWS = 200
_LONGEST_LIST = 250
_MADE = datetime(2026, 1, 1, tzinfo=UTC)


def duration_text(minutes: float) -> str:
    """Return minutes as text with units, which ``parse_duration`` reads back.

    >>> duration_text(90.0), duration_text(2880.0), duration_text(0.75)
    ('1 h 30 min', '2 d', '45 s')
    """
    seconds = round(minutes * 60)
    parts = []
    for unit, size in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        whole, seconds = divmod(seconds, size)
        if whole:
            parts.append(f"{whole} {unit}")
    return " ".join(parts) or "0 s"


def write_book(plan: Plan, path: Path, *, lang: str) -> Path:
    """Write a plan as a workbook that ``read_book`` reads back equal.

    Args:
        plan: The plan.
        path: File to write.
        lang: Language of titles and help, ``es`` or ``en``.
    """
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
        book.set_properties({"created": _MADE})
        head = book.add_format({"bold": True, "bg_color": "#E8EEF4", "text_wrap": True})
        cell = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        for part, fields in SHEETS.items():
            sheet = book.add_worksheet(say(f"plan.sheet.{part}", lang))
            sheet.freeze_panes(1, 1)
            for i, field in enumerate(fields):
                sheet.write_string(0, i, say(f"plan.column.{field.key}", lang), head)
                sheet.write_comment(0, i, say(f"plan.help.{field.key}", lang))
                sheet.set_column(i, i, 34 if field.kind == "list" else 20)
                if choices := _choices(field, part, plan):
                    rule = {"validate": "list", "source": choices, "error_type": "warning"}
                    sheet.data_validation(1, i, _SPARE_ROWS, i, rule)
            for row, record in enumerate(_records(part, plan), start=1):
                for i, field in enumerate(fields):
                    sheet.write_string(row, i, _cell(record, field), cell)
    return path


def _choices(field: Field, part: str, plan: Plan) -> list[str]:
    roles = [role.id for role in plan.roles]
    known: dict[str, list[str]] = {
        "owner": roles,
        "approver": roles,
        "role": roles,
        "source": ["log", "posts"],
        "approval_source": ["log", "posts"],
        "scenario": [scenario.id for scenario in plan.scenarios],
        "milestone": list(Milestone.__args__),  # type: ignore[attr-defined]
        "metric": list(TargetMetric.__args__)  # type: ignore[attr-defined]
        if part == "targets"
        else ["posts", "negative_posts"],
    }
    found = known.get(field.key, [])
    # A list of choices longer than this is refused by spreadsheets.
    return found if len(",".join(found)) <= _LONGEST_LIST else []


def _records(part: str, plan: Plan) -> Iterator[dict[str, Any]]:
    data = plan.model_dump(exclude_none=True)
    if part == "plan":
        yield data["plan"]
    elif part == "milestones":
        yield from ({"milestone": name} | row for name, row in data["milestones"].items())
    elif part == "shifts":
        for role in data["roles"]:
            yield from ({"role": role["id"]} | shift for shift in role["shifts"])
    else:
        yield from data[part]


def _cell(record: dict[str, Any], field: Field) -> str:
    value: Any = record
    for name in field.path:
        value = value.get(name) if isinstance(value, dict) else None
    if value is None or value == ():
        return ""
    if field.key in _LENGTHS:
        return duration_text(float(value))
    if field.kind == "list":
        return "; ".join(str(piece) for piece in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)
