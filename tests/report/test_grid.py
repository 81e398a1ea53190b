"""A table of the page shows the columns that hold something."""

from __future__ import annotations

from crisislab.report.grid import grid
from crisislab.report.show import Show

_SHOW = Show("en", "UTC")


def test_a_column_that_is_empty_on_every_row_is_not_shown() -> None:
    """It stays in the table's columns, and numbers stay to the right of those that are left."""
    made = grid(_SHOW, ("state", "n", "why", "evidence"),
                [("a", "", "x", "1"), ("b", " ", "", "2")], numeric=(1, 3))  # fmt: skip
    assert made.shown == (0, 2, 3)
    assert made.numeric_shown == [2]
    assert made.columns == ("state", "n", "why", "evidence")


def test_the_first_column_and_tables_without_rows_are_shown_whole() -> None:
    """What names a row is never hidden; a table without rows tells nothing of its columns."""
    assert grid(_SHOW, ("state", "n"), [("", "1")]).shown == (0, 1)
    assert grid(_SHOW, ("state", "n"), []).shown == (0, 1)
