"""What four small cases with known truth showed on the page, so that it does not come back."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pandas as pd
import pytest

from crisislab.enrich.doubt import doubt
from crisislab.estimate.intervals import Estimate
from crisislab.metrics import metrics, number
from crisislab.plan import ALL_MILESTONES
from crisislab.report.cards import Cards, shown_value
from crisislab.report.feeling_blocks import _other_peak
from crisislab.report.html import review_html
from crisislab.report.sections import clock_table
from crisislab.report.show import Show
from crisislab.report.story import tell_story
from crisislab.report.timeline import _LABEL, _head, _milestones, close_window, whole_window
from crisislab.report.value import Review
from tests.report.fake import make_review

_GAP = "on_time_drilled_minus_undrilled"


def test_labels_of_moments_never_lie_over_each_other() -> None:
    """A label that ends at its mark near the right edge counts from where it begins."""
    start = pd.Timestamp("2026-10-23T14:00Z")
    hours = (3, 6, 33.5, 43.7, 44)
    names = ("onset", "detected", "activated", "approved", "first_statement")
    stones = pd.DataFrame({
        "milestone": names, "at": [start + pd.Timedelta(hours=h) for h in hours],
    })  # fmt: skip
    window = (start, start + pd.Timedelta(hours=47))
    taken: dict[int, list[tuple[float, float]]] = {}
    for hour, made in zip(hours, _milestones(stones, window, Show("en", "UTC")), strict=True):
        begin = hour / 47 - (_LABEL if made["label"]["xanchor"] == "right" else 0)
        assert 0 <= begin <= 1 - _LABEL + 1e-9
        taken.setdefault(made["level"], []).append((begin, begin + _LABEL))
    for spans in taken.values():
        assert all(one[1] <= other[0] + 1e-9 for one, other in pairwise(sorted(spans)))


def test_all_moments_of_one_hour_have_a_label_of_their_own() -> None:
    """Seen over weeks, a fast team does everything at one place of the chart."""
    start = pd.Timestamp("2026-10-23T14:00Z")
    at = [start + pd.Timedelta(minutes=4 * i) for i in range(len(ALL_MILESTONES))]
    stones = pd.DataFrame({"milestone": ALL_MILESTONES, "at": at})
    window = (start - pd.Timedelta(days=9), start + pd.Timedelta(days=9))
    made = _milestones(stones, window, Show("es", "UTC"))
    assert sorted(one["level"] for one in made) == list(range(len(ALL_MILESTONES)))


def test_moments_stand_in_the_order_of_time() -> None:
    """The first reply of the 27th stands below the statement of the 25th; unknown ones are last."""
    review = make_review()
    clock = review.clock.sort_values("at", ascending=False, kind="stable")
    clock = clock.assign(at=clock["at"].where(clock["milestone"] != "onset"))
    shown = clock_table(replace(review, clock=clock), Show("en", review.zone)).ids
    known = clock.dropna(subset=["at"]).sort_values("at")["milestone"]
    assert list(shown[: len(known)]) == [f"clock-{name}" for name in known]
    assert "clock-onset" in shown[len(known) :]


@pytest.mark.parametrize("text", [
    "Statement: for one hour some customers could see data of others.",
    "OFFICIAL STATEMENT on the outage: we will report at six.",
    "\U0001F4E2 Statement: what happened? We do not know yet.",
])  # fmt: skip
def test_what_is_published_as_a_statement_is_one(text: str) -> None:
    """Whatever it tells of; in a log the same words may speak of one that is still to come."""
    assert doubt(text, ["statement"], published=True) == ""


@pytest.mark.parametrize(("text", "why"), [
    ("Statement pending: we will report at six.", "negated"),
    ("We will publish a statement at six.", "planned"),
    ("Will there be a statement?", "question"),
])  # fmt: skip
def test_what_is_published_about_a_statement_is_none(text: str, why: str) -> None:
    """An announcement, or a heading that says that it is to come, proves nothing."""
    assert doubt(text, ["statement"], published=True) == why
    assert doubt("Statement: not before six", ["statement"]) == "negated"


def test_a_number_that_rests_on_no_count_says_nothing_of_one() -> None:
    """The age of a plan is not "out of unknown"."""
    review = make_review()
    metrics = review.metrics.assign(n=pd.Series(pd.NA, index=review.metrics.index, dtype="Int64"))
    card: Any = next(iter(Cards(replace(review, metrics=metrics), Show("en", "UTC"))))
    assert card.n == ""
    assert "<dt>Se apoya en</dt>" not in review_html(replace(review, metrics=metrics))


def test_why_the_rise_is_not_known_is_a_sentence_of_its_own() -> None:
    """A reason begins with a capital letter, so a full stop stands before it."""
    review = make_review()
    clock = review.clock.assign(
        at=review.clock["at"].where(review.clock["milestone"] != "onset"), reason="no_rise"
    )
    page = review_html(replace(review, clock=clock))
    assert "No puede saberse cuándo empezó la subida. Ninguna hora se mantuvo" in page


def test_without_a_rise_the_chart_still_shows_the_hours_of_the_team() -> None:
    """Two quiet weeks before one loud hour: the chart of what was done begins with the team."""
    review = make_review()
    volume = review.volume
    early = pd.date_range(end=volume["hour_at"].min(), periods=400, freq="h", inclusive="left")
    quiet = volume.iloc[[0] * len(early)].assign(hour_at=early)
    clock = review.clock.assign(at=review.clock["at"].where(review.clock["milestone"] != "onset"))
    found = replace(review, clock=clock, volume=pd.concat([quiet, volume], ignore_index=True))
    begin, end = close_window(found)
    first = min(clock["at"].min(), review.actions[["due_at", "done_at"]].min().min())
    assert begin == first - pd.Timedelta(hours=3)
    assert end <= whole_window(found)[1]
    assert whole_window(found)[0] == early[0]


def test_labels_at_the_right_leave_room_for_the_buttons_of_the_chart() -> None:
    """The highest label never lies under them."""
    stones = pd.DataFrame({"milestone": ["resolved"], "at": [pd.Timestamp("2026-10-25T11:00Z")]})
    window = (pd.Timestamp("2026-10-23T11:00Z"), pd.Timestamp("2026-10-25T12:00Z"))
    late = _head(_milestones(stones, window, Show("en", "UTC")))
    early = _milestones(stones.assign(at=window[0]), window, Show("en", "UTC"))
    assert late == _head(early) + 16


def test_the_silence_of_the_case_is_told() -> None:
    """A case that opens a new conversation after two days says so, wherever the rule stands."""
    plain, other = make_review(), make_review()
    settings = {"response": {"rule": "conversations", "silence": 2880.0}}
    other = replace(other, manifest={**other.manifest, "settings": settings})
    for review, words in ((plain, "tras un día de silencio"), (other, "tras 2 d de silencio")):
        page = review_html(review).replace("\xa0", " ")
        assert words in page
        assert page.count("tras un día de silencio") == (
            page.count(words) if review is plain else 0
        )


def _told(review: Review) -> str:
    show = Show("en", review.zone)
    story = tell_story(review, Cards(review, show), show)
    return " ".join(str(line.striptags()) for line in (*story.happened, *story.findings))


def _without(review: Review, *milestones: str) -> Review:
    unknown = review.clock["milestone"].isin(milestones)
    return replace(review, clock=review.clock.assign(at=review.clock["at"].mask(unknown)))


def test_a_case_without_a_log_is_not_told_that_the_log_shows_nothing() -> None:
    """No entry of the log fits: only where there is a log."""
    review = _without(make_review(), "detected", "activated")
    assert "No entry of the log fits" in _told(review)
    bare = _told(replace(review, n_entries=0))
    assert "No entry of the log" not in bare
    assert "no incident log, so when the team noticed it cannot be told" in bare


def test_people_who_were_answered_are_not_told_that_nobody_replied() -> None:
    """Exports without links mark no post as a reply: when the first came is then not known."""
    review = _without(make_review(), "first_reply")
    answered = review.metrics[review.metrics["metric"].eq("n_answered")].head(1)
    late = answered.assign(scope="rule=conversations;period=crisis", value=2.0, n=9)
    with_it = replace(review, metrics=pd.concat([review.metrics, late], ignore_index=True))
    assert "mark no post of the brand as a reply" in _told(with_it)
    assert "The files show no public reply." not in _told(with_it)


def test_a_brand_that_is_not_in_the_exports_is_not_told_to_be_silent() -> None:
    """What a declared gap of the exports hides was not left undone."""
    review = _without(make_review(), "first_reply", "first_statement")
    assert "The files show no public reply." in _told(review)
    settings = {"settings": {"brand": {"absent_from_exports": True}}}
    told = _told(replace(review, manifest={**review.manifest, **settings}))
    assert "show no public" not in told
    assert "own posts are not in the exports" in told


def test_the_first_page_tells_the_waits_of_the_crisis() -> None:
    """Those of the quiet weeks do not count in what happened, nor in what matters most."""
    review = make_review()
    scope = "rule=conversations;period=crisis"
    rows = [
        number("n_conversations", 100, unit="count", scope=scope, n=100),
        number("n_answered", 7, unit="count", scope=scope, n=100),
        number("first_response_time", None, unit="minutes", scope=f"percentile=50;{scope}", n=100),
        number("first_response_time", None, unit="minutes", scope=f"percentile=90;{scope}", n=100),
    ]
    told = _told(replace(review, metrics=pd.concat([review.metrics, metrics(rows)])))
    assert "From the rise on, people opened 100 conversations with the brand; 7 of them" in told
    assert "Of 100 conversations since the rise only 7 had a public answer" in told


def test_a_change_of_a_share_is_told_in_points() -> None:
    """A difference of -10 % would be a tenth of what it was; an area has a unit of its own."""
    review = make_review()
    row = number(_GAP, Estimate(-0.1, -0.5, 0.3), unit="share")
    more = pd.concat([review.metrics, metrics([row])], ignore_index=True)
    card = Cards(replace(review, metrics=more), Show("en", "UTC")).known(_GAP)
    assert card is not None
    assert (card.value, card.interval) == (
        "−10 points",
        "−50 points to 30 points",
    )
    assert shown_value(56.6, "share-hours", 0.01, "", Show("es", "UTC")) == "5.660 puntos-hora"


@pytest.mark.parametrize(("lower", "told"), [(0.4, "within the band"), (0.5, "outside the band")])
def test_two_peaks_of_the_tone_are_told_together(lower: float, told: str) -> None:
    """Where word list and labels peak at two times the page says so; at one time, nothing."""
    hours = pd.date_range("2026-03-18T10:00Z", periods=3, freq="h")
    curve = pd.DataFrame({
        "hour_at": hours, "hours": 1.0, "smooth": [0.45, 0.3, 0.6], "lower": lower, "upper": 0.7,
    })  # fmt: skip
    index = pd.DataFrame({"hour_at": hours, "index": [2.0, 1.0, 0.5]})
    show = Show("en", "UTC", 2026)
    sentence = _other_peak(curve, index, show).striptags()
    assert told in sentence
    assert "18 Mar, 10:00. There the share was 45.0%" in sentence
    assert not _other_peak(curve, index.assign(index=[0.0, 1.0, 2.0]), show)


def test_days_are_told_in_the_language_of_the_page() -> None:
    """No sentence has a date as machines write it."""
    review = make_review(language="es")
    row = number("er_impressions", 0.02, unit="share", scope="platform=x;since=2024-07-01")
    more = pd.concat([review.metrics, metrics([row])], ignore_index=True)
    card = Cards(replace(review, metrics=more), Show("es", "UTC")).known(
        "er_impressions", since="2024-07-01"
    )
    assert card is not None
    assert card.about == "X; definición desde el 1 jul 2024"
