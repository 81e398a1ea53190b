"""The crisis manual of a case folder: ``plan.toml`` or the workbook ``plan.xlsx``."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Any

from crisislab.errors import CrisisLabError, Problem
from crisislab.manual.sheets import read_book
from crisislab.plan import Plan, read_plan
from crisislab.settings import line_index
from crisislab.words import LANGUAGES

__all__ = ["BOOK", "SCHEMA", "TOML", "plan_schema", "read_manual", "starting_point", "unheld"]
TOML, BOOK, SCHEMA = "plan.toml", "plan.xlsx", "plan.schema.json"


def read_manual(root: Path) -> Plan:
    """Return the plan of a case folder.

    With both files, they must say the same; one that is still the unchanged starting point of
    ``crisislab new`` gives way to the other.

    Raises:
        CrisisLabError: With every problem of the file; CL-PLAN-TWO when both differ.
    """
    toml, book = root / TOML, root / BOOK
    if not book.exists():
        return read_plan(toml)
    if not toml.exists():
        return read_book(book)
    plans = {BOOK: read_book(book), TOML: read_plan(toml)}
    if plans[BOOK] == plans[TOML]:
        return plans[TOML]
    starts = [starting_point(lang) for lang in LANGUAGES]
    own = [plan for plan in plans.values() if plan not in starts]
    if len(own) == 1:
        return own[0]
    parts = [p for p in Plan.model_fields if getattr(plans[BOOK], p) != getattr(plans[TOML], p)]
    raise CrisisLabError(Problem("CL-PLAN-TWO", file=BOOK, value=", ".join(parts)))


def unheld(plan: Plan, root: Path) -> list[Problem]:
    """Return a finding for each role that nobody holds: what it does cannot be told from the log.

    Args:
        plan: The plan of the case.
        root: The case folder; where the plan is text alone, its lines are named.
    """
    path = root / TOML
    alone = path.is_file() and not (root / BOOK).exists()
    lines = line_index(path.read_text("utf-8-sig")) if alone else {}
    return [
        Problem(
            "CL-PLAN-NO-HOLDER", "flagged", file=TOML if lines else BOOK,
            line=lines.get(("roles", i, "holders")), column="holders", value=role.name,
            facts={"actions": ", ".join(a.id for a in plan.actions if a.owner == role.id) or "-"},
        )
        for i, role in enumerate(plan.roles) if not (*role.holders, *role.deputies)
    ]  # fmt: skip


def starting_point(lang: str) -> Plan:
    """Return the plan that ``crisislab new`` writes."""
    with resources.as_file(resources.files("crisislab") / "templates" / lang / TOML) as path:
        return read_plan(path)


def plan_schema() -> str:
    """Return the JSON Schema of ``plan.toml`` for editors, as text."""
    schema: dict[str, Any] = Plan.model_json_schema()
    head = {"$schema": "http://json-schema.org/draft-07/schema#", "title": "crisislab plan.toml"}
    return json.dumps(schema | head, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
