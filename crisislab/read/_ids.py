"""Ids stay text. What a spreadsheet did to them is found, told, and never used as a key."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crisislab.read._clock import Mask
from crisislab.read._flat import all_digits, any_is, truths
from crisislab.read._ledger import Findings
from crisislab.read._marks import ERRORS, NOTHING, UNSEEN, visible
from crisislab.read._rounded import LONG, long_ends, rounded_ids

_SCIENTIFIC = r"^[+\-]?\d(?:[.,]\d+)?[eE]\+?\d{1,3}$"
_NOTHING_AFTER = r"(?:\.0+|,0{1,2})$"
_FLOAT = rf"^-?\d+{_NOTHING_AFTER}"
_NEGATIVE = r"^-\d+$"
_MARKED = r"\d[.,eE]"
_EXACT = rf"^-?\d{{1,15}}{_NOTHING_AFTER}"
# What number formats put between thousands, and how one that is no decimal number looks.
_GROUPS = tuple(
    (mark, rf"^\s*\d{{1,3}}(?:{mark}\d{{3}})+(?:[.,]0{{1,2}})?\s*$")
    for mark in (r"\.", ",", r"[ \x{a0}\x{202f}\x{2009}]", "['’]")
)
_MAY_GROUP = r"^\s*\d{1,3}[^\w]\d{3}"
_THOUSANDS = r"^\s*\d{1,3}\.000\s*$"
_PLAIN = r"^\s*\d{4,}\s*$"
_BELOW_1000 = r"^\s*[1-9]\d{0,2}(?:[.,]0{1,2})?\s*$"
_UNTIDY = rf"""[\s'"=]|{UNSEEN}"""
# x before an id keeps spreadsheets from rounding it (rtweet); an address holds its id.
_WRAPPED = r"^x(\d{15,20})$|^https?://(?:\w+\.)?(?:twitter|x)\.com/.*/status(?:es)?/(\d+)"
_LINKS = ("parent_id", "root_id", "shared_id")
_LEAST_LINKS = 5
# What people write where nothing is answered, and where something is that they do not name.
_NO_LINK = (
    r"(?i)^(?:[-–—−]+1?|no|none|false|falso|n/?[ad]|n\.[ad]\.|null|nan|ningun[oa]?|ningún|no aplica"
    r"|not applicable|nao|não|non|\[ *\]|\{ *\}|set\(\))$"
)
_YES_LINK = r"(?i)^(?:yes|true|s[ií]|verdadero|sim|oui|y|x)$"


def tidy_ids(ids: Any) -> Any:
    """Return ids without blanks around them and without a quote that only marks text."""
    if _is_clean(ids):
        return ids
    if not truths(pc.match_substring_regex(ids, _UNTIDY)).any():
        return _bare(ids)
    plain = pc.utf8_trim_whitespace(visible(ids))
    plain = pc.replace_substring_regex(plain, r'^(?:=?"(\d+)"|\'(\d+))$', r"\1\2")
    return _bare(pc.if_else(pc.equal(plain, ""), None, plain))


def _bare(ids: Any) -> Any:
    """Return ids out of what they are wrapped in, and none where a word says that there is none.

    >>> _bare(pa.array(["x570306133677760513", "https://x.com/a/status/17?s=20", "NA"])).to_pylist()
    ['570306133677760513', '17', None]
    """
    if _is_clean(ids):
        return ids
    wrapped = truths(pc.match_substring_regex(ids, _WRAPPED))
    if wrapped.any():
        inner = pc.replace_substring_regex(ids, rf"(?:{_WRAPPED}).*$", r"\1\2")
        ids = pc.if_else(pa.array(wrapped), inner, ids)
    if truths(pc.starts_with(ids, "#")).any():
        ids = pc.if_else(pc.match_substring_regex(ids, f"^{ERRORS}$"), None, ids)
    return pc.if_else(pc.is_in(ids, pa.array(sorted(NOTHING), ids.type)), None, ids)


def tidy_links(ids: Any) -> Any:
    """Return ids of other items: 0, a dash or "no" means none there.

    >>> tidy_links(pa.array(["17", "-", "No", "False", "0"])).to_pylist()
    ['17', None, None, None, None]
    """
    tidy = tidy_ids(ids)
    if not _is_clean(tidy) and (no := truths(pc.match_substring_regex(tidy, _NO_LINK))).any():
        tidy = pc.if_else(pa.array(no), None, tidy)
    return pc.if_else(pc.equal(tidy, "0"), None, tidy) if any_is(tidy, "0") else tidy


def _items(ids: Any) -> Any:
    """Return ids of items that are answered or shared; @name is an account, no item."""
    tidy = tidy_links(ids)
    named = truths(pc.starts_with(tidy, "@"))
    return pc.if_else(pa.array(named), None, tidy) if named.any() else tidy


def _group_mark(columns: Sequence[Any]) -> str:
    r"""Return what stands between the thousands of ids that went through a number format.

    ``1.000`` may be a decimal number too: other ids of the file tell.

    >>> _group_mark([pa.array(["1,000", "1,001"])]), _group_mark([pa.array(["1.000", "2.000"])])
    (',', '')
    """
    unclean = [ids for ids in columns if not _is_clean(ids)]
    unclean = [ids for ids in unclean if truths(pc.match_substring_regex(ids, _MAY_GROUP)).any()]
    for mark, pattern in _GROUPS:
        for ids in unclean:
            grouped = truths(pc.match_substring_regex(ids, pattern))
            if not grouped.any():
                continue
            few = truths(pc.match_substring_regex(ids, _BELOW_1000))
            decimal = truths(pc.match_substring_regex(ids, _THOUSANDS))
            plain = truths(pc.match_substring_regex(ids, _PLAIN))
            others = ~(grouped | few | plain | truths(pc.is_null(ids)))
            if not others.any() and (few.any() or not decimal[grouped].all()):
                return mark
    return ""


def _without_groups(
    ids: Any, mark: str, *, name: str, lines: np.ndarray[Any, Any], found: Findings
) -> Any:
    """Return ids without what a number format put between their thousands."""
    grouped = truths(pc.match_substring_regex(ids, dict(_GROUPS)[mark]))
    if not grouped.any():
        return ids
    at = int(np.flatnonzero(grouped)[0])
    found.note("CL-IDS-TIDIED", "fixed", line=int(lines[at]), column=name,
               value=ids[at].as_py(), n=int(grouped.sum()))  # fmt: skip
    plain = pc.replace_substring_regex(ids, rf"{mark}(\d{{3}})", r"\1")
    return pc.if_else(pa.array(grouped), plain, ids)


def plain_ids(
    columns: Mapping[str, Any], *, names: Mapping[str, str], lines: np.ndarray[Any, Any],
    found: Findings,
) -> dict[str, Any]:  # fmt: skip
    """Return the columns of ids without the number format that one program gave to them all."""
    mark = _group_mark(list(columns.values()))
    found.evidence.same["groups"] = mark
    return {
        column: _without_groups(ids, mark, name=names.get(column, column), lines=lines, found=found)
        for column, ids in columns.items() if mark
    }  # fmt: skip


def check_ids(
    ids: Any, *, column: str, name: str, lines: np.ndarray[Any, Any], found: Findings,
    damaged_ok: bool, own_ids: Any = None,
) -> tuple[Any, bool]:  # fmt: skip
    """Return ids with exact repairs made, and whether they can serve as keys.

    Ids as whole floats (``1234.0``) are repaired where no digit can be lost. Of ids of other items,
    those that are ``own_ids`` of the file are as they should be, whatever they end in.
    """
    if column in _LINKS and any_is(ids, "0"):
        ids = pc.if_else(pc.equal(ids, "0"), None, ids)
    clean = _is_clean(ids)
    if not clean:
        tidy = _items(ids) if column in _LINKS else tidy_ids(ids)
        _tell_tidied(ids, tidy, name, lines, found)
        ids = _repair_floats(tidy, column=name, lines=lines, found=found)
        if column == "post_id":
            _tell_negative(ids, name, lines, found)
        if column in _LINKS:
            ids = _without_yes(tidy_links(ids), name, lines, found)
    own = ids if clean else _own_parts(ids)
    ends = long_ends(own)
    found.evidence.ends[column] = ends
    if clean and not ends.may_be_rounded() and not ends.are_steps():
        return ids, True
    if own_ids is not None:
        own = pc.if_else(pc.is_in(own, pc.drop_null(own_ids)), None, own)
    bad, code = damage(own)
    if not code:
        return ids, True
    at = int(np.flatnonzero(bad)[0])
    few = own_ids is not None and code == "CL-IDS-ROUNDED" and _are_few(own.filter(pa.array(bad)))
    found.note(
        code, "flagged" if damaged_ok or few else "refused", line=int(lines[at]), column=name,
        value=ids[at].as_py(), n=int(bad.sum()), n_of=int(pc.count(ids).as_py()), key=column,
    )  # fmt: skip
    return ids, few


def _are_few(ids: Any) -> bool:
    """Return whether so few items are answered that their zeros may be chance."""
    return len(pc.unique(ids)) < _LEAST_LINKS


def _without_yes(ids: Any, name: str, lines: np.ndarray[Any, Any], found: Findings) -> Any:
    """Return ids of other items without words that say there is one and not which."""
    yes = truths(pc.match_substring_regex(ids, _YES_LINK))
    if not yes.any():
        return ids
    at = int(np.flatnonzero(yes)[0])
    found.note("CL-IDS-YES", line=int(lines[at]), column=name, value=ids[at].as_py(),
               n=int(yes.sum()), n_of=len(yes))  # fmt: skip
    return pc.if_else(pa.array(yes), None, ids)


def _tell_tidied(
    before: Any, after: Any, column: str, lines: np.ndarray[Any, Any], found: Findings
) -> None:
    trimmed = pc.utf8_trim_whitespace(before)
    bare = pc.utf8_trim_whitespace(pc.replace_substring_regex(before, r"""[='"]""", ""))
    changed = np.ones(len(before), dtype=bool)
    # Marks of a spreadsheet around an id are told by nobody; those that are its own stayed.
    for plain in (trimmed, bare):
        changed &= ~truths(pc.equal(pc.fill_null(plain, ""), pc.fill_null(after, "")))
    if changed.any():
        at = int(np.flatnonzero(changed)[0])
        found.note("CL-IDS-TIDIED", "fixed", line=int(lines[at]), column=column,
                   value=before[at].as_py(), n=int(changed.sum()))  # fmt: skip


def _tell_negative(ids: Any, name: str, lines: np.ndarray[Any, Any], found: Findings) -> None:
    """Tell ids below zero: no network gives such ones."""
    below = truths(pc.match_substring_regex(ids, _NEGATIVE))
    if below.any():
        at = int(np.flatnonzero(below)[0])
        found.note("CL-IDS-NEGATIVE", line=int(lines[at]), column=name, value=ids[at].as_py(),
                   n=int(below.sum()), n_of=len(below))  # fmt: skip


def _own_parts(ids: Any) -> Any:
    """Return what each id has of its own: posts of Facebook are ``page_post``."""
    if not truths(pc.match_substring(ids, "_")).any():
        return ids
    return pc.replace_substring_regex(ids, r"^\d+_", "")


def _is_clean(ids: Any) -> bool:
    """Return whether every id is digits alone, as most are: then no regex need look at them."""
    return all_digits(ids)


def _repair_floats(ids: Any, *, column: str, lines: np.ndarray[Any, Any], found: Findings) -> Any:
    exact = truths(pc.match_substring_regex(ids, _EXACT))
    if not exact.any():
        return ids
    at = int(np.flatnonzero(exact)[0])
    found.note(
        "CL-IDS-FLOAT-REPAIRED", "fixed", line=int(lines[at]), column=column,
        value=ids[at].as_py(), n=int(exact.sum()),
    )  # fmt: skip
    repaired = pc.replace_substring_regex(ids, _NOTHING_AFTER, "")
    return pc.if_else(pa.array(exact), repaired, ids)


def damage(ids: Any) -> tuple[Mask, str]:
    """Return which ids a program damaged, and the code of the damage."""
    if not truths(pc.match_substring_regex(ids, _MARKED)).any():
        return _lost(ids)
    scientific = truths(pc.match_substring_regex(ids, _SCIENTIFIC))
    if scientific.any():
        return scientific, "CL-IDS-SCIENTIFIC"
    floats = truths(pc.match_substring_regex(ids, _FLOAT))
    if floats.any():
        return floats, "CL-IDS-FLOAT"
    return _lost(ids)


def _lost(ids: Any) -> tuple[Mask, str]:
    """Return which whole numbers a program rounded, and the code of that."""
    rounded = rounded_ids(ids)
    if rounded.any():
        return rounded, "CL-IDS-ROUNDED"
    if not long_ends(ids).are_steps():
        return rounded, ""
    return truths(pc.match_substring_regex(ids, LONG)), "CL-IDS-STEPS"


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
