"""Tables and records of scrapers: twitterscraper, minet, ExportComments, 4CAT.

Layout: owbezick/Tweet-Analysis (twitterscraper arrays), medialab/twitwi ``test/resources``
(minet), jhroy/midiBIN_CrowdTangle (ExportComments), and the ``map_item`` of 4CAT's sources.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from crisislab.read._reader import Item, Probe, Reader, Row, Times, has_columns
from crisislab.read.sources._pick import (
    at,
    joined,
    objects,
    of_records,
    platform_of,
    rejected,
)
from crisislab.read.sources.x import language

_EPOCH = Times("epoch", "UTC")
_SCRAPED = frozenset({"tweet_id", "timestamp_epochs", "screen_name", "parent_tweet_id"})
_COUNTERS = ("n_likes", "n_reposts", "n_replies", "n_quotes")
_MINET = {
    "post_id": ("id",),
    "created_at": ("timestamp_utc",),
    "author_id": ("user_id",),
    "author_handle": ("user_screen_name",),
    "author_name": ("user_name",),
    "text": ("text",),
    "lang": ("lang",),
    "parent_id": ("to_tweetid",),
    "mentions": ("mentioned_names",),
    "url": ("url",),
    "n_followers": ("user_followers",),
    "n_likes": ("like_count",),
    "n_reposts": ("retweet_count",),
    "n_replies": ("reply_count",),
    "n_quotes": ("quote_count",),
    "n_impressions": ("impression_count",),
}
_EXPORT_COMMENTS = {
    "created_at": ("Date",),
    "author_id": ("Profile ID",),
    "author_name": ("Name (click to view profile)",),
    "text": ("Comment",),
    "n_likes": ("Likes",),
}
_FOURCAT = {
    "post_id": ("id",),
    "author_id": ("author_id",),
    "author_handle": ("author",),
    "author_name": ("author_fullname", "author_full", "author_name", "author_display_name"),
    "text": ("body",),
    "lang": ("language_guess", "language"),
    "root_id": ("thread_id",),
    "parent_id": ("parent_id",),
    "mentions": ("mentions", "mentioned"),
    "url": ("link", "post_url", "tiktok_url", "url", "permalink"),
    "n_followers": ("author_followers", "author_followers_count"),
    "n_likes": ("like_count", "likes", "num_likes", "likes_count", "score"),
    "n_reposts": ("retweet_count", "repost_count", "shares", "share_count", "num_shares"),
    "n_replies": ("reply_count", "comments", "num_comments", "comment_count", "replies"),
    "n_quotes": ("quote_count",),
    "n_impressions": ("impression_count", "plays", "view_count", "views"),
}
_FOURCAT_EPOCH = _FOURCAT | {"created_at": ("unix_timestamp",)}
_FOURCAT_NAIVE = _FOURCAT | {"created_at": ("timestamp",)}


def _scraped(post: dict[str, Any]) -> Row:
    parent, path = at(post, "parent_tweet_id"), at(post, "tweet_url")
    return {
        "post_id": at(post, "tweet_id"),
        "created_at": at(post, "timestamp_epochs"),
        "kind": "reply" if parent else "post",
        "author_id": at(post, "user_id"),
        "author_handle": at(post, "screen_name"),
        "author_name": at(post, "username"),
        "text": at(post, "text"),
        "parent_id": parent or None,
        "mentions": joined(at(u, "screen_name") for u in objects(post.get("reply_to_users"))),
        "url": f"https://x.com{path}" if path and path.startswith("/") else path,
        "n_likes": at(post, "likes"),
        "n_reposts": at(post, "retweets"),
        "n_replies": at(post, "replies"),
    }


def _unpack_scraped(record: Any) -> Iterator[Item]:
    known = isinstance(record, dict) and record.keys() >= _SCRAPED
    yield Item(_scraped(record), of=record) if known else rejected(record)


def _finish_minet(row: Row, cells: Mapping[str, str]) -> Row | None:
    shared, quoted = cells.get("retweeted_id"), cells.get("quoted_id")
    kind = "repost" if shared else "reply" if row.get("parent_id") else "post"
    done = row | {
        "kind": "quote" if kind == "post" and quoted else kind,
        "lang": language(row.get("lang")),
        "mentions": joined((row.get("mentions") or "").split("|")),
        "shared_id": shared or quoted or None,
    }
    return done | dict.fromkeys(_COUNTERS) if shared else done


def _finish_comment(row: Row, _cells: Mapping[str, str]) -> Row | None:
    return row | {"author_id": (row.get("author_id") or "").removeprefix("ID: ") or None}


def _fourcat_kind(row: Row, cells: Mapping[str, str]) -> str:
    if cells.get("is_retweet") == "yes":
        return "repost"
    if "parent_id" in cells:
        answers = row.get("parent_id") not in (None, "", row.get("post_id"))
        top = row.get("parent_id") == row.get("root_id")
        return ("comment" if top else "reply") if answers else "post"
    if row.get("root_id") not in (None, "", row.get("post_id")):
        return "reply"
    return "quote" if cells.get("is_quote_tweet") == "yes" else "post"


def _finish_fourcat(row: Row, cells: Mapping[str, str]) -> Row | None:
    kind = _fourcat_kind(row, cells)
    done = row | {
        "kind": kind,
        "platform": platform_of(row.get("url")) or platform_of(cells.get("collected_from_url")),
        "lang": language(row.get("lang")),
        "mentions": joined((row.get("mentions") or "").split(",")),
    }
    # A thread's first item names itself, or nothing, as its parent.
    done = done if kind in ("reply", "comment") else done | {"parent_id": None}
    return done | dict.fromkeys(_COUNTERS) if kind == "repost" else done


def _is_fourcat(probe: Probe) -> bool:
    return has_columns("id", "thread_id", "author", "body", "timestamp")(probe)


def _is_fourcat_epoch(probe: Probe) -> bool:
    return _is_fourcat(probe) and has_columns("unix_timestamp")(probe)


def _is_fourcat_naive(probe: Probe) -> bool:
    return _is_fourcat(probe) and not has_columns("unix_timestamp")(probe)


READERS: tuple[Reader, ...] = (
    Reader(
        name="twitterscraper",
        title="twitterscraper JSON",
        gives="posts",
        confirmed="real file",
        recognise=of_records(lambda record: record.keys() >= _SCRAPED),
        platform="x",
        times={"created_at": _EPOCH},
        unpack=_unpack_scraped,
    ),
    Reader(
        name="minet-x",
        title="minet (or Gazouilloire) table of X posts",
        gives="posts",
        confirmed="real file",
        recognise=has_columns("id", "timestamp_utc", "user_screen_name", "text", "to_tweetid"),
        platform="x",
        columns=_MINET,
        times={"created_at": _EPOCH},
        finish=_finish_minet,
    ),
    Reader(
        name="minet-users",
        title="minet table of X or Bluesky profiles",
        gives="other",
        confirmed="real file",
        recognise=lambda probe: (
            has_columns("screen_name", "tweets", "followers", "timestamp_utc")(probe)
            or has_columns("did", "handle", "display_name", "description")(probe)
        ),
    ),
    Reader(
        name="exportcomments",
        title="ExportComments.com table (no ids of comments, no zone)",
        gives="posts",
        confirmed="real file",
        recognise=has_columns("Name (click to view profile)", "Profile ID", "Date", "Comment"),
        columns=_EXPORT_COMMENTS,
        times={"created_at": Times("any", None)},
        finish=_finish_comment,
        constants={"kind": "comment"},
    ),
    Reader(
        name="4cat",
        title="4CAT table, or Zeeschuimer's own with semicolons",
        gives="posts",
        confirmed="public parser",
        recognise=_is_fourcat_epoch,
        columns=_FOURCAT_EPOCH,
        times={"created_at": _EPOCH},
        finish=_finish_fourcat,
    ),
    Reader(
        name="4cat-zoneless",
        title="4CAT table without unix_timestamp (zone of its server)",
        gives="posts",
        confirmed="public parser",
        recognise=_is_fourcat_naive,
        columns=_FOURCAT_NAIVE,
        times={"created_at": Times("any", None)},
        finish=_finish_fourcat,
    ),
)
