"""The blocks of the page about response times, from the sample and from hostile tables."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import crisislab as cl
from crisislab.measure.groups import backlog
from crisislab.report.blocks import all_figures
from crisislab.report.cards import Cards
from crisislab.report.html import review_html
from crisislab.report.picture import picture
from crisislab.report.response_blocks import response_blocks
from crisislab.report.response_figures import backlog_figure, groups_figure, unanswered_figure
from crisislab.report.response_groups import groups_of
from crisislab.report.response_sections import clocks_table, groups_table, incidents_table
from crisislab.report.response_timeline import time_figure
from crisislab.report.show import Show, show_for
from crisislab.words import has_words
from tests.report.fake import HOSTILE, make_review
from tests.warm import warm_case, warm_review

SAMPLE = Path(__file__).parent.parent.parent / "data" / "sample" / "brumaria"


@pytest.fixture(scope="module")
def reviews() -> dict[str, cl.Review]:
    """Return the review of the sample in both languages."""
    english = warm_review(warm_case(SAMPLE), lang="en")
    return {"en": english, "es": replace(english, language="es")}


@pytest.mark.parametrize("lang", ["en", "es"])
def test_every_number_of_the_review_has_words(reviews: dict[str, cl.Review], lang: str) -> None:
    """Each metric has its name and definition, each note a sentence, each method its words."""
    review = reviews[lang]
    for metric in review.metrics["metric"].unique():
        assert has_words(f"report.metric.{metric}.definition"), metric
    waits = review.metrics["evidence"].isin(["waits", "unanswered", "backlog", "events"])
    for note in {n for text in review.metrics.loc[waits, "note"].dropna() for n in text.split()}:
        assert has_words(f"report.note.{note}"), note
    cards = Cards(review, show_for(review))
    for card in (card for card in cards if "agent" not in card.scope):
        assert not re.search(r"\b[a-z]+_[a-z_]+\b", f"{card.about} {card.brief}"), card.about


@pytest.mark.parametrize("lang", ["en", "es"])
def test_response_blocks_of_the_sample(reviews: dict[str, cl.Review], lang: str) -> None:
    """Chronology and response have their blocks; what only some readers want is folded."""
    review = reviews[lang]
    show = show_for(review)
    found = response_blocks(review, Cards(review, show), show)
    drawn = [block.figure.name for block in found if block.figure]
    assert drawn == ["where", "backlog", "unanswered", "groups"]
    assert sum(block.folded for block in found) >= 6
    assert [b.section for b in found].count("chronology") == 1
    page = review_html(review)
    for block in found:
        assert page.count(f">{block.heading}<") >= 1, block.heading
    assert {"where", "backlog", "unanswered", "groups"} <= set(all_figures(review))


def test_numbers_of_the_blocks_open(reviews: dict[str, cl.Review]) -> None:
    """Every link of a block leads to a card of the page."""
    page = review_html(reviews["en"])
    ids = set(re.findall(r'id="(m\d+)"', page))
    links = set(re.findall(r'class="num" href="#(m\d+)"', page))
    assert len(links) > 150
    assert links <= ids


def test_groups_are_never_ranked(reviews: dict[str, cl.Review]) -> None:
    """Groups stand in the order of their names, phases in that of time; three waits get none."""
    review = reviews["en"]
    cards, show = Cards(review, show_for(review)), show_for(review)
    names = [g.name for g in groups_of(cards, ("platform",))]
    assert names == sorted(names, key=str.casefold)
    assert [g.key for g in groups_of(cards, ("phase",))] == [
        "before", "onset", "activated", "resolved",
    ]  # fmt: skip
    hours = [int(g.key) for g in groups_of(cards, ("hour",))]
    assert hours == sorted(hours)
    few = next(g for g in groups_of(cards, ("lang",)) if g.key == "ca")
    table = groups_table([few], show)
    assert table is not None
    assert table.rows[0][2:] == ("too few",) * 3
    figure = groups_figure(groups_of(cards, ("lang",)), show)
    assert figure is not None
    assert not any("Catalan" in str(line) for line in figure.layout["yaxis"]["ticktext"])


def test_two_clocks_stand_side_by_side(reviews: dict[str, cl.Review]) -> None:
    """More is answered within an hour of opening time than within an hour of the wall clock."""
    review = reviews["en"]
    table = clocks_table(Cards(review, show_for(review)), show_for(review))
    assert table is not None
    assert len(table.rows) == 6
    assert "11.3%" in str(table.rows[3][1])
    assert "19.3%" in str(table.rows[3][2])


def test_time_figure_holds_every_wait_on_one_axis(reviews: dict[str, cl.Review]) -> None:
    """Posts, people waiting and one bar per step and delay; all traces share the time axis."""
    figure = time_figure(reviews["en"], show_for(reviews["en"]))
    assert figure is not None
    assert [trace.get("yaxis", "y") for trace in figure.data] == ["y", "y2", "y2", "y3", "y3"]
    assert all("xaxis" not in trace for trace in figure.data)
    labels = [note["text"] for note in figure.layout["annotations"]]
    assert labels[0] == "the rise began → noticed: <b>1 h 49 min</b>"
    bars = sum(len(t["x"]) // 3 for t in figure.data if t.get("yaxis") == "y3")
    assert bars == len(labels)


def test_unanswered_figure_has_no_share_below_ten() -> None:
    """Cells with few items show their number and no colour."""
    table = pd.DataFrame(
        {"platform": ["x", HOSTILE[0]], "hour": [9, 22], "n_decided": [20, 4],
         "n_unanswered": [5, 4], "unanswered_share": [0.25, None]}
    )  # fmt: skip
    figure = unanswered_figure(table, Show("en", "UTC"))
    assert figure is not None
    heat = figure.data[0]
    assert sorted(v for row in heat["z"] for v in row if v is not None) == [0.25]
    assert [note["text"] for note in figure.layout["annotations"]] == ["n=4"]
    assert not any("<img" in name or "<script" in name for name in heat["y"])


def test_backlog_figure_adds_up() -> None:
    """The two areas together are the people waiting."""
    opened = pd.to_datetime(["2026-03-05T10:00Z", "2026-03-05T11:00Z"], utc=True)
    waited = pd.DataFrame(
        {"opened_at": opened, "replied_at": pd.to_datetime([None, "2026-03-07T11:30Z"], utc=True)}
    )
    table = backlog(waited)
    window = (table["at"].min(), table["at"].max())
    figure = backlog_figure(table, window, Show("en", "UTC"))
    assert figure is not None
    overdue, waiting = figure.data
    assert waiting["y"] == table["n_waiting"].tolist()
    assert overdue["y"] == table["n_overdue"].tolist()
    assert (overdue["fill"], waiting["fill"]) == ("tozeroy", "tonexty")
    assert [int(n) for n in waiting["text"]] == (table["n_waiting"] - table["n_overdue"]).tolist()
    assert max(overdue["y"]) == 2


def test_figures_of_response_can_be_drawn_still(reviews: dict[str, cl.Review]) -> None:
    """Documents and slides get every chart that the page has."""
    for name in ("where", "backlog", "unanswered", "groups"):
        assert picture(all_figures(reviews["en"])[name], lang="en").startswith(b"\x89PNG")


def test_no_blocks_without_tables() -> None:
    """A review without these tables has no such block, and none for a log without incidents."""
    review = make_review(language="en")
    show = show_for(review)
    assert response_blocks(review, Cards(review, show), show) == []
    empty = pd.DataFrame({"incident": ["a"], "seconds_to_resolve": [None]})
    assert incidents_table(empty, show) is None
    assert time_figure(review, show) is None
