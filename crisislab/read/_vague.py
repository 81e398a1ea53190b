"""Times that are written in full and tell less: midnights that stand for days, days cut short.

A spreadsheet writes a date without a time as ``25/03/2026 0:00``, and 09:11 as ``46086,38``.
"""

from __future__ import annotations

import numpy as np

from crisislab.read._clock import NAT, Mask
from crisislab.read._forms import Parts

_DAY = 86_400 * 1_000_000
_MINUTE = 60 * 1_000_000
_QUARTER = 15 * _MINUTE
# One post in 1,440 is made in the minute of midnight.
_LEAST, _SHARE = 3, 0.05
# A minute of a day takes four.
_FEW_DECIMALS = 3


def days_of(parts: Parts) -> Mask:
    """Return the moments that name a day: without a time, or at midnight more often than posts are.

    Where all of several days stand at one quarter of an hour, that is midnight somewhere.
    """
    timed = (parts.us != NAT) & ~parts.day_only
    moments = np.where(timed, parts.us, 0) % _DAY
    midnight = timed & (moments == 0)
    n = int(timed.sum())
    if parts.all_utc and n and not midnight.any():
        first, several = moments[timed][0], np.ptp(parts.us[timed] // _DAY) > 0
        if first % _QUARTER == 0 and (moments[timed] == first).all() and several:
            midnight = timed
    many = midnight.sum() >= max(_LEAST, _SHARE * n)
    found: Mask = parts.day_only | midnight if many else parts.day_only
    return found


def cut_short(parts: Parts) -> Mask:
    """Return days of a spreadsheet with too few decimals for a time: .01 of a day is 14 minutes.

    Such decimals may tell a time, as .5 does; not where any of them gives odd seconds.
    """
    short: Mask = (parts.decimals > 0) & (parts.us != NAT)
    odd = (short & (parts.us % _MINUTE != 0)).any() and parts.decimals.max() <= _FEW_DECIMALS
    return short if odd else np.zeros(len(short), dtype=bool)
