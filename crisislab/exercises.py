"""Logs (and mock posts) of drills: the same tables as of a crisis, flagged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from crisislab.errors import CrisisLabError, Problem
from crisislab.read import Declaration, LoadedLog, LoadedPosts, read_log, read_posts
from crisislab.schema import LOG, POSTS

FOLDER = "drills"


@dataclass(frozen=True)
class Exercise:
    """What was exported of one drill.

    Attributes:
        loaded_log: Its log with ledger and issues.
        loaded_posts: Mock posts, where the drill had any; they are all the brand's.
    """

    loaded_log: LoadedLog = field(repr=False)
    loaded_posts: LoadedPosts | None = field(default=None, repr=False)

    @property
    def log(self) -> pd.DataFrame:
        """Entries of the drill, flagged ``drill``."""
        return LOG.conform(self.loaded_log.log.assign(drill=True))

    @property
    def posts(self) -> pd.DataFrame:
        """Mock posts of the drill; empty when there were none."""
        if self.loaded_posts is None:
            return POSTS.empty()
        return POSTS.conform(self.loaded_posts.posts.assign(own=True))


def read_exercises(
    root: Path, *, known: Iterable[str], declared: Mapping[str, Declaration]
) -> dict[str, Exercise]:
    """Return the drills of a case folder: ``drills/<id>/log/`` and, if there, ``posts/``.

    Args:
        root: Case folder.
        known: ids of the plan's drills.
        declared: What ``case.toml`` declares about files.

    Raises:
        CrisisLabError: CL-CASE-DRILL for a folder that is no drill of the plan; problems of logs.
    """
    names = set(known)
    folder = root / FOLDER
    found: dict[str, Exercise] = {}
    problems: list[Problem] = []
    for path in sorted(p for p in folder.iterdir() if p.is_dir()) if folder.is_dir() else ():
        if path.name not in names:
            facts = {"known": ", ".join(sorted(names)) or "-"}
            problems.append(
                Problem("CL-CASE-DRILL", file=f"{FOLDER}/{path.name}", value=path.name, facts=facts)
            )
            continue
        try:
            found[path.name] = _read(path, root, dict(declared))
        except CrisisLabError as error:
            problems += error.problems
    if problems:
        raise CrisisLabError(*problems)
    return found


def _read(path: Path, root: Path, declared: dict[str, Declaration]) -> Exercise:
    log = read_log(_files(path / "log"), declared=declared, root=root)
    posts = _files(path / "posts")
    return Exercise(log, read_posts(posts, declared=declared, root=root) if posts else None)


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(p for p in folder.iterdir() if not p.name.startswith((".", "~$")))
