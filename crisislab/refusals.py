"""What a review of an opened case would refuse besides its exports, told without a review."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from crisislab.case import Case
from crisislab.errors import CrisisLabError, Problem
from crisislab.judge.improvement import FILE, read_improvements
from crisislab.library.book import REFERENCE, read_library
from crisislab.privacy.secret import check_secret
from crisislab.report.look import read_look


def refusals(case: Case) -> list[Problem]:
    """Return what would stop the review of a case that opens: look, library, secret, improvements.

    Ratings better than the evidence allows are told by the review alone: only it has judged.

    Args:
        case: An opened case.
    """
    asked, folder = case.settings.effect, case.folder
    library = REFERENCE if asked is None or asked.library is None else asked.library
    parts: tuple[Callable[[], object], ...] = (
        lambda: check_secret(folder),
        lambda: read_look(folder),
        lambda: read_library(library if library == REFERENCE else folder / library),
        lambda: _improvements(folder / FILE),
    )
    return [problem for part in parts for problem in _refused(part)]


def _improvements(path: Path) -> object:
    return read_improvements(path) if path.exists() else None


def _refused(part: Callable[[], object]) -> tuple[Problem, ...]:
    try:
        part()
    except CrisisLabError as error:
        return error.problems
    return ()
