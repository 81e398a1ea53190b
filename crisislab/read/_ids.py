"""Ids stay text. What a spreadsheet did to them is found, told, and never used as a key."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crisislab.read._clock import Mask
from crisislab.read._evidence import NORMAL_ENDS
from crisislab.read._ledger import Findings

_SCIENTIFIC = r"^[+\-]?\d(?:[.,]\d+)?[eE]\+?\d{1,3}$"
_FLOAT = r"^-?\d+\.0+$"
_MARKED = r"\d[.,eE]"
_EXACT = r"^-?\d{1,15}\.0+$"
_UNTIDY = r"""[\s'"=]"""
_LONG = r"^\d{16,20}$"
_KEPT_DIGITS = 15
_CHANCE = 1e-5
_DAMAGED_SHARE = 0.5


def tidy_ids(ids: Any) -> Any:
    """Return ids without blanks around them and without a quote that only marks text."""
    if _is_clean(ids) or not _mask(pc.match_substring_regex(ids, _UNTIDY)).any():
        return ids
    plain = pc.utf8_trim_whitespace(ids)
    plain = pc.replace_substring_regex(plain, r'^(?:=?"(\d+)"|\'(\d+))$', r"\1\2")
    return pc.if_else(pc.equal(plain, ""), None, plain)


def check_ids(
    ids: Any, *, column: str, name: str, lines: np.ndarray[Any, Any], found: Findings,
    damaged_ok: bool,
) -> tuple[Any, bool]:  # fmt: skip
    """Return ids with exact repairs made, and whether they can serve as keys.

    Ids as whole floats (``1234.0``) are repaired where no digit can be lost.
    """
    clean = _is_clean(ids)
    if not clean:
        ids = _repair_floats(tidy_ids(ids), column=name, lines=lines, found=found)
    ends, n = _n_ends(ids), len(ids) - ids.null_count
    found.evidence.ends[column] = (ends, n)
    if clean and ends <= NORMAL_ENDS * n:
        return ids, True
    bad, code = _damage(ids)
    if not code:
        return ids, True
    at = int(np.flatnonzero(bad)[0])
    found.note(
        code, "flagged" if damaged_ok else "refused", line=int(lines[at]), column=name,
        value=ids[at].as_py(), n=int(bad.sum()), n_of=int(pc.count(ids).as_py()), key=column,
    )  # fmt: skip
    return ids, False


def _is_clean(ids: Any) -> bool:
    """Return whether every id is digits alone, as most are: then no regex need look at them."""
    return bool(pc.all(pc.ascii_is_decimal(ids)).as_py())


def _mask(array: Any) -> Mask:
    return np.asarray(pc.fill_null(array, False).to_numpy(zero_copy_only=False), dtype=bool)


def _repair_floats(ids: Any, *, column: str, lines: np.ndarray[Any, Any], found: Findings) -> Any:
    if not _mask(pc.match_substring(ids, ".0")).any():
        return ids
    exact = _mask(pc.match_substring_regex(ids, _EXACT))
    if not exact.any():
        return ids
    at = int(np.flatnonzero(exact)[0])
    found.note(
        "CL-IDS-FLOAT-REPAIRED", "fixed", line=int(lines[at]), column=column,
        value=ids[at].as_py(), n=int(exact.sum()),
    )  # fmt: skip
    repaired = pc.replace_substring_regex(ids, r"\.0+$", "")
    return pc.if_else(pa.array(exact), repaired, ids)


def _damage(ids: Any) -> tuple[Mask, str]:
    """Return which ids a spreadsheet damaged, and the code of the damage."""
    if not _mask(pc.match_substring_regex(ids, _MARKED)).any():
        rounded = rounded_ids(ids)
        return rounded, "CL-IDS-ROUNDED" if rounded.any() else ""
    scientific = _mask(pc.match_substring_regex(ids, _SCIENTIFIC))
    if scientific.any():
        return scientific, "CL-IDS-SCIENTIFIC"
    floats = _mask(pc.match_substring_regex(ids, _FLOAT))
    if floats.any():
        return floats, "CL-IDS-FLOAT"
    rounded = rounded_ids(ids)
    return rounded, "CL-IDS-ROUNDED" if rounded.any() else ""


def rounded_ids(ids: Any) -> Mask:
    """Return which ids were cut to 15 digits, where more of them end in zeros than chance allows.

    >>> int(rounded_ids(pa.array([f"57030613367776{i}000" for i in range(9)])).sum())
    9
    >>> int(rounded_ids(pa.array([f"57030613367776{i}513" for i in range(9)])).sum())
    0
    """
    none = np.zeros(len(ids), dtype=bool)
    if _n_ends(ids) <= NORMAL_ENDS * (len(ids) - ids.null_count):
        return none
    unique = pc.unique(ids.drop_null())
    long = unique.filter(pc.match_substring_regex(unique, _LONG))
    n = len(long)
    zeros = sum(_n_cut(long, digits) for digits in range(18, 21))
    if not zeros or _chance_of(zeros, n) > _CHANCE:
        return none
    if zeros < _DAMAGED_SHARE * n and zeros < _DAMAGED_SHARE * _n_of_length(long, 18):
        return none
    ends = "|".join(rf"\d{{15}}0{{{k}}}" for k in range(3, 6))
    return _mask(pc.match_substring_regex(ids, rf"^(?:{ends})$"))


def _n_ends(ids: Any) -> int:
    return int(pc.sum(pc.ends_with(ids, "000")).as_py() or 0)


def _chance_of(zeros: int, n: int) -> float:
    """Return the chance of so many intact ids, or more, that end in zeros."""
    # Imported where it is needed: few files come this far, and it takes its time.
    from scipy.special import bdtrc

    return float(bdtrc(zeros - 1, n, NORMAL_ENDS))


def _n_cut(ids: Any, digits: int) -> int:
    zeros = digits - _KEPT_DIGITS
    return int(pc.sum(pc.match_substring_regex(ids, rf"^\d{{15}}0{{{zeros}}}$")).as_py() or 0)


def _n_of_length(ids: Any, least: int) -> int:
    return int(pc.sum(pc.match_substring_regex(ids, rf"^\d{{{least},}}$")).as_py() or 0)


def made_ids(columns: Sequence[Any]) -> Any:
    """Return ids made from what identifies a row, for exports that have none.

    The same row in two exports gets the same id.

    >>> made_ids([pa.array(["ana", "ana"]), pa.array(["hola", "hola"])]).to_pylist()
    ['made-09db54b45dfacbc5', 'made-09db54b45dfacbc5']
    """
    rows = zip(*(column.to_pylist() for column in columns), strict=True)
    return pa.array([_made(row) for row in rows], pa.large_string())


def _made(row: tuple[str | None, ...]) -> str:
    text = "\x1f".join("\x1e" if value is None else value for value in row)
    return "made-" + hashlib.sha256(text.encode()).hexdigest()[:16]
