"""A whole column of written times to UTC, by rule: order, zone and summer time are settled.

What settles them, strongest first: the id clock (a proof), the file itself (an offset, a part
over 12), the layout, and what the analyst declares. What stays open is asked for, never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from crisislab.errors import Said
from crisislab.read._clock import NAT, Fit, Mask, Micros, fit, tolerance_of
from crisislab.read._forms import Form, Parts, date_us, read_parts
from crisislab.read._half import (
    all_on_one_day,
    bare,
    lie_turned,
    turn_back,
    turned_around,
    turned_by_ids,
)
from crisislab.read._ledger import Findings
from crisislab.read._moments import (
    DECLARED,
    EPOCH,
    IN_FILE,
    LAYOUT,
    NOWHERE,
    TimeColumn,
    TypedTimes,
    ask,
)
from crisislab.read._pasted import pasted_dates
from crisislab.read._proof import check_clock, fill_by_id
from crisislab.read._rows import is_missing
from crisislab.read._spans import spans_of, starts_of
from crisislab.read._zones import (
    Local,
    in_overlap,
    is_zone,
    localise,
    offsets_of,
    same_zone,
    zone_named,
)
from crisislab.read.declare import DateOrder, Declaration

FORMS: tuple[Form, ...] = ("iso", "twitter", "epoch", "compact", "numeric", "named", "serial")
_ORDERS: tuple[DateOrder, ...] = ("day-first", "month-first", "year-first")
_DAY = 86_400 * 1_000_000
_HOUR = 3_600 * 1_000_000
_UNREADABLE_SHARE = 0.5
# So many rows that only one order brings to their ids are no chance.
_LEAST_PROOF = 3
_EARLIEST_SHORT_YEAR = 2004


def type_times(column: TimeColumn, declared: Declaration, found: Findings) -> TypedTimes:
    """Return a column of written times in UTC; what cannot be settled is refused in ``found``."""
    missing = is_missing(column.values)
    parts = read_parts(_begun(column, declared, found), FORMS)
    order = None if parts.all_utc else _settle_order(parts, column, declared, found)
    _ask_turned(parts, column, declared, found)
    _ask_half(parts, column, found)
    _tell_serial(parts, column, found)
    unread = (parts.us == NAT) & ~missing
    if _is_hopeless(unread, missing, parts):
        ask(column, found, "CL-TIME-FORMAT", unread)
    typed = _to_utc(parts, column, declared, found)
    typed.order, typed.written = order, parts.us
    check_clock(typed, parts, column, found)
    missing = fill_by_id(typed, missing, column, found)
    if not found.is_refused():
        _set_aside(typed, column, missing, unread)
    return typed


def _begun(column: TimeColumn, declared: Declaration, found: Findings) -> Any:
    """Return the times as written; of a log's spans where they begin."""
    values = column.values
    if column.column != "logged_at" or not pa.types.is_large_string(values.type):
        return values
    spans = spans_of(values, declared.zone)
    if not spans.any():
        return values
    at = int(np.flatnonzero(spans)[0])
    found.note("CL-TIME-RANGE", "fixed", line=int(column.lines[at]), column=column.name,
               value=values[at].as_py(), n=int(spans.sum()), n_of=len(spans))  # fmt: skip
    return starts_of(values, spans)


def _is_hopeless(unread: Mask, missing: Mask, parts: Parts) -> bool:
    if not unread.any():
        return False
    unread = unread & (parts.form != "numeric")
    return bool(unread.sum() > _UNREADABLE_SHARE * max(1, int((~missing).sum())))


# --- order -------------------------------------------------------------------------------------


def _candidate(parts: Parts, rows: Mask, order: DateOrder) -> tuple[Micros, Mask]:
    a, b, c = parts.a[rows], parts.b[rows], parts.c[rows]
    short = parts.short_year[rows]
    if order == "year-first":
        date, real = date_us(a + 2000, b, c)
        return date + parts.time[rows], real & short
    d, m = (a, b) if order == "day-first" else (b, a)
    date, real = date_us(np.where(short, c + 2000, c), m, d)
    return date + parts.time[rows], real


def _settle_order(
    parts: Parts, column: TimeColumn, declared: Declaration, found: Findings
) -> DateOrder | None:
    rows = parts.form == "numeric"
    if not rows.any():
        return None
    tried = {order: _candidate(parts, rows, order) for order in _ORDERS}
    if column.by_id and _has_both(tried, column.clock[rows]):
        ask(column, found, "CL-TIME-ORDER-BOTH", rows)
        return None
    order = _by_clock(tried, column, rows) or declared.dates or _by_parts(tried, parts, rows)
    order = order or column.beside
    if order is None:
        both = not any(tried[first][1].all() for first in _ORDERS[:2])
        ask(column, found, "CL-TIME-ORDER-BOTH" if both else "CL-TIME-ORDER", rows)
        return None
    found.evidence.same[f"order of {column.column}"] = order
    if parts.short_year[rows].any():
        found.evidence.whole("two-digit years")
    us, real = tried[order]
    parts.us[rows] = np.where(real, us, NAT)
    if (pasted := pasted_dates(tried, order)).any():
        _tell_pasted(rows, pasted, column, declared, found)
    if order != declared.dates:
        _tell_order(rows, order, column, found)
    return order


def _tell_order(rows: Mask, order: DateOrder, column: TimeColumn, found: Findings) -> None:
    at = int(np.flatnonzero(rows)[0])
    found.note(
        "CL-TIME-ORDER-FOUND", "fixed", line=int(column.lines[at]), column=column.name,
        value=column.values[at].as_py(), n=int(rows.sum()), order=Said(f"words.order.{order}"),
    )  # fmt: skip


def _tell_pasted(
    rows: Mask, pasted: Mask, column: TimeColumn, declared: Declaration, found: Findings
) -> None:
    """Ask about dates in the other order; where one order is declared, only tell."""
    wrong = np.zeros(len(rows), dtype=bool)
    wrong[np.flatnonzero(rows)[pasted]] = True
    if declared.dates is None:
        ask(column, found, "CL-TIME-ORDER-PASTED", wrong)
        return
    at = int(np.flatnonzero(wrong)[0])
    found.evidence.whole("dates in the other order")
    found.note("CL-TIME-ORDER-PASTED", line=int(column.lines[at]), column=column.name,
               value=column.values[at].as_py(), n=int(wrong.sum()), n_of=len(wrong))  # fmt: skip


def _ask_turned(
    parts: Parts, column: TimeColumn, declared: Declaration, found: Findings
) -> None:  # fmt: skip
    """Ask about ISO dates with the day before the month; where an order is declared, take it."""
    if (turned := turned_by_ids(parts, column.clock)).any():
        _turn_by_ids(parts, turned, column, found)
        return
    turned = lie_turned(parts)
    if not turned.any():
        return
    if declared.dates is None:
        ask(column, found, "CL-TIME-ORDER-BOTH", turned)
        return
    found.evidence.whole("days before months")
    if declared.dates == "day-first":
        turn_back(parts, turned)


def _turn_by_ids(parts: Parts, turned: Mask, column: TimeColumn, found: Findings) -> None:
    """Read ISO dates as their ids say."""
    turn_back(parts, turned)
    found.evidence.whole("days before months, by ids")
    _tell_order(turned, "day-first", column, found)


def _ask_half(parts: Parts, column: TimeColumn, found: Findings) -> None:
    """Refuse, or tell of, dates a spreadsheet of another country turned around."""
    if parts.all_utc:
        return
    half, one = turned_around(parts), all_on_one_day(parts)
    numeric, dates = parts.form == "numeric", bare(parts)
    found.evidence.same[f"numbers in {column.column}"] = bool(numeric.any())
    if (numeric.any() and dates.any()) or one.any():
        found.evidence.whole("dates of two forms, or of one day")
    if half.any():
        ask(column, found, "CL-TIME-HALF", half)
    elif column.required and one.any():
        at = int(np.flatnonzero(one)[0])
        found.note("CL-TIME-ONE-DAY", line=int(column.lines[at]), column=column.name,
                   value=column.values[at].as_py(), n=int(one.sum()))  # fmt: skip


def _tell_serial(parts: Parts, column: TimeColumn, found: Findings) -> None:
    """Tell how day numbers of a spreadsheet were read: some workbooks count from another day."""
    read = parts.us != NAT
    serial = read & parts.are("serial")
    # Beside dates written in full, four years would show.
    alone = bool(serial.any()) and serial.sum() == read.sum()
    found.evidence.same[f"only day numbers in {column.column}"] = alone
    if alone and (column.clock == NAT).all():
        at = int(np.flatnonzero(serial)[0])
        day = str(np.datetime64(int(parts.us[at]), "us"))[:10]
        found.note("CL-TIME-SERIAL", "fixed", line=int(column.lines[at]), column=column.name,
                   value=column.values[at].as_py(), n=int(serial.sum()), day=day)  # fmt: skip


def _has_both(tried: Mapping[DateOrder, tuple[Micros, Mask]], clock: Micros) -> bool:
    """Return whether ids say of some dates that the day, of others that the month comes first."""
    near = [real & (clock != NAT) & (np.abs(us - clock) < _DAY)
            for us, real in (tried[order] for order in _ORDERS[:2])]  # fmt: skip
    only = (int((near[0] & ~near[1]).sum()), int((near[1] & ~near[0]).sum()))
    return min(only) >= _LEAST_PROOF


def _by_clock(
    tried: Mapping[DateOrder, tuple[Micros, Mask]], column: TimeColumn, rows: Mask
) -> DateOrder | None:
    clock = column.clock[rows]
    if (clock == NAT).all():
        return None
    fits: dict[DateOrder, Fit] = {}
    for order, (us, real) in tried.items():
        written = np.where(real, us, NAT)
        if real.any():
            fits[order] = fit(written, clock, tolerance=tolerance_of(written, column.ids))
    n = int((clock != NAT).sum())
    proven = [order for order, f in fits.items() if f.proven and f.n_agree >= n * 0.9]
    # Dates such as 05/05 read alike both ways: any proven order will do.
    return proven[0] if proven else None


def _by_parts(
    tried: Mapping[DateOrder, tuple[Micros, Mask]], parts: Parts, rows: Mask
) -> DateOrder | None:
    # A row that is a date in no order is unreadable, and proves nothing.
    dates = np.logical_or.reduce([real for _, real in tried.values()])
    day, month = (bool(tried[order][1][dates].all()) for order in _ORDERS[:2])
    same = np.array_equal(tried["day-first"][0], tried["month-first"][0])
    if day and month and not same:
        return None
    if not day and not month:
        return "year-first" if tried["year-first"][1][dates].all() else None
    if _may_begin_with_year(tried["year-first"], parts, rows):
        return None
    return "day-first" if day else "month-first"


def _may_begin_with_year(year_first: tuple[Micros, Mask], parts: Parts, rows: Mask) -> bool:
    """Return whether two-digit dates vary most in the last part, as days do and years do not."""
    if not year_first[1].all():
        return False
    return len(np.unique(parts.c[rows])) > len(np.unique(parts.a[rows]))


# --- zone --------------------------------------------------------------------------------------


def _to_utc(parts: Parts, column: TimeColumn, declared: Declaration, found: Findings) -> TypedTimes:
    if parts.all_utc:
        return TypedTimes(parts.us, _origin(parts.us != NAT, IN_FILE))
    epoch = parts.zone == "epoch"
    offset, known = offsets_of(_arrow(np.where(epoch, "z", parts.zone)), declared.zone)
    read = parts.us != NAT
    us = np.where(read, parts.us - offset, NAT)
    origin = _origin(known, IN_FILE)
    origin[epoch] = EPOCH
    typed = TypedTimes(us, origin)
    naive = read & ~known
    if naive.any():
        _place(typed, parts, naive, column, declared, found)
    return typed


def _origin(rows: Mask, origin: int) -> np.ndarray[Any, np.dtype[np.int8]]:
    return np.where(rows, np.int8(origin), np.int8(NOWHERE))


def _arrow(values: np.ndarray[Any, Any]) -> Any:
    return pa.array(values, pa.large_string())


def _place(
    typed: TypedTimes, parts: Parts, naive: Mask, column: TimeColumn, declared: Declaration,
    found: Findings,
) -> None:  # fmt: skip
    """Give times without a zone the one that is declared or that the layout fixes."""
    named = zone_named(column.name) or None
    zone = named or declared.zone or column.times.zone
    if zone is None:
        typed.flags["naive"] = naive
        return
    if not is_zone(zone):
        found.refuse("CL-TIME-ZONE-NAME", column=column.name, value=zone)
        return
    if named and declared.zone and is_zone(declared.zone) and not same_zone(named, declared.zone):
        found.note("CL-TIME-ZONE-NAMED", column=column.name, value=named, zone=declared.zone,
                   n=int(naive.sum()), n_of=len(naive))  # fmt: skip
    if (worded := naive & (parts.zone != "")).any():
        at = int(np.flatnonzero(worded)[0])
        found.note(
            "CL-TIME-ZONE-WORD", line=int(column.lines[at]), column=column.name,
            value=column.values[at].as_py(), n=int(worded.sum()), n_of=len(worded),
        )  # fmt: skip
    if column.zones and not named:
        found.note("CL-TIME-ZONE-COLUMN", column=column.name, value=column.zones, zone=zone,
                   n=int(naive.sum()), n_of=len(naive))  # fmt: skip
    local = localise(np.where(naive, typed.us, NAT), zone)
    twice = in_overlap(local) & naive
    later = twice & _nearer_late(local, column.clock)
    typed.us = np.where(naive, np.where(later, local.late, local.early), typed.us)
    typed.origin[naive] = IN_FILE if named else DECLARED if declared.zone else LAYOUT
    if local.gap.any():
        typed.rejects["CL-TIME-GAP"] = local.gap
    open_twice = twice & (column.clock == NAT)
    if open_twice.any():
        typed.flags["CL-TIME-OVERLAP"] = open_twice


def _nearer_late(local: Local, clock: Micros) -> Mask:
    near: Mask = np.abs(local.late - clock) < np.abs(local.early - clock)
    known: Mask = near & (clock != NAT)
    return known


# --- what stays aside ----------------------------------------------------------------------------


def _set_aside(typed: TypedTimes, column: TimeColumn, missing: Mask, unread: Mask) -> None:
    """Name the rows whose time is missing, unreadable or impossible."""
    known = typed.us != NAT
    reasons = {
        "CL-TIME-MISSING": missing & column.required,
        "CL-TIME-UNREADABLE": unread,
        "CL-TIME-FUTURE": known & (typed.us > column.ceiling),
        "CL-TIME-BEFORE": known & (typed.us < column.floor),
    }
    typed.rejects |= {code: rows for code, rows in reasons.items() if rows.any()}
    if not column.required:
        for code, rows in typed.rejects.items():
            typed.us = np.where(rows, NAT, typed.us)
            typed.flags[code] = rows
        typed.rejects = {}
