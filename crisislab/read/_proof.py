"""Times held against the clock of the ids: proven, corrected, rescued, or asked for."""

from __future__ import annotations

import numpy as np

from crisislab.read._clock import NAT, ROUNDED, Fit, Mask, clock_told, fit, tolerance_of
from crisislab.read._forms import Parts
from crisislab.read._ledger import Findings
from crisislab.read._log_order import afternoons
from crisislab.read._moments import ID_CLOCK, TimeColumn, TypedTimes, ask
from crisislab.read._regular import habits_of, is_written_bare
from crisislab.read._vague import cut_short, days_of

_DAY = 86_400 * 1_000_000
_HOUR = 3_600 * 1_000_000
# Of more posts, how often each hour occurs tells; fewer in order may be chance.
_FEWEST, _MANY = 8, 1000


def check_clock(typed: TypedTimes, parts: Parts, column: TimeColumn, found: Findings) -> None:
    """Prove or correct times by the id clock; ask where a zone is still open."""
    naive = typed.flags.pop("naive", np.zeros(len(typed.us), dtype=bool))
    days = days_of(parts) & (typed.us != NAT)
    if column.required:
        found.evidence.same["midnights"] = bool((days & ~parts.day_only).any())
        if (short := cut_short(parts)).any():
            found.evidence.whole("days cut short")
            typed.flags["CL-TIME-COARSE"] = short
        if (column.clock == NAT).all():
            _tell_regular(typed, parts, days, column, found)
    if column.required and days.any():
        if (column.clock != NAT).any():
            found.evidence.whole("days told by ids")
        naive = _rescue_days(typed, days, naive, column, found)
    tolerance = tolerance_of(typed.us, column.ids)
    proof = fit(typed.us, column.clock, tolerance=tolerance)
    found.evidence.clocks[column.column] = clock_told(proof, tolerance)
    if proof.proven:
        _correct(typed, naive, proof, column, found)
    elif (worded := naive & (parts.zone != "")).any():
        ask(column, found, "CL-TIME-ZONE-WORD", worded)
    elif naive.any():
        ask(column, found, "CL-TIME-ZONE", naive)
    elif column.by_id and (apart := _apart(typed, days, column)).any():
        typed.flags["CL-TIME-APART"] = apart


def _tell_regular(
    typed: TypedTimes, parts: Parts, days: Mask, column: TimeColumn, found: Findings
) -> None:  # fmt: skip
    """Flag times that lie in the day as no crowd writes."""
    habits = found.evidence.habits = habits_of(parts)
    for code in ("CL-TIME-HALF-CLOCK", "CL-TIME-ONE-MINUTE"):
        if code in (habits.told or ()) and not days.all():
            typed.flags[code] = typed.us != NAT
    if column.column == "created_at" and _lack_afternoons(parts):
        found.evidence.whole("times that fall back")
        typed.flags["CL-TIME-HALF-CLOCK"] = typed.us != NAT


def _lack_afternoons(parts: Parts) -> bool:
    """Return whether few posts that stand in order fall back once a day, as without p. m."""
    timed = (parts.us != NAT) & ~parts.day_only
    us = parts.us[timed]
    if not _FEWEST <= len(us) < _MANY or not is_written_bare(parts, timed):
        return False
    forward = int((np.diff(us) > 0).sum()) * 2 >= len(us) - 1
    return bool(afternoons(us if forward else us[::-1]).any())


def _apart(typed: TypedTimes, days: Mask, column: TimeColumn) -> Mask:
    """Return the rows of X whose written time is not that of their id, however many they are."""
    both = (typed.us != NAT) & (column.clock != NAT)
    near = np.where(days, _within_day(typed, column), np.abs(typed.us - column.clock) <= _HOUR)
    apart: Mask = both & ~near
    return apart


def _within_day(typed: TypedTimes, column: TimeColumn) -> Mask:
    """Return which ids tell a time within the day that is written, in whatever zone."""
    gap = column.clock - typed.us
    within: Mask = (gap > -14 * _HOUR) & (gap < _DAY + 14 * _HOUR)
    return within


def _correct(
    typed: TypedTimes, naive: Mask, proof: Fit, column: TimeColumn, found: Findings
) -> None:
    shifted = (proof.offsets != 0) & (typed.us != NAT)
    changed = shifted | naive
    far = (np.abs(typed.us - proof.offsets - column.clock) > _HOUR) & ~proof.agrees
    apart = far & (typed.us != NAT) & (column.clock != NAT)
    if apart.any():
        typed.flags["CL-TIME-APART"] = apart
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
    typed.origin[changed] = ID_CLOCK
    typed.flags.pop("CL-TIME-OVERLAP", None)
    apart |= changed & ~proof.agrees & (typed.us != NAT)
    if apart.any():
        typed.flags["CL-TIME-APART"] = apart


def _exact(column: TimeColumn) -> Mask:
    """Return where an id tells the time to the second: one with an exponent is minutes off."""
    exact: Mask = column.clock != NAT
    rough = tolerance_of(column.clock, column.ids) == ROUNDED
    return np.zeros_like(exact) if rough else exact


def _rescue_days(
    typed: TypedTimes, days: Mask, naive: Mask, column: TimeColumn, found: Findings
) -> Mask:
    """Take the time of day of day-only dates from the id, or flag that it is not known."""
    told = days & _exact(column) & _within_day(typed, column)
    n_days = int(days.sum())
    if told.sum() >= max(3, 0.95 * n_days):
        found.note("CL-TIME-FROM-ID", "fixed", column=column.name, n=int(told.sum()), n_of=n_days)
        typed.us = np.where(told, column.clock, typed.us)
        typed.origin[told] = ID_CLOCK
        naive = naive & ~told
        days = days & ~told
    if days.any():
        typed.flags["CL-TIME-DAY-ONLY"] = days
    open_rows: Mask = naive
    return open_rows


def fill_by_id(typed: TypedTimes, missing: Mask, column: TimeColumn, found: Findings) -> Mask:
    """Take the time of rows without one from their ids, where ids are known to tell it."""
    if not (column.required and column.by_id and missing.any()):
        return missing
    told = missing & _exact(column)
    if not told.any():
        return missing
    typed.us = np.where(told, column.clock, typed.us)
    typed.origin[told] = ID_CLOCK
    at = int(np.flatnonzero(told)[0])
    found.note("CL-TIME-FROM-ID", "flagged", line=int(column.lines[at]), column=column.name,
               n=int(told.sum()), n_of=len(told))  # fmt: skip
    still: Mask = missing & ~told
    return still
