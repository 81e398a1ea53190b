"""Listening tools: Talkwalker, Meltwater, Brand24, Sprout Social, Hootsuite.

Layout: public importers written against real exports. What these tools estimate (sentiment,
reach) and when they collected is kept apart in ``vendor_*`` and ``collected_at``; none of the
tables says its zone, which is that of the account or project.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from crisislab.read._reader import Probe, Reader, Row, Times, has_columns
from crisislab.read.sources._pick import bare, first, host, joined, platform_of

_ANY = Times("any", None)
_TALKWALKER = {
    "post_id": ("external_id", "url"),
    "created_at": ("published",),
    "author_id": ("extra_author_attributes.id",),
    "author_handle": ("extra_author_attributes.short_name",),
    "author_name": ("extra_author_attributes.name",),
    "text": ("content", "content_snippet"),
    "lang": ("lang",),
    "url": ("url",),
    "n_likes": ("article_extended_attributes.twitter_likes",),
    "n_reposts": ("article_extended_attributes.twitter_retweets",),
    "n_replies": ("article_extended_attributes.num_comments",),
    "n_impressions": ("article_extended_attributes.url_views",),
    "collected_at": ("search_indexed",),
    "vendor_sentiment": ("sentiment",),
    "vendor_reach": ("reach",),
}
_MELTWATER = {
    "post_id": ("Tweet Id", "Document ID"),
    "created_at": ("Date",),
    "author_id": ("Twitter Id",),
    "author_handle": ("Twitter Screen Name", "Author Handle", "Influencer"),
    "author_name": ("Influencer",),
    "text": ("Hit Sentence",),
    "lang": ("Language",),
    "url": ("URL",),
    "n_followers": ("Twitter Followers",),
    "n_likes": ("Likes",),
    "n_reposts": ("Retweets", "Shares"),
    "n_replies": ("Replies", "Comments"),
    "vendor_sentiment": ("Sentiment",),
    "vendor_reach": ("Reach",),
}
_BRAND24 = {
    "post_id": ("ID",),
    "created_at": ("Date",),
    "text": ("Content",),
    "url": ("Source",),
    "vendor_sentiment": ("Sentiment",),
}
_SPROUT = {
    "created_at": ("Date",),
    "author_name": ("Profile",),
    "text": ("Post",),
    "url": ("Link",),
    "n_likes": ("Reactions", "Likes"),
    "n_reposts": ("Shares",),
    "n_replies": ("Comments",),
    "n_impressions": ("Impressions",),
}
_LANGUAGES = {
    "english": "en",
    "spanish": "es",
    "portuguese": "pt",
    "french": "fr",
    "german": "de",
    "italian": "it",
    "catalan": "ca",
    "dutch": "nl",
}
# A table by day has none of these; one that has is a table of posts, whose layout is not known.
_HOOTSUITE_TEXTS = frozenset({"post message", "message", "text", "post", "caption"})
_NETWORKS = {"twitter": "x", "x": "x"}
_QUOTED = re.compile(r"QT @\w")
_COUNTERS = ("n_likes", "n_reposts", "n_replies", "n_quotes")
# Words of Sprout for what is no post of its own.
_SPROUT_KINDS = {
    "retweet": "repost",
    "repost": "repost",
    "share": "repost",
    "quote tweet": "quote",
    "quote": "quote",
    "reply": "reply",
    "@reply": "reply",
    "comment": "comment",
}


def _status_id(address: str | None) -> str | None:
    """Return the id of a post of X from its address."""
    known = platform_of(address) == "x"
    return bare(address).rpartition("/")[2] or None if known else None


def _network(name: str | None) -> str | None:
    """Return our name of a network a tool names.

    >>> _network("SOCIALMEDIA,SOCIALMEDIA_TWITTER"), _network("Instagram"), _network(None)
    ('x', 'instagram', None)
    """
    last = (name or "").casefold().rpartition(",")[2].removeprefix("socialmedia_").strip()
    return _NETWORKS.get(last, last) or None


def _kind(words: Iterable[str | None], parent: str | None) -> str:
    """Return the kind of a post; that of reposts of X is told by their words, later on."""
    quoted = any(_QUOTED.match(part or "") for part in words)
    return "quote" if quoted else "reply" if parent else "post"


def _finish_talkwalker(row: Row, cells: Mapping[str, str]) -> Row | None:
    url, shares = row.get("url"), "article_extended_attributes.facebook_shares"
    likes = "article_extended_attributes.facebook_likes"
    parent = cells.get("parent_url") or None
    parent = parent if parent != url else None
    words = first(row.get("text"), cells.get("title"), cells.get("content_snippet"))
    return row | {
        "platform": platform_of(url) or _network(cells.get("source_type")) or host(url),
        "post_id": first(_status_id(url), row.get("post_id")),
        "kind": _kind([words], parent),
        "text": words,
        "parent_id": first(_status_id(parent), parent),
        "n_likes": first(row.get("n_likes"), cells.get(likes)),
        "n_reposts": first(row.get("n_reposts"), cells.get(shares)),
    }


def _finish_meltwater(row: Row, cells: Mapping[str, str]) -> Row | None:
    url = row.get("url")
    words = dict.fromkeys(cells.get(n) for n in ("Headline", "Opening Text", "Hit Sentence"))
    day, hour = cells.get("Alternate Date Format"), cells.get("Time")
    number = (row.get("post_id") or "").strip('"')
    parent = cells.get("Parent URL") or None
    tongue = (row.get("lang") or "").casefold()
    return row | {
        "platform": platform_of(url) or _network(cells.get("Source")),
        "post_id": first(number, _status_id(url), url),
        "created_at": f"{day} {hour}" if day and hour else row.get("created_at"),
        "kind": _kind(words, parent),
        "author_handle": (row.get("author_handle") or "").removeprefix("@") or None,
        "text": "\n".join(part for part in words if part),
        "lang": _LANGUAGES.get(tongue, tongue) or None,
        "parent_id": first(_status_id(parent), parent),
        "mentions": joined(w for w in " ".join(w or "" for w in words).split() if w[0] == "@"),
    }


def _finish_brand24(row: Row, cells: Mapping[str, str]) -> Row | None:
    day, hour = row.get("created_at"), cells.get("Hrs")
    known = platform_of(row.get("url"))
    return row | {
        "platform": known or (cells.get("Category") or "").casefold() or host(row.get("url")),
        "post_id": first(_status_id(row.get("url")), row.get("post_id")),
        "created_at": f"{day} {hour}" if day and hour else day,
        "text": first(row.get("text"), cells.get("Title")),
    }


def _finish_sprout(row: Row, cells: Mapping[str, str]) -> Row | None:
    platform = _network(cells.get("Network")) or platform_of(row.get("url"))
    told = (cells.get("Post Type") or "").strip().strip("'").casefold()
    kind = _SPROUT_KINDS.get(told, "post")
    done = row | {
        "platform": platform,
        "post_id": first(_status_id(row.get("url")), row.get("url")),
        "kind": kind,
    }
    return done | dict.fromkeys(_COUNTERS) if kind == "repost" else done


def _is_hootsuite_totals(probe: Probe) -> bool:
    counted = {name.strip().casefold() for name in probe.columns} & _HOOTSUITE_TEXTS
    return has_columns("Date (GMT)")(probe) and not counted


READERS: tuple[Reader, ...] = (
    Reader(
        name="hootsuite-metrics",
        title="Hootsuite Analytics: totals of an account by day, not posts",
        gives="other",
        confirmed="public parser",
        recognise=_is_hootsuite_totals,
    ),
    Reader(
        name="hootsuite-conversations",
        title="Hootsuite Inbox 2.0: resolved conversations, without their words",
        gives="other",
        confirmed="documentation",
        recognise=has_columns(
            "Conversation ID", "Medium", "Channel", "Contact Profile ID", "Created at"
        ),
    ),
    Reader(
        name="talkwalker",
        title="Talkwalker results (zone of the project)",
        gives="posts",
        confirmed="public parser",
        recognise=has_columns("url", "published", "content", "source_type", "sentiment"),
        columns=_TALKWALKER,
        times={"created_at": _ANY, "collected_at": _ANY},
        finish=_finish_talkwalker,
        unmarked=True,
    ),
    Reader(
        name="meltwater",
        title="Meltwater mentions (zone of the account)",
        gives="posts",
        confirmed="public parser",
        recognise=has_columns("Date", "Headline", "URL", "Hit Sentence", "Source", "Sentiment"),
        columns=_MELTWATER,
        times={"created_at": _ANY},
        finish=_finish_meltwater,
        unmarked=True,
    ),
    Reader(
        name="brand24",
        title="Brand24 mentions, English headers (no zone)",
        gives="posts",
        confirmed="public parser",
        recognise=has_columns("ID", "Date", "Hrs", "Title", "Content", "Source", "Sentiment"),
        columns=_BRAND24,
        times={"created_at": _ANY},
        finish=_finish_brand24,
        unmarked=True,
        constants={"kind": "post"},
    ),
    Reader(
        name="sprout-posts",
        title="Sprout Social post performance: own posts (no zone)",
        gives="posts",
        confirmed="public parser",
        recognise=has_columns("Date", "Profile", "Network", "Post Type", "Post", "Link"),
        columns=_SPROUT,
        times={"created_at": _ANY},
        finish=_finish_sprout,
        constants={"inbound": "false"},
    ),
)
