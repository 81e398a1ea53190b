"""Who wrote each item, whom the brand answered, and which items wait for an answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import narwhals as nw

from crisislab.engine import Lazy, few, lazy, named, settled, small
from crisislab.enrich.threads import add_roots
from crisislab.handles import plain_handle, plain_handles
from crisislab.session import brought

# The column of ``enrich.near_brand``.
NEAR_BRAND = "near_brand"
_OWN = ("platform", "post_id", "parent_id", "shared_id", "person", "own", "automated",
        "author_handle", "mentions", "text", "created_us")  # fmt: skip
_READ = ("platform", "post_id", "parent_id", "root_id", "shared_id", "kind", "author_id",
         "author_handle", "mentions", "text", "flags", "inbound", "own", "automated",
         "source_file", "created_us", NEAR_BRAND)  # fmt: skip
_OPTIONAL = {"text", "shared_id", "flags", "inbound", "mentions", "source_file"}
EXCLUSIONS = ("own", "own_staff", "repost", "spam", "outbound", "not_addressed")


def _text(name: str) -> nw.Expr:
    return nw.col(name).cast(nw.String)


def _key(name: str) -> nw.Expr:
    return _text(name).str.to_lowercase()


def flag(name: str, *, missing: bool) -> nw.Expr:
    """Return a flag that a join may have left missing: pandas then holds objects, not flags."""
    return nw.col(name).fill_null(missing).cast(nw.Boolean)


def authored(posts: Any, *, renamed: Mapping[str, str] | None = None) -> Lazy:
    """Return posts with their roots and ``person``: author id, else handle, else the item itself.

    Of the columns of posts only those that are read here. Where an export names nobody,
    ``unnamed`` says of which posts; elsewhere there is no such column, and no text is read.

    Args:
        posts: Posts of any engine.
        renamed: Former handle -> present handle, for exports without author ids.
    """
    frame = _narrow(lazy(posts))
    silent = _silent(frame)
    frame = _with_people(frame, renamed)
    if silent:
        frame = frame.with_columns(unnamed=_text("source_file").fill_null("").is_in(silent))
    return named(frame)


def _with_people(frame: Lazy, renamed: Mapping[str, str] | None) -> Lazy:
    person = nw.coalesce(_text("author_id"), _present("author_handle", renamed), _text("post_id"))
    return add_roots(frame).with_columns(person=person)


def _silent(frame: Lazy) -> list[str]:
    """Return the files that name nobody in any row: they have no column of mentions."""
    names = (~nw.col("mentions").is_null()).cast(nw.Int64)
    told = frame.select("source_file", names=names).group_by("source_file")
    found = small(told.agg(nw.col("names").max()))
    return sorted(found.loc[found["names"] == 0, "source_file"].astype("str").fillna(""))


def near_items(posts: Any, *, renamed: Mapping[str, str] | None = None) -> Lazy | None:
    """Return :func:`authored` of the posts that may be in a conversation of the brand.

    ``None`` where that was not told, or where names have to be looked for in texts. Posts of which
    some reply states no root are all near, so none of their links is lost.
    """
    frame = _narrow(lazy(posts))
    if NEAR_BRAND not in frame.collect_schema() or _silent(frame):
        return None
    return named(_with_people(few(frame.filter(nw.col(NEAR_BRAND))), renamed))


def own_items(frame: Lazy) -> Lazy:
    """Return the brand's own items of the result of :func:`authored`, settled.

    Known to be few, they are what joins are built on: no join looks up all the posts.
    """
    return settled(frame.filter(nw.col("own")).select(*_OWN, *_told_unnamed(frame)))


def _told_unnamed(frame: Lazy) -> list[str]:
    return ["unnamed"] if "unnamed" in frame.collect_schema() else []


def addressed(
    frame: Lazy, own: Lazy, *, handles: Iterable[str], staff: Iterable[str], spam: Iterable[str]
) -> Lazy:
    """Return the result of :func:`authored` with ``addressed`` and ``excluded``.

    An item is *eligible* (``addressed``) when the export says so (``inbound``), or else when it is
    not the brand's, not a repost, and names a brand handle, answers a brand item or stands under
    one; a review always is. Where an export names nobody (``mentions`` missing), the handles in
    the text count. ``excluded`` is why it is not (one of ``EXCLUSIONS``; missing for eligible
    items). Source: Conclave on Social Media Measurement Standards, ITEM and MENTION.

    Args:
        frame: Result of :func:`authored`.
        own: Its :func:`own_items`.
        handles: Handles of the brand.
        staff: Ids or handles of the brand's own people.
        spam: Ids or handles declared to be spam.
    """
    parents = own.select("platform", parent_id="post_id", parent_own=nw.lit(True))
    roots = own.select("platform", root_id="post_id", root_own=nw.lit(True))
    frame = frame.join(parents, on=["platform", "parent_id"], how="left")
    frame = frame.join(roots, on=["platform", "root_id"], how="left")
    frame = frame.with_columns(
        excluded=_excluded(
            plain_handles(handles), staff=staff, spam=spam, in_texts=bool(_told_unnamed(frame))
        )
    )
    return frame.drop("parent_own", "root_own").with_columns(addressed=nw.col("excluded").is_null())


def answers(
    frame: Lazy,
    own: Lazy,
    *,
    handles: Iterable[str] = (),
    renamed: Mapping[str, str] | None = None,
    every: Callable[[], Lazy] | None = None,
) -> Lazy:
    """Return the brand's items with whom each answers.

    By its reply link, else its quote, else its first mention; the latter only where the item
    answers something that is not in the data, or begins with the mention. A handle that two
    accounts have held tells nothing. What goes on below an own item (such as a human below the
    automatic answer) answers whom that item answered.

    Args:
        frame: Result of :func:`authored`.
        own: Its :func:`own_items`.
        handles: Handles of the brand.
        renamed: Former handle -> present handle.
        every: Gives all posts, where ``frame`` has only those near the brand: whose a handle is,
            is asked of them.

    Returns:
        The own items with ``addressee`` (missing: nobody in the data), ``parent_person``,
        ``parent_own`` and ``parent_us`` (of the item answered; missing if not in the data).
    """
    items = _referred(frame, own)
    parents = items.select(
        "platform",
        parent_id="post_id",
        parent_person="person",
        parent_own="own",
        parent_us="created_us",
    )
    quoted = items.filter(~nw.col("own")).select(
        "platform", shared_id="post_id", quoted_person="person"
    )
    own = own.join(parents, on=["platform", "parent_id"], how="left")
    own = own.join(quoted, on=["platform", "shared_id"], how="left")
    begins = nw.col("text").cast(nw.String).fill_null("").str.starts_with("@")
    open_ = nw.col("parent_person").is_null() & nw.col("quoted_person").is_null()
    wanted = open_ & (~nw.col("parent_id").is_null() | begins)
    first = _first_mention(plain_handles(handles), renamed, in_texts=bool(_told_unnamed(own)))
    own = own.with_columns(handle=nw.when(wanted).then(first).otherwise(nw.lit(None)))
    own = _with_holders(every or (lambda: frame), own, renamed)
    addressee = nw.coalesce("parent_person", "quoted_person", "mentioned_person")
    to_person = ~flag("parent_own", missing=False)
    own = own.with_columns(
        addressee=nw.when(to_person).then(addressee).otherwise(nw.lit(None))
    ).drop("handle", "quoted_person", "mentioned_person")
    return _continued(settled(own))


def _referred(frame: Lazy, own: Lazy) -> Lazy:
    """Return the items that own items answer or quote: looked up once, and few."""
    named = [own.select("platform", post_id=link) for link in ("parent_id", "shared_id")]
    wanted = nw.concat(named, how="vertical").filter(~nw.col("post_id").is_null()).unique()
    items = frame.select("platform", "post_id", "person", "own", "created_us")
    return settled(items.join(wanted, on=["platform", "post_id"], how="semi"))


def _continued(own: Lazy) -> Lazy:
    """Return own items that go on below another own item as answers to the same person."""
    before = own.select("platform", parent_id="post_id", before="addressee")
    own = own.join(before, on=["platform", "parent_id"], how="left")
    return own.with_columns(addressee=nw.coalesce("addressee", "before")).drop("before")


def _first_mention(
    brand: list[str], renamed: Mapping[str, str] | None, *, in_texts: bool
) -> nw.Expr:
    begin = _key("text").str.replace_all(r"(?s)[^\w.@].*$", "").str.replace_all(r"^@|\.+$", "")
    first = _key("mentions").str.strip_chars()
    if in_texts:
        first = nw.when(nw.col("unnamed")).then(begin).otherwise(first)
    for handle in brand:
        first = first.str.replace_all(rf"^{re.escape(handle)}( |$)", "")
    first = first.str.replace_all(r" .*$", "")
    for former, now in sorted((renamed or {}).items()):
        same = first == plain_handle(former)
        first = nw.when(same).then(nw.lit(plain_handle(now))).otherwise(first)
    return first


def _with_holders(posts: Callable[[], Lazy], own: Lazy, renamed: Mapping[str, str] | None) -> Lazy:
    """Return own items with the one person whose handle each begins with, where it is asked."""
    asked = settled(own.filter(~nw.col("handle").is_null()).select("platform", "handle").unique())
    if not len(small(asked.head(1))):
        # Of most cases nothing is asked: not to look is a scan of all posts less.
        return own.with_columns(mentioned_person=nw.lit(None).cast(nw.String))
    frame = posts()
    holders = _holders(frame, brought(asked, frame), renamed)
    return own.join(brought(holders, own), on=["platform", "handle"], how="left")


def _holders(frame: Lazy, asked: Lazy, renamed: Mapping[str, str] | None) -> Lazy:
    named = frame.filter(~nw.col("own") & ~nw.col("author_handle").is_null())
    named = named.select(
        "platform", "person", handle=_present("author_handle", renamed).str.to_lowercase()
    )
    named = named.join(asked, on=["platform", "handle"], how="inner")
    known = named.group_by(["platform", "handle"]).agg(
        nw.col("person").min().alias("mentioned_person"), nw.col("person").max().alias("last")
    )
    return known.filter(nw.col("mentioned_person") == nw.col("last")).drop("last")


def _narrow(frame: Lazy) -> Lazy:
    """Return the columns that are read here; those a narrow table of another engine lacks, empty.

    An engine binds every column anew at each step, of which there are many.
    """
    known = set(frame.collect_schema())
    empty = {name: nw.lit(None).cast(nw.String) for name in sorted(_OPTIONAL - known)}
    return frame.select(*(n for n in _READ if n in known), **empty)


def _present(name: str, renamed: Mapping[str, str] | None) -> nw.Expr:
    present = _text(name)
    for former, now in sorted((renamed or {}).items()):
        same = present.str.to_lowercase() == plain_handle(former)
        present = nw.when(same).then(nw.lit(now.lstrip("@"))).otherwise(present)
    return present


def _among(names: Iterable[str]) -> nw.Expr:
    wanted = plain_handles(names)
    if not wanted:
        return nw.lit(False)
    by_id = _key("author_id").fill_null("").is_in(wanted)
    return by_id | _key("author_handle").fill_null("").is_in(wanted)


def _written(brand: list[str]) -> nw.Expr:
    """Return whether a text names a brand handle; ``@brand.shop`` is another account."""
    names = "|".join(map(re.escape, brand))
    return _text("text").str.contains(rf"(?i)(?:^|[^\w.@/])@(?:{names})(?:[^\w.]|\.\W|\.?$)")


def _excluded(
    brand: list[str], *, staff: Iterable[str], spam: Iterable[str], in_texts: bool
) -> nw.Expr:
    named = nw.lit(False)
    around = nw.concat_str(nw.lit(" "), _key("mentions"), nw.lit(" "))
    for handle in brand:
        named = named | around.str.contains(f" {handle} ", literal=True)
    # Most posts name nobody and have no flags: what they hold is not looked into.
    named = ~nw.col("mentions").is_null() & named
    if brand and in_texts:
        named = named | (nw.col("unnamed") & _written(brand).fill_null(False))
    under_own = flag("parent_own", missing=False) | flag("root_own", missing=False)
    said = _key("inbound").fill_null("")
    aimed = under_own | (said == "true") | (nw.col("kind") == "review").fill_null(False) | named
    flagged = nw.concat_str(nw.lit(" "), _text("flags"), nw.lit(" "))
    flagged_spam = ~nw.col("flags").is_null() & flagged.str.contains(" spam ", literal=True)
    reasons = (
        ("own", nw.col("own")),
        ("own_staff", _among(staff)),
        ("repost", (nw.col("kind") == "repost").fill_null(False)),
        ("spam", _among(spam) | flagged_spam),
        ("outbound", said == "false"),
        ("not_addressed", ~aimed),
    )
    found = nw.lit(None).cast(nw.String)
    for reason, holds in reversed(reasons):
        found = nw.when(holds).then(nw.lit(reason)).otherwise(found)
    return found
