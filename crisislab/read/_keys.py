"""The ids of rows and of what they refer to: checked, and made where a file has none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crisislab.errors import Severity
from crisislab.read._flat import Mask, all_digits, truths
from crisislab.read._ids import check_ids, made_ids
from crisislab.read._rows import is_missing
from crisislab.read.sources import generic
from crisislab.schema import POSTS

if TYPE_CHECKING:
    from crisislab.read._type import Typing

IDS = ("post_id", "entry_id", "author_id", "actor_id", "parent_id", "root_id", "shared_id",
       "thread_id")  # fmt: skip
_LINKS = ("parent_id", "root_id", "shared_id", "thread_id")
# Where ids are digits: an address that ends in such an id, and a word.
_ADDRESS = r"^https?://.*[/=](?P<id>\d{10,20})/?(?:[?#].*)?$"
_WORD = r"^\p{L}\p{Ll}+(?:[._\-]\p{L}+)*$|^\p{Lu}+$"
_SEVERAL_WORDS = r"\S\s+\S"
_MADE_FROM = {
    "post_id": ("platform", "author_id", "author_handle", "author_name", "created_at", "text"),
    "entry_id": ("logged_at", "actor", "channel", "text"),
}


def set_keys(typing: Typing) -> None:
    """Settle the ids of rows and of what they refer to; where rows have none, make them."""
    sound = True
    typing.found.evidence.same["ids"] = typing.has(typing.key)
    for column in filter(typing.has, IDS):
        ids, good = check_ids(
            typing.text(column), column=column, name=typing.name(column), lines=typing.lines,
            found=typing.found, damaged_ok=typing.declared.ids == "damaged",
            own_ids=typing.done.get(typing.key) if sound and column in _LINKS else None,
        )  # fmt: skip
        typing.done[column] = ids if good else pa.nulls(len(ids), pa.large_string())
        sound = sound and (good or column != typing.key)
    if not sound:
        for column in _LINKS:
            typing.done.pop(column, None)
    elif "parent_id" in typing.done and typing.has(typing.key):
        _unlink_own(typing)
        _unlink_words(typing)
    if sound and _name_incidents(typing):
        _thread_by_key(typing)
    elif sound and typing.has(typing.key):
        missing = is_missing(typing.done[typing.key])
        typing.rejects["CL-IDS-MISSING"] = (typing.key, missing)
    else:
        _make_keys(typing, known=sound)


def _unlink_own(typing: Typing) -> None:
    """Leave out parents that are the item itself, as some tools write where there is none."""
    parent = typing.done["parent_id"]
    own = truths(pc.equal(parent, typing.done[typing.key]))
    if not own.any():
        return
    at = int(np.flatnonzero(own)[0])
    typing.done["parent_id"] = pc.if_else(pa.array(own), None, parent)
    typing.own_parents = own
    typing.found.note("CL-IDS-OWN-PARENT", "fixed", line=int(typing.lines[at]), n=int(own.sum()),
                      column=typing.name("parent_id"), value=parent[at].as_py())  # fmt: skip


def _unlink_words(typing: Typing) -> None:
    """Take ids of posts out of their addresses; names and sentences are no ids."""
    links = typing.done["parent_id"]
    if typing.reader.recognise is not generic.never or all_digits(links):
        return
    own = typing.done[typing.key]
    known = truths(pc.is_in(links, own)) | is_missing(links)
    words = truths(pc.match_substring_regex(links, _SEVERAL_WORDS))
    for column in filter(typing.has, ("author_handle", "author_name")):
        names = pc.utf8_lower(pc.utf8_ltrim(typing.text(column), "@")).drop_null().unique()
        words |= truths(pc.is_in(pc.utf8_lower(links), names))
    if all_digits(own):
        words |= truths(pc.match_substring_regex(links, _WORD))
        ends = pc.struct_field(pc.extract_regex(links, _ADDRESS), "id")
        inside = ~known & truths(pc.is_valid(ends))
        if inside.any():
            typing.done["parent_id"] = pc.if_else(pa.array(inside), ends, links)
            _note(typing, "CL-IDS-TIDIED", "fixed", links, inside)
    words &= ~known
    if words.any():
        typing.done["parent_id"] = pc.if_else(pa.array(words), None, typing.done["parent_id"])
        _note(typing, "CL-IDS-YES", "flagged", links, words)


def _note(typing: Typing, code: str, severity: Severity, links: Any, rows: Mask) -> None:
    at = int(np.flatnonzero(rows)[0])
    typing.found.note(code, severity, line=int(typing.lines[at]), n=int(rows.sum()),
                      n_of=len(rows), column=typing.name("parent_id"),
                      value=links[at].as_py())  # fmt: skip


def _name_incidents(typing: Typing) -> bool:
    """Return whether ids of a log stand on several rows of other words: they are of incidents.

    Or they are row numbers that begin anew. Either way they are no ids of its entries.
    """
    named = typing.reader.recognise is generic.never and typing.has(typing.key)
    if typing.table is POSTS or not named:
        return False
    ids = typing.done[typing.key]
    parts = (
        pc.fill_null(part, "") for part in (ids, typing.text(typing.time), typing.text("text"))
    )
    between = pa.scalar("\0", pa.large_string())
    rows = pc.binary_join_element_wise(*parts, between).filter(pc.is_valid(ids))
    several: bool = len(rows.unique()) > len(ids.drop_null().unique())
    typing.found.evidence.same["ids of incidents"] = several
    return several


def _thread_by_key(typing: Typing) -> None:
    """Take the ids of incidents as threads, and make those of the entries."""
    ids = typing.done[typing.key]
    if not typing.has("thread_id") and not all_digits(ids):
        typing.done["thread_id"] = ids
    _make_keys(typing, known=True)


def _make_keys(typing: Typing, *, known: bool) -> None:
    columns = [
        pc.cast(typing.done[c], pa.large_string()) if c in typing.done else typing.text(c)
        for c in _MADE_FROM[typing.key]
    ]
    if not known:
        columns.append(typing.text(typing.key))
    typing.done[typing.key] = made_ids(columns)
    if known and len(typing.raw):
        code = "CL-IDS-MADE" if typing.table is POSTS else "CL-IDS-MADE-LOG"
        typing.found.note(code, "flagged" if typing.table is POSTS else "fixed", n=len(typing.raw),
                          column=typing.key)  # fmt: skip
