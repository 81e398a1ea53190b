"""The business clock: clock changes, holidays, clipping."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crisislab.estimate.business import (
    DAYS,
    Calendar,
    HoursError,
    business_minutes,
    parse_hours,
)

MADRID = "Europe/Madrid"
ALWAYS = Calendar(MADRID, dict.fromkeys(DAYS, ((0, 1440),)))
WEEK = Calendar(MADRID, dict.fromkeys(DAYS[:5], parse_hours("09:00-14:00, 16:00-20:00")))


def us(*local: int, zone: str = MADRID, fold: int = 0) -> float:
    """Return a local time as microseconds UTC."""
    return datetime(*local, tzinfo=ZoneInfo(zone), fold=fold).timestamp() * 1e6  # type: ignore[misc, arg-type]


def minutes(start: float, end: float, calendar: Calendar) -> float:
    """Return the business minutes of one interval."""
    return float(business_minutes([start], [end], calendar=calendar)[0])


def test_business_minutes_over_clock_changes() -> None:
    """00:30 to 04:30 in Madrid is 3 hours on 2024-03-31 and 5 hours on 2024-10-27."""
    assert minutes(us(2024, 3, 31, 0, 30), us(2024, 3, 31, 4, 30), ALWAYS) == 180.0
    assert minutes(us(2024, 10, 27, 0, 30), us(2024, 10, 27, 4, 30), ALWAYS) == 300.0
    assert minutes(us(2024, 3, 31), us(2024, 4, 1), ALWAYS) == 23 * 60
    assert minutes(us(2024, 10, 27), us(2024, 10, 28), ALWAYS) == 25 * 60


def test_business_minutes_opening_in_skipped_and_repeated_hours() -> None:
    """02:30-03:30 is half an hour when 02:30 does not exist and two hours when it does twice."""
    night = Calendar(MADRID, dict.fromkeys(DAYS, ((150, 210),)))
    assert minutes(us(2024, 3, 31), us(2024, 3, 31, 12), night) == 30.0
    assert minutes(us(2024, 10, 27), us(2024, 10, 27, 12), night) == 120.0


@pytest.mark.parametrize(
    ("region", "closed", "opened"),
    [
        ("ES-MD", [(3, 28), (5, 2), (7, 25)], [(4, 1), (6, 24), (9, 11), (12, 26)]),
        ("ES-CT", [(4, 1), (6, 24), (9, 11), (12, 26)], [(3, 28), (5, 2), (7, 25)]),
    ],
)
def test_business_minutes_holidays_of_the_region(
    region: str, closed: list[tuple[int, int]], opened: list[tuple[int, int]]
) -> None:
    """In 2024 Madrid closes on days on which Catalonia works, and the other way round."""
    calendar = Calendar(MADRID, WEEK.hours, region)
    for days, length in ((closed, 0), (opened, 540)):
        for month, day in days:
            start = us(2024, month, day)
            assert minutes(start, start + 86_400e6, calendar) == length


def test_business_minutes_are_clipped_never_classified() -> None:
    """Friday 19:30 to Monday 09:10: 30 + 10 minutes, though it ended within opening hours."""
    assert minutes(us(2026, 3, 6, 19, 30), us(2026, 3, 9, 9, 10), WEEK) == 40.0
    assert minutes(us(2026, 3, 6, 14, 30), us(2026, 3, 6, 15, 30), WEEK) == 0.0


def test_business_minutes_as_numpy_counts_days() -> None:
    """2011 had 260 weekdays (numpy.busday_count): 260 days of nine hours."""
    assert minutes(us(2011, 1, 1), us(2012, 1, 1), WEEK) == 260 * 540
    assert np.busday_count("2011-01-01", "2012-01-01") == 260


def test_business_minutes_declared_closed_day() -> None:
    """A day declared closed is closed."""
    shut = Calendar(MADRID, WEEK.hours, closed=frozenset({date(2026, 3, 5)}))
    assert minutes(us(2026, 3, 5), us(2026, 3, 6), shut) == 0.0


def test_business_minutes_missing_and_backward() -> None:
    """Missing ends stay missing; an interval that runs backward is refused, not cut to 0."""
    assert np.isnan(minutes(us(2026, 3, 5), np.nan, WEEK))
    with pytest.raises(ValueError, match="before it begins"):
        minutes(us(2026, 3, 5), us(2026, 3, 4), WEEK)
    with pytest.raises(ValueError, match="no holidays"):
        minutes(us(2026, 3, 5), us(2026, 3, 6), Calendar(MADRID, {}, "XX-YY"))


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 400 * 24 * 60),
    st.integers(0, 5 * 24 * 60),
    st.integers(0, 5 * 24 * 60),
    st.sampled_from([MADRID, "America/Bogota", "Australia/Lord_Howe", "Atlantic/Canary"]),
)
def test_business_minutes_add_up(start: int, first: int, second: int, zone: str) -> None:
    """Two parts of an interval are as long as the whole, and never longer than elapsed time."""
    calendar = Calendar(zone, WEEK.hours)
    a = datetime(2024, 1, 1, tzinfo=UTC).timestamp() * 1e6 + start * 60e6
    b, c = a + first * 60e6, a + (first + second) * 60e6
    whole = minutes(a, c, calendar)
    assert whole == pytest.approx(minutes(a, b, calendar) + minutes(b, c, calendar))
    assert 0 <= whole <= first + second


def test_business_minutes_equal_counting_minutes() -> None:
    """A week over the spring clock change, counted minute by minute on the wall clock."""
    start = datetime(2024, 3, 27, 22, 17, tzinfo=UTC)
    zone, counted = ZoneInfo(MADRID), 0
    for step in range(6 * 24 * 60):
        wall = (start + timedelta(minutes=step)).astimezone(zone)
        of_day = wall.hour * 60 + wall.minute
        counted += wall.weekday() < 5 and (540 <= of_day < 840 or 960 <= of_day < 1200)
    begin = start.timestamp() * 1e6
    assert minutes(begin, begin + 6 * 86_400e6, WEEK) == counted


def test_parse_hours_reads_spans() -> None:
    """Several spans, the end of the day, and closed."""
    assert parse_hours("16:00-24:00, 09:00 - 14:00") == ((540, 840), (960, 1440))
    assert parse_hours("") == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("9-14", "CL-CASE-HOURS"),
        ("09:00-25:00", "CL-CASE-HOURS"),
        ("09:61-10:00", "CL-CASE-HOURS"),
        ("09:00-14:00;16:00-20:00", "CL-CASE-HOURS"),
        ("09:00-14:00,", "CL-CASE-HOURS"),
        ("24:00-24:00", "CL-CASE-HOURS"),
        ("22:00-06:00", "CL-CASE-HOURS-BACKWARD"),
        ("09:00-14:00, 13:00-20:00", "CL-CASE-HOURS-OVERLAP"),
    ],
)
def test_parse_hours_refuses(text: str, code: str) -> None:
    """What cannot be meant as written is refused with its code."""
    with pytest.raises(HoursError, match=code) as refused:
        parse_hours(text)
    assert refused.value.code == code
