"""Two exports pasted together of which one writes the day first and the other the month."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from crisislab.read._clock import Mask, Micros
from crisislab.read.declare import DateOrder

_DAY = 86_400 * 1_000_000
_MONTH = 31 * _DAY
_LEAST_DAYS = 3
_OTHER: Mapping[DateOrder, DateOrder] = {"day-first": "month-first", "month-first": "day-first"}


def pasted_dates(tried: Mapping[DateOrder, tuple[Micros, Mask]], order: DateOrder) -> Mask:
    """Return which dates are of an export in the other order, told by those that are sure.

    Dates with a part over 12 are sure. Others that lie more than a month from all of them, on
    several days, and within a month of them when turned around, were written the other way.

    Args:
        tried: Order -> the moments it gives, and where it gives one.
        order: The order that was settled.
    """
    us, real = tried[order]
    none = np.zeros(len(us), dtype=bool)
    if order not in _OTHER:
        return none
    turned, may_turn = tried[_OTHER[order]]
    sure = real & ~may_turn
    if not sure.any():
        return none
    first, last = us[sure].min() - _MONTH, us[sure].max() + _MONTH
    far = real & may_turn & ((us < first) | (us > last))
    near = (turned[far] >= first) & (turned[far] <= last)
    several = len(np.unique(us[far] // _DAY)) >= _LEAST_DAYS
    return far if several and near.all() else none
