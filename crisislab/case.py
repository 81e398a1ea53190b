"""A case folder: exports, log and plan, read into tables.

``case.toml`` says who the brand is and how to read what the exports leave open; ``plan.toml`` is
the crisis manual; ``posts/`` and ``log/`` hold the exports as they came.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from html import escape
from pathlib import Path
from typing import TypeVar

import narwhals as nw
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crisislab.accounts import own_marks
from crisislab.budget import check_budget
from crisislab.case_file import CaseFile, Period, check_format, disagreements, read_case_file
from crisislab.engine import Lazy, lazy, small
from crisislab.errors import CrisisLabError, Problem
from crisislab.exercises import Exercise, read_exercises
from crisislab.manual import read_manual, unheld
from crisislab.overrides import Confirm, Promise, Reject, unknown_rows
from crisislab.plan import Plan
from crisislab.read import (
    LoadedLog,
    LoadedPosts,
    issues_html,
    issues_table,
    ledger_html,
    read_log,
    read_posts,
)
from crisislab.read._inputs import exports_in
from crisislab.read.control import read_control
from crisislab.read.declare import Declaration
from crisislab.read.labels import LABEL_FILE, read_labels
from crisislab.schema import LABELS, POSTS
from crisislab.session import Session
from crisislab.settings import to_utc
from crisislab.store import Store, store_posts
from crisislab.words import say

T = TypeVar("T")


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
        remarks: Findings about ``case.toml`` itself.
        store: The posts on disk; then ``loaded_posts`` holds none.
    """

    folder: Path
    settings: CaseFile
    plan: Plan
    loaded_posts: LoadedPosts = field(repr=False)
    loaded_log: LoadedLog | None = field(repr=False)
    labels: pd.DataFrame = field(default_factory=LABELS.empty, repr=False)
    exercises: Mapping[str, Exercise] = field(default_factory=dict, repr=False)
    control: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)
    remarks: tuple[Problem, ...] = field(default=(), repr=False)
    store: Store | None = field(default=None, repr=False)

    @cached_property
    def posts(self) -> pd.DataFrame:
        """Posts of the case, the brand's own marked, within the review window."""
        whole = self.loaded_posts.posts if self.store is None else self.store.frame()
        return _within(mark_own(whole, settings=self.settings), "created_at", self.window)

    def posts_lazy(self, session: Session | None = None) -> Lazy:
        """Return ``posts`` as a frame of an engine, for expressions over any number of them.

        Instants are whole microseconds since 1970, UTC (``created_us``). Rows have no order.

        Args:
            session: An open engine on the folder of the store (``open_case(..., stored=True)``);
                without one the posts in memory.

        Raises:
            CrisisLabError: CL-STORE-NONE if a session is given and the case was not stored.
        """
        if session is None:
            return lazy(self.posts)
        if self.store is None:
            raise CrisisLabError(Problem("CL-STORE-NONE", file=str(self.folder)))
        marked = session.table(self.store.posts).with_columns(**marks_of(self.settings))
        return in_window(marked, self.window)

    def stored(self) -> Case:
        """Return the case with its posts on disk, read anew into its store if need be."""
        return self if self.store is not None else read_case(self.folder, stored=True)

    def in_memory(self) -> Case:
        """Return the case with its posts in memory, for what cannot do with less."""
        if self.store is None:
            return self
        loaded = replace(self.loaded_posts, posts=self.store.frame())
        return replace(self, loaded_posts=loaded, store=None)

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
        return issues_table([*self.remarks, *self.loaded_posts.problems, *log, *more], lang)

    def _repr_html_(self) -> str:
        lang, issues = self.settings.case.language, self.issues
        heads = (say("shown.ledger", lang), say("shown.issues", lang, n=len(issues)))
        parts = (ledger_html(self.ledger, lang), issues_html(issues, lang))
        tables = "".join(f"<p><b>{escape(h)}</b></p>{p}" for h, p in zip(heads, parts, strict=True))
        told = "" if self.store is not None else f"<br>{escape(self._told(lang))}"
        return f"<p><b>{escape(self.settings.case.name)}</b>{told}</p>{tables}"

    def _told(self, lang: str) -> str:
        """Return what there is to work with, in one line."""
        posts = self.posts
        at = posts["created_at"].dt.tz_convert(self.zone)
        first, last = ("?" if pd.isna(d) else f"{d:%Y-%m-%d}" for d in (at.min(), at.max()))
        return say(
            "shown.case", lang, brand=self.settings.brand.name, n_posts=len(posts), first=first,
            last=last, n_own=int(posts["own"].sum()), n_entries=len(self.log),
        )  # fmt: skip

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


def in_window(frame: Lazy, window: tuple[datetime, datetime] | None) -> Lazy:
    """Return the posts within a window, end exclusive; without one all of them."""
    if window is None:
        return frame
    start, end = (round(at.timestamp() * 1_000_000) for at in window)
    return frame.filter((nw.col("created_us") >= start) & (nw.col("created_us") < end))


def _within(
    frame: pd.DataFrame, column: str, window: tuple[datetime, datetime] | None
) -> pd.DataFrame:
    if window is None:
        return frame
    inside = (frame[column] >= window[0]) & (frame[column] < window[1])
    kept: pd.DataFrame = frame[inside].reset_index(drop=True)
    return kept


def mark_own(posts: pd.DataFrame, *, settings: CaseFile) -> pd.DataFrame:
    """Return posts with ``own`` and ``automated`` set from the brand's accounts."""
    marked = small(lazy(posts).select(**marks_of(settings)))
    return posts.assign(own=marked["own"].to_numpy(), automated=marked["automated"].to_numpy())


def marks_of(settings: CaseFile) -> dict[str, nw.Expr]:
    """Return ``own`` and ``automated`` as expressions over the posts of a case."""
    brand, zone = settings.brand, settings.case.zone
    return own_marks(brand.accounts, zone=zone, outbound=brand.outbound_is_brand)


def read_case(root: Path, *, stored: bool = False, memory: str | None = None) -> Case:
    """Read a case folder; see ``opening.open_case``."""
    if not root.is_dir():
        raise CrisisLabError(Problem("CL-CASE-NO-FOLDER", file=str(root)))
    check_format(root / "case.toml")
    problems: list[Problem] = []
    posts = log = store = None
    declared: dict[str, Declaration] = {}
    settings, remarks = _tried(lambda: read_case_file(root), problems) or (None, [])
    plan = _tried(lambda: read_manual(root), problems)
    if settings is not None:
        declared = {source.file: source.declaration() for source in settings.sources}
        posts, store = _tried(
            lambda: _read_folder_posts(root, declared, stored=stored, memory=memory), problems
        ) or (None, None)
        log = _tried(lambda: _read_folder_log(root, declared), problems)
    labels = _read_folder_labels(root, problems)
    control = _read_folder_control(root, settings, problems)
    if settings is not None and plan is not None:
        problems += disagreements(settings, plan, root)
    exercises = _read_folder_drills(root, plan, declared, problems)
    if not problems and settings is not None and posts is not None:
        named: tuple[Confirm | Reject | Promise, ...] = (
            *settings.confirm, *settings.reject, *settings.promises,
        )  # fmt: skip
        lines = posts.posts if store is None else _lines(store, [one.row for one in named])
        problems += unknown_rows(named, [lines, *([log.log] if log else [])])
    if problems or settings is None or plan is None or posts is None:
        raise CrisisLabError(*zoned(problems, None if settings is None else settings.case.zone))
    return Case(
        root,
        settings,
        plan,
        loaded_posts=posts,
        loaded_log=log,
        labels=labels,
        exercises=exercises,
        control=control,
        remarks=(*remarks, *unheld(plan, root)),
        store=store,
    )


def zoned(problems: Iterable[Problem], zone: str | None) -> list[Problem]:
    """Return problems, those of times without a zone with the zone of the case in their fix.

    What tells a zone itself, such as the one that was declared for a file, keeps it.
    """
    return [
        replace(problem, facts={"zone": zone, **problem.facts})
        if zone and problem.code.startswith("CL-TIME-ZONE") else problem
        for problem in problems
    ]  # fmt: skip


def _tried(read: Callable[[], T], problems: list[Problem]) -> T | None:
    """Return what a part reads, or nothing, its problems kept: all parts are told in one pass."""
    try:
        return read()
    except CrisisLabError as error:
        problems += error.problems
        return None


def _read_folder_drills(
    root: Path, plan: Plan | None, declared: dict[str, Declaration], problems: list[Problem]
) -> dict[str, Exercise]:
    if plan is None:
        return {}
    ids = [drill.id for drill in plan.drills]
    return _tried(lambda: read_exercises(root, known=ids, declared=declared), problems) or {}


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
    path = root / asked.control
    found = _tried(lambda: read_control(path), problems)
    return pd.DataFrame() if found is None else found


def _read_folder_posts(
    root: Path, declared: dict[str, Declaration], *, stored: bool, memory: str | None
) -> tuple[LoadedPosts, Store | None]:
    files = list(exports_in(root / "posts"))
    if not files:
        raise CrisisLabError(Problem("CL-CASE-NO-POSTS", file="posts/"))
    check_budget(files, folder=root, stored=stored, memory=memory)
    if not stored:
        return read_posts(files, declared=declared, root=root), None
    store = store_posts(files, root, declared=declared)
    told = LoadedPosts(
        store.ledger, store.issues, store.rejects, store.problems, POSTS.empty(),
        store.copies, store.versions,
    )  # fmt: skip
    return told, store


def _lines(store: Store, named: Iterable[str | None]) -> pd.DataFrame:
    """Return where the posts of a store stand that may be the rows that people have named."""
    ends = {(row or "").rpartition(":")[2] for row in named}
    lines = sorted(int(end) for end in ends if end.isdigit())
    near = {line + step for line in lines for step in (-1, 0, 1)}
    if not near:
        return POSTS.empty()
    wanted = pa.array(sorted(near), pa.int64())
    found: pd.DataFrame = store.read(
        ["source_file", "source_row"],
        lambda rows: rows.filter(pc.is_in(rows.column("source_row"), wanted)),
    ).to_pandas()
    return found


def _read_folder_log(root: Path, declared: dict[str, Declaration]) -> LoadedLog | None:
    files = list(exports_in(root / "log"))
    return read_log(files, declared=declared, root=root) if files else None


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
