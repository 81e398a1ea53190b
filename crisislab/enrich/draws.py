"""The numbers by which samples of posts are drawn: the same for an item and its reposts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crisislab.enrich.columns import text_column
from crisislab.read._flat import hashed, seeds_of, stirred, whole_numbers


def draws(posts: pa.Table) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return a number per post by which samples are drawn: 0 to 2**62, the same on any machine.

    An item and its reposts have the same: a sample holds both or neither. Taking those under a
    threshold is a random sample of what was said, and a smaller threshold takes a part of it.

    >>> posts = pa.table({"platform": ["x", "x"], "post_id": ["1", "2"],
    ...                   "shared_id": [None, "1"], "kind": ["post", "repost"]})
    >>> len(set(draws(posts)))
    1
    """
    kind, shared, own = (text_column(posts, name) for name in ("kind", "shared_id", "post_id"))
    repost = pc.fill_null(pc.equal(kind, "repost"), False)
    item = pc.if_else(pc.and_(repost, shared.is_valid()), shared, own).fill_null("")
    seeds = seeds_of(text_column(posts, "platform"))
    return (stirred(seeds ^ _numbers(item)) >> 2).astype(np.int64)


def _numbers(items: pa.Array) -> np.ndarray[Any, np.dtype[np.uint64]]:
    """Return a number per id: those of up to 64 bits themselves, as most are, of others a hash."""
    whole, numbers = whole_numbers(items)
    found = np.empty(len(items), dtype=np.uint64)
    found[whole] = numbers
    found[~whole] = hashed(items.filter(pa.array(~whole)))
    return found
