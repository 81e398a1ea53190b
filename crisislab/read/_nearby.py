"""Columns that lie beside a better one: the first rows say which of both is the row's own.

A name that is known may be that of what stands above a row, of the account, or of the database that
holds the export. Only what the first rows leave no doubt about is changed; of times, it is asked.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from crisislab.read._columns import bare, spaced
from crisislab.read._doubted import is_part, says_less
from crisislab.read._ledger import Findings
from crisislab.read._sample import Sample
from crisislab.read._shared import MARKS, SAID
from crisislab.read._values import kind_of
from crisislab.read.declare import Declaration
from crisislab.read.sources import generic
from crisislab.read.sources._names import known_names

_HANDLE = re.compile(r"@?[\w.\-]{1,50}")
# A customer's number, say.
_NUMBER = re.compile(r"[A-Z]{0,3}[-_]?\d+")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[ T]|$)")
_KIND_NAMES = ("type", "tipo")
_REPOST = re.compile(r"RT @\w+")
_NOT_SAID = frozenset(("", "0", "0.0", "false", "no", "falso"))
# Other kinds (photo, message) say what a row holds, not to whom it goes.
_KINDS = frozenset(("post", "reply", "repost", "quote", "comment"))
_UPDATED = ("updated at", "modified at", "actualizado el", "date modified")
_FEW, _BLANKS, _DAY, _MINUTE = 3, 0.25, 10, 16
# No name is longer.
_LONGEST = 60


def with_nearby(
    names: Sequence[str], found: generic.Resolved, sample: Sample, declared: Declaration
) -> generic.Resolved:  # fmt: skip
    """Return what names say of posts, with the column beside where that is the row's own."""
    for step in (_with_handles, _with_times, _with_kinds, _with_titles):
        found = step(names, found, sample, declared)
    return found


def _known(column: str) -> set[str]:
    return {bare(name) for names in known_names()["posts"][column].values()
            for name in names}  # fmt: skip


def _own(column: str, found: generic.Resolved, declared: Declaration) -> str:
    """Return the name taken for a column; empty where none is, or where it is declared."""
    return "" if column in declared.columns else next(iter(found.columns.get(column, ())), "")


def _with_handles(
    names: Sequence[str], found: generic.Resolved, sample: Sample, declared: Declaration
) -> generic.Resolved:  # fmt: skip
    """Take the column without blanks, where that called a handle holds names of people."""
    own = _own("author_handle", found, declared)
    cells = sample.look(own).filled if own else ()
    blanks = sum(" " in cell and not _HANDLE.fullmatch(cell) for cell in cells)
    if not cells or blanks < _BLANKS * len(cells) or "author_name" in declared.columns:
        return found
    free = [*found.columns.get("author_name", ())[:1], *generic.left_over(names, found)]
    known = _known("author_handle") - set(map(bare, known_names()["few"]["author_handle"]))
    for name in free:
        other = sample.look(name)
        handles = all(_HANDLE.fullmatch(c) and not _NUMBER.fullmatch(c) for c in other.filled)
        # One handle for many names is that of whom they wrote to, or who looked after them.
        many = len(other.filled) >= len(cells) and other.n_different >= len(set(cells))
        if bare(name) in known and many and handles:
            columns = {**found.columns, "author_handle": (name,), "author_name": (own,)}
            return replace(found, columns=columns)
    return found


def _with_times(
    names: Sequence[str], found: generic.Resolved, sample: Sample, declared: Declaration
) -> generic.Resolved:  # fmt: skip
    """Leave the time open where the column of that name is of a database or of the accounts."""
    own = _own("created_at", found, declared)
    if bare(own) not in ("createdat", "creadoel") or found.day_and_time or sample.n < _FEW:
        return found
    mine = sample.look(own).cells
    known = _known("created_at") | set(map(bare, ("date", "time", "timestamp", "fecha")))
    for name in generic.left_over(names, found):
        cells = sample.look(name).cells
        if bare(name) not in known or not all(map(_ISO.match, (*mine, *cells))):
            continue
        apart = [a[:_DAY] != b[:_DAY] for a, b in zip(mine, cells, strict=True)]
        if all(apart) and (_is_stored(names, mine, cells, sample)
                           or _is_of_people(found, mine, cells, sample)):  # fmt: skip
            columns = {c: n for c, n in found.columns.items() if c != "created_at"}
            return replace(found, columns=columns, open={**found.open, "created_at": (name, own)})
    return found


def _is_stored(
    names: Sequence[str], mine: Sequence[str], cells: Sequence[str], sample: Sample
) -> bool:
    """Return whether rows were written into a database later, and never changed since."""
    for name in names:
        if bare(name) in map(bare, _UPDATED):
            updated = sample.look(name).cells
            same = all(a[:_MINUTE] == b[:_MINUTE] for a, b in zip(mine, updated, strict=True))
            return same and all(a > b for a, b in zip(mine, cells, strict=True))
    return False


def _is_of_people(
    found: generic.Resolved, mine: Sequence[str], cells: Sequence[str], sample: Sample
) -> bool:
    """Return whether each author has one such time, before all that they wrote at other times."""
    author = next((found.columns[c][0] for c in ("author_id", "author_handle")
                   if c in found.columns), "")  # fmt: skip
    people = sample.look(author).cells if author else ()
    one: dict[str, set[str]] = defaultdict(set)
    many: dict[str, set[str]] = defaultdict(set)
    for who, account, post in zip(people, mine, cells, strict=False):
        one[who].add(account)
        many[who].add(post)
    again = [who for who, times in many.items() if len(times) > 1]
    earlier = all(a < b for a, b in zip(mine, cells, strict=True))
    return bool(again) and earlier and len(one) > 1 and all(len(t) == 1 for t in one.values())


def _with_kinds(
    names: Sequence[str], found: generic.Resolved, sample: Sample, declared: Declaration
) -> generic.Resolved:  # fmt: skip
    """Take a column of types as what rows are, where each of its words says to whom they go."""
    if "kind" in {*found.columns, *found.open, *declared.columns}:
        return found
    for name in generic.left_over(names, found):
        words = {kind_of(word) for word in sample.look(name).counts}
        # Of what a post holds, a quote is one too (Tumblr).
        said = bool(words - {"post", "quote"}) and words <= _KINDS
        if bare(name) in _KIND_NAMES and said and not _tell_more(name, found, sample):
            return replace(found, columns={**found.columns, "kind": (name,)})
    return found


def _tell_more(name: str, found: generic.Resolved, sample: Sample) -> bool:
    """Return whether other columns, or the words, tell kinds that a column of types leaves out."""
    plain = [kind_of(word) in ("post", "comment") for word in sample.look(name).cells]
    retweets = [kind_of(word) == "repost" for word in sample.look(name).cells]
    for column in ("parent_id", *(mark for mark in MARKS if mark != "title"), "text"):
        own = found.columns.get(column, ())[:1]
        cells = sample.look(*own).cells if own else ()
        for cell, left, again in zip(cells, plain, retweets, strict=False):
            told = _REPOST.match(cell) if column == "text" else cell.casefold() not in _NOT_SAID
            counted = column.startswith("says_") and cell.casefold() not in SAID
            if told and not counted and left and not again:
                return True
    return False


def _with_titles(
    _names: Sequence[str], found: generic.Resolved, sample: Sample, declared: Declaration
) -> generic.Resolved:  # fmt: skip
    """Leave the text open where a part of it is named, and the title beside it says more."""
    own = found.columns.get("text", ())
    if "text" in declared.columns or not own[1:] or not is_part(own[0]):
        return found
    if not says_less(sample.look(own[0]), sample.look(own[1])):
        return found
    columns = {column: taken for column, taken in found.columns.items() if column != "text"}
    return replace(found, columns=columns, open={**found.open, "text": (own[1], own[0])})


def tell_people(
    names: Sequence[str], found: generic.Resolved, sample: Sample, told: Findings
) -> None:
    """Tell of a column that may name who wrote the rows, where no name of a column says so."""
    there = {*found.columns, *found.open}
    if there & {"author_handle", "author_id", "author_name"}:
        return
    words, beside = (set(known_names()["people"][key]) for key in ("words", "beside"))
    for name in generic.left_over(names, found):
        look = sample.look(name)
        own = set(re.findall(r"[^\W\d_]+", spaced(name)))
        short = all(len(cell) <= _LONGEST and not _ISO.match(cell) for cell in look.filled)
        letters = any(character.isalpha() for cell in look.filled for character in cell)
        if own & words and own <= words | beside and short and letters and not look.is_prose():
            told.note("CL-AUTHOR-NONE", value=look.filled[0], column=name, first=name, n=None)
            return
