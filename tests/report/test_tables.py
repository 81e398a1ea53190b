"""The verdicts in a notebook and in the terminal."""

from __future__ import annotations

import re

import pytest

from crisislab.report.show import Show
from crisislab.report.tables import verdicts_table, verdicts_text
from tests.report.fake import empty_review, hostile_review, make_review


@pytest.mark.parametrize("lang", ["es", "en"])
def test_verdicts_text_tells_all_within_a_screen(lang: str) -> None:
    """Three verdicts, every target and every state, in about 25 lines without colour codes."""
    text = verdicts_text(make_review(language=lang))
    assert len(text.splitlines()) <= 30
    assert "\x1b" not in text
    if lang == "es":
        assert re.search(r"¿Se siguió el plan\? +SE SIGUIÓ EN PARTE", text)
        assert "La mitad en cuatro horas" in text
        assert "4 h 39 min (4 h 11 min a 5 h 12 min)" in text


def test_verdicts_text_makes_no_causal_claim() -> None:
    """Whether the response helped cannot be told, with the reason."""
    text = verdicts_text(make_review(language="en"))
    assert re.search(r"Did the response help\? +CANNOT TELL", text)
    assert "Crises fade without any action" in text


def test_verdicts_text_cannot_steer_the_terminal() -> None:
    """Escape and control characters of the data never reach the terminal."""
    text = verdicts_text(hostile_review("\x1b[31mred\x07", "a\u202eb\r\n"))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\u202e]", text)


def test_verdicts_text_of_nothing_says_so() -> None:
    """An empty review is never a pass."""
    text = verdicts_text(empty_review(language="en"))
    assert text.count("CANNOT TELL") == 3


def test_verdicts_table_is_safe_html() -> None:
    """Names from the data add no element to a notebook."""
    page = verdicts_table(hostile_review())
    tags = set(re.findall(r"<\s*/?([a-zA-Z]+)", page))
    assert tags <= {"div", "p", "b", "table", "thead", "tbody", "tr", "th", "td"}
    assert make_review()._repr_html_() == verdicts_table(make_review())


def test_show_rounds_to_the_interval() -> None:
    """A number shows no digit that its interval does not allow."""
    show = Show("en", "UTC")
    assert show.span(0.642, 0.731, "share") == "64.2% to 73.1%"
    assert show.span(0.31, 0.74, "share") == "31% to 74%"
    assert show.span(13.1, 19.6, "minutes") == "13.1 min to 19.6 min"
    assert show.span(840.0, 1300.0, "minutes") == "14 h to 21 h 40 min"
    assert show.span(5, 5, "count") == ""


def test_show_never_shows_missing_as_zero() -> None:
    """What is missing is the word for unknown, in every format."""
    show = Show("es", "UTC")
    for shown in (show.number, show.share, show.duration, show.instant, show.about):
        assert shown(None) == "desconocido"
        assert shown(float("nan")) == "desconocido"


def test_a_rise_of_a_share_is_told_in_points_and_points_stay_as_they_are() -> None:
    """30 points above 17 % are 47 %; a net sentiment of -16.3 is in points already."""
    show = Show("es", "UTC")
    assert show.amount(0.3, "share_points", 0.01) == "30 puntos"
    assert show.amount(0.01, "share_points", 0.01) == "1 punto"
    assert show.amount(-16.3, "points", 0.1) == "−16,3"
