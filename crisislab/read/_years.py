"""A year that was mistyped: rows that would stand in their place a whole number of years off."""

from __future__ import annotations

import numpy as np

from crisislab.read._clock import NAT, Mask, Micros

_DAY = 86_400 * 1_000_000
_HALF_YEAR, _YEAR = 180 * _DAY, 365 * _DAY
_LEAST, _FEW, _MOST_BACK = 6, 2, 0.02
_MONTHS = 12


def wrong_years(us: Micros) -> tuple[Mask, bool]:
    """Return rows that only another year puts between those around them, and whether more may be.

    All rows must then stand in the order of time, the oldest or the newest on top, within a year;
    the first and the last of them tell nothing.

    >>> def times(*days):
    ...     return np.array(days, dtype="datetime64[us]").astype(np.int64)
    >>> march = ["2026-03-01", "2026-03-04", "2025-03-06", "2026-03-09", "2026-03-11", "2026-03-12"]
    >>> np.flatnonzero(wrong_years(times(*march))[0]).tolist()
    [2]
    >>> wrong_years(times(*march[:2], "2025-11-06", *march[3:]))[0].any()
    np.False_
    """
    none = np.zeros(len(us), dtype=bool)
    at = np.flatnonzero(us != NAT)
    known = us[at]
    steps = np.diff(known)
    n_back, n_on = int((steps < 0).sum()), int((steps > 0).sum())
    if len(known) < _LEAST or not 0 < min(n_back, n_on) <= max(_FEW, _MOST_BACK * len(known)):
        return none, False
    forward = known if n_back < n_on else -known
    jumps = np.flatnonzero(np.abs(steps) > _HALF_YEAR)
    moved, found = _moved(forward, jumps, 1 if n_back < n_on else -1)
    in_order = not (np.diff(moved) < 0).any() and moved[-1] - moved[0] < _YEAR
    if in_order and 0 < found.sum() * 2 <= len(known):
        none[at[found]] = True
        return none, False
    # The rest of such a stretch may lie in another block.
    return none, len(jumps) % 2 == 1 and len(jumps) <= _FEW


def _moved(forward: Micros, jumps: np.ndarray, sign: int) -> tuple[Micros, Mask]:
    """Return times that go forward with stretches between two jumps moved to another year."""
    moved, found = forward.copy(), np.zeros(len(forward), dtype=bool)
    for before, after in zip(jumps[::2].tolist(), jumps[1::2].tolist(), strict=False):
        rows = slice(before + 1, after + 1)
        placed = _with_year(sign * forward[rows], sign * int(forward[before]))
        if placed is not None:
            moved[rows], found[rows] = sign * placed, True
    return moved, found


def _with_year(times: Micros, beside: int) -> Micros | None:
    """Return times in the year that brings them nearest to a moment; ``None`` if it is theirs."""
    months = (times // _DAY).astype("datetime64[D]").astype("datetime64[M]")
    rest = times - months.astype("datetime64[D]").astype(np.int64) * _DAY
    years = round((beside - int(times[0])) / (365.2425 * _DAY))
    if not years:
        return None
    there = (months + years * _MONTHS).astype("datetime64[D]").astype(np.int64)
    return np.asarray(there * _DAY + rest, dtype=np.int64)
