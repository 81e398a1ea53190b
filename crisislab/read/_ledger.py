"""The ledger: what became of every line of a file, and what was found on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol

import pandas as pd

from crisislab.errors import Problem, Severity, shown
from crisislab.read._evidence import Evidence
from crisislab.schema import ISSUES, LEDGER, REJECTS

Unit = Literal["line", "row", "item"]
_PARTS = (
    "header",
    "loaded",
    "rejected",
    "duplicates",
    "blank",
    "preamble",
    "footer",
    "continuation",
    "context",
)


@dataclass(frozen=True)
class Reject:
    """One row set aside, with its reason."""

    line: int | None
    code: str
    column: str = ""
    value: str = ""


@dataclass
class Findings:
    """What was found in one file: problems added up per code and column, and rejects.

    Attributes:
        file: Name of the file as the analyst knows it.
        place: Sheet or table inside it.
        call: Name of the function that reads it, for the fixes that are suggested.
        evidence: What is decided for whole columns.
    """

    file: str
    place: str = ""
    call: str = "read_posts"
    rejects: list[Reject] = field(default_factory=list)
    evidence: Evidence = field(default_factory=Evidence)
    _problems: dict[tuple[str, str], Problem] = field(default_factory=dict)

    def note(
        self,
        code: str,
        severity: Severity = "flagged",
        *,
        line: int | None = None,
        column: str = "",
        value: object = "",
        n: int | None = 1,
        n_of: int | None = None,
        **facts: object,
    ) -> None:
        """Keep a finding; a second one of the same code and column adds to its count."""
        known = self._problems.get((code, column))
        if known is not None:
            total = None if n is None else (known.n or 0) + n
            self._problems[code, column] = replace(known, n=total)
            return
        self._problems[code, column] = Problem(
            code, severity, self.file, self.place, line, column, shown(value), n, n_of,
            {"call": self.call} | facts,
        )  # fmt: skip

    def noted(self) -> tuple[Problem, ...]:
        """Return the problems that were noted, without reasons of rejection."""
        return tuple(self._problems.values())

    def put(self, problem: Problem) -> None:
        """Keep a problem that was noted elsewhere; one of the same code and column adds up."""
        known = self._problems.get((problem.code, problem.column))
        n = problem.n if known is None or problem.n is None else (known.n or 0) + problem.n
        self._problems[problem.code, problem.column] = replace(known or problem, n=n)

    def refuse(self, code: str, **what: Any) -> None:
        """Keep a finding that refuses the file."""
        self.note(code, "refused", **what)

    def reject(self, line: int | None, code: str, column: str = "", value: object = "") -> None:
        """Set a row aside."""
        self.rejects.append(Reject(line, code, column, shown(value)))

    def adopt(self, other: Findings) -> None:
        """Take over the problems of an export as a whole, for which no line is named."""
        for key, problem in other._problems.items():
            self._problems[key] = replace(problem, line=None)

    def drop(self, code: str) -> None:
        """Forget what was found, where something else turned out to be behind it."""
        self._problems = {key: p for key, p in self._problems.items() if key[0] != code}

    def demote(self, code: str, value: str = "", severity: Severity = "flagged") -> None:
        """Turn what refuses the file into one finding: it is not what was asked for."""
        refused = [p for p in self._problems.values() if p.severity == "refused"]
        for problem in refused:
            del self._problems[problem.code, problem.column]
        if refused:
            shown_value = value or refused[0].value
            self.note(code, severity, line=refused[0].line, value=shown_value, n=None)

    def is_refused(self) -> bool:
        """Return whether anything found refuses the file."""
        return any(p.severity == "refused" for p in self._problems.values())

    def has(self, *codes: str) -> bool:
        """Return whether a problem with one of these codes was found."""
        return any(code in codes for code, _ in self._problems)

    def problems(self, *, n_of: int | None = None) -> tuple[Problem, ...]:
        """Return all problems, with one for each reason of rejection."""
        own = [p if p.n_of is not None else replace(p, n_of=n_of) for p in self._problems.values()]
        reasons: dict[tuple[str, str], list[Reject]] = {}
        for reject in self.rejects:
            reasons.setdefault((reject.code, reject.column), []).append(reject)
        for (code, column), rows in reasons.items():
            if (code, column) not in self._problems:
                own.append(self._reason(rows, n_of))
        return tuple(own)

    def _reason(self, rows: list[Reject], n_of: int | None) -> Problem:
        first = rows[0]
        return Problem(
            first.code, "flagged", self.file, self.place, first.line, first.column, first.value,
            len(rows), n_of, {"call": self.call},
        )  # fmt: skip


class Counted(Protocol):
    """What is known of a file apart from parsing."""

    @property
    def n_lines(self) -> int:
        """How many units it has."""

    @property
    def sha256(self) -> str:
        """Hash of its bytes."""


@dataclass(frozen=True)
class Units:
    """Units of a file that were counted."""

    n_lines: int = 0
    sha256: str = ""


@dataclass
class Tally:
    """The counts of one file; ``counted`` is told apart from parsing, and may wait for it."""

    file: str
    source: str = ""
    unit: Unit = "line"
    counted: Counted = field(default_factory=Units)
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def n_lines(self) -> int:
        """How many units the file has."""
        return self.counted.n_lines

    def add(self, part: str, n: int = 1) -> None:
        """Count ``n`` more units as ``part``."""
        self.counts[part] += n

    @property
    def n_told(self) -> int:
        """How many units the ledger tells of."""
        return sum(self.counts[part] for part in _PARTS)

    def row(self) -> dict[str, object]:
        """Return the row of the ledger table."""
        told = {f"n_{part}": self.counts[part] for part in _PARTS}
        return {
            "source_file": self.file,
            "source": self.source,
            "unit": self.unit,
            "n_lines": self.n_lines,
            "sha256": self.counted.sha256,
        } | told

    def set_aside_whole(self) -> None:
        """Count every unit that holds no data as rejected."""
        self.counts.clear()
        self.add("rejected", self.n_lines)


def ledger_table(tallies: list[Tally]) -> pd.DataFrame:
    """Return the ledger as a table, one row a file."""
    return LEDGER.conform(pd.DataFrame([tally.row() for tally in tallies]))


def issues_table(problems: Iterable[Problem], lang: str | None = None) -> pd.DataFrame:
    """Return problems as the table of issues, by default in this machine's language."""
    rows = [
        {
            "code": p.code,
            "severity": p.severity,
            "source_file": ", ".join(part for part in (p.file, p.place) if part),
            "source_row": p.line,
            "column": p.column,
            "value": shown(p.value),
            "n": p.n,
            "n_of": p.n_of,
            "message": " ".join(filter(None, (p.part("found", lang), p.part("means", lang)))),
            "fix": p.part("fix", lang),
        }
        for p in problems
    ]
    return ISSUES.conform(pd.DataFrame(rows))


def rejects_table(rejects: list[tuple[str, Reject]]) -> pd.DataFrame:
    """Return the rows set aside as a table."""
    rows = [
        {
            "source_file": file,
            "source_row": reject.line,
            "code": reject.code,
            "column": reject.column,
            "value": reject.value,
        }
        for file, reject in rejects
    ]
    return REJECTS.conform(pd.DataFrame(rows))
