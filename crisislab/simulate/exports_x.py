"""X as exported: pages of twarc2 (two captures that overlap) and a table of twarc-csv.

Layouts: DocNow/twarc-csv ``test-data`` and the 84 columns of its tables.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from crisislab.simulate.dice import Dice
from crisislab.simulate.ledger import Damage, Export, Seen
from crisislab.simulate.world import HANDLE, Author, Calendar, Post, grown, local, utc

_PAGE = 100
_TAG = re.compile(r"#(\w+)")
_NAME = re.compile(r"@(\w{2,15})")
_LINK = re.compile(r"https://[\w./-]*\w")
_CUT = 139
_URL = (
    "https://api.twitter.com/2/tweets/search/all?expansions=author_id%2Cin_reply_to_user_id"
    "%2Creferenced_tweets.id%2Creferenced_tweets.id.author_id%2Centities.mentions.username"
    "&max_results=100&query=brumaria+OR+%40brumaria_sim+OR+from%3Abru_avisos_sim"
)
_VERSION = "2.14.0"
Json = dict[str, Any]


@dataclass(frozen=True)
class Capture:
    """One run of the collector: which posts, and when it ran."""

    file: str
    begin: int
    end: int
    ran: int


def captures(calendar: Calendar) -> tuple[Capture, Capture, Capture]:
    """Return the first and second capture (JSONL) and the table: all three overlap."""
    return (
        Capture("posts/x_busqueda_1.jsonl", calendar.start, local("2026-03-19 12:00"),
                local("2026-03-19 12:20")),
        Capture("posts/x_busqueda_2.jsonl", local("2026-03-18 12:00"), calendar.end,
                local("2026-03-31 01:05")),
        Capture("posts/x_menciones_twarc.csv", local("2026-03-17 00:00"),
                local("2026-03-24 00:00"), local("2026-03-24 09:30")),
    )  # fmt: skip


def write_x(
    posts: list[Post], dice: Dice, calendar: Calendar, *, gone: frozenset[Post] = frozenset()
) -> list[Export]:
    """Return the three exports of X, damage included; nothing shows what is gone."""
    first, second, table = captures(calendar)
    writer = _Pages({p.author.handle: p.author for p in posts if p.platform == "x"}, gone)
    mine = [p for p in posts if p.platform == "x"]
    return [
        writer.first(first, _within(mine, first)),
        writer.second(second, _within(mine, second), dice),
        _table(table, [p for p in _within(mine, table) if p.own or HANDLE in p.text]),
    ]


def _within(posts: Iterable[Post], capture: Capture) -> list[Post]:
    found = [p for p in posts if capture.begin <= p.at < capture.end]
    return sorted(found, key=lambda p: int(p.post_id), reverse=True)


def _iso(at: int) -> str:
    return utc(at).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _retrieved(at: int) -> str:
    return utc(at).strftime("%Y-%m-%dT%H:%M:%S+00:00")


class _Pages:
    """Writes pages as the API gives them, newest first."""

    def __init__(self, authors: dict[str, Author], gone: frozenset[Post]) -> None:
        self._authors = authors
        self._gone = gone

    def first(self, capture: Capture, posts: list[Post]) -> Export:
        """Return the first capture; the line of its third page was cut, and written again."""
        lines = self._lines(capture, _chunks(posts))
        third = min(2, len(lines) - 1)
        lines.insert(third, lines[third][: len(lines[third]) * 3 // 5])
        damage = Damage(capture.file, third + 1, "line cut in the middle", "rejected", "json", 0)
        return self._export(capture, posts, lines, _chunks(posts), [damage])

    def second(self, capture: Capture, posts: list[Post], dice: Dice) -> Export:
        """Return the second capture, with damage of three kinds.

        Its last page repeats the end of the one before, a post lost its id, a line is blank.
        """
        chunks = _chunks(posts)
        again = chunks[-2][-12:] if len(chunks) > 1 else []
        chunks[-1] = again + chunks[-1]
        lines = self._lines(capture, chunks)
        page = json.loads(lines[0])
        page["data"].insert(4, self._nameless(page["data"][4], dice))
        lines[0] = json.dumps(page)
        lines.insert(1, "")
        damage = Damage(capture.file, 1, "post without id", "rejected", "item", 1)
        return self._export(capture, posts, lines, chunks, [damage], repeated=len(again), blank=1)

    def _nameless(self, tweet: Json, dice: Dice) -> Json:
        text = "Otra vez lo mismo con Brumaria, menuda semana"
        return tweet | {"id": "", "text": text, "author_id": "1" + dice.digits(18),
                        "entities": {}}  # fmt: skip

    def _export(
        self, capture: Capture, posts: list[Post], lines: list[str], chunks: list[list[Post]],
        damage: list[Damage], *, repeated: int = 0, blank: int = 0,
    ) -> Export:  # fmt: skip
        body = "".join(line + "\n" for line in lines).encode("ascii")
        context = sum(len(self._beside(chunk)) for chunk in chunks)
        return Export(
            capture.file, body, [Seen(p, capture.ran) for p in posts], damage,
            repeated=repeated, blank=blank, context=context,
        )  # fmt: skip

    def _lines(self, capture: Capture, chunks: list[list[Post]]) -> list[str]:
        pages = [self._page(capture, chunk, n, len(chunks)) for n, chunk in enumerate(chunks)]
        return [json.dumps(page) for page in pages]

    def _beside(self, chunk: list[Post]) -> list[Post]:
        """Return the posts that those of a page answer or share, and that it does not hold."""
        there = {id(p) for p in chunk}
        found = {id(q): q for q in self._linked(chunk)}
        return [q for key, q in found.items() if key not in there]

    def _linked(self, chunk: list[Post]) -> list[Post]:
        links = (q for p in chunk for q in (p.parent, p.shared))
        return [q for q in links if q is not None and q not in self._gone]

    def _page(self, capture: Capture, chunk: list[Post], n: int, n_pages: int) -> Json:
        seen = capture.ran + 3 * n
        beside = list({id(q): q for q in self._linked(chunk)}.values())
        meta: Json = {
            "newest_id": chunk[0].post_id, "oldest_id": chunk[-1].post_id,
            "result_count": len(chunk),
        }  # fmt: skip
        if n + 1 < n_pages:
            meta["next_token"] = f"b26v89c19zqg8o3f{int(chunk[-1].post_id) % 10**12:012d}"
        return {
            "data": [_tweet(p, capture.ran, self._authors) for p in chunk],
            "includes": {
                "users": [_user(a) for a in self._users([*chunk, *beside])],
                "tweets": [_tweet(q, capture.ran, self._authors) for q in beside],
            },
            "meta": meta,
            "__twarc": {"url": _URL, "version": _VERSION, "retrieved_at": _retrieved(seen)},
        }

    def _users(self, posts: list[Post]) -> list[Author]:
        found = {p.author.id: p.author for p in posts}
        for post in posts:
            for handle in _NAME.findall(_shown(post)):
                if handle in self._authors:
                    author = self._authors[handle]
                    found.setdefault(author.id, author)
        return list(found.values())


def _chunks(posts: list[Post]) -> list[list[Post]]:
    return [posts[i : i + _PAGE] for i in range(0, len(posts), _PAGE)]


def _shown(post: Post) -> str:
    """Return the text as the API gives it: that of a repost is cut."""
    if post.kind == "repost" and len(post.text) > _CUT + 1:
        return post.text[:_CUT] + "…"
    return post.text


def _lang(post: Post) -> str:
    """Return the language as X tells it: it does not know that of a few words."""
    words = [word for word in post.text.split() if word[0] not in "@#"]
    return post.lang if len(words) > 3 else "und"


def _user(author: Author) -> Json:
    followers = author.followers or 0
    return {
        "id": author.id, "username": author.handle, "name": author.name,
        "created_at": _iso(author.since), "description": "", "verified": author.own,
        "protected": False,
        "public_metrics": {
            "followers_count": followers, "following_count": 80 + followers % 700,
            "tweet_count": 40 + followers * 3 % 9000, "listed_count": followers // 400,
        },
    }  # fmt: skip


def metrics(post: Post, seen: int) -> dict[str, int]:
    """Return the counters of a post as an export of this moment has them."""
    of = post.shared if post.kind == "repost" and post.shared is not None else post
    counters, at = of.counters, of.at
    if post.kind == "repost":
        return {
            "retweet_count": grown(counters.reposts, at=at, seen=seen), "reply_count": 0,
            "like_count": 0, "quote_count": 0, "bookmark_count": 0, "impression_count": 0,
        }  # fmt: skip
    return {
        "retweet_count": grown(counters.reposts, at=at, seen=seen),
        "reply_count": grown(counters.replies, at=at, seen=seen),
        "like_count": grown(counters.likes, at=at, seen=seen),
        "quote_count": grown(counters.quotes, at=at, seen=seen),
        "bookmark_count": grown(counters.likes // 20, at=at, seen=seen),
        "impression_count": grown(counters.impressions, at=at, seen=seen),
    }


def _entities(text: str, authors: dict[str, Author]) -> Json:
    found: Json = {}
    mentions = [
        {"start": m.start(), "end": m.end(), "username": m[1], "id": authors[m[1]].id}
        for m in _NAME.finditer(text) if m[1] in authors
    ]  # fmt: skip
    tags = [{"start": m.start(), "end": m.end(), "tag": m[1]} for m in _TAG.finditer(text)]
    urls = [
        {"start": m.start(), "end": m.end(), "url": m[0], "expanded_url": m[0]}
        for m in _LINK.finditer(text)
    ]
    for name, values in (("mentions", mentions), ("hashtags", tags), ("urls", urls)):
        if values:
            found[name] = values
    return found


def _references(post: Post) -> list[Json]:
    if post.parent is not None:
        return [{"type": "replied_to", "id": post.parent.post_id}]
    if post.shared is not None:
        type_ = "retweeted" if post.kind == "repost" else "quoted"
        return [{"type": type_, "id": post.shared.post_id}]
    return []


def _tweet(post: Post, seen: int, authors: dict[str, Author]) -> Json:
    text = _shown(post)
    tweet: Json = {
        "id": post.post_id, "text": text, "author_id": post.author.id,
        "conversation_id": post.top.post_id, "created_at": _iso(post.at),
        "edit_history_tweet_ids": [post.post_id], "lang": _lang(post),
        "possibly_sensitive": False, "reply_settings": "everyone",
        "public_metrics": metrics(post, seen),
    }  # fmt: skip
    if references := _references(post):
        tweet["referenced_tweets"] = references
    if post.parent is not None:
        tweet["in_reply_to_user_id"] = post.parent.author.id
    if entities := _entities(text, authors):
        tweet["entities"] = entities
    return tweet


@cache
def _columns() -> list[str]:
    """Return the columns of twarc-csv 0.7.2, in order."""
    return (Path(__file__).parent / "twarc_columns.txt").read_text("utf-8").split()


def _table(capture: Capture, posts: list[Post]) -> Export:
    """Return the table of twarc-csv; one of its rows ends too early."""
    rows = [_cells(post, capture.ran) for post in posts]
    plain = [i for i, p in enumerate(posts) if p.kind == "post" and not p.own]
    broken = plain[len(plain) // 3]
    columns = _columns()
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    line, damaged = 1, 0
    for i, cells in enumerate(rows):
        row = [cells.get(name, "") for name in columns]
        if i == broken:
            row, damaged = row[:40], line + 1
        writer.writerow(row)
        line += 1 + sum(cell.count("\n") for cell in row)
    kept = [Seen(p, capture.ran) for i, p in enumerate(posts) if i != broken]
    damage = Damage(capture.file, damaged, "row with 40 of 84 cells", "rejected", "row", 0)
    return Export(
        capture.file, out.getvalue().encode(), kept, [damage], header=1,
        continuation=line - 1 - len(rows),
    )  # fmt: skip


def _cells(post: Post, seen: int) -> dict[str, str]:
    user, shared = _user(post.author), post.shared
    repost = post.kind == "repost" and shared is not None
    of = shared if repost and shared is not None else post
    cells = {
        "id": post.post_id, "conversation_id": post.top.post_id, "author_id": post.author.id,
        "created_at": _iso(post.at), "text": of.text, "lang": _lang(post),
        "reply_settings": "everyone", "possibly_sensitive": "False",
        "edit_history_tweet_ids": json.dumps([post.post_id]),
        "__twarc.retrieved_at": _retrieved(seen), "__twarc.url": _URL, "__twarc.version": _VERSION,
    }  # fmt: skip
    cells |= {f"referenced_tweets.{r['type']}.id": r["id"] for r in _references(post)}
    cells |= {f"public_metrics.{k}": str(v) for k, v in metrics(of, seen).items()}
    if names := _NAME.findall(_shown(post)):
        cells["entities.mentions"] = json.dumps([f"@{name}" for name in names])
    if tags := _TAG.findall(of.text):
        cells["entities.hashtags"] = json.dumps(tags, ensure_ascii=False)
    if post.parent is not None:
        cells["in_reply_to_user_id"] = post.parent.author.id
        cells["in_reply_to_username"] = post.parent.author.handle
    if shared is not None:
        prefix = "retweeted" if repost else "quoted"
        cells[f"{prefix}_user_id"] = shared.author.id
        cells[f"{prefix}_username"] = shared.author.handle
    counts = {f"author.public_metrics.{k}": str(v) for k, v in user["public_metrics"].items()}
    flat = {f"author.{k}": str(v) for k, v in user.items() if k != "public_metrics"}
    return cells | flat | counts
