"""Networks side by side: where each statement went, what came back, who was left unanswered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import narwhals as nw
import pandas as pd

from crisislab.engine import lazy, small, totals
from crisislab.metrics import Row, metrics, number


def across_networks(statements: pd.DataFrame, posts: Any) -> pd.DataFrame:
    """Return the statements with what each network reports of them and what hangs on them.

    Args:
        statements: Result of :func:`crisislab.enrich.same_statement.same_statements`.
        posts: Posts of any engine.

    Returns:
        The statements with ``impressions, reactions`` (likes as reported), ``shares`` (reposts
        and quotes), ``n_answers`` (the public's items under it) and ``n_answered`` (of these,
        answered by the brand). Unknown is missing.
    """
    if statements.empty:
        return statements.assign(
            **{c: pd.Series(dtype="float64")
               for c in ("impressions", "reactions", "shares", "n_answers", "n_answered")}
        )  # fmt: skip
    frame = lazy(posts)
    ids = sorted(set(statements["post_id"].astype("str")))
    shown = small(
        frame.filter(nw.col("own") & nw.col("post_id").cast(nw.String).is_in(ids)).select(
            "platform", "post_id", "n_impressions", "n_likes", "n_reposts", "n_quotes"
        )
    )
    for column in ("n_impressions", "n_likes", "n_reposts", "n_quotes"):
        shown[column] = shown[column].astype("Float64").astype("float64")
    shown = shown.assign(
        impressions=shown["n_impressions"], reactions=shown["n_likes"],
        shares=shown[["n_reposts", "n_quotes"]].sum(axis=1, min_count=1),
    )[["platform", "post_id", "impressions", "reactions", "shares"]]  # fmt: skip
    table = statements.merge(shown, on=["platform", "post_id"], how="left")
    load = _load(frame, ids)
    table = table.merge(load, on=["platform", "post_id"], how="left")
    counts = ["n_answers", "n_answered"]
    return table.assign(**{c: table[c].astype("float64").fillna(0.0) for c in counts})


def _load(frame: Any, ids: list[str]) -> pd.DataFrame:
    own = frame.filter(nw.col("own") & ~nw.col("automated"))
    replied = own.select("platform", item=nw.col("parent_id").cast(nw.String)).unique()
    replied = replied.filter(~nw.col("item").is_null()).with_columns(hit=nw.lit(1))
    under = frame.filter(~nw.col("own") & (nw.col("kind") != "repost")).with_columns(
        on=nw.coalesce(
            *(nw.col(c).cast(nw.String) for c in ("root_id", "parent_id", "shared_id"))
        ),
        item=nw.col("post_id").cast(nw.String), one=nw.lit(1),
    )  # fmt: skip
    under = under.filter(nw.col("on").is_in(ids)).join(replied, on=["platform", "item"], how="left")
    under = under.with_columns(hit=nw.col("hit").fill_null(0))
    counted = totals(under, by=["platform", "on"], n_answers="one", n_answered="hit")
    return small(counted, by=["platform", "on"]).rename(columns={"on": "post_id"})


def network_answers(waits: pd.DataFrame, posts: Any) -> pd.DataFrame:
    """Return per network how many people wrote to the brand and how many it answered.

    Args:
        waits: Conversations with ``platform`` and ``answered``.
        posts: Posts of any engine, for the networks on which nobody wrote to the brand.

    Returns:
        ``platform, n_public, n_own, n_conversations, n_answered, left_without_answer`` (people
        wrote and nobody was answered). Without any post of the brand the last two are missing:
        its answers may only not be in the exports.
    """
    frame = lazy(posts).with_columns(
        theirs=(~nw.col("own")).cast(nw.Int64), mine=nw.col("own").cast(nw.Int64)
    )
    table = small(totals(frame, by=["platform"], n_public="theirs", n_own="mine"), by=["platform"])
    talks = waits.groupby("platform")["answered"].agg(n_conversations="size", n_answered="sum")
    table = table.merge(talks.reset_index(), on="platform", how="left")
    for column in ("n_conversations", "n_answered"):
        table[column] = table[column].astype("float64").fillna(0).astype("int64")
    left = (table["n_conversations"] > 0) & (table["n_answered"] == 0)
    table = table.assign(left_without_answer=left)
    if table["n_own"].sum() > 0:
        return table
    count, left = (pd.Series(pd.NA, index=table.index, dtype=d) for d in ("Int64", "boolean"))
    return table.assign(n_answered=count, left_without_answer=left)


def network_numbers(table: pd.DataFrame, answers: pd.DataFrame) -> pd.DataFrame:
    """Return delays of the statements per network, and networks left without an answer."""
    rows = []
    for platform, part in table.groupby("platform", sort=True):
        delays = part["delay_minutes"].astype("float64")
        rows.append(number("statement_delay", float(delays.median()), unit="minutes",
                           scope=f"platform={platform}", n=len(part), method="median",
                           evidence="posts"))  # fmt: skip
    rows += [_answered(row) for row in answers.to_dict("records") if row["n_conversations"]]
    return metrics(rows)


def _answered(row: Mapping[Any, Any]) -> Row:
    known = not pd.isna(row["n_answered"])
    left = known and bool(row["left_without_answer"])
    return number(
        "network_answered_share",
        row["n_answered"] / row["n_conversations"] if known else None,
        unit="share",
        scope=f"platform={row['platform']}",
        n=row["n_conversations"],
        method="raw_share",
        note=("left_without_answer" if left else "") if known else "no_brand_posts",
        evidence="posts",
    )
