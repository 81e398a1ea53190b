"""YouTube: Data API v3 JSON (comment threads, comments, videos) and YouTube Data Tools tables.

Layout: developers.google.com/youtube/v3/docs, sns-sdks/python-youtube ``testdata`` (recorded
answers); of YouTube Data Tools, its own source and 4CAT's import of its tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from crisislab.read._reader import Item, Reader, Row, Times, has_columns
from crisislab.read.sources._pick import (
    at,
    dig,
    entries,
    first,
    objects,
    of_records,
    plain,
    rejected,
)

_TIMES = {"created_at": Times("iso", "UTC")}
_YTDT_COMMENTS = {
    "post_id": ("id",),
    "created_at": ("publishedAt",),
    "author_id": ("authorChannelId",),
    "author_name": ("authorName",),
    "text": ("text",),
    "parent_id": ("isReplyTo",),
    "n_likes": ("likeCount",),
    "n_replies": ("replyCount",),
}
_YTDT_VIDEOS = {
    "post_id": ("videoId",),
    "created_at": ("publishedAt",),
    "author_id": ("channelId",),
    "author_name": ("channelTitle",),
    "text": ("videoTitle",),
    "n_likes": ("likeCount",),
    "n_replies": ("commentCount",),
    "n_impressions": ("viewCount",),
}


def _watch(video_id: str | None, comment_id: str | None = None) -> str | None:
    if not video_id:
        return None
    tail = f"&lc={comment_id}" if comment_id else ""
    return f"https://www.youtube.com/watch?v={video_id}{tail}"


def _comment(comment: dict[str, Any], video_id: str | None, n_replies: str | None = None) -> Row:
    said = comment.get("snippet")
    video = first(at(said, "videoId"), video_id)
    parent = at(said, "parentId")
    return {
        "post_id": at(comment, "id"),
        "created_at": at(said, "publishedAt"),
        "kind": "reply" if parent else "comment",
        "author_id": first(at(said, "authorChannelId", "value"), at(said, "authorChannelId")),
        "author_name": at(said, "authorDisplayName"),
        "text": first(at(said, "textOriginal"), plain(at(said, "textDisplay"))),
        "parent_id": parent or video,
        "root_id": video,
        "url": _watch(video, at(comment, "id")),
        "n_likes": at(said, "likeCount"),
        "n_replies": n_replies,
    }


def _thread(thread: dict[str, Any]) -> Iterator[Item]:
    video = at(thread, "snippet", "videoId")
    top = dig(thread, "snippet", "topLevelComment")
    if not isinstance(top, dict):
        yield rejected(thread)
        return
    yield Item(_comment(top, video, at(thread, "snippet", "totalReplyCount")), of=thread)
    for reply in objects(dig(thread, "replies", "comments")):
        yield Item(_comment(reply, video), of=reply)


def _video(video: dict[str, Any]) -> Row:
    told, counts = video.get("snippet"), video.get("statistics")
    video_id = first(at(video, "id", "videoId"), at(video, "id"))
    texts = (at(told, "title"), at(told, "description"))
    return {
        "post_id": video_id,
        "created_at": at(told, "publishedAt"),
        "kind": "post",
        "author_id": at(told, "channelId"),
        "author_name": at(told, "channelTitle"),
        "text": "\n".join(text for text in texts if text),
        "lang": first(at(told, "defaultAudioLanguage"), at(told, "defaultLanguage")),
        "url": _watch(video_id),
        "n_likes": at(counts, "likeCount"),
        "n_replies": at(counts, "commentCount"),
        "n_impressions": at(counts, "viewCount"),
    }


def _kind(item: object) -> str:
    """Return what an item is: a found item states it inside its id."""
    return first(at(item, "id", "kind"), at(item, "kind")) or ""


def _unpack(record: Any) -> Iterator[Item]:
    for item in entries(record, "items"):
        kind = _kind(item)
        if kind == "youtube#commentThread":
            yield from _thread(item)
        elif kind == "youtube#comment":
            yield Item(_comment(item, None), of=item)
        elif kind == "youtube#video":
            yield Item(_video(item), of=item)
        elif kind:
            # Channels and playlists of a search: known, shown beside the videos, not posts.
            yield Item({}, "context", of=item)
        else:
            yield rejected(item)


_ITEMS = ("youtube#commentThread", "youtube#comment", "youtube#video")


def _holds_items(record: dict[str, Any]) -> bool:
    return any(_kind(i) in _ITEMS and "snippet" in i for i in entries(record, "items"))


def _is_aside(record: dict[str, Any]) -> bool:
    return (at(record, "kind") or "").startswith("youtube#") and not _holds_items(record)


def _finish_comment(row: Row, _cells: Mapping[str, str]) -> Row | None:
    parent = row.get("parent_id")
    return row | {"kind": "reply" if parent else "comment", "parent_id": parent or None}


READERS: tuple[Reader, ...] = (
    Reader(
        name="youtube-api",
        title="YouTube Data API: comments, threads and videos",
        gives="posts",
        confirmed="real file",
        recognise=of_records(_holds_items),
        platform="youtube",
        times=_TIMES,
        unpack=_unpack,
    ),
    Reader(
        name="youtube-api-other",
        title="YouTube Data API: another answer, without posts",
        gives="other",
        confirmed="real file",
        recognise=of_records(_is_aside),
        platform="youtube",
    ),
    Reader(
        name="youtube-data-tools-comments",
        title="YouTube Data Tools: comments (in the zone of its server)",
        gives="posts",
        confirmed="public parser",
        recognise=has_columns("id", "publishedAt", "authorName", "text", "isReply", "isReplyTo"),
        platform="youtube",
        columns=_YTDT_COMMENTS,
        times={"created_at": Times("any", None)},
        finish=_finish_comment,
    ),
    Reader(
        name="youtube-data-tools-videos",
        title="YouTube Data Tools: videos",
        gives="posts",
        confirmed="public parser",
        recognise=has_columns("videoId", "videoTitle", "publishedAt", "channelId", "viewCount"),
        platform="youtube",
        columns=_YTDT_VIDEOS,
        times=_TIMES,
        constants={"kind": "post"},
    ),
)
