"""Entries of a log that say from when to when: 09:00-10:30 begins at nine, in whatever zone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crisislab.read._clock import Mask
from crisislab.read._zones import has_offset

# What writes T before the hour is a program, and the rest its offset.
_SPAN = (
    r"(?:^|[^T\d:])(?P<h>\d{1,2}):(?P<m>\d{2})(?::\d{2})?\s*[-–—]\s*(?P<to_h>\d{1,2}):(?P<to_m>\d{2})"
    r"(?::\d{2})?\s*h?$"
)
_END = r"(\d{1,2}:\d{2}(?::\d{2})?)\s*[-–—]\s*\d{1,2}:\d{2}(?::\d{2})?\s*h?$"
_DAY = 24 * 60


def spans_of(values: Any, zone: str | None = None) -> Mask:
    """Return which times are spans, told by their ends: those of a zone would all be the same.

    Where all are, they are spans if the declared zone is never that far from UTC.

    >>> spans_of(pa.array(["5/3/2026 09:00-10:00", "5/3/2026 10:15-12:00", "hoy"])).tolist()
    [True, True, False]
    >>> spans_of(pa.array(["2026-03-05T01:00-05:00", "2026-03-05T02:00-05:00"])).tolist()
    [False, False]
    >>> spans_of(pa.array(["5/3/2026 09:00-10:00"]), "Europe/Madrid").tolist()
    [True]
    """
    none = np.zeros(len(values), dtype=bool)
    hits = pc.extract_regex(pc.fill_null(values, ""), _SPAN)
    fits = np.asarray(pc.is_valid(hits).to_numpy(zero_copy_only=False), dtype=bool)
    if not fits.any():
        return none
    start, end = (
        _minutes(hits.filter(pa.array(fits)), h, m) for h, m in (("h", "m"), ("to_h", "to_m"))
    )
    forward = (end > start) | (end < start - _DAY // 2)
    several = len(np.unique(end)) > 1 or (zone is not None and not has_offset(zone, -int(end[0])))
    return fits if several and forward.all() else none


def starts_of(values: Any, spans: Mask) -> Any:
    """Return times with the spans among them cut to where they begin."""
    return pc.if_else(pa.array(spans), pc.replace_substring_regex(values, _END, r"\1"), values)


def _minutes(hits: Any, hour: str, minute: str) -> np.ndarray[Any, np.dtype[np.int64]]:
    names = [f.name for f in hits.type]
    hours, minutes = (
        np.asarray(hits.field(names.index(name)).cast(pa.int64()).to_numpy(zero_copy_only=False))
        for name in (hour, minute)
    )
    total: np.ndarray[Any, np.dtype[np.int64]] = hours * 60 + minutes
    return total
