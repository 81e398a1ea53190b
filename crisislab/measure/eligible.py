"""What was counted and what was left out, each with its number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import narwhals as nw
import pandas as pd

from crisislab.engine import MINUTE_US, Lazy, settled, small
from crisislab.enrich.conversations import conversations
from crisislab.enrich.inbox import Inbox, inbox
from crisislab.enrich.people import EXCLUSIONS
from crisislab.enrich.replies import KINDS, add_reply_kind
from crisislab.metrics import Row, metrics, number
from crisislab.session import brought

# What is counted of the brand's own replies: unknown, not 0, where its posts are not exported.
OF_REPLIES = ("n_unmatched_replies", "n_replies", "n_first_answers", "n_backward")


def eligible_items(
    posts: Any,
    *,
    handles: Iterable[str] = (),
    silence_minutes: float = 1440.0,
    staff: Iterable[str] = (),
    spam: Iterable[str] = (),
    renamed: Mapping[str, str] | None = None,
    copies: int = 5,
) -> pd.DataFrame:
    """Return how many items wait for an answer and how many are left out for which reason.

    - ``n_eligible``: items that address the brand, and ``n_excluded`` per first reason that holds;
    - ``n_unmatched``: eligible items that answer something not in the data; they stay in;
    - ``n_unmatched_replies``: replies of the brand to nobody in the data (what they answer was
      written before the export begins, or was not exported): they answer nobody here;
    - ``n_backward``: conversations set aside because a reply is dated before what it answers;
    - ``n_left_edge``: conversations that open within one silence after the first item of their
      platform: they may continue an earlier one;
    - ``n_replies`` per kind: human, template, instant, automatic;
    - ``n_first_answers``: conversations whose first answer was in own words (human) or a template:
      quick answers that say nothing of one's own are cheap.

    Returns:
        Rows of ``schema.METRICS``; scopes ``reason=...`` and ``kind=...``.
    """
    who: dict[str, Any] = {"handles": handles, "staff": staff, "spam": spam, "renamed": renamed}
    box = inbox(posts, **who)
    rows = [*_exclusions(box.every), *_unmatched(box), *_kinds(box.told, copies=copies)]
    talks = settled(conversations(box, silence_minutes=silence_minutes))
    rows += _edges(talks, box.every, silence_minutes=silence_minutes)
    rows += _first_answers(talks, box.told, copies=copies)
    return metrics(rows)


def _count(metric: str, value: float, *, n: int, scope: str = "all", note: str = "") -> Row:
    return number(metric, value, unit="count", n=n, scope=scope, note=note, evidence="posts")


def _exclusions(frame: Lazy) -> list[Row]:
    reasons = frame.group_by("excluded").agg(nw.len().alias("n"))
    table = small(reasons)
    counts = dict(zip(table["excluded"].fillna("eligible"), table["n"].astype(int), strict=True))
    n = sum(counts.values())
    left = [
        _count("n_excluded", counts.get(reason, 0), n=n, scope=f"reason={reason}")
        for reason in EXCLUSIONS
    ]
    return [_count("n_eligible", counts.get("eligible", 0), n=n), *left]


def _unmatched(box: Inbox) -> list[Row]:
    eligible, told = box.items.select("platform", "parent_id"), box.told
    link = ["platform", "parent_id"]
    asked = brought(eligible.filter(~nw.col("parent_id").is_null()).unique(), box.every)
    known = box.every.select("platform", parent_id="post_id").join(asked, on=link, how="semi")
    known = brought(known.unique(), eligible).with_columns(known=nw.lit(1))
    linked = eligible.join(known, on=link, how="left")
    lost = ~nw.col("parent_id").is_null() & nw.col("known").is_null()
    replies = told.filter(~nw.col("parent_id").is_null())
    alone = nw.col("parent_person").is_null() & nw.col("addressee").is_null()
    found = []
    for rows, holds in ((linked, lost), (replies, alone)):
        flags = rows.select(holds=nw.when(holds).then(1).otherwise(0))
        sums = small(flags.select(nw.len().alias("n"), nw.col("holds").sum()))
        n = int(sums["n"].iloc[0])
        found.append((int(sums["holds"].iloc[0]) if n else 0, n))
    return [
        _count("n_unmatched", found[0][0], n=found[0][1], note="kept_unmatched"),
        _count("n_unmatched_replies", found[1][0], n=found[1][1]),
    ]


def _kinds(told: Lazy, *, copies: int) -> list[Row]:
    kinds = add_reply_kind(told, copies=copies).group_by("reply_kind").agg(nw.len().alias("n"))
    table = small(kinds)
    counts = dict(zip(table["reply_kind"], table["n"].astype(int), strict=True))
    n = sum(counts.values())
    return [_count("n_replies", counts.get(k, 0), n=n, scope=f"kind={k}") for k in KINDS]


def _first_answers(talks: Lazy, told: Lazy, *, copies: int) -> list[Row]:
    kinds = add_reply_kind(told, copies=copies).select("platform", "reply_kind", reply_id="post_id")
    first = talks.select("platform", "reply_id").join(kinds, on=["platform", "reply_id"])
    table = small(first.group_by("reply_kind").agg(nw.len().alias("n")))
    counts = dict(zip(table["reply_kind"], table["n"].astype(int), strict=True))
    n = sum(counts.values())
    return [
        _count("n_first_answers", counts.get(k, 0), n=n, scope=f"kind={k}")
        for k in ("human", "template")
    ]


def _edges(talks: Lazy, frame: Lazy, *, silence_minutes: float) -> list[Row]:
    first = small(frame.group_by("platform").agg(nw.col("created_us").min().alias("first_us")))
    opened = small(talks.select("platform", "opened_us", "backward"))
    n = len(opened)
    told = opened.merge(first, on="platform") if n else opened.assign(first_us=0)
    edge = told["opened_us"] - told["first_us"] <= round(silence_minutes * MINUTE_US)
    return [
        _count("n_backward", int((opened["backward"] > 0).sum()), n=n, note="set_aside"),
        _count("n_left_edge", int(edge.sum()), n=n, note="may_continue"),
    ]
