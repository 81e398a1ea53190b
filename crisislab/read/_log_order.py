"""A log that people keep goes forward in time; where it goes back by hours, a date is wrong.

Past midnight the date was not changed, the afternoon was written without p. m., or a day, a month
or a year was mistyped. What none of these slips would put in its place was only written down late.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from crisislab.read._clock import NAT, Mask, Micros

_HOUR = 3_600 * 1_000_000
_BACK = 6 * _HOUR
_HALF = 12 * _HOUR
_DAY = 24 * _HOUR
_FEW = 2
_MOST = 1 / 3
# Who writes 14:30 may write 2:00 for 14:00, hardly 10:30 for 22:30.
_LAST_SLIP, _NOON = 8, 12
_MORNING = 6


def out_of_order(us: Micros, written: Micros | None = None) -> Mask:
    """Return which entries stand hours before one above them, or hours after one below.

    Of both, the fewer are told. A log in no order at all tells nothing; one with the newest entry
    on top is read from below. A stretch of more than two entries counts where it lies less than a
    day off: two logs one below the other are no mistake.

    Args:
        us: The moments.
        written: The moments as the clock of the log shows them.

    >>> hour = 3_600_000_000
    >>> out_of_order(np.array([22, 23, 0, 1]) * hour).tolist()
    [False, False, True, True]
    >>> out_of_order(np.array([9, 10, 12, 1, 3, 5]) * hour).tolist()
    [False, False, False, True, True, True]
    """
    none = np.zeros(len(us), dtype=bool)
    known = np.flatnonzero(us != NAT)
    if len(known) <= _FEW or not (np.diff(us[known]) < 0).any():
        return none
    if np.sign(np.diff(us[known])).sum() < 0:
        known = known[::-1]
    times, clock = us[known], (us if written is None else written)[known]
    none[known[_wrong(times, clock)]] = True
    return none


def _wrong(times: Micros, clock: Micros) -> Mask:
    """Return which entries of a log, the oldest on top, stand out of its order."""
    if (found := afternoons(clock)).any():
        return found
    highest = np.maximum.accumulate(times)
    lowest = np.minimum.accumulate(times[::-1])[::-1]
    early, late = highest - times, times - lowest
    before, after = early > _BACK, late > _BACK
    wrong, off = (before, early) if before.sum() <= after.sum() else (after, late)
    if wrong.sum() > max(_FEW, int(len(times) * _MOST)):
        return np.zeros(len(times), dtype=bool)
    hours = (clock // _HOUR) % 24
    kept = np.zeros(len(times), dtype=bool)
    for start, end in _stretches(wrong):
        far = off[start:end]
        few = end - start <= _FEW or bool((far < _DAY).all())
        kept[start:end] = few and (
            bool((far > _DAY).any()) or _is_slip(times, hours, wrong, (start, end))
        )
    return kept


def afternoons(clock: Micros) -> Mask:
    """Return the entries after noon of a log without p. m.: of every day, those after it goes back.

    No hour is over 12, and each day goes back once at most, to an hour after noon.
    """
    none = np.zeros(len(clock), dtype=bool)
    hours, days = (clock // _HOUR) % 24, clock // _DAY
    if hours.min() < 1 or hours.max() > _NOON or (np.diff(days) < 0).any():
        return none
    found = none.copy()
    for day in np.unique(days).tolist():
        own = np.flatnonzero(days == day)
        back = np.flatnonzero(np.diff(clock[own]) < 0) + 1
        if not len(back):
            continue
        first, last = hours[own[back[0]]], hours[own[back[0] - 1]]
        if len(back) > 1 or first > _MORNING or hours[own[0]] < _MORNING or last < _MORNING:
            return none
        found[own[back[0] :]] = True
    return found if found.sum() > _FEW else none


def _is_slip(times: Micros, hours: Micros, wrong: Mask, stretch: tuple[int, int]) -> bool:
    """Return whether another day, or p. m., puts a stretch where it stands in the log."""
    start, end = stretch
    kept = ~wrong
    above, below = times[:start][kept[:start]], times[end:][kept[end:]]
    low = int(above.max()) - _HOUR if len(above) else None
    high = int(below.min()) + _HOUR if len(below) else None
    first, last = int(times[start:end].min()), int(times[start:end].max())
    if low is None or high is None or high < low:
        # At the end of a log the next day is far from the one that ends.
        near = low is None or first + _DAY - low <= _HALF
        return near or _may_lack_half(hours, start)
    fits = [days * _DAY for days in (-(-(low - first) // _DAY), (high - last) // _DAY) if days]
    if _may_lack_half(hours, start):
        fits.append(_HALF)
    return any(low <= first + off and last + off <= high for off in fits)


def _may_lack_half(hours: Micros, at: int) -> bool:
    return bool(hours.max() <= _NOON or 0 < hours[at] <= _LAST_SLIP)


def _stretches(rows: Mask) -> Iterator[tuple[int, int]]:
    """Yield where each stretch of rows begins and ends."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], rows, [False]))))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


def by_person(us: Micros, people: list[str | None]) -> bool:
    """Return whether a log is sorted by who wrote: each in order, over the same hours.

    >>> hour = 3_600_000_000
    >>> by_person(np.array([9, 12, 18, 10, 17]) * hour, ["Ana", "Ana", "Ana", "Luis", "Luis"])
    True
    >>> by_person(np.array([22, 23, 0, 1]) * hour, ["Ana", "Ana", "Luis", "Luis"])
    False
    """
    starts = [i for i, name in enumerate(people) if not i or name != people[i - 1]]
    names = [people[i] for i in starts]
    if len(names) < _FEW or None in names or len(set(names)) < len(names):
        return False
    ends = [*starts[1:], len(people)]
    spans = []
    for start, end in zip(starts, ends, strict=True):
        own = us[start:end]
        if (own == NAT).any() or (np.diff(own) < 0).any():
            return False
        spans.append((int(own[0]), int(own[-1])))
    latest = [max(last for _, last in spans[:i]) for i in range(1, len(spans))]
    earliest = [min(first for first, _ in spans[:i]) for i in range(1, len(spans))]
    return all(
        first < before and last > since
        for (first, last), before, since in zip(spans[1:], latest, earliest, strict=True)
    )
