"""The library: one plain file of past crises that teams can read, share and merge."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from importlib import resources
from pathlib import Path
from typing import Literal

import numpy as np
from pydantic import Field, ValidationError

from crisislab.errors import CrisisLabError, Problem
from crisislab.estimate.baseline import Baseline
from crisislab.estimate.course import smooth3
from crisislab.estimate.natural import PastCurve
from crisislab.estimate.survival import Floats
from crisislab.files import write_file
from crisislab.settings import Settings

# Version 2 tells whose waits are kept (``Value.period``); version 1 is read as it was meant.
FORMAT, VERSION = "crisislab-library", 2
SMALL = 5
WITHHELD = 2.5
# Values that are about those who waited: whose waits, their period tells.
WAITS = ("first_response_time",)
REFERENCE = "reference"
_SHOWN = 40


class Value(Settings):
    """One indicator: its value (missing: not reached), interval, n and whom it is about.

    Attributes:
        period: ``crisis`` for those who wrote from the rise on; empty for the whole window, the
            quiet weeks included, as version 1 kept it.
    """

    value: float | None
    lower: float | None = None
    upper: float | None = None
    n: int | None = None
    period: Literal["", "crisis"] = ""


class PastCase(Settings):
    """One past crisis as the library keeps it: aggregates only.

    Attributes:
        id: Short name, unique in a library.
        name: What people call it.
        kind: ``brand``, ``public emergency`` or ``ticker``.
        era: Year, or years, of the data.
        collector: How the posts were collected; curves of different collectors differ.
        platforms: Networks.
        source: Where the data come from.
        licence: Licence of the aggregate.
        onset: Position of the onset in ``counts``.
        onset_hour: Local hour of the day of the onset.
        counts: Posts per hour; ``null`` stands for 1 to 4.
        ordinary: Ordinary posts by local hour of the day; empty where there is no quiet period.
        extra: Extra variance of ordinary hours.
        detected_after: Hours from onset to detection.
        values: Indicators that the curve does not hold.
        plan: Actions of the plan by state.
        notes: Codes of what limits a comparison: ``no_baseline``, ``sampled``, ``capped``, ...
    """

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    name: str
    kind: Literal["brand", "public emergency", "ticker"]
    era: str
    collector: str
    platforms: tuple[str, ...]
    source: str = ""
    licence: str = ""
    onset: int = Field(ge=0)
    onset_hour: int = Field(ge=0, le=23)
    counts: tuple[int | None, ...] = Field(min_length=1)
    ordinary: tuple[float, ...] = ()
    extra: float = 0.0
    detected_after: float | None = None
    values: dict[str, Value] = Field(default_factory=dict)
    plan: dict[str, int] = Field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def posts(self) -> Floats:
        """Return posts per hour; a withheld hour counts as 2.5."""
        known = (WITHHELD if n is None else float(n) for n in self.counts)
        return np.array(list(known), dtype=np.float64)

    def expected(self) -> Floats:
        """Return ordinary posts of each hour; 0 where nothing is known about them."""
        if not self.ordinary:
            return np.zeros(len(self.counts))
        hours = (self.onset_hour - self.onset + np.arange(len(self.counts))) % 24
        return np.asarray(np.array(self.ordinary)[hours], dtype=np.float64)

    def limit(self, quantile: float) -> Floats:
        """Return the upper limit of the usual of each hour."""
        return Baseline(np.maximum(self.expected(), 1e-9), max(self.extra, 1e-9)).limit(quantile)

    def peak(self) -> int:
        """Return the position of the peak: largest three-hour mean from the onset on."""
        return self.onset + int(smooth3(self.posts())[self.onset :].argmax())

    def curve(self) -> PastCurve:
        """Return the curve as the comparison of decays takes it."""
        return PastCurve(self.name, self.posts(), self.expected(), self.peak())


class Figure(Settings):
    """A published figure about a class of crises, with its source."""

    what: str
    value: str
    n: int | None = None
    era: str
    collector: str
    source: str


class _File(Settings):
    format: Literal["crisislab-library"]
    version: Literal[1, 2]
    cases: tuple[PastCase, ...] = ()
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True)
class Library:
    """Past crises.

    Attributes:
        cases: The crises, by id.
        figures: Published figures.
    """

    cases: tuple[PastCase, ...] = field(default=(), repr=False)
    figures: tuple[Figure, ...] = field(default=(), repr=False)

    def __repr__(self) -> str:
        """Return a line per crisis; what each holds stands in ``cases``."""
        return "\n".join(f"{c.id}: {c.name} ({c.kind}, {c.era})" for c in self.cases) or "-"

    def add(self, case: PastCase) -> Library:
        """Return the library with a case; one of the same id is replaced."""
        others = [one for one in self.cases if one.id != case.id]
        return replace(self, cases=tuple(sorted([*others, case], key=lambda one: one.id)))

    def merge(self, other: Library) -> Library:
        """Return both libraries as one.

        Raises:
            CrisisLabError: If both hold different cases under one id.
        """
        mine = {case.id: case for case in self.cases}
        clashes = [c.id for c in other.cases if c.id in mine and mine[c.id] != c]
        if clashes:
            raise CrisisLabError(Problem("CL-LIB-CLASH", value=", ".join(sorted(clashes))))
        both = self
        for case in other.cases:
            both = both.add(case)
        figures = [*self.figures, *(f for f in other.figures if f not in self.figures)]
        return replace(both, figures=tuple(figures))

    def curves(self) -> list[PastCurve]:
        """Return the curves of all cases."""
        return [case.curve() for case in self.cases]

    def write(self, path: Path) -> None:
        """Write the library, one case per line, so that two versions can be compared.

        Raises:
            CrisisLabError: If it cannot be written; the old one is then whole.
        """
        head = f'{{"format": "{FORMAT}", "version": {VERSION},'
        parts = [_lines("cases", self.cases), _lines("figures", self.figures)]
        write_file(path, (head + "\n" + ",\n".join(parts) + "\n}\n").encode("utf-8"))


def _lines(name: str, rows: Iterable[Settings]) -> str:
    body = ",\n".join(
        json.dumps(row.model_dump(mode="json", exclude_defaults=True), ensure_ascii=False)
        for row in rows
    )
    return f'"{name}": [\n{body}\n]'


def read_library(path: str | Path) -> Library:
    """Return a library; ``"reference"`` is the one shipped with the package.

    Raises:
        CrisisLabError: If the file is missing, or no library of this version.
    """
    if str(path) == REFERENCE:
        shipped = resources.files("crisislab.library") / "reference.json"
        return _parsed(shipped.read_text("utf-8"), "reference.json")
    file = Path(path)
    try:
        return _parsed(file.read_text("utf-8-sig"), file.name)
    except FileNotFoundError:
        raise CrisisLabError(Problem("CL-LIB-MISSING", file=file.name)) from None
    except UnicodeDecodeError as error:
        value = f"0x{error.object[error.start]:02x}"
        raise CrisisLabError(Problem("CL-LIB-FORMAT", file=file.name, value=value)) from None


def _parsed(text: str, name: str) -> Library:
    try:
        told = json.loads(text)
        written = told.get("version") if isinstance(told, dict) else None
        if isinstance(written, int) and written > VERSION:
            facts = {"known": VERSION}
            raise CrisisLabError(
                Problem("CL-LIB-NEWER", file=name, value=str(written), facts=facts)
            )
        read = _File.model_validate(told)
    except json.JSONDecodeError as error:
        shown = _excerpt(text[max(error.pos - _SHOWN // 2, 0) :])
        problem = Problem("CL-LIB-FORMAT", file=name, line=error.lineno, value=shown)
        raise CrisisLabError(problem) from None
    except ValidationError as error:
        first = error.errors()[0]
        column = ".".join(map(str, first["loc"]))
        shown = _excerpt(json.dumps(first["input"], ensure_ascii=False, default=str))
        problem = Problem("CL-LIB-FORMAT", file=name, column=column, value=shown)
        raise CrisisLabError(problem) from None
    ids = [case.id for case in read.cases]
    twice = sorted({one for one in ids if ids.count(one) > 1})
    if twice:
        raise CrisisLabError(Problem("CL-LIB-CLASH", file=name, value=", ".join(twice)))
    return Library(read.cases, read.figures)


def _excerpt(text: str) -> str:
    """Return what stands there, in one line; of an empty file its size."""
    line = " ".join(text.split())
    return line[:_SHOWN] + ("…" if len(line) > _SHOWN else "") if line else "0 B"


def withheld(count: int) -> int | None:
    """Return a count as the library may keep it: 1 to 4 are withheld.

    >>> withheld(0), withheld(3), withheld(5)
    (0, None, 5)
    """
    return None if 0 < count < SMALL else int(count)
