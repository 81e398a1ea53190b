"""Promises in public statements: what was promised, and for when."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from importlib import resources

from crisislab.enrich.doubt import plain

LANGUAGES = ("en", "es")
_SENTENCE = re.compile(r"[^.!?\n]+(?:\.(?=\w)[^.!?\n]+)*")
_CLOCK = re.compile(
    r"(?:a las|antes de las|hasta las|by|before|at|until|antes de)"
    r"\s+(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm|h\b)?"
)
_LENGTH = re.compile(
    r"(?:en|dentro de|en menos de|in|within|in less than)"
    r"\s+(?:un plazo de\s+|the next\s+|las proximas\s+)?"
    r"(\d{1,3})\s*(min\w*|h\b|hora\w*|hour\w*|d\b|dia\w*|day\w*|semana\w*|week\w*)"
)
_TOMORROW = re.compile(r"\b(?:tomorrow|(?<!esta )(?<!la )manana)\b")
_TODAY = re.compile(r"\b(?:today|tonight|hoy|esta (?:tarde|noche)|this (?:afternoon|evening))\b")


@dataclass(frozen=True)
class Commitment:
    """One promise.

    Attributes:
        text: The sentence.
        due: By when, in the zone of the case.
        kind: ``inform`` (it would show in public posts) or ``deed`` (it would not).
        about: Words that say what it is about, without accents.
    """

    text: str
    due: datetime
    kind: str
    about: tuple[str, ...]


@lru_cache(maxsize=16)
def cues(name: str) -> re.Pattern[str]:
    """Return the cues of one kind, of both languages."""
    folder = resources.files("crisislab.enrich").joinpath("promises")
    told = [tomllib.loads(folder.joinpath(f"{c}.toml").read_text("utf-8")) for c in LANGUAGES]
    words = [word for one in told for word in one[name]]
    return re.compile(r"(?<!\w)(?:" + "|".join(sorted(words, key=len, reverse=True)) + r")(?!\w)")


def holds(text: str, name: str) -> bool:
    """Return whether a text holds a cue of one kind.

    >>> holds("Corrección: faltaban tres tiendas", "correction")
    True
    """
    return bool(cues(name).search(plain(text)))


def find_commitments(text: str, *, at: datetime) -> list[Commitment]:
    """Return the promises with a time in a text, Spanish or English.

    A promise is a sentence in the future with a time: "by 18:00", "en 5 días", "el lunes".
    Without a clock the day ends it. Numbers of days and hours run from the post.

    Args:
        text: Text of the post.
        at: When it was published, in the zone of the case.

    >>> at = datetime(2026, 3, 18, 16, 40)
    >>> [found] = find_commitments("Publicaremos la lista de tiendas antes de las 20 h.", at=at)
    >>> found.due.hour, found.kind, found.about
    (20, 'inform', ('lista', 'tiendas'))
    """
    return [
        Commitment(sentence.strip(), due, kind, _about(sentence))
        for sentence in _SENTENCE.findall(text)
        if (kind := _kind(_spoken(sentence))) and (due := _due(plain(sentence), at)) is not None
    ]


def _spoken(sentence: str) -> str:
    """Return a sentence as the cues are written: "we'll" is two words."""
    return re.sub(r"['\u2019]", " ", plain(sentence))


def _kind(flat: str) -> str:
    future = cues("future").search(flat)
    if cues("deed").search(flat) and (future or _LENGTH.search(flat)):
        return "deed"
    return "inform" if future and cues("inform").search(flat) else ""


def _due(flat: str, at: datetime) -> datetime | None:
    if length := _LENGTH.search(flat):
        unit = length[2][0]
        size = {"m": 1, "h": 60, "d": 1440, "s": 10080, "w": 10080}[unit]
        return at + timedelta(minutes=size * int(length[1]))
    day = _day(flat, at)
    if clock := _CLOCK.search(flat):
        hour = int(clock[1]) + (12 if clock[3] == "pm" and int(clock[1]) < 12 else 0)
        if hour > 24:
            return None
        due = (day or at).replace(hour=0, minute=0, second=0, microsecond=0)
        due += timedelta(hours=hour, minutes=int(clock[2] or 0))
        return due if day or due >= at else due + timedelta(days=1)
    return None if day is None else day.replace(hour=23, minute=59, second=59, microsecond=0)


def _day(flat: str, at: datetime) -> datetime | None:
    if _TOMORROW.search(flat):
        return at + timedelta(days=1)
    if _TODAY.search(flat):
        return at
    named = list(_weekdays(flat))
    if not named:
        return None
    return at + timedelta(days=(named[0] - at.weekday() - 1) % 7 + 1)


@lru_cache(maxsize=1)
def _day_names() -> tuple[tuple[str, ...], ...]:
    folder = resources.files("crisislab.enrich").joinpath("promises")
    texts = (folder.joinpath(f"{code}.toml").read_text("utf-8") for code in LANGUAGES)
    return tuple(tuple(tomllib.loads(text)["days"]) for text in texts)


def _weekdays(flat: str) -> Iterator[int]:
    for names in _day_names():
        for i, name in enumerate(names):
            if re.search(rf"(?<!\w){name}(?!\w)", flat):
                yield i


def _about(sentence: str) -> tuple[str, ...]:
    flat = plain(sentence)
    spoken = (w for w in re.findall(r"[^\W\d_]{4,}", flat))
    aside = (cues("stop"), cues("future"), cues("inform"), cues("days"))
    return tuple(dict.fromkeys(w for w in spoken if not any(c.fullmatch(w) for c in aside)))
