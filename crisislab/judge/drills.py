"""Drills by the same measures as the crisis, beside it and never pooled with it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crisislab.estimate.intervals import newcombe, wilson
from crisislab.exercises import Exercise
from crisislab.judge.conformance import Facts, judge_actions
from crisislab.judge.verdicts import JUDGED
from crisislab.measure.clock import crisis_clock
from crisislab.metrics import Row, metrics, number
from crisislab.plan import Drill, Plan

FEW = 10
COMPARED = [
    "drill", "action", "name", "drill_state", "real_state", "drill_minutes", "real_minutes",
    "change",
]  # fmt: skip
_FAULTS = ("late", "out of order", "not done", "wrong owner")


def judge_drill(exercise: Exercise, *, plan: Plan, drill: Drill) -> pd.DataFrame:
    """Return every action of the plan as it went in a drill; the columns of the crisis.

    The clock is the drill's own: its log tells when it was detected and activated. Actions that
    were not exercised are *not triggered*.

    Args:
        exercise: Log of the drill.
        plan: The manual.
        drill: The drill as the plan tells it.
    """
    log = exercise.log.assign(drill=False)
    posts = exercise.posts
    clock = crisis_clock(posts, log, plan=plan, onset=None, onset_reason="drill")
    at = dict(zip(clock["milestone"], clock["at"], strict=True))
    channels = tuple(str(c) for c in log["channel"].dropna().unique())
    facts = Facts(posts, log, plan, drill.scenario, at, complete_channels=channels)
    judged = judge_actions(facts)
    if not drill.actions:
        return judged
    aside = ~judged["action"].isin(drill.actions)
    return judged.assign(
        state=judged["state"].mask(aside, "not triggered"),
        reason=judged["reason"].mask(aside, "not_exercised"),
    )


def minutes_taken(actions: pd.DataFrame, *, plan: Plan) -> pd.Series:
    """Return how long each action took from the start of its clock, by action."""
    lengths = {a.id: a.deadline for a in plan.actions}
    allowed = pd.Series([lengths.get(a) for a in actions["action"]], dtype="float64")
    taken = actions["late_minutes"].reset_index(drop=True).astype("float64") + allowed
    return pd.Series(taken.to_numpy(), index=actions["action"])


def compare_drills(
    actions: pd.DataFrame, drilled: dict[str, pd.DataFrame], *, plan: Plan
) -> pd.DataFrame:
    """Return drill against crisis, action by action.

    A drill is announced and has no crowd: its times are optimistic, and never enter a mean with
    the crisis. ``change``: ``same``, ``worse`` (well in the drill, not in the crisis; or at fault
    in the drill and not done in the crisis), ``better``, ``other fault``, ``not comparable`` (not
    seen in one of the two).
    """
    real = actions.set_index("action")
    took = minutes_taken(actions, plan=plan)
    rows: list[tuple[Any, ...]] = []
    for drill, judged in drilled.items():
        practised = minutes_taken(judged, plan=plan)
        for row in judged[judged["state"] != "not triggered"].to_dict("records"):
            name = str(row["action"])
            now = str(real.loc[name, "state"])
            rows.append(
                (drill, name, row["name"], row["state"], now, practised[name], took[name],
                 _change(str(row["state"]), now))
            )  # fmt: skip
    return pd.DataFrame(rows, columns=COMPARED)


def _change(before: str, after: str) -> str:
    if before not in JUDGED or after not in JUDGED:
        return "not comparable"
    was, now = _rank(before), _rank(after)
    if was == now:
        return "same" if before == after or not was else "other fault"
    return "worse" if now > was else "better"


def _rank(state: str) -> int:
    """Return how bad a state is: well, at fault, not done at all."""
    return 0 if state not in _FAULTS else 1 + int(state == "not done")


def drill_metrics(
    actions: pd.DataFrame,
    drilled: dict[str, pd.DataFrame],
    *,
    plan: Plan,
    onset: pd.Timestamp | None,
    zone: str,
) -> pd.DataFrame:
    """Return how drilled and undrilled actions went in the crisis, and how old the practice was.

    ``on_time_drilled``, ``on_time_undrilled`` (Wilson) and ``on_time_drilled_minus_undrilled``
    (Newcombe); actions are not drawn by lot for drilling, so a difference is no effect of it (note
    ``not_randomised``), and under ten a side it is told with ``few``. ``days_since_drill`` is from
    the last drill of the scenario before the onset.

    Returns:
        Rows of ``schema.METRICS``.
    """
    practised = {a for judged in drilled.values()
                 for a in judged.loc[judged["state"] != "not triggered", "action"]}  # fmt: skip
    seen = actions[actions["state"].isin(JUDGED)]
    inside = seen["action"].isin(practised)
    n, m = int(inside.sum()), int((~inside).sum())
    right = seen["state"].eq("on time")
    a, b = int(right[inside].sum()), int(right[~inside].sum())
    note = "not_randomised few" if min(n, m) < FEW else "not_randomised"
    rows: list[Row] = [
        number("on_time_drilled", wilson(a, n), unit="share", n=n, method="Wilson 95 %",
               evidence="actions"),
        number("on_time_undrilled", wilson(b, m), unit="share", n=m, method="Wilson 95 %",
               evidence="actions"),
        number("on_time_drilled_minus_undrilled", newcombe(a, n, b, m) if n and m else None,
               unit="share", n=n + m, method="Newcombe 95 %", note=note, evidence="actions"),
    ]  # fmt: skip
    return metrics([*rows, _days(plan, onset, zone)])


def _days(plan: Plan, onset: pd.Timestamp | None, zone: str) -> Row:
    days = None
    if onset is not None:
        day = onset.tz_convert(zone).date()
        held = [drill.held_on for drill in plan.drills if drill.held_on < day]
        days = (day - max(held)).days if held else None
    return number("days_since_drill", days, unit="count", n=len(plan.drills),
                  note="" if days is not None else "no_drill", evidence="plan")  # fmt: skip


def drill_attendance(plan: Plan) -> pd.DataFrame:
    """Return who took part in each drill: ``drill, held_on, scenario, role, name, took_part``.

    Only roles that own an action of the drill's scenario are listed.
    """
    rows = []
    for drill in plan.drills:
        owners = {a.owner for a in plan.actions if not a.scenarios or drill.scenario in a.scenarios}
        people = set(drill.people)
        for role in plan.roles:
            if role.id in owners or role.id in drill.roles:
                came = bool(people & {*role.holders, *role.deputies}) or (role.id in drill.roles)
                rows.append((drill.id, drill.held_on, drill.scenario, role.id, role.name, came))
    names = ["drill", "held_on", "scenario", "role", "name", "took_part"]
    return pd.DataFrame(rows, columns=names)
