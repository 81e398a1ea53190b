"""The crisis manual as data: scenarios, roles, actions, monitoring, drills and targets."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Literal, Self, get_args

from pydantic import Field, StrictFloat, StrictInt, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError, ValidationError

from crisislab.settings import Minutes, Settings, read_settings

Milestone = Literal[
    "onset",
    "first_visible",
    "detected",
    "acknowledged",
    "mobilised",
    "activated",
    "drafted",
    "approved",
    "first_reply",
    "published",
    "first_statement",
    "stabilised",
    "resolved",
    "closed",
]
ALL_MILESTONES: tuple[Milestone, ...] = get_args(Milestone)
# Those every review tells; the others are told where the plan, the log or the case names them.
MILESTONES: tuple[Milestone, ...] = (
    "onset",
    "detected",
    "activated",
    "first_reply",
    "first_statement",
    "resolved",
)
TargetMetric = Literal[
    "reply_rate",
    "first_response_time",
    "time_to_detect",
    "time_to_activate",
    "time_to_first_reply",
    "time_to_first_statement",
    "time_to_resolve",
    "deadline_adherence",
]


class Evidence(Settings):
    """What counts as evidence: an entry of the log or a post that matches every given part.

    Attributes:
        source: ``log`` (incident log) or ``posts`` (the brand's own public posts).
        channels: Log channels or platforms where it may stand; empty: any.
        words: At least one of these must occur (accents and case do not matter); empty: any text.
        kinds: Kinds of entries or posts; empty: any.
        by: Roles whose holders may have written it; empty: anybody.
    """

    source: Literal["log", "posts"]
    channels: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    by: tuple[str, ...] = ()


class PlanHead(Settings):
    """Name, version and date of the manual."""

    name: str
    version: str
    approved_on: date | None = None


class Scenario(Settings):
    """A crisis the manual foresees.

    Attributes:
        cluster: How much of the blame people give the brand (Coombs 2007): ``victim``,
            ``accidental`` or ``preventable``; decides which posture of the replies fits.
    """

    id: str
    name: str
    description: str = ""
    cluster: Literal["victim", "accidental", "preventable"] | None = None


class Role(Settings):
    """A role and the people who hold it, by name or account as the log writes them."""

    id: str
    name: str
    holders: tuple[str, ...]
    deputies: tuple[str, ...] = ()


class Action(Settings):
    """One action of the protocol.

    Attributes:
        scenarios: Scenarios it belongs to; empty: all.
        trigger: Milestone, action or monitoring rule that calls for it.
        deadline: Time allowed, minutes (text with units in the file).
        clock: Milestone or action from which the deadline runs.
        owner: Role that must do it.
        evidence: What counts as having done it.
    """

    id: str
    name: str
    scenarios: tuple[str, ...] = ()
    trigger: str = "activated"
    deadline: Minutes | None = None
    clock: str | None = None
    owner: str
    order: StrictInt | None = None
    evidence: Evidence


class Rule(Settings):
    """A monitoring rule: fires when the metric over a window is at or above a number."""

    id: str
    name: str
    metric: Literal["posts", "negative_posts"]
    window: Minutes
    at_least: StrictInt = Field(ge=1)


class Drill(Settings):
    """A drill that was held."""

    id: str
    held_on: date
    scenario: str
    roles: tuple[str, ...] = ()


class Target(Settings):
    """A target the plan sets itself.

    ``reply_rate`` and ``deadline_adherence`` need ``at_least`` (a share); ``reply_rate`` and
    every time need ``within``; ``first_response_time`` also needs ``percentile``.
    """

    id: str
    name: str
    metric: TargetMetric
    within: Minutes | None = None
    at_least: StrictFloat | None = Field(default=None, ge=0, le=1)
    percentile: StrictInt | None = Field(default=None, ge=1, le=99)
    clock: Milestone | None = None


class Plan(Settings):
    """The crisis manual as data (``plan.toml``).

    Raises:
        CrisisLabError: From :func:`read_plan`, when ids repeat, refer to nothing, run in a
            circle, or a deadline has no clock.
    """

    plan: PlanHead
    scenarios: tuple[Scenario, ...] = Field(min_length=1)
    roles: tuple[Role, ...] = Field(min_length=1)
    milestones: dict[Milestone, Evidence] = Field(default_factory=dict)
    actions: tuple[Action, ...] = Field(min_length=1)
    monitoring: tuple[Rule, ...] = ()
    drills: tuple[Drill, ...] = ()
    targets: tuple[Target, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        errors = [*_duplicates(self), *_unknown(self), *_clockless(self), *_incomplete(self)]
        if not errors:
            errors = _circles(self)
        if errors:
            raise ValidationError.from_exception_data("Plan", errors)
        return self

    def role_of(self, actor: str) -> tuple[str, ...]:
        """Return the roles a person holds or deputises, by the name the log writes."""
        name = actor.strip().casefold().lstrip("@")
        return tuple(
            role.id
            for role in self.roles
            if name in {p.casefold().lstrip("@") for p in (*role.holders, *role.deputies)}
        )


def read_plan(path: Path) -> Plan:
    """Read ``plan.toml``.

    Raises:
        CrisisLabError: With every problem of the file, each with its line.
    """
    return read_settings(path, Plan)


def _error(code: str, loc: tuple[str | int, ...], value: str, **facts: object) -> InitErrorDetails:
    kind = PydanticCustomError(code, "plan", facts or None)
    return InitErrorDetails(type=kind, loc=loc, input=value)


def _duplicates(plan: Plan) -> list[InitErrorDetails]:
    errors = []
    seen: dict[str, str] = dict.fromkeys((*MILESTONES, *plan.milestones), "milestones")
    for part in ("actions", "monitoring"):
        for i, row in enumerate(getattr(plan, part)):
            if row.id in seen:
                errors.append(_error("CL-PLAN-DUPLICATE", (part, i, "id"), row.id))
            seen[row.id] = part
    for part in ("scenarios", "roles", "drills", "targets"):
        ids = [row.id for row in getattr(plan, part)]
        errors += [
            _error("CL-PLAN-DUPLICATE", (part, i, "id"), name)
            for i, name in enumerate(ids)
            if name in ids[:i]
        ]
    return errors


def _refer(
    loc: tuple[str | int, ...], names: Iterable[str], known: set[str], what: str
) -> list[InitErrorDetails]:
    return [
        _error("CL-PLAN-UNKNOWN-REF", loc, name, what=what, known=", ".join(sorted(known)))
        for name in names
        if name not in known
    ]


def _unknown(plan: Plan) -> list[InitErrorDetails]:
    roles = {role.id for role in plan.roles}
    scenarios = {scenario.id for scenario in plan.scenarios}
    starts = {*ALL_MILESTONES, *(a.id for a in plan.actions)}
    triggers = starts | {rule.id for rule in plan.monitoring}
    errors: list[InitErrorDetails] = []
    for i, action in enumerate(plan.actions):
        at = ("actions", i)
        errors += _refer((*at, "owner"), [action.owner], roles, "role")
        errors += _refer((*at, "scenarios"), action.scenarios, scenarios, "scenario")
        errors += _refer((*at, "trigger"), [action.trigger], triggers, "trigger")
        errors += _refer((*at, "clock"), [action.clock] if action.clock else [], starts, "clock")
        errors += _refer((*at, "evidence", "by"), action.evidence.by, roles, "role")
    for i, drill in enumerate(plan.drills):
        errors += _refer(("drills", i, "scenario"), [drill.scenario], scenarios, "scenario")
        errors += _refer(("drills", i, "roles"), drill.roles, roles, "role")
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


def _circles(plan: Plan) -> list[InitErrorDetails]:
    actions = {action.id: action for action in plan.actions}
    errors = []
    for i, action in enumerate(plan.actions):
        chain, current = [action.id], action
        while current.trigger in actions and current.trigger not in chain:
            current = actions[current.trigger]
            chain.append(current.id)
        if current.trigger == action.id:
            path = " > ".join([*reversed(chain), action.id])
            errors.append(_error("CL-PLAN-CIRCLE", ("actions", i, "trigger"), action.id, path=path))
    return errors
