"""Who addressed the brand, and the conversations that came of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import narwhals as nw

from crisislab.engine import MINUTE_US, Lazy, lazy

Rule = Literal["conversations", "opening-posts"]


def _text(name: str) -> nw.Expr:
    return nw.col(name).cast(nw.String)


def people(posts: Any, *, handles: Iterable[str] = ()) -> Lazy:
    """Return posts with who they belong to and whether they address the brand.

    A post is *addressed* when the export says so (``inbound``), or else when it is not the
    brand's, not a repost, and names a brand handle, answers a brand item or stands under one;
    a review is always addressed.

    Returns:
        The posts with ``person`` (author id, else handle, else the item itself), ``addressed``,
        ``parent_person`` and ``parent_own`` (of the item answered, missing if not in the data).
    """
    frame = lazy(posts)
    frame = frame.with_columns(
        person=nw.coalesce(_text("author_id"), _text("author_handle"), _text("post_id"))
    )
    items = frame.select("platform", "post_id", "person", "own")
    parents = items.rename({"post_id": "parent_id", "person": "parent_person", "own": "parent_own"})
    roots = items.select("platform", root_id="post_id", root_own="own")
    frame = frame.join(parents, on=["platform", "parent_id"], how="left")
    frame = frame.join(roots, on=["platform", "root_id"], how="left")
    return frame.with_columns(addressed=_addressed(handles))


def _addressed(handles: Iterable[str]) -> nw.Expr:
    named = nw.lit(False)
    around = nw.concat_str(
        nw.lit(" "), nw.col("mentions").fill_null("").str.to_lowercase(), nw.lit(" ")
    )
    for handle in sorted({h.lstrip("@").casefold() for h in handles}):
        named = named | around.str.contains(f" {handle} ", literal=True)
    under_own = nw.col("parent_own").fill_null(False) | nw.col("root_own").fill_null(False)
    said = nw.col("inbound").fill_null("").str.to_lowercase()
    from_rows = named | under_own | (nw.col("kind") == "review")
    public = ~nw.col("own") & (nw.col("kind") != "repost")
    return (
        nw.when(said == "true")
        .then(public)
        .when(said == "false")
        .then(nw.lit(False))
        .otherwise(public & from_rows)
    )


def conversations(
    posts: Any,
    *,
    handles: Iterable[str] = (),
    rule: Rule = "conversations",
    silence_minutes: float = 1440.0,
) -> Lazy:
    """Return one row per conversation with its first inbound item and first human reply.

    ``conversations``: all items between one person and the brand on one platform; a new one
    starts when neither side wrote for ``silence_minutes`` (Meta counts 24 hours so). The reply is
    the first item of the brand, not automated, that answers this person after the first
    inbound item. ``opening-posts``: every addressed post that answers nothing, and the earliest
    direct reply of the brand to it.

    Returns:
        ``platform, person, opened_us, opening_id, replied_us, reply_id, n_inbound``.
    """
    frame = people(posts, handles=handles)
    if rule == "opening-posts":
        return _opening_posts(frame)
    return _conversations(frame, silence_us=round(silence_minutes * MINUTE_US))


def _opening_posts(frame: Lazy) -> Lazy:
    openings = frame.filter(nw.col("addressed") & nw.col("parent_id").is_null()).select(
        "platform", "person", opened_us="created_us", opening_id="post_id"
    )
    human = frame.filter(nw.col("own") & ~nw.col("automated") & ~nw.col("parent_id").is_null())
    replies = human.select(
        "platform", opening_id="parent_id", reply_us="created_us", reply_id="post_id"
    )
    pairs = openings.join(replies, on=["platform", "opening_id"], how="inner")
    after = pairs.filter(nw.col("reply_us") >= nw.col("opened_us"))
    first = _first(after, keys=["platform", "opening_id"], at="reply_us", item="reply_id")
    joined = openings.join(first, on=["platform", "opening_id"], how="left")
    return joined.select(
        "platform",
        "person",
        "opened_us",
        "opening_id",
        "replied_us",
        "reply_id",
        n_inbound=nw.lit(1),
    )


def _first(frame: Lazy, *, keys: list[str], at: str, item: str) -> Lazy:
    earliest = frame.group_by(keys).agg(nw.col(at).min().alias("replied_us"))
    tied = frame.join(earliest, on=keys, how="inner").filter(nw.col(at) == nw.col("replied_us"))
    return tied.group_by([*keys, "replied_us"]).agg(nw.col(item).min().alias("reply_id"))


def _conversations(frame: Lazy, *, silence_us: int) -> Lazy:
    items = _between(frame)
    keys = ["platform", "person"]
    order = ["created_us", "post_id"]
    items = items.with_columns(
        gap=nw.col("created_us") - nw.col("created_us").shift(1).over(*keys, order_by=order)
    ).with_columns(
        fresh=nw.when((nw.col("gap") > silence_us) & nw.col("inward")).then(1).otherwise(0)
    )
    items = items.with_columns(round=nw.col("fresh").cum_sum().over(*keys, order_by=order))
    keys = [*keys, "round"]
    inbound = items.filter(nw.col("inward"))
    opened = inbound.group_by(keys).agg(
        nw.col("created_us").min().alias("opened_us"), nw.len().alias("n_inbound")
    )
    opening = inbound.join(opened, on=keys, how="inner").filter(
        nw.col("created_us") == nw.col("opened_us")
    )
    opening = opening.group_by([*keys, "opened_us", "n_inbound"]).agg(
        nw.col("post_id").min().alias("opening_id")
    )
    replies = items.filter(~nw.col("inward")).join(opened, on=keys, how="inner")
    after = replies.filter(nw.col("created_us") >= nw.col("opened_us"))
    first = _first(after, keys=keys, at="created_us", item="post_id")
    return opening.join(first, on=keys, how="left").select(
        "platform", "person", "opened_us", "opening_id", "replied_us", "reply_id", "n_inbound"
    )


def _between(frame: Lazy) -> Lazy:
    inward = frame.filter(nw.col("addressed")).select(
        "platform", "person", "created_us", "post_id", inward=nw.lit(True)
    )
    answers = frame.filter(
        nw.col("own")
        & ~nw.col("automated")
        & ~nw.col("parent_person").is_null()
        & ~nw.col("parent_own").fill_null(True)
    )
    outward = answers.select(
        "platform",
        "created_us",
        "post_id",
        person="parent_person",
        inward=nw.lit(False),
    )
    columns = ["platform", "person", "created_us", "post_id", "inward"]
    return nw.concat([inward.select(columns), outward.select(columns)], how="vertical")
