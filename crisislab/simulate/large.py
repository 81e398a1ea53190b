"""A case of any size: the sample's crisis on X, with as many posts of the public as asked for.

The team stays what it is: its posts, log, plan and the answers of one desk. What grows is the
public, hour by hour, written to disk as it is drawn, so that memory does not grow with it. The
same seed and size give the same posts, whatever the form they are written in.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from crisislab.simulate.dice import Dice
from crisislab.simulate.texts import Writer
from crisislab.simulate.world import BRAND, HANDLE, HOUR, Author, Calendar, Post

Floats = npt.NDArray[np.float64]
_X_EPOCH_MS = 1_288_834_974_657
_BLOCK = 50_000
_POOL = 4_000
_RECENT = 5_000
# Of the public's posts: what hangs on another, and what speaks to the brand.
REPLIES, ADDRESSED, ANSWERED = 0.22, 0.04, 0.35
# Answers that one desk can write in an hour of its day.
_DESK = 120
_TOPICS = {
    "calm": ("praise", "recipe", "question", "gripe", "chat"),
    "crisis": ("alarm", "anger", "anger", "irony", "ask", "news", "joke", "support", "chat"),
}


@dataclass(frozen=True)
class Drawn:
    """One post as it is written to a file."""

    post_id: str
    at: int
    kind: str
    author_id: str
    handle: str
    name: str
    followers: int
    text: str
    lang: str
    parent_id: str = ""
    root_id: str = ""
    shared_id: str = ""
    shared_handle: str = ""
    shared_author: str = ""
    counts: tuple[int, int, int, int, int] = (0, 0, 0, 0, 0)


@dataclass
class _Stream:
    """What the next post may hang on, and what the desk has still to answer."""

    dice: Any
    recent: list[Drawn] = field(default_factory=list)
    waiting: list[tuple[int, int, Drawn]] = field(default_factory=list)
    distinct: bool = False
    free_at: int = 0
    last_id: int = 0
    n: int = 0

    def id_at(self, at: int, within: float) -> str:
        """Return an id of X for an instant: unique, and in the order of time."""
        own = (at * 1000 + int(within * 1000) - _X_EPOCH_MS) << 22
        # Posts of one millisecond differ in the bits below it, however many there are.
        self.last_id = max(own, self.last_id + 1)
        return str(self.last_id)

    def keep(self, post: Drawn) -> None:
        """Remember a post that others may answer or share."""
        self.recent.append(post)
        if len(self.recent) > 2 * _RECENT:
            del self.recent[:_RECENT]


def draw_posts(
    base: list[Post], *, n_posts: int, seed: int, repost_share: float = 0.35,
    distinct: bool = False,
) -> Iterator[Drawn]:  # fmt: skip
    """Yield the posts of a large crisis in the order of time.

    Args:
        base: The sample's posts on X (``simulate.crisis_posts``); they are among those yielded.
        n_posts: How many in all; never fewer than the sample has.
        seed: Seed of every draw.
        repost_share: Share of the public's further posts that repost another.
        distinct: Whether no two further posts may have the same words.
    """
    key = np.random.SeedSequence([seed, *b"large"])
    stream = _Stream(np.random.Generator(np.random.PCG64(key)), distinct=distinct)
    words = {mood: _sentences(seed, mood) for mood in _TOPICS}
    n_authors = max(int(n_posts**0.85), 1000)
    calendar, queue = Calendar(), sorted(base, key=lambda p: (p.at, p.post_id))
    queue.reverse()
    for hour, n in _hours(base, max(n_posts - len(base), 0), calendar, stream.dice):
        mood = "calm" if hour < calendar.onset else "crisis"
        # All instants of the hour first: its blocks follow each other in time.
        instants = hour + np.sort(np.floor(stream.dice.random(n) * HOUR).astype(np.int64))
        for start in range(0, n, _BLOCK):
            some = instants[start : start + _BLOCK].tolist()
            block = _block(stream, some, words[mood], n_authors, repost_share)
            yield from _merged(stream, block, queue)
    yield from _merged(stream, iter(()), queue, rest=True)


def _hours(base: list[Post], n: int, calendar: Calendar, dice: Any) -> Iterator[tuple[int, int]]:
    """Yield each hour with its number of further posts: the sample's own course, smoothed."""
    first, last = calendar.start // HOUR, calendar.end // HOUR
    counts = np.zeros(last - first)
    for post in base:
        if not post.own and first <= post.at // HOUR < last:
            counts[post.at // HOUR - first] += 1
    kernel = np.exp(-0.5 * (np.arange(-6, 7) / 2.0) ** 2)
    rate = np.convolve(counts, kernel / kernel.sum(), "same")
    # Before the rise the calm hours of a day are pooled: single posts would leave holes.
    calm = calendar.onset // HOUR - first
    by_day = np.array([counts[:calm][i::24].mean() for i in range(24)])
    rate[:calm] = by_day[np.arange(calm) % 24] + 0.2
    share = np.cumsum(rate) / rate.sum()
    upto = np.floor(share * n + dice.random()).astype(np.int64)
    upto[-1] = n
    for i, k in enumerate(np.diff(upto, prepend=0)):
        yield (first + i) * HOUR, int(k)


def _sentences(seed: int, mood: str) -> list[tuple[str, str]]:
    """Return sentences with their language: the words that posts are made of."""
    dice = Dice(seed, f"sentences {mood}")
    writer = Writer(Dice(seed, f"words {mood}"))
    found = []
    for i in range(_POOL):
        lang = "en" if i % 5 == 4 else "es"
        text, _ = writer.post(dice.pick(_TOPICS[mood]), Author("x", "0", "a", "A", lang=lang))
        found.append((text, lang))
    return found


def _block(
    stream: _Stream, instants: list[int], words: list[tuple[str, str]], n_authors: int,
    repost_share: float,
) -> Iterator[Drawn]:  # fmt: skip
    draws = stream.dice.random((len(instants), 10))
    authors = np.floor(n_authors * draws[:, 0] ** 3).astype(np.int64).tolist()
    counts = np.minimum(np.floor((1 - draws[:, 6:]) ** -0.9 - 1), 1e6).astype(np.int64).tolist()
    for i, row in enumerate(draws.tolist()):
        at, who = instants[i], authors[i]
        spun = (who * 2_654_435_761) % 2**32 / 2**32
        post = {
            "post_id": stream.id_at(at, row[5]), "at": at, "author_id": str(7_000_000_000 + who),
            "handle": f"u{who}_sim", "name": f"Persona {who}",
            "followers": int(10 ** (1 + 4 * spun**2)),
        }  # fmt: skip
        pool = stream.recent
        if pool and row[1] < repost_share:
            # The newest are shared most.
            yield _repost(post, pool[-1 - int(len(pool) * row[2] ** 4)], counts[i])
            continue
        yield _written(stream, post, row, words, counts[i])


def _repost(post: dict[str, Any], shown: Drawn, counts: list[int]) -> Drawn:
    return Drawn(
        **post, kind="repost", text=f"RT @{shown.handle}: {shown.text}", lang=shown.lang,
        root_id=post["post_id"], shared_id=shown.post_id, shared_handle=shown.handle,
        shared_author=shown.author_id, counts=(0, 0, 0, 0, counts[3]),
    )  # fmt: skip


def _written(
    stream: _Stream, post: dict[str, Any], row: list[float], words: list[tuple[str, str]],
    counts: list[int],
) -> Drawn:  # fmt: skip
    stream.n += 1
    first, lang = words[int(len(words) * row[2])]
    text = f"{first} {words[int(len(words) * row[5])][0]}"
    text = f"{text} ({stream.n})" if stream.distinct else text
    counted = (counts[0] * 5, counts[0], counts[1], counts[2], counts[3] * 60)
    to_brand = row[4] < ADDRESSED
    pool = stream.recent
    above = pool[-1 - int(len(pool) * row[3] ** 2)] if pool and row[4] > 1 - REPLIES else None
    if to_brand:
        text = f"{HANDLE} {text}"
    elif above is not None:
        text = f"@{above.handle} {text}"
    made = Drawn(
        **post, kind="post" if above is None else "reply", text=text, lang=lang,
        parent_id="" if above is None else above.post_id,
        root_id=post["post_id"] if above is None else (above.root_id or above.post_id),
        counts=counted,
    )  # fmt: skip
    if to_brand and (row[4] / ADDRESSED) < ANSWERED:
        minutes = 20 * np.exp(1.6 * (row[1] + row[2] + row[3] - 1.5))
        heapq.heappush(stream.waiting, (made.at + int(60 * minutes), int(made.post_id), made))
    stream.keep(made)
    return made


def _merged(
    stream: _Stream, block: Iterator[Drawn], queue: list[Post], *, rest: bool = False
) -> Iterator[Drawn]:  # fmt: skip
    """Yield a block with what the sample's people and the desk wrote in between."""
    for post in block:
        while queue and queue[-1].at <= post.at:
            yield _of_sample(queue.pop())
        yield from _answers(stream, post.at)
        yield post
    if rest:
        while queue:
            yield _of_sample(queue.pop())


def _answers(stream: _Stream, now: int) -> Iterator[Drawn]:
    """Yield the answers of the desk that are due, never more than it can write."""
    brand = BRAND["x"]
    while stream.waiting and stream.waiting[0][0] <= now:
        _, number, asked = heapq.heappop(stream.waiting)
        ready = max(now, stream.free_at)
        if ready > now + HOUR:
            continue  # A queue this long is never worked off.
        stream.free_at = ready + HOUR // _DESK
        yield Drawn(
            post_id=stream.id_at(now, number % 997 / 997), at=now, kind="reply",
            author_id=brand.id, handle=brand.handle, name=brand.name,
            followers=brand.followers or 0, lang=asked.lang, parent_id=asked.post_id,
            root_id=asked.root_id, text=_answer(asked),
        )  # fmt: skip


def _answer(asked: Drawn) -> str:
    said = {
        "es": "Lo sentimos. Escríbenos por privado el número de lote y te devolvemos el dinero.",
        "en": "We are sorry. Send us the batch number by direct message for your refund.",
    }[asked.lang]
    return f"@{asked.handle} {said}"


def _of_sample(post: Post) -> Drawn:
    c, above, shared = post.counters, post.parent, post.shared
    return Drawn(
        post_id=post.post_id, at=post.at, kind=post.kind, author_id=post.author.id,
        handle=post.author.handle, name=post.author.name, followers=post.author.followers or 0,
        text=post.text, lang=post.lang, parent_id="" if above is None else above.post_id,
        root_id=post.top.post_id, shared_id="" if shared is None else shared.post_id,
        shared_handle="" if shared is None else shared.author.handle,
        shared_author="" if shared is None else shared.author.id,
        counts=(c.likes, c.reposts, c.replies, c.quotes, c.impressions),
    )  # fmt: skip
