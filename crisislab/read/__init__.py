"""Exports to tables: every row loaded right, flagged, or set aside with its reason.

Nothing heavy is loaded with this module: reading begins by starting the programs that split large
texts (``_early``), which then get ready while the rest is loaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal

from crisislab.later import Later
from crisislab.read._early import programs_for
from crisislab.read._inputs import Paths, paths_of
from crisislab.read.declare import NOTHING, DateOrder, Declaration, Declared

if TYPE_CHECKING:
    from crisislab.read import _load as _loaded
    from crisislab.read._ledger import issues_table
    from crisislab.read._load import Inspection, LoadedLog, LoadedPosts
    from crisislab.read._shown import frame_html, issues_html, ledger_html, table_html
else:
    _loaded = Later("crisislab.read._load")

_HOMES = {
    "Inspection": "_load",
    "LoadedLog": "_load",
    "LoadedPosts": "_load",
    "frame_html": "_shown",
    "issues_html": "_shown",
    "issues_table": "_ledger",
    "ledger_html": "_shown",
    "table_html": "_shown",
}

__all__ = [
    "Declaration",
    "Inspection",
    "LoadedLog",
    "LoadedPosts",
    "frame_html",
    "inspect",
    "issues_html",
    "issues_table",
    "ledger_html",
    "read_log",
    "read_posts",
    "table_html",
]


def __getattr__(name: str) -> Any:
    """Load a name of the modules below on first use.

    Raises:
        AttributeError: If there is no such name.
    """
    if name not in _HOMES:
        raise AttributeError(f"module 'crisislab.read' has no attribute {name!r}")
    found = getattr(import_module(f"crisislab.read.{_HOMES[name]}"), name)
    globals()[name] = found
    return found


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
) -> _loaded.LoadedPosts:
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
    shared = Declaration(
        zone, dates, platform, columns or {}, decimal, ids, partial, encoding
    )  # fmt: skip
    files = paths_of(paths)
    with programs_for(files):
        from crisislab.read._load import Loading

        result = Loading("posts", declared, shared).run(files, root=root)
        return result.checked(strict=strict).as_posts()


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
) -> _loaded.LoadedLog:
    """Read the incident log from exports of any known source.

    Arguments, ledger and errors are those of ``read_posts``.

    Returns:
        Log entries with their ledger, issues and rejects.

    Raises:
        CrisisLabError: With all problems that refuse a file, in one pass.
    """
    shared = Declaration(zone, dates, None, columns or {}, partial=partial, encoding=encoding)
    files = paths_of(paths)
    with programs_for(files):
        from crisislab.read._load import Loading

        result = Loading("log", declared, shared).run(files, root=root)
        return result.checked(strict=strict).as_log()


def inspect(path: str | PathLike[str], *, declared: Declaration = NOTHING) -> _loaded.Inspection:
    """Return what a file is recognised as, and what it does not say itself.

    Nothing is raised for a file that cannot be loaded: ``unsettled`` says what is missing.

    Args:
        path: A file, folder or archive.
        declared: What is already known about it.
    """
    from crisislab.read._load import inspect_path

    return inspect_path(path, declared)
