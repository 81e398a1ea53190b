"""Bluesky: post views and feeds of the API, the stream, and minet's table.

Layout: docs.bsky.app, ``app.bsky.feed.defs``, and medialab/twitwi ``test/resources`` (real
files). ``createdAt`` is written by the client and can lie after ``indexedAt``, when the server
saw the post: the earlier of the two is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from crisislab.read._reader import Item, Reader, Row, Times, has_columns
from crisislab.read.sources._pick import (
    at,
    dig,
    first,
    joined,
    objects,
    of_records,
    rejected,
    text,
)

_POST = "app.bsky.feed.post"
_FAR = 10**17
_COUNTERS = ("n_likes", "n_reposts", "n_replies", "n_quotes")
_MINET = {
    "post_id": ("uri",),
    "created_at": ("timestamp_utc",),
    "author_id": ("user_did",),
    "author_handle": ("user_handle",),
    "author_name": ("user_display_name",),
    "text": ("original_text", "text"),
    "parent_id": ("to_post_uri",),
    "root_id": ("to_root_post_uri",),
    "shared_id": ("quoted_uri",),
    "mentions": ("mentioned_user_handles",),
    "url": ("url",),
    "n_likes": ("like_count",),
    "n_reposts": ("repost_count",),
    "n_replies": ("reply_count",),
    "n_quotes": ("quote_count",),
}


def _instant(value: str | None) -> datetime | None:
    try:
        instant = datetime.fromisoformat(value) if value else None
    except ValueError:
        return None
    return instant if instant is None or instant.tzinfo else instant.replace(tzinfo=UTC)


def earlier(created: str | None, seen: str | None) -> str | None:
    """Return the earlier of two times, as written.

    >>> earlier("2025-03-16T16:09:09.779Z", "2025-03-16T16:09:07.569Z")
    '2025-03-16T16:09:07.569Z'
    """
    first_at, second_at = _instant(created), _instant(seen)
    if first_at is None or (second_at is not None and second_at < first_at):
        return seen or created
    return created


def _quoted(record: object) -> str | None:
    embed = dig(record, "embed", "record")
    return first(at(embed, "uri"), at(embed, "record", "uri"))


def _language(record: object) -> str | None:
    langs = dig(record, "langs")
    only = text(langs[0]) if isinstance(langs, list) and len(langs) == 1 else None
    return only.partition("-")[0] if only else None


def _said(record: object, uri: str | None) -> Row:
    """Return what the post's own record tells, wherever it came from."""
    parent, quoted = at(record, "reply", "parent", "uri"), _quoted(record)
    return {
        "post_id": uri,
        "kind": "reply" if parent else "quote" if quoted else "post",
        "text": at(record, "text"),
        "lang": _language(record),
        "parent_id": parent,
        "root_id": at(record, "reply", "root", "uri"),
        "shared_id": quoted,
    }


def _address(who: str | None, uri: str | None) -> str | None:
    key = (uri or "").rpartition("/")[2]
    return f"https://bsky.app/profile/{who}/post/{key}" if who and key else None


def _view(post: dict[str, Any]) -> Row:
    record = post.get("record")
    handle = at(post, "author", "handle")
    return _said(record, at(post, "uri")) | {
        "created_at": earlier(at(record, "createdAt"), at(post, "indexedAt")),
        "author_id": at(post, "author", "did"),
        "author_handle": handle,
        "author_name": at(post, "author", "displayName"),
        "url": _address(handle, at(post, "uri")),
        "n_likes": at(post, "likeCount"),
        "n_reposts": at(post, "repostCount"),
        "n_replies": at(post, "replyCount"),
        "n_quotes": at(post, "quoteCount"),
    }


def _repost(row: Row, by: object, moment: str | None, uri: str | None) -> Row:
    """Return the act of reposting, which is another account's and has no counters."""
    return row | dict.fromkeys(_COUNTERS) | {
        "post_id": uri or f"{row.get('post_id')}#{at(by, 'did')}",
        "created_at": moment,
        "kind": "repost",
        "author_id": at(by, "did"),
        "author_handle": at(by, "handle"),
        "author_name": at(by, "displayName"),
        "parent_id": None,
        "shared_id": row.get("post_id"),
    }  # fmt: skip


def _is_view(record: object) -> bool:
    # Written with or without its fragment: app.bsky.feed.post#main.
    kind = (at(record, "record", "$type") or "").partition("#")[0]
    return kind == _POST and at(record, "uri") is not None


def _feed_item(item: dict[str, Any]) -> Iterator[Item]:
    row, reason = _view(item["post"]), item.get("reason")
    if (at(reason, "$type") or "").endswith("#reasonRepost"):
        by = dig(reason, "by")
        yield Item(_repost(row, by, at(reason, "indexedAt"), at(reason, "uri")), of=item)
        yield Item(row, "context", of=item)
    else:
        yield Item(row, of=item)


def _thread(node: dict[str, Any]) -> Iterator[Item]:
    """Return a thread from its parents down to the last answer."""
    parent = node.get("parent")
    if isinstance(parent, dict):
        yield from _thread(parent)
    seen = node.get("post")
    if isinstance(seen, dict) and _is_view(seen):
        yield Item(_view(seen), of=node)
    else:
        yield rejected(node)
    for reply in objects(node.get("replies")):
        yield from _thread(reply)


def _streamed(record: dict[str, Any]) -> Iterator[Item]:
    """Return the post of a line of Jetstream (``commit``) or Tap (``record``)."""
    told = dig(record, "commit") or dig(record, "record")
    if at(told, "collection") != _POST or not isinstance(dig(told, "record"), dict):
        yield Item({}, "context", of=record)
        return
    did = first(at(record, "did"), at(told, "did"))
    uri = f"at://{did}/{_POST}/{at(told, 'rkey')}"
    micros = dig(record, "time_us")
    known = isinstance(micros, int) and 0 < micros < _FAR
    seen = datetime.fromtimestamp(micros / 1e6, UTC).isoformat() if known else None
    yield Item(_said(told["record"], uri) | {
        "created_at": earlier(at(told, "record", "createdAt"), seen),
        "author_id": did,
        "url": _address(did, uri),
    }, of=record)  # fmt: skip


def _items(record: Any) -> Iterator[Item]:
    if not isinstance(record, dict):
        return
    if _is_view(record):
        yield Item(_view(record), of=record)
    elif _is_view(record.get("post")) and "parent" not in record and "replies" not in record:
        yield from _feed_item(record)
    elif isinstance(record.get("thread"), dict):
        yield from _thread(record["thread"])
    elif isinstance(record.get("feed"), list) or isinstance(record.get("posts"), list):
        for entry in objects(record.get("feed")) + objects(record.get("posts")):
            yield from _items(entry)
    elif _is_streamed(record):
        yield from _streamed(record)
    else:
        yield rejected(record)


def _is_streamed(record: dict[str, Any]) -> bool:
    told = dig(record, "commit") or dig(record, "record")
    return at(told, "collection") is not None


def _holds_posts(record: dict[str, Any]) -> bool:
    return any(item.row.get("post_id") for item in _items(record))


def _is_seconds(text: str | None) -> bool:
    return re.fullmatch(r"\d{1,12}(?:\.\d+)?", text or "", re.ASCII) is not None


def _finish_minet(row: Row, cells: Mapping[str, str]) -> Row | None:
    seen, stamp = _instant(cells.get("indexed_at_utc")), row.get("created_at")
    # The table keeps whole seconds of the client's clock.
    late = seen is not None and _is_seconds(stamp) and seen.timestamp() < float(stamp or "")
    parent, quoted = row.get("parent_id"), row.get("shared_id")
    done = row | {
        "created_at": cells["indexed_at_utc"] if late else stamp,
        "kind": "reply" if parent else "quote" if quoted else "post",
        "mentions": joined((row.get("mentions") or "").split("|")),
    }
    if not cells.get("repost_by_user_did"):
        return done
    by = {"did": cells["repost_by_user_did"], "handle": cells.get("repost_by_user_handle")}
    return _repost(done, by, cells.get("repost_timestamp_utc"), None)


READERS: tuple[Reader, ...] = (
    Reader(
        name="bluesky",
        title="Bluesky: post views, feeds, threads and stream",
        gives="posts",
        confirmed="real file",
        recognise=of_records(_holds_posts),
        platform="bluesky",
        times={"created_at": Times("iso", "UTC")},
        unpack=_items,
    ),
    Reader(
        name="minet-bluesky",
        title="minet table of Bluesky posts",
        gives="posts",
        confirmed="real file",
        recognise=has_columns("uri", "timestamp_utc", "user_did", "text", "to_post_uri"),
        platform="bluesky",
        columns=_MINET,
        times={"created_at": Times("any", "UTC")},
        finish=_finish_minet,
    ),
)
