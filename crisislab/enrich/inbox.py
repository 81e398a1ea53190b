"""What waits for the brand and what it answered: told once, for every measure of waiting."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, partial
from typing import Any

import narwhals as nw

from crisislab.engine import Lazy, settled
from crisislab.enrich.people import addressed, answers, authored, near_items, own_items

_ITEM = ("platform", "post_id", "parent_id", "person", "created_us")


@dataclass(frozen=True)
class Inbox:
    """The items that wait for an answer, and the brand's own with whom each answers.

    Attributes:
        items: The eligible ones, settled: ``platform, post_id, parent_id, person, created_us``.
        told: The brand's own as :func:`crisislab.enrich.people.answers` returns them, settled.
    """

    items: Lazy = field(repr=False)
    told: Lazy = field(repr=False)
    _every: Callable[[], Lazy] = field(repr=False)

    @cached_property
    def every(self) -> Lazy:
        """All posts as :func:`crisislab.enrich.people.addressed` returns them, planned if asked.

        They are reckoned anew at each use.
        """
        return self._every()


def inbox(
    posts: Any,
    *,
    handles: Iterable[str] = (),
    staff: Iterable[str] = (),
    spam: Iterable[str] = (),
    renamed: Mapping[str, str] | None = None,
    near: bool = False,
) -> Inbox:
    """Return what waits for the brand and what it answered; an inbox is returned as it is.

    Args:
        posts: Posts of any engine, or an inbox made before.
        handles: Handles of the brand, former ones too.
        staff: Ids or handles of the brand's own people.
        spam: Ids or handles declared to be spam.
        renamed: Former handle -> present handle.
        near: Whether to look among the posts alone that are ``near_brand``, where they say so: told
            for these handles (see ``enrich.near_brand``).
    """
    if isinstance(posts, Inbox):
        return posts
    who: dict[str, Any] = {"handles": list(handles), "staff": staff, "spam": spam}
    every = cache(partial(authored, posts, renamed=renamed))
    found = near_items(posts, renamed=renamed) if near else None
    frame = every() if found is None else found
    own = own_items(frame)
    aimed = addressed(frame, own, **who)
    told = answers(frame, own, handles=who["handles"], renamed=renamed, every=every)
    return Inbox(
        settled(aimed.filter(nw.col("addressed")).select(*_ITEM)), settled(told),
        lambda: aimed if found is None else addressed(every(), own_items(every()), **who),
    )  # fmt: skip
