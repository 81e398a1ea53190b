"""Tables and records of scrapers: twitterscraper, minet, ExportComments.

Layout: owbezick/Tweet-Analysis (twitterscraper arrays), medialab/twitwi ``test/resources``
(minet) and jhroy/midiBIN_CrowdTangle (ExportComments).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from crisislab.read._reader import Item, Reader, Row, Times, has_columns
from crisislab.read.sources._pick import (
    at,
    joined,
    objects,
    of_records,
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
)
