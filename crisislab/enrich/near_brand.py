"""Which items can be part of a conversation with the brand: told once, beside what texts tell.

Few posts of a crisis are addressed to the brand, and to tell which is what measures of waiting
begin with. Those that may be are a small superset that no measure has to look beyond.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crisislab.enrich.columns import text_column
from crisislab.handles import plain_handles
from crisislab.read._flat import truths

_LINKS = ("parent_id", "shared_id")
READ = ("post_id", *_LINKS, "root_id", "author_handle")


@dataclass(frozen=True)
class Circle:
    """What is known of the brand's own items in some posts.

    Attributes:
        ids: Ids of the brand's items.
        linked: Ids of what these answer or quote.
        handles: Handles they carry, as handles compare.
        rooted: Whether each reply of the posts, by anybody, states the root of its thread.
    """

    ids: pa.Array
    linked: pa.Array
    handles: frozenset[str]
    rooted: bool


def circle_of(posts: pa.Table, own: pa.Array) -> Circle:
    """Return what is known of the brand's own items in a table of posts.

    Args:
        posts: Posts with the columns ``READ``.
        own: Which of them are the brand's.
    """
    mine = posts.select(READ).filter(own)
    links = [text_column(mine, name).drop_null() for name in _LINKS]
    told = text_column(mine, "author_handle").drop_null().unique().to_pylist()
    unrooted = pc.and_(posts.column("parent_id").is_valid(), posts.column("root_id").is_null())
    return Circle(
        text_column(mine, "post_id"), pa.concat_arrays(links), frozenset(plain_handles(told)),
        not pc.any(unrooted).as_py(),
    )  # fmt: skip


def together(circles: Iterable[Circle], *, handles: Iterable[str] = ()) -> Circle:
    """Return one circle of several, with further handles."""
    known = list(circles)
    return Circle(
        pa.concat_arrays([one.ids for one in known]).unique(),
        pa.concat_arrays([one.linked for one in known]).unique(),
        reduce(frozenset.union, (one.handles for one in known), frozenset(plain_handles(handles))),
        all(one.rooted for one in known),
    )


def near_brand(posts: pa.Table, own: pa.Array, circle: Circle) -> pa.Array:
    """Return which posts can be part of a conversation with the brand.

    The brand's own; what answers them, stands below them, or is answered or quoted by them; what
    names a handle of the brand among its mentions; what the export marks as addressed to somebody,
    and reviews. All of them where threads are not stated: which items stand below the brand's is
    then known only when links are followed. Where an export has no mentions the texts would have to
    be searched: who reads this column looks at all posts then.

    Args:
        posts: Posts with the columns of ``schema.POSTS`` that ``enrich.people`` reads.
        own: Which of them are the brand's.
        circle: What is known of its items in all posts.

    Returns:
        A truth per post. False says: it is not addressed (``enrich.people.addressed``) by its
        mentions, links and marks, and no own item answers it, whatever the staff and spam declared.
    """
    if not circle.rooted:
        return pa.array(np.ones(len(posts), dtype=bool))
    near = truths(own) | truths(posts.column("inbound").combine_chunks().is_valid())
    near |= truths(pc.equal(posts.column("kind").combine_chunks(), "review"))
    for name, among in (("parent_id", circle.ids), ("root_id", circle.ids),
                        ("post_id", circle.linked)):  # fmt: skip
        near |= _among(text_column(posts, name), among)
    return pa.array(near | _naming(text_column(posts, "mentions"), circle.handles))


def _among(ids: pa.Array, wanted: pa.Array) -> Any:
    if ids.null_count == len(ids) or not len(wanted):
        return np.zeros(len(ids), dtype=bool)
    return truths(pc.is_in(ids, wanted, skip_nulls=True))


def _naming(mentions: pa.Array, handles: frozenset[str]) -> Any:
    """Return which mentions may hold a handle, whatever stands around it."""
    names = sorted(filter(None, handles))
    if not names or mentions.null_count == len(mentions):
        return np.zeros(len(mentions), dtype=bool)
    if not "".join(names).isascii():  # small letters of these are another matter
        return truths(mentions.is_valid())
    return truths(pc.match_substring_regex(mentions, f"(?i){'|'.join(map(re.escape, names))}"))
