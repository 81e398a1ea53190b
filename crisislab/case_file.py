"""``case.toml``: who the brand is and how to read what the exports leave open."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, StrictBool, StrictInt, model_validator
from pydantic_core import PydanticCustomError

from crisislab.accounts import Account
from crisislab.audience import AudienceSettings
from crisislab.errors import CrisisLabError, Problem
from crisislab.overrides import Confirm, Promise, Reject, undecidable
from crisislab.plan import Milestone, Plan
from crisislab.privacy.settings import PrivacySettings
from crisislab.question import Question
from crisislab.read.declare import DateOrder, Declaration
from crisislab.settings import (
    LocalInstant,
    Minutes,
    Settings,
    Zone,
    doubtful_times,
    read_settings,
)
from crisislab.team import Team

Language = Literal["es", "en"]


# Raised when a key changes its meaning; older cases are then read as they were meant.
FORMAT = 1


class CaseHead(Settings):
    """Name, language of the review, the audience's zone and the scenario that happened.

    Attributes:
        format: Format of the file; missing in those of the first version, which is 1.
    """

    name: str
    format: StrictInt = Field(default=1, ge=1)
    language: Language = "en"
    zone: Zone
    scenario: str | None = None
    seed: StrictInt = 20260101


class Brand(Settings):
    """The brand and its accounts.

    Attributes:
        outbound_is_brand: Rows that the export itself marks as outbound (``inbound`` is false)
            are the brand's: customer-care exports.
        absent_from_exports: Whether the exports hold none of the brand's own posts: then the
            review says that response times cannot be told.
    """

    name: str
    accounts: tuple[Account, ...] = ()
    outbound_is_brand: StrictBool = False
    absent_from_exports: StrictBool = False


class Period(Settings):
    """A period: ``start`` inclusive, ``end`` exclusive, local time of the case."""

    start: LocalInstant
    end: LocalInstant

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.start.tzinfo == self.end.tzinfo and self.end <= self.start:
            raise PydanticCustomError("CL-CASE-PERIOD", "period")
        return self


class Source(Settings):
    """What the analyst declares about one export (or every export of a folder)."""

    file: str
    zone: Zone | None = None
    dates: DateOrder | None = None
    platform: str | None = None
    columns: dict[str, str] = Field(default_factory=dict)
    decimal: Literal[",", "."] | None = None
    ids: Literal["damaged"] | None = None
    partial: StrictBool = False
    encoding: str | None = None
    private_channels: tuple[str, ...] = ()

    def declaration(self) -> Declaration:
        """Return the declaration for the readers."""
        return Declaration(**self.model_dump(exclude={"file"}))


class Response(Settings):
    """How waiting is counted.

    Attributes:
        rule: ``conversations`` (one author and the brand; a new one after ``silence``) or
            ``opening-posts`` (every inbound post that answers nothing, earliest direct reply).
        silence: Minutes of silence after which a conversation is a new one.
        staff: Ids or handles of the brand's own people, whose posts wait for nothing.
        spam: Ids or handles declared to be spam.
        template_copies: Replies with the same words at least this often are a template.
        renamed: Former handle -> present handle, for exports without author ids.
        topics: Topic -> words that name it, to compare waits by topic; the first that fits counts.
    """

    rule: Literal["conversations", "opening-posts"] = "conversations"
    silence: Minutes = 1440.0
    staff: tuple[str, ...] = ()
    spam: tuple[str, ...] = ()
    template_copies: StrictInt = Field(default=5, ge=2)
    renamed: dict[str, str] = Field(default_factory=dict)
    topics: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class Declared(Settings):
    """A milestone set by hand, with its reason; the report shows that it was."""

    at: LocalInstant
    reason: str


class LogSettings(Settings):
    """What is known about the log: channels exported whole, from and to when."""

    complete_channels: tuple[str, ...] = ()


class CaseFile(Settings):
    """``case.toml``.

    Attributes:
        groups: Group (employees, customers, media) -> ids or handles of its accounts.
    """

    case: CaseHead
    brand: Brand
    team: Team | None = None
    quiet: Period | None = None
    window: Period | None = None
    response: Response = Response()
    log: LogSettings = LogSettings()
    audience: AudienceSettings = AudienceSettings()
    privacy: PrivacySettings = PrivacySettings()
    clock: dict[Milestone, Declared] = Field(default_factory=dict)
    effect: Question | None = None
    sources: tuple[Source, ...] = ()
    confirm: tuple[Confirm, ...] = ()
    reject: tuple[Reject, ...] = ()
    promises: tuple[Promise, ...] = ()
    groups: dict[str, tuple[str, ...]] = Field(default_factory=dict)


def read_case_file(root: Path) -> tuple[CaseFile, list[Problem]]:
    """Read ``case.toml`` and return it with what is remarkable about it.

    Raises:
        CrisisLabError: If it is wrong, or a time in it does not exist in its zone.
    """
    path = root / "case.toml"
    settings = read_settings(path, CaseFile)
    doubtful = doubtful_times(path, settings, zone=settings.case.zone)
    refused = [problem for problem in doubtful if problem.severity == "refused"]
    if refused:
        raise CrisisLabError(*refused)
    return settings, doubtful


def check_format(path: Path) -> None:
    """Refuse a case of a later format before its unknown keys are taken for slips.

    Raises:
        CrisisLabError: CL-CASE-NEWER.
    """
    try:
        head = tomllib.loads(path.read_text("utf-8-sig")).get("case")
    except (OSError, ValueError, RecursionError):
        return
    told = head.get("format") if isinstance(head, dict) else None
    if isinstance(told, int) and told > FORMAT:
        facts = {"known": FORMAT}
        raise CrisisLabError(Problem("CL-CASE-NEWER", file=path.name, value=str(told), facts=facts))


def disagreements(settings: CaseFile, plan: Plan, root: Path) -> list[Problem]:
    """Return where ``case.toml`` names what the plan or the folder does not have."""
    problems = []
    known = [scenario.id for scenario in plan.scenarios]
    if settings.case.scenario is not None and settings.case.scenario not in known:
        problems.append(
            Problem(
                "CL-CASE-SCENARIO",
                file="case.toml",
                value=settings.case.scenario,
                facts={"known": ", ".join(known)},
            )
        )
    problems += undecidable(
        settings.confirm, settings.reject, {action.id for action in plan.actions}
    )
    for source in settings.sources:
        if not (root / source.file).resolve().is_relative_to(root.resolve()):
            problems.append(Problem("CL-CASE-OUTSIDE", file="case.toml", value=source.file))
        elif not (root / source.file).exists():
            problems.append(Problem("CL-CASE-SOURCE-FILE", file="case.toml", value=source.file))
    return problems
