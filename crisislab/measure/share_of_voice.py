"""Share of voice among a panel of brands that was fixed before counting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import narwhals as nw

from crisislab.engine import lazy, small
from crisislab.enrich.sides import word_pattern
from crisislab.estimate.intervals import shares_of_whole
from crisislab.estimate.survival import Estimate
from crisislab.metrics import metrics, number


def share_of_voice(posts: Any, *, panel: Mapping[str, Sequence[str]], locked: date) -> Any:
    """Return the share of the brand and its rivals in posts, authors and displays.

    ``own / (own + locked panel)``; a post that names two counts for both. Three different shares:
    by posts, by different authors, by displays as reported. Goodman's simultaneous intervals for
    the first two; displays have none, a few posts decide them. A changed panel is a new series:
    the day it was locked is in the scope.

    Args:
        posts: Posts of any engine, collected for all names of the panel alike.
        panel: Name -> words by which posts name it; the brand first.
        locked: Day on which the panel was fixed.

    Returns:
        Rows of ``schema.METRICS``: ``share_of_voice``.

    Raises:
        ValueError: If the panel has fewer than two names.
    """
    if len(panel) < 2:
        raise ValueError("a panel needs the brand and at least one other")
    frame = lazy(posts).filter(~nw.col("own") & (nw.col("kind") != "repost"))
    text = nw.col("text").cast(nw.String).fill_null("").str.to_lowercase()
    person = nw.coalesce(
        nw.col("author_id").cast(nw.String), nw.col("author_handle").cast(nw.String)
    )
    counts: dict[str, dict[str, float]] = {}
    for name, words in panel.items():
        named = frame.filter(text.str.contains(word_pattern(words)))
        people = named.select("platform", person=person).filter(~nw.col("person").is_null())
        shown = small(named.select(nw.len().alias("n"), nw.col("n_impressions").sum()))
        displays = shown["n_impressions"].astype("float64").fillna(0.0)
        counts[name] = {
            "posts": int(shown["n"].iloc[0]),
            "authors": int(small(people.unique().select(nw.len().alias("n")))["n"].iloc[0]),
            "impressions": float(displays.iloc[0]),
        }  # fmt: skip
    return metrics(
        [row for by in ("posts", "authors", "impressions") for row in _rows(counts, by, locked)]
    )


def _rows(
    counts: Mapping[str, Mapping[str, float]], by: str, locked: date
) -> list[dict[str, object]]:
    values = [each[by] for each in counts.values()]
    whole = sum(values)
    if not whole:
        return []
    shares = [Estimate(value / whole, float("nan"), float("nan")) for value in values]
    if by != "impressions":
        shares = shares_of_whole([int(value) for value in values])
    method = "as_reported" if by == "impressions" else "goodman"
    return [
        number("share_of_voice", share, unit="share", scope=f"name={name};by={by};locked={locked}",
               n=int(whole), method=method, note="locked_panel", evidence="posts")
        for name, share in zip(counts, shares, strict=True)
    ]  # fmt: skip
