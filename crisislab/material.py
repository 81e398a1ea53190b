"""What a review looks at: every post by expressions, the texts of few in memory.

Three questions, three tables. What is counted asks every post, on whatever engine holds them. What
is read and judged (statements, replies, promises, evidence) asks the brand's own posts, which are
few. What is told in words (stories, topics) asks the public's texts: all of them where they fit,
else a sample of stated size, drawn by a number that every engine knows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Any

import narwhals as nw
import pandas as pd

from crisislab.case import Case, in_window
from crisislab.engine import Lazy, instants, lazy, small
from crisislab.enrich.scorer import Scorer
from crisislab.enrich.sentiment import add_language, add_sentiment
from crisislab.errors import Problem
from crisislab.scored import scored_posts
from crisislab.session import Session, matched, rows

_ALL = 2**62


@dataclass(frozen=True)
class Scale:
    """How much a review on an engine may hold at once.

    Attributes:
        memory: The most memory of the engine, such as ``2GB``; what ``open_session`` takes by
            default.
        texts: The most texts of the public in memory; of more a sample of this size is read.
        processes: Processes that read texts side by side.
    """

    memory: str | None = None
    texts: int = 30_000
    processes: int = 2


@dataclass(frozen=True)
class Material:
    """The posts of a case as the measures ask for them.

    Attributes:
        every: All posts with language and scores: a pandas frame, or a frame of an engine.
        own: The brand's own posts in memory, the first and last post of each network, and rows
            that people have named.
        said: The public's posts in memory, or a sample of them.
        n_posts: How many posts there are.
        until: Network -> last instant of the exports.
        sampled: Whether ``said`` is a sample.
        problems: What is to be told of that.
    """

    every: Any = field(repr=False)
    own: pd.DataFrame = field(repr=False)
    said: pd.DataFrame = field(repr=False)
    n_posts: int
    until: pd.Series
    sampled: bool = False
    problems: tuple[Problem, ...] = ()

    def read(self) -> pd.DataFrame:
        """Return the public's posts whose texts labels are fitted to: none of a mere sample."""
        return self.said.iloc[:0] if self.sampled else self.said

    def begun(self, onset: pd.Timestamp | None, declared: pd.Timestamp | None) -> pd.DataFrame:
        """Return own posts with the public ones that the crisis clock looks at.

        Args:
            onset: First hour of the rise; missing: none.
            declared: Onset that people declared; missing: none.
        """
        if isinstance(self.every, pd.DataFrame):
            return self.every
        public, at = lazy(self.every).filter(~nw.col("own")), nw.col("created_us")
        late = public if onset is None else public.filter(at >= _us(onset))
        first = rows(late.sort("created_us", "platform", "post_id").head(0 if onset is None else 1))
        start = declared if declared is not None else next(iter(first["created_at"]), None)
        held = public.filter(~nw.col("collected_us").is_null() & (nw.col("collected_us") >= at))
        held = held if start is None else held.filter(at >= _us(start))
        seen = rows(held.sort("collected_us", "created_us", "post_id").head(1))
        return _together([self.own, first, seen, self._asked_before(public, start)])

    def _asked_before(self, public: Lazy, start: pd.Timestamp | None) -> pd.DataFrame:
        """Return what was written before a rise and answered in it: no answer to the rise."""
        after = self.own["own"] & self.own["parent_id"].notna()
        after &= False if start is None else self.own["created_at"] >= start
        asked = self.own.loc[after, ["platform", "parent_id"]]
        if start is None or asked.empty:
            return self.own.iloc[:0]
        before = public.filter(nw.col("created_us") < _us(start))
        return rows(matched(before, asked.rename(columns={"parent_id": "post_id"})))


def in_memory(case: Case, *, scorer: Scorer) -> Material:
    """Return the posts of a case, all of them in memory, with language and scores."""
    posts = add_sentiment(add_language(case.posts), scorer=scorer)
    until = case.in_memory().loaded_posts.posts.groupby("platform")["created_at"].max()
    return Material(posts, posts, posts, len(posts), until)


def on_engine(case: Case, session: Session, *, scorer: Scorer, scale: Scale) -> Material:
    """Return the posts of a stored case on an engine; in memory is what is read.

    Args:
        case: A case opened with ``stored=True``.
        session: The engine.
        scorer: Scores the texts.
        scale: How much may be held.
    """
    scored = scored_posts(case, session, scorer=scorer, processes=scale.processes)
    every = in_window(scored, case.window)
    n_public, n_own = _counts(every)
    threshold = _ALL if n_public <= scale.texts else int(_ALL * (scale.texts / n_public))
    public = every.filter(~nw.col("own"))
    sampled = n_public > scale.texts
    said = rows(public.filter(nw.col("draw") < threshold) if sampled else public)
    return Material(
        every=every,
        own=_together([rows(every.filter(nw.col("own"))), _edges(every), _named(every, case)]),
        said=said,
        n_posts=n_public + n_own,
        until=_until(scored),
        sampled=sampled,
        problems=_told(case, said, n_public) if sampled else (),
    )


def _counts(every: Lazy) -> tuple[int, int]:
    mine = nw.col("own").cast(nw.Int64)
    counts = small(every.select(nw.len().alias("n"), mine.sum().alias("own")))
    n, own = int(counts["n"].iloc[0]), int(counts["own"].fillna(0).iloc[0])
    return n - own, own


def _until(scored: Lazy) -> pd.Series:
    ends = small(scored.group_by("platform").agg(nw.col("created_us").max()), by=["platform"])
    ends = ends[ends["platform"].notna()]
    index = pd.Index(ends["platform"], name="platform")
    return pd.Series(instants(ends["created_us"]).array, index=index, name="created_at")


def _edges(every: Lazy) -> pd.DataFrame:
    """Return the first and the last post of each network: from when to when exports reach."""
    at = nw.col("created_us")
    ends = small(
        every.group_by("platform").agg(at.min().alias("first"), at.max().alias("last")),
        by=["platform"],
    )
    found = [
        rows(
            every.filter((nw.col("platform") == end["platform"]) & (at == end[which]))
            .sort("post_id").head(1)
        )
        for end in ends.dropna(subset=["platform"]).to_dict("records")
        for which in ("first", "last")
    ]  # fmt: skip
    return _together(found) if found else rows(every.head(0))


def _named(every: Lazy, case: Case) -> pd.DataFrame:
    """Return the rows that decisions of people name."""
    settings = case.settings
    told = [one.row for one in settings.confirm]
    told += [*(one.row for one in settings.reject), *(one.row for one in settings.promises)]
    places = {row.rpartition(":") for row in told if row}
    named = [
        (nw.col("source_file") == file) & (nw.col("source_row") == int(line))
        for file, _, line in sorted(places)
        if line.isdigit()
    ]
    return rows(every.filter(reduce(or_, named)) if named else every.head(0))


def _together(parts: list[pd.DataFrame]) -> pd.DataFrame:
    held = [part for part in parts if len(part)] or parts[:1]
    whole: pd.DataFrame = pd.concat(held, ignore_index=True)
    whole = whole.drop_duplicates(["platform", "post_id"])
    return whole.sort_values(["created_at", "platform", "post_id"], ignore_index=True)


def _told(case: Case, said: pd.DataFrame, n_public: int) -> tuple[Problem, ...]:
    file, n = str(case.folder), len(case.labels)
    sample = Problem("CL-SCALE-SAMPLE", "flagged", file, n=len(said), n_of=n_public)
    if not n:
        return (sample,)
    return sample, Problem("CL-SCALE-LABELS", "flagged", file, n=n, n_of=n_public)


def _us(at: pd.Timestamp) -> int:
    return round(at.timestamp() * 1_000_000)
