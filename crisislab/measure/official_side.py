"""Our side of the story: how far the answer went beside the crisis, and how it was taken."""

from __future__ import annotations

import narwhals as nw
import numpy as np
import pandas as pd

from crisislab.engine import MINUTE_US, Lazy, small, totals
from crisislab.estimate.intervals import wilson
from crisislab.metrics import metrics, number
from crisislab.session import matched

_COUNTS = ("n_likes", "n_reposts", "n_replies", "n_quotes")
PASSED = 0.1
_SIDES = ("narrative", "official")
_FIGURES = ("impressions", "engagement")


def side_items(told: Lazy) -> pd.DataFrame:
    """Return displays and interactions of both sides as reported, instant by instant (no reposts).

    Networks without an official item are left out: there is nothing to set beside them.

    Args:
        told: Result of :func:`crisislab.enrich.sides.sides`.

    Returns:
        ``platform, created_us, side, impressions, n_impressions, engagement, n_engagement``
        (how many items have the figure; a sum over none is missing), in order of time.
    """
    items = told.filter(~nw.col("side").is_null() & (nw.col("kind") != "repost"))
    answered = small(items.filter(nw.col("side") == "official").select("platform").unique())
    items = items.filter(nw.col("platform").is_in(sorted(answered["platform"])))
    known = [~nw.col(name).is_null() for name in _COUNTS]
    got = [nw.col(name).fill_null(0) for name in _COUNTS]
    items = items.with_columns(
        seen=(~nw.col("n_impressions").is_null()).cast(nw.Int64),
        shown=nw.col("n_impressions").fill_null(0),
        had=(known[0] | known[1] | known[2] | known[3]).cast(nw.Int64),
        done=got[0] + got[1] + got[2] + got[3],
    )
    keys = ["created_us", "platform", "side"]
    table = small(totals(items, by=keys, n_impressions="seen", impressions="shown",
                         n_engagement="had", engagement="done"), by=keys)  # fmt: skip
    figures = {
        name: table[name].astype("float64").where(table[f"n_{name}"] > 0) for name in _FIGURES
    }
    return table.assign(**figures)


def two_sides(items: pd.DataFrame) -> pd.DataFrame:
    """Return per platform what was displayed and done with the answer and with the crisis.

    ``official_share = official / (official + narrative)`` of displays or interactions as
    reported; no interval, as what exports lack outweighs chance. ``passed_minutes``: from the
    first item of the narrative until all official items published so far had a tenth of the sum
    of all narrative items published so far, counted at publication with today's figures.

    Returns:
        ``platform, figure, narrative, official, n_narrative, n_official, official_share,
        passed_minutes``; only where both sides have the figure.
    """
    rows = []
    for platform, part in items.groupby("platform", sort=True):
        for figure in _FIGURES:
            known = part[part[figure].notna()]
            sums = known.groupby("side")[[figure, f"n_{figure}"]].sum()
            sums = sums.set_axis(["sum", "size"], axis=1)
            if not set(_SIDES) <= set(sums.index):
                continue
            both = float(sums["sum"].sum())
            rows.append(
                {"platform": platform, "figure": figure,
                 **{side: float(sums["sum"][side]) for side in _SIDES},
                 **{f"n_{side}": int(sums["size"][side]) for side in _SIDES},
                 "official_share": float(sums["sum"]["official"]) / both if both else np.nan,
                 "passed_minutes": _passed(known, figure)}
            )  # fmt: skip
    columns = ["platform", "figure", *_SIDES, "n_narrative", "n_official", "official_share",
               "passed_minutes"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _passed(known: pd.DataFrame, figure: str) -> float:
    """Return the minutes until the answer had a tenth; items of one instant count at once."""
    official = known["side"] == "official"
    both = pd.DataFrame(
        {"ours": known[figure].where(official, 0.0), "theirs": known[figure].mask(official, 0.0)}
    )
    each = both.groupby(known["created_us"].to_numpy(), sort=True).sum().cumsum()
    ours, theirs = each["ours"].to_numpy(), each["theirs"].to_numpy()
    at = each.index.to_numpy(dtype=np.float64)
    begun = float(known.loc[~official, "created_us"].min())
    reached = np.flatnonzero((ours > 0) & (ours >= PASSED * theirs) & (at >= begun))
    return float((at[reached[0]] - begun) / MINUTE_US) if reached.size else float("nan")


def reactions(told: Lazy) -> pd.DataFrame:
    """Return the public's items that answer, quote or repost an official item.

    Returns:
        ``platform, post_id, person, kind, created_us, official_id, text, evidence``.
    """
    frame = told.with_columns(
        person=nw.coalesce(
            nw.col("author_id").cast(nw.String), nw.col("author_handle").cast(nw.String)
        )
    )
    ids = frame.filter(nw.col("side") == "official").select(
        "platform", official_id=nw.col("post_id").cast(nw.String)
    )
    public = frame.filter(~nw.col("own"))
    found = []
    for link in ("shared_id", "parent_id", "root_id"):
        named = public.with_columns(official_id=nw.col(link).cast(nw.String))
        found.append(
            named.join(ids, on=["platform", "official_id"], how="inner").select(
                "platform", "post_id", "person", "kind", "created_us", "official_id", "text",
                evidence=nw.concat_str(
                    nw.col("source_file").cast(nw.String), nw.lit(":"),
                    nw.col("source_row").cast(nw.String),
                ),
            )
        )  # fmt: skip
    table = small(nw.concat(found, how="vertical"), by=["created_us", "platform", "post_id"])
    return table.drop_duplicates(["platform", "post_id"]).reset_index(drop=True)


def who_heard(told: Lazy, reacted: pd.DataFrame) -> pd.DataFrame:
    """Return how many authors of the narrative also engaged with the answer, per platform.

    A lower bound: likes carry no names, and readers leave no trace.

    Returns:
        ``platform, n_authors, n_heard``.
    """
    frame = told.filter(nw.col("side") == "narrative").with_columns(
        person=nw.coalesce(
            nw.col("author_id").cast(nw.String), nw.col("author_handle").cast(nw.String)
        )
    )
    authors = frame.filter(~nw.col("person").is_null()).select("platform", "person").unique()
    table = small(authors.group_by("platform").agg(nw.len().alias("n_authors")), by=["platform"])
    heard = matched(authors, reacted[["platform", "person"]])
    counts = small(heard.group_by("platform").agg(nw.len().alias("n_heard")))
    table = table.merge(counts, on="platform", how="left")
    return table.assign(n_heard=table["n_heard"].fillna(0).astype("int64"))


def official_numbers(
    sides: pd.DataFrame, heard: pd.DataFrame, received: pd.DataFrame
) -> pd.DataFrame:
    """Return the numbers of our side as metric rows.

    Args:
        sides: Result of :func:`two_sides`.
        heard: Result of :func:`who_heard`.
        received: Quotes, answers and reposts.
    """
    rows = []
    for row in sides.to_dict("records"):
        scope = f"platform={row['platform']};figure={row['figure']}"
        n = int(row["n_narrative"]) + int(row["n_official"])
        rows.append(
            number(
                "official_share",
                row["official_share"],
                unit="share",
                scope=scope,
                n=n,
                method="as_reported",
                note="measured",
                evidence="posts",
            )
        )
        missing = pd.isna(row["passed_minutes"])
        rows.append(number("official_passed_tenth", row["passed_minutes"], unit="minutes",
                           scope=scope, n=n, method="counted_at_publication",
                           note="not_reached" if missing else "", evidence="posts"))  # fmt: skip
    for row in heard.to_dict("records"):
        share = wilson(int(row["n_heard"]), int(row["n_authors"]))
        rows.append(number("heard_share", share.value, unit="share",
                           scope=f"platform={row['platform']}", n=int(row["n_authors"]),
                           method="lower_bound", note="lower_bound", evidence="posts"))  # fmt: skip
    for kind, n in received["kind"].value_counts().sort_index().items():
        rows.append(number("n_reactions", float(n), unit="count", scope=f"kind={kind}",
                           n=len(received), evidence="posts"))  # fmt: skip
    return metrics(rows)
