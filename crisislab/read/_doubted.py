"""Names that mean a column only where its cells bear it out: which of them are left out.

``names.toml`` lists them. Only the first rows are looked at; what is left out may still be
declared, and is among the columns that messages name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from crisislab.read._columns import bare
from crisislab.read._sample import Look, Sample
from crisislab.read.declare import Declaration
from crisislab.read.sources import generic
from crisislab.read.sources._names import known_names

_PEOPLE = ("author_id", "author_handle", "author_name")
# Of these one value may be right: a channel writes what stands in it.
_MAY_BE_ONE = "author_handle"
_FEW, _HALF = 3, 2
_MANY_WORDS = 2
_DIGIT = re.compile(r"\d")
_COUNT = re.compile(r"[\d.,\s]+[KkMm]?")
_FILE = re.compile(r"(?i)(?:https?:)?/\S*|.*\.(?:jpe?g|png|gif|webp|mp4|mov|pdf)")


def borne_out(
    names: Sequence[str], kind: generic.Kind, sample: Sample, declared: Declaration
) -> tuple[str, ...]:  # fmt: skip
    """Return names without those that their cells speak against."""
    kept = tuple(names)
    if kind != "posts":
        return kept
    while True:
        found = generic.resolve(kept, kind, declared)
        gone = {
            own
            for column, own in _taken(found, declared)
            if any(speaks(column, own, kept, found, sample) for speaks in _AGAINST)
        }
        if not gone:
            return kept
        kept = tuple(name for name in kept if name not in gone)


def _taken(found: generic.Resolved, declared: Declaration) -> list[tuple[str, str]]:
    """Return columns with each of the names that are taken for them, or could be."""
    told = [*found.columns.items(), *found.open.items()]
    return [(c, own) for c, names in told for own in names if c not in declared.columns]


def _listed(table: str, column: str) -> Any:
    return known_names()[table].get(column, ())


def _is_listed(table: str, column: str, own: str) -> bool:
    return bare(own) in map(bare, _listed(table, column))


def _others(table: str, column: str, own: str, names: Sequence[str]) -> list[str] | None:
    """Return the columns that are named beside a name; ``None`` where a table does not list it."""
    known: Mapping[str, list[str]] = dict(_listed(table, column))
    told = {bare(name): others for name, others in known.items()}.get(bare(own))
    return None if told is None else [n for n in names if bare(n) in set(map(bare, told))]


def _yields(
    column: str, own: str, names: Sequence[str], _found: generic.Resolved, sample: Sample
) -> bool:
    others = _others("yields", column, own, names) or ()
    mine = sample.look(own).n_different
    return any(sample.look(name).n_different > mine for name in others)


def _is_of_few(
    column: str, own: str, names: Sequence[str], found: generic.Resolved, sample: Sample
) -> bool:
    if not _is_listed("few", column, own):
        return False
    look = sample.look(own)
    if column in _PEOPLE and any(map(_FILE.fullmatch, look.filled)):
        return True
    sure = [n for c in _PEOPLE if c != column for n in found.columns.get(c, ())
            if not _is_listed("few", c, n)]  # fmt: skip
    if any(sample.look(name).n_different >= _HALF * look.n_different for name in sure):
        return sample.n >= _FEW
    alone = column != _MAY_BE_ONE or generic.stand_under(names)
    return alone and sample.n >= _FEW and look.n_different <= len(look.filled) // _HALF


def _are_labels(
    column: str, own: str, _names: Sequence[str], _found: generic.Resolved, sample: Sample
) -> bool:
    if not _is_listed("labels", column, own):
        return False
    look = sample.look(own)
    short = not any(len(cell.split()) > _MANY_WORDS for cell in look.filled)
    alike = look.n_different <= len(look.filled) // _HALF
    numbered = all(" " not in cell and _DIGIT.search(cell) for cell in look.filled)
    return len(look.filled) >= _FEW and short and (alike or numbered)


def _is_same(
    column: str, own: str, names: Sequence[str], _found: generic.Resolved, sample: Sample
) -> bool:
    others = _others("same", column, own, names)
    look = sample.look(own)
    if others is None or look.n_different == len(look.filled) >= _FEW:
        return False
    return bool(others) or (column != "text" and look.n_different < len(look.filled))


def _counts_nothing(
    column: str, own: str, _names: Sequence[str], _found: generic.Resolved, sample: Sample
) -> bool:
    cells = sample.look(own).filled if _is_listed("counted", column, own) else ()
    return any(not _COUNT.fullmatch(cell) for cell in cells)


_AGAINST: tuple[Callable[[str, str, Sequence[str], generic.Resolved, Sample], bool], ...] = (
    _yields, _is_of_few, _are_labels, _counts_nothing, _is_same,
)  # fmt: skip


def says_less(look: Look, title: Look) -> bool:
    """Return whether a part of a text says less than the title beside it."""
    return bool(look.filled) and len(look.filled) >= _FEW and look.letters < title.letters


def is_part(name: str) -> bool:
    """Return whether a column is named as a part of a text."""
    return _is_listed("labels", "parts", name)
