"""``plan.xlsx`` read: the same validation as ``plan.toml``, mistakes with sheet, row and column."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from crisislab.errors import CrisisLabError, Problem
from crisislab.manual.layout import SHEETS, Field
from crisislab.plan import Plan
from crisislab.read._bytes import Input
from crisislab.read._xlsx import Sheet, read_sheets
from crisislab.settings import Path_, explained
from crisislab.words import LANGUAGES, say

_YES = {"true", "yes", "sí", "si", "1", "x"}
_NO = {"false", "no", "0"}
_LIST = re.compile(r"[;\n]")
IGNORED = "#"
# What earlier versions called a sheet: workbooks that people have keep their names.
_FORMER = {"metas": "targets"}


@dataclass
class _Found:
    """What the sheets say, and where: row and column title of every value, by path."""

    tree: dict[str, Any] = field(default_factory=dict)
    sheets: dict[str, str] = field(default_factory=dict)
    rows: dict[Path_, tuple[str, int]] = field(default_factory=dict)
    titles: dict[tuple[str, str], str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_book(path: Path) -> Plan:
    """Return the plan of a workbook.

    Titles of sheets and columns may be Spanish, English or the keys of ``plan.toml``; several
    values in a cell are separated by semicolons or line ends. A sheet whose name begins with
    ``#`` is the reader's own and is not read.

    Raises:
        CrisisLabError: With every problem, each with its sheet, row and column.
    """
    found = _Found()
    for sheet in read_sheets(Input(path.name, path)):
        if not sheet.name.startswith(IGNORED):
            _take(sheet, path.name, found)
    if found.problems:
        raise CrisisLabError(*found.problems)
    _nest_shifts(found, path.name)
    try:
        plan = Plan.model_validate(found.tree)
    except ValidationError as error:
        problems = [_problem(path.name, detail, found) for detail in error.errors()]
        raise CrisisLabError(*problems, *found.problems) from None
    if found.problems:
        raise CrisisLabError(*found.problems)
    return plan


def _named(kind: str, names: Mapping[str, Any] | list[str]) -> dict[str, str]:
    known = {_plain(name): name for name in names}
    for lang in LANGUAGES:
        known |= {_plain(say(f"plan.{kind}.{name}", lang)): name for name in names}
    return known


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("_", " ").split())


def _near(text: str, known: Mapping[str, str]) -> str:
    close = difflib.get_close_matches(_plain(text), list(known), n=1)
    return close[0] if close else ", ".join(dict.fromkeys(known.values()))


def _take(sheet: Sheet, file: str, found: _Found) -> None:
    parts = _named("sheet", SHEETS)
    part = parts.get(_plain(sheet.name)) or _FORMER.get(_plain(sheet.name))
    if part is None:
        facts = {"near": _near(sheet.name, parts)}
        found.problems.append(
            Problem("CL-PLAN-SHEET", file=file, place=sheet.name, value=sheet.name, facts=facts)
        )
        return
    found.sheets[part] = sheet.name
    filled = [row for row in sheet.rows if any(cell.strip() for cell in row.cells)]
    if not filled:
        return
    columns = _columns(filled[0].cells, part, file, sheet.name, found)
    for row in filled[1:]:
        record: dict[str, Any] = {}
        for column, title in zip(columns, row.cells, strict=False):
            if column is not None and title.strip():
                _put(record, column.path, _value(title.strip(), column))
        _add(part, record, (sheet.name, row.line), found)


def _columns(
    titles: list[str], part: str, file: str, sheet: str, found: _Found
) -> list[Field | None]:
    fields = {f.key: f for f in SHEETS[part]}
    known = _named("column", list(fields))
    columns: list[Field | None] = []
    for title in titles:
        key = known.get(_plain(title))
        if key is None and title.strip() and not title.startswith(IGNORED):
            facts = {"near": _near(title, known)}
            found.problems.append(
                Problem("CL-SET-UNKNOWN-KEY", file=file, place=sheet, line=1, column=title,
                        value=title, facts=facts)
            )  # fmt: skip
        if key is not None:
            found.titles[part, ".".join(fields[key].path)] = title
        columns.append(None if key is None else fields[key])
    return columns


def _value(text: str, column: Field) -> Any:
    """Return a cell as the model wants it; what does not fit stays text and is refused there."""
    low = text.casefold()
    if column.kind == "list":
        return [piece.strip() for piece in _LIST.split(text) if piece.strip()]
    if column.kind == "whole":
        return int(text) if re.fullmatch(r"-?\d+", text) else text
    if column.kind == "share":
        return _share(text)
    if column.kind == "day":
        try:
            return date.fromisoformat(text[:10])
        except ValueError:
            return text
    if column.kind == "flag":
        return True if low in _YES else False if low in _NO else text
    return text


def _share(text: str) -> float | str:
    percent = text.endswith("%")
    try:
        number = float(text.removesuffix("%").strip().replace(",", "."))
    except ValueError:
        return text
    return number / 100 if percent else number


def _put(record: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    for name in path[:-1]:
        record = record.setdefault(name, {})
    record[path[-1]] = value


def _add(part: str, record: dict[str, Any], place: tuple[str, int], found: _Found) -> None:
    if part == "plan":
        found.tree["plan"] = record
        found.rows["plan",] = place
    elif part == "milestones":
        name = str(record.pop("milestone", ""))
        if name in found.tree.get("milestones", {}):
            found.problems.append(
                Problem("CL-PLAN-DUPLICATE", file="plan.xlsx", place=place[0], line=place[1],
                        value=name)
            )  # fmt: skip
        found.tree.setdefault("milestones", {})[name] = record
        found.rows["milestones", name] = place
    else:
        rows = found.tree.setdefault(part, [])
        found.rows[part, len(rows)] = place
        rows.append(record)


def _nest_shifts(found: _Found, file: str) -> None:
    """Put the shifts of their own sheet under their roles."""
    roles = {str(role.get("id")): i for i, role in enumerate(found.tree.get("roles", []))}
    for i, shift in enumerate(found.tree.pop("shifts", [])):
        sheet, row = found.rows.pop(("shifts", i))
        name = str(shift.pop("role", ""))
        if name not in roles:
            facts = {"what": "role", "known": ", ".join(sorted(roles))}
            found.problems.append(
                Problem("CL-PLAN-UNKNOWN-REF", file=file, place=sheet, line=row,
                        column=found.titles.get(("shifts", "role"), "role"), value=name,
                        facts=facts)
            )  # fmt: skip
            continue
        under = found.tree["roles"][roles[name]].setdefault("shifts", [])
        found.rows["roles", roles[name], "shifts", len(under)] = sheet, row
        under.append(shift)


def _problem(file: str, detail: ErrorDetails, found: _Found) -> Problem:
    code, value, facts = explained(detail, Plan)
    facts.pop("line_of", None)
    loc: Path_ = tuple(detail["loc"])
    for end in range(len(loc), 0, -1):
        if loc[:end] in found.rows:
            sheet, row = found.rows[loc[:end]]
            part = "shifts" if "shifts" in loc[:end] else str(loc[0])
            rest = [str(name) for name in loc[end:] if isinstance(name, str)]
            title = _title(part, rest, found)
            return Problem(code, file=file, place=sheet, line=row, column=title, value=value,
                           facts=facts)  # fmt: skip
    part = str(loc[0]) if loc else ""
    sheet = found.sheets.get(part) or say(f"plan.sheet.{part}", "en") if part in SHEETS else part
    return Problem(code, file=file, place=sheet, value=value, facts=facts)


def _title(part: str, rest: list[str], found: _Found) -> str:
    for end in range(len(rest), 0, -1):
        if title := found.titles.get((part, ".".join(rest[:end]))):
            return title
    return rest[-1] if rest else ""
