"""What is in each exported file, as the simulator knows it: items, repeats, damage, counters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from crisislab.simulate.world import Post, grown


@dataclass(frozen=True)
class Damage:
    """One damaged place of a file and what has to become of it.

    Attributes:
        file: File of the case.
        line: Line it begins on.
        what: What is wrong with it.
        fate: ``rejected``: set aside with its reason; the rest of the file is read.
        unit: What is lost: a ``json`` line, an ``item`` of a record or a ``row`` of a table.
        lost: Items that no other file holds.
    """

    file: str
    line: int
    what: str
    fate: str
    unit: str
    lost: int


@dataclass(frozen=True)
class Seen:
    """A post in a file, with the instant at which the collector saw it."""

    post: Post
    at: int


@dataclass(frozen=True)
class Export:
    """One exported file: its bytes and what is in them.

    Attributes:
        repeated: Items that stand twice in this very file.
        context: Items shown beside others only (such as a post that was answered).
        header: Header lines.
        continuation: Further lines of rows whose text has line breaks.
    """

    file: str
    body: bytes
    seen: list[Seen]
    damage: list[Damage] = field(default_factory=list)
    repeated: int = 0
    blank: int = 0
    context: int = 0
    header: int = 0
    continuation: int = 0

    @property
    def n_items(self) -> int:
        """How many whole items the file holds, repeats counted."""
        return len(self.seen) + self.repeated


def last_seen(exports: Iterable[Export]) -> dict[Post, int]:
    """Return when each post was seen for the last time: its counters are of then."""
    last: dict[Post, int] = {}
    for export in exports:
        for seen in export.seen:
            last[seen.post] = max(seen.at, last.get(seen.post, 0))
    return last


def impressions(post: Post, seen: int) -> int | None:
    """Return the displays of a post as its platform reports them; ``None`` where it does not."""
    if post.platform == "x":
        final = 0 if post.kind == "repost" else post.counters.impressions
        return grown(final, at=post.at, seen=seen)
    if post.platform == "youtube" and post.kind == "post":
        return grown(post.counters.impressions, at=post.at, seen=seen)
    return None
