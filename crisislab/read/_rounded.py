"""Ids of which a program kept 15 digits, or what a decimal number holds: told by how they end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crisislab.read._clock import Mask
from crisislab.read._evidence import (
    CHANCE,
    CUTS,
    KEPT_DIGITS,
    LEAST_CUT,
    LEAST_HELD,
    X_STEP,
    Ends,
    are_cut,
    chance_of,
    cut_of,
    is_odd,
)
from crisislab.read._flat import all_digits, data_of, lengths_of, stops_of, truths

LONG = r"^\d{16,20}$"
_CUT = "^(?:" + "|".join(rf"\d{{15}}0{{{k - KEPT_DIGITS}}}" for k in CUTS) + ")$"
_FIRST = 64
_ZERO = ord("0")
_SHORT = 17
_DAMAGED_SHARE = 0.5
_NEARLY = 0.9


def rounded_ids(ids: Any) -> Mask:
    """Return which ids were cut to 15 digits, where more of them end in zeros than chance allows.

    >>> int(rounded_ids(pa.array([f"57030613367776{i}000" for i in range(9)])).sum())
    9
    >>> int(rounded_ids(pa.array([f"57030613367776{i}513" for i in range(9)])).sum())
    0
    """
    none = np.zeros(len(ids), dtype=bool)
    ends = long_ends(ids)
    if not ends.may_be_rounded():
        return none
    if few := ends.unlike_x():
        return truths(pc.is_in(ids, pa.array(sorted(few), ids.type)))
    unique = pc.unique(ids.drop_null())
    long = _without_steps(unique.filter(pc.match_substring_regex(unique, LONG)))
    for rule in _ROUNDINGS:
        if rule.fits(long):
            return truths(pc.match_substring_regex(ids, rule.pattern()))
    if long_ends(unique.drop_null()).stand_out():
        return truths(pc.match_substring_regex(ids, rf"^\d{{{KEPT_DIGITS}}}00$"))
    n, cut = len(long), cut_of(long.filter(pc.match_substring_regex(long, _CUT)).to_pylist())
    zeros = sum(cut.values())
    whole = zeros >= _DAMAGED_SHARE * n or zeros >= _DAMAGED_SHARE * _n_of_length(long, 18)
    if not (zeros >= LEAST_CUT and whole and chance_of(zeros, n) <= CHANCE) and not are_cut(cut, n):
        return none
    return truths(pc.match_substring_regex(ids, _CUT))


def long_ends(ids: Any) -> Ends:
    """Count how the ids end that are long enough to be rounded: of shorter ones no digit is lost.

    >>> sorted(long_ends(pa.array(["570306133677761000", "570306133677760513", "7000"])).ids)
    ['570306133677761000']
    """
    lengths, stops, data = lengths_of(ids), stops_of(ids), data_of(ids)
    long = np.flatnonzero(lengths > KEPT_DIGITS)
    last, lengths = stops[long] - 1, lengths[long]
    ends, left = {}, np.arange(len(long))
    for k in range(1, 4):
        # Few end in a zero, and few of those in two: only these are looked at again.
        left = left[data[last[left] - k + 1] == _ZERO]
        ends[k] = np.zeros(len(long), dtype=bool)
        ends[k][left] = True
    like_cut = ends[3] | (ends[2] & (lengths == _SHORT))
    told = Ends(len(long), _no_steps_of_x(ids.take(pa.array(long[like_cut]))))
    told.n_steps, told.exact = _held(ids, long)
    short = last[lengths == _SHORT]
    if len(short):
        pairs, counts = np.unique(
            _value(data, short - 1) * 10 + _value(data, short), return_counts=True
        )
        told.pairs = dict(zip(pairs.tolist(), counts.tolist(), strict=True))
    first = [
        own for own in ids.take(pa.array(long[:_FIRST])).to_pylist() if own and own.isdecimal()
    ]
    told.odd, told.n_first = sum(map(is_odd, first)), len(first)
    for length in sorted({rule.length for rule in _ROUNDINGS}):
        same = lengths == length
        n_of = int(np.count_nonzero(same))
        for zeros in (rule.zeros for rule in _ROUNDINGS if rule.length == length):
            n = int(np.count_nonzero(same & ends[zeros])) if n_of else 0
            told.zeros[length, zeros] = n, n_of
    if told.are_many():
        told.least = int(pc.count_distinct(ids.take(pa.array(long))).as_py())
    return told


def _value(data: Any, at: Any) -> Any:
    """Return the digits at places of the data."""
    return data[at].astype(np.int64) - _ZERO


def _without_steps(ids: Any) -> Any:
    """Return ids without those that end in 0 as multiples of 4096, as X gives to most posts."""
    ended = ids.filter(pc.match_substring_regex(ids, "0$")).to_pylist()
    steps = [own for own in ended if int(own) % X_STEP == 0]
    return ids.filter(pc.invert(pc.is_in(ids, pa.array(steps, ids.type)))) if steps else ids


def _no_steps_of_x(ids: Any) -> set[str]:
    """Return different ids of digits without the multiples of 4096 that X gives to most posts."""
    digits = pc.unique(ids.filter(pc.ascii_is_decimal(ids))).to_pylist()
    return {own for own in digits if int(own) % X_STEP}


def _held(ids: Any, long: np.ndarray[Any, Any]) -> tuple[int, bool]:
    """Return how many long ids a decimal number holds, and whether it cannot hold one of them.

    Who keeps ids as decimal numbers, as pandas does in a column with a gap, is left with the whole
    numbers those can hold: multiples of 256. Those of X that are multiples of 4096 say nothing,
    nor do moments, which end in zeros.

    >>> _held(pa.array(["2029467700056556757"]), np.array([0]))
    (0, True)
    >>> _held(pa.array(["2029468455186467328"]), np.array([0]))
    (1, False)
    """
    if any(_is_exact(own) for own in ids.take(pa.array(long[:_FIRST])).to_pylist()):
        return 0, True
    own = ids if len(long) == len(ids) else ids.take(pa.array(long))
    if own.null_count or not all_digits(own):
        own = own.filter(pc.ascii_is_decimal(own)).drop_null()
    try:
        held = pc.cast(own, pa.int64()).to_numpy()
    except pa.ArrowInvalid:  # over 64 bits
        held = np.array([int(text) for text in own.to_pylist()], dtype=object)
    held = held[held >= LEAST_HELD]
    with np.errstate(invalid="ignore"):  # the largest of all becomes none
        exact = bool((held.astype(np.float64).astype(held.dtype) != held).any())
    held = held[held & (X_STEP - 1) != 0]  # X_STEP is a power of two: its multiples end in zeros
    return int(np.count_nonzero(held % 1000)), exact


def _is_exact(own: str | None) -> bool:
    """Return whether an id has digits that a decimal number of a program would lose."""
    if not own or not own.isdecimal() or int(own) < LEAST_HELD:
        return False
    return int(float(own)) != int(own)


@dataclass(frozen=True)
class _Rounding:
    """Ids of one length of which nearly all end in zeros, as rounded numbers do.

    A spreadsheet keeps 15 digits; a number of JavaScript 16 or 17. Ids that are moments end in
    more zeros than that, all of them.
    """

    length: int
    zeros: int
    normal: float
    most: float

    def pattern(self) -> str:
        return rf"^\d{{{self.length - self.zeros}}}0{{{self.zeros}}}$"

    def fits(self, ids: Any) -> bool:
        n = int(pc.sum(pc.equal(pc.utf8_length(ids), self.length)).as_py() or 0)
        hits = _n_like(ids, self.pattern())
        more = _n_like(ids, rf"^\d{{{self.length - self.zeros - 1}}}0{{{self.zeros + 1}}}$")
        if not hits or hits < _NEARLY * n or more > self.most * n:
            return False
        return chance_of(hits, n, self.normal) <= CHANCE


_ROUNDINGS = (
    _Rounding(16, 1, 0.12, 0.5),
    _Rounding(17, 2, 0.02, 0.5),
    _Rounding(18, 1, 0.12, 1.0),
    _Rounding(19, 2, 0.03, 0.5),
    _Rounding(19, 3, 0.015, 0.5),
    _Rounding(20, 2, 0.03, 1.0),
)


def _n_like(ids: Any, pattern: str) -> int:
    return int(pc.sum(pc.match_substring_regex(ids, pattern)).as_py() or 0)


def _n_of_length(ids: Any, least: int) -> int:
    return _n_like(ids, rf"^\d{{{least},}}$")
