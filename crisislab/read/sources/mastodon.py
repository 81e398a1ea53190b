"""Mastodon: statuses of the API, their contexts, and the outbox of an account's archive.

Layout: docs.joinmastodon.org/entities/Status and halcy/Mastodon.py ``tests`` (recorded answers);
of the outbox, mastodon/mastodon ``app/services/backup_service.rb``. Ids are those of one server:
statuses collected on two servers have different ids and do not meet.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crisislab.read._reader import Item, Reader, Row, Times
from crisislab.read.sources._pick import (
    at,
    dig,
    entries,
    first,
    joined,
    objects,
    of_records,
    plain,
    rejected,
)

_TIMES = {"created_at": Times("iso", "UTC")}
_STATUS = frozenset({"id", "uri", "content", "account", "visibility"})
_CONTEXT = frozenset({"ancestors", "descendants"})


def _kind(status: dict[str, Any]) -> str:
    if status.get("visibility") == "direct":
        return "message"
    if status.get("reblog"):
        return "repost"
    if status.get("in_reply_to_id"):
        return "reply"
    return "quote" if status.get("quote") else "post"


def _words(status: object) -> str | None:
    """Return the warning of a status, if any, and its text."""
    parts = (at(status, "spoiler_text"), plain(at(status, "content")))
    return "\n".join(part for part in parts if part)


def _counters(status: object) -> Row:
    return {
        "n_likes": at(status, "favourites_count"),
        "n_reposts": at(status, "reblogs_count"),
        "n_replies": at(status, "replies_count"),
        "n_quotes": at(status, "quotes_count"),
    }


def _status(status: dict[str, Any]) -> Row:
    shared = first(
        at(status, "reblog", "id"),
        at(status, "quote", "quoted_status", "id"),
        at(status, "quote", "quoted_status_id"),
    )
    counters = {} if status.get("reblog") else _counters(status)
    return counters | {
        "post_id": at(status, "id"),
        "created_at": at(status, "created_at"),
        "kind": _kind(status),
        "author_id": at(status, "account", "id"),
        "author_handle": at(status, "account", "acct"),
        "author_name": at(status, "account", "display_name"),
        "text": _words(status.get("reblog") or status),
        "lang": at(status, "language"),
        "parent_id": at(status, "in_reply_to_id"),
        "shared_id": shared,
        "mentions": joined(at(mention, "acct") for mention in objects(status.get("mentions"))),
        "url": first(at(status, "url"), at(status, "uri")),
        "n_followers": at(status, "account", "followers_count"),
    }


def _statuses(record: dict[str, Any]) -> list[dict[str, Any]]:
    if record.keys() >= _CONTEXT:
        return objects(record["ancestors"]) + objects(record["descendants"])
    return entries(record, "statuses")


def _unpack(record: Any) -> Iterator[Item]:
    for status in _statuses(record) if isinstance(record, dict) else [record]:
        known = isinstance(status, dict) and status.keys() >= _STATUS
        yield Item(_status(status), of=status) if known else rejected(status)


def _is_api(record: dict[str, Any]) -> bool:
    return record.keys() >= _CONTEXT or any(s.keys() >= _STATUS for s in _statuses(record))


def _last(address: str | None) -> str | None:
    """Return the local id or name at the end of an address of the fediverse."""
    if not address:
        return None
    return address.removesuffix("/activity").rstrip("/").rpartition("/")[2]


def _activity(activity: dict[str, Any]) -> Row:
    note = activity.get("object")
    shared = _last(note) if isinstance(note, str) else None
    parent = _last(at(note, "inReplyTo"))
    tags = objects(dig(note, "tag"))
    words = (at(note, "summary"), plain(at(note, "content")))
    return {
        "post_id": _last(first(at(note, "id"), at(activity, "id"))),
        "created_at": first(at(note, "published"), at(activity, "published")),
        "kind": "repost" if shared else "reply" if parent else "post",
        "author_handle": _last(first(at(note, "attributedTo"), at(activity, "actor"))),
        "text": "\n".join(part for part in words if part),
        "parent_id": parent,
        "shared_id": shared,
        "mentions": joined(at(tag, "name") for tag in tags if tag.get("type") == "Mention"),
        "url": first(at(note, "url"), at(note, "id")),
        "inbound": "false",
    }


def _unpack_outbox(record: Any) -> Iterator[Item]:
    for activity in objects(dig(record, "orderedItems")):
        known = activity.get("type") in ("Create", "Announce")
        yield Item(_activity(activity), of=activity) if known else rejected(activity)


READERS: tuple[Reader, ...] = (
    Reader(
        name="mastodon-api",
        title="Mastodon API: statuses and contexts",
        gives="posts",
        confirmed="real file",
        recognise=of_records(_is_api),
        platform="mastodon",
        times=_TIMES,
        unpack=_unpack,
    ),
    Reader(
        name="mastodon-outbox",
        title="Mastodon archive (outbox.json): the account's own posts",
        gives="posts",
        confirmed="public parser",
        recognise=of_records(lambda record: isinstance(record.get("orderedItems"), list)),
        platform="mastodon",
        times=_TIMES,
        unpack=_unpack_outbox,
    ),
)
