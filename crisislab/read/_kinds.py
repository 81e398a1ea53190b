"""What each row is: a post, a reply, a repost, a quote; a note of a log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crisislab.read import _values
from crisislab.read._columns import bare
from crisislab.read._flat import Mask, are_like, truths
from crisislab.read._ids import tidy_links
from crisislab.read._rows import is_missing
from crisislab.read._shared import REPLIES, told_kind
from crisislab.read.sources import generic
from crisislab.schema import POSTS

if TYPE_CHECKING:
    from crisislab.read._type import Typing

_DEFAULT = {"posts": "post", "log": "note"}
_REPOST = r"RT @\w+:? "
_CONVERSATIONS = ("conversationid", "conversationidstr")
# Numbers of posts of X since 2010: of as many digits, the smaller one is the earlier post.
_NUMBER = r"^\d{15,19}$"
_COUNTERS = ("n_likes", "n_reposts", "n_replies", "n_quotes")


def set_kinds(typing: Typing) -> None:
    """Set what each row is: as its word says, else a reply where it answers, else the default."""
    default = typing.reader.default_kind or _DEFAULT[typing.table.name]
    other: Any = pa.scalar(default, pa.large_string())
    kind = typing.done.get("kind")
    if typing.table is POSTS:
        if kind is not None and typing.reader.recognise is generic.never:
            kind = _values.kinds(kind)
        reply = pa.scalar("reply", pa.large_string())
        answered = ~is_missing(tidy_links(typing.text("parent_id")))
        if typing.own_parents is not None:
            answered &= ~typing.own_parents
        other = pc.if_else(pa.array(answered), reply, other)
    else:
        other = pa.repeat(other, len(typing.raw))
    typing.done["kind"] = other if kind is None else pc.coalesce(kind, other)


def tell_reposts(typing: Typing) -> None:
    """Know reposts of X by their words where the export has no other sign of them.

    Their counters are those of the original, and are left out as in every other export.
    """
    named = typing.reader.recognise is generic.never
    if not named and not typing.reader.unmarked:
        return
    if named:
        typing.found.evidence.same["kind"] = typing.has("kind")
        if typing.has("kind"):
            return
        _tell_marked(typing)
    said = are_like(typing.text("text"), _REPOST, f"^{_REPOST}")
    if not said.any():
        return
    at = said & truths(pc.equal(typing.done["platform"], "x"))
    at &= ~truths(pc.equal(typing.done["kind"], "repost"))
    if not at.any():
        return
    _set_kind(typing, at, "repost")
    if typing.reader.unmarked:
        _shares_its_parent(typing, pa.array(at))
    first = int(np.flatnonzero(at)[0])
    typing.found.note("CL-KIND-BY-WORDS", "fixed", line=int(typing.lines[first]),
                      column=typing.name("text"), n=int(at.sum()), n_of=len(at))  # fmt: skip


def _tell_marked(typing: Typing) -> None:
    """Know the replies, quotes and reposts that columns of their own tell."""
    for kind in ("reply", "quote", "repost"):
        # Of comments and reviews, who is answered may be whose page they stand on.
        at = told_kind(typing.raw, kind, people=not typing.reader.default_kind)
        if at is None or not at.any():
            continue
        if kind == "quote":
            # Who answers by a quote answers.
            at &= ~truths(pc.equal(typing.done["kind"], "reply"))
        _set_kind(typing, at, kind)
        if kind == "repost":
            if "parent_id" in typing.done:
                # It shares something: it answers nobody.
                typing.done["parent_id"] = pc.if_else(pa.array(at), None, typing.done["parent_id"])
            first = int(np.flatnonzero(at)[0])
            typing.found.note("CL-KIND-BY-COLUMN", "fixed", line=int(typing.lines[first]),
                              n=int(at.sum()), n_of=len(at))  # fmt: skip
    # By the columns there are, not by what this block of them holds.
    if not any(name in typing.names for name in ("parent_id", *REPLIES)):
        _tell_threads(typing)


def _tell_threads(typing: Typing) -> None:
    """Know the replies of X that nothing tells but their conversation, which another post began."""
    named = typing.has("root_id") and bare(typing.name("root_id")) in _CONVERSATIONS
    if not named:
        return
    roots, posts = typing.done["root_id"], typing.done["post_id"]
    under = [truths(pc.match_substring_regex(ids, _NUMBER)) for ids in (roots, posts)]
    early, late = (pc.utf8_lpad(ids, 19, "0") for ids in (roots, posts))
    at = np.logical_and(*under) & truths(pc.less(early, late))
    at &= truths(pc.equal(typing.done["platform"], "x"))
    at &= truths(pc.equal(typing.done["kind"], "post"))
    if at.any():
        _set_kind(typing, at, "reply")


def _set_kind(typing: Typing, at: Mask, kind: str) -> None:
    """Set the kind of rows; the counters of a repost are those of the original."""
    rows = pa.array(at)
    typing.done["kind"] = pc.if_else(rows, kind, typing.done["kind"])
    if kind != "repost":
        return
    for column in _COUNTERS:
        if column in typing.done:
            typing.done[column] = np.where(at, np.nan, typing.done[column])


def _shares_its_parent(typing: Typing, at: Any) -> None:
    """Put what a repost comes from as what it shares: it answers nobody."""
    parent = typing.done.get("parent_id")
    if parent is None:
        return
    shared = typing.done.get("shared_id", pa.nulls(len(parent), pa.large_string()))
    typing.done["shared_id"] = pc.if_else(at, pc.coalesce(shared, parent), shared)
    typing.done["parent_id"] = pc.if_else(at, None, parent)
