"""What a store holds, and how it is opened."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from crisislab.errors import CrisisLabError, Problem, Said
from crisislab.read import issues_table
from crisislab.read._inputs import KEPT
from crisislab.schema import COPIES, LEDGER, POSTS, REJECTS, Table
from crisislab.store._packed import packed
from crisislab.store._rows import Part, is_whole, parts_of
from crisislab.store._tables import POSTS_STORED, read_frame, table_frame

FOLDER = KEPT
HEAD = "posts.json"
# Of the files of a store; raised when the version before can no longer open those of this one.
FORMAT = 2


@dataclass(frozen=True)
class Store:
    """Posts of a case on disk, each once, with what the ledger and the checks tell of them.

    Attributes:
        folder: Where its files lie.
        key: What it was made of: contents, names, declarations and the version of the readers.
        n_posts: How many posts it holds.
    """

    folder: Path
    key: str
    n_posts: int

    @property
    def posts(self) -> tuple[Path, ...]:
        """Parquet files of the posts for any engine, written when they are first asked for.

        The columns of ``schema.POSTS`` in their order, instants as whole microseconds since 1970,
        UTC (``created_us`` for ``created_at``).
        """
        return packed(self.folder)

    def parts(self) -> list[Part]:
        """Return the posts in parts, for whoever reads them one by one."""
        return parts_of(self.folder)

    def read(
        self, names: Sequence[str] = POSTS_STORED.names,
        only: Callable[[pa.Table], pa.Table] = lambda posts: posts,
    ) -> pa.Table:  # fmt: skip
        """Return columns of the posts, of each part what ``only`` leaves of it."""
        try:
            found = [only(part.table(names)) for part in self.parts()]
        except FileNotFoundError:
            # Another has written the posts as Parquet meanwhile, and the staged rows are gone.
            found = [only(part.table(names)) for part in self.parts()]
        return pa.concat_tables(found) if found else POSTS_STORED.empty_table().select(list(names))

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """One row a file: what became of every line."""
        return self._table("ledger", LEDGER)

    @cached_property
    def rejects(self) -> pd.DataFrame:
        """Rows set aside, with reasons."""
        return self._table("rejects", REJECTS)

    @cached_property
    def copies(self) -> pd.DataFrame:
        """Every copy of the posts that stand in several exports, with its own counters."""
        return self._table("copies", COPIES)

    @cached_property
    def versions(self) -> pd.DataFrame:
        """Rows left out because the same item stands in the posts with another text."""
        return self._table("versions", POSTS)

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """The findings behind ``issues``, worst first."""
        told = json.loads((self.folder / "problems.json").read_text("utf-8"))
        return tuple(_problem_of(one) for one in told)

    @property
    def issues(self) -> pd.DataFrame:
        """What was found, in this machine's language."""
        return issues_table(self.problems)

    def frame(self) -> pd.DataFrame:
        """Return all posts as ``read_posts`` gives them: in the order of time, in memory."""
        whole = table_frame(self.read(), POSTS)
        by = ["created_at", "platform", "post_id"]
        return whole.sort_values(by, kind="stable", ignore_index=True)

    def _table(self, name: str, table: Table) -> pd.DataFrame:
        return read_frame(self.folder / f"{name}.parquet", table)


def problems_text(problems: list[Problem]) -> str:
    """Return findings as JSON; what is told of them in words is made when they are shown."""
    return json.dumps([asdict(problem) for problem in problems], ensure_ascii=False, default=str)


def _problem_of(told: dict[str, Any]) -> Problem:
    """Return a finding as it was; of its facts, objects are texts of the catalogue."""
    facts = {name: Said(**fact) if isinstance(fact, dict) else fact
             for name, fact in told["facts"].items()}  # fmt: skip
    return Problem(**told | {"facts": facts})


def open_store(folder: str | Path) -> Store:
    """Open the store of a case folder.

    Args:
        folder: The case folder, in which ``store_posts`` put it.

    Raises:
        CrisisLabError: CL-STORE-NONE where there is none, or none that is whole; CL-STORE-NEWER
            where a newer version made it.
    """
    found = find_store(Path(folder))
    if found is None:
        written = _format(_head(Path(folder)))
        code = "CL-STORE-NEWER" if written > FORMAT else "CL-STORE-NONE"
        facts = {"known": FORMAT}
        raise CrisisLabError(Problem(code, file=str(folder), value=str(written), facts=facts))
    return found


def find_store(folder: Path) -> Store | None:
    """Return the store of a case folder; ``None`` where there is none that can be used whole."""
    root, head = folder / FOLDER, _head(folder)
    try:
        inside = root / str(head["folder"])
        whole = is_whole(inside, [str(name) for name in head["rows"]])
        store = Store(inside, str(head["key"]), int(head["n_posts"]))
    except (ValueError, KeyError, TypeError):
        return None
    return store if whole and _format(head) <= FORMAT else None


def _head(folder: Path) -> dict[str, Any]:
    try:
        told = json.loads((folder / FOLDER / HEAD).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _format(head: dict[str, Any]) -> int:
    """Return the format of a store; one that does not say is of the first, which is made anew."""
    told = head.get("format", 1)
    return told if isinstance(told, int) else 0
