"""Rows of one file typed block by block: never all of their texts at once, the same in the end.

Each block is typed by itself. What it found is added up, and what it decided is held against the
other blocks; where they differ ``ApartError`` is raised, and the caller reads the file whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from math import inf
from typing import Any

import numpy as np
import pyarrow as pa

from crisislab.errors import Problem
from crisislab.read._evidence import ApartError, Evidence
from crisislab.read._frame import Typed
from crisislab.read._ledger import Findings, Reject
from crisislab.read._rows import n_distinct

# Rows that are typed at once, at least. A program reads more at a time, so nothing is joined.
BLOCK = 10_000
# The order in which typing sets rows aside.
_REASONS = ("CL-TIME-GAP", "CL-TIME-MISSING", "CL-TIME-UNREADABLE", "CL-TIME-FUTURE",
            "CL-TIME-BEFORE", "CL-IDS-MISSING")  # fmt: skip
_SUMS = ("n_ids", "n_agree")
Sink = Callable[[Typed], None]


@dataclass(frozen=True)
class Streaming:
    """Where rows go that are not kept in memory.

    Attributes:
        start: Begins the rows of a file; called again, it begins them anew.
        done: Takes each part when it is read.
        most: Bytes of a file that may be held whole.
    """

    start: Callable[[], Sink]
    done: Callable[[Any], None]
    most: int


@dataclass
class Blocks:
    """The typed blocks of one file.

    Attributes:
        sink: Where each typed block goes; by default to ``kept``.
        kept: The blocks, where there is no sink.
        evidence: What all blocks so far decide.
        n_rows: Rows that were typed.
        n_units: Units of the ledger they belong to.
        n_kept: Units of which a row was kept.
    """

    sink: Sink | None = None
    kept: list[Typed] = field(default_factory=list)
    evidence: Evidence = field(default_factory=Evidence)
    n_rows: int = 0
    n_units: int = 0
    n_kept: int = 0
    _last: int | None = None
    _several: bool = False
    _used: set[int] = field(default_factory=set)
    _codes: set[str] = field(default_factory=set)
    _found: dict[tuple[str, str], list[tuple[Problem, int]]] = field(default_factory=dict)
    _rejects: list[Reject] = field(default_factory=list)

    def add(self, units: Any, typed: Typed, found: Findings) -> None:
        """Take one typed block, made of rows of these units.

        Raises:
            ApartError: Where the whole file may decide otherwise.
        """
        if found.is_refused():
            raise ApartError("refused")
        self.evidence.join(found.evidence)
        if self._last is not None and len(units) and int(units[0]) <= self._last:
            raise ApartError("order")
        self._last = int(units[-1]) if len(units) else self._last
        self._keep(found, len(units))
        self._tell_flags(typed)
        self.n_rows += len(units)
        self.n_units += n_distinct(units)
        self.n_kept += n_distinct(typed.units)
        if self.sink is None:
            self.kept.append(typed)
        else:
            self.sink(typed)

    def marked(self, typed: Typed, lines: dict[int, str], *, before: int | None) -> Typed:
        """Return rows with those flagged that hold marked lines ``before`` the next block.

        Raises:
            ApartError: Where a line belongs to a row of another block.
        """
        if len(lines) == len(self._used):
            return typed
        told = {line: code for line, code in lines.items()
                if line not in self._used and (before is None or line < before)}  # fmt: skip
        self._used |= told.keys()
        first = int(np.min(typed.columns["source_row"])) if len(typed) else inf
        if any(line < first for line in told):
            raise ApartError("marks")
        return mark_lines(typed, told)

    def _keep(self, found: Findings, n: int) -> None:
        for problem in found.noted():
            self._found.setdefault((problem.code, problem.column), []).append((problem, n))
        if any(reject.code not in _REASONS for reject in found.rejects):
            raise ApartError("reasons")
        self._rejects += found.rejects

    def _tell_flags(self, typed: Typed) -> None:
        """Codes of one row stand in the order of the whole file, which one block may not know."""
        flags = typed.columns["flags"]
        if flags.null_count < len(flags):
            words = [told.split() for told in flags.unique().to_pylist() if told]
            self._codes.update(code for told in words for code in told)
            self._several = self._several or any(len(told) > 1 for told in words)

    def close(self, found: Findings, marked: Mapping[int, str]) -> None:
        """Add what all blocks found to the findings of the file, whose marked lines are used.

        Raises:
            ApartError: Where the whole file could have decided otherwise.
        """
        self.evidence.check()
        if (self._several and len(self._codes) > 1) or marked.keys() - self._used:
            raise ApartError("flags")
        for told in self._found.values():
            found.put(_sum(told, self.n_rows))
        found.rejects += sorted(self._rejects, key=lambda reject: _REASONS.index(reject.code))


def _sum(told: list[tuple[Problem, int]], n_rows: int) -> Problem:
    """Return one finding of all blocks that have it.

    Raises:
        ApartError: Where they do not say the same.
    """
    first = told[0][0]
    facts = dict(first.facts)
    for problem, _ in told[1:]:
        if problem.severity != first.severity or problem.facts.keys() != facts.keys():
            raise ApartError(first.code)
        for name, value in problem.facts.items():
            if name in _SUMS:
                facts[name] = int(str(facts[name])) + int(str(value))
            elif value != facts[name]:
                raise ApartError(first.code)
    total = None if first.n is None else sum(problem.n or 0 for problem, _ in told)
    if first.n_of is None:
        n_of = None
    elif all(problem.n_of == size for problem, size in told):
        n_of = n_rows
    else:
        raise ApartError(first.code)
    return replace(first, n=total, n_of=n_of, facts=facts)


def mark_lines(typed: Typed, bad: Mapping[int, str]) -> Typed:
    """Return rows with those flagged that hold certain lines: line -> code."""
    told = sorted(bad.items())
    if not told or not len(typed):
        return typed
    starts = np.asarray(typed.columns["source_row"], dtype=np.int64)
    order = np.argsort(starts, kind="stable")
    at = np.searchsorted(starts[order], [line for line, _ in told], side="right") - 1
    flags = np.array(typed.columns["flags"].to_pylist(), dtype=object)
    for position, (_, code) in zip(at, told, strict=True):
        if position >= 0:
            row = int(order[position])
            flags[row] = " ".join(dict.fromkeys([*str(flags[row] or "").split(), code]))
    words = pa.array([flag or None for flag in flags], pa.large_string())
    return Typed(typed.table, {**typed.columns, "flags": words}, typed.units)
