"""Written times to UTC: offsets, named zones, and the two hours a year that are special."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crisislab.read._clock import NAT, Mask, Micros

_MINUTE = 60_000_000
# Only names that mean one offset in every country that uses them in exports.
_NAMED = {
    "z": 0, "utc": 0, "gmt": 0, "ut": 0, "wet": 0, "west": 60, "cet": 60, "cest": 120,
    "mez": 60, "mesz": 120, "eet": 120, "eest": 180, "msk": 180,
    "est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360,
    "pst": -480, "pdt": -420, "akst": -540, "akdt": -480, "hst": -600,
    "art": -180, "brt": -180, "clt": -240, "clst": -180, "cot": -300, "pet": -300,
    "jst": 540, "aest": 600, "aedt": 660,
}  # fmt: skip
_OFFSET = r"^(?:utc|gmt)?\s*(?P<sign>[+\-−])(?P<h>\d{1,2}):?(?P<m>\d{2})?$"


# UTC, GMT+1, (UTC-05:00), America/Bogota: as names of columns and lines above tables tell a zone.
_NAMED_OFFSET = re.compile(
    r"(?i)(?<![a-z])(?:utc|gmt)\s*(?:(?P<sign>[+\-−])\s*(?P<h>\d{1,2})(?::?(?P<m>[0134][05]))?(?!\d))?"
    r"(?![a-z])"
)
_NAMED_PLACE = re.compile(r"(?<![\w/])[A-Z][A-Za-z]+/[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_]+)?")
_AROUND = " ([{-_:|)]}"
_FIXED = re.compile(r"UTC[+\-](?:0\d|1[0-5]):[0134][05]")
_SEASONS = ("2026-01-15", "2026-07-15")


def zone_named(text: str) -> str:
    """Return the zone that a text names, such as the name of a column; empty where it names none.

    >>> zone_named("Date (UTC-05:00)"), zone_named("created_utc"), zone_named("Fecha (GMT+1)")
    ('UTC-05:00', 'UTC', 'UTC+01:00')
    >>> zone_named("Time zone: America/Bogota"), zone_named("Date")
    ('America/Bogota', '')
    """
    place = _NAMED_PLACE.search(text)
    if place and is_zone(place[0]):
        return place[0]
    found = _NAMED_OFFSET.search(text)
    if not found:
        return ""
    hours, minutes = int(found["h"] or 0), int(found["m"] or 0)
    if not hours and not minutes:
        return "UTC"
    return f"UTC{'+' if found['sign'] == '+' else '-'}{hours:02d}:{minutes:02d}"


def without_zone(name: str) -> str:
    """Return the name of a column without the zone that ends it; ``_utc`` is a part of names.

    >>> without_zone("Date (UTC-05:00)"), without_zone("Date [UTC]"), without_zone("created_utc")
    ('Date', 'Date', 'created_utc')
    """
    for pattern in (_NAMED_PLACE, _NAMED_OFFSET):
        for found in pattern.finditer(name):
            apart = "/" in found[0] or any(mark in found[0] for mark in "+-−([")
            if not name[found.end() :].strip(_AROUND) and (apart or name[-1] in ")]}"):
                return name[: found.start()].rstrip(_AROUND)
    return name


def same_zone(one: str, other: str) -> bool:
    """Return whether two zones show the same clock, in winter and in summer.

    >>> same_zone("UTC-05:00", "America/Bogota"), same_zone("UTC+01:00", "Europe/Madrid")
    (True, False)
    """
    days = pd.DatetimeIndex(_SEASONS)
    return bool((days.tz_localize(one) == days.tz_localize(other)).all())


def has_offset(zone: str, minutes: int) -> bool:
    """Return whether a zone is so far from UTC, in winter or in summer; any may where it is none.

    >>> has_offset("Europe/Madrid", 60), has_offset("Europe/Madrid", -600)
    (True, False)
    """
    if not is_zone(zone):
        return True
    utc = pd.DatetimeIndex(_SEASONS).tz_localize("UTC")
    gaps = utc - pd.DatetimeIndex(_SEASONS).tz_localize(zone)
    return bool((gaps == pd.Timedelta(minutes=minutes)).any())


def is_zone(name: str) -> bool:
    """Return whether a name is a zone of the tz database, or an offset written as UTC-05:00.

    >>> is_zone("Europe/Madrid"), is_zone("Madrid"), is_zone("UTC-05:00")
    (True, False, True)
    """
    if _FIXED.fullmatch(name):
        return True
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError, IsADirectoryError):
        return False
    return True


def offsets_of(zones: Any, declared: str | None = None) -> tuple[Micros, Mask]:
    """Return the offset of each written zone in microseconds, and where one is known.

    What people of the declared zone call its clocks comes first: CST is six hours behind in Mexico
    and eight ahead in China.

    >>> offsets_of(pa.array(["+02:00", "EST", "IST", ""]))[0].tolist()
    [7200000000, -18000000000, 0, 0]
    >>> offsets_of(pa.array(["IST"]), "Asia/Kolkata")[0].tolist()
    [19800000000]
    """
    coded = pc.dictionary_encode(pc.fill_null(pc.utf8_lower(zones), ""))
    coded = coded.combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded
    names = coded.dictionary
    own = _words_of(declared) if declared else {}
    minutes = [own.get(name, _minutes(name)) for name in names.to_pylist()]
    offset = np.array([m or 0 for m in minutes], dtype=np.int64) * _MINUTE
    known = np.array([m is not None for m in minutes], dtype=bool)
    at = coded.indices.to_numpy(zero_copy_only=False)
    return offset[at], known[at]


@lru_cache(maxsize=32)
def _words_of(zone: str) -> Mapping[str, int]:
    """Return what people call the clocks of a zone, and their offsets in minutes."""
    if not is_zone(zone) or _FIXED.fullmatch(zone):
        return {}
    days = [pd.Timestamp(day, tz=zone) for day in _SEASONS]
    told = {f"{day:%Z}".casefold(): day - day.tz_localize(None).tz_localize("UTC") for day in days}
    return {word: -int(gap.total_seconds()) // 60 for word, gap in told.items() if word.isalpha()}


def _minutes(name: str) -> int | None:
    if name in _NAMED:
        return _NAMED[name]
    found = pc.extract_regex(pa.array([name]), _OFFSET)[0].as_py()
    if not found:
        return None
    hours, minutes = int(found["h"]), int(found["m"] or 0)
    # No zone lies at other minutes: 23:54-00:04 is a stretch of time.
    if hours > 15 or minutes % 15:
        return None
    return (1 if found["sign"] == "+" else -1) * (hours * 60 + minutes)


@dataclass(frozen=True)
class Local:
    """Local times of one zone as UTC.

    Attributes:
        early: UTC; where the clock showed the hour twice, the first time.
        late: UTC; there, the second time. Equal to ``early`` elsewhere.
        gap: Times the clock never showed.
    """

    early: Micros
    late: Micros
    gap: Mask


def localise(naive: Micros, zone: str) -> Local:
    """Return local times of a zone as UTC."""
    known = naive != NAT
    times = pd.DatetimeIndex(np.where(known, naive, 0).astype("datetime64[us]"))

    def utc(*, first: bool) -> pd.DatetimeIndex:
        shown_first = np.full(len(times), first)
        zoned = times.tz_localize(zone, ambiguous=shown_first, nonexistent="NaT")
        return zoned.tz_convert("UTC")

    early, late = utc(first=True), utc(first=False)
    gap = np.asarray(early.isna()) & known
    return Local(_micros(early, known), _micros(late, known), gap)


def _micros(times: pd.DatetimeIndex, known: Mask) -> Micros:
    values = np.asarray(times.tz_localize(None).to_numpy(), dtype="datetime64[us]").astype(np.int64)
    return np.where(known, values, NAT)


def in_overlap(local: Local) -> Mask:
    """Return which times the clock showed twice."""
    twice: Mask = local.early != local.late
    return twice
