"""Exports to tables: every row loaded right, flagged, or set aside with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from typing import Literal

from crisislab.read._inputs import Paths
from crisislab.read._ledger import issues_table
from crisislab.read._load import (
    Declared,
    Inspection,
    LoadedLog,
    LoadedPosts,
    Loading,
    inspect_path,
    shortcut,
)
from crisislab.read._shown import issues_html, ledger_html, table_html
from crisislab.read.declare import NOTHING, DateOrder, Declaration
from crisislab.schema import POSTS

__all__ = [
    "Declaration",
    "Inspection",
    "LoadedLog",
    "LoadedPosts",
    "inspect",
    "issues_html",
    "issues_table",
    "ledger_html",
    "read_log",
    "read_posts",
    "table_html",
]


def read_posts(
    paths: Paths,
    *,
    declared: Declared = None,
    zone: str | None = None,
    dates: DateOrder | None = None,
    columns: Mapping[str, str] | None = None,
    platform: str | None = None,
    ids: Literal["damaged"] | None = None,
    decimal: Literal[",", "."] | None = None,
    partial: bool = False,
    encoding: str | None = None,
    strict: bool = True,
    root: str | PathLike[str] | None = None,
) -> LoadedPosts:
    """Read public posts from exports of any known source.

    Every row is loaded right, flagged, or set aside with its reason; the ledger adds up.

    Args:
        paths: A file, folder or archive, or several. A path is never a pattern or an address.
        declared: What the files do not say themselves: by file name, or for all files.
        zone: Zone of times written without one (``Europe/Madrid``), for all files.
        dates: Order of numeric dates: ``day-first``, ``month-first`` or ``year-first``.
        columns: Schema column -> own name of the column.
        platform: Platform of rows that do not say it.
        ids: ``damaged`` to go on with ids a spreadsheet rounded, without reply matching.
        decimal: Decimal separator of counts such as ``1.234``.
        partial: Whether to read what is there of a file that stops in the middle.
        encoding: Encoding of the text, such as ``mac-roman``, where the rule is wrong.
        strict: Whether a refused file is an error; else it is only told in ``issues``.
        root: Folder of the case, to which ``source_file`` is relative.

    Returns:
        Posts with their ledger, issues, rejects and copies.

    Raises:
        CrisisLabError: With all problems that refuse a file, in one pass.
    """
    shared = shortcut(zone, dates, columns, platform, ids, decimal, partial, encoding)
    result = Loading("posts", declared, shared).run(paths, root=root).checked(strict=strict)
    return LoadedPosts(
        result.ledger(), result.issues(), result.rejects(), tuple(result.problems), result.rows(),
        result.copies, POSTS.conform(result.versions),
    )  # fmt: skip


def read_log(
    paths: Paths,
    *,
    declared: Declared = None,
    zone: str | None = None,
    dates: DateOrder | None = None,
    columns: Mapping[str, str] | None = None,
    partial: bool = False,
    encoding: str | None = None,
    strict: bool = True,
    root: str | PathLike[str] | None = None,
) -> LoadedLog:
    """Read the incident log from exports of any known source.

    Arguments, ledger and errors are those of ``read_posts``.

    Returns:
        Log entries with their ledger, issues and rejects.

    Raises:
        CrisisLabError: With all problems that refuse a file, in one pass.
    """
    shared = shortcut(zone, dates, columns, None, None, None, partial, encoding)
    result = Loading("log", declared, shared).run(paths, root=root).checked(strict=strict)
    return LoadedLog(
        result.ledger(), result.issues(), result.rejects(), tuple(result.problems), result.rows()
    )


def inspect(path: str | PathLike[str], *, declared: Declaration = NOTHING) -> Inspection:
    """Return what a file is recognised as, and what it does not say itself.

    Nothing is raised for a file that cannot be loaded: ``unsettled`` says what is missing.

    Args:
        path: A file, folder or archive.
        declared: What is already known about it.
    """
    return inspect_path(path, declared)
