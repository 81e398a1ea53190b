"""A table of the page: heads, cells, which columns hold numbers, and what each column is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from crisislab.report.cards import MAX_EVIDENCE, file_row, read_rows
from crisislab.report.show import Show
from crisislab.words import has_words, say

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
        of: Name of the table's card, or empty where no number needs one.
        columns: Code of each column, by which the card tells it.
        told: Definition of each column; empty where it has none of its own.
        beside: Positions of columns that belong to the number of their row (its interval, what it
            rests on): they open that number's card.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numeric: frozenset[int] = frozenset()
    ids: tuple[str, ...] = ()
    wide: bool = False
    of: str = ""
    columns: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    beside: frozenset[int] = frozenset()

    @property
    def shown(self) -> tuple[int, ...]:
        """Return the positions of columns that hold something; the first is always shown.

        A column that is empty on every row tells nothing on the page; it stays in the card of the
        table and in its file.
        """
        filled = (i for i in range(1, len(self.heads)) if not self.rows or self._holds(i))
        return (0, *filled)

    @property
    def numeric_shown(self) -> list[int]:
        """Return where the columns set to the right stand among those shown."""
        return [place for place, i in enumerate(self.shown) if i in self.numeric]

    def _holds(self, i: int) -> bool:
        return any(str(row[i]).strip() for row in self.rows)

    def anchor(self, i: int) -> str:
        """Return the anchor of a column in the table's card, or empty where it has none."""
        known = i < len(self.told) and self.told[i]
        return column_anchor(self.of, self.columns[i]) if known else ""


def column_anchor(of: str, column: str) -> str:
    """Return the anchor of a column in the card of a table.

    >>> column_anchor("hours", "posts")
    't-hours-posts'
    """
    return f"t-{of}-{column}"


def opened(of: str, column: str, text: str) -> Markup:
    """Return a number as a link to the column of the table that it was counted from."""
    return Markup('<a class="num" href="#{}">{}</a>').format(column_anchor(of, column), text)


def grid(
    show: Show, heads: Sequence[str], rows: Iterable[Sequence[Cell]], *, of: str = "",
    numeric: Iterable[int] = (), ids: Sequence[str] = (), wide: bool = False,
    beside: Iterable[int] = (),
) -> Grid:  # fmt: skip
    """Return a table whose heads are words of ``report.table`` (or whole keys)."""
    titles = (show.text(key if "." in key else f"report.table.{key}") for key in heads)
    body = tuple(tuple(row) for row in rows)
    made = Grid(
        tuple(titles), body, frozenset(numeric), tuple(ids), wide,
        columns=tuple(key.rsplit(".", 1)[-1] for key in heads), beside=frozenset(beside),
    )  # fmt: skip
    return told_as(made, of, show) if of else made


def told_as(table: Grid, of: str, show: Show, columns: Sequence[str] = ()) -> Grid:
    """Return a table with its card: each column is told by the words of ``tables``.

    Args:
        table: The table.
        of: Name of the card.
        show: Language.
        columns: Codes of the columns, where they are not the keys of the heads.
    """
    codes = tuple(columns) or table.columns
    told = tuple(column_words(of, code, show) for code in codes)
    return replace(table, of=of, columns=codes, told=told)


def column_words(of: str, code: str, show: Show) -> str:
    """Return the definition of a column: the table's own, else the common one, else empty."""
    own, common = f"tables.{of}.{code}", f"tables.any.{code}"
    found = own if has_words(own) else common if has_words(common) else ""
    return say(found, show.lang) if found else ""


def row_list(evidence: object) -> Markup:
    """Return ``file:row`` references as code, the first twelve, then how many more."""
    rows = read_rows(evidence)
    shown = Markup(" ").join(file_row(r) for r in rows[:MAX_EVIDENCE])
    left = len(rows) - MAX_EVIDENCE
    return shown + Markup(" +{}").format(left) if left > 0 else shown


def badge(word: str, tone: str) -> Markup:
    """Return a state as a word with a sign, so that it does not hang on colour."""
    return Markup('<span class="badge {}">{}</span>').format(tone, word)
