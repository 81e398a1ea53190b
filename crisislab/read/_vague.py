"""Times that are written in full and tell less: midnights that stand for days, numbers cut short.

A spreadsheet writes a date without a time as ``25/03/2026 0:00``, 09:11 as ``46086,38``, and
milliseconds as ``1.77448E+12``.
"""

from __future__ import annotations

import numpy as np

from crisislab.read._clock import NAT, Mask, Micros
from crisislab.read._forms import Parts
from crisislab.read._regular import habits_of

_DAY = 86_400 * 1_000_000
_MINUTE = 60 * 1_000_000
_HOUR = 60
_LEAST, _SHARE = 3, 0.05
# So many times more often than any other moment, and than all of the hour that follows.
_MORE = 3
# A minute of a day takes four.
_FEW_DECIMALS = 3
_KILO, _SEVERAL, _FIRST = 1000 * 1_000_000, 5, 64


def days_of(parts: Parts) -> Mask:
    """Return the moments that name a day: without a time, or at midnight and meant as days.

    All of them at midnight are, or all of many at one other moment of the day; some are where
    midnights stand out from every other moment and from the hour after them. What writes its offset
    writes its time: there, only all of them are.
    """
    timed = (parts.us != NAT) & ~parts.day_only
    moments = np.where(timed, parts.us, 0) % _DAY
    midnight = timed & (moments == 0)
    if not _differ(moments[timed]) and habits_of(parts).is_one_moment():
        whole: Mask = parts.day_only | timed
        return whole
    found: Mask = parts.day_only | midnight if _stand_out(moments[timed], parts) else parts.day_only
    return found


def _differ(moments: Micros) -> bool:
    """Return whether the first of them already stand at several moments of the day."""
    return len(set(moments[:_FIRST].tolist())) > _SEVERAL


def _stand_out(moments: Micros, parts: Parts) -> bool:
    n = int((moments == 0).sum())
    if n < _LEAST or n == len(moments):
        return n >= _LEAST
    if parts.all_utc or np.isin(parts.form, ("epoch", "twitter")).any():
        return False
    minutes = moments[moments != 0] // _MINUTE
    usual = int(np.bincount(minutes).max())
    after = int((minutes < _HOUR).sum())
    return n >= _SHARE * len(moments) and n > _MORE * max(usual, after)


def cut_short(parts: Parts) -> Mask:
    """Return days of a spreadsheet with too few decimals for a time: .01 of a day is 14 minutes.

    Such decimals may tell a time, as .5 does; not where any of them gives odd seconds.
    """
    short: Mask = (parts.decimals > 0) & (parts.us != NAT)
    odd = (short & (parts.us % _MINUTE != 0)).any() and parts.decimals.max() <= _FEW_DECIMALS
    return short if odd else _rounded(parts)


def _rounded(parts: Parts) -> Mask:
    """Return numbers of seconds or milliseconds of which a spreadsheet kept the first digits.

    1.77448E+12 is known to three hours. Neither hours nor days are multiples of 1,000 seconds.
    """
    none = np.zeros(len(parts.us), dtype=bool)
    first = parts.us[:_FIRST]
    if parts.all_utc or not len(first) or (first[first != NAT] % _KILO).any():
        return none
    counted: Mask = (parts.form == "epoch") & (parts.us != NAT)
    us = parts.us[counted]
    return counted if len(np.unique(us)) >= _SEVERAL and not (us % _KILO).any() else none
