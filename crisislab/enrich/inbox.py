"""What waits for the brand and what it answered: told once, for every measure of waiting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import narwhals as nw

from crisislab.engine import Lazy, settled
from crisislab.enrich.people import addressed, answers, authored, own_items

_ITEM = ("platform", "post_id", "parent_id", "person", "created_us")


@dataclass(frozen=True)
class Inbox:
    """The items that wait for an answer, and the brand's own with whom each answers.

    Attributes:
        every: All posts as :func:`crisislab.enrich.people.addressed` returns them; reckoned anew
            at each use.
        items: The eligible ones, settled: ``platform, post_id, parent_id, person, created_us``.
        told: The brand's own as :func:`crisislab.enrich.people.answers` returns them, settled.
    """

    every: Lazy = field(repr=False)
    items: Lazy = field(repr=False)
    told: Lazy = field(repr=False)


def inbox(
    posts: Any,
    *,
    handles: Iterable[str] = (),
    staff: Iterable[str] = (),
    spam: Iterable[str] = (),
    renamed: Mapping[str, str] | None = None,
) -> Inbox:
    """Return what waits for the brand and what it answered; an inbox is returned as it is.

    Args:
        posts: Posts of any engine, or an inbox made before.
        handles: Handles of the brand, former ones too.
        staff: Ids or handles of the brand's own people.
        spam: Ids or handles declared to be spam.
        renamed: Former handle -> present handle.
    """
    if isinstance(posts, Inbox):
        return posts
    handles = list(handles)
    frame = authored(posts, renamed=renamed)
    own = own_items(frame)
    every = addressed(frame, own, handles=handles, staff=staff, spam=spam)
    return Inbox(
        every=every,
        items=settled(every.filter(nw.col("addressed")).select(*_ITEM)),
        told=settled(answers(frame, own, handles=handles, renamed=renamed)),
    )
