"""Tables of 4CAT: one layout with columns of its own for each network.

Layout: the ``map_item`` of 4CAT's sources; of Telegram, TikTok comments and LinkedIn, commits
01bd7c21, 25fa33bc and 024875e2.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from crisislab.read._reader import Probe, Reader, Row, Times, has_columns
from crisislab.read.sources._pick import joined, platform_of
from crisislab.read.sources.x import language

_EPOCH = Times("epoch", "UTC")
_COUNTERS = ("n_likes", "n_reposts", "n_replies", "n_quotes")
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
# What only these networks' tables have, beside the columns of all.
_TELEGRAM = ("chat", "reply_to", "unix_timestamp")
_TIKTOK_COMMENTS = ("post_id", "is_comment_on_comment", "unix_timestamp")
_LINKEDIN = ("timestamp_ago", "timestamp_collected", "unix_timestamp")
_ACTIVITY = re.compile(r"\d{19}")
# Milliseconds since 1970 stand in front of these bits of an activity's id.
_BITS = 22
_FOUNDED = 1_041_379_200  # 2003, when LinkedIn began


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


def _qualified(chat: str | None, number: str | None) -> str | None:
    """Return an id that is unique over chats: messages are counted within their chat.

    Newer tables put the chat before the number of a message, but not of the one it answers.

    >>> _qualified("canal", "canal-100"), _qualified("canal", "100"), _qualified("canal", None)
    ('canal/100', 'canal/100', None)
    """
    return f"{chat}/{number.removeprefix(f'{chat}-')}" if chat and number else number


def _finish_telegram(row: Row, cells: Mapping[str, str]) -> Row | None:
    chat, answered, thread = cells.get("chat"), row.get("parent_id"), row.get("root_id")
    return row | {
        "post_id": _qualified(chat, row.get("post_id")),
        "kind": "reply" if answered else "post",
        "parent_id": _qualified(chat, answered),
        # A message outside of a topic has the chat itself as its thread.
        "root_id": _qualified(chat, thread) if thread != chat else None,
        "lang": language(row.get("lang")),
    }


def _finish_tiktok_comment(row: Row, cells: Mapping[str, str]) -> Row | None:
    video = cells.get("post_id") or None
    reply = (cells.get("is_comment_on_comment") or "").casefold() == "yes"
    return row | {
        "kind": "reply" if reply else "comment",
        "parent_id": row.get("root_id") if reply else video,
        "root_id": video,
        "lang": language(row.get("lang")),
    }


def _posted(activity: str | None, collected: str | None) -> str | None:
    """Return the seconds since 1970 that the id of a LinkedIn activity holds.

    >>> _posted("7436960882777168696", "1774000800"), _posted("12", None)
    ('1773109646.505', None)
    """
    if activity is None or not _ACTIVITY.fullmatch(activity):
        return None
    seconds, thousandths = divmod(int(activity) >> _BITS, 1000)
    latest = int(collected) if collected and collected.isdecimal() else seconds
    known = _FOUNDED <= seconds <= latest
    return f"{seconds}.{thousandths:03}" if known else None


def _finish_linkedin(row: Row, cells: Mapping[str, str]) -> Row | None:
    # LinkedIn tells no time: 4CAT takes the words ("2w") off the time of collection, and words of
    # other languages as nothing.
    done = _finish_fourcat(row, cells) or row
    told = _posted(row.get("post_id"), cells.get("unix_timestamp_collected"))
    return done | {
        "created_at": told or row.get("created_at"),
        "flags": "CL-TIME-ACTIVITY" if told else "CL-TIME-AGO",
    }


def _has(*own: str) -> Callable[[Probe], bool]:
    return has_columns("id", "thread_id", "author", "body", "timestamp", *own)


_OTHERS = (_has(*_TELEGRAM), _has(*_TIKTOK_COMMENTS), _has(*_LINKEDIN))


def _is_fourcat_epoch(probe: Probe) -> bool:
    return _has("unix_timestamp")(probe) and not any(is_other(probe) for is_other in _OTHERS)


def _is_fourcat_naive(probe: Probe) -> bool:
    return _has()(probe) and not has_columns("unix_timestamp")(probe)


READERS: tuple[Reader, ...] = (
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
    Reader(
        name="4cat-telegram",
        title="4CAT table of Telegram messages",
        gives="posts",
        confirmed="public parser",
        recognise=_has(*_TELEGRAM),
        platform="telegram",
        columns=_FOURCAT_EPOCH
        | {
            "author_id": ("author",),
            "author_handle": ("author_username",),
            "author_name": ("author_name",),
            "parent_id": ("reply_to",),
        },
        times={"created_at": _EPOCH},
        finish=_finish_telegram,
    ),
    Reader(
        name="4cat-tiktok-comments",
        title="4CAT table of TikTok comments",
        gives="posts",
        confirmed="public parser",
        recognise=_has(*_TIKTOK_COMMENTS),
        platform="tiktok",
        columns=_FOURCAT_EPOCH | {"url": ("comment_url", "post_url")},
        times={"created_at": _EPOCH},
        finish=_finish_tiktok_comment,
    ),
    Reader(
        name="4cat-linkedin",
        title="4CAT table of LinkedIn posts (times from ids, else estimated by 4CAT)",
        gives="posts",
        confirmed="public parser",
        recognise=_has(*_LINKEDIN),
        platform="linkedin",
        columns=_FOURCAT_EPOCH
        | {
            "n_likes": ("reactions",),
            "n_replies": ("comments",),
            "n_reposts": ("shares",),
            "collected_at": ("unix_timestamp_collected",),
        },
        times={"created_at": _EPOCH, "collected_at": _EPOCH},
        finish=_finish_linkedin,
    ),
)
