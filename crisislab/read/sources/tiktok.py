"""TikTok: Research API answers, and the owner's TikTok Studio table.

Layout: developers.tiktok.com, Research API specs, and JBGruber/traktok ``tests`` (the
documentation's own examples); of TikTok Studio, public importers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crisislab.read._reader import Item, Reader, Row, Times, has_columns
from crisislab.read.sources._pick import at, dig, each, first, objects, of_records

_TIMES = {"created_at": Times("epoch", "UTC")}
_STUDIO = {
    "created_at": ("Post time",),
    "text": ("Video title",),
    "url": ("Video link",),
    "n_likes": ("Likes",),
    "n_replies": ("Comments",),
    "n_reposts": ("Shares",),
    "n_impressions": ("Video views",),
}


def _video(video: dict[str, Any]) -> Row:
    video_id = first(at(video, "id"), at(video, "video_id"))
    handle = at(video, "username")
    known = handle and video_id
    return {
        "post_id": video_id,
        "created_at": at(video, "create_time"),
        "kind": "post",
        "author_handle": handle,
        "text": at(video, "video_description"),
        "url": f"https://www.tiktok.com/@{handle}/video/{video_id}" if known else None,
        "n_likes": at(video, "like_count"),
        "n_reposts": at(video, "share_count"),
        "n_replies": at(video, "comment_count"),
        "n_impressions": at(video, "view_count"),
    }


def _comment(comment: dict[str, Any]) -> Row:
    video, parent = at(comment, "video_id"), at(comment, "parent_comment_id")
    # The parent of a comment on the video itself is the video, or missing.
    reply = parent not in (None, "", "0", video)
    return {
        "post_id": at(comment, "id"),
        "created_at": at(comment, "create_time"),
        "kind": "reply" if reply else "comment",
        "author_handle": at(comment, "username"),
        "text": at(comment, "text"),
        "parent_id": parent if reply else video,
        "root_id": video,
        "n_likes": at(comment, "like_count"),
        "n_replies": at(comment, "reply_count"),
    }


def _items(record: Any) -> Iterator[Item]:
    for video in objects(dig(record, "data", "videos")):
        yield Item(_video(video), of=video)
    for comment in objects(dig(record, "data", "comments")):
        yield Item(_comment(comment), of=comment)


def _unpack(record: Any) -> Iterator[Item]:
    empty = at(record, "error", "code") == "ok" and isinstance(record.get("data"), dict)
    return _items(record) if empty else each(_items(record), record)


def _holds_items(record: dict[str, Any]) -> bool:
    return any(True for _ in _items(record)) and "error" in record


def _is_user(record: dict[str, Any]) -> bool:
    answer = dig(record, "data")
    return isinstance(answer, dict) and {"follower_count", "display_name"} <= answer.keys()


READERS: tuple[Reader, ...] = (
    Reader(
        name="tiktok-research",
        title="TikTok Research API: videos and comments",
        gives="posts",
        confirmed="documentation",
        recognise=of_records(_holds_items),
        platform="tiktok",
        times=_TIMES,
        unpack=_unpack,
    ),
    Reader(
        name="tiktok-research-user",
        title="TikTok Research API: a profile",
        gives="other",
        confirmed="documentation",
        recognise=of_records(_is_user),
        platform="tiktok",
    ),
    Reader(
        name="tiktok-studio",
        title="TikTok Studio content table (own videos, no zone)",
        gives="posts",
        confirmed="public parser",
        recognise=has_columns("Video title", "Video link", "Post time", "Video views"),
        platform="tiktok",
        columns=_STUDIO,
        times={"created_at": Times("any", None)},
        constants={"kind": "post", "inbound": "false"},
    ),
)
