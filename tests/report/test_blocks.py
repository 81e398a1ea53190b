"""Blocks: parts that themes add to the page."""

from __future__ import annotations

import pandas as pd
import pytest

from crisislab.report import blocks as page_blocks
from crisislab.report.block import Block
from crisislab.report.cards import Cards
from crisislab.report.drawing import Figure
from crisislab.report.grid import Grid
from crisislab.report.html import review_html
from crisislab.report.show import Show
from crisislab.report.value import Review
from crisislab.report.write import review_files
from tests.report.fake import HOSTILE, make_review


def _chart(name: str = "added") -> Figure:
    return Figure(name, "A chart", "One point.", ({"type": "scatter", "x": [1], "y": [2]},), {})


def _theme(review: Review, cards: Cards, show: Show) -> list[Block]:
    table = Grid(("what",), ((HOSTILE[0],),))
    return [
        Block("response", "By whom", intro=HOSTILE[1], table=table, folded=True),
        Block("reach", "How wide", figure=_chart()),
    ]


def test_blocks_stand_in_their_section_and_are_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    """A block appears once, in its own section; its words and cells build no element."""
    monkeypatch.setattr(page_blocks, "THEMES", (_theme,))
    page = review_html(make_review(language="en"))
    response = page[page.index('<section id="response"') : page.index('<section id="sentiment"')]
    assert "<summary>By whom</summary>" in response
    assert page.count("By whom") == 1
    assert HOSTILE[0] not in page
    assert HOSTILE[1] not in page
    assert page.count('id="data-added"') == 1
    assert set(page_blocks.all_figures(make_review())) > {"added", "waiting"}


def test_blocks_refuse_two_charts_of_one_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two charts of one name would draw one of them twice."""
    monkeypatch.setattr(page_blocks, "THEMES", (_theme, _theme))
    with pytest.raises(ValueError, match="'added'"):
        review_html(make_review())


def test_further_tables_are_written_beside_the_page() -> None:
    """Every further table becomes a file, and the manifest knows its hash."""
    table = pd.DataFrame({"name": ["=1+1"], "n": [3]})
    files = review_files(make_review(tables={"backlog": table}))
    assert files["backlog.csv"].decode("utf-8-sig").splitlines()[1].startswith("'=1+1")
    assert b'"backlog.csv"' in files["manifest.json"]
