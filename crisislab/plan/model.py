"""The crisis manual as data: what each part of ``plan.toml`` holds."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal, Self, get_args

from pydantic import Field, StrictBool, StrictFloat, StrictInt, model_validator
from pydantic_core import ValidationError

from crisislab.plan.consistency import inconsistencies
from crisislab.settings import Minutes, Settings, read_settings
from crisislab.team import Hours

_JOINTS = re.compile(r"[._\-]+")

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
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
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
        links: Beginnings of addresses, one of which the entry points to or the text holds;
            empty: any. Words and links are alternatives: one of either is enough.
    """

    source: Literal["log", "posts"]
    channels: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    links: tuple[str, ...] = ()


class PlanHead(Settings):
    """Name, version and date of the manual.

    Attributes:
        starter: Whether this is the plan that ``crisislab new`` wrote, which is nobody's: it is
            not judged until the mark is taken out.
    """

    name: str
    version: str
    approved_on: date | None = None
    starter: StrictBool = False


class Scenario(Settings):
    """A crisis the manual foresees.

    Attributes:
        words: Words by which the team would name it in the log; its name and id always count.
        cluster: How much of the blame people give the brand (Coombs 2007): ``victim``,
            ``accidental`` or ``preventable``; decides which posture of the replies fits.
    """

    id: str
    name: str
    description: str = ""
    words: tuple[str, ...] = ()
    cluster: Literal["victim", "accidental", "preventable"] | None = None


class Shift(Settings):
    """When somebody holds a role.

    Attributes:
        name: Name of the shift, such as "night".
        who: People on it, as the log writes them; empty: any holder or deputy.
        hours: Weekday -> spans such as ``08:00-16:00``; absent: not on that day.
    """

    name: str
    who: tuple[str, ...] = ()
    hours: dict[Weekday, Hours] = Field(default_factory=dict)


class Role(Settings):
    """A role and the people who hold it, by name or account as the log writes them."""

    id: str
    name: str
    holders: tuple[str, ...]
    deputies: tuple[str, ...] = ()
    shifts: tuple[Shift, ...] = ()


class Action(Settings):
    """One action of the protocol.

    Attributes:
        scenarios: Scenarios it belongs to; empty: all.
        trigger: Milestone, action or monitoring rule that calls for it.
        deadline: Time allowed, minutes (text with units in the file).
        clock: Milestone or action from which the deadline runs.
        owner: Role that must do it.
        order: Its place in the protocol: an action done before one with a lower order is out of
            order.
        approver: Role that must approve it first.
        approval: What counts as the approval.
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
    approver: str | None = None
    approval: Evidence | None = None
    evidence: Evidence


class Rule(Settings):
    """A monitoring rule: fires when the metric over a window is at or above a number."""

    id: str
    name: str
    metric: Literal["posts", "negative_posts"]
    window: Minutes
    at_least: StrictInt = Field(ge=1)


class Drill(Settings):
    """A drill that was held; its log lies in ``drills/<id>/log/`` of the case.

    Attributes:
        roles: Roles that took part.
        people: People who took part, as the log writes them.
        actions: Actions that were exercised; empty: all of its scenario.
        announced: Whether people knew of it before.
    """

    id: str
    held_on: date
    scenario: str
    roles: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    announced: StrictBool = True


class Capability(Settings):
    """What the organisation must be able to do, and the actions that show it (HSEEP)."""

    id: str
    name: str
    actions: tuple[str, ...] = Field(min_length=1)


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
    capabilities: tuple[Capability, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if errors := inconsistencies(self):
            raise ValidationError.from_exception_data("Plan", errors)
        return self

    def role_of(self, actor: str) -> tuple[str, ...]:
        """Return the roles a person holds or deputises, by the name the log writes."""
        name = name_key(actor)
        return tuple(
            role.id
            for role in self.roles
            if name in {name_key(p) for p in (*role.holders, *role.deputies)}
        )


@lru_cache(maxsize=4096)
def name_key(name: str) -> str:
    """Return a person's name as it compares: logs write one person in several ways.

    Case, accents, a leading @ and how the words are joined do not tell people apart.

    >>> name_key("@inigo.larrea") == name_key("Íñigo  Larrea")
    True
    >>> name_key("Ana Kerr") == name_key("Ana K.")
    False
    """
    plain = unicodedata.normalize("NFKD", name.strip().lstrip("@").casefold())
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(_JOINTS.sub(" ", letters).split())


def read_plan(path: Path) -> Plan:
    """Read ``plan.toml``.

    Raises:
        CrisisLabError: With every problem of the file, each with its line.
    """
    return read_settings(path, Plan)
