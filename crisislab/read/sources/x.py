"""X API v2 as twarc2 writes it: pages, flattened lines and streaming lines.

Layout: docs.x.com, data dictionary, and DocNow/twarc-csv ``test-data`` (real files).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from crisislab.read._reader import Item, Probe, Reader, Row, Times
from crisislab.read.sources._pick import at, dig, first, joined, objects, of_records, rejected

_UTC = Times("iso", "UTC")
_KINDS = (("retweeted", "repost"), ("replied_to", "reply"), ("quoted", "quote"))
_MARKS = ("author_id", "conversation_id", "public_metrics", "edit_history_tweet_ids")
_NO_LANG = frozenset({"und", "zxx", "qam", "qct", "qht", "qme", "qst"})
_ASIDES = (
    {"id", "name", "username", "public_metrics"},
    {"start", "end", "tweet_count"},
    {"owner_id", "member_count"},
    {"id", "action", "created_at", "reason"},
)
Objects = Mapping[str | None, dict[str, Any]]


def language(code: str | None) -> str | None:
    """Return X's language code, or ``None`` for its codes that mean "not known".

    >>> language("es"), language("qme")
    ('es', None)
    """
    return None if code in _NO_LANG else code


def address(handle: str | None, post_id: str | None) -> str | None:
    """Return the address of a post where both parts are known."""
    return f"https://x.com/{handle}/status/{post_id}" if handle and post_id else None


def uncut(own: str | None, original: str | None) -> str | None:
    """Return a repost's text with the whole original in place of the cut one.

    >>> uncut("RT @marca: Lo sentim…", "Lo sentimos mucho")
    'RT @marca: Lo sentimos mucho'
    """
    if not original:
        return own
    start, colon, _ = (own or "").partition(": ")
    return start + colon + original if colon and start.startswith("RT @") else original


def _is_post(entry: object) -> bool:
    return isinstance(entry, dict) and "text" in entry and any(key in entry for key in _MARKS)


def _posts(record: dict[str, Any]) -> list[dict[str, Any]] | None:
    data = record.get("data")
    if isinstance(data, list):
        return objects(data)
    if isinstance(data, dict):
        return [data]
    return [record] if _is_post(record) else None


def _holds_posts(record: dict[str, Any]) -> bool:
    return any(_is_post(post) for post in _posts(record) or [])


def _by_id(entries: object) -> Objects:
    return {at(entry, "id"): entry for entry in objects(entries)}


def _references(post: Mapping[str, Any]) -> Objects:
    return {at(r, "type"): r for r in objects(post.get("referenced_tweets"))}


def _text(post: Mapping[str, Any]) -> str | None:
    return first(at(post, "note_tweet", "text"), at(post, "text"))


def _handles(post: Mapping[str, Any]) -> list[str | None]:
    return [at(mention, "username") for mention in objects(dig(post, "entities", "mentions"))]


def _counters(post: Mapping[str, Any], *, repost: bool) -> Row:
    counts = dig(post, "public_metrics") or {}
    shown = {"n_impressions": at(counts, "impression_count")}
    if repost:
        return shown
    return shown | {
        "n_likes": at(counts, "like_count"),
        "n_reposts": at(counts, "retweet_count"),
        "n_replies": at(counts, "reply_count"),
        "n_quotes": at(counts, "quote_count"),
    }


def _row(post: Mapping[str, Any], users: Objects, beside: Objects, seen_at: str | None) -> Row:
    references = _references(post)
    kind = next((kind for key, kind in _KINDS if key in references), "post")
    shared = references.get("retweeted") or references.get("quoted") or {}
    original = beside.get(at(shared, "id"), shared) if kind == "repost" else {}
    author = post.get("author") or users.get(at(post, "author_id"), {})
    handle = at(author, "username")
    return _counters(post, repost=kind == "repost") | {
        "post_id": at(post, "id"),
        "created_at": at(post, "created_at"),
        "kind": kind,
        "author_id": first(at(post, "author_id"), at(author, "id")),
        "author_handle": handle,
        "author_name": at(author, "name"),
        "text": uncut(_text(post), _text(original)),
        "lang": language(at(post, "lang")),
        "parent_id": None if kind == "repost" else at(references.get("replied_to"), "id"),
        "root_id": at(post, "conversation_id"),
        "shared_id": at(shared, "id"),
        "mentions": joined(_handles(post) + _handles(original)),
        "url": address(handle, at(post, "id")),
        "n_followers": at(author, "public_metrics", "followers_count"),
        "collected_at": seen_at,
    }


def _unpack(record: Any) -> Iterator[Item]:
    posts = _posts(record) if isinstance(record, dict) else None
    if posts is None:
        # A page of a search that found nothing has counts only: no item, and no fault either.
        if at(record, "meta", "result_count") != "0":
            yield rejected(record)
        return
    users = _by_id(dig(record, "includes", "users"))
    shown = objects(dig(record, "includes", "tweets"))
    beside = _by_id(shown)
    seen_at = at(record, "__twarc", "retrieved_at")
    for post in posts:
        row = _row(post, users, beside, seen_at)
        yield Item(row, of=post) if "id" in post else rejected(post)
    loaded = {at(post, "id") for post in posts}
    for post in shown:
        known = at(post, "id") in loaded
        row = {} if known else _row(post, users, beside, seen_at)
        yield Item(row, "context", of=post)


def _first_datum(record: dict[str, Any]) -> dict[str, Any]:
    data = record.get("data")
    return next(iter(objects(data)), {}) if isinstance(data, list) else record


def _is_aside(record: dict[str, Any]) -> bool:
    keys = _first_datum(record).keys()
    return any(aside <= keys for aside in _ASIDES) and "text" not in keys


def _aside(probe: Probe) -> bool:
    return of_records(_is_aside)(probe) and not of_records(_holds_posts)(probe)


READERS: tuple[Reader, ...] = (
    Reader(
        name="x-v2",
        escaped=True,
        title="X API v2 (twarc2)",
        gives="posts",
        confirmed="real file",
        recognise=of_records(_holds_posts),
        platform="x",
        times={"created_at": _UTC, "collected_at": _UTC},
        unpack=_unpack,
        bulk="x-v2",
    ),
    Reader(
        name="x-v2-other",
        title="X API v2: users, counts, lists or compliance (twarc2)",
        gives="other",
        confirmed="real file",
        recognise=_aside,
        platform="x",
    ),
)
