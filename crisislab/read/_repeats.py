"""What was left out of each file because the same item stands elsewhere, told in its findings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from crisislab.errors import Severity
from crisislab.read._dedupe import Unique, rank_of
from crisislab.read._part import Part

_TOLD: tuple[tuple[str, Severity], ...] = (
    ("CL-ROWS-TWICE", "fixed"),
    ("CL-ROWS-TEXT", "flagged"),
    ("CL-ROWS-COUNTS", "fixed"),
)


@dataclass(frozen=True)
class Told:
    """Rows of one file left out: how many, and the first of them in the order of copies."""

    n: int
    rank: tuple[Any, ...]
    line: int
    key: str


_CLASHES, _CLASH_SHARE = 3, 0.2
Repeats = dict[tuple[str, int], Told]


def repeats_of(unique: Unique) -> Repeats:
    """Return what was left out, by code and number of the part."""
    found: Repeats = {}
    kinds = (unique.dropped, unique.texts_differ, unique.counts_differ)
    for (code, _), rows in zip(_TOLD, kinds, strict=True):
        if len(rows):
            for part, own in rows.groupby("_part", sort=True):
                found[code, int(str(part))] = _told(own)
    return found


def _told(rows: pd.DataFrame) -> Told:
    first = rows.iloc[0]
    key = first["post_id"] if "post_id" in rows else first["entry_id"]
    return Told(len(rows), rank_of(first), int(first["source_row"]), key)


def refuse_clashes(parts: list[Part], unique: Unique) -> Unique:
    """Refuse files whose ids are those of other items: row numbers, most likely."""
    rows = unique.clashes
    if len(rows) < max(_CLASHES, _CLASH_SHARE * len(unique.dropped)):
        return unique
    first = rows.iloc[0]
    own = {int(i) for i in rows["_part"]} | {int(i) for i in rows["_kept_part"]}
    for i in sorted(own):
        parts[i].found.refuse(
            "CL-IDS-CLASH", line=int(first["source_row"]), value=first["post_id"], n=len(rows)
        )
        parts[i].refuse()
    return unique.without(own)


def tell_repeats(parts: list[Part], repeats: Iterable[Repeats]) -> None:
    """Note what was left out in the findings of each part."""
    every = list(repeats)
    for i, part in enumerate(parts):
        for code, severity in _TOLD:
            own = [told[code, i] for told in every if (code, i) in told]
            if own:
                first = min(own, key=lambda told: told.rank)
                part.found.note(
                    code, severity, line=first.line, value=first.key,
                    n=sum(told.n for told in own), n_of=part.n_units,
                )  # fmt: skip
