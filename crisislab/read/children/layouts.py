"""Layouts of JSON lines that are read in bulk; each says the same as its reader's ``unpack``.

The tests hold both against each other, on real files. A line that is not exactly as described
here is doubtful, and is read by ``unpack``. The schemas name what is read, and Arrow refuses a key
of theirs that is given twice; of everything else it only sees to it that it is JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_NO_LANG = ("und", "zxx", "qam", "qct", "qht", "qme", "qst")
_COUNTS = {"n_impressions": "impression_count", "n_likes": "like_count",
           "n_reposts": "retweet_count", "n_replies": "reply_count",
           "n_quotes": "quote_count"}  # fmt: skip
_MOST = 10**18


# --- what is read -------------------------------------------------------------------------------


def _texts_of(*names: str) -> list[Any]:
    return [pa.field(name, pa.string()) for name in names]


def _counts_of(*names: str) -> Any:
    return pa.struct([pa.field(name, pa.int64()) for name in names])


def _absent(*names: str) -> list[Any]:
    """Return fields that hold nothing but null in a line of this layout."""
    return [pa.field(name, pa.null()) for name in names]


_USER = [*_texts_of("username", "name"),
         pa.field("public_metrics", _counts_of("followers_count"))]  # fmt: skip
_SAID = [
    *_texts_of("id", "text"),
    pa.field("note_tweet", pa.struct(_texts_of("text"))),
    pa.field("entities", pa.struct([
        pa.field("mentions", pa.list_(pa.struct(_texts_of("username"))))])),
]  # fmt: skip
_POST = [
    *_SAID,
    *_texts_of("created_at", "author_id", "lang", "conversation_id"),
    pa.field("public_metrics", _counts_of(*_COUNTS.values())),
    pa.field("referenced_tweets", pa.list_(pa.struct([*_texts_of("type"), *_SAID]))),
]
_TWARC = pa.field("__twarc", pa.struct(_texts_of("retrieved_at")))
_BESIDE = pa.struct([
    pa.field("users", pa.list_(pa.struct([*_texts_of("id"), *_USER]))),
    pa.field("tweets", pa.list_(pa.struct(_SAID))),
])  # fmt: skip
_LINE = pa.schema([*_POST, pa.field("author", pa.struct(_USER)), _TWARC,
                   *_absent("data", "includes")])  # fmt: skip
_PAGE = pa.schema([
    pa.field("data", pa.list_(pa.struct([*_POST, *_absent("author")]))),
    pa.field("includes", _BESIDE), _TWARC,
])  # fmt: skip


@dataclass(frozen=True)
class Rows:
    """What was found in lines.

    Attributes:
        columns: Columns of the schema.
        lines: Number of the line of each row.
        n_beside: How many items of each line are beside the data: counted, not loaded.
        doubtful: Numbers of the lines that ``unpack`` has to read.
    """

    columns: dict[str, Any]
    lines: Any
    n_beside: Any
    doubtful: Any


@dataclass(frozen=True)
class Layout:
    """A layout: what is read of a line, and how it becomes rows."""

    schema: Any
    rows: Callable[[Any], Rows]


@dataclass(frozen=True)
class _Originals:
    """The posts that reposts show: their texts, the accounts they name, and of which repost."""

    text: Any
    names: Any
    of: Any


# --- values -------------------------------------------------------------------------------------


class _Objects:
    """Objects of one kind, the line of each, and which lines are doubtful."""

    def __init__(self, values: Any, lines: Any, doubtful: list[Any]) -> None:
        self.values, self.lines, self._doubtful = values, lines, doubtful

    def __len__(self) -> int:
        return len(self.values)

    def doubt(self, rows: Any) -> None:
        """Make the lines of some objects doubtful."""
        if len(rows):
            self._doubtful.append(self.lines[rows])

    def texts(self, *path: str, needed: bool = False) -> Any:
        """Return the texts under keys within keys, empty ones missing."""
        found = pc.struct_field(self.values, list(path))
        if pc.min(pc.binary_length(found)).as_py() == 0:
            found = pc.if_else(pc.equal(found, ""), None, found)
        if needed and found.null_count:
            self.doubt(np.flatnonzero(found.is_null()))
        return found

    def counts(self, *path: str) -> Any:
        """Return counts under keys within keys."""
        found = pc.struct_field(self.values, list(path))
        ends = pc.min_max(found).as_py()
        if (ends["min"] or 0) < 0 or (ends["max"] or 0) >= _MOST:
            odd = pc.or_(pc.less(found, 0), pc.greater_equal(found, _MOST))
            self.doubt(np.flatnonzero(pc.fill_null(odd, False)))
        return found

    def elements(self, *path: str) -> tuple[_Objects, Any]:
        """Return the objects of lists, and which object each of them is of."""
        lists = pc.struct_field(self.values, list(path))
        found, of = pc.list_flatten(lists), np.asarray(pc.list_parent_indices(lists))
        if found.null_count:
            self.doubt(of[np.flatnonzero(found.is_null())])
        return self._others(found, of), of

    def inner(self, name: str) -> _Objects:
        """Return the object under a key of each object."""
        found = pc.struct_field(self.values, [name])
        return self._others(found, np.arange(len(self)))

    def take(self, at: Any) -> _Objects:
        """Return objects by place."""
        return self._others(self.values.take(pa.array(at)), at)

    def _others(self, values: Any, of: Any) -> _Objects:
        return _Objects(values, self.lines[of], self._doubtful)


def _taken(values: Any, at: Any) -> Any:
    """Return values by place; -1 is no place."""
    return values.take(pa.array(at, mask=at < 0))


def _unless(rows: Any, values: Any) -> Any:
    """Return values, missing where ``rows`` says so."""
    return pc.if_else(pa.array(rows), None, values) if rows.any() else values


# --- posts --------------------------------------------------------------------------------------


def _text(posts: _Objects) -> Any:
    note, own = posts.texts("note_tweet", "text"), posts.texts("text")
    return own if note.null_count == len(note) else pc.coalesce(note, own)


def _names(posts: _Objects) -> tuple[Any, Any]:
    """Return the accounts that posts name, and which post names each."""
    mentions, of = posts.elements("entities", "mentions")
    names = pc.utf8_ltrim(mentions.texts("username"), "@")
    good = np.flatnonzero(pc.fill_null(pc.not_equal(names, ""), False))
    return (names, of) if len(good) == len(names) else (names.take(pa.array(good)), of[good])


def _lists(names: Any, of: Any, n: int) -> Any:
    """Return the names of each post as lists, from names in the order of their posts."""
    sizes = np.bincount(of, minlength=n)
    offsets = np.concatenate((np.zeros(1, dtype=np.int32), np.cumsum(sizes, dtype=np.int32)))
    return pa.ListArray.from_arrays(pa.array(offsets), names)


def _joined(names: Any, of: Any, n: int) -> Any:
    """Return the different names of each post, blank-separated."""
    if len(of) and (np.diff(of) <= 0).any():
        order = np.argsort(of, kind="stable")
        codes = np.asarray(names.dictionary_encode().indices)
        _, first = np.unique((of * len(of) + codes)[order], return_index=True)
        kept = order[np.sort(first)]
        names, of = names.take(pa.array(kept)), of[kept]
    joined = pc.binary_join(_lists(names, of, n), " ")
    return pc.if_else(pc.equal(joined, ""), None, joined)


def _uncut(own: Any, original: Any) -> Any:
    """Return texts of reposts with the whole original in place of the cut one."""
    found = pc.extract_regex(pc.fill_null(own, ""), r"(?s)^(?P<start>RT @.*?: )")
    start = pc.struct_field(found, "start")
    whole = pc.binary_join_element_wise(pc.fill_null(start, ""), original, "")
    return pc.coalesce(whole, own)


def _references(posts: _Objects) -> tuple[_Objects, dict[str, Any]]:
    """Return what posts refer to, and for each way which of it each post means; -1 for none."""
    found, of = posts.elements("referenced_tweets")
    types = found.texts("type", needed=True)
    by = {}
    for name in ("retweeted", "replied_to", "quoted"):
        by[name] = np.full(len(posts), -1, dtype=np.int64)
        hits = np.flatnonzero(pc.fill_null(pc.equal(types, name), False))
        by[name][of[hits]] = hits  # the last one of a kind holds
    return found, by


def _kinds(tests: Iterable[Any]) -> Any:
    found = np.select([test >= 0 for test in tests], [0, 1, 2], 3)
    return pa.array(["repost", "reply", "quote", "post"]).take(pa.array(found))


def _posts(
    posts: _Objects, author: dict[str, Any], originals: Callable[[_Objects, Any], _Originals]
) -> dict[str, Any]:
    """Return the columns of posts; ``originals`` finds what reposts show."""
    found, by = _references(posts)
    is_repost = by["retweeted"] >= 0
    text, (names, of) = _text(posts), _names(posts)
    if is_repost.any():
        reposts = np.flatnonzero(is_repost)
        shown = originals(found.take(by["retweeted"][reposts]), reposts)
        text = pc.replace_with_mask(text, pa.array(is_repost), _uncut(
            text.take(pa.array(reposts)), shown.text))  # fmt: skip
        names, of = pa.concat_arrays([names, shown.names]), np.concatenate((of, shown.of))
    handle, own = author["author_handle"], posts.texts("id", needed=True)
    lang, ids = posts.texts("lang"), found.texts("id")
    counts = {name: posts.counts("public_metrics", key) for name, key in _COUNTS.items()}
    shares = {name: values if name == "n_impressions" else _unless(is_repost, values)
              for name, values in counts.items()}  # fmt: skip
    shared = np.where(is_repost, by["retweeted"], by["quoted"])
    return author | shares | {
        "post_id": own,
        "created_at": posts.texts("created_at"),
        "kind": _kinds(by.values()),
        "text": text,
        "lang": pc.if_else(pc.is_in(lang, pa.array(_NO_LANG)), None, lang),
        "parent_id": _unless(is_repost, _taken(ids, by["replied_to"])),
        "root_id": posts.texts("conversation_id"),
        "shared_id": _taken(ids, shared),
        "mentions": _joined(names, of, len(posts)),
        "url": pc.binary_join_element_wise("https://x.com/", handle, "/status/", own, ""),
    }  # fmt: skip


def _authors(users: _Objects) -> dict[str, Any]:
    return {
        "author_handle": users.texts("username"),
        "author_name": users.texts("name"),
        "n_followers": users.counts("public_metrics", "followers_count"),
    }


def _all(found: Any) -> tuple[_Objects, list[Any]]:
    """Return one object a line, and the list that takes the doubtful lines."""
    doubtful: list[Any] = []
    return _Objects(found, np.arange(len(found)), doubtful), doubtful


def _those(doubtful: list[Any]) -> Any:
    return np.unique(np.concatenate(doubtful)) if doubtful else np.zeros(0, dtype=np.int64)


def _x_v2(found: Any) -> Rows:
    """One post a line, with its author in it, as ``twarc2 flatten`` writes it."""
    posts, doubtful = _all(found)
    posts.doubt(np.flatnonzero(pc.struct_field(found, ["text"]).is_null()))

    def originals(shown: _Objects, of: Any) -> _Originals:
        names, within = _names(shown)
        return _Originals(_text(shown), names, of[within])

    columns = _posts(posts, _authors(posts.inner("author")), originals)
    columns |= {"author_id": posts.texts("author_id", needed=True),
                "collected_at": posts.texts("__twarc", "retrieved_at")}  # fmt: skip
    n_beside = np.zeros(len(posts), dtype=np.int64)
    return Rows(columns, posts.lines, n_beside, _those(doubtful))


def _x_v2_pages(found: Any) -> Rows:
    """A page of posts a line, their authors and the posts they show beside them."""
    pages, doubtful = _all(found)
    posts, page = pages.elements("data")
    pages.doubt(np.delete(pages.lines, page))
    users, of_users = pages.elements("includes", "users")
    beside, of_beside = pages.elements("includes", "tweets")
    author = posts.texts("author_id")
    at = _by_id(users.texts("id", needed=True), of_users, author, page)
    authors = {name: _taken(values, at) for name, values in _authors(users).items()}
    ids = beside.texts("id", needed=True)

    def originals(shown: _Objects, of: Any) -> _Originals:
        at = _by_id(ids, of_beside, shown.texts("id"), page[of])
        text = pc.if_else(pa.array(at >= 0), _taken(_text(beside), at), _text(shown))
        lists = _taken(_lists(*_names(beside), len(beside)), at)
        more, within = pc.list_flatten(lists), np.asarray(pc.list_parent_indices(lists))
        own, mine = _names(shown)
        left = np.flatnonzero(at[mine] < 0)
        names = pa.concat_arrays([more, own.take(pa.array(left))])
        return _Originals(text, names, of[np.concatenate((within, mine[left]))])

    columns = _posts(posts, authors, originals)
    seen_at = pages.texts("__twarc", "retrieved_at")
    columns |= {"author_id": author, "collected_at": seen_at.take(pa.array(page))}
    return Rows(columns, page, np.bincount(of_beside, minlength=len(pages)), _those(doubtful))


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


# Posts one a line, and pages of posts.
_LAYOUTS = {"x-v2": (Layout(_LINE, _x_v2), Layout(_PAGE, _x_v2_pages))}


def layout_of(name: str, first: dict[str, Any]) -> Layout:
    """Return the layout of lines by its name and the first of them."""
    line, page = _LAYOUTS[name]
    return page if isinstance(first.get("data"), list) else line


def keys_read(name: str, record: Any) -> dict[str, Any]:
    """Return the keys that are read of a record, each with those within it."""
    line, page = _LAYOUTS[name]
    is_page = isinstance(record, dict) and isinstance(record.get("data"), list)
    return _keys(pa.struct(list((page if is_page else line).schema)))


def _keys(kind: Any) -> dict[str, Any]:
    if pa.types.is_list(kind):
        return _keys(kind.value_type)
    return {field.name: _keys(field.type) for field in kind} if pa.types.is_struct(kind) else {}
