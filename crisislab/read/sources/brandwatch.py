"""Brandwatch "Bulk Mentions Download", with its old (Twitter) and new (X) names.

Layout: public importers of real exports (114 to 197 columns under six rows of preamble); field
meanings at developers.brandwatch.com/docs/mention-metadata-field-definitions. ``Impressions``
and ``Reach (new)`` are Brandwatch's estimates, and the date is in the zone of the project.
"""

from __future__ import annotations

from collections.abc import Mapping

from crisislab.read._reader import Reader, Row, Times, has_columns
from crisislab.read.sources._pick import bare, first, joined, platform_of
from crisislab.read.sources.x import language

# Field -> the names it had, newest first; where one is empty for a platform, the next is read.
_NAMES = {
    "author_id": ("X Author ID", "Twitter Author ID", "Facebook Author ID", "Bluesky Author Id"),
    "n_followers": ("X Followers", "Twitter Followers"),
    "n_likes": ("X Likes", "Twitter Likes", "Facebook Likes", "Instagram Likes", "Likes"),
    "n_reposts": ("X Reposts", "Twitter Retweets", "Facebook Shares", "Shares"),
    "n_replies": (
        "X Replies",
        "Twitter Reply Count",
        "Facebook Comments",
        "Instagram Comments",
        "Comments",
    ),
    "text": ("Full Text", "Snippet", "Title"),
}
_ANSWERED = ("X Reply to", "Twitter Reply to", "Parent Post Id")
_SHARED = ("X Repost of", "Twitter Retweet of")
_ROOTS = ("Root Post Id", "Thread Id")
_COLUMNS = {
    "post_id": ("Resource Id", "Mention Id"),
    "created_at": ("Date",),
    "author_handle": ("Author",),
    "author_name": ("Full Name",),
    "lang": ("Language",),
    "mentions": ("Mentioned Authors",),
    "url": ("Url",),
    "collected_at": ("Added",),
    "vendor_sentiment": ("Sentiment",),
    "vendor_reach": ("Reach (new)",),
}
_KINDS = {
    "retweet": "repost",
    "repost": "repost",
    "share": "repost",
    "reply": "reply",
    "quote": "quote",
    "comment": "comment",
}


def _cell(cells: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    return first(*(cells.get(name) for name in names))


def _native(reference: str | None) -> str | None:
    """Return the id a reference ends with: Brandwatch names posts of X by their address.

    >>> _native("http://twitter.com/marca/statuses/1367424000000000000"), _native("abc_1")
    ('1367424000000000000', 'abc_1')
    """
    return bare(reference).rpartition("/")[2] or None


def _kind(cells: Mapping[str, str]) -> str:
    told = (cells.get("Engagement Type"), cells.get("Thread Entry Type"))
    known = (_KINDS.get((value or "").casefold()) for value in told)
    return next((kind for kind in known if kind), "post")


def _finish(row: Row, cells: Mapping[str, str]) -> Row | None:
    url, kind = row.get("url"), _kind(cells)
    platform = platform_of(url)
    filled = {column: _cell(cells, names) for column, names in _NAMES.items()}
    return row | filled | {
        "platform": platform or (cells.get("Page Type") or "").casefold() or None,
        "post_id": _native(url) if platform == "x" else first(row.get("post_id"), url),
        "kind": kind,
        "author_handle": (row.get("author_handle") or "").removeprefix("@") or None,
        "lang": language(row.get("lang")),
        "parent_id": _native(_cell(cells, _ANSWERED)),
        "root_id": _cell(cells, _ROOTS),
        "shared_id": _native(_cell(cells, _SHARED)),
        "mentions": joined((row.get("mentions") or "").replace(",", " ").split()),
    }  # fmt: skip


READERS: tuple[Reader, ...] = (
    Reader(
        name="brandwatch",
        title="Brandwatch mentions (zone of the project)",
        gives="posts",
        confirmed="public parser",
        recognise=has_columns("Query Id", "Query Name", "Date", "Page Type", "Sentiment", "Url"),
        columns=_COLUMNS,
        times={"created_at": Times("any", None), "collected_at": Times("iso", None)},
        finish=_finish,
    ),
)
