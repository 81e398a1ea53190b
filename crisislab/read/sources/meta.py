"""Facebook and Instagram as the Graph API gives them (JSON).

Layout: developers.facebook.com, Graph API reference, and sns-sdks/python-facebook ``testdata``
(recorded answers). Ids of posts are ``page_post``, of comments ``post_comment``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from crisislab.read._reader import Item, Reader, Row, Times
from crisislab.read.sources._pick import (
    at,
    dig,
    each,
    first,
    joined,
    objects,
    of_records,
    rejected,
)

_TIMES = {"created_at": Times("iso", "UTC")}
_COMMENT_LINK = re.compile(
    r"facebook\.com/(?:[^/]+/posts/)?[^?]*?(\d+)/?\?(?:.*&)?comment_id=(\d+)"
)
_REPLY_LINK = re.compile(r"[?&]reply_comment_id=(\d+)")
_PAGE_LINK = re.compile(r"facebook\.com/(\d+)/posts/")
_HANDLE = re.compile(r"(?<![\w@])@([A-Za-z0-9_](?:[A-Za-z0-9_.]*[A-Za-z0-9_])?)")
# Keys that the interface never gives: records of scrapers name other things.
_SCRAPED = frozenset({"__import_meta", "shortCode", "ownerUsername"})
_WRAPPERS = ("business_discovery", "mentioned_media", "mentioned_comment", "media")


def _nodes(record: object) -> list[dict[str, Any]]:
    """Return the nodes of a page, of an answer keyed by id, or the record as the only node."""
    if not isinstance(record, dict):
        return []
    if isinstance(record.get("data"), list):
        return objects(record["data"])
    wrapped = next((record[key] for key in _WRAPPERS if isinstance(record.get(key), dict)), None)
    if wrapped is not None:
        return _nodes(wrapped)
    values = list(record.values())
    keyed = bool(values) and all(
        isinstance(v, dict) and v.get("id") == k for k, v in record.items()
    )
    return values if keyed else [record]


def _linked_id(node: object) -> str | None:
    """Return a comment's id as its address tells it, for answers asked for without ids."""
    link = at(node, "permalink_url") or ""
    found = _COMMENT_LINK.search(link)
    reply = _REPLY_LINK.search(link)
    return f"{found[1]}_{reply[1] if reply else found[2]}" if found else None


def _linked_parent(node: object) -> str | None:
    """Return the comment that a reply answers, as the reply's address tells it."""
    link = at(node, "permalink_url") or ""
    found = _COMMENT_LINK.search(link)
    return f"{found[1]}_{found[2]}" if found and _REPLY_LINK.search(link) else None


def _linked_post(node: object) -> str | None:
    link = at(node, "permalink_url") or ""
    found, page = _COMMENT_LINK.search(link), _PAGE_LINK.search(link)
    return f"{page[1]}_{found[1]}" if found and page else None


def _author(node: object) -> Row:
    return {"author_id": at(node, "from", "id"), "author_name": at(node, "from", "name")}


def _likes(node: object) -> str | None:
    return first(
        at(node, "reactions", "summary", "total_count"),
        at(node, "like_count"),
        at(node, "likes", "summary", "total_count"),
    )


def _post(node: dict[str, Any]) -> Row:
    return _author(node) | {
        "post_id": at(node, "id"),
        "created_at": first(at(node, "created_time"), at(node, "creation_time")),
        "kind": "post",
        "text": first(at(node, "message"), at(node, "description"), at(node, "story")),
        "url": at(node, "permalink_url"),
        "n_likes": _likes(node),
        "n_reposts": at(node, "shares", "count"),
        "n_replies": at(node, "comments", "summary", "total_count"),
    }


def _comment(node: dict[str, Any], post_id: str | None, parent_id: str | None) -> Row:
    parent = first(at(node, "parent", "id"), parent_id, _linked_parent(node))
    return _author(node) | {
        "post_id": first(at(node, "id"), _linked_id(node)),
        "created_at": at(node, "created_time"),
        "kind": "reply" if parent else "comment",
        "text": at(node, "message"),
        "parent_id": parent or post_id or _linked_post(node),
        "root_id": post_id or _linked_post(node),
        "url": at(node, "permalink_url"),
        "n_likes": _likes(node),
        "n_replies": at(node, "comment_count"),
    }


def _comments(holder: object, post_id: str | None, parent_id: str | None = None) -> Iterator[Item]:
    for node in objects(dig(holder, "comments", "data")):
        row = _comment(node, post_id, parent_id)
        yield Item(row, of=node)
        yield from _comments(node, post_id, row["post_id"])


def _is_comment(node: dict[str, Any]) -> bool:
    told = "comment_count" in node or "comment_id=" in (at(node, "permalink_url") or "")
    return "created_time" in node and (told or isinstance(node.get("parent"), dict))


def _is_post(node: dict[str, Any]) -> bool:
    return "_" in (at(node, "id") or "") and "created_time" in node and "to" not in node


def _unpack_facebook(record: Any) -> Iterator[Item]:
    yield from each(_facebook_items(record), record)


def _facebook_items(record: Any) -> Iterator[Item]:
    for node in _nodes(record):
        if _is_comment(node):
            row = _comment(node, None, None)
            yield Item(row, of=node)
            yield from _comments(node, row["root_id"], row["post_id"])
        elif "created_time" in node:
            yield Item(_post(node), of=node)
            yield from _comments(node, at(node, "id"))
        else:
            yield rejected(node)


def _named(text: str | None) -> str | None:
    return joined(_HANDLE.findall(text or ""))


def _media(node: dict[str, Any]) -> Row:
    text = at(node, "caption")
    return {
        "post_id": at(node, "id"),
        "created_at": at(node, "timestamp"),
        "kind": "post",
        "author_id": at(node, "owner", "id"),
        "author_handle": first(at(node, "username"), at(node, "owner", "username")),
        "text": text,
        "mentions": _named(text),
        "url": at(node, "permalink"),
        "n_likes": at(node, "like_count"),
        "n_replies": at(node, "comments_count"),
    }


def _remark(node: dict[str, Any], media_id: str | None, parent_id: str | None) -> Row:
    parent = first(at(node, "parent_id"), parent_id)
    media = first(at(node, "media", "id"), media_id)
    return {
        "post_id": at(node, "id"),
        "created_at": at(node, "timestamp"),
        "kind": "reply" if parent else "comment",
        "author_id": first(at(node, "from", "id"), at(node, "user", "id")),
        "author_handle": first(at(node, "username"), at(node, "from", "username")),
        "text": at(node, "text"),
        "parent_id": parent or media,
        "root_id": media,
        "mentions": _named(at(node, "text")),
        "n_likes": at(node, "like_count"),
    }


def _remarks(
    nodes: object, media_id: str | None = None, parent_id: str | None = None
) -> Iterator[Item]:
    for node in objects(nodes):
        row = _remark(node, media_id, parent_id)
        yield Item(row, of=node)
        yield from _remarks(dig(node, "replies", "data"), row["root_id"], row["post_id"])


def _instagram_items(record: Any) -> Iterator[Item]:
    for node in _nodes(record):
        if "text" in node:
            yield from _remarks([node])
        elif "timestamp" in node:
            yield Item(_media(node), of=node)
            yield from _remarks(dig(node, "comments", "data"), at(node, "id"))
        else:
            yield rejected(node)


def _unpack_instagram(record: Any) -> Iterator[Item]:
    yield from each(_instagram_items(record), record)


def _is_facebook(record: dict[str, Any]) -> bool:
    return any(_is_comment(node) or _is_post(node) for node in _nodes(record))


def _is_instagram(record: dict[str, Any]) -> bool:
    return any(
        "timestamp" in node and ("media_type" in node or "caption" in node or "text" in node)
        and "id" in node and not _SCRAPED & node.keys()
        for node in _nodes(record)
    )  # fmt: skip


def _is_aside(record: dict[str, Any]) -> bool:
    return any({"name", "period", "title"} <= node.keys() for node in _nodes(record))


READERS: tuple[Reader, ...] = (
    Reader(
        name="facebook-graph",
        title="Facebook Graph API: posts and comments",
        gives="posts",
        confirmed="real file",
        recognise=of_records(_is_facebook),
        platform="facebook",
        times=_TIMES,
        unpack=_unpack_facebook,
    ),
    Reader(
        name="instagram-graph",
        title="Instagram Graph API: media and comments",
        gives="posts",
        confirmed="real file",
        recognise=of_records(_is_instagram),
        platform="instagram",
        times=_TIMES,
        unpack=_unpack_instagram,
    ),
    Reader(
        name="meta-insights",
        title="Facebook or Instagram insights: totals, not posts",
        gives="other",
        confirmed="real file",
        recognise=of_records(_is_aside),
    ),
)
