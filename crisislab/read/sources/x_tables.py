"""X as tables: twarc-csv, and the account owner's X Analytics.

Layout: DocNow/twarc-csv ``dataframe_converter.py``; of X Analytics, public importers whose
tests hold real lines.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from crisislab.read._reader import Probe, Reader, Row, Times, has_columns
from crisislab.read.sources._pick import at, joined, objects
from crisislab.read.sources.x import address, language

_UTC = Times("iso", "UTC")
_COUNTERS = ("n_likes", "n_reposts", "n_replies", "n_quotes")
_TWARC = {
    "post_id": ("id",),
    "created_at": ("created_at",),
    "author_id": ("author_id", "author.id"),
    "author_handle": ("author.username",),
    "author_name": ("author.name",),
    "text": ("text",),
    "lang": ("lang",),
    "parent_id": ("referenced_tweets.replied_to.id",),
    "root_id": ("conversation_id",),
    "shared_id": ("referenced_tweets.retweeted.id", "referenced_tweets.quoted.id"),
    "mentions": ("entities.mentions",),
    "n_followers": ("author.public_metrics.followers_count",),
    "n_likes": ("public_metrics.like_count",),
    "n_reposts": ("public_metrics.retweet_count",),
    "n_replies": ("public_metrics.reply_count",),
    "n_quotes": ("public_metrics.quote_count",),
    "n_impressions": ("public_metrics.impression_count",),
    "collected_at": ("__twarc.retrieved_at",),
}
# Header names by version and language of the interface.
_ANALYTICS = {
    "post_id": ("Tweet id", "ツイートID"),
    "created_at": ("time", "時間"),
    "text": ("Tweet text", "ツイート本文"),
    "url": ("Tweet permalink", "ツイートの固定リンク"),
    "n_likes": ("likes", "favorites", "いいね"),
    "n_reposts": ("retweets", "リツイート"),
    "n_replies": ("replies", "返信"),
    "n_impressions": ("impressions", "インプレッション"),
}
_CONTENT = {
    "post_id": ("Post id",),
    "created_at": ("Date",),
    "text": ("Post text",),
    "url": ("Post Link",),
    "n_likes": ("Likes",),
    "n_reposts": ("Reposts",),
    "n_replies": ("Replies",),
    "n_impressions": ("Impressions",),
}


def _decoded(cell: str | None) -> object:
    if not cell or cell[0] not in '["':
        return None
    try:
        return json.loads(cell)
    except ValueError:
        return None


def _handles(cell: str | None) -> str | None:
    listed = _decoded(cell)
    if not isinstance(listed, list):
        return None
    plain = [entry for entry in listed if isinstance(entry, str)]
    return joined([*plain, *(at(entry, "username") for entry in objects(listed))])


def _reference(cells: Mapping[str, str], type_: str) -> str | None:
    """Return the id of a referenced post from either version of the columns."""
    if f"referenced_tweets.{type_}.id" in cells:
        return cells[f"referenced_tweets.{type_}.id"] or None
    listed = objects(_decoded(cells.get("referenced_tweets")))
    return next((at(entry, "id") for entry in listed if entry.get("type") == type_), None)


def _finish_twarc(row: Row, cells: Mapping[str, str]) -> Row | None:
    repost, parent, quote = (
        _reference(cells, type_) for type_ in ("retweeted", "replied_to", "quoted")
    )
    kind = "repost" if repost else "reply" if parent else "quote" if quote else "post"
    whole = _decoded(row.get("text")) if "referenced_tweets" in cells else None
    done = row | {
        "kind": kind,
        "text": whole if isinstance(whole, str) else row.get("text"),
        "lang": language(row.get("lang")),
        "parent_id": None if repost else parent,
        "shared_id": repost or quote,
        "mentions": _handles(row.get("mentions")),
        "url": address(row.get("author_handle"), row.get("post_id")),
    }
    return done | dict.fromkeys(_COUNTERS) if repost else done


def _finish_own(row: Row, _cells: Mapping[str, str]) -> Row | None:
    if not row.get("post_id"):
        return None
    start = row.get("text") or ""
    kind = "repost" if start.startswith("RT @") else "reply" if start.startswith("@") else "post"
    return row | {"kind": kind}


def _is_analytics(probe: Probe) -> bool:
    return any(
        has_columns(*(_ANALYTICS[column][version] for column in ("post_id", "created_at", "text")))(
            probe
        )
        for version in (0, 1)
    )


READERS: tuple[Reader, ...] = (
    Reader(
        name="x-twarc-csv",
        escaped=True,
        title="twarc-csv table of X API v2 posts",
        gives="posts",
        confirmed="real file",
        recognise=has_columns("id", "text", "author_id", "author.username", "conversation_id"),
        platform="x",
        columns=_TWARC,
        times={"created_at": _UTC, "collected_at": _UTC},
        finish=_finish_twarc,
    ),
    Reader(
        name="x-twarc-csv-users",
        title="twarc-csv table of X API v2 users",
        gives="other",
        confirmed="real file",
        recognise=has_columns(
            "id", "username", "public_metrics.followers_count", "pinned_tweet_id"
        ),
        platform="x",
    ),
    Reader(
        name="x-analytics",
        title="X (Twitter) Analytics by tweet, until 2023",
        gives="posts",
        confirmed="public parser",
        recognise=_is_analytics,
        platform="x",
        columns=_ANALYTICS,
        times={"created_at": Times("any", None)},
        finish=_finish_own,
        constants={"inbound": "false"},
    ),
    Reader(
        name="x-analytics-content",
        title="X Analytics content, since 2024 (day only: the time comes from the id)",
        gives="posts",
        confirmed="public parser",
        recognise=has_columns("Post id", "Date", "Post text", "Post Link"),
        platform="x",
        columns=_CONTENT,
        times={"created_at": Times("any", None)},
        finish=_finish_own,
        constants={"inbound": "false"},
    ),
    Reader(
        name="x-analytics-overview",
        title="X Analytics account overview by day",
        gives="other",
        confirmed="public parser",
        recognise=has_columns("Date", "Impressions", "New follows", "Unfollows", "Create Post"),
        platform="x",
    ),
)
