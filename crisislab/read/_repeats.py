"""What was left out of each file because the same item stands elsewhere, told in its findings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from crisislab.errors import Severity
from crisislab.read._columns import bare
from crisislab.read._dedupe import Unique, rank_of
from crisislab.read._part import Part
from crisislab.read.sources import generic
from crisislab.read.sources._names import known_names

_TOLD: tuple[tuple[str, Severity], ...] = (
    ("CL-ROWS-TWICE", "fixed"),
    ("CL-ROWS-TEXT", "flagged"),
    ("CL-ROWS-COUNTS", "fixed"),
    ("CL-ROWS-ZONE", "flagged"),
)


@dataclass(frozen=True)
class Told:
    """Rows of one file left out: how many, and the first of them in the order of copies."""

    n: int
    rank: tuple[Any, ...]
    line: int
    key: str


@dataclass(frozen=True)
class Clashes:
    """Rows left out though they share nothing but the id with the kept ones.

    Attributes:
        n: How many.
        n_sure: How many of them cannot be anything else.
        n_dropped: How many rows were left out, these included.
        parts: The files they and the kept ones are of.
        firsts: File -> the first of them in it in the order of copies.
    """

    n: int
    n_sure: int
    n_dropped: int
    parts: frozenset[int]
    firsts: dict[int, Told]


_CLASHES, _CLASH_SHARE = 2, 0.2
_LEAST_ZONES, _ZONE_SHARE = 3, 0.5
Repeats = dict[tuple[str, int], Told]


def repeats_of(unique: Unique) -> Repeats:
    """Return what was left out, by code and number of the part."""
    found: Repeats = {}
    kinds = (unique.dropped, unique.texts_differ, unique.counts_differ, unique.zones_differ)
    for (code, _), rows in zip(_TOLD, kinds, strict=True):
        if len(rows):
            for part, own in rows.groupby("_part", sort=True):
                found[code, int(str(part))] = _told(own)
    return found


def _told(rows: pd.DataFrame) -> Told:
    first = rows.iloc[0]
    key = first["post_id"] if "post_id" in rows else first["entry_id"]
    return Told(len(rows), rank_of(first), int(first["source_row"]), key)


def clashes_of(unique: Unique) -> Clashes:
    """Return how many rows were left out whose ids are those of other items."""
    rows = unique.clashes
    if not len(rows):
        return Clashes(0, 0, len(unique.dropped), frozenset(), {})
    own = frozenset(int(i) for name in ("_part", "_kept_part") for i in rows[name].unique())
    sure = int(rows["_sure"].sum())
    firsts = {int(str(part)): _told(mine) for part, mine in rows.groupby("_part", sort=True)}
    return Clashes(len(rows), sure, len(unique.dropped), own, firsts)


def refuse_clashes(parts: list[Part], clashes: Iterable[Clashes]) -> set[int]:
    """Refuse files whose ids are those of other items, row numbers most likely; return which."""
    every = list(clashes)
    n, sure = sum(c.n for c in every), sum(c.n_sure for c in every)
    few = n < max(_CLASHES, _CLASH_SHARE * sum(c.n_dropped for c in every))
    if few and not sure:
        return set()
    first = min((told for c in every for told in c.firsts.values()), key=lambda told: told.rank)
    own = {i for c in every for i in c.parts}
    for i in sorted(own):
        column = "post_id" if parts[i].found.call == "read_posts" else "entry_id"
        mine = [c.firsts[i] for c in every if i in c.firsts]
        line = min(mine, key=lambda told: told.rank).line if mine else None
        name, other = _named_post(parts[i])
        if other:
            parts[i].found.refuse("CL-IDS-POST", line=line, column=name, value=first.key, n=n,
                                  other=other)  # fmt: skip
        else:
            parts[i].found.refuse("CL-IDS-CLASH", line=line, column=column, value=first.key, n=n)
        parts[i].refuse()
    return own


def _named_post(part: Part) -> tuple[str, str]:
    """Return the column taken as the id whose name is that of a post, and the id beside it.

    In a table of comments ``post_id`` repeats, and ``id`` does not. Both are empty elsewhere.
    """
    reader = part.reader
    if reader is None or part.found.call != "read_posts" or reader.recognise is not generic.never:
        return "", ""
    known = known_names()["posts"]
    own = next(iter(reader.columns.get("post_id", ())), "")
    if bare(own) not in map(bare, known["root_id"]["last"]):
        return "", ""
    ids = {bare(name) for names in known["post_id"].values() for name in names}
    used = {bare(name) for names in reader.columns.values() for name in names}
    free = (name for name in part.columns if bare(name) in ids - used)
    other = next(free, "")
    return (own, other) if other else ("", "")


def _are_many(own: list[Told], every: list[Repeats], part: int) -> bool:
    """Return whether so many repeats of a file stand in another zone that it is no chance."""
    n = sum(told.n for told in own)
    repeats = (told[_TOLD[0][0], part] for told in every if (_TOLD[0][0], part) in told)
    return n >= max(_LEAST_ZONES, _ZONE_SHARE * sum(told.n for told in repeats))


def tell_repeats(parts: list[Part], repeats: Iterable[Repeats]) -> None:
    """Note what was left out in the findings of each part."""
    every = list(repeats)
    for i, part in enumerate(parts):
        for code, severity in _TOLD:
            own = [told[code, i] for told in every if (code, i) in told]
            if code == "CL-ROWS-ZONE" and not _are_many(own, every, i):
                continue
            if own:
                first = min(own, key=lambda told: told.rank)
                part.found.note(
                    code, severity, line=first.line, value=first.key,
                    n=sum(told.n for told in own), n_of=part.n_units,
                )  # fmt: skip
