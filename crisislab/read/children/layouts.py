"""Layouts of JSON lines that are read in bulk; each says the same as its reader's ``unpack``.

The tests hold both against each other, on real files. A record that is not exactly as described
here raises, and is read by ``unpack``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import Struct

FAULTS = (msgspec.MsgspecError, UnicodeError, RecursionError, ValueError)
_NO_LANG = frozenset({"und", "zxx", "qam", "qct", "qht", "qme", "qst"})
_MOST = 10**18


class _Counts(Struct, gc=False):
    like_count: int | None = None
    retweet_count: int | None = None
    reply_count: int | None = None
    quote_count: int | None = None
    impression_count: int | None = None


class _Note(Struct, gc=False):
    text: str | None = None


class _Mention(Struct, gc=False):
    username: str | None = None


class _Entities(Struct, gc=False):
    mentions: list[_Mention] | None = None


class _Reference(Struct, gc=False):
    type: str
    id: str | None = None
    text: str | None = None
    note_tweet: _Note | None = None
    entities: _Entities | None = None


class _Followers(Struct, gc=False):
    followers_count: int | None = None


class _Author(Struct, gc=False):
    id: str | None = None
    username: str | None = None
    name: str | None = None
    public_metrics: _Followers | None = None


class _Collected(Struct, gc=False):
    retrieved_at: str | None = None


class _Post(Struct, gc=False, rename={"collected": "__twarc"}):
    id: str
    text: str
    author_id: str
    created_at: str | None = None
    lang: str | None = None
    conversation_id: str | None = None
    public_metrics: _Counts | None = None
    note_tweet: _Note | None = None
    entities: _Entities | None = None
    author: _Author | None = None
    referenced_tweets: list[_Reference] | None = None
    collected: _Collected | None = None
    # A page of posts holds these: it is no single post.
    data: None = None
    includes: None = None


_NONE = _Counts()
_NOBODY = _Author()
_post = msgspec.json.Decoder(_Post).decode


def _handles(post: _Post | _Reference) -> list[str | None]:
    return [m.username for m in (post.entities.mentions or ())] if post.entities else []


def _joined(values: Iterable[str | None]) -> str | None:
    return " ".join(dict.fromkeys(value.lstrip("@") for value in values if value)) or None


def _mentions(post: _Post) -> str | None:
    handles = _handles(post)
    # Most posts mention nobody or one account.
    if len(handles) == 1:
        return (handles[0] or "").lstrip("@") or None
    return _joined(handles) if handles else None


def _text(post: _Post | _Reference) -> str | None:
    note = post.note_tweet
    return (note.text if note is not None else None) or post.text or None


def _uncut(own: str | None, original: str | None) -> str | None:
    if not original:
        return own
    start, colon, _ = (own or "").partition(": ")
    return start + colon + original if colon and start.startswith("RT @") else original


@dataclass
class _Lists:
    """The columns that depend on what a post refers to."""

    kind: list[str]
    parent: list[str | None]
    shared: list[str | None]
    text: list[str | None]
    mentions: list[str | None]
    counts: list[_Counts]


def _refer(post: _Post, i: int, lists: _Lists) -> None:
    references = {r.type: r for r in post.referenced_tweets or ()}
    repost, parent = references.get("retweeted"), references.get("replied_to")
    shared = repost or references.get("quoted")
    lists.shared[i] = shared.id if shared is not None else None
    if repost is None:
        lists.kind[i] = "reply" if parent is not None else "quote" if shared is not None else "post"
        lists.parent[i] = parent.id if parent is not None else None
        return
    lists.kind[i] = "repost"
    lists.text[i] = _uncut(lists.text[i], _text(repost))
    lists.mentions[i] = _joined(_handles(post) + _handles(repost))
    counts = lists.counts[i]
    lists.counts[i] = _Counts(impression_count=counts.impression_count)


def _x_v2(posts: list[_Post]) -> dict[str, Any] | None:
    n = len(posts)
    authors = [post.author or _NOBODY for post in posts]
    lists = _Lists(
        ["post"] * n, [None] * n, [None] * n, [_text(post) for post in posts],
        [_mentions(post) if post.entities is not None else None for post in posts],
        [post.public_metrics or _NONE for post in posts],
    )  # fmt: skip
    for i, post in enumerate(posts):
        if post.referenced_tweets:
            _refer(post, i, lists)
    found = [author.public_metrics for author in authors]
    texts: dict[str, list[Any]] = {
        "post_id": [post.id for post in posts],
        "created_at": [post.created_at for post in posts],
        "kind": lists.kind,
        "author_id": [p.author_id or a.id for p, a in zip(posts, authors, strict=True)],
        "author_handle": [author.username for author in authors],
        "author_name": [author.name for author in authors],
        "text": lists.text,
        "lang": [None if post.lang in _NO_LANG else post.lang for post in posts],
        "parent_id": lists.parent,
        "root_id": [post.conversation_id for post in posts],
        "shared_id": lists.shared,
        "mentions": lists.mentions,
        "collected_at": [p.collected.retrieved_at if p.collected else None for p in posts],
    }  # fmt: skip
    whole: dict[str, list[Any]] = {
        "n_impressions": [counts.impression_count for counts in lists.counts],
        "n_likes": [counts.like_count for counts in lists.counts],
        "n_reposts": [counts.retweet_count for counts in lists.counts],
        "n_replies": [counts.reply_count for counts in lists.counts],
        "n_quotes": [counts.quote_count for counts in lists.counts],
        "n_followers": [f.followers_count if f is not None else None for f in found],
    }
    return _arrow(texts, whole)


def _arrow(texts: dict[str, list[Any]], whole: dict[str, list[Any]]) -> dict[str, Any] | None:
    """Return columns; ``None`` where a value is no text or no count after all."""
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        columns = {name: pa.array(values, pa.string()) for name, values in texts.items()}
        counts = {name: pa.array(values, pa.int64()) for name, values in whole.items()}
    except (UnicodeError, pa.ArrowException, OverflowError):
        return None
    if any(_is_odd(pc.min_max(values).as_py()) for values in counts.values()):
        return None
    empty = pa.scalar("")
    for name, values in columns.items():
        if pc.min(pc.binary_length(values)).as_py() == 0:
            columns[name] = pc.if_else(pc.equal(values, empty), None, values)
    start, middle, nothing = pa.scalar("https://x.com/"), pa.scalar("/status/"), pa.scalar("")
    parts = (start, columns["author_handle"], middle, columns["post_id"], nothing)
    return columns | {"url": pc.binary_join_element_wise(*parts)} | counts


def _is_odd(told: dict[str, int | None]) -> bool:
    return (told["min"] or 0) < 0 or (told["max"] or 0) >= _MOST


@dataclass(frozen=True)
class Layout:
    """How one line is read, and many lines become columns."""

    read: Callable[[bytes], Any]
    columns: Callable[[list[Any]], dict[str, Any] | None]


LAYOUTS = {"x-v2": Layout(_post, _x_v2)}
