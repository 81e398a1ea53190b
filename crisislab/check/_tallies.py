"""What is looked at in how posts were collected, counted by the engine that holds them.

Of each platform: posts a minute, posts a day by language and kind, how many are late. That is
little, however many posts there are; the times alone are read through, batch by batch.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import narwhals as nw
import pandas as pd

from crisislab.engine import HOUR_US, MINUTE_US, Lazy, batches, instants, lazy, small
from crisislab.estimate.artefacts import Numbers

LATE_DAYS = 7
DAY_US = 24 * HOUR_US
# A layout known by column names alone does not say whether it could hold reposts.
_NO_KINDS = ("table",)
_ORDER = ("created_us", "post_id")


@dataclass(frozen=True)
class Tally:
    """The public's posts of one platform, counted.

    Attributes:
        platform: The platform.
        files: The files they stand in.
        n: How many there are.
        n_midnight: How many were made at midnight UTC exactly, as a date alone is read.
        n_late: How many were collected more than ``LATE_DAYS`` after they were made.
        first: When the first of them was made, in microseconds.
        last: When the last was.
        minutes: Posts a minute of UTC, by its beginning; minutes without posts are left out.
        kinds: ``day, lang, repost, able, n``: how many posts of a day and language are reposts,
            and stand in a layout able to hold them.
        posts: The posts themselves.
    """

    platform: str
    files: tuple[str, ...]
    n: int
    n_midnight: int
    n_late: int
    first: int
    last: int
    minutes: pd.Series = field(repr=False)
    kinds: pd.DataFrame = field(repr=False)
    posts: Lazy = field(repr=False)

    def times(self) -> Iterator[Numbers]:
        """Yield the different times in their order, in microseconds, batch by batch."""
        known = self.posts.filter(~nw.col("created_us").is_null())
        # Grouped, because DuckDB would number all rows to find the different ones.
        different = known.group_by("created_us").agg(nw.len().alias("n"))
        return batches(different.select("created_us").sort("created_us"))

    def first_of(self, langs: list[str]) -> str:
        """Return which of some languages comes first."""
        theirs = self.posts.filter(nw.col("lang").is_in(langs)).sort(_ORDER).head(1)
        return str(small(theirs.select("lang"))["lang"].iloc[0])

    def late_row(self) -> int:
        """Return the row in its file of the first late post."""
        row = self.posts.filter(_late()).sort(_ORDER).head(1).select("source_row")
        return int(small(row)["source_row"].iloc[0])

    def late_days(self) -> float:
        """Return the median days from when a post was made until it was collected."""
        wait = self.posts.select(wait=nw.col("collected_us") - nw.col("created_us"))
        middle = small(wait.select(nw.col("wait").median()))["wait"].iloc[0]
        return float(middle) / 1e6 / 86400


def tallies(posts: Any) -> Iterator[Tally]:
    """Yield the public's posts of each platform, counted.

    Args:
        posts: Posts of any engine, with ``own`` set where it is known.
    """
    public = lazy(posts).filter(~nw.col("own") & ~nw.col("platform").is_null())
    held, minutes, kinds = _held(public), _minutes(public), _kinds(public)
    for name, parts in held.groupby("platform", sort=True, observed=True):
        mine = minutes.loc[minutes["platform"] == name]
        starts = pd.DatetimeIndex(instants(mine["minute"] * MINUTE_US))
        yield Tally(
            platform=str(name),
            files=tuple(parts["file"].dropna()),
            n=int(parts["n"].sum()),
            n_midnight=int(parts["n_midnight"].sum()),
            n_late=int(parts["n_late"].sum()),
            first=0 if mine.empty else int(parts["first"].min()),
            last=0 if mine.empty else int(parts["last"].max()),
            minutes=pd.Series(mine["n"].to_numpy(), index=starts),
            kinds=kinds.loc[kinds["platform"] == name],
            posts=public.filter(nw.col("platform") == name),
        )


def _held(public: Lazy) -> pd.DataFrame:
    """Return the files of each platform with how many posts they hold, and from when to when."""
    at = nw.col("created_us")
    rows = public.select(
        "platform", first=at, last=at, file=nw.col("source_file").cast(nw.String),
        midnight=(at % DAY_US == 0).fill_null(False).cast(nw.Int64), late=_late().cast(nw.Int64),
    )  # fmt: skip
    counts = rows.group_by("platform", "file").agg(
        nw.len().alias("n"), nw.col("first").min(), nw.col("last").max(),
        nw.col("midnight").sum().alias("n_midnight"), nw.col("late").sum().alias("n_late"),
    )  # fmt: skip
    whole = counts.with_columns(nw.col("n_midnight", "n_late").cast(nw.Int64))
    return small(whole, by=["platform", "file"])


def _minutes(public: Lazy) -> pd.DataFrame:
    """Return ``platform, minute, n``, in order of time."""
    minute = nw.col("created_us") // MINUTE_US
    rows = public.select("platform", minute=minute).filter(~nw.col("minute").is_null())
    counts = rows.group_by("platform", "minute").agg(nw.len().alias("n"))
    return small(counts, by=["platform", "minute"])


def _kinds(public: Lazy) -> pd.DataFrame:
    """Return ``platform, day, lang, repost, able, n``."""
    retold = nw.col("text").cast(nw.String).str.starts_with("RT @").fill_null(False)
    rows = public.select(
        "platform", "lang",
        day=nw.col("created_us") // DAY_US,
        repost=(nw.col("kind") == "repost").fill_null(False) | retold,
        able=~nw.col("source").is_in(_NO_KINDS).fill_null(False),
    )  # fmt: skip
    by = ["platform", "lang", "day", "repost", "able"]
    counts = small(rows.group_by(by).agg(nw.len().alias("n")))
    return counts.assign(day=instants(counts["day"] * DAY_US))


def _late() -> nw.Expr:
    wait = nw.col("collected_us") - nw.col("created_us")
    return (wait > LATE_DAYS * DAY_US).fill_null(False)
