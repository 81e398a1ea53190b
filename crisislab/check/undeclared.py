"""Accounts that bear the brand's name and answer people, though nobody declared them."""

from __future__ import annotations

import re
from collections.abc import Iterable

import narwhals as nw
import pandas as pd

from crisislab.engine import Lazy, settled, small
from crisislab.errors import Problem
from crisislab.handles import plain_handle

# Fewer people than these a customer answers too who took the brand's name into their own.
_PEOPLE = 3
_SHORTEST = 4
_SHOWN = 5
_PARTS = re.compile(r"[^\W_]+")
_KEYS = ["platform", "handle", "author_id"]


def undeclared_accounts(posts: Lazy, names: list[str]) -> tuple[Problem, ...]:
    """Return a finding for accounts that look like the brand's and are not declared.

    An account does so when its handle holds one of the names and it answers at least three
    people other than itself. What such an account wrote counts as the public's: whom it answered
    seems to wait still. It may be a second account, or the first one after it was renamed.

    Args:
        posts: Posts of any engine, the brand's own marked.
        names: Result of :func:`names_of`.

    Returns:
        Nothing, or one problem ``CL-BRAND-UNDECLARED`` with the accounts and whom each answered.
    """
    found = _answering(posts, names)
    found = found.loc[found["n_people"] >= _PEOPLE]
    if found.empty:
        return ()
    top = found.sort_values(["n_people", *_KEYS], ascending=[False, True, True, True]).head(_SHOWN)
    rows = top.to_dict("records")
    told = (
        f"{r['platform']}:{r['author_id'] or '?'}/@{r['handle']} ({r['n_people']})" for r in rows
    )
    first = rows[0]
    return (
        Problem("CL-BRAND-UNDECLARED", "flagged", "case.toml", value=", ".join(told),
                n=int(found["n"].sum()),
                facts={"platform": first["platform"], "handle": first["handle"]}),
    )  # fmt: skip


def names_of(handles: Iterable[str]) -> list[str]:
    """Return what the handles of a brand have in common with its other accounts.

    Each handle, and the longest part of it: ``nortel_help`` and ``nortel_news`` share ``nortel``.

    >>> names_of(["@Nortel_help", "abc", "nortel"])
    ['nortel', 'nortel_help']
    """
    whole = {plain_handle(handle) for handle in handles}
    longest = {max(_PARTS.findall(name) or [""], key=len) for name in whole}
    return sorted(name for name in whole | longest if len(name) >= _SHORTEST)


def named_alike(names: list[str]) -> nw.Expr:
    """Return whether a post is by an undeclared account whose handle holds one of the names."""
    handle = nw.col("author_handle").cast(nw.String).str.to_lowercase().fill_null("")
    alike = handle != handle
    for name in names:
        alike = alike | handle.str.contains(name, literal=True)
    return ~nw.col("own") & alike


def _answering(posts: Lazy, names: list[str]) -> pd.DataFrame:
    """Return undeclared accounts under these names: ``n`` posts, ``n_people`` answered."""
    text = {name: nw.col(name).cast(nw.String) for name in ("author_handle", "author_id", "text")}
    handle = text["author_handle"].str.to_lowercase().fill_null("")
    theirs = posts.filter(named_alike(names)).select(
        "platform", "parent_id", handle=handle, author_id=text["author_id"].fill_null(""),
        begin=nw.when(text["text"].str.starts_with("@")).then(text["text"]).otherwise(nw.lit(None)),
    )  # fmt: skip
    theirs = settled(theirs)
    n = small(theirs.group_by(_KEYS).agg(nw.len().alias("n")), by=_KEYS).astype({"n": int})
    asked = theirs.filter(~nw.col("parent_id").is_null()).select("platform", post_id="parent_id")
    writer = nw.coalesce(text["author_id"], text["author_handle"])
    parents = posts.filter(~nw.col("own")).select("platform", "post_id", to=writer)
    parents = parents.join(asked.unique(), on=["platform", "post_id"], how="semi")
    theirs = theirs.join(
        parents.rename({"post_id": "parent_id"}), on=["platform", "parent_id"], how="left"
    )
    first = nw.col("begin").str.to_lowercase().str.replace_all(r"(?s)[^\w.@].*$", "")
    rows = theirs.with_columns(to=nw.coalesce(nw.col("to"), first.str.strip_chars("@.")))
    rows = rows.filter(
        ~nw.col("to").is_null() & (nw.col("to") != nw.col("author_id"))
        & (nw.col("to") != nw.col("handle"))
    )  # fmt: skip
    people = rows.select(*_KEYS, "to").unique().group_by(_KEYS).agg(nw.len().alias("n_people"))
    table = small(people, by=_KEYS).astype({"n_people": int})
    return table.merge(n, on=_KEYS, how="left")
