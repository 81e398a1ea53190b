"""The tables as declared."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from crisislab.schema import ISSUES, POSTS, TABLES, Table, dictionary

DOCS = Path(__file__).parent.parent / "docs"


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_empty_tables_have_their_columns(table: Table) -> None:
    """An empty table is the right empty table: every column, in order, typed."""
    empty = table.empty()
    assert list(empty) == table.names
    assert empty.empty
    assert "object" not in {str(dtype) for dtype in empty.dtypes}


def test_conform_keeps_missing_missing() -> None:
    """A missing count stays missing, never 0; unknown columns are dropped."""
    frame = pd.DataFrame({"post_id": ["1"], "n_likes": [None], "what": [1]})
    posts = POSTS.conform(frame)
    assert pd.isna(posts.loc[0, "n_likes"])
    assert "what" not in posts
    assert not posts.loc[0, "own"]


def test_conform_keeps_big_ids() -> None:
    """An id of 19 digits is the same text before and after."""
    ids = ["9007199254740993", "1234567890123456789", "00123"]
    assert POSTS.conform(pd.DataFrame({"post_id": ids}))["post_id"].tolist() == ids


def test_conform_leaves_its_input_alone() -> None:
    """Conforming returns a new frame."""
    frame = pd.DataFrame({"code": ["a"], "n": [1]})
    ISSUES.conform(frame)
    assert list(frame) == ["code", "n"]


def test_data_dictionary_is_made_from_the_schema() -> None:
    """The dictionary in the docs is the one of the code."""
    assert (DOCS / "data_dictionary.md").read_text("utf-8") == dictionary()
