"""The improvement plan: proposed from findings, edited by people, checked in the next crisis."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pandas as pd

from crisislab.errors import CrisisLabError, Problem
from crisislab.judge.verdicts import JUDGED
from crisislab.plan import Plan
from crisislab.read.edited import edited_rows
from crisislab.schema import IMPROVEMENTS
from crisislab.words import say

FILE = "improvements.csv"
ELEMENTS = ("planning", "organisation", "equipment", "training", "exercise")
STATUSES = ("proposed", "open", "done", "dropped")
CARRIED = ["id", "issue", "corrective_action", "owner", "due_on", "status", "overdue", "actions",
           "state_now", "seen_again"]  # fmt: skip
_ELEMENT = {
    "late": "training", "out of order": "training", "not done": "organisation",
    "wrong owner": "organisation", "improvised": "planning", "no evidence": "equipment",
}  # fmt: skip


def propose_improvements(
    actions: pd.DataFrame, *, plan: Plan, source: str, lang: str
) -> pd.DataFrame:
    """Return a line for every action that shows something to learn; people edit them.

    ``late`` and ``out of order`` propose training, ``not done`` and ``wrong owner`` organisation,
    ``improvised`` planning (write it into the plan), ``no evidence`` equipment (keep a record).
    Owner, start and due are left to people.

    Args:
        actions: Judged actions.
        plan: The manual.
        source: Name of the crisis or drill.
        lang: Language of the texts.
    """
    capability = {a: c.name for c in plan.capabilities for a in c.actions}
    rows = []
    for row in actions[actions["state"].isin(list(_ELEMENT))].to_dict("records"):
        code = str(row["state"]).replace(" ", "_")
        facts = {"action": row["name"], "source": source}
        rows.append(
            {"id": f"{row['action']}-{code}", "capability": capability.get(row["action"], ""),
             "issue": say(f"plan.issue.{code}", lang, **facts),
             "corrective_action": say(f"plan.corrective.{code}", lang, **facts),
             "element": _ELEMENT[str(row["state"])], "owner": row["owner"], "status": "proposed",
             "actions": row["action"], "evidence": row["evidence"], "source": source}
        )  # fmt: skip
    return IMPROVEMENTS.conform(pd.DataFrame(rows, columns=IMPROVEMENTS.names))


def write_improvements(lines: pd.DataFrame, path: str | Path) -> Path:
    """Write an improvement plan to edit.

    Raises:
        FileExistsError: If the file is there: it may hold people's work.
    """
    file = Path(path)
    with file.open("x", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(IMPROVEMENTS.names)
        for row in lines.fillna("").to_dict("records"):
            writer.writerow([row[name] for name in IMPROVEMENTS.names])
    return file


def read_improvements(path: str | Path) -> pd.DataFrame:
    """Return an improvement plan.

    Raises:
        CrisisLabError: CL-IMPROVE-VALUE for elements and statuses that are none,
            CL-IMPROVE-DATE for what is no day, CL-IMPROVE-ID for missing or repeated ids.
    """
    file = Path(path)
    problems: list[Problem] = []
    rows: list[dict[str, str]] = []
    seen: set[str] = set()
    for line, record in edited_rows(file, needed=(), code=""):
        row = {name: record.get(name, "").strip() for name in IMPROVEMENTS.names}
        rows.append(row)
        for code, column in _mistakes(row, seen):
            known = {"element": ELEMENTS, "status": STATUSES}.get(column, ())
            problems.append(
                Problem(code, file=file.name, line=line, column=column,
                        value=row[column], facts={"known": ", ".join(known)})
            )  # fmt: skip
        seen.add(row["id"])
    if problems:
        raise CrisisLabError(*problems)
    return IMPROVEMENTS.conform(pd.DataFrame(rows, columns=IMPROVEMENTS.names))


def _mistakes(row: dict[str, str], seen: set[str]) -> list[tuple[str, str]]:
    found = []
    if not row["id"] or row["id"] in seen:
        found.append(("CL-IMPROVE-ID", "id"))
    for column, known in (("element", ELEMENTS), ("status", STATUSES)):
        if row[column] not in known:
            found.append(("CL-IMPROVE-VALUE", column))
    days = ("start_on", "due_on")
    return found + [("CL-IMPROVE-DATE", d) for d in days if row[d] and not _is_day(row[d])]


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def carried_over(
    before: pd.DataFrame, actions: pd.DataFrame, *, onset: pd.Timestamp | None
) -> pd.DataFrame:
    """Return last time's improvement plan held against this crisis.

    ``overdue``: not done though due before the onset. ``state_now``: how its actions went now.
    ``seen_again``: ``yes`` when one of them was again late, left out or done by others, ``no`` when
    all went well, ``cannot tell`` when none was observable. That an improvement was done and the
    fault not seen again does not show that it helped: one crisis is one case.

    Returns:
        ``id, issue, corrective_action, owner, due_on, status, overdue, actions, state_now,
        seen_again``.
    """
    states = actions.set_index("action")["state"].to_dict()
    rows = []
    for row in before[before["status"] != "dropped"].to_dict("records"):
        now = {a: states[a] for a in str(row["actions"] or "").split() if a in states}
        told = [state for state in now.values() if state in JUDGED]
        again = "cannot tell" if not told else "no" if set(told) == {"on time"} else "yes"
        due = str(row["due_on"] or "")
        late = row["status"] != "done" and _is_day(due) and onset is not None
        late = late and due < f"{onset:%Y-%m-%d}"
        rows.append(
            [row["id"], row["issue"], row["corrective_action"], row["owner"], row["due_on"],
             row["status"], bool(late), " ".join(now), "; ".join(now.values()), again]
        )  # fmt: skip
    return pd.DataFrame(rows, columns=CARRIED)
