"""How the times of a column lie in the day: what an export did to all of them shows there.

No crowd writes by a clock of twelve hours, at one minute of the hour, or at one moment of the day.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from crisislab.read._clock import NAT, Mask, Micros
from crisislab.read._evidence import Habits
from crisislab.read._forms import Parts

_DAY = 86_400 * 1_000_000
_HOUR = 3_600 * 1_000_000
_BARE = ("iso", "numeric", "named")
# Of more, nothing is so of all.
_FEW, _SEEN = 3, 1000


def habits_of(parts: Parts) -> Habits:
    """Return how moments with a time of day lie in it."""
    timed = (parts.us != NAT) & ~parts.day_only
    us = parts.us[timed]
    if not len(us):
        return Habits()
    stamps = pd.unique(us // _HOUR)
    minutes = _few(us, _HOUR)
    found = Habits(
        len(us), set(np.unique(stamps // 24).tolist()), set(np.unique(stamps % 24).tolist()),
        minutes, _few(us, _DAY), set(stamps.tolist()) if len(minutes) == 1 else set(),
        is_written_bare(parts, timed),
    )  # fmt: skip
    found.told = found.tell()
    return found


def is_written_bare(parts: Parts, rows: Mask) -> bool:
    """Return whether moments are written in forms that do not tell their zone."""
    return not parts.all_utc and bool(np.isin(parts.form[rows], _BARE).all())


def _few(us: Micros, span: int) -> set[int]:
    """Return different places within spans of time, no more than tell that there are several."""
    first: set[int] = set()
    # Nearly always the first moments tell; all of them are looked at where these do not.
    for part in (us[:_SEEN], us):
        rest = part % span
        while len(rest) and len(first) < _FEW:
            first.add(int(rest[0]))
            rest = rest[rest != rest[0]]
        if len(first) == _FEW:
            break
    return first
