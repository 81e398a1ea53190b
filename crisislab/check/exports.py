"""Reading files only to see what is in them: ledger and findings, nothing refused aloud."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from crisislab.case import Case, mark_own, zoned
from crisislab.case_file import CaseFile, read_case_file
from crisislab.check.accounts import check_accounts
from crisislab.check.basis import check_basis
from crisislab.check.brand import check_brand
from crisislab.check.sampling import check_sampling
from crisislab.errors import CrisisLabError, Problem
from crisislab.opening import open_case
from crisislab.read import LoadedLog, LoadedPosts, read_log, read_posts
from crisislab.read._inputs import exports_in
from crisislab.read.declare import Declaration
from crisislab.schema import LEDGER
from crisislab.settings import read_settings
from crisislab.words import say

_COUNTS = [c.name for c in LEDGER.columns if c.name.startswith("n_")]


@dataclass(frozen=True)
class Checked:
    """Ledger and findings of some files, and the cases among them that open."""

    ledger: pd.DataFrame
    problems: tuple[Problem, ...]
    cases: tuple[Case, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether any file was refused."""
        return any(problem.severity == "refused" for problem in self.problems)

    def summary(self, lang: str) -> str:
        """Return ledger and findings as text, worst findings first."""
        lines = [say("check.ledger", lang)]
        for row in self.ledger.to_dict("records"):
            parts = [f"{say(f'check.{c}', lang)} {row[c]}" for c in _COUNTS if row[c]]
            lines.append(f"  {row['source_file']}  [{row['source'] or '?'}]  {', '.join(parts)}")
        lines += ["", say("check.issues", lang, n=len(self.problems))]
        for problem in self.problems:
            severity = say(f"check.{problem.severity}", lang)
            lines += [f"  {severity}  {problem.message(lang)}".replace("\n", "\n    "), ""]
        return "\n".join(lines)


def check_exports(paths: Sequence[Path], *, log: bool = False) -> Checked:
    """Read files, folders or one case folder and return what was found.

    Args:
        paths: Files or folders; a folder with ``case.toml`` is read as a case.
        log: Whether the files are an incident log.

    Raises:
        CrisisLabError: If a path does not exist, or nothing of a case can be read.
    """
    loads: list[LoadedPosts | LoadedLog] = []
    remarks: list[Problem] = []
    cases: list[Case] = []
    for path in paths:
        if (path / "case.toml").is_file():
            loads += _case(path, remarks, cases)
        elif log:
            loads.append(read_log([path], strict=False))
        else:
            loads.append(read_posts([path], strict=False))
    found = [p for load in loads for p in load.problems]
    return Checked(
        LEDGER.conform(pd.concat([load.ledger for load in loads], ignore_index=True)),
        (*(p for p in remarks if p not in found), *found, *_sampling(loads, paths)),
        tuple(cases),
    )


def _sampling(
    loads: Sequence[LoadedPosts | LoadedLog], paths: Sequence[Path]
) -> tuple[Problem, ...]:
    """Return what the posts of all files together tell about their collection."""
    frames = [load.posts for load in loads if isinstance(load, LoadedPosts) and len(load.posts)]
    if not frames:
        return ()
    posts = pd.concat(frames, ignore_index=True)
    cases = [path / "case.toml" for path in paths if (path / "case.toml").is_file()]
    if len(cases) != 1:
        return check_sampling(posts)
    settings = read_settings(cases[0], CaseFile)
    return check_sampling(mark_own(posts, settings=settings), zone=settings.case.zone)


def _case(root: Path, remarks: list[Problem], cases: list[Case]) -> list[LoadedPosts | LoadedLog]:
    """Return the exports of a case, with what its review would refuse among the remarks."""
    try:
        case = open_case(root)
    except CrisisLabError as error:
        loads = _piecewise(root, error)
        remarks += error.problems
        return loads
    remarks += (*case.remarks, *check_basis(case))
    cases.append(case)
    try:
        check_brand(case)
        remarks += check_accounts(case)
    except CrisisLabError as error:
        remarks += error.problems
    return [case.loaded_posts, *([case.loaded_log] if case.loaded_log else [])]


def _piecewise(root: Path, error: CrisisLabError) -> list[LoadedPosts | LoadedLog]:
    """Return what can be read of a case that does not open; nothing at all raises why."""
    try:
        settings, _ = read_case_file(root)
    except CrisisLabError:
        raise error from None
    if {"CL-SCALE-MEMORY", "CL-SCALE-DISK"} & set(error.codes):
        raise error
    declared: dict[str, Declaration] = {s.file: s.declaration() for s in settings.sources}
    loads: list[LoadedPosts | LoadedLog] = []
    if posts := list(exports_in(root / "posts")):
        loads.append(read_posts(posts, declared=declared, root=root, strict=False))
    if log := list(exports_in(root / "log")):
        loads.append(read_log(log, declared=declared, root=root, strict=False))
    if not loads:
        raise error
    return [
        replace(load, problems=tuple(zoned(load.problems, settings.case.zone))) for load in loads
    ]
