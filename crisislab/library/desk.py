"""What people do with the library: keep a case, merge, compare."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from crisislab.case import Case
from crisislab.errors import CrisisLabError, Problem
from crisislab.estimate.natural import PastCurve
from crisislab.files import held, lock_of
from crisislab.library.book import REFERENCE, Library, PastCase, read_library
from crisislab.library.compare import Comparison, compare_cases
from crisislab.library.keep import past_case
from crisislab.question import Question
from crisislab.report.value import Review


def keep(library: Library, case: PastCase, path: Path) -> Library:
    """Write a library with a further case and return it.

    What another program has put into the file meanwhile stays in it. A case of the same name and
    year is a newer state of the same crisis and takes its place.

    Raises:
        CrisisLabError: If the library has a crisis of another year under this name
            (``CL-LIB-CLASH``), or the file is held or cannot be written; the old one is then whole.
    """
    with held(lock_of(path), place=path):
        written = read_library(path).cases if path.exists() else ()
        for one in written:
            library = library.add(one)
        if any(one.id == case.id and one.era != case.era for one in library.cases):
            raise CrisisLabError(Problem("CL-LIB-CLASH", value=case.id))
        grown = library.add(case)
        grown.write(path)
    return grown


def merge_into(libraries: Sequence[Path], path: Path) -> Library:
    """Write several libraries as one and return it; nobody adds to the file meanwhile.

    Raises:
        CrisisLabError: If two differ in a case, or the file is held or cannot be written; the old
            one is then whole.
    """
    with held(lock_of(path), place=path):
        both = Library()
        for one in libraries:
            both = both.merge(read_library(one))
        both.write(path)
    return both


def past_curves(asked: Question, folder: Path) -> list[PastCurve]:
    """Return the past crises that a case names; none if it names no library.

    Raises:
        CrisisLabError: If the library cannot be read.
    """
    if asked.library is None:
        return []
    named = asked.library if asked.library == REFERENCE else folder / asked.library
    return read_library(named).curves()


def compare(
    cases: Sequence[tuple[Case, Review] | PastCase] = (),
    *, library: Library | str | Path = REFERENCE, kinds: Sequence[str] = (),
) -> Comparison:  # fmt: skip
    """Return cases among past crises.

    Args:
        cases: Reviewed cases (each with its review) or past ones; none: all past crises are
            shown and none is placed.
        library: Past crises: a library, the path of one, or ``"reference"`` (shipped: 26 public
            emergencies of 2012 and 2013, and mentions of ten companies in 2015).
        kinds: Kinds of past crises to use; none: all.

    Raises:
        CrisisLabError: If the library cannot be read, or a case has no onset.

    >>> found = compare(library="reference", kinds=["public emergency"])
    >>> len(found.cases)
    26
    """
    past = library if isinstance(library, Library) else read_library(library)
    asked = [one if isinstance(one, PastCase) else past_case(*one) for one in cases]
    others = [case for case in past.cases if not kinds or case.kind in kinds]
    return compare_cases(asked, others)
