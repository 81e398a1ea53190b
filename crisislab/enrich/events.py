"""The events of each conversation in one table: asked, answered, assigned, closed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import narwhals as nw
import pandas as pd

from crisislab.engine import instants, small
from crisislab.enrich.conversations import turns
from crisislab.enrich.inbox import inbox
from crisislab.enrich.replies import add_reply_kind

KINDS = ("inbound", "reply", "auto", "assigned", "closed", "reopened")
COLUMNS = ["conversation", "at", "kind", "agent", "post_id"]


def events(
    posts: Any,
    *,
    handles: Iterable[str] = (),
    silence_minutes: float = 1440.0,
    staff: Iterable[str] = (),
    spam: Iterable[str] = (),
    renamed: Mapping[str, str] | None = None,
    handled: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return every event of every conversation, as other tools would see them.

    Args:
        posts: Posts of any engine, or their inbox (``enrich.inbox``).
        handles: Handles of the brand.
        silence_minutes: Silence after which a conversation is a new one.
        staff: Ids or handles of the brand's own people.
        spam: Ids or handles declared to be spam.
        renamed: Former handle -> present handle.
        handled: Table of ``enrich.handling.handling``, for assignments and closings.

    Returns:
        ``conversation`` (its first inbound item, with the platform), ``at`` (UTC), ``kind`` (one
        of ``KINDS``; ``auto`` is automatic or within a second), ``agent``, ``post_id`` (item that
        was written or handled); in order of time.
    """
    box = inbox(posts, handles=handles, staff=staff, spam=spam, renamed=renamed)
    said = small(turns(box.items, box.told, silence_minutes=silence_minutes))
    kinds = add_reply_kind(box.told).filter(nw.col("reply_kind").is_in(["automatic", "instant"]))
    machines = small(kinds.select("platform", "created_us", "post_id", person="addressee"))
    said["kind"] = said["inward"].map({True: "inbound", False: "reply"})
    machines["kind"] = "auto"
    inbound = said[said["inward"]].sort_values(["created_us", "post_id"], kind="stable")
    keys = ["platform", "person", "round"]
    opening = inbound.groupby(keys, as_index=False).agg(
        opening_id=("post_id", "first"), opened_us=("created_us", "first")
    )
    said = said.merge(opening, on=keys, how="inner")
    machines = _placed(machines, opening)
    whole = pd.concat([said, machines], ignore_index=True)
    whole = whole[whole["created_us"] >= whole["opened_us"]]
    whole["conversation"] = (
        whole["platform"].astype("str") + ":" + whole["opening_id"].astype("str")
    )
    whole["at"] = instants(whole["created_us"])
    whole["agent"] = pd.Series(None, index=whole.index, dtype="str")
    if handled is not None and len(handled):
        whole = pd.concat([whole, _handled(whole, handled)], ignore_index=True)
    order = ["at", "conversation", "kind"]
    return whole.sort_values(order, kind="stable").reset_index(drop=True)[COLUMNS]


def _placed(machines: pd.DataFrame, opening: pd.DataFrame) -> pd.DataFrame:
    """Return automatic items with the conversation of the person that had opened last."""
    left = machines.astype({"created_us": "int64"}).sort_values("created_us", kind="stable")
    right = opening.astype({"opened_us": "int64"}).sort_values("opened_us", kind="stable")
    found = pd.merge_asof(
        left, right, left_on="created_us", right_on="opened_us", by=["platform", "person"]
    )
    placed: pd.DataFrame = found[found["opening_id"].notna()]
    return placed


def _handled(whole: pd.DataFrame, handled: pd.DataFrame) -> pd.DataFrame:
    rows = handled[handled["event"].isin(KINDS)]
    rows = rows.assign(conversation=rows["post_id"].map(_talks(whole)), kind=rows["event"])
    found: pd.DataFrame = rows[rows["conversation"].notna()][COLUMNS]
    return found


def _talks(seen: pd.DataFrame) -> pd.Series:
    items: pd.Series = seen.drop_duplicates("post_id").set_index("post_id")["conversation"]
    return items


def by_opening(handled: pd.DataFrame, seen: pd.DataFrame) -> pd.DataFrame:
    """Return what the log says of any item of a conversation as said of its opening item.

    Args:
        handled: Table of ``enrich.handling.handling``.
        seen: Table of :func:`events` of the same posts.

    Returns:
        The entries that name an item of a conversation; ``post_id`` is its opening item.
    """
    talks = handled["post_id"].map(_talks(seen[seen["post_id"].notna()]))
    opening = talks.astype("str").str.split(":", n=1).str[1]
    named = handled[talks.notna()]
    return named.assign(post_id=opening[talks.notna()]).reset_index(drop=True)
