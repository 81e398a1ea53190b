"""Numbers in words, as notebooks show them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from crisislab.report.feeling_blocks import _points
from crisislab.report.show import Show
from tests.report.fake import hostile_review, make_review


@pytest.mark.parametrize(("lang", "word"), [("en", "Answered in time"), ("es", "Respondidas a")])
def test_numbers_are_said_in_words(lang: str, word: str) -> None:
    """A number stands with its name, what it is of, its unit, its interval and its n."""
    review = make_review(language=lang)
    shown = review.numbers("reply_rate")
    assert len(shown) == len(shown.frame) == (review.metrics["metric"] == "reply_rate").sum()
    name, of, value, interval, n, _ = shown.rows[0]
    assert word in name
    assert "%" in value
    assert interval.count("%") == 2
    assert n
    assert "reply_rate" not in of
    html = shown._repr_html_()
    assert html.count("<tr>") == len(shown) + 1
    assert all(cell.replace("&", "&amp;") in html for cell in (value, interval))
    assert value in str(shown) == repr(shown)


def test_numbers_are_chosen_by_name_and_scope() -> None:
    """A star stands for the rest of a name, a pair for a scope, the order is the one asked for."""
    review = make_review()
    some = review.numbers("time_to_*", "reply_rate").frame
    assert some["metric"].str.startswith("time_to_").iloc[0]
    assert some["metric"].iloc[-1] == "reply_rate"
    assert not some.duplicated(["metric", "scope"]).any()
    scoped = review.numbers(rule="conversations").frame
    assert scoped["scope"].str.contains("rule=conversations").all()
    assert 0 < len(scoped) < len(review.numbers())
    without = review.numbers(rule=None).frame
    assert len(scoped) + len(without) <= len(review.numbers())
    assert not without["scope"].str.contains("rule=").any()
    with pytest.raises(KeyError, match="no_such"):
        review.numbers("no_such")


def test_numbers_of_hostile_names_stay_text() -> None:
    """Nothing that came with the data becomes an element."""
    html = hostile_review().numbers()._repr_html_()
    assert "<script" not in html
    assert "<img" not in html


def test_a_figure_is_drawn_by_a_notebook() -> None:
    """JupyterLab gets plotly's data without a cloud, others the chart in words."""
    figure = make_review().figure("public")
    bundle = figure._repr_mimebundle_()
    drawn = bundle["application/vnd.plotly.v1+json"]
    assert len(drawn["data"]) == len(figure.data) > 0
    assert drawn["config"]["plotlyServerURL"] == ""
    assert drawn["config"]["showSendToCloud"] is False
    assert figure.alt in bundle["text/plain"]
    assert figure.plotly().to_dict()["layout"]["height"] == figure.spec()["layout"]["height"]


@pytest.mark.parametrize(("value", "told"), [(-0.0004, "0.0"), (0.154, "+15.4"), (-0.02, "−2.0")])
def test_points_that_round_to_nothing_have_no_sign(value: float, told: str) -> None:
    """No "−0.0 points"."""
    card = SimpleNamespace(number=value, linked=lambda text: text)
    assert _points(card, Show("en", "UTC")).startswith(told)  # type: ignore[arg-type, union-attr]
