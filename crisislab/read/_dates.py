"""A whole column of written times to UTC, by rule: order, zone and summer time are settled.

What settles them, strongest first: the id clock (a proof), the file itself (an offset, a part
over 12), the layout, and what the analyst declares. What stays open is asked for, never guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow.compute as pc

from crisislab.read._clock import NAT, Fit, Mask, Micros, clock_told, fit, tolerance_of
from crisislab.read._forms import Form, Parts, date_us, read_parts
from crisislab.read._ledger import Findings
from crisislab.read._reader import Times
from crisislab.read._rows import is_missing
from crisislab.read._zones import Local, in_overlap, is_zone, localise, offsets_of
from crisislab.read.declare import DateOrder, Declaration

FORMS: tuple[Form, ...] = ("iso", "twitter", "epoch", "compact", "numeric", "named", "serial")
_ORDERS: tuple[DateOrder, ...] = ("day-first", "month-first", "year-first")
_DAY = 86_400 * 1_000_000
_HOUR = 3_600 * 1_000_000
_UNREADABLE_SHARE = 0.5
_EARLIEST_SHORT_YEAR = 2004


@dataclass(frozen=True)
class TimeColumn:
    """One column of written times.

    Attributes:
        column: Column of the schema.
        name: Its own name in the file.
        values: The texts.
        lines: Line of each row.
        times: How the layout writes it.
        clock: Time told by the id of each row; ``NAT`` where none is.
        ids: The ids themselves.
        required: Whether a row without it is set aside.
        floor: Earliest possible time, microseconds.
        ceiling: Latest possible time, microseconds.
        by_id: Whether the platform is known to be one whose ids tell the time.
    """

    column: str
    name: str
    values: Any
    lines: Micros
    times: Times
    clock: Micros
    ids: Any
    required: bool
    floor: int
    ceiling: int
    by_id: bool = False


@dataclass
class TypedTimes:
    """Times in UTC with how each zone is known.

    Attributes:
        us: Microseconds since 1970, ``NAT`` where there is none.
        origin: How the zone is known, row by row.
        rejects: Reason -> rows set aside.
        flags: Code -> rows flagged.
    """

    us: Micros
    origin: np.ndarray[Any, Any]
    rejects: dict[str, Mask] = field(default_factory=dict)
    flags: dict[str, Mask] = field(default_factory=dict)


def type_times(column: TimeColumn, declared: Declaration, found: Findings) -> TypedTimes:
    """Return a column of written times in UTC; what cannot be settled is refused in ``found``."""
    missing = is_missing(column.values)
    parts = read_parts(pc.fill_null(column.values, ""), FORMS)
    _settle_order(parts, column, declared, found)
    unread = (parts.us == NAT) & ~missing
    if _is_hopeless(unread, missing, parts):
        _ask(column, found, "CL-TIME-FORMAT", unread)
    typed = _to_utc(parts, column, declared, found)
    _check_clock(typed, parts, column, found)
    missing = _fill_by_id(typed, missing, column, found)
    if not found.is_refused():
        _set_aside(typed, column, missing, unread)
    return typed


def _is_hopeless(unread: Mask, missing: Mask, parts: Parts) -> bool:
    unread = unread & (parts.form != "numeric")
    return bool(unread.sum() > _UNREADABLE_SHARE * max(1, int((~missing).sum())))


def _ask(column: TimeColumn, found: Findings, code: str, rows: Mask) -> None:
    """Refuse what an analyst must settle; in a column that is not needed, only tell."""
    at = int(np.flatnonzero(rows)[0])
    found.evidence.whole(code)
    found.note(
        code if column.required else "CL-TIME-LEFT-OUT",
        "refused" if column.required else "flagged",
        line=int(column.lines[at]), column=column.name, value=column.values[at].as_py(),
        n=int(rows.sum()), n_of=len(rows), wanted=column.column,
    )  # fmt: skip


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


def _settle_order(parts: Parts, column: TimeColumn, declared: Declaration, found: Findings) -> None:
    rows = parts.form == "numeric"
    if not rows.any():
        return
    tried = {order: _candidate(parts, rows, order) for order in _ORDERS}
    order = _by_clock(tried, column, rows) or declared.dates or _by_parts(tried, parts, rows)
    if order is None:
        both = not any(tried[first][1].all() for first in _ORDERS[:2])
        _ask(column, found, "CL-TIME-ORDER-BOTH" if both else "CL-TIME-ORDER", rows)
        return
    found.evidence.same[f"order of {column.column}"] = order
    if parts.short_year[rows].any():
        found.evidence.whole("two-digit years")
    us, real = tried[order]
    parts.us[rows] = np.where(real, us, NAT)
    if order != declared.dates:
        at = int(np.flatnonzero(rows)[0])
        found.note(
            "CL-TIME-ORDER-FOUND", "fixed", line=int(column.lines[at]), column=column.name,
            value=column.values[at].as_py(), n=int(rows.sum()), order=order,
        )  # fmt: skip


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
        told = np.where(parts.us == NAT, "", "in the file").astype(object)
        return TypedTimes(parts.us, told)
    epoch = parts.zone == "epoch"
    offset, known = offsets_of(_arrow(np.where(epoch, "z", parts.zone)))
    read = parts.us != NAT
    us = np.where(read, parts.us - offset, NAT)
    origin = np.where(epoch, "epoch", np.where(known, "in the file", "")).astype(object)
    typed = TypedTimes(us, origin)
    naive = read & ~known
    if naive.any():
        _place(typed, naive, column, declared, found)
    return typed


def _arrow(values: np.ndarray[Any, Any]) -> Any:
    import pyarrow as pa

    return pa.array(values, pa.large_string())


def _place(
    typed: TypedTimes, naive: Mask, column: TimeColumn, declared: Declaration, found: Findings
) -> None:
    """Give times without a zone the one that is declared or that the layout fixes."""
    zone = declared.zone or column.times.zone
    if zone is None:
        typed.flags["naive"] = naive
        return
    if not is_zone(zone):
        found.refuse("CL-TIME-ZONE-NAME", column=column.name, value=zone)
        return
    local = localise(np.where(naive, typed.us, NAT), zone)
    twice = in_overlap(local) & naive
    later = twice & _nearer_late(local, column.clock)
    typed.us = np.where(naive, np.where(later, local.late, local.early), typed.us)
    typed.origin[naive] = "declared" if declared.zone else "layout"
    if local.gap.any():
        typed.rejects["CL-TIME-GAP"] = local.gap
    open_twice = twice & (column.clock == NAT)
    if open_twice.any():
        typed.flags["CL-TIME-OVERLAP"] = open_twice


def _nearer_late(local: Local, clock: Micros) -> Mask:
    near: Mask = np.abs(local.late - clock) < np.abs(local.early - clock)
    known: Mask = near & (clock != NAT)
    return known


# --- clock -------------------------------------------------------------------------------------


def _check_clock(typed: TypedTimes, parts: Parts, column: TimeColumn, found: Findings) -> None:
    """Prove or correct times by the id clock; ask where a zone is still open."""
    naive = typed.flags.pop("naive", np.zeros(len(typed.us), dtype=bool))
    days = parts.day_only & (typed.us != NAT)
    if column.required and days.any():
        if (column.clock != NAT).any():
            found.evidence.whole("days told by ids")
        naive = _rescue_days(typed, days, naive, column, found)
    tolerance = tolerance_of(typed.us, column.ids)
    proof = fit(typed.us, column.clock, tolerance=tolerance)
    found.evidence.clocks[column.column] = clock_told(proof, tolerance)
    if proof.proven:
        _correct(typed, naive, proof, column, found)
    elif naive.any():
        _ask(column, found, "CL-TIME-ZONE", naive)


def _correct(
    typed: TypedTimes, naive: Mask, proof: Fit, column: TimeColumn, found: Findings
) -> None:
    shifted = (proof.offsets != 0) & (typed.us != NAT)
    changed = shifted | naive
    if not changed.any():
        return
    at = int(np.flatnonzero(changed)[0])
    code = "CL-TIME-SHIFT" if shifted.any() else "CL-TIME-PROVEN"
    found.note(
        code, "flagged" if shifted.any() else "fixed",
        line=int(column.lines[at]), column=column.name, value=column.values[at].as_py(),
        n=int(changed.sum()), n_of=len(changed),
        hours=f"{proof.hours:+g}", n_agree=proof.n_agree, n_ids=proof.n,
    )  # fmt: skip
    typed.us = np.where(typed.us == NAT, NAT, typed.us - proof.offsets)
    typed.origin[changed] = "id clock"
    typed.flags.pop("CL-TIME-OVERLAP", None)
    apart = changed & ~proof.agrees & (typed.us != NAT)
    if apart.any():
        typed.flags["CL-TIME-APART"] = apart


def _rescue_days(
    typed: TypedTimes, days: Mask, naive: Mask, column: TimeColumn, found: Findings
) -> Mask:
    """Take the time of day of day-only dates from the id, or flag that it is not known."""
    gap = column.clock - typed.us
    told = days & (column.clock != NAT) & (gap > -14 * _HOUR) & (gap < _DAY + 14 * _HOUR)
    n_days = int(days.sum())
    if told.sum() >= max(3, 0.95 * n_days):
        found.note("CL-TIME-FROM-ID", "fixed", column=column.name, n=int(told.sum()), n_of=n_days)
        typed.us = np.where(told, column.clock, typed.us)
        typed.origin[told] = "id clock"
        naive = naive & ~told
        days = days & ~told
    if days.any():
        typed.flags["CL-TIME-DAY-ONLY"] = days
    open_rows: Mask = naive
    return open_rows


def _fill_by_id(typed: TypedTimes, missing: Mask, column: TimeColumn, found: Findings) -> Mask:
    """Take the time of rows without one from their ids, where ids are known to tell it."""
    told = missing & (column.clock != NAT)
    if not (column.required and column.by_id and told.any()):
        return missing
    typed.us = np.where(told, column.clock, typed.us)
    typed.origin[told] = "id clock"
    at = int(np.flatnonzero(told)[0])
    found.note("CL-TIME-FROM-ID", "flagged", line=int(column.lines[at]), column=column.name,
               n=int(told.sum()), n_of=len(told))  # fmt: skip
    still: Mask = missing & ~told
    return still


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
