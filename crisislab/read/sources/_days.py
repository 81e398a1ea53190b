"""Logs in which a day is written once, above the hours of its entries."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from crisislab.read._columns import fold
from crisislab.read._forms import MONTHS
from crisislab.read._reader import Row

Finish = Callable[[Row, Mapping[str, str]], Row | None]
# Hours alone, from and to, or with their zone; 05.03.2026 is a day.
_CLOCK = re.compile(
    r"\d{1,2}[:.h]\d\d(?::\d\d)?(?:[^\d/.]\D{0,11}|\s?[-–a+]\s?\d{1,2}[:.h]\d\d)?", re.IGNORECASE
)
_MIDNIGHT = re.compile(r"[T ]00:00:00$")
_NUMBERS = re.compile(r"\d{1,4}[/.\-]\d{1,2}[/.\-]\d{1,4}(?!\d)")
_YEAR = re.compile(r"(?:19|20)\d\d")
_WORD = re.compile(r"[a-z]+")
_JOINING = frozenset(("de", "del", "of", "the", "st", "nd", "rd", "th", "er"))
_LONGEST = 40


def is_clock(cell: str) -> bool:
    """Return whether a cell holds hours and no day.

    >>> is_clock("9:05 a. m."), is_clock("05.03.2026"), is_clock("2026-03-05 9:05")
    (True, False, False)
    """
    return _CLOCK.fullmatch(cell.strip()) is not None


def under_days(inner: Finish | None, day: str | None = None) -> Finish:
    """Return the last step for the rows of a log, in which hours alone are of the day above.

    A row with a day and nothing else is the heading of those below, and no entry.

    Args:
        inner: The step that comes before, if there is one.
        day: The column of the days; without one they stand above the hours.
    """
    last = ""

    def finish(row: Row, cells: Mapping[str, str]) -> Row | None:
        nonlocal last
        if heading := _heading(cells, day):
            last = heading
            return None
        done = inner(row, cells) if inner is not None else row
        moment = ((done or {}).get("logged_at") or "").strip()
        own = _own_day(moment, cells, day)
        if done is None or own or not is_clock(moment):
            last = own or last
            return done
        if not last:
            return done
        return done | {"logged_at": f"{last} {moment}", "flags": "CL-LOG-DAY-ABOVE"}

    return finish


def _own_day(moment: str, cells: Mapping[str, str], day: str | None) -> str:
    """Return the day that a row says itself."""
    if day is not None:
        return _MIDNIGHT.sub("", cells.get(day, "").strip())
    found = _NUMBERS.match(moment)
    return found[0] if found else ""


def _heading(cells: Mapping[str, str], day: str | None = None) -> str:
    """Return the day that a row says and nothing else; empty where it is an entry.

    Where days have a column, it stands there or at the beginning of the row.

    >>> _heading({"Hora": "Jueves, 5 de marzo de 2026", "Qué": ""}), _heading({"Hora": "9:05"})
    ('Jueves, 5 de marzo de 2026', '')
    """
    filled = [name for name, cell in cells.items() if cell.strip()]
    if len(filled) != 1 or (day is not None and filled[0] not in (day, next(iter(cells)))):
        return ""
    return _day(_MIDNIGHT.sub("", cells[filled[0]].strip()))


def _day(text: str) -> str:
    """Return a text that is a day and no more, with the name of the day of the week perhaps."""
    if _NUMBERS.fullmatch(text):
        return text
    words = set(_WORD.findall(fold(text))) if len(text) <= _LONGEST else set()
    others = words - MONTHS.keys() - _JOINING
    named = bool(words & MONTHS.keys()) and len(others) <= 1
    return text if named and ":" not in text and len(_YEAR.findall(text)) == 1 else ""
