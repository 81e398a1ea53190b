"""The business clock: elapsed time cut to opening hours, exact over clock changes and holidays."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Spans = tuple[tuple[int, int], ...]
Micros = npt.NDArray[np.int64]
_SPAN = re.compile(r"(\d\d):(\d\d)\s*-\s*(\d\d):(\d\d)")
_MINUTE_US = 60_000_000
_DAY = 24 * 60


class HoursError(ValueError):
    """Opening hours that cannot be meant as written.

    Attributes:
        code: ``CL-CASE-HOURS`` (not written as hours), ``CL-CASE-HOURS-BACKWARD`` (closes before
            it opens) or ``CL-CASE-HOURS-OVERLAP``.
    """

    def __init__(self, code: str, text: str) -> None:
        """Keep the code and the text as written."""
        super().__init__(f"{code}: {text}")
        self.code = code


def parse_hours(text: str) -> Spans:
    """Return the opening spans of a day in minutes after midnight; empty text is closed.

    Args:
        text: Such as ``09:00-14:00, 16:00-20:00``; ``24:00`` is the end of the day.

    Raises:
        HoursError: If a span is not ``HH:MM-HH:MM``, ends before it begins or overlaps another.
            A night shift is two spans: until 24:00, and from 00:00 on the next day.

    >>> parse_hours("09:00-14:00, 16:00-20:00")
    ((540, 840), (960, 1200))
    """
    spans = []
    for part in text.split(",") if text.strip() else []:
        found = _SPAN.fullmatch(part.strip())
        if not found:
            raise HoursError("CL-CASE-HOURS", text)
        begin, end = _minutes(found[1], found[2]), _minutes(found[3], found[4])
        if begin is None or end is None or begin == _DAY:
            raise HoursError("CL-CASE-HOURS", text)
        if end <= begin:
            raise HoursError("CL-CASE-HOURS-BACKWARD", text)
        spans.append((begin, end))
    spans.sort()
    if any(later[0] < earlier[1] for earlier, later in pairwise(spans)):
        raise HoursError("CL-CASE-HOURS-OVERLAP", text)
    return tuple(spans)


def _minutes(hours: str, minutes: str) -> int | None:
    found = int(hours) * 60 + int(minutes)
    return found if int(minutes) < 60 and found <= _DAY else None


def regions_of(country: str) -> frozenset[str]:
    """Return the region codes of a country whose holidays are known, its own among them.

    Only this country is loaded: all of them take their time.

    >>> "ES-MD" in regions_of("ES"), regions_of("Atlantis")
    (True, frozenset())
    """
    # Imported where a region is declared: it takes its time.
    import holidays
    from holidays.registry import EntityLoader

    if country not in EntityLoader.get_country_codes():
        return frozenset()
    parts = getattr(holidays, country).subdivisions
    return frozenset({country, *(f"{country}-{part}" for part in parts)})


@dataclass(frozen=True)
class Calendar:
    """Opening hours per weekday in a zone, closed on the holidays of a region.

    Attributes:
        zone: IANA zone of the opening hours.
        hours: Weekday (``mon`` to ``sun``) -> spans of :func:`parse_hours`; absent: closed.
        region: Region code such as ``ES-MD``; missing: no holidays.
        closed: Further closed days, local dates.
    """

    zone: str
    hours: Mapping[str, Spans]
    region: str | None = None
    closed: frozenset[date] = frozenset()

    def holidays(self, first: date, last: date) -> frozenset[date]:
        """Return the closed days of the region and the declared ones, between two years.

        Raises:
            ValueError: If nothing is known about the region.
        """
        if self.region is None:
            return self.closed
        country, _, part = self.region.partition("-")
        if self.region not in regions_of(country):
            raise ValueError(f"no holidays are known for {self.region}")
        import holidays

        years = range(first.year, last.year + 1)
        found = holidays.country_holidays(country, subdiv=part or None, years=years)
        return self.closed | frozenset(found)

    def opening(self, start_us: int, end_us: int) -> tuple[Micros, Micros]:
        """Return when it opens and closes between two instants: microseconds UTC, ascending.

        Spans that touch are joined. A span that begins in the hour that the clocks skip begins
        when they have skipped it; one that ends in the hour they repeat ends the second time.
        """
        zone = ZoneInfo(self.zone)
        first = datetime.fromtimestamp(start_us // 1_000_000, UTC).astimezone(zone).date()
        last = datetime.fromtimestamp(end_us // 1_000_000, UTC).astimezone(zone).date()
        closed = self.holidays(first, last)
        found: list[list[int]] = []
        for offset in range(-1, (last - first).days + 2):
            day = first + timedelta(days=offset)
            for begin, end in () if day in closed else self.hours.get(DAYS[day.weekday()], ()):
                opens = _instant(day, begin, zone, last=False)
                closes = _instant(day, end, zone, last=True)
                if found and opens <= found[-1][1]:
                    found[-1][1] = max(closes, found[-1][1])
                elif closes > opens:
                    found.append([opens, closes])
        table = np.array(found, dtype=np.int64).reshape(-1, 2)
        return table[:, 0], table[:, 1]


def _instant(day: date, minutes: int, zone: ZoneInfo, *, last: bool) -> int:
    midnight = datetime.combine(day, time())
    local = midnight + timedelta(minutes=minutes)
    at = local.replace(tzinfo=zone, fold=int(last)).astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) != local:
        at = _after_gap(local, zone)
    return int(at.timestamp()) * 1_000_000


def _after_gap(local: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant at which the clocks skipped a local time."""
    low = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    high = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        before = middle.astimezone(zone).replace(tzinfo=None) < local
        low, high = (middle, high) if before else (low, middle)
    return high.replace(microsecond=0)


def business_minutes(start_us: Any, end_us: Any, *, calendar: Calendar) -> npt.NDArray[np.float64]:
    """Return the minutes of each interval that lie within opening hours.

    ``open time before the end - open time before the start``: the interval is clipped, never
    classified by one of its ends, as tools do that file a reply under the hour it was sent at. A
    wait that begins and ends while closed is 0 minutes long. Work per interval is two binary
    searches, so millions take seconds. Known vectors: Europe/Madrid 2024-03-31 00:30 to 04:30 is
    3 hours and 2024-10-27 00:30 to 04:30 is 5 hours on a calendar that never closes.

    Args:
        start_us: Starts, microseconds since 1970 UTC; missing as ``nan``.
        end_us: Ends, not before the starts.
        calendar: Opening hours.

    Raises:
        ValueError: If an interval ends before it begins.

    >>> nine_to_five = Calendar("Europe/Madrid", {"thu": ((540, 1020),)})
    >>> begin = datetime(2026, 3, 5, 7, 30, tzinfo=UTC).timestamp() * 1e6
    >>> business_minutes([begin], [begin + 60 * 60e6], calendar=nine_to_five).tolist()
    [30.0]
    """
    start, end = (np.asarray(v, dtype=np.float64) for v in (start_us, end_us))
    known = np.isfinite(start) & np.isfinite(end)
    if bool((end[known] < start[known]).any()):
        raise ValueError("an interval ends before it begins; set negative ones aside first")
    minutes = np.full(start.shape, np.nan)
    if not known.any():
        return minutes
    begin, finish = start[known].astype(np.int64), end[known].astype(np.int64)
    opens, closes = calendar.opening(int(begin.min()), int(finish.max()))
    spent = _open_before(finish, opens, closes) - _open_before(begin, opens, closes)
    minutes[known] = spent / _MINUTE_US
    return minutes


def _open_before(at: Micros, opens: Micros, closes: Micros) -> Micros:
    """Return how long it had been open, since the calendar begins, at each instant."""
    if not opens.size:
        return np.zeros(at.shape, dtype=np.int64)
    sums = np.concatenate([[0], np.cumsum(closes - opens)])
    last = np.searchsorted(opens, at, side="right") - 1
    inside = np.clip(at - opens[np.maximum(last, 0)], 0, (closes - opens)[np.maximum(last, 0)])
    return np.asarray(np.where(last >= 0, sums[np.maximum(last, 0)] + inside, 0), dtype=np.int64)
