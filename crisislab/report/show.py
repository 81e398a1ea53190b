"""How numbers, durations and instants are shown: in the reader's language, never over-precise."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime
from typing import SupportsFloat
from zoneinfo import ZoneInfo

import pandas as pd
from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal, format_percent
from markupsafe import Markup, escape

from crisislab.report.value import Language, Review
from crisislab.words import agreed, catalogue, has_words, say

LOCALES: dict[Language, str] = {"en": "en_GB", "es": "es"}
# Minutes.
DAY = 1440.0
_NBSP = "\u00a0"
_STEPS = (0.1, 1.0, 10.0, 60.0, 360.0, 1440.0)
# Round every number of a marked page, until the page is checked: signs that no text has.
MARKS = ("\ue010", "\ue011")
_UNMARK = str.maketrans(dict.fromkeys(MARKS))


def unmarked(text: str) -> str:
    """Return text without the marks of numbers."""
    return text.translate(_UNMARK)


def is_missing(value: object) -> bool:
    """Return whether a cell holds nothing: ``None``, ``NaN``, ``NaT``, ``NA`` or empty text.

    >>> is_missing(float("nan")), is_missing(""), is_missing(0)
    (True, True, False)
    """
    if isinstance(value, str):
        return not value
    return value is None or bool(pd.isna(value))  # type: ignore[call-overload]


def number_or_none(value: object) -> float | None:
    """Return a cell as a float, or ``None`` where there is none."""
    if is_missing(value) or not isinstance(value, SupportsFloat):
        return None
    number = float(value)
    return number if math.isfinite(number) else None


def clean(text: object) -> str:
    r"""Return text without what breaks a page or a file: control characters, lone surrogates.

    >>> clean("a\x00b\nc")
    'a b c'
    """
    whole = str(text).encode("utf-8", "replace").decode("utf-8")
    return "".join(c if c.isprintable() or c in MARKS else " " for c in whole)


def precision(lower: object, upper: object) -> float | None:
    """Return the place to round to: the second digit of half the interval's width.

    >>> precision(13.1, 19.6), precision(240, 320)
    (0.1, 1.0)
    """
    low, high = number_or_none(lower), number_or_none(upper)
    if low is None or high is None or high <= low:
        return None
    return float(10.0 ** (math.floor(math.log10((high - low) / 2)) - 1))


@dataclass(frozen=True)
class Show:
    """Words and formats of one language, with instants in one time zone.

    Attributes:
        year: Year that goes without saying: it is left out of instants that lie in it.
        marked: Whether each number stands between :data:`MARKS`, so that the page can be checked
            for numbers that do not open (:mod:`crisislab.report.openable`).
        silence: Minutes of silence after which a conversation of the case is a new one.
    """

    lang: Language
    zone: str
    year: int | None = None
    marked: bool = False
    silence: float = DAY

    def _mark(self, text: str) -> str:
        return f"{MARKS[0]}{text}{MARKS[1]}" if self.marked else text

    def say(self, key: str, **facts: object) -> Markup:
        """Return a text of the catalogue as HTML; facts are escaped unless they are Markup."""
        return escape(agreed(catalogue(self.lang)[key], facts)).format(**facts)

    def text(self, key: str, **facts: object) -> str:
        """Return a text of the catalogue as plain words, escaped by whoever prints them.

        ``str(show.say(...))`` would be escaped twice: its sign for an apostrophe reads as 39.

        >>> Show("en", "UTC").text("spread.head.displays") == say("spread.head.displays", "en")
        True
        """
        return say(key, self.lang, **facts)

    def word(self, key: str, code: object) -> str:
        """Return the word for a code, or the code itself where the catalogue has none."""
        if is_missing(code):
            return self.unknown
        path = f"{key}.{str(code).strip().replace(' ', '_')}"
        return say(path, self.lang) if has_words(path) else clean(code)

    def rule(self, code: object) -> str:
        """Return by which rule conversations are counted, with the silence of the case.

        >>> Show("en", "UTC", silence=2880.0).rule("conversations")
        'one conversation per person; a new one after 2 d of silence'
        """
        if code == "conversations" and self.silence != DAY:
            # A setting, not a number of the review: it opens nothing.
            length = self.duration(self.silence).translate(_UNMARK)
            return self.text("report.rule_after", length=length)
        return self.word("report.rule", code)

    def language(self, code: object) -> str:
        """Return the name of a language; an unknown code stands for itself.

        >>> Show("es", "UTC").language("en"), Show("en", "UTC").language("unknown")
        ('inglés', 'unknown')
        """
        text = clean(code)
        if text == "unknown":
            return self.unknown
        return str(Locale.parse(LOCALES[self.lang]).languages.get(text, text))

    @property
    def unknown(self) -> str:
        """Return the word for what is not known; it is never shown as 0."""
        return say("report.unknown", self.lang)

    def number(self, value: object, digits: int = 0) -> str:
        """Return a number with a fixed count of decimals.

        >>> Show("es", "UTC").number(1234.5, 1)
        '1.234,5'
        """
        number = number_or_none(value)
        if number is None:
            return self.unknown
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        told = format_decimal(number, format=pattern, locale=LOCALES[self.lang])
        return self._mark(told.replace("-", "−"))

    def rounded(self, value: object, step: float | None) -> str:
        """Return a number rounded to a step (a power of ten), two decimals if there is none."""
        number = number_or_none(value)
        if number is None:
            return self.unknown
        digits = 2 if step is None else max(0, -math.floor(math.log10(step)))
        return self.number(number if not step else round(number / step) * step, min(digits, 4))

    def share(self, value: object, step: float | None = None) -> str:
        """Return a share as a percentage; only all is 100 % and only none is 0 %.

        >>> Show("en", "UTC").share(0.6888, 0.001)
        '68.9%'
        >>> Show("en", "UTC").share(0.998), Show("en", "UTC").share(0.99999)
        ('99.8%', '99.9%')
        """
        number = number_or_none(value)
        if number is None:
            return self.unknown
        digits = 0 if step is None else max(0, -math.floor(math.log10(step)) - 2)
        if 0 < number < 1 and not 0.005 <= number < 0.995:
            digits, number = 1, min(max(number, 0.001), 0.999)
        pattern = "#,##0" + ("." + "0" * min(digits, 1) if digits else "")
        tail = f"{_NBSP}%" if self.lang == "es" else "%"
        told = format_percent(number, format=pattern + tail, locale=LOCALES[self.lang])
        return self._mark(told)

    def duration(self, minutes: object, step: float | None = None) -> str:
        """Return minutes as people say them.

        >>> Show("en", "UTC").duration(279), Show("en", "UTC").duration(15.4)
        ('4 h 39 min', '15.4 min')
        >>> Show("en", "UTC").duration(-0.4, 10)
        '0 min'
        """
        number = number_or_none(minutes)
        if number is None:
            return self.unknown
        size = abs(number)
        allowed = step if step is not None else (0.1 if size < 60 else 1.0)
        step = max((s for s in _STEPS if s <= allowed * 1.001), default=_STEPS[0])
        rounded = round(size / step) * step
        text = self._duration(rounded, step)
        return f"−{text}" if number < 0 < rounded else text

    def _duration(self, minutes: float, step: float) -> str:
        if 0 < minutes < 1:
            return f"{self.number(minutes * 60)}{_NBSP}s".replace(_NBSP, " ")
        if minutes < 60:
            digits = 1 if step < 1 and not math.isclose(minutes, round(minutes)) else 0
            return f"{self.number(minutes, digits)} min"
        whole = round(minutes)
        if whole >= 2880:
            whole = round(whole / 60) * 60
        days, hours, rest = whole // 1440, whole % 1440 // 60, whole % 60
        parts = ((days, "d"), (hours, "h"), (rest, "min"))
        return " ".join(f"{self.number(n)} {unit}" for n, unit in parts if n)

    def instant(self, at: object, pattern: str = "") -> str:
        """Return an instant as local time of the zone, with the year unless it is the usual one.

        >>> Show("es", "Europe/Madrid").instant(pd.Timestamp("2026-03-05T13:02Z"))
        '5 mar 2026, 14:02'
        """
        stamp = self.local(at)
        if stamp is None:
            return self.unknown
        usual = "d MMM, HH:mm" if stamp.year == self.year else "d MMM y, HH:mm"
        told = format_datetime(stamp, format=pattern or usual, locale=LOCALES[self.lang])
        return self._mark(told)

    def day(self, value: object) -> str:
        """Return a day, as a date or as ISO text, in the reader's language.

        >>> Show("es", "UTC").day("2024-07-01"), Show("en", "UTC").day("since ever")
        ('1 jul 2024', 'since ever')
        """
        if is_missing(value):
            return self.unknown
        try:
            day = date.fromisoformat(str(value)[:10])
        except ValueError:
            return clean(value)
        return self._mark(format_date(day, format="d MMM y", locale=LOCALES[self.lang]))

    def local(self, at: object) -> datetime | None:
        """Return an instant as a Python datetime in the zone of the review."""
        if is_missing(at):
            return None
        stamp = pd.Timestamp(at)  # type: ignore[arg-type]
        utc = stamp.tz_localize("UTC") if stamp.tzinfo is None else stamp
        return utc.to_pydatetime(warn=False).astimezone(ZoneInfo(self.zone))

    def amount(self, value: object, unit: object, step: float | None = None) -> str:
        """Return a number in its unit, as :data:`crisislab.schema.METRICS` names units."""
        number = number_or_none(value)
        if number is None:
            return self.unknown
        if unit == "minutes":
            return self.duration(number, step)
        if unit == "share":
            return self.share(number, step)
        if unit == "share_points":
            points = self.rounded(100 * number, 0.1 if step is None else 100 * step)
            return say("felt.points", self.lang, value=points)
        if unit == "share-hours":
            told = self.rounded(100 * number, 1.0 if step is None else 100 * step)
            return say("felt.point_hours", self.lang, value=told)
        if unit == "probability":
            return f"< {self.number(0.001, 3)}" if number < 0.001 else self.number(number, 3)
        if unit == "instant":
            return self.instant(pd.Timestamp(number, unit="s", tz="UTC"))
        if unit == "index":
            return self.rounded(number, step)
        whole = math.isclose(number, round(number))
        return self.number(number, 0 if whole or number >= 100 else 1)

    def about(self, value: object) -> str:
        """Return an estimate by its first two digits.

        >>> Show("en", "UTC").about(871356)
        'about 870,000'
        """
        number = number_or_none(value)
        if number is None:
            return self.unknown
        digits = max(len(str(int(abs(number)))) - 2, 0)
        return say("report.about", self.lang, value=self.number(round(number, -digits)))

    def span(self, lower: object, upper: object, unit: object) -> str:
        """Return an interval as ``a to b``, or nothing where it is not known or has no width."""
        low, high = number_or_none(lower), number_or_none(upper)
        step = precision(low, high)
        if low == high:
            return ""
        if high is None:
            return say("report.at_least", self.lang, value=self.amount(low, unit, step))
        if low is None:
            return say("report.at_most", self.lang, value=self.amount(high, unit, step))
        ends = {"lower": self.amount(low, unit, step), "upper": self.amount(high, unit, step)}
        return say("report.range", self.lang, **ends)


def show_for(review: Review) -> Show:
    """Return how a review shows its numbers: its language, its zone, its year if it has one."""
    plain = Show(review.language, review.zone)
    hours = review.volume["hour_at"]
    ends = (plain.local(at) for at in (hours.min(), hours.max()))
    years = {stamp.year for stamp in ends if stamp is not None}
    response = review.manifest.get("settings", {}).get("response", {})
    return Show(
        review.language, review.zone, years.pop() if len(years) == 1 else None,
        silence=float(response.get("silence", DAY)),
    )  # fmt: skip
