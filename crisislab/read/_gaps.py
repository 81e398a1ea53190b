"""Names that stand in the first row of a group only, as merged cells leave them in a CSV file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crisislab.read._flat import Mask
from crisislab.read._rows import is_missing

if TYPE_CHECKING:
    from crisislab.read._type import Typing

_AUTHORS = ("author_handle", "author_name", "author_id")
_LEAST_ROWS, _LEAST_NAMES = 10, 3
_MISSING_SHARE = 0.5
_CHANCE = 0.02
# In a log of few names, where most rows have none.
_MOST_SHARE, _SELDOM = 2 / 3, 0.4


def tell_gaps(typing: Typing) -> None:
    """Flag rows without a name below rows that have one, where merged cells may have been."""
    known = [column for column in (*_AUTHORS, "actor") if typing.has(column)]
    if not known:
        return
    column = known[0]
    names = typing.done.get(column, typing.text(column))
    missing = is_missing(names)
    if missing.sum() < max(1, _MISSING_SHARE * len(missing)):
        return
    nobody = missing.copy()
    for other in known[1:]:
        nobody &= is_missing(typing.text(other))
    if not np.array_equal(nobody, missing) or not _are_groups(names, missing):
        return
    typing.found.evidence.whole("names of rows above")
    # A block may begin in the middle of a group, a file does not.
    if not missing[0]:
        typing.flag("CL-AUTHOR-ABOVE", missing, column)


def _are_groups(names: Any, missing: Mask) -> bool:
    """Return whether names stand as first rows of groups would: each differs from the one before.

    >>> names = pa.array(["Ana", None, None, "Eva", None, None, "Leo", None, None, None])
    >>> _are_groups(names, is_missing(names))
    True
    """
    told = names.filter(pa.array(~missing))
    if len(missing) < _LEAST_ROWS or len(told) < _LEAST_NAMES:
        return False
    if pc.any(pc.equal(told[1:], told[:-1])).as_py():
        return False
    counts = pc.value_counts(told).field("counts").to_numpy()
    if (counts == 1).all():
        return True
    # Of names in any order some would follow themselves, the more so the fewer they are.
    n = len(told)
    same = float((counts * (counts - 1)).sum()) / (n * (n - 1))
    seldom = _SELDOM if missing.mean() >= _MOST_SHARE else _CHANCE
    return bool((1 - same) ** (n - 1) <= seldom)
