"""Counts as people and platforms write them; the separator is settled per column or asked for.

Missing is never 0: ``—``, ``-`` and ``N/A`` in a count are missing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crisislab.read._clock import Mask
from crisislab.read._flat import all_digits, lengths_of, truths
from crisislab.read._ledger import Findings
from crisislab.read._marks import BLANKS, visible
from crisislab.read._rows import is_missing

Separator = Literal[",", "."]
_NOTHING = r"(?i)^(?:[-–—−]+|n/?a|<na>|\\n|null|none|nan|nd|n\.d\.|s/d|\?)$"
_DIGITS = 15
_MOST = 10**15
_PLAIN = r"^\+?\d{1,18}$"
_WHOLE_FLOAT = r"^\+?\d{1,15}\.0+$"
_NUMBER = re.compile(
    r"\+?(?P<n>\d[\d.,]*?)(?P<unit>k|mil|m|mill?|mio|mn|b|bn)?\.?\Z", re.IGNORECASE
)
_SHORT = r"(?i)^\+?\d+(?:[.,]\d+)?(?:k|m|mil|mill?|b)\.?$"
# What only one decimal separator explains: 1.234.567 and 1.234,5 and 12,5K for the comma.
_PROOFS: dict[Separator, str] = {
    ",": r"^\d{1,3}(?:\.\d{3}){2,}$|\.\d{3},\d+$|^\d+,(?:\d{1,2}|\d{4,})(?:[kKmMbB]|mil|mill)?$",
    ".": r"^\d{1,3}(?:,\d{3})+(?:\.\d+)?$|^0\.\d+$"
    r"|^\d+\.(?:\d{1,2}|\d{4,})(?:[kKmMbB]|mil|mill)?$",
}
_OPEN = re.compile(r"\+?\d{1,3}\.\d{3}(?:k|m|b|mil|mill)?\Z", re.IGNORECASE)
_UNITS = {"": 1, "k": 10**3, "mil": 10**3, "b": 10**9, "bn": 10**9}
_MILLION = 10**6


@dataclass(frozen=True)
class CountColumn:
    """One column of written counts: its schema column, own name, texts and lines."""

    column: str
    name: str
    values: Any
    lines: np.ndarray[Any, Any]


def type_counts(
    counts: CountColumn, *, decimal: Separator | None, found: Findings
) -> tuple[np.ndarray[Any, Any], Mask]:
    """Return counts as numbers with NaN for missing, and which cells could not be read."""
    if (quick := _whole(counts.values)) is not None and not (quick > _MOST).any():
        return quick, np.zeros(len(quick), dtype=bool)
    if pa.types.is_integer(counts.values.type):
        counts = replace(counts, values=counts.values.cast(pa.large_string()))
    plain = truths(pc.match_substring_regex(counts.values, _PLAIN))
    values = counts.values
    if not (plain | is_missing(values)).all():
        values = _squeezed(values)
        plain = truths(pc.match_substring_regex(values, _PLAIN))
    missing = is_missing(values)
    out = np.full(len(values), np.nan)
    # Arrow reads no sign of plus.
    digits = pc.utf8_ltrim(values.filter(pa.array(plain)), "+")
    out[plain] = digits.cast(pa.int64()).to_numpy()
    rest = np.flatnonzero(~plain & ~missing)
    if len(rest):
        _written(out, rest, values.take(pa.array(rest)), counts, decimal=decimal, found=found)
    # Beyond this a float knows no single units, and nobody has so many followers.
    out[out > _MOST] = np.nan
    unread = np.isnan(out) & ~missing & ~truths(pc.match_substring_regex(values, _NOTHING))
    return out, unread


def _whole(values: Any) -> np.ndarray[Any, Any] | None:
    """Return counts that are digits alone, as most columns are; ``None`` where one is not."""
    if pa.types.is_integer(values.type):
        return np.asarray(values.to_numpy(zero_copy_only=False), dtype=np.float64)
    sizes = lengths_of(values)
    if (len(sizes) and sizes.max() > _DIGITS) or not all_digits(values):
        return None
    return np.asarray(values.cast(pa.int64()).to_numpy(zero_copy_only=False), dtype=np.float64)


def _squeezed(values: Any) -> Any:
    """Return counts without blanks, apostrophes between digits, or marks that nobody sees."""
    tight = pc.replace_substring_regex(visible(values), rf"[{BLANKS}'’]+", "")
    return pc.if_else(pc.equal(tight, ""), None, tight)


def _written(
    out: np.ndarray[Any, Any], rest: np.ndarray[Any, Any], texts: Any, counts: CountColumn,
    *, decimal: Separator | None, found: Findings,
) -> None:  # fmt: skip
    nothing = truths(pc.match_substring_regex(texts, _NOTHING))
    if nothing.any():
        at = int(rest[np.flatnonzero(nothing)[0]])
        found.note("CL-COUNT-NOTHING", "fixed", line=int(counts.lines[at]), column=counts.name,
                   value=counts.values[at].as_py(), n=int(nothing.sum()))  # fmt: skip
    unique = pc.unique(texts).to_pylist()
    told = _decimals(unique)
    if decimal is None:
        found.evidence.separators[counts.column] = frozenset(told)
    settled = decimal or (told[0] if len(told) == 1 else None)
    open_text = next((t for t in unique if _is_open(t) or len(told) > 1), None)
    if settled is None and open_text is not None:
        at = int(rest[np.flatnonzero(truths(pc.equal(texts, open_text)))[0]])
        found.refuse("CL-COUNT-SEPARATOR", line=int(counts.lines[at]), column=counts.name,
                     value=open_text, n=len(rest))  # fmt: skip
        return
    table = {text: parse_count(text, decimal=settled or ".") for text in unique}
    out[rest] = [table[text] for text in texts.to_pylist()]
    _tell_short(texts, counts, rest, found)


def _is_open(text: str) -> bool:
    """Return whether a count reads both as thousands and as a decimal: 1.234 alone."""
    return bool(_OPEN.match(text)) and not text.startswith("0.")


def _decimals(texts: list[str]) -> list[Separator]:
    """Return the decimal separators that the column itself proves; two contradict each other."""
    column = pa.array(texts, pa.large_string())
    return [separator for separator, proof in _PROOFS.items() if _any(column, proof)]


def _any(column: Any, pattern: str) -> bool:
    return bool(pc.any(pc.match_substring_regex(column, pattern)).as_py())


def parse_count(text: str, *, decimal: Separator) -> float:
    """Return one written count; NaN where it is none.

    >>> parse_count("1.2K", decimal="."), parse_count("1.234", decimal=",")
    (1200.0, 1234.0)
    >>> parse_count("12,5", decimal=".")
    nan
    """
    found = _NUMBER.match(text)
    thousands = "," if decimal == "." else "."
    if not found or not _is_grouped(found["n"], thousands, decimal):
        return float("nan")
    digits = found["n"].replace(thousands, "").replace(decimal, ".")
    unit = _UNITS.get((found["unit"] or "").lower(), _MILLION)
    return round(float(digits) * unit, 6)


def _is_grouped(digits: str, thousands: str, decimal: str) -> bool:
    whole, point, part = digits.partition(decimal)
    groups = whole.split(thousands)
    grouped = len(groups) == 1 or (
        1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])
    )
    return grouped and whole != "" and (part.isdigit() if point else True)


def _tell_short(
    texts: Any, counts: CountColumn, rest: np.ndarray[Any, Any], found: Findings
) -> None:
    short = truths(pc.match_substring_regex(texts, _SHORT))
    if short.any():
        at = int(rest[np.flatnonzero(short)[0]])
        found.note(
            "CL-COUNT-SHORT", line=int(counts.lines[at]), column=counts.name,
            value=counts.values[at].as_py(), n=int(short.sum()), n_of=len(counts.values),
        )  # fmt: skip
