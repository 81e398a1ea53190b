"""Roles: who acted, who did whose work, where things waited, who was not seen in which shift."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from crisislab.estimate.business import parse_hours
from crisislab.judge.conformance import Facts
from crisislab.judge.verdicts import JUDGED
from crisislab.plan import Action, Plan, name_key
from crisislab.schema import ROLES, SHIFTS

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MINUTES = 1440


def roles_seen(actions: pd.DataFrame, facts: Facts, *, until: pd.Timestamp | None) -> pd.DataFrame:
    """Return each role with what it did, what others did for it, and what waited for it.

    ``acted``: somebody of the role wrote in the log during the crisis, or did an action.
    ``stood_in``: who did its actions without holding it. ``waited``: actions of other roles that
    could only start when an action of this role was done late (or wait for it still), and own
    statements approved after they were out. It says where to look, not who is to blame; roles
    are not ranked (under ten actions each, an order would be chance).

    Args:
        actions: Judged actions.
        facts: What they were judged by.
        until: End of the crisis; the end of the log by default.

    Returns:
        A table ``schema.ROLES``.
    """
    log = _during(facts, until)
    waits = _waiting(actions, facts.plan)
    writers = [set(facts.plan.role_of(str(who))) for who in log["actor"].fillna("")]
    rows = []
    for role in facts.plan.roles:
        mine = actions[actions["owner"] == role.id]
        judged = mine[mine["state"].isin(JUDGED)]
        held_by = [role.id in held for held in writers]
        wrote = log[pd.Series(held_by, index=log.index, dtype=bool)]
        stood_in = mine.loc[mine["state"] == "wrong owner", "done_by"].dropna()
        rows.append(
            {"role": role.id, "name": role.name, "n_actions": len(judged),
             "n_on_time": int(judged["state"].eq("on time").sum()),
             "n_late": int(judged["state"].eq("late").sum()),
             "n_not_done": int(judged["state"].eq("not done").sum()),
             "n_by_others": len(stood_in), "stood_in": "; ".join(dict.fromkeys(stood_in)),
             "n_entries": len(wrote),
             "first_at": wrote["logged_at"].min() if len(wrote) else None,
             "acted": bool(len(wrote)), "waited": " ".join(waits.get(role.id, ()))}
        )  # fmt: skip
    return ROLES.conform(pd.DataFrame(rows))


def _during(facts: Facts, until: pd.Timestamp | None) -> pd.DataFrame:
    log = facts.log[~facts.log["drill"]]
    if facts.since is not None:
        log = log[log["logged_at"] >= facts.since]
    return log if until is None else log[log["logged_at"] <= until]


def _waiting(actions: pd.DataFrame, plan: Plan) -> dict[str, list[str]]:
    state = actions.set_index("action")["state"].to_dict()
    also = actions.set_index("action")["also"].fillna("").to_dict()
    owners: dict[str, Action] = {a.id: a for a in plan.actions}
    waits: dict[str, list[str]] = {}
    for action in plan.actions:
        for before in dict.fromkeys((action.trigger, action.clock)):
            held = owners.get(str(before))
            slow = held is not None and state[held.id] in ("late", "not done")
            if held is not None and slow and held.owner != action.owner:
                waits.setdefault(held.owner, []).append(action.id)
        if action.approver and set(also[action.id].split()) & {"approved_after", "not_approved"}:
            waits.setdefault(action.approver, []).append(action.id)
    return waits


def shifts_seen(
    facts: Facts, *, zone: str, start: pd.Timestamp | None, end: pd.Timestamp | None
) -> pd.DataFrame:
    """Return every shift that fell into the crisis and whether anybody on it wrote in the log.

    Not seen is not absent: whoever listens writes little. A shift cut by the start or the end of
    the crisis counts with the part inside.

    Args:
        facts: Plan and log.
        zone: Zone of the shifts.
        start: Begin of the crisis (detection); missing: nothing is told.
        end: End of the crisis.

    Returns:
        A table ``schema.SHIFTS``.
    """
    if start is None or end is None:
        return SHIFTS.empty()
    log = facts.log[~facts.log["drill"]]
    rows = []
    for role in facts.plan.roles:
        for shift in role.shifts:
            people = shift.who or (*role.holders, *role.deputies)
            names = {name_key(p) for p in people}
            theirs = [name_key(str(a)) in names for a in log["actor"]]
            wrote = log[pd.Series(theirs, index=log.index, dtype=bool)]
            for begin, finish in _spans(shift.hours, zone, start, end):
                inside = wrote[wrote["logged_at"].between(begin, finish, inclusive="left")]
                rows.append(
                    {"role": role.id, "shift": shift.name, "begins_at": begin, "ends_at": finish,
                     "people": "; ".join(people), "n_entries": len(inside),
                     "seen": bool(len(inside))}
                )  # fmt: skip
    table = SHIFTS.conform(pd.DataFrame(rows, columns=SHIFTS.names))
    return table.sort_values(["begins_at", "role"], kind="stable").reset_index(drop=True)


def _spans(
    hours: Mapping[Any, str], zone: str, start: pd.Timestamp, end: pd.Timestamp
) -> list[tuple[pd.Timestamp, pd.Timestamp]]:
    here = ZoneInfo(zone)
    day = start.tz_convert(zone).date()
    found = []
    while day <= end.tz_convert(zone).date():
        for low, high in parse_hours(hours.get(_DAYS[day.weekday()], "")):
            begin, finish = (
                pd.Timestamp(day) + timedelta(minutes=m % _MINUTES, days=m // _MINUTES)
                for m in (low, high)
            )
            a = begin.tz_localize(here, ambiguous=True, nonexistent="shift_forward")
            b = finish.tz_localize(here, ambiguous=False, nonexistent="shift_forward")
            a, b = max(a.tz_convert("UTC"), start), min(b.tz_convert("UTC"), end)
            if a < b:
                found.append((a, b))
        day += timedelta(days=1)
    return found
