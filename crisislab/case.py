"""A case folder: exports, log and plan, read into tables.

``case.toml`` says who the brand is and how to read what the exports leave open; ``plan.toml`` is
the crisis manual; ``posts/`` and ``log/`` hold the exports as they came.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Literal, Self

import pandas as pd
from pydantic import Field, StrictBool, StrictInt, model_validator
from pydantic_core import PydanticCustomError

from crisislab.audience import AudienceSettings
from crisislab.errors import CrisisLabError, Problem
from crisislab.exercises import Exercise, read_exercises
from crisislab.manual import read_manual
from crisislab.overrides import Confirm, Promise, Reject, undecidable, unknown_rows
from crisislab.plan import Milestone, Plan
from crisislab.privacy.settings import PrivacySettings
from crisislab.question import Question
from crisislab.read import LoadedLog, LoadedPosts, issues_table, read_log, read_posts
from crisislab.read.control import read_control
from crisislab.read.declare import DateOrder, Declaration
from crisislab.read.labels import LABEL_FILE, read_labels
from crisislab.schema import LABELS
from crisislab.settings import LocalInstant, Minutes, Settings, Zone, read_settings, to_utc
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


class Account(Settings):
    """An account of the brand: by id, handle or both, with the dates it was the brand's.

    Attributes:
        since: First day, local time of the case; missing: always.
        until: End, exclusive; missing: still.
        automated: Whether the account only posts automatic replies.
    """

    platform: str
    id: str | None = None
    handle: str | None = None
    since: LocalInstant | None = None
    until: LocalInstant | None = None
    automated: StrictBool = False

    @model_validator(mode="after")
    def _named(self) -> Self:
        if not (self.id or self.handle):
            raise PydanticCustomError("CL-CASE-ACCOUNT", "account")
        return self


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
    """``case.toml``."""

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


@dataclass(frozen=True)
class Case:
    """An opened case.

    Attributes:
        folder: The case folder.
        settings: ``case.toml`` as read.
        plan: The crisis manual.
        loaded_posts: Posts with their ledger, issues and rejects.
        loaded_log: Log with its ledger, issues and rejects.
        labels: Hand labels of ``labels.csv``; empty when the case has none.
        exercises: Logs of drills by id (``drills/<id>/``), flagged and never mixed in.
        control: Hours of the control series of ``[effect]``; empty when there is none.
    """

    folder: Path
    settings: CaseFile
    plan: Plan
    loaded_posts: LoadedPosts = field(repr=False)
    loaded_log: LoadedLog | None = field(repr=False)
    labels: pd.DataFrame = field(default_factory=LABELS.empty, repr=False)
    exercises: Mapping[str, Exercise] = field(default_factory=dict, repr=False)
    control: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)

    @cached_property
    def posts(self) -> pd.DataFrame:
        """Posts of the case, the brand's own marked, within the review window."""
        posts = mark_own(self.loaded_posts.posts, settings=self.settings)
        return _within(posts, "created_at", self.window)

    @property
    def log(self) -> pd.DataFrame:
        """Entries of the incident log; empty when the case has none."""
        from crisislab.schema import LOG

        return LOG.empty() if self.loaded_log is None else self.loaded_log.log

    @property
    def ledger(self) -> pd.DataFrame:
        """One row per file: what was in it and where it went."""
        return self._both("ledger")

    @property
    def issues(self) -> pd.DataFrame:
        """Everything found about the inputs, in the language of the case."""
        return self.issues_in(self.settings.case.language)

    @property
    def rejects(self) -> pd.DataFrame:
        """Rows set aside, each with its reason."""
        return self._both("rejects")

    @property
    def window(self) -> tuple[datetime, datetime] | None:
        """Review window in UTC, end exclusive; ``None``: everything."""
        return _period(self.settings.window, self.zone)

    @property
    def quiet(self) -> tuple[datetime, datetime] | None:
        """Quiet reference period in UTC, end exclusive; ``None``: not declared."""
        return _period(self.settings.quiet, self.zone)

    @property
    def zone(self) -> str:
        """The audience's time zone."""
        return self.settings.case.zone

    def issues_in(self, lang: str, *, more: Iterable[Problem] = ()) -> pd.DataFrame:
        """Return everything found about the inputs, in one language, with further findings."""
        log = () if self.loaded_log is None else self.loaded_log.problems
        return issues_table([*self.loaded_posts.problems, *log, *more], lang)

    def _both(self, name: str) -> pd.DataFrame:
        frames = [getattr(self.loaded_posts, name)]
        if self.loaded_log is not None:
            frames.append(getattr(self.loaded_log, name))
        for exercise in self.exercises.values():
            parts = (exercise.loaded_log, exercise.loaded_posts)
            frames += [getattr(part, name) for part in parts if part is not None]
        kept = [frame for frame in frames if len(frame)] or frames[:1]
        both: pd.DataFrame = pd.concat(kept, ignore_index=True)
        return both


def _period(period: Period | None, zone: str) -> tuple[datetime, datetime] | None:
    if period is None:
        return None
    return to_utc(period.start, zone=zone), to_utc(period.end, zone=zone)


def _within(
    frame: pd.DataFrame, column: str, window: tuple[datetime, datetime] | None
) -> pd.DataFrame:
    if window is None:
        return frame
    inside = (frame[column] >= window[0]) & (frame[column] < window[1])
    kept: pd.DataFrame = frame[inside].reset_index(drop=True)
    return kept


def mark_own(posts: pd.DataFrame, *, settings: CaseFile) -> pd.DataFrame:
    """Return posts with ``own`` and ``automated`` set from the brand's accounts.

    An account matches by id where both have one, else by handle (case does not matter), on its
    platform and within its dates.
    """
    own = pd.Series(False, index=posts.index)
    automated = own.copy()
    for account in settings.brand.accounts:
        match = _is_account(posts, account, zone=settings.case.zone)
        own |= match
        automated |= match & account.automated
    if settings.brand.outbound_is_brand:
        own |= posts["inbound"].str.casefold().eq("false").fillna(False).astype(bool)
    return posts.assign(own=own, automated=automated)


def _is_account(posts: pd.DataFrame, account: Account, *, zone: str) -> pd.Series:
    match = pd.Series(False, index=posts.index)
    if account.id:
        match |= posts["author_id"].eq(account.id).fillna(False).astype(bool)
    if account.handle:
        handle = account.handle.lstrip("@").casefold()
        same = posts["author_handle"].str.casefold().eq(handle).fillna(False).astype(bool)
        unknown = posts["author_id"].isna() if account.id else True
        match |= same & unknown
    match &= posts["platform"].eq(account.platform).fillna(False).astype(bool)
    if account.since is not None:
        match &= posts["created_at"] >= to_utc(account.since, zone=zone)
    if account.until is not None:
        match &= posts["created_at"] < to_utc(account.until, zone=zone)
    return match


def open_case(folder: str | Path) -> Case:
    """Open a case folder: read its settings, plan, posts and log.

    Args:
        folder: Folder with ``case.toml``, ``plan.toml`` or ``plan.xlsx``, ``posts/`` and ``log/``.

    Raises:
        CrisisLabError: With every problem of settings, plan and exports in one pass.
    """
    root = Path(folder)
    if not root.is_dir():
        raise CrisisLabError(Problem("CL-CASE-NO-FOLDER", file=str(folder)))
    _check_format(root / "case.toml")
    problems: list[Problem] = []
    settings = plan = posts = log = None
    declared: dict[str, Declaration] = {}
    try:
        settings = read_settings(root / "case.toml", CaseFile)
    except CrisisLabError as error:
        problems += error.problems
    try:
        plan = read_manual(root)
    except CrisisLabError as error:
        problems += error.problems
    if settings is not None:
        declared = {source.file: source.declaration() for source in settings.sources}
        try:
            posts = _read_folder_posts(root, declared)
        except CrisisLabError as error:
            problems += error.problems
        try:
            log = _read_folder_log(root, declared)
        except CrisisLabError as error:
            problems += error.problems
    labels = _read_folder_labels(root, problems)
    control = _read_folder_control(root, settings, problems)
    if settings is not None and plan is not None:
        problems += _disagreements(settings, plan, root)
    exercises = _read_folder_drills(root, plan, declared, problems)
    if not problems and settings is not None and posts is not None:
        problems += unknown_rows(
            (*settings.confirm, *settings.reject, *settings.promises),
            [posts.posts, *([log.log] if log else [])],
        )
    if problems or settings is None or plan is None or posts is None:
        raise CrisisLabError(*problems)
    return Case(
        root,
        settings,
        plan,
        loaded_posts=posts,
        loaded_log=log,
        labels=labels,
        exercises=exercises,
        control=control,
    )


def _read_folder_drills(
    root: Path, plan: Plan | None, declared: dict[str, Declaration], problems: list[Problem]
) -> dict[str, Exercise]:
    ids = [drill.id for drill in plan.drills] if plan is not None else []
    try:
        return read_exercises(root, known=ids, declared=declared) if plan is not None else {}
    except CrisisLabError as error:
        problems += error.problems
        return {}


def _check_format(path: Path) -> None:
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


def _read_folder_labels(root: Path, problems: list[Problem]) -> pd.DataFrame:
    try:
        return read_labels(root / LABEL_FILE, missing_ok=True)
    except CrisisLabError as error:
        problems += error.problems
        return LABELS.empty()


def _read_folder_control(
    root: Path, settings: CaseFile | None, problems: list[Problem]
) -> pd.DataFrame:
    asked = None if settings is None else settings.effect
    if asked is None or asked.control is None:
        return pd.DataFrame()
    try:
        return read_control(root / asked.control)
    except CrisisLabError as error:
        problems += error.problems
        return pd.DataFrame()


def _read_folder_posts(root: Path, declared: dict[str, Declaration]) -> LoadedPosts:
    files = list(_exports(root / "posts"))
    if not files:
        raise CrisisLabError(Problem("CL-CASE-NO-POSTS", file="posts/"))
    return read_posts(files, declared=declared, root=root)


def _read_folder_log(root: Path, declared: dict[str, Declaration]) -> LoadedLog | None:
    files = list(_exports(root / "log"))
    return read_log(files, declared=declared, root=root) if files else None


def _exports(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from sorted(p for p in folder.iterdir() if not p.name.startswith((".", "~$")))


def _disagreements(settings: CaseFile, plan: Plan, root: Path) -> list[Problem]:
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


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
