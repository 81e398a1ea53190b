"""Days and hours in two columns: which ones belong together, and the moment they make."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from crisislab.read._columns import bare
from crisislab.read._reader import Row
from crisislab.read._zones import zone_named
from crisislab.read.sources._days import Finish

_DAY = ("date", "fecha", "dia", "day")
_CLOCK = ("time", "hora", "timeutc", "horautc", "utctime")
# In Portuguese and Italian; in English it may be anything. In French and German beside a day.
_DATA, _HOURS = "data", ("hora", "ora")
# When something began, beside a day: entries are placed at their beginning.
_STARTS = ("horainicio", "horadeinicio", "horainicial", "horacomienzo", "starttime")
_ELSEWHERE = (("date", "heure"), ("datum", "uhrzeit"), ("datum", "zeit"))
# Days and hours that one word joins: "Post Date" and "Post Time", "Date of incident" and so on.
_HALVES = (
    (r"(.+)date", "{}time"), (r"dateof(.+)", "timeof{}"), (r"fecha(.+)", "hora{}"),
    (r"date(.+)", "time{}"),
)  # fmt: skip
# As workbooks hold it, and as they write it into CSV files, in the order of any country.
_FIRST_DAY = re.compile(
    r"^(?:(?:1899-12-3[01]|1900-01-0[01]|1904-01-01)[T ]"
    r"|(?:3[01][/.\-]12|12[/.\-]3[01])[/.\-](?:18)?99 |0?[01][/.\-]0?[01][/.\-]1900 ) *(?=\d)"
)
HOURS_ALONE = (*_CLOCK, *_HOURS, "heure", "uhrzeit")
# A clock of UTC beside a day, or a whole moment in either column.
_WHOLE = re.compile(r"(?=.*\d[:.h]\d\d)(?:.*\b(?:19|20)\d\d\b|\d{1,2}[/.\-]\d{1,2}[/.\-]\d\d[ ,])")
# Hours as people type them: 0905 and 905; 9,05 on a keypad without a colon.
_BARE_CLOCK = re.compile(r"([01]?\d|2[0-3])([0-5]\d)")
_COMMA_CLOCK = re.compile(r"(\d{1,2}),([0-5]\d)")
# A part of a day, as a cell without the form of a time holds it.
_DAY_PART = re.compile(r"0?[.,]\d{3,}")
_MINUTES = 24 * 60
_MIDNIGHT = re.compile(r"(?<=\d)(?:T00:00:00|[ ,]+0?0:00(?::00)?(?:\.0+)?)$")


def names_zone(pair: tuple[str, str]) -> str:
    """Return the name of a day, or of its time where only that one names a zone."""
    day, time = pair
    return time if zone_named(time) and not zone_named(day) else day


def day_and_time(own: Mapping[str, str], taken: set[str]) -> tuple[str, str] | None:
    """Return the columns of a day and of a time that make one moment together.

    Args:
        own: Names as they compare -> as written.
        taken: Those that are used already.
    """
    day = next((own[name] for name in _DAY if name in own and name not in taken), None)
    time = next((own[name] for name in _CLOCK if name in own and name not in taken), None)
    if day and time:
        return (day, time)
    clock = next((own[name] for name in _HOURS if name in own and name not in taken), None)
    if _DATA in own and _DATA not in taken and clock:
        return (own[_DATA], clock)
    for pair in _ELSEWHERE:
        if not time and all(name in own and name not in taken for name in pair):
            return (own[pair[0]], own[pair[1]])
    return next(_halves(own, taken), None) if not day and not time else None


def day_and_start(own: Mapping[str, str], taken: set[str]) -> tuple[str, str] | None:
    """Return the columns of a day and of when something began on it."""
    free = [name for name in own if name not in taken]
    day = next((own[name] for name in _DAY if name in free), None)
    start = next((own[name] for name in _STARTS if name in free), None)
    return (day, start) if day and start else None


def _halves(own: Mapping[str, str], taken: set[str]) -> Iterator[tuple[str, str]]:
    for pattern, other in _HALVES:
        for name in own:
            half = re.fullmatch(pattern, name)
            if half and (time := other.format(half[1])) in own and not taken & {name, time}:
                yield own[name], own[time]


def pair_of(
    fits: tuple[str, ...], pair: tuple[str, str], own: Mapping[str, str], taken: set[str]
) -> tuple[str, str] | None:
    """Return the day and time that columns of moments belong to, of several that a table has.

    When something began and when it ended have both; none is returned for whole moments.
    """
    return next((p for p in (pair, *_halves(own, taken)) if fits and set(fits) <= set(p)), None)


def hours_of(day: str, names: Iterable[str]) -> str:
    """Return the column of the hours that one word joins to a day; empty where there is none.

    >>> hours_of("Fecha apertura", ["Fecha apertura", "Hora apertura", "Hora cierre"])
    'Hora apertura'
    """
    own = {bare(name): name for name in names}
    return next((time for one, time in _halves(own, set()) if one == day), "")


def half_of(day: str, own: Mapping[str, str], taken: set[str]) -> tuple[str, str] | None:
    """Return a day that is declared and the hours that one word joins to it, if there are any.

    Not where only the hours name a zone: what is declared is the column that is read.
    """
    pairs = (pair for pair in _halves(own, taken - {bare(day)}) if names_zone(pair) == pair[0])
    return next((pair for pair in pairs if pair[0] == day), None)


def joined_time(day: str, time: str, column: str, *, is_sure: bool = False) -> Finish:
    """Return the last step that joins the cells of a day and of a time.

    Args:
        day: The column of the days.
        time: That of the times.
        column: The schema column they fill.
        is_sure: Whether a whole moment in the column of the days is never doubted.
    """

    def finish(row: Row, cells: Mapping[str, str]) -> Row | None:
        # A day or an hour alone is a whole moment to a workbook, at midnight or on its first day.
        days = _MIDNIGHT.sub("", cells.get(day, "").strip())
        hours = _clock(_FIRST_DAY.sub("", cells.get(time, "").strip()))
        if _WHOLE.match(hours):
            days, hours = (days, "") if bare(time) in _STARTS else ("", hours)
        elif _WHOLE.match(days) and (is_sure or hours in days):
            hours = ""
        return row | {column: " ".join(filter(None, (days, hours))) or None}

    return finish


def _clock(hours: str) -> str:
    """Return hours and minutes with a colon where they were typed without, or are part of a day.

    >>> _clock("0905"), _clock("9,05"), _clock("0.378472222"), _clock("9:05 a. m.")
    ('09:05', '9:05', '09:05', '9:05 a. m.')
    """
    if found := _BARE_CLOCK.fullmatch(hours) or _COMMA_CLOCK.fullmatch(hours):
        return f"{found[1]}:{found[2]}"
    if not _DAY_PART.fullmatch(hours):
        return hours
    minutes = round(float(hours.replace(",", ".")) * _MINUTES)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
