"""Sections from a notebook and text written by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest

from crisislab.errors import CrisisLabError
from crisislab.metrics import metrics as metric_table
from crisislab.metrics import number
from crisislab.report.html import review_html
from crisislab.report.narrative import read_narrative
from crisislab.report.prose import prose
from crisislab.report.write import review_files
from tests.report.fake import HOSTILE, make_review


def test_with_section_links_its_numbers_to_their_cards() -> None:
    """A number named in the text is shown as the review knows it, and opens."""
    review = make_review(language="en")
    more = review.with_section("Shops", "Of {n_conversations} people, {reply_rate[within=60]}.")
    page = review_html(more)
    section = page[page.index('<section id="added"') :]
    assert "Of <a" in section
    assert ">412</a> people, <a" in section
    assert ">68.9%</a>" in section
    assert not review.extras


def test_with_section_adds_numbers_with_cards_and_tables_with_files() -> None:
    """Numbers and tables of an analyst stand among the others: a card, a file, what they are."""
    rows = metric_table([number("n_shops", 7, unit="count", n=7, evidence="shops.csv:2")])
    table = pd.DataFrame({"shop": HOSTILE[:3], "posts": [1, 2, 3]})
    review = make_review(language="en").with_section(
        "Shops", "There are {n_shops}.", table=table, about="Posts per shop.", metrics=rows,
        place="reach",
    )  # fmt: skip
    files = review_files(review)
    page = files["review.html"].decode("utf-8")
    assert 'href="#m' in page[page.index("There are ") :][:80]
    assert "Posts per shop. All rows: added_1.csv" in page
    assert HOSTILE[0] not in page
    assert files["added_1.csv"].decode("utf-8-sig").count("\r\n") == 4


@pytest.mark.parametrize(
    ("code", "options"),
    [
        ("CL-SECTION-NUMBER", {"text": "It was 42."}),
        ("CL-SECTION-METRIC", {"text": "It was {nothing_of_the_kind}."}),
        ("CL-SECTION-SCOPE", {"text": "It was {reply_rate[within=61]}."}),
        ("CL-SECTION-SCOPE", {"text": "It was {reply_rate[nothing like it]}."}),
        ("CL-SECTION-ABOUT", {"table": pd.DataFrame({"a": [1]})}),
        ("CL-SECTION-ALT", {"figure": go.Figure()}),
        ("CL-SECTION-FIGURE", {"figure": 3, "alt": "three"}),
        ("CL-SECTION-PLACE", {"place": "nowhere"}),
    ],
)
def test_with_section_refuses_what_would_not_open(code: str, options: dict[str, Any]) -> None:
    """A number without a card, a table or figure without words, is refused with its code."""
    with pytest.raises(CrisisLabError) as refused:
        make_review().with_section("Title", **options)
    assert refused.value.problems[0].code == code


def test_with_section_makes_plotly_figures_harmless() -> None:
    """Texts of a foreign figure are escaped, and nothing in it can load anything."""
    figure = go.Figure(go.Bar(x=["a"], y=[1], text=[HOSTILE[2]]))
    figure.add_layout_image(source="https://evil.example/i.png")
    review = make_review().with_section("F", figure=figure, alt="One bar.")
    spec = json.dumps(review.extras[0].figure.spec())  # type: ignore[union-attr]
    assert "evil.example/i.png" not in spec
    assert "<b style" not in spec
    assert "&lt;b style" in spec
    assert [trace["y"] for trace in review.figure("added-1").data] == [[1]]


def test_narrative_is_cut_at_its_headings_and_placed(tmp_path: Path) -> None:
    """Known headings have their place, in both languages; others a section of their own."""
    text = "Before.\n\n# Contexto\n\nUn *lote*.\n\n## Por qué\n\nx\n\n# Anything\n\n<script>y\n"
    (tmp_path / "narrative.md").write_text(text, "utf-8")
    parts = read_narrative(tmp_path)
    assert [(p.title, p.place, p.source) for p in parts] == [
        ("", "added", "narrative.md:1"),
        ("Contexto", "chronology", "narrative.md:3"),
        ("Por qué", "plan", "narrative.md:7"),
        ("Anything", "added", "narrative.md:11"),
    ]
    page = review_html(make_review(extras=parts))
    assert "Un <em>lote</em>." in page
    assert "&lt;script&gt;y" in page
    assert read_narrative(tmp_path / "none") == ()


@pytest.mark.parametrize("text", HOSTILE)
def test_prose_makes_no_element_from_html(text: str) -> None:
    """HTML in a text stays text, links other than http are dropped, pictures never load."""
    made = prose(f"a {text} ![p](https://evil.example/p.png) [l](javascript:alert(1))\n\n> q\n")
    assert "<img" not in made
    assert "<script" not in made
    assert "<svg" not in made
    assert 'href="javascript' not in made
    assert "<blockquote>" in made


def test_prose_marks_its_links() -> None:
    """A link to the web tells the other side nothing."""
    assert 'rel="noopener noreferrer nofollow"' in prose("[site](https://example.org)")
