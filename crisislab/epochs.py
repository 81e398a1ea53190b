"""Which definition of a metric held on a platform on a day: a dated register with sources."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from importlib import resources
from typing import Literal

Counted = Literal["engagement", "impressions"]
ANY = ("n_likes", "n_reposts", "n_replies", "n_quotes")


@dataclass(frozen=True)
class Epoch:
    """A definition and the day from which it holds.

    Attributes:
        platform: Network.
        metric: ``engagement`` or ``impressions``.
        since: First day.
        counts: Columns of the posts that make it up.
        lacking: Parts of it that no column holds.
        says: Whose definition it is.
        source: Where it is written.
    """

    platform: str
    metric: str
    since: date
    counts: tuple[str, ...]
    lacking: tuple[str, ...] = ()
    says: str = ""
    source: str = ""


@lru_cache(maxsize=1)
def register() -> tuple[Epoch, ...]:
    """Return every definition, by platform, metric and day.

    >>> len({epoch.platform for epoch in register()}) >= 4
    True
    """
    file = resources.files("crisislab") / "metric_epochs.toml"
    rows = tomllib.loads(file.read_text("utf-8"))["epoch"]
    known = [
        Epoch(
            row["platform"], row["metric"], row["since"], tuple(row["counts"]),
            tuple(row.get("lacking", ())), row["says"], row["source"],
        )
        for row in rows
    ]  # fmt: skip
    return tuple(sorted(known, key=lambda e: (e.platform, e.metric, e.since)))


def epoch_of(platform: str, metric: Counted, day: date) -> Epoch | None:
    """Return the definition that held on a day; ``None`` where the register has none.

    >>> from datetime import date
    >>> epoch_of("x", "engagement", date(2023, 12, 31)).counts
    ('n_reposts', 'n_likes', 'n_quotes')
    """
    known = [e for e in register() if (e.platform, e.metric) == (platform, metric)]
    held = [epoch for epoch in known if epoch.since <= _day(day)]
    return held[-1] if held else None


def breaks_between(platform: str, metric: Counted, first: date, last: date) -> list[Epoch]:
    """Return the definitions that began after the first day and up to the last.

    >>> from datetime import date
    >>> [str(e.since) for e in breaks_between("x", "engagement", date(2023, 6, 1),
    ...                                       date(2024, 7, 1))]
    ['2023-06-13', '2024-01-01', '2024-07-01']
    """
    known = [e for e in register() if (e.platform, e.metric) == (platform, metric)]
    return [epoch for epoch in known if _day(first) < epoch.since <= _day(last)]


def shared_counts(epochs: Iterable[Epoch]) -> tuple[str, ...]:
    """Return the columns that are part of every definition, in order.

    >>> shared_counts(e for e in register() if e.metric == "engagement" and e.platform == "x")
    ('n_likes', 'n_reposts')
    """
    sets = [set(epoch.counts) for epoch in epochs]
    return tuple(name for name in ANY if sets and all(name in each for each in sets))


def _day(day: date) -> date:
    return day.date() if isinstance(day, datetime) else day
