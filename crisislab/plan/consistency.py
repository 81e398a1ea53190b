"""Mistakes that only show between the parts of a plan, each with its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, get_args

from pydantic_core import InitErrorDetails, PydanticCustomError

if TYPE_CHECKING:
    from crisislab.plan.model import Action, Plan

Loc = tuple[str | int, ...]
_PARTS = ("scenarios", "roles", "drills", "targets", "capabilities")


def inconsistencies(plan: Plan) -> list[InitErrorDetails]:
    """Return what contradicts itself in a plan: ids, references, clocks, circles, order."""
    errors = [*_duplicates(plan), *_unknown(plan), *_clockless(plan), *_incomplete(plan)]
    return errors or [*_circles(plan), *_disordered(plan)]


def _error(code: str, loc: Loc, value: str, **facts: object) -> InitErrorDetails:
    kind = PydanticCustomError(code, "plan", facts or None)
    return InitErrorDetails(type=kind, loc=loc, input=value)


def _milestones() -> tuple[str, ...]:
    from crisislab.plan.model import Milestone

    return get_args(Milestone)


def _duplicates(plan: Plan) -> Iterator[InitErrorDetails]:
    seen = set(_milestones())
    for part in ("actions", "monitoring"):
        for i, row in enumerate(getattr(plan, part)):
            if row.id in seen:
                yield _error("CL-PLAN-DUPLICATE", (part, i, "id"), row.id)
            seen.add(row.id)
    for part in _PARTS:
        known: set[str] = set()
        for i, row in enumerate(getattr(plan, part)):
            if row.id in known:
                yield _error("CL-PLAN-DUPLICATE", (part, i, "id"), row.id)
            known.add(row.id)


def _refer(loc: Loc, names: Iterable[str], known: set[str], what: str) -> list[InitErrorDetails]:
    return [
        _error("CL-PLAN-UNKNOWN-REF", loc, name, what=what, known=", ".join(sorted(known)))
        for name in names
        if name not in known
    ]


def _unknown(plan: Plan) -> list[InitErrorDetails]:
    roles = {role.id for role in plan.roles}
    scenarios = {scenario.id for scenario in plan.scenarios}
    actions = {action.id for action in plan.actions}
    errors = [e for i, action in enumerate(plan.actions) for e in _action(plan, i, action)]
    for name, pattern in plan.milestones.items():
        errors += _refer(("milestones", name, "by"), pattern.by, roles, "role")
    for i, drill in enumerate(plan.drills):
        errors += _refer(("drills", i, "scenario"), [drill.scenario], scenarios, "scenario")
        errors += _refer(("drills", i, "roles"), drill.roles, roles, "role")
        errors += _refer(("drills", i, "actions"), drill.actions, actions, "action")
    for i, capability in enumerate(plan.capabilities):
        errors += _refer(("capabilities", i, "actions"), capability.actions, actions, "action")
    return errors


def _action(plan: Plan, i: int, action: Action) -> list[InitErrorDetails]:
    at: Loc = ("actions", i)
    roles = {role.id for role in plan.roles}
    starts = {*_milestones(), *(a.id for a in plan.actions)}
    triggers = starts | {rule.id for rule in plan.monitoring}
    scenarios = {scenario.id for scenario in plan.scenarios}
    errors = _refer((*at, "owner"), [action.owner], roles, "role")
    errors += _refer((*at, "scenarios"), action.scenarios, scenarios, "scenario")
    errors += _refer((*at, "trigger"), [action.trigger], triggers, "trigger")
    errors += _refer((*at, "clock"), [action.clock] if action.clock else [], starts, "clock")
    errors += _refer((*at, "evidence", "by"), action.evidence.by, roles, "role")
    named = [action.approver] if action.approver else []
    errors += _refer((*at, "approver"), named, roles, "role")
    if action.approval is not None:
        errors += _refer((*at, "approval", "by"), action.approval.by, roles, "role")
    return errors


def _clockless(plan: Plan) -> list[InitErrorDetails]:
    return [
        _error("CL-PLAN-NO-CLOCK", ("actions", i, "deadline"), action.id)
        for i, action in enumerate(plan.actions)
        if action.deadline is not None and action.clock is None
    ]


def _incomplete(plan: Plan) -> list[InitErrorDetails]:
    errors = []
    for i, target in enumerate(plan.targets):
        shares = ("reply_rate", "deadline_adherence")
        needed = [] if target.metric == "deadline_adherence" else ["within"]
        needed += ["at_least"] if target.metric in shares else []
        needed += ["percentile"] if target.metric == "first_response_time" else []
        errors += [
            _error("CL-PLAN-TARGET", ("targets", i), target.id, metric=target.metric, missing=key)
            for key in needed
            if getattr(target, key) is None
        ]
    return errors


def _circles(plan: Plan) -> Iterator[InitErrorDetails]:
    """Yield each action whose triggers and clocks lead back to itself, with the way."""
    actions = {action.id: action for action in plan.actions}
    for i, action in enumerate(plan.actions):
        way = _way_back(action.id, actions)
        if way:
            key = "trigger" if action.trigger == way[1] else "clock"
            path = " > ".join(reversed(way))
            yield _error("CL-PLAN-CIRCLE", ("actions", i, key), action.id, path=path)


def _way_back(start: str, actions: dict[str, Action]) -> list[str]:
    ways, seen = [[start]], set()
    while ways:
        way = ways.pop()
        here = actions[way[-1]]
        for name in dict.fromkeys((here.trigger, here.clock)):
            if name == start:
                return [*way, start]
            if name in actions and name not in seen:
                seen.add(name)
                ways.append([*way, str(name)])
    return []


def _disordered(plan: Plan) -> Iterator[InitErrorDetails]:
    """Yield each action that by its order comes before the action it waits for."""
    actions = {action.id: action for action in plan.actions}
    for i, action in enumerate(plan.actions):
        for key in ("trigger", "clock"):
            before = actions.get(str(getattr(action, key)))
            if before is None or action.order is None or before.order is None:
                continue
            if action.order < before.order:
                facts = {"before": before.id, "order": action.order, "other": before.order}
                yield _error("CL-PLAN-ORDER", ("actions", i, "order"), action.id, **facts)
                break
