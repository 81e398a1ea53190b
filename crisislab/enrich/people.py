"""Who wrote each item, whom the brand answered, and which items wait for an answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import narwhals as nw

from crisislab.engine import Lazy, lazy

EXCLUSIONS = ("own", "own_staff", "repost", "spam", "outbound", "not_addressed")


def _text(name: str) -> nw.Expr:
    return nw.col(name).cast(nw.String)


def _key(name: str) -> nw.Expr:
    return _text(name).str.to_lowercase()


def flag(name: str, *, missing: bool) -> nw.Expr:
    """Return a flag that a join may have left missing: pandas then holds objects, not flags."""
    return nw.col(name).fill_null(missing).cast(nw.Boolean)


def people(
    posts: Any,
    *,
    handles: Iterable[str] = (),
    staff: Iterable[str] = (),
    spam: Iterable[str] = (),
    renamed: Mapping[str, str] | None = None,
) -> Lazy:
    """Return posts with who they belong to, whom they answer and why they do not count.

    An item is *eligible* (``addressed``) when the export says so (``inbound``), or else when it is
    not the brand's, not a repost, and names a brand handle, answers a brand item or stands under
    one; a review always is. Source: Conclave on Social Media Measurement Standards, ITEM and
    MENTION. An item that answers one that is not in the data stays in, as ``unmatched``.

    Args:
        posts: Posts of any engine.
        handles: Handles of the brand, former ones too.
        staff: Ids or handles of the brand's own people.
        spam: Ids or handles declared to be spam; rows flagged ``spam`` are so too.
        renamed: Former handle -> present handle, for exports without author ids.

    Returns:
        The posts with ``person`` (author id, else handle, else the item itself), ``addressed``,
        ``excluded`` (one of ``EXCLUSIONS``; missing for eligible items), ``unmatched``,
        ``parent_person``, ``parent_own``, ``parent_us`` (of the item answered, missing if not in
        the data) and ``addressee`` (whom an own item answers, by link, quote or leading mention).
    """
    brand = sorted({h.lstrip("@").casefold() for h in handles})
    frame = _whole(lazy(posts)).with_columns(
        person=nw.coalesce(_text("author_id"), _present("author_handle", renamed), _text("post_id"))
    )
    frame = _linked(frame)
    frame = _mentioned(frame, brand=brand, renamed=renamed)
    frame = frame.with_columns(excluded=_excluded(brand, staff=staff, spam=spam))
    return frame.with_columns(
        addressed=nw.col("excluded").is_null(),
        unmatched=nw.col("excluded").is_null()
        & ~nw.col("parent_id").is_null()
        & nw.col("parent_person").is_null(),
    )


def _whole(frame: Lazy) -> Lazy:
    """Return the frame with the columns a narrow table of another engine may lack."""
    lacking = {"text", "shared_id", "flags", "inbound", "mentions"} - set(frame.collect_schema())
    if not lacking:
        return frame
    return frame.with_columns(**{name: nw.lit(None).cast(nw.String) for name in sorted(lacking)})


def _present(name: str, renamed: Mapping[str, str] | None) -> nw.Expr:
    present = _text(name)
    for former, now in sorted((renamed or {}).items()):
        same = present.str.to_lowercase() == former.lstrip("@").casefold()
        present = nw.when(same).then(nw.lit(now.lstrip("@"))).otherwise(present)
    return present


def _linked(frame: Lazy) -> Lazy:
    items = frame.select("platform", "post_id", "person", "own", "created_us")
    parents = items.rename(
        {
            "post_id": "parent_id",
            "person": "parent_person",
            "own": "parent_own",
            "created_us": "parent_us",
        }
    )
    roots = items.select("platform", root_id="post_id", root_own="own")
    # Quotes of the brand are few: only theirs are looked up.
    quoted = items.filter(~nw.col("own")).select(
        "platform", shared_id="post_id", quoted_person="person"
    )
    frame = frame.join(parents, on=["platform", "parent_id"], how="left")
    frame = frame.join(roots, on=["platform", "root_id"], how="left")
    return frame.join(quoted, on=["platform", "shared_id"], how="left")


def _mentioned(frame: Lazy, *, brand: list[str], renamed: Mapping[str, str] | None) -> Lazy:
    """Return the frame with ``addressee``: who an own item answers.

    A mention tells it only where nothing better does: the item answers something that is not in
    the data, or begins with the mention. A handle that two accounts have held tells nothing.
    """
    named = frame.filter(~nw.col("own") & ~nw.col("author_handle").is_null())
    named = named.with_columns(handle=_present("author_handle", renamed).str.to_lowercase())
    known = named.group_by(["platform", "handle"]).agg(
        nw.col("person").min().alias("mentioned_person"), nw.col("person").max().alias("last")
    )
    known = known.filter(nw.col("mentioned_person") == nw.col("last")).drop("last")
    first = _key("mentions").str.strip_chars()
    for handle in brand:
        first = first.str.replace_all(rf"^{handle}( |$)", "")
    first = first.str.replace_all(r" .*$", "")
    for former, now in sorted((renamed or {}).items()):
        same = first == former.lstrip("@").casefold()
        first = nw.when(same).then(nw.lit(now.lstrip("@").casefold())).otherwise(first)
    answers = ~nw.col("parent_id").is_null() | nw.col("text").fill_null("").str.starts_with("@")
    unknown = nw.col("parent_person").is_null() & nw.col("quoted_person").is_null()
    wanted = nw.col("own") & unknown & answers
    frame = frame.with_columns(handle=nw.when(wanted).then(first).otherwise(nw.lit(None)))
    frame = frame.join(known, on=["platform", "handle"], how="left")
    to_person = ~flag("parent_own", missing=False)
    addressee = nw.coalesce("parent_person", "quoted_person", "mentioned_person")
    return frame.with_columns(
        addressee=nw.when(nw.col("own") & to_person).then(addressee).otherwise(nw.lit(None))
    ).drop("handle", "quoted_person", "mentioned_person")


def _among(names: Iterable[str]) -> nw.Expr:
    wanted = sorted({name.lstrip("@").casefold() for name in names})
    if not wanted:
        return nw.lit(False)
    by_id = _key("author_id").fill_null("").is_in(wanted)
    return by_id | _key("author_handle").fill_null("").is_in(wanted)


def _excluded(brand: list[str], *, staff: Iterable[str], spam: Iterable[str]) -> nw.Expr:
    named = nw.lit(False)
    around = nw.concat_str(nw.lit(" "), _key("mentions").fill_null(""), nw.lit(" "))
    for handle in brand:
        named = named | around.str.contains(f" {handle} ", literal=True)
    under_own = flag("parent_own", missing=False) | flag("root_own", missing=False)
    said = _key("inbound").fill_null("")
    aimed = (said == "true") | named | under_own | (nw.col("kind") == "review").fill_null(False)
    flagged = nw.concat_str(nw.lit(" "), _text("flags").fill_null(""), nw.lit(" "))
    reasons = (
        ("own", nw.col("own")),
        ("own_staff", _among(staff)),
        ("repost", (nw.col("kind") == "repost").fill_null(False)),
        ("spam", _among(spam) | flagged.str.contains(" spam ", literal=True)),
        ("outbound", said == "false"),
        ("not_addressed", ~aimed),
    )
    found = nw.lit(None).cast(nw.String)
    for reason, holds in reversed(reasons):
        found = nw.when(holds).then(nw.lit(reason)).otherwise(found)
    return found
