"""A table of the page: heads, cells and which columns hold numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from crisislab.report.cards import MAX_EVIDENCE, file_row, read_rows
from crisislab.report.show import Show

Cell = str | Markup


@dataclass(frozen=True)
class Grid:
    """A table as the template prints it.

    Attributes:
        heads: Column titles, as words.
        rows: Cells; plain text is escaped by the template.
        numeric: Positions of columns set to the right.
        ids: Anchor of each row, or nothing.
        wide: Whether it keeps its columns on a narrow screen and scrolls instead.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numeric: frozenset[int] = frozenset()
    ids: tuple[str, ...] = ()
    wide: bool = False


def grid(
    show: Show, heads: Sequence[str], rows: Iterable[Sequence[Cell]], *,
    numeric: Iterable[int] = (), ids: Sequence[str] = (), wide: bool = False,
) -> Grid:  # fmt: skip
    """Return a table whose heads are words of ``report.table`` (or whole keys)."""
    titles = (show.say(key if "." in key else f"report.table.{key}") for key in heads)
    body = tuple(tuple(row) for row in rows)
    return Grid(tuple(map(str, titles)), body, frozenset(numeric), tuple(ids), wide)


def row_list(evidence: object) -> Markup:
    """Return ``file:row`` references as code, the first twelve, then how many more."""
    rows = read_rows(evidence)
    shown = Markup(" ").join(file_row(r) for r in rows[:MAX_EVIDENCE])
    left = len(rows) - MAX_EVIDENCE
    return shown + Markup(" +{}").format(left) if left > 0 else shown


def badge(word: str, tone: str) -> Markup:
    """Return a state as a word with a sign, so that it does not hang on colour."""
    return Markup('<span class="badge {}">{}</span>').format(tone, word)
