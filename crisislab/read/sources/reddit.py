"""Reddit comments and submissions as Pushshift and Arctic Shift keep them.

Layout: ArthurHeitmann/arctic_shift, schemas of 2024-12 and ``file_content_explanations.md``.
Scores of items since November 2023 are those of about 36 hours after publishing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crisislab.read._reader import Item, Reader, Row, Times
from crisislab.read.sources._pick import at, entries, first, objects, of_records, rejected

_EPOCH = Times("epoch", "UTC")
_GONE = frozenset({"[deleted]", "[removed]", "[ Removed by Reddit ]", "[deleted by user]"})


def _present(value: str | None) -> str | None:
    return None if value in _GONE else value


def _common(record: dict[str, Any], prefix: str) -> Row:
    link = at(record, "permalink")
    return {
        "post_id": first(at(record, "name"), prefix + (at(record, "id") or "")),
        "created_at": at(record, "created_utc"),
        "author_id": at(record, "author_fullname"),
        "author_handle": _present(at(record, "author")),
        "url": f"https://www.reddit.com{link}" if link else None,
        "n_likes": at(record, "score"),
        "collected_at": first(at(record, "retrieved_on"), at(record, "retrieved_utc")),
    }


def _comment(record: dict[str, Any]) -> Row:
    parent = at(record, "parent_id") or ""
    # Old dumps write the parent as a number in base 10 or leave the prefix out.
    known = parent.startswith(("t1_", "t3_"))
    return _common(record, "t1_") | {
        "kind": "reply" if parent.startswith("t1_") else "comment",
        "text": _present(at(record, "body")),
        "parent_id": parent if known else at(record, "link_id"),
        "root_id": at(record, "link_id"),
    }


def _submission(record: dict[str, Any]) -> Row:
    parts = (at(record, "title"), _present(at(record, "selftext")))
    name = first(at(record, "name"), "t3_" + (at(record, "id") or ""))
    return _common(record, "t3_") | {
        "kind": "repost" if record.get("crosspost_parent") else "post",
        "text": "\n".join(part for part in parts if part),
        "root_id": name,
        "shared_id": at(record, "crosspost_parent"),
        "n_replies": at(record, "num_comments"),
        "n_reposts": at(record, "num_crossposts"),
    }


def _records(record: Any) -> list[dict[str, Any]]:
    return entries(record, "data")


def _is_comment(record: dict[str, Any]) -> bool:
    return {"body", "link_id", "subreddit", "created_utc"} <= record.keys()


def _is_submission(record: dict[str, Any]) -> bool:
    return {"title", "subreddit", "created_utc", "num_comments"} <= record.keys()


def _unpack(record: Any) -> Iterator[Item]:
    for entry in _records(record):
        if _is_comment(entry):
            yield Item(_comment(entry), of=entry)
        elif _is_submission(entry):
            yield Item(_submission(entry), of=entry)
        else:
            yield rejected(entry)


def _holds_items(record: dict[str, Any]) -> bool:
    return any(_is_comment(e) or _is_submission(e) for e in objects(_records(record)))


READERS: tuple[Reader, ...] = (
    Reader(
        name="reddit",
        escaped=True,
        title="Reddit comments and submissions (Pushshift, Arctic Shift)",
        gives="posts",
        confirmed="documentation",
        recognise=of_records(_holds_items),
        platform="reddit",
        times={"created_at": _EPOCH, "collected_at": _EPOCH},
        unpack=_unpack,
    ),
)
