"""How exports write a moment: one pattern a form, read for a whole column at once."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crisislab.read._clock import NAT, Mask, Micros
from crisislab.read._flat import are_same, has_empty, places_like
from crisislab.read._marks import BLANKS, visible

Form = Literal["iso", "compact", "twitter", "numeric", "named", "epoch", "serial", ""]
_TIME = (
    r"(?:(?:,?[T\s]+|\s[-–|]\s)(?P<H>\d{1,2})[:.h](?P<M>\d{2})(?:[:.](?P<S>\d{2})(?:[.,](?P<f>\d{1,9}))?)?)?"
    r"(?:\s*(?P<p>[ap])\.?\s?m\.?)?"
)
_ZONE = r"\s*\(?(?P<z>z|(?:utc|gmt)?\s?[+\-−]\d{1,2}:?\d{0,2}|[a-z]{2,5})?\)?$"
ISO = r"(?i)^(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})" + _TIME + _ZONE
COMPACT = (
    r"(?i)^(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})"
    r"(?:T?(?P<H>\d{2})(?P<M>\d{2})(?P<S>\d{2}))?(?P<z>z)?$"
)
TWITTER = (
    r"(?i)^[a-z]{3} (?P<mon>[a-z]{3}) +(?P<d>\d{1,2}) (?P<H>\d{2}):(?P<M>\d{2}):(?P<S>\d{2})"
    r"(?: (?P<z>[+\-]\d{4}|[a-z]{3,4}))? (?P<y>\d{4})$"
)
NUMERIC = r"(?i)^(?P<a>\d{1,2})[/.\-](?P<b>\d{1,2})[/.\-](?P<c>\d{4}|\d{2})" + _TIME + _ZONE
_MONTH = r"(?P<mon>\p{L}{3,12})"
_DAY = r"(?P<d>\d{1,2})(?:st|nd|rd|th|er|º|°|ª)?"
DAY_MONTH = (
    r"(?i)^(?:\p{L}{2,12}\s+)?" + _DAY + r"[\s\-./]*" + _MONTH + r"[\s\-./]*(?P<y>\d{4}|\d{2})"
    + _TIME + _ZONE
)  # fmt: skip
MONTH_DAY = (
    r"(?i)^(?:\p{L}{2,12}\s+)??" + _MONTH + r"[\s\-./]*" + _DAY + r"[\s\-./]+(?P<y>\d{4})"
    + _TIME + _ZONE
)  # fmt: skip
# 14:05 h, 14:05 hs, 14.05 Uhr: the word says nothing.
_HOURS = r"(?i)([:.]\d{2})\s*(?:h|hs|hrs|horas|uhr)\.?$"
# 10 h, 9 hs: the hour itself, never a year.
_FULL_HOUR = r"(?i)([,\s])(\d{1,2})\s*(?:h|hs|hrs|horas|uhr)\.?$"
# What sites of reviews say before a date: "Publicada el", "Rédigé le", "Reviewed in Spain on".
# Other words ("Caduca el", "Updated on", "Date of stay on") are of another day than that of a post.
_SAID_BEFORE = (
    r"(?i)^(?:avis |opini[oó]n |rese[nñ]a |review |comentario )?"
    r"(?:publi[cé]|published|posted|posté|postado|written|escrit|r[eé]dig|[eé]crit|reviewed|revisad"
    r"|reseñad|opinad|calificad|valorad|comentad|avaliad|recensi|scritt|pubblicat|rezension|bewertet"
    r"|geschrieben|gepostet|veröffentlicht|commenté)\p{L}* "
    r"(?:(?:in|en|no|na|nos|nas|aus|au|aux|dans|by|por|von|par) (?:\p{L}[\p{L}'’]* ){1,5})?"
    r"(?:el|le|on|em|il|vom|am) (?:the )?"
)
_TIME_FIRST = r"(?i)^(\d{1,2}:\d{2}(?::\d{2})?(?: ?[ap]m)?) +(.*\d{4})$"
# No zone is off by other minutes than whole quarters of an hour.
_NEAR_OFFSET = r"[+\-]\d{2}:?(?:0[1-9]|1[0-46-9]|2\d|3[1-9]|4[0-46-9]|5\d)"
_ODD_OFFSET = r":\d{2}(?:[:.]\d+)*[+\-]\d{2}:?(?:0[1-9]|1[0-46-9]|2\d|3[1-9]|4[0-46-9]|5\d)$"
EPOCH = r"^(?P<e>\d{9,19})(?:\.(?P<f>\d{1,9}))?$"
SERIAL = r"^(?P<e>[1-9]\d{4})(?:[.,](?P<f>\d+))?$"
_MONTHS = (
    "jan january ene enero janv janvier janeiro januar gen gennaio",
    "feb february febrero fev fevr fevrier fevereiro februar febbraio",
    "mar march marzo mars marco marz maerz mrz",
    "apr april abr abril avr avril aprile",
    "may mayo mai maio mag maggio",
    "jun june junio juin junho juni giu giugno",
    "jul july julio juil juillet julho juli lug luglio",
    "aug august ago agosto aout",
    "sep sept september septiembre setiembre septembre set setembro settembre",
    "oct october octubre octobre out outubro okt oktober ott ottobre",
    "nov november noviembre novembre novembro",
    "dec december dic diciembre decembre dez dezembro dezember dicembre",
)
MONTHS = {name: i for i, names in enumerate(_MONTHS, start=1) for name in names.split()}
_SECOND = 1_000_000
_DAY_US = 86_400 * _SECOND
_EXCEL_ZERO = -25_569
_MONTHS_OF_YEAR = 12


@dataclass
class Parts:
    """The parts of each written moment; 0 where a part is absent, ``zone`` as written.

    Attributes:
        form: Which form each row has; empty where none fits.
        us: The moment in microseconds as written, without regard to any zone.
        zone: The written zone; empty where there is none.
        day_only: Rows that name a day without a time.
        a, b, c: The three numbers of numeric dates, whose order is settled elsewhere.
        time: Time of day in microseconds, for numeric dates.
        short_year: Numeric dates with a year of two digits.
        decimals: How many decimals a spreadsheet's day has; 0 for other forms.
        turned: Rows that are read only with the day before the month: 2026-25-03. Of these, the
            three numbers are those of ``a``, ``b`` and ``c``, and nothing else is read.
        all_utc: Whether every moment that is told is ISO with its offset, and ``us`` regards it;
            the other parts are then left blank.
    """

    form: np.ndarray[Any, Any]
    us: Micros
    zone: np.ndarray[Any, Any]
    day_only: Mask
    a: Micros
    b: Micros
    c: Micros
    time: Micros
    short_year: Mask
    decimals: Micros
    turned: Mask
    all_utc: bool = False

    def are(self, form: Form) -> Mask:
        """Return which rows have a form; where all are in UTC it is ISO, and none is compared."""
        if not self.all_utc:
            return np.asarray(self.form == form, dtype=bool)
        return self.us != NAT if form == "iso" else np.zeros(len(self.us), dtype=bool)

    @classmethod
    def blank(cls, n: int) -> Parts:
        """Return parts of ``n`` rows with nothing read yet."""
        a, b, c, time, decimals = (np.zeros(n, dtype=np.int64) for _ in range(5))
        return cls(
            form=np.full(n, "", dtype=object), us=np.full(n, NAT, dtype=np.int64),
            zone=np.full(n, "", dtype=object), day_only=np.zeros(n, dtype=bool),
            a=a, b=b, c=c, time=time, short_year=np.zeros(n, dtype=bool), decimals=decimals,
            turned=np.zeros(n, dtype=bool),
        )  # fmt: skip

    @classmethod
    def whole(cls, us: Micros) -> Parts:
        """Return moments that are ISO with their offset, all of them: nothing else is to be told.

        What is blank takes no memory, and cannot be written to.
        """
        blank, zero, no = (
            np.broadcast_to(one, len(us))
            for one in (np.array("", dtype=object), np.int64(0), np.bool_(False))
        )
        return cls(
            form=blank, us=us, zone=blank, day_only=no, a=zero, b=zero, c=zero, time=zero,
            short_year=no, decimals=zero, turned=no, all_utc=True,
        )  # fmt: skip


def tidy(values: Any) -> Any:
    """Return written moments with plain blanks and without words that only join."""
    plain = pc.utf8_trim_whitespace(
        pc.replace_substring_regex(visible(values), f"[{BLANKS}]+", " ")
    )
    plain = pc.replace_substring_regex(plain, _HOURS, r"\1")
    return pc.replace_substring_regex(plain, _FULL_HOUR, r"\1\2:00")


def _loosened(values: Any) -> Any:
    """Return localised moments without commas, joining words and dots after months."""
    plain = pc.replace_substring_regex(values, _SAID_BEFORE, "")
    low = pc.replace_substring_regex(plain, r"(?i)\b([ap])\. ?m\.?", r"\1m")
    low = pc.replace_substring_regex(low, r"(?i)(?:,| del? |\ba las?\b| às | at | à |·| um )", " ")
    low = pc.replace_substring_regex(low, r"(\p{L})\.", r"\1 ")
    low = pc.replace_substring_regex(low, _TIME_FIRST, r"\2 \1")
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(low, r" +", " "))


def read_parts(values: Any, forms: tuple[Form, ...]) -> Parts:
    """Return the parts of written moments, tried form after form; of moments as they are."""
    if not pa.types.is_timestamp(values.type) and (us := _all_standard(values)) is not None:
        return Parts.whole(us)
    parts = Parts.blank(len(values))
    if pa.types.is_timestamp(values.type):
        return _known(values, parts)
    texts = tidy(pc.fill_null(values, ""))
    for form, pattern, read in _TRIED:
        if form not in forms:
            continue
        open_rows = np.flatnonzero(parts.form == "")
        if not len(open_rows):
            break
        part = texts.take(pa.array(open_rows))
        _fill(parts, open_rows, _loosened(part) if form == "named" else part, form, pattern, read)
    return parts


def _known(values: Any, parts: Parts) -> Parts:
    """Return the parts of moments that a file holds as such, in microseconds."""
    there = np.asarray(pc.is_valid(values).to_numpy(zero_copy_only=False), dtype=bool)
    us = pc.fill_null(pc.cast(values, pa.int64()), NAT).to_numpy(zero_copy_only=False)
    parts.us[there] = us[there]
    parts.form[there] = "iso"
    parts.all_utc = values.type.tz is not None
    if parts.all_utc:
        parts.zone[there] = "z"
    return parts


def _all_standard(values: Any) -> Micros | None:
    """Read a column in which every value is ISO with an offset, at the speed of Arrow."""
    if len(values) > 1 and isinstance(values, pa.Array) and are_same(values):
        one = _all_standard(values[:1])
        return None if one is None else np.repeat(one, len(values))
    filled = pc.if_else(pc.equal(values, ""), None, values) if has_empty(values) else values
    try:
        stamps = pc.cast(filled, pa.timestamp("us", tz="UTC"))
    except pa.ArrowInvalid:
        return None
    if _has_odd_offsets(filled):
        return None
    return np.asarray(pc.fill_null(stamps.view(pa.int64()), NAT).to_numpy(zero_copy_only=False))


def _has_odd_offsets(values: Any) -> bool:
    """Return whether any offset is none of a zone: 23:54-00:04 is a stretch of time."""
    whole = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    known = whole.drop_null()
    if not len(known) or all(known[i].as_py()[-1:] in "zZ" for i in (0, len(known) - 1)):
        return False
    return len(places_like(known, _NEAR_OFFSET, _ODD_OFFSET)) > 0


def _fill(parts: Parts, rows: Micros, texts: Any, form: Form, pattern: str, read: Any) -> None:
    hits = pc.extract_regex(texts, pattern)
    fits = ~np.asarray(pc.is_null(hits).to_numpy(zero_copy_only=False))
    if not fits.any():
        return
    at = rows[fits]
    fields = hits.filter(pa.array(fits))
    found = {f.name: fields.field(i) for i, f in enumerate(fields.type)}
    good = read(parts, at, found)
    parts.form[at[good]] = form


def _int(found: dict[str, Any], name: str, n: int) -> Micros:
    if name not in found:
        return np.zeros(n, dtype=np.int64)
    texts = pc.if_else(pc.equal(found[name], ""), "0", found[name])
    return np.asarray(texts.cast(pa.int64()).to_numpy(zero_copy_only=False))


def _fraction(found: dict[str, Any], n: int) -> Micros:
    if "f" not in found:
        return np.zeros(n, dtype=np.int64)
    padded = pc.utf8_slice_codeunits(pc.utf8_rpad(found["f"], 6, "0"), 0, 6)
    return np.asarray(padded.cast(pa.int64()).to_numpy(zero_copy_only=False))


def _time(found: dict[str, Any], n: int) -> tuple[Micros, Mask]:
    """Return the time of day in microseconds and which are real times."""
    h, m, s = (_int(found, name, n) for name in "HMS")
    half = found.get("p")
    if half is not None:
        after = _is(half, "p")
        before = _is(half, "a")
        wrong = (after | before) & ((h < 1) | (h > 12))
        h = np.where(after & (h < 12), h + 12, np.where(before & (h == 12), 0, h))
    else:
        wrong = np.zeros(n, dtype=bool)
    # A leap second is told as the last one before it.
    good = (h < 24) & (m < 60) & (s <= 60) & ~wrong
    s = np.minimum(s, 59)
    return ((h * 60 + m) * 60 + s) * _SECOND + _fraction(found, n), good


def _is(texts: Any, letter: str) -> Mask:
    return np.asarray(pc.equal(pc.utf8_lower(texts), letter).to_numpy(zero_copy_only=False))


def date_us(
    y: Micros, m: Micros, d: Micros, years: tuple[int, int] = (1900, 2199)
) -> tuple[Micros, Mask]:
    """Return midnight of each date in microseconds, and which dates exist in these years."""
    good = (y >= years[0]) & (y <= years[1]) & (m >= 1) & (m <= 12) & (d >= 1) & (d <= 31)
    months = (np.where(good, y, 1970) - 1970) * 12 + np.where(good, m, 1) - 1
    first = months.astype("datetime64[M]").astype("datetime64[D]")
    day = first.astype(np.int64) + np.where(good, d, 1) - 1
    same = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) == months
    return day * _DAY_US, good & same


def _keep(
    parts: Parts, at: Micros, found: dict[str, Any], y: Micros, m: Micros,
    years: tuple[int, int] = (1900, 2199),
) -> Mask:  # fmt: skip
    n = len(at)
    date, real = date_us(y, m, _int(found, "d", n), years)
    time, timed = _time(found, n)
    good: Mask = real & timed
    parts.us[at[good]] = (date + time)[good]
    _keep_zone(parts, at, found)
    return good


def _keep_zone(parts: Parts, at: Micros, found: dict[str, Any]) -> None:
    if "z" in found:
        parts.zone[at] = np.array(found["z"].to_pylist(), dtype=object)
    if "H" in found:
        parts.day_only[at] = np.asarray(pc.equal(found["H"], "").to_numpy(zero_copy_only=False))


def _read_iso(parts: Parts, at: Micros, found: dict[str, Any]) -> Mask:
    # A date written in full is a date, however long ago: what is wrong with it is told later.
    n = len(at)
    y, m = _int(found, "y", n), _int(found, "m", n)
    good = _keep(parts, at, found, y, m, (0, 9999))
    if not good.all():
        _keep_turned(parts, at, found, y, m)
    return good


def _keep_turned(parts: Parts, at: Micros, found: dict[str, Any], y: Micros, m: Micros) -> None:
    """Keep the numbers of dates that exist only where the day stands before the month."""
    d = _int(found, "d", len(at))
    time, timed = _time(found, len(at))
    turned = timed & (m > _MONTHS_OF_YEAR) & date_us(y, d, m)[1]
    rows = at[turned]
    parts.turned[rows] = True
    parts.a[rows], parts.b[rows], parts.c[rows] = y[turned], m[turned], d[turned]
    parts.time[rows] = time[turned]


def _read_compact(parts: Parts, at: Micros, found: dict[str, Any]) -> Mask:
    n = len(at)
    return _keep(parts, at, found, _int(found, "y", n), _int(found, "m", n))


def _read_named(parts: Parts, at: Micros, found: dict[str, Any]) -> Mask:
    n = len(at)
    y = _int(found, "y", n)
    return _keep(parts, at, found, np.where(y < 100, y + 2000, y), _months(found["mon"]))


def _months(names: Any) -> Micros:
    coded = pc.dictionary_encode(names)
    known = [MONTHS.get(_bare(name), 0) for name in coded.dictionary.to_pylist()]
    months: Micros = np.array(known, dtype=np.int64)[coded.indices.to_numpy(zero_copy_only=False)]
    return months


def _bare(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))


def _read_numeric(parts: Parts, at: Micros, found: dict[str, Any]) -> Mask:
    n = len(at)
    for name, where in (("a", parts.a), ("b", parts.b), ("c", parts.c)):
        where[at] = _int(found, name, n)
    time, good = _time(found, n)
    parts.time[at] = time
    lengths = pc.utf8_length(found["c"]).to_numpy(zero_copy_only=False)
    parts.short_year[at] = lengths == 2
    _keep_zone(parts, at, found)
    return good


def _read_epoch(parts: Parts, at: Micros, found: dict[str, Any]) -> Mask:
    n = len(at)
    texts = found["e"]
    digits = np.asarray(pc.utf8_length(texts).to_numpy(zero_copy_only=False))
    whole = np.asarray(pc.utf8_slice_codeunits(texts, 0, 18).cast(pa.int64()).to_numpy())
    us = np.full(n, NAT, dtype=np.int64)
    # One digit less was in 2001, or counts from there, as phones of Apple do: no post is so old.
    for size, times in ((10, 10**6), (13, 10**3), (16, 1)):
        unit = digits == size
        us[unit] = whole[unit] * times
    seconds = digits == 10
    us[seconds] += _fraction(found, n)[seconds]
    nano = digits == 19
    us[nano] = whole[nano] // 100
    good: Mask = us != NAT
    parts.us[at] = us
    parts.zone[at] = "epoch"
    return good


def _read_serial(parts: Parts, at: Micros, found: dict[str, Any]) -> Mask:
    n = len(at)
    days = _int(found, "e", n)
    digits = pc.utf8_slice_codeunits(pc.utf8_rpad(found["f"], 15, "0"), 0, 15)
    share = np.asarray(digits.cast(pa.int64()).to_numpy(zero_copy_only=False)) / 1e15
    # Ten digits of a day are 9 microseconds: a whole second is what was meant.
    seconds = np.rint(share * 86_400).astype(np.int64)
    parts.us[at] = (days + _EXCEL_ZERO) * _DAY_US + seconds * _SECOND
    parts.day_only[at] = share == 0
    written = np.asarray(pc.binary_length(found["f"]).to_numpy(zero_copy_only=False))
    parts.decimals[at] = np.where(share > 0, written, 0)
    good: Mask = (days >= 30_000) & (days < 70_000)
    return good


_TRIED: tuple[tuple[Form, str, Any], ...] = (
    ("iso", ISO, _read_iso),
    ("twitter", TWITTER, _read_named),
    ("epoch", EPOCH, _read_epoch),
    ("compact", COMPACT, _read_compact),
    ("numeric", NUMERIC, _read_numeric),
    ("named", DAY_MONTH, _read_named),
    ("named", MONTH_DAY, _read_named),
    ("serial", SERIAL, _read_serial),
)
