"""Zeeschuimer NDJSON: what a platform's own site sent to the browser, an item a line.

Layout: digitalmethodsinitiative/zeeschuimer ``js/zs-background.js`` and the ``map_item`` of
4CAT's X, TikTok and Instagram sources. Other platforms are set aside line by line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from crisislab.read._reader import Item, Reader, Row, Times
from crisislab.read.sources._pick import at, dig, first, joined, objects, of_records, rejected
from crisislab.read.sources.x import address, language, uncut

_EPOCH = Times("epoch", "UTC")


def _author(post: object) -> Row:
    """Return the author from the older (``legacy``) or the newer (``core``) place."""
    user = dig(post, "core", "user_results", "result")
    return {
        "author_id": first(at(post, "legacy", "user_id_str"), at(user, "rest_id")),
        "author_handle": first(at(user, "legacy", "screen_name"), at(user, "core", "screen_name")),
        "author_name": first(at(user, "legacy", "name"), at(user, "core", "name")),
        "n_followers": at(user, "legacy", "followers_count"),
    }


def _whole(post: object) -> str | None:
    note = dig(post, "note_tweet", "note_tweet_results", "result")
    return first(at(note, "text"), at(post, "legacy", "full_text"))


def _x(post: dict[str, Any]) -> Row:
    said = post.get("legacy")
    shared = dig(said, "retweeted_status_result", "result")
    shared = dig(shared, "tweet") or shared
    parent, quoted = at(said, "in_reply_to_status_id_str"), at(said, "quoted_status_id_str")
    kind = "repost" if shared else "reply" if parent else "quote" if quoted else "post"
    author = _author(post)
    counters: Row = {
        "n_likes": at(said, "favorite_count"),
        "n_reposts": at(said, "retweet_count"),
        "n_replies": at(said, "reply_count"),
        "n_quotes": at(said, "quote_count"),
    }
    names = objects(dig(said, "entities", "user_mentions"))
    return author | ({} if shared else counters) | {
        "platform": "x",
        "post_id": at(post, "rest_id"),
        "created_at": at(said, "created_at"),
        "kind": kind,
        "text": uncut(_whole(post), _whole(shared)),
        "lang": language(at(said, "lang")),
        "parent_id": None if shared else parent,
        "root_id": at(said, "conversation_id_str"),
        "shared_id": at(shared, "rest_id") or quoted,
        "mentions": joined(at(name, "screen_name") for name in names),
        "url": address(author["author_handle"], at(post, "rest_id")),
        "n_impressions": at(post, "views", "count"),
    }  # fmt: skip


def _tiktok(post: dict[str, Any]) -> Row:
    handle = first(at(post, "author", "uniqueId"), at(post, "author"))
    counts = post.get("stats")
    return {
        "platform": "tiktok",
        "post_id": at(post, "id"),
        "created_at": at(post, "createTime"),
        "kind": "post",
        "author_id": first(at(post, "author", "id"), at(post, "authorId")),
        "author_handle": handle,
        "author_name": first(at(post, "author", "nickname"), at(post, "nickname")),
        "text": at(post, "desc"),
        "url": f"https://www.tiktok.com/@{handle}/video/{at(post, 'id')}" if handle else None,
        "n_followers": at(post, "authorStats", "followerCount"),
        "n_likes": at(counts, "diggCount"),
        "n_reposts": at(counts, "shareCount"),
        "n_replies": at(counts, "commentCount"),
        "n_impressions": at(counts, "playCount"),
    }


def _instagram(post: dict[str, Any]) -> Row:
    code = at(post, "code")
    return {
        "platform": "instagram",
        "post_id": first(at(post, "pk"), at(post, "id")),
        "created_at": at(post, "taken_at"),
        "kind": "post",
        "author_id": first(at(post, "user", "pk"), at(post, "user", "id")),
        "author_handle": at(post, "user", "username"),
        "author_name": at(post, "user", "full_name"),
        "text": at(post, "caption", "text"),
        "url": f"https://www.instagram.com/p/{code}/" if code else None,
        "n_likes": at(post, "like_count"),
        "n_replies": at(post, "comment_count"),
        "n_impressions": first(at(post, "play_count"), at(post, "view_count")),
    }


# What an item of each platform must have, and how it is mapped.
_PLATFORMS: tuple[tuple[frozenset[str], Callable[[dict[str, Any]], Row]], ...] = (
    (frozenset({"rest_id", "legacy"}), _x),
    (frozenset({"createTime", "desc", "author"}), _tiktok),
    (frozenset({"taken_at", "code", "user"}), _instagram),
)


def _envelope(record: dict[str, Any]) -> tuple[dict[str, Any], str | None]:
    """Return the item and the time of collection, from the raw or the mapped form."""
    data = record.get("data")
    seen_at = first(at(record, "__import_meta", "timestamp_collected"))
    if isinstance(data, dict):
        return data, first(at(record, "timestamp_collected"), seen_at)
    return record, seen_at


def _unpack(record: Any) -> Iterator[Item]:
    if not isinstance(record, dict):
        yield rejected(record)
        return
    post, seen_at = _envelope(record)
    mapper = next((m for keys, m in _PLATFORMS if keys <= post.keys()), None)
    yield Item(mapper(post) | {"collected_at": seen_at}, of=record) if mapper else rejected(record)


def _is_capture(record: dict[str, Any]) -> bool:
    raw = {"timestamp_collected", "source_platform", "data"} <= record.keys()
    post, _ = _envelope(record)
    known = any(keys <= post.keys() for keys, _ in _PLATFORMS)
    return known and (raw or "__import_meta" in record)


READERS: tuple[Reader, ...] = (
    Reader(
        name="zeeschuimer",
        escaped=True,
        title="Zeeschuimer NDJSON (X, TikTok, Instagram)",
        gives="posts",
        confirmed="public parser",
        recognise=of_records(_is_capture),
        # X writes its own form, the others epochs: each value tells which it is.
        times={"created_at": Times("any", "UTC"), "collected_at": _EPOCH},
        unpack=_unpack,
    ),
)
