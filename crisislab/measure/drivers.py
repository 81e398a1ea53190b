"""Who drove it: accounts and items with most attention, under pseudonyms, and how concentrated."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from crisislab.engine import Lazy, lazy, small
from crisislab.metrics import Row, metrics, number
from crisislab.session import matched

_COUNTS = ("n_likes", "n_reposts", "n_replies", "n_quotes")
N_TOP = 10
_SUMS = ["n_items", "n_reposts_made", "attention", "before", "counted"]
_SHARED = ["platform", "shared_id"]
_MOST_FIRST = ["n_reposts", *_SHARED]


def _person() -> nw.Expr:
    return nw.coalesce(nw.col("author_id").cast(nw.String), nw.col("author_handle").cast(nw.String))


def _people(posts: Any) -> Lazy:
    frame = lazy(posts).filter(~nw.col("own"))
    got = [nw.col(name).fill_null(0) for name in _COUNTS]
    none = [nw.col(name).is_null() for name in _COUNTS]
    # The counters of a repost are the original's.
    mine = nw.when(nw.col("kind") == "repost").then(nw.lit(0))
    return frame.with_columns(
        person=_person(),
        received=mine.otherwise(got[0] + got[1] + got[2] + got[3]).cast(nw.Int64),
        counted=nw.when(none[0] & none[1] & none[2] & none[3]).then(0).otherwise(1),
        shared=(nw.col("kind") == "repost").cast(nw.Int64),
        one=nw.lit(1),
    ).filter(~nw.col("person").is_null())


def authors(posts: Any, *, since: pd.Timestamp | None = None) -> pd.DataFrame:
    """Return the public's accounts from the onset on, most attention first, under pseudonyms.

    Attention: likes, reposts, replies and quotes of their items as reported. The pseudonym is
    the rank (``a1``, ``a2``, ...): it says nothing about the person and cannot be turned back
    without the data. Where none of an account's items has such a counter its attention is
    missing, not 0; it stands with those of no attention, more items first.

    Args:
        posts: Posts of any engine.
        since: Onset; missing: the whole time.

    Returns:
        ``author, platform, n_items, n_reposts_made, attention, n_followers, newcomer, person``;
        ``newcomer``: no item before the onset. ``person`` is the account and stays out of reports.
    """
    late = nw.col("one") == 1 if since is None else nw.col("created_us") >= _us(since)
    frame = _people(posts).with_columns(late=late.cast(nw.Int64))
    counted = frame.select(
        "platform", "person", "late", before=1 - nw.col("late"),
        shared=nw.col("shared") * nw.col("late"), received=nw.col("received") * nw.col("late"),
        counted=nw.col("counted") * nw.col("late"),
        followers=nw.when(nw.col("late") == 1).then(nw.col("n_followers")),
    )  # fmt: skip
    table = small(
        counted.group_by("platform", "person").agg(
            nw.col("late").sum().alias("n_items"), nw.col("shared").sum().alias("n_reposts_made"),
            nw.col("received").sum().alias("attention"), nw.col("before").sum(),
            nw.col("counted").sum(),
            nw.col("followers").max().alias("n_followers"),
        ).filter(nw.col("n_items") > 0).with_columns(nw.col(*_SUMS).cast(nw.Int64)),
        by=["platform", "person"],
    )  # fmt: skip
    # DuckDB sums into decimals, each of which would be an object here: they are cast over there.
    table[_SUMS] = table[_SUMS].astype("int64")
    table["n_followers"] = table["n_followers"].astype("Float64").astype("float64")
    table["newcomer"] = (table["before"] == 0) & (since is not None)
    ranks = np.lexsort([-table["n_items"].to_numpy(), -table["attention"].to_numpy()])
    # Sorted by network and account before, and stable: only the figures are left to sort by.
    table = table.take(ranks).reset_index(drop=True)
    table["attention"] = table["attention"].astype("Int64").where(table["counted"] > 0)
    table.insert(0, "author", "a" + pd.Series(range(1, len(table) + 1)).astype("str"))
    order = ["author", "platform", "n_items", "n_reposts_made", "attention", "n_followers",
             "newcomer", "person"]  # fmt: skip
    return table[order]


def items(posts: Any, ranked: pd.DataFrame, *, since: pd.Timestamp | None = None) -> pd.DataFrame:
    """Return the items of the public with most attention, their authors under pseudonyms.

    Returns:
        ``author, platform, post_id, created_us, attention, n_impressions, text, evidence``.
    """
    frame = _people(posts).filter(nw.col("kind") != "repost")
    if since is not None:
        frame = frame.filter(nw.col("created_us") >= _us(since))
    top = small(
        frame.select(
            "platform", "person", "post_id", "created_us", "n_impressions", "text", "counted",
            attention="received",
            evidence=nw.concat_str(
                nw.col("source_file").cast(nw.String), nw.lit(":"),
                nw.col("source_row").cast(nw.String),
            ),
        ).sort("attention", "created_us", "post_id", descending=[True, False, False]).head(N_TOP),
    )  # fmt: skip
    top = top.sort_values(
        ["attention", "created_us", "post_id"], ascending=[False, True, True], ignore_index=True
    )
    top["n_impressions"] = top["n_impressions"].astype("Int64")
    top["attention"] = top["attention"].astype("Int64").where(top["counted"] > 0)
    named = top.merge(ranked[["platform", "person", "author"]], on=["platform", "person"],
                      how="left")  # fmt: skip
    return named[["author", "platform", "post_id", "created_us", "attention", "n_impressions",
                  "text", "evidence"]]  # fmt: skip


def reposts(posts: Any, *, since: pd.Timestamp | None = None) -> Lazy:
    """Return the reposts in the data: ``platform, shared_id, created_us, person``."""
    frame = lazy(posts)
    if since is not None:
        frame = frame.filter(nw.col("created_us") >= _us(since))
    shared = frame.filter((nw.col("kind") == "repost") & ~nw.col("shared_id").is_null())
    return shared.select(*_SHARED, "created_us", person=_person())


def amplification(posts: Any, *, since: pd.Timestamp | None = None) -> pd.DataFrame:
    """Return the ten items with most reposts in the data: how often, by how many accounts.

    Every repost of an export hangs on the first item, whoever it was seen at: a depth, a chain
    or a rate of infection cannot be told from it, and none is given.

    Returns:
        ``platform, shared_id, own, n_reposts, n_accounts, minutes_to_half``.
    """
    seen = reposts(posts, since=since)
    counted = seen.group_by(_SHARED).agg(nw.len().alias("n_reposts"))
    most = small(counted.sort(_MOST_FIRST, descending=[True, False, False]).head(N_TOP))
    # Medians hold every value in memory: they are taken of these alone.
    keys = most[_SHARED].astype("str")
    some = matched(seen, keys)
    halves = small(some.group_by(_SHARED).agg(nw.col("created_us").median().alias("half")))
    people = some.filter(~nw.col("person").is_null()).unique(["person", *_SHARED])
    accounts = small(people.group_by(_SHARED).agg(nw.len().alias("n_accounts")))
    born = lazy(posts).select("platform", shared_id=nw.col("post_id").cast(nw.String),
                              own="own", born="created_us")  # fmt: skip
    table: pd.DataFrame = most
    for found in (halves, accounts, small(matched(born, keys))):
        table = table.merge(found, on=_SHARED, how="left")
    table["n_accounts"] = table["n_accounts"].fillna(0).astype("int64")
    table["minutes_to_half"] = (table["half"] - table["born"].astype("float64")) / 60e6
    table = table.sort_values(_MOST_FIRST, ascending=[False, True, True], ignore_index=True)
    return table[[*_SHARED, "own", "n_reposts", "n_accounts", "minutes_to_half"]]


def reposts_seen(posts: Any, *, since: pd.Timestamp | None = None) -> tuple[int, int]:
    """Return how many reposts are in the data, and on how many items they hang."""
    counted = reposts(posts, since=since).group_by(_SHARED).agg(nw.len().alias("n"))
    sums = small(counted.select(nw.col("n").sum(), items=nw.len())).iloc[0]
    return (int(sums["n"]), int(sums["items"])) if sums["items"] else (0, 0)


def driver_numbers(ranked: pd.DataFrame, seen: tuple[int, int]) -> pd.DataFrame:
    """Return concentration, newcomers and amplification as metric rows.

    ``top_accounts_share``: share of the attention, and of the items, of the ten accounts with most
    attention (most items where none is known): one set, so that both stand in one sentence.
    ``newcomer_share``: accounts without an item before the onset.

    Args:
        ranked: Result of :func:`authors`.
        seen: Result of :func:`reposts_seen`.
    """
    rows: list[Row] = []
    if ranked.empty:
        return metrics(rows)
    for figure in ("n_items", "attention"):
        values = ranked[figure].to_numpy(dtype=np.float64, na_value=0.0)
        if values.sum() > 0:
            rows.append(number("top_accounts_share", float(values[:N_TOP].sum() / values.sum()),
                               unit="share", scope=f"figure={figure};accounts={N_TOP}",
                               n=len(values), evidence="posts"))  # fmt: skip
    if ranked["newcomer"].any():
        rows.append(number("newcomer_share", float(ranked["newcomer"].mean()), unit="share",
                           n=len(ranked), note="new_in_these_data", evidence="posts"))  # fmt: skip
    n_reposts, n_items = seen
    if n_items:
        rows.append(number("n_reposts_seen", float(n_reposts), unit="count", n=n_items,
                           note="no_cascade_depth", evidence="posts"))  # fmt: skip
    return metrics(rows)


def _us(at: pd.Timestamp) -> int:
    return round(at.timestamp() * 1_000_000)
