"""Posts that were collected before they were made: one of both times is not what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.compute as pc

from crisislab.read._clock import NAT, Micros

if TYPE_CHECKING:
    from crisislab.read._type import Typing

_MINUTE = 60 * 1_000_000
_DAY = 24 * 60 * _MINUTE
# Clocks of two machines differ a little.
_SLACK = 10 * _MINUTE
_SEVERAL = 2
_FIRST = 1000


def tell_collected(typing: Typing) -> None:
    """Flag posts of a later time than that of their collection."""
    if "collected_at" not in typing.done or "created_at" not in typing.done:
        return
    created, collected = (_micros(typing.done[c]) for c in ("created_at", "collected_at"))
    both = (created != NAT) & (collected != NAT)
    late = both & (created > collected + _SLACK)
    if not late.any():
        return
    days = typing.found.evidence.same["collected by the day"] = _are_days(collected[both])
    if days:
        late &= created > collected + _DAY
    # What is set aside for its time is told there.
    for column, rows in typing.rejects.values():
        late &= ~rows if column == "created_at" else True
    typing.flag("CL-TIME-COLLECTED", late, "created_at")


def _are_days(collected: Micros) -> bool:
    """Return whether times of collection name days: midnights of one zone, in summer and winter."""
    moments = np.unique(collected[:_FIRST] % _DAY)
    return len(moments) <= _SEVERAL and not (moments % (15 * _MINUTE)).any()


def _micros(times: Any) -> Micros:
    if times.null_count:
        times = pc.fill_null(times, NAT)
    return np.asarray(times.to_numpy(zero_copy_only=False), dtype=np.int64)
