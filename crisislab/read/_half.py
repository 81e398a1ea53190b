"""Dates a spreadsheet of another country took for its own: some turned around, the others left.

An American Excel reads 05/03/2026 (5 March) as 3 May and leaves 25/03/2026 a text. The column
then holds dates without a day over 12 beside texts that all have one.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from crisislab.read._clock import NAT, Mask, Micros
from crisislab.read._forms import Parts, date_us

_DAY = 86_400 * 1_000_000
_LAST = 12
# Of dates that ids tell: so few fit as they stand, so many turned around.
_LEAST, _FAR, _NEARLY = 3, 0.5, 0.95
_MONTHS = 4
# Of many posts, three months tell as well.
_FEWER, _MANY = 3, 30


def turned_around(parts: Parts) -> Mask:
    """Return which dates were turned around, if any were: told by what they stand beside.

    Dates and texts must lie apart as above, and turning the dates back must bring all of them
    closer together; a column of two honest forms does neither.
    """
    read = parts.us != NAT
    texts = read & (parts.form == "numeric")
    dates = bare(parts) & read
    none = np.zeros(len(read), dtype=bool)
    if not texts.any() or not dates.any():
        return none
    y, m, d = _calendar(parts.us[dates])
    apart = ((parts.a[texts] > _LAST) | (parts.b[texts] > _LAST)).all() and (d <= _LAST).all()
    back = date_us(y, d, m)[0] + parts.us[dates] % _DAY
    beside = parts.us[texts]
    return dates if apart and _span(back, beside) < _span(parts.us[dates], beside) else none


def all_on_one_day(parts: Parts) -> Mask:
    """Return dates that all lie on one day of many months: that day may be the month."""
    dates = bare(parts) & (parts.us != NAT)
    none = np.zeros(len(dates), dtype=bool)
    if not dates.any() or not dates[parts.us != NAT].all():
        return none
    y, m, d = _calendar(parts.us[dates])
    n = len(np.unique(y * _LAST + m))
    several = n >= _MONTHS or (n >= _FEWER and len(m) >= _MANY)
    return dates if several and d[0] <= _LAST and (d == d[0]).all() else none


def lie_turned(parts: Parts) -> Mask:
    """Return ISO dates that seem to have the day before the month, as 2026-25-03 has.

    Some must be dates only so, and none only the usual way; then the others may be either.
    """
    none = np.zeros(len(parts.us), dtype=bool)
    if not parts.turned.any():
        return none
    read = (parts.form == "iso") & (parts.us != NAT)
    if (_calendar(parts.us[read])[2] > _LAST).any():
        return none
    either: Mask = read | parts.turned
    return either


def turned_by_ids(parts: Parts, clock: Micros) -> Mask:
    """Return ISO dates with the day before the month, where that alone brings them to their ids."""
    none = np.zeros(len(parts.us), dtype=bool)
    read = parts.are("iso") & (parts.us != NAT)
    either: Mask = read | parts.turned
    told = either & (clock != NAT)
    near = told & (parts.us != NAT) & (np.abs(parts.us - clock) < _DAY)
    few = not told.any() or near.sum() > _FAR * told.sum()
    if few or (_calendar(parts.us[read])[2] > _LAST).any():
        return none
    tried = replace(parts, form=parts.form.copy())
    turn_back(tried, either)
    near_turned = told & (np.abs(tried.us - clock) < _DAY)
    enough = near_turned.sum() >= _NEARLY * told.sum()
    return either if enough and (near_turned & ~near).sum() >= _LEAST else none


def turn_back(parts: Parts, rows: Mask) -> None:
    """Read these dates with the day before the month."""
    read = rows & ~parts.turned
    # Where all are in UTC, the moments are Arrow's own.
    parts.us = parts.us.copy()
    y, m, d = _calendar(parts.us[read])
    parts.us[read] = date_us(y, d, m)[0] + parts.us[read] % _DAY
    only = parts.turned
    if only.any():
        parts.us[only] = date_us(parts.a[only], parts.c[only], parts.b[only])[0] + parts.time[only]
        parts.form[only] = "iso"


def bare(parts: Parts) -> Mask:
    """Return dates without a zone, in the forms a spreadsheet writes."""
    bare: Mask = np.isin(parts.form, ("iso", "serial")) & (parts.zone == "")
    return bare


def _calendar(us: Micros) -> tuple[Micros, Micros, Micros]:
    days = (us // _DAY).astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    years = months.astype("datetime64[Y]")
    return (
        years.astype(np.int64) + 1970,
        (months - years.astype("datetime64[M]")).astype(np.int64) + 1,
        (days - months.astype("datetime64[D]")).astype(np.int64) + 1,
    )


def _span(*times: Micros) -> int:
    whole = np.concatenate(times)
    return int(whole.max() - whole.min())
