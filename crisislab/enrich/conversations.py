"""The conversations between people and the brand, and each wait for an answer within them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

import narwhals as nw

from crisislab.engine import MINUTE_US, Lazy, settled
from crisislab.enrich.inbox import inbox
from crisislab.enrich.people import flag
from crisislab.enrich.replies import human

Rule = Literal["conversations", "opening-posts"]
_PERSON = ["platform", "person"]
_TALK = [*_PERSON, "round"]
_ITEM = [*_PERSON, "created_us", "post_id", "inward"]


def conversations(
    posts: Any,
    *,
    handles: Iterable[str] = (),
    rule: Rule = "conversations",
    silence_minutes: float = 1440.0,
    staff: Iterable[str] = (),
    spam: Iterable[str] = (),
    renamed: Mapping[str, str] | None = None,
) -> Lazy:
    """Return one row per conversation with its first inbound item and first human reply.

    ``conversations``: all items between one person and the brand on one platform; a new one
    starts when somebody writes after neither side wrote for ``silence_minutes`` (Meta counts 24
    hours so); an answer that comes later than that still answers. The reply is the first item of
    the brand, not automatic, that answers this person after the first inbound item.
    ``opening-posts``: every addressed post that answers nothing, and the earliest direct reply of
    the brand to it.

    Returns:
        ``platform, person, opened_us, opening_id, replied_us, reply_id, n_inbound, backward``;
        ``backward`` is how many direct replies are dated before the item they answer: such a
        conversation has no trustworthy length and is set aside by who measures.
    """
    box = inbox(posts, handles=handles, staff=staff, spam=spam, renamed=renamed)
    if rule == "opening-posts":
        return _opening_posts(box.items, box.told)
    items = settled(turns(box.items, box.told, silence_minutes=silence_minutes))
    return _conversations(items, box.told)


def _opening_posts(items: Lazy, told: Lazy) -> Lazy:
    openings = items.filter(nw.col("parent_id").is_null()).select(
        "platform", "person", opened_us="created_us", opening_id="post_id"
    )
    replies = human(told).select(
        "platform", opening_id="parent_id", reply_us="created_us", reply_id="post_id"
    )
    pairs = openings.join(replies, on=["platform", "opening_id"], how="inner")
    after = pairs.filter(nw.col("reply_us") >= nw.col("opened_us"))
    first = _first(after, keys=["platform", "opening_id"], at="reply_us", item="reply_id")
    joined = openings.join(first, on=["platform", "opening_id"], how="left")
    early = _backward(told).rename({"post_id": "opening_id"})
    return joined.join(early, on=["platform", "opening_id"], how="left").select(
        *_PERSON,
        "opened_us",
        "opening_id",
        "replied_us",
        "reply_id",
        n_inbound=nw.lit(1),
        backward=nw.col("early").fill_null(0),
    )


def _first(frame: Lazy, *, keys: list[str], at: str, item: str) -> Lazy:
    earliest = frame.group_by(keys).agg(nw.col(at).min().alias("replied_us"))
    tied = frame.join(earliest, on=keys, how="inner").filter(nw.col(at) == nw.col("replied_us"))
    return tied.group_by([*keys, "replied_us"]).agg(nw.col(item).min().alias("reply_id"))


def _backward(told: Lazy) -> Lazy:
    """Return the items that have human replies dated before them, with how many."""
    early = human(told).filter(nw.col("parent_us") > nw.col("created_us"))
    early = early.filter(~flag("parent_own", missing=True))
    counts = early.group_by(["platform", "parent_id"]).agg(nw.len().alias("early"))
    return counts.rename({"parent_id": "post_id"})


def turns(waiting: Lazy, told: Lazy, *, silence_minutes: float = 1440.0) -> Lazy:
    """Return the items of all conversations in which a person or the brand speaks.

    Args:
        waiting: The items of an inbox (``enrich.inbox``).
        told: What the brand answered.
        silence_minutes: Silence of both after which the next inbound item opens a new one.

    Returns:
        ``platform, person, created_us, post_id, inward, round``; ``round`` numbers the
        conversations of a person.
    """
    inward = waiting.with_columns(inward=nw.lit(True))
    outward = human(told).filter(~nw.col("addressee").is_null())
    outward = outward.with_columns(person=nw.col("addressee"), inward=nw.lit(False))
    items = nw.concat([inward.select(_ITEM), outward.select(_ITEM)], how="vertical")
    order = ["created_us", "post_id"]
    gap = nw.col("created_us") - nw.col("created_us").shift(1).over(*_PERSON, order_by=order)
    late = (nw.col("gap") > round(silence_minutes * MINUTE_US)) & nw.col("inward")
    items = items.with_columns(gap=gap).with_columns(fresh=nw.when(late).then(1).otherwise(0))
    count = nw.col("fresh").cum_sum().over(*_PERSON, order_by=order)
    return items.with_columns(round=count).drop("gap", "fresh")


def _conversations(items: Lazy, told: Lazy) -> Lazy:
    inbound = items.filter(nw.col("inward"))
    opened = inbound.group_by(_TALK).agg(
        nw.col("created_us").min().alias("opened_us"), nw.len().alias("n_inbound")
    )
    opening = inbound.join(opened, on=_TALK, how="inner").filter(
        nw.col("created_us") == nw.col("opened_us")
    )
    opening = opening.group_by([*_TALK, "opened_us", "n_inbound"]).agg(
        nw.col("post_id").min().alias("opening_id")
    )
    replies = items.filter(~nw.col("inward")).join(opened, on=_TALK, how="inner")
    after = replies.filter(nw.col("created_us") >= nw.col("opened_us"))
    first = _first(after, keys=_TALK, at="created_us", item="post_id")
    early = inbound.join(_backward(told), on=["platform", "post_id"], how="inner")
    early = early.group_by(_TALK).agg(nw.col("early").sum())
    talks = opening.join(first, on=_TALK, how="left").join(early, on=_TALK, how="left")
    return talks.select(
        *_PERSON,
        "opened_us",
        "opening_id",
        "replied_us",
        "reply_id",
        "n_inbound",
        backward=nw.col("early").fill_null(0).cast(nw.Int64),
    )


def exchanges(
    posts: Any,
    *,
    handles: Iterable[str] = (),
    silence_minutes: float = 1440.0,
    staff: Iterable[str] = (),
    spam: Iterable[str] = (),
    renamed: Mapping[str, str] | None = None,
) -> Lazy:
    """Return one row per wait: the earliest item still unanswered and the reply that ended it.

    Somebody who writes three times before the brand answers waits once, from the first of the
    three. Sources: Zoho, *System Response Time* ("earliest customer responded time that is yet to
    be replied"); Chatwoot (several incoming: the first one).

    Returns:
        ``platform, person, round, asked_us, asked_id, n_inbound, replied_us, reply_id``.
    """
    box = inbox(posts, handles=handles, staff=staff, spam=spam, renamed=renamed)
    order = ["created_us", "post_id"]
    items = turns(box.items, box.told, silence_minutes=silence_minutes).with_columns(
        told=nw.when(nw.col("inward")).then(0).otherwise(1)
    )
    items = settled(items.with_columns(told=nw.col("told").cum_sum().over(*_TALK, order_by=order)))
    keys = [*_TALK, "told"]
    inbound = items.filter(nw.col("inward"))
    asked = inbound.group_by(keys).agg(
        nw.col("created_us").min().alias("asked_us"), nw.len().alias("n_inbound")
    )
    first = inbound.join(asked, on=keys, how="inner").filter(
        nw.col("created_us") == nw.col("asked_us")
    )
    waits = first.group_by([*keys, "asked_us", "n_inbound"]).agg(
        nw.col("post_id").min().alias("asked_id")
    )
    replies = items.filter(~nw.col("inward")).select(
        *_TALK, told=nw.col("told") - 1, replied_us="created_us", reply_id="post_id"
    )
    return waits.join(replies, on=keys, how="left").drop("told")
