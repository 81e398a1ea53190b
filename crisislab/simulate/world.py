"""What a simulated crisis is made of: accounts, authors, items, and when things happen.

Instants are whole seconds since 1970 (UTC); local times are those of Madrid.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo

ZONE = "Europe/Madrid"
HOUR = 3600
DAY = 86400
Label = Literal["negative", "neutral", "positive"]
Kind = Literal["post", "reply", "repost", "quote", "comment"]
PLATFORMS = ("x", "facebook", "instagram", "youtube", "web")


def local(text: str) -> int:
    """Return the instant of a local time of Madrid.

    >>> local("2026-03-29 03:00") - local("2026-03-29 01:59")
    60
    """
    naive = datetime.fromisoformat(text)
    return int(naive.replace(tzinfo=ZoneInfo(ZONE)).timestamp())


def there(instant: int) -> datetime:
    """Return the local time of Madrid of an instant."""
    return datetime.fromtimestamp(instant, ZoneInfo(ZONE))


def utc(instant: int) -> datetime:
    """Return an instant as a UTC date-time."""
    return datetime.fromtimestamp(instant, UTC)


def stamp(instant: int | None) -> str:
    """Return an instant as ``2026-03-18T08:40:00Z``; empty when there is none.

    >>> stamp(0), stamp(None)
    ('1970-01-01T00:00:00Z', '')
    """
    return "" if instant is None else utc(instant).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class Author:
    """Who writes: a person, a medium or an account of the brand."""

    platform: str
    id: str
    handle: str
    name: str
    lang: str = "es"
    region: str = "es_ES"
    followers: int | None = None
    since: int = 0
    kind: Literal["person", "medium", "brand", "machine"] = "person"

    @property
    def own(self) -> bool:
        """Whether it is an account of the brand."""
        return self.kind in ("brand", "machine")


@dataclass(frozen=True)
class Counters:
    """What a platform will have counted in the long run."""

    likes: int = 0
    reposts: int = 0
    replies: int = 0
    quotes: int = 0
    impressions: int = 0


@dataclass(frozen=True, eq=False)
class Post:
    """One public item, with what only the simulator knows: its topic and its true label."""

    platform: str
    post_id: str
    at: int
    kind: Kind
    author: Author
    text: str
    lang: str
    label: Label
    topic: str
    parent: Post | None = None
    root: Post | None = None
    shared: Post | None = None
    counters: Counters = field(default_factory=Counters)
    stars: int = 0

    @property
    def own(self) -> bool:
        """Whether the brand published it."""
        return self.author.own

    @property
    def top(self) -> Post:
        """Return the first item of its thread."""
        return self.root or self

    @property
    def addressed(self) -> bool:
        """Whether it speaks to the brand: names it, answers it or stands under its item."""
        if self.own or self.kind == "repost":
            return False
        under = self.top.own or (self.parent is not None and self.parent.own)
        named = self.platform in ("x", "instagram") and HANDLE in self.text.casefold()
        return under or named


def grown(final: int, *, at: int, seen: int) -> int:
    """Return a counter as it stood when it was seen; half of it comes in six hours.

    >>> grown(100, at=0, seen=21600), grown(100, at=0, seen=0)
    (50, 0)
    """
    age = max(seen - at, 0)
    return final * age // (age + 6 * HOUR)


HANDLE = "@brumaria_sim"
BRAND: dict[str, Author] = {
    "x": Author("x", "1290473305581879298", "brumaria_sim", "Lácteos Brumaria (ficticia)",
                followers=48210, since=local("2020-08-04 10:00"), kind="brand"),
    "facebook": Author("facebook", "108274650981123", "brumaria.ficticia",
                       "Lácteos Brumaria (ficticia)", kind="brand"),
    "instagram": Author("instagram", "17841409912380045", "brumaria_sim",
                        "Lácteos Brumaria (ficticia)", followers=61377, kind="brand"),
    "youtube": Author("youtube", "UCbRuMaRiAf1ct1c1aSim00Q", "brumaria_sim",
                      "Lácteos Brumaria (ficticia)", kind="brand"),
}  # fmt: skip
MACHINE = Author("x", "1455108823440097283", "bru_avisos_sim", "Brumaria avisos (ficticia)",
                 followers=912, since=local("2021-11-01 09:00"), kind="machine")  # fmt: skip


@dataclass(frozen=True)
class Calendar:
    """When the simulated crisis happens."""

    start: int = local("2026-03-02 00:00")
    quiet_end: int = local("2026-03-16 00:00")
    onset: int = local("2026-03-18 09:40")
    silence: tuple[int, int] = (local("2026-03-18 00:00"), local("2026-03-18 14:20"))
    statement: int = local("2026-03-18 16:40")
    second: int = local("2026-03-23 13:00")
    end: int = local("2026-03-31 00:00")
    shift: tuple[int, int] = (local("2026-03-18 14:20"), local("2026-03-21 00:00"))


@dataclass(frozen=True)
class Sizes:
    """How many items each platform gets: per ordinary day, and over the crisis."""

    calm: dict[str, float] = field(
        default_factory=lambda: {
            "x": 16, "facebook": 8, "instagram": 7, "youtube": 3.5, "web": 4,
        }
    )  # fmt: skip
    crisis: dict[str, float] = field(
        default_factory=lambda: {
            "x": 1180, "facebook": 380, "instagram": 310, "youtube": 200, "web": 140,
        }
    )  # fmt: skip
