"""X API v1.1 JSON, and the tweets of an X archive, which follow it.

Layout: DocNow/twarc 1 output (real file) and the API's tweet object; of the archive, the
public parsers dogsheep/twitter-to-sqlite and timhutton/twitter-archive-parser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from crisislab.read._reader import Item, Reader, Row, Times
from crisislab.read.sources._pick import (
    at,
    dig,
    entries,
    joined,
    objects,
    of_records,
    rejected,
)
from crisislab.read.sources.x import address, language, uncut

_TIMES = {"created_at": Times("twitter", "UTC")}
_WRITTEN = re.compile(r"[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d? ")
_TEXTS = frozenset({"text", "full_text", "extended_tweet"})


def _text(post: object) -> str | None:
    return (
        at(post, "extended_tweet", "full_text") or at(post, "full_text") or at(post, "text")
    )  # fmt: skip


def _entities(post: Mapping[str, Any]) -> object:
    return dig(post, "extended_tweet", "entities") or post.get("entities")


def _handles(post: Mapping[str, Any]) -> list[str | None]:
    return [at(m, "screen_name") for m in objects(dig(_entities(post), "user_mentions"))]


def _id(post: object, key: str) -> str | None:
    return at(post, f"{key}_str") or at(post, key)


def _kind(post: Mapping[str, Any], original: object, text: str | None) -> str:
    # The archive drops retweeted_status; only the form of the text is left.
    if original or ("user" not in post and (text or "").startswith("RT @")):
        return "repost"
    if _id(post, "in_reply_to_status_id"):
        return "reply"
    return "quote" if _id(post, "quoted_status_id") else "post"


def _counters(post: Mapping[str, Any]) -> Row:
    return {
        "n_likes": at(post, "favorite_count"),
        "n_reposts": at(post, "retweet_count"),
        "n_replies": at(post, "reply_count"),
        "n_quotes": at(post, "quote_count"),
    }


def _row(post: Mapping[str, Any]) -> Row:
    original = post.get("retweeted_status")
    original = original if isinstance(original, dict) else {}
    text = uncut(_text(post), _text(original))
    kind = _kind(post, original, text)
    handle = at(post, "user", "screen_name")
    counters = {} if kind == "repost" else _counters(post)
    return counters | {
        "post_id": _id(post, "id"),
        "created_at": at(post, "created_at"),
        "kind": kind,
        "author_id": _id(post.get("user"), "id"),
        "author_handle": handle,
        "author_name": at(post, "user", "name"),
        "text": text,
        "lang": language(at(post, "lang")),
        "parent_id": None if kind == "repost" else _id(post, "in_reply_to_status_id"),
        "shared_id": _id(original, "id") or _id(post, "quoted_status_id"),
        "mentions": joined(_handles(post) + _handles(original)),
        "url": address(handle, _id(post, "id")),
        "n_followers": at(post, "user", "followers_count"),
    }


def _is_tweet(record: object) -> bool:
    if not isinstance(record, dict) or _TEXTS.isdisjoint(record):
        return False
    return "id_str" in record or _is_bare(record)


def _is_bare(record: Mapping[str, Any]) -> bool:
    """Return whether a record is a tweet of which somebody left out the ids as text."""
    written = _WRITTEN.match(at(record, "created_at") or "")
    return "id" in record and bool(written) and at(record, "user", "screen_name") is not None


def _unpack(record: Any) -> Iterator[Item]:
    for post in entries(record, "statuses"):
        yield Item(_row(post), of=post) if _is_tweet(post) else rejected(post)


def _unpack_archive(record: Any) -> Iterator[Item]:
    post = dig(record, "tweet") or record
    yield (
        Item(_row(post) | {"inbound": "false"}, of=record) if _is_tweet(post) else rejected(record)
    )


def _is_v1(record: dict[str, Any]) -> bool:
    return any(_is_tweet(post) and "user" in post for post in entries(record, "statuses"))


def _is_archive(record: dict[str, Any]) -> bool:
    post = record.get("tweet", record)
    return _is_tweet(post) and "user" not in post and "entities" in post


ARCHIVE = "x-archive"
# What an archive holds beside tweets: the account, likes, messages, advertisements.
BESIDE_TWEETS = Reader(
    name="x-archive-other",
    title="X archive",
    gives="other",
    confirmed="public parser",
    recognise=lambda _: False,
    platform="x",
)
READERS: tuple[Reader, ...] = (
    Reader(
        name="x-v1",
        escaped=True,
        title="X API v1.1 (twarc 1)",
        gives="posts",
        confirmed="real file",
        recognise=of_records(_is_v1),
        platform="x",
        times=_TIMES,
        unpack=_unpack,
    ),
    Reader(
        name=ARCHIVE,
        escaped=True,
        title="X archive (tweets.js): the account's own posts",
        gives="posts",
        confirmed="public parser",
        recognise=of_records(_is_archive),
        platform="x",
        times=_TIMES,
        unpack=_unpack_archive,
    ),
)
