"""The load: inputs to one table, with a ledger that adds up and every problem told at once."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from os import PathLike
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crisislab.errors import CrisisLabError, Problem, worst_first
from crisislab.memory import plain_memory
from crisislab.read._alike import tell_alike
from crisislab.read._archive import read_archive
from crisislab.read._blocks import Streaming
from crisislab.read._bytes import Input
from crisislab.read._dedupe import drop_repeats
from crisislab.read._inputs import (
    Folder,
    Paths,
    beside_tweets,
    find_inputs,
    is_archive,
    lake_of,
    members_of,
    n_bytes_of,
    paths_of,
)
from crisislab.read._ledger import issues_table, ledger_table, rejects_table
from crisislab.read._part import Part, table_of
from crisislab.read._programs import kept_programs
from crisislab.read._progress import progress
from crisislab.read._reader import Reader
from crisislab.read._recognise import Want
from crisislab.read._repeats import (
    Repeats,
    clashes_of,
    refuse_clashes,
    repeats_of,
    tell_repeats,
)
from crisislab.read._rows import n_distinct
from crisislab.read._secrets import hide_secrets
from crisislab.read._shown import issues_html, ledger_html
from crisislab.read._source import Reading
from crisislab.read.declare import NOTHING, Declaration, Declared
from crisislab.read.sources._entries import is_of_either
from crisislab.read.sources.generic import never
from crisislab.schema import COPIES, POSTS, Table
from crisislab.words import default_language

WANTS: tuple[Want, ...] = ("posts", "log")
_CAPS = (1_048_575, 1_048_576, 65_535, 65_536, 500, 1_000, 5_000, 10_000, 50_000, 100_000)


@dataclass(frozen=True)
class _Loaded:
    ledger: pd.DataFrame
    issues: pd.DataFrame
    rejects: pd.DataFrame
    problems: tuple[Problem, ...] = field(default=(), repr=False)

    def _repr_html_(self) -> str:
        lang = default_language()
        return ledger_html(self.ledger, lang) + issues_html(self.issues, lang)


@dataclass(frozen=True)
class LoadedPosts(_Loaded):
    """Posts read from exports.

    Attributes:
        ledger: One row a file: what became of every line.
        issues: What was found.
        rejects: Rows set aside, with reasons.
        problems: The findings behind ``issues``.
        posts: One row a public item.
        copies: Every copy of the posts that stand in several exports, with its own counters.
        versions: Rows left out because the same item stands in ``posts`` with another text.
    """

    posts: pd.DataFrame = field(default_factory=pd.DataFrame)
    copies: pd.DataFrame = field(default_factory=COPIES.empty)
    versions: pd.DataFrame = field(default_factory=POSTS.empty)


@dataclass(frozen=True)
class LoadedLog(_Loaded):
    """Incident log read from exports; attributes as of ``LoadedPosts``, rows in ``log``."""

    log: pd.DataFrame = field(default_factory=pd.DataFrame)


@dataclass(frozen=True)
class Loading:
    """One load: what is wanted, and what is declared."""

    want: Want
    declared: Declared
    shared: Declaration
    streaming: Streaming | None = None

    @property
    def table(self) -> Table:
        """Schema table of the rows."""
        return table_of(self.want)

    @plain_memory()
    def run(self, paths: Paths, *, root: str | PathLike[str] | None) -> _Result:
        """Read everything and return it, refused or not."""
        parts, problems = self.read(paths, root=root)
        unique = drop_repeats(hide_secrets(_rows(parts, self.table), parts), self.table)
        if refused := refuse_clashes(parts, [clashes_of(unique)]):
            unique = unique.without(refused)
        loaded = [_n_units(unique.kept, i) if p.n_units else 0 for i, p in enumerate(parts)]
        found = self.close(parts, problems, loaded, [repeats_of(unique)])
        return _Result(self.table, parts, unique.kept, found, unique.copies, unique.texts_differ)

    def read(
        self, paths: Paths, *, root: str | PathLike[str] | None
    ) -> tuple[list[Part], list[Problem]]:
        """Read all files to their parts, each row as it stands there."""
        inputs, problems = find_inputs(paths_of(paths), Path(root) if root is not None else None)
        size = sum(map(n_bytes_of, inputs))
        with ExitStack() as opened, kept_programs(), progress(size) as bar:
            parts = []
            for source in inputs:
                with bar.one(n_bytes_of(source)):
                    parts += self._parts(source, opened)
        for part in parts:
            _tell_caps(part)
        return parts, problems

    def close(
        self, parts: list[Part], problems: list[Problem], loaded: list[int],
        repeats: list[Repeats],
    ) -> list[Problem]:  # fmt: skip
        """Close the counts of all parts, and return everything that was found, worst first.

        Args:
            parts: The files.
            problems: What was found before any of them was read.
            loaded: How many units of each are loaded.
            repeats: What was left out because it stands elsewhere.
        """
        tell_repeats(parts, repeats)
        tell_alike(parts)
        found = problems + _count(parts, loaded)
        for part in parts:
            found += part.found.problems(n_of=part.n_units or None)
        if not sum(loaded) and not any(p.severity == "refused" for p in found):
            found.append(Problem("CL-LOAD-NOTHING", facts={"want": self.want}))
        return worst_first(found)

    def _parts(self, source: Input | Folder, opened: ExitStack) -> list[Part]:
        if isinstance(source, Folder):
            return self._folder(source, opened)
        reading = Reading(source, self.want, self.declaration(source.name), self.streaming)
        try:
            if not is_archive(source):
                return self._done(reading.parts())
            members = members_of(source, opened)
        except CrisisLabError as fault:
            return self._done([reading.refused(fault)])
        whole = read_archive(reading, members)
        if whole is not None:
            return self._done(whole)
        aside = beside_tweets(members)
        return [part for member in members for part in self._beside(member, opened, aside)]

    def _beside(
        self, source: Input | Folder, opened: ExitStack, aside: frozenset[str]
    ) -> list[Part]:
        """Read what lies in a folder or archive; what is known to hold no data is passed over."""
        if isinstance(source, Input) and source.name in aside:
            reading = Reading(source, self.want, self.declaration(source.name))
            return self._done([reading.passed_over("X archive")])
        if isinstance(source, Folder):
            return self._folder(source, opened, aside)
        return self._parts(source, opened)

    def _folder(
        self, folder: Folder, opened: ExitStack, aside: frozenset[str] = frozenset()
    ) -> list[Part]:
        files = folder.all_files()
        aside |= beside_tweets(files)
        named = Input(folder.name, Path(folder.name))
        reading = Reading(named, self.want, self.declaration(folder.name))
        if kind := lake_of(folder):
            problem = Problem("CL-PARQUET-TABLE", file=folder.name, value=kind)
            return self._done([reading.refused(CrisisLabError(problem))])
        whole = read_archive(reading, files)
        if whole is not None:
            return self._done(whole)
        inside: list[Input | Folder] = [*folder.files, *folder.folders]
        return [part for source in inside for part in self._beside(source, opened, aside)]

    def _done(self, parts: list[Part]) -> list[Part]:
        if self.streaming is not None:
            for part in parts:
                self.streaming.done(part)
        return parts

    def declaration(self, name: str) -> Declaration:
        """Return what is declared about a file, the most particular first."""
        own = self.declared
        if isinstance(own, Declaration):
            return _over(own, self.shared)
        known = own or {}
        parts = name.split("/")
        tried = ["/".join(parts[i:j]) for j in range(len(parts), 0, -1) for i in range(j)]
        found = next((known[key] for key in tried if key in known), NOTHING)
        return _over(found, self.shared)


def _over(own: Declaration, shared: Declaration) -> Declaration:
    given = {
        name: value for name in Declaration.__dataclass_fields__
        if (value := getattr(own, name)) not in (None, False, ()) and value != {}
    }  # fmt: skip
    return replace(shared, **given)


def _rows(parts: list[Part], table: Table) -> pd.DataFrame:
    frames = [part.frame.assign(_part=i) for i, part in enumerate(parts) if len(part.frame)]
    for part in parts:
        part.frame = part.frame.iloc[:0]
    if not frames:
        return table.empty().assign(_unit=0, _part=0)
    return frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True)


def _tell_caps(part: Part) -> None:
    n = part.n_units
    lines = part.tally.n_lines
    if n in _CAPS or (part.tally.unit != "item" and lines in (1_048_576, 1_048_575, 65_536)):
        part.found.note("CL-FILE-CAP", value=n if n in _CAPS else lines, n=None)


def _n_units(kept: pd.DataFrame, part: int) -> int:
    units = kept["_unit"].to_numpy()
    return n_distinct(units[kept["_part"].to_numpy() == part])


def _order_of(rows: pd.DataFrame, by: list[str]) -> np.ndarray[Any, Any] | None:
    """Return the order of rows by an instant and further keys; ``None`` if they stand in it."""
    at = rows[by[0]].dt.tz_localize(None).to_numpy().view(np.int64)
    steps, order = np.diff(at), None
    if (steps < 0).any():
        order = np.argsort(at, kind="stable")
        steps = np.diff(at[order])
    # Few rows share an instant: only those need the further keys.
    same = np.flatnonzero(steps == 0)
    before, after = (same, same + 1) if order is None else (order[same], order[same + 1])
    if not _in_order(rows, before, after, by[1:]):
        order = np.arange(len(at)) if order is None else order
        tied = np.union1d(same, same + 1)
        few = rows.iloc[order[tied]][by].reset_index(drop=True)
        order[tied] = order[tied][few.sort_values(by, kind="stable").index.to_numpy()]
    return order


def _in_order(
    rows: pd.DataFrame, before: np.ndarray[Any, Any], after: np.ndarray[Any, Any], by: list[str]
) -> bool:
    """Return whether no row that is to stand before another has greater keys than that one."""
    for column in by:
        one, other = (pa.array(rows[column].iloc[at]) for at in (before, after))
        if one.null_count or other.null_count or pc.any(pc.greater(one, other)).as_py():
            return False
        same = np.asarray(pc.equal(one, other))
        before, after = before[same], after[same]
    return True


def _count(parts: list[Part], loaded: list[int]) -> list[Problem]:
    """Close the counts of each part, and check that every ledger adds up."""
    problems = []
    for part, n in zip(parts, loaded, strict=True):
        part.tally.add("loaded", n)
        part.tally.add("duplicates", part.n_units - n)
        told, lines = part.tally.n_told, part.tally.n_lines
        if told != lines:
            problems.append(Problem("CL-LEDGER", file=part.tally.file, n=told, n_of=lines))
    return problems


def _particular(reader: Reader) -> int:
    """Return how many columns a generic reader found that only its kind of rows has."""
    if reader.recognise is not never:
        return 0
    shared = {"text", "created_at", "logged_at", "post_id", "entry_id", "url", "link", "kind",
              "title"}  # fmt: skip
    own = (names[0] for column, names in reader.columns.items() if column not in shared and names)
    return sum(reader.gives != "log" or not is_of_either(name) for name in own)


@dataclass(frozen=True)
class Inspection:
    """What a file was recognised as, and what it does not say itself.

    Attributes:
        path: The file.
        gives: ``posts``, ``log``, ``other`` (known, but neither), or ``unknown``.
        title: Name of the layout for people; empty when it is not known.
        reader: Name of the reader.
        columns: Names of the columns or keys, as written.
        first: The first rows as they would be loaded.
        unsettled: What has to be declared before the file can be loaded.
    """

    path: Path
    gives: Literal["posts", "log", "other", "unknown"]
    title: str
    reader: str
    columns: tuple[str, ...]
    first: pd.DataFrame
    unsettled: tuple[Problem, ...]


def inspect_path(path: str | PathLike[str], shared: Declaration) -> Inspection:
    """Return what one file, folder or archive is recognised as."""
    tried = [Loading(want, None, shared).run(path, root=None) for want in WANTS]
    result = max(tried, key=_Result.fit)
    known = [part for part in result.parts if part.reader is not None]
    main = max(known, key=lambda part: part.n_units, default=None)
    reader = main.reader if main is not None else None
    return Inspection(
        Path(path), reader.gives if reader else "unknown", reader.title if reader else "",
        reader.name if reader else "", main.columns if main is not None else (),
        result.rows().head(5), tuple(p for p in result.problems if p.severity == "refused"),
    )  # fmt: skip


@dataclass(frozen=True)
class _Result:
    table: Table
    parts: list[Part]
    kept: pd.DataFrame
    problems: list[Problem]
    copies: pd.DataFrame
    versions: pd.DataFrame

    def checked(self, *, strict: bool) -> _Result:
        """Raise when anything was refused.

        Raises:
            CrisisLabError: With all problems that refuse, in one pass.
        """
        refused = [p for p in self.problems if p.severity == "refused"]
        if strict and refused:
            nothing = any(p.code == "CL-LOAD-NOTHING" for p in refused)
            # Where nothing was loaded, what was set aside says why.
            raise CrisisLabError(*(self.problems if nothing else refused))
        return self

    def as_posts(self) -> LoadedPosts:
        """Return posts with all that was found."""
        return LoadedPosts(
            self.ledger(), self.issues(), self.rejects(), tuple(self.problems), self.rows(),
            self.copies, POSTS.conform(self.versions),
        )  # fmt: skip

    def as_log(self) -> LoadedLog:
        """Return log entries with all that was found."""
        return LoadedLog(
            self.ledger(), self.issues(), self.rejects(), tuple(self.problems), self.rows()
        )

    def fit(self) -> int:
        """Return how well what was wanted fits what was found; the better one is meant."""
        readers = [part.reader for part in self.parts if part.reader is not None]
        known = sum(10 for reader in readers if reader.gives in (self.table.name, "other"))
        clash = any(p.code == "CL-SOURCE-KIND" for p in self.problems)
        return (known + sum(_particular(reader) for reader in readers)) * (not clash)

    def rows(self) -> pd.DataFrame:
        """Return the rows in the order of time."""
        by = ["created_at", "platform", "post_id"]
        if self.table.name == "log":
            by = ["logged_at", "source_file", "source_row"]
        order = _order_of(self.kept, by)
        rows = self.kept[self.table.names]
        return (rows if order is None else rows.take(order)).reset_index(drop=True)

    def ledger(self) -> pd.DataFrame:
        """Return the ledger."""
        return ledger_table([part.tally for part in self.parts])

    def issues(self) -> pd.DataFrame:
        """Return the issues, worst first."""
        return issues_table(self.problems)

    def rejects(self) -> pd.DataFrame:
        """Return the rows set aside."""
        return rejects_table([(p.found.file, r) for p in self.parts for r in p.found.rejects])
