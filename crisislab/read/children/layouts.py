"""Layouts of JSON lines that are read in bulk; each says the same as its reader's ``unpack``.

The tests hold both against each other, on real files. A line that is not exactly as described
here is doubtful, and is read by ``unpack``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from keys import Wanted  # type: ignore[import-not-found]  # beside this program
from structure import Objects  # type: ignore[import-not-found]
from values import Values  # type: ignore[import-not-found]

_NO_LANG = ("und", "zxx", "qam", "qct", "qht", "qme", "qst")
_COUNTS = {"n_impressions": "impression_count", "n_likes": "like_count",
           "n_reposts": "retweet_count", "n_replies": "reply_count",
           "n_quotes": "quote_count"}  # fmt: skip


WANTED = Wanted((
    *_COUNTS.values(), "author", "author_id", "conversation_id", "created_at", "data", "entities",
    "followers_count", "id", "includes", "lang", "mentions", "name", "note_tweet",
    "public_metrics", "referenced_tweets", "retrieved_at", "text", "tweets", "type", "username",
    "users", "__twarc",
))  # fmt: skip


@dataclass(frozen=True)
class Rows:
    """What was found in lines.

    Attributes:
        columns: Columns of the schema.
        lines: Number of the line of each row.
        n_beside: How many items of each line are beside the data: counted, not loaded.
    """

    columns: dict[str, Any]
    lines: Any
    n_beside: Any


@dataclass(frozen=True)
class _Originals:
    """The posts that reposts show: their texts, the accounts they name, and of which repost."""

    text: Any
    names: Any
    of: Any


def _taken(values: Any, at: Any) -> Any:
    """Return values by place; -1 is no place."""
    return values.take(pa.array(at, mask=at < 0))


def _text(lines: Values, posts: Objects) -> Any:
    note = lines.texts(lines.inner(posts, "note_tweet"), "text")
    own = lines.texts(posts, "text")
    return own if note.null_count == len(note) else pc.coalesce(note, own)


def _names(lines: Values, posts: Objects) -> tuple[Any, Any]:
    """Return the accounts that posts name, and which post names each."""
    mentions, of = lines.elements(lines.inner(posts, "entities"), "mentions")
    names = pc.utf8_ltrim(lines.texts(mentions, "username"), "@")
    good = np.flatnonzero(pc.fill_null(pc.not_equal(names, ""), False))
    return (names, of) if len(good) == len(names) else (names.take(pa.array(good)), of[good])


def _joined(names: Any, of: Any, n: int) -> Any:
    """Return the different names of each post, blank-separated."""
    if len(of) and (np.diff(of) <= 0).any():
        order = np.argsort(of, kind="stable")
        codes = np.asarray(names.dictionary_encode().indices)
        _, first = np.unique((of * len(of) + codes)[order], return_index=True)
        kept = order[np.sort(first)]
        names, of = names.take(pa.array(kept)), of[kept]
    sizes = np.bincount(of, minlength=n)
    offsets = np.concatenate((np.zeros(1, dtype=np.int32), np.cumsum(sizes, dtype=np.int32)))
    joined = pc.binary_join(pa.ListArray.from_arrays(pa.array(offsets), names), " ")
    return pc.if_else(pa.array(sizes > 0), joined, None)


def _uncut(own: Any, original: Any) -> Any:
    """Return texts of reposts with the whole original in place of the cut one."""
    found = pc.extract_regex(pc.fill_null(own, ""), r"(?s)^(?P<start>RT @.*?: )")
    start = pc.struct_field(found, "start")
    whole = pc.binary_join_element_wise(pc.fill_null(start, ""), original, "")
    return pc.coalesce(whole, own)


@dataclass(frozen=True)
class _References:
    """Which object each post refers to, by how; -1 for none."""

    repost: Objects
    parent: Objects
    quoted: Objects

    @classmethod
    def of(cls, lines: Values, posts: Objects) -> _References:
        found, of = lines.elements(posts, "referenced_tweets")
        types = lines.texts(found, "type", needed=True)
        by = []
        for name in ("retweeted", "replied_to", "quoted"):
            at = np.full(len(posts), -1, dtype=np.int64)
            hits = np.flatnonzero(pc.fill_null(pc.equal(types, name), False))
            # The last one of a kind holds.
            at[of[hits]] = found.at[hits]
            by.append(Objects(at, found.depth))
        return cls(*by)


def _kinds(references: _References) -> Any:
    tests = (references.repost, references.parent, references.quoted)
    found = np.select([test.at >= 0 for test in tests], [0, 1, 2], 3)
    return pa.array(["repost", "reply", "quote", "post"]).take(pa.array(found))


def _some(objects: Objects, rows: Any) -> Objects:
    return Objects(objects.at[rows], objects.depth)


def _unless(rows: Any, values: Any) -> Any:
    """Return values, missing where ``rows`` says so."""
    return pc.if_else(pa.array(rows), None, values) if rows.any() else values


def _posts(
    lines: Values, posts: Objects, author: dict[str, Any],
    originals: Callable[[Objects, Any], _Originals],
) -> dict[str, Any]:  # fmt: skip
    """Return the columns of posts; ``originals`` finds what reposts show."""
    references = _References.of(lines, posts)
    is_repost = references.repost.at >= 0
    text, (names, of) = _text(lines, posts), _names(lines, posts)
    if is_repost.any():
        reposts = np.flatnonzero(is_repost)
        shown = originals(_some(references.repost, reposts), reposts)
        text = pc.replace_with_mask(text, pa.array(is_repost), _uncut(
            text.take(pa.array(reposts)), shown.text))  # fmt: skip
        names, of = pa.concat_arrays([names, shown.names]), np.concatenate((of, shown.of))
    handle, own = author["author_handle"], lines.texts(posts, "id", needed=True)
    lang = lines.texts(posts, "lang")
    shared = Objects(np.where(is_repost, references.repost.at, references.quoted.at),
                     posts.depth + 1)  # fmt: skip
    counted = lines.inner(posts, "public_metrics")
    counts = {name: lines.counts(counted, key) for name, key in _COUNTS.items()}
    shares = {name: values if name == "n_impressions" else _unless(is_repost, values)
              for name, values in counts.items()}  # fmt: skip
    return author | shares | {
        "post_id": own,
        "created_at": lines.texts(posts, "created_at"),
        "kind": _kinds(references),
        "text": text,
        "lang": pc.if_else(pc.is_in(lang, pa.array(_NO_LANG)), None, lang),
        "parent_id": _unless(is_repost, lines.texts(references.parent, "id")),
        "root_id": lines.texts(posts, "conversation_id"),
        "shared_id": lines.texts(shared, "id"),
        "mentions": _joined(names, of, len(posts)),
        "url": pc.binary_join_element_wise("https://x.com/", handle, "/status/", own, ""),
    }  # fmt: skip


def _authors(lines: Values, users: Objects) -> dict[str, Any]:
    return {
        "author_handle": lines.texts(users, "username"),
        "author_name": lines.texts(users, "name"),
        "n_followers": lines.counts(lines.inner(users, "public_metrics"), "followers_count"),
    }


def _x_v2(lines: Values) -> Rows:
    """One post a line, with its author in it, as ``twarc2 flatten`` writes it."""
    posts = lines.lines()
    lines.without(posts, "data", "includes")
    lines.having(posts, "text")
    users = lines.inner(posts, "author")

    def originals(shown: Objects, of: Any) -> _Originals:
        names, within = _names(lines, shown)
        return _Originals(_text(lines, shown), names, of[within])

    columns = _posts(lines, posts, _authors(lines, users), originals)
    seen_at = lines.texts(lines.inner(posts, "__twarc"), "retrieved_at")
    columns |= {"author_id": lines.texts(posts, "author_id", needed=True), "collected_at": seen_at}
    return Rows(columns, posts.at, np.zeros(len(posts), dtype=np.int64))


def _x_v2_pages(lines: Values) -> Rows:
    """A page of posts a line, their authors and the posts they show beside them."""
    pages = lines.lines()
    posts, page = lines.elements(pages, "data")
    lines.doubt(pages, np.delete(pages.at, page))
    lines.without(posts, "author")
    beside = lines.inner(pages, "includes")
    users, of_users = lines.elements(beside, "users")
    shown, of_shown = lines.elements(beside, "tweets")
    author = lines.texts(posts, "author_id")
    at = _by_id(lines.texts(users, "id", needed=True), of_users, author, page)
    authors = {name: _taken(values, at) for name, values in _authors(lines, users).items()}

    def originals(references: Objects, of: Any) -> _Originals:
        ids = lines.texts(shown, "id", needed=True)
        at = _by_id(ids, of_shown, lines.texts(references, "id"), page[of])
        found = np.where(at >= 0, shown.at[at] if len(shown) else -1, references.at)
        whole = Objects(found, references.depth)
        names, within = _names(lines, whole)
        return _Originals(_text(lines, whole), names, of[within])

    columns = _posts(lines, posts, authors, originals)
    seen_at = lines.texts(lines.inner(pages, "__twarc"), "retrieved_at")
    columns |= {"author_id": author, "collected_at": seen_at.take(pa.array(page))}
    return Rows(columns, page, np.bincount(of_shown, minlength=len(pages)))


def _by_id(ids: Any, of: Any, wanted: Any, of_wanted: Any) -> Any:
    """Return the place of each wanted id on its own page, the last where it stands twice."""
    both = pa.concat_arrays([ids, wanted]).dictionary_encode().indices
    codes = pc.fill_null(both, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    keys = np.concatenate((of, of_wanted)) * (len(codes) + 1) + codes
    known, asked = keys[: len(ids)], keys[len(ids) :]
    if not len(known):
        return np.full(len(asked), -1, dtype=np.int64)
    order = np.argsort(known, kind="stable")
    at = np.searchsorted(known[order], asked, side="right") - 1
    found = order[np.maximum(at, 0)]
    return np.where((codes[len(ids) :] >= 0) & (known[found] == asked), found, -1)


def _x(lines: Values) -> Rows:
    """Return what lines of the X API hold: pages, where the first line is one."""
    return _x_v2_pages(lines) if lines.is_list("data") else _x_v2(lines)


LAYOUTS = {"x-v2": _x}
