"""The word lists as plain entries: what each word, phrase and emoji does in the rules."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Literal, NamedTuple

from crisislab.enrich.lexicon_spanish import alternatives, inflect
from crisislab.enrich.lexicon_tokens import fold

Role = Literal["", "negator", "contrast", "irony"]
Phrase = tuple[str, ...]
_WORD = re.compile(r"\w+(?:['’]\w+)*")
SERVED = 2
_EYES = re.compile("[:;=]")
_SPELT = re.compile(r"[^\W_]{2}|\s")
_NOT_WITHOUT_TILDE = frozenset({"año", "años", "caña", "coño", "daños", "moño", "peña", "uña"})


class Entry(NamedTuple):
    """What one word, phrase, emoji or emoticon does.

    Attributes:
        valence: -4 (most negative) to 4; 0 if it carries none.
        boost: Added to the strength of the next valence; negative for dampeners.
        role: ``negator``, ``contrast``, ``irony`` or nothing.
        symbol: Whether it is an emoji or emoticon: not negated, not boosted.
    """

    valence: float = 0.0
    boost: float = 0.0
    role: Role = ""
    symbol: bool = False


@dataclass(frozen=True)
class Entries:
    """The entries of one language.

    Attributes:
        words: Words, emoji and emoticons by key.
        phrases: Phrases of two to five words.
        aliases: Shorthand by the word it stands for.
        faces: Emoticons that count only as a piece between blanks: "(:", ":l".
        service: How far a word shows that a text is about a service: from a sum of ``SERVED``
            on it is; with no such words, every text is.
        elsewhere: What a word or phrase does in texts without a service word, where that
            differs; ``None`` for a phrase that is none there.
    """

    words: Mapping[str, Entry]
    phrases: Mapping[Phrase, Entry]
    aliases: Mapping[str, str]
    faces: frozenset[str] = frozenset()
    service: Mapping[str, int] = field(default_factory=dict[str, int])
    elsewhere: Mapping[Phrase, Entry | None] = field(default_factory=dict[Phrase, Entry | None])


def load_entries(lang: str, extra: tuple[tuple[str, float], ...] = ()) -> Entries:
    """Return the entries of a language, with the analyst's own words on top.

    Args:
        lang: ``en``, ``es``, or ``zxx`` (emoji and emoticons only).
        extra: Words or phrases with a valence of -4 to 4; 0 silences a listed one.
    """
    faces = _faces()
    words: dict[str, Entry] = faces | _emoji()
    phrases: dict[Phrase, Entry] = {}
    valences = {"en": _english, "es": _spanish}.get(lang, dict[Phrase, float])()
    shared = {valence: Entry(valence) for valence in valences.values()}
    for phrase, valence in valences.items():
        _put(words, phrases, phrase, shared[valence])
    own = _own(extra)
    for phrase, valence in own.items():
        _put(words, phrases, phrase, Entry(valence))
    rows = read_rows(f"{lang}_markers.csv") if lang in ("en", "es") else []
    aliases = _add_markers(words, phrases, rows)
    service = {fold(row["entry"]): int(row["value"]) for row in rows if row["role"] == "service"}
    elsewhere = _elsewhere(words, phrases, set(own)) if lang == "en" else {}
    return Entries(words, phrases, aliases, frozenset(faces), service, elsewhere)


def read_rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a word list in ``lexicons``; lines that begin with # are notes.

    >>> sorted(read_rows("es.csv")[0])
    ['class', 'entry', 'region', 'valence']
    """
    lines = [line for line in _text(name).splitlines() if line and not line.startswith("# ")]
    return list(csv.DictReader(lines))


def _text(name: str) -> str:
    return files(__package__).joinpath("lexicons", name).read_text(encoding="utf-8")


def _put(words: dict[str, Entry], phrases: dict[Phrase, Entry], key: Phrase, entry: Entry) -> None:
    if len(key) == 1:
        words[key[0]] = entry
    else:
        phrases[key] = entry


def _own(extra: tuple[tuple[str, float], ...]) -> dict[Phrase, float]:
    return {tuple(fold(word) for word in text.split()): valence for text, valence in extra}


@lru_cache(maxsize=1)
def vader_valences() -> dict[str, float]:
    """Return VADER's list as it is published."""
    rows = (line.split("\t") for line in _text("en_vader.txt").splitlines())
    return {row[0]: float(row[1]) for row in rows if len(row) > 1}


@lru_cache(maxsize=1)
def vader_emoji() -> dict[str, str]:
    """Return VADER's names of emoji of one sign."""
    rows = (line.strip().split("\t") for line in _text("emoji_vader.txt").splitlines())
    return {row[0]: row[1] for row in rows if len(row[0]) == 1}


def _emoji() -> dict[str, Entry]:
    """Return emoji with the summed VADER valence of their names, then our own values."""
    valences = vader_valences()
    found: dict[str, Entry] = {}
    for line in _text("emoji_vader.txt").splitlines():
        symbol, _, description = line.partition("\t")
        symbol = symbol.replace("\ufe0f", "")
        if len(symbol) == 1 and not symbol.isalnum() and ord(symbol) > 0x203B:
            value = sum(valences.get(word, 0.0) for word in fold(description).split())
            found[symbol] = Entry(round(value, 4), symbol=True)
    for row in read_rows("emoji.csv"):
        role: Role = "irony" if row["role"] == "irony" else ""
        found[row["entry"]] = Entry(float(row["valence"]), role=role, symbol=True)
    return found


@lru_cache(maxsize=1)
def _faces() -> dict[str, Entry]:
    """Return VADER's emoticons: eyes, and no two letters or digits in a row."""
    return {
        text.lower(): Entry(valence, symbol=True)
        for text, valence in vader_valences().items()
        if _EYES.search(text) and not _SPELT.search(text)
    }


def _english() -> dict[Phrase, float]:
    return _general_english() | _crisis_english()


def _general_english() -> dict[Phrase, float]:
    listed: dict[Phrase, float] = {}
    for text, valence in vader_valences().items():
        parts = tuple(fold(word) for word in _WORD.findall(text))
        plain = re.fullmatch(r"[^\W\d_][\w'’ -]*", text) is not None
        if plain and parts:
            listed[parts] = valence
    return listed


def _crisis_english(*, where: tuple[str, ...] = ("anywhere", "service")) -> dict[Phrase, float]:
    listed: dict[Phrase, float] = {}
    for row in read_rows("en_crisis.csv"):
        if row["where"] in where:
            listed |= dict.fromkeys(alternatives(row["entry"]), float(row["valence"]))
    return listed


def _elsewhere(
    words: Mapping[str, Entry], phrases: Mapping[Phrase, Entry], own: Set[Phrase]
) -> dict[Phrase, Entry | None]:
    """Return what the entries of the crisis list do in texts that are not about a service."""
    general = _general_english() | _crisis_english(where=("anywhere",))
    found: dict[Phrase, Entry | None] = {}
    for key in _crisis_english(where=("service",)).keys() - own:
        here = words[key[0]] if len(key) == 1 else phrases[key]
        if not here.role:
            there = here._replace(valence=general.get(key, 0.0))
            found[key] = None if len(key) > 1 and there == Entry() else there
    return found


def _spanish() -> dict[Phrase, float]:
    """Return every form: hand-written entries win over generated forms, then file order."""
    written: dict[Phrase, float] = {}
    generated: dict[Phrase, float] = {}
    for row in read_rows("es.csv"):
        base, valence = row["entry"], float(row["valence"])
        if row["class"] == "mask":
            written[(unicodedata.normalize("NFC", base.lower()),)] = 0.0
        elif " " in base:
            written |= dict.fromkeys(alternatives(base), valence)
        else:
            first, *others = inflect(base, row["class"], valence).items()
            written.setdefault((first[0],), first[1])
            for form, value in others:
                generated.setdefault((form,), value)
    return _without_tilde(generated | written)


def _without_tilde(listed: dict[Phrase, float]) -> dict[Phrase, float]:
    """Return the forms plus those with ñ written as n, where that makes no other word."""
    plain = {
        tuple(word.replace("ñ", "n") for word in phrase): valence
        for phrase, valence in listed.items()
        if any("ñ" in word and word not in _NOT_WITHOUT_TILDE for word in phrase)
    }
    return plain | listed


def _add_markers(
    words: dict[str, Entry], phrases: dict[Phrase, Entry], rows: Sequence[Mapping[str, str]]
) -> dict[str, str]:
    """Add negators, boosters, contrasts and irony marks; return the shorthand."""
    aliases: dict[str, str] = {}
    for row in rows:
        if row["role"] == "alias":
            aliases[fold(row["entry"])] = fold(row["value"])
        if row["role"] in ("alias", "service"):
            continue
        for key in alternatives(row["entry"]):
            old = words.get(key[0], Entry()) if len(key) == 1 else phrases.get(key, Entry())
            _put(words, phrases, key, _marked(old, row["role"], row["value"]))
    return aliases


def _marked(entry: Entry, role: str, value: str) -> Entry:
    if role == "booster":
        return entry._replace(boost=float(value))
    roles: dict[str, Role] = {"negator": "negator", "contrast": "contrast", "irony": "irony"}
    return entry._replace(role=roles[role], valence=float(value or 0))
