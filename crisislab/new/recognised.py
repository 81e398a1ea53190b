"""What exported files are, by their content, and what each leaves open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

import pandas as pd

from crisislab.errors import CrisisLabError, Problem
from crisislab.new.proposals import export_files
from crisislab.read import Inspection, inspect, table_html
from crisislab.read.declare import Declaration
from crisislab.words import default_language, say


@dataclass(frozen=True, repr=False)
class Recognised:
    """What some exported files are.

    Attributes:
        frame: One row per file: ``file, gives, layout, left_open`` (codes).
        unsettled: What has to be said before all of them can be loaded.
    """

    frame: pd.DataFrame
    unsettled: tuple[Problem, ...]

    def _repr_html_(self) -> str:
        lang = default_language()
        heads = [say(f"new.head.{name}", lang) for name in self.frame]
        rows = self.frame.astype(object).to_numpy().tolist()
        told = [[name, say(f"new.gives.{gives}", lang), *rest] for name, gives, *rest in rows]
        return table_html(heads, told) + "".join(
            f"<p>{escape(p.message(lang)).replace(chr(10), '<br>')}</p>" for p in self.unsettled
        )

    def __repr__(self) -> str:
        """Return a line per file, then what is left open."""
        return "\n\n".join(
            [self.frame.to_string(index=False), *map(Problem.message, self.unsettled)]
        )


def what_are_these(exports: Sequence[str | Path]) -> Recognised:
    """Return what exported files are, recognised by their content; nothing is written.

    Args:
        exports: Files, or folders of them.

    Returns:
        A row per file, and what ``case.toml`` will have to say about them.

    Raises:
        CrisisLabError: If a file is missing.
    """
    paths = [Path(path) for path in exports]
    missing = [Problem("CL-FILE-MISSING", file=str(p)) for p in paths if not p.exists()]
    if missing:
        raise CrisisLabError(*missing)
    found = {path: inspected(path) for path in export_files(paths)}
    rows = [
        (path.name, seen.gives, seen.title, " ".join(p.code for p in seen.unsettled))
        for path, seen in found.items()
    ]
    frame = pd.DataFrame(rows, columns=["file", "gives", "layout", "left_open"])
    return Recognised(frame, tuple(p for seen in found.values() for p in seen.unsettled))


def inspected(path: Path) -> Inspection:
    """Return what a file is and all that it leaves open: a missing zone hides what comes after."""
    seen = inspect(path)
    if not any(p.code.startswith("CL-TIME-ZONE") for p in seen.unsettled):
        return seen
    further = inspect(path, declared=Declaration(zone="UTC")).unsettled
    known = {p.code for p in seen.unsettled}
    more = tuple(p for p in further if p.code not in known)
    return replace(seen, unsettled=(*seen.unsettled, *more))
