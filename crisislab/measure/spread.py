"""Reach by where the figure comes from: measured, modelled, or only potential, with bounds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import narwhals as nw
import pandas as pd

from crisislab.engine import lazy, small
from crisislab.estimate.overlap import joint_audience
from crisislab.metrics import metrics, number

COLUMNS = ["platform", "side", "provenance", "n_known", "n_of", "least", "most", "independent",
           "summed"]  # fmt: skip
PROVENANCES = ("measured", "modelled", "potential")


def spread_by_provenance(
    posts: Any, *, population: Mapping[str, float] | None = None
) -> pd.DataFrame:
    """Return reach per platform and side, each figure typed by where it comes from.

    ``measured``: displays as the platform reports them (``summed`` only: a display is no person,
    and displays of several items do not add up to people). ``modelled``: the vendor's estimate
    of people per item; ``least`` is the largest item's, ``most`` their sum. ``potential``:
    followers (as of export) of *unique* authors, reposters too; ``least`` is the largest
    audience, ``most`` the sum or the population, ``independent`` Sainsbury's figure. None of
    them is people reached, and none is added over platforms. Conclave on Social Media
    Measurement Standards: reach is unique people who *could* see an item.

    Args:
        posts: Posts of any engine.
        population: Platform -> people who could be on it; caps the sum and allows Sainsbury.

    Returns:
        ``platform, side (public or own), provenance, n_known, n_of, least, most, independent,
        summed``; only rows with a known figure.
    """
    people = dict(population or {})
    rows = [row for own in (False, True) for row in _side(lazy(posts), own, people)]
    table = pd.DataFrame(rows, columns=COLUMNS)
    order = table["provenance"].map({name: i for i, name in enumerate(PROVENANCES)})
    return (
        table.assign(order=order)
        .sort_values(["platform", "side", "order"], kind="stable")[COLUMNS]
        .reset_index(drop=True)
    )


def _side(frame: Any, own: bool, people: Mapping[str, float]) -> list[dict[str, Any]]:
    side = frame.filter(nw.col("own") == own)
    items = side.filter(nw.col("kind") != "repost")
    seen = small(items.select("platform", "n_impressions", "vendor_reach"))
    person = nw.coalesce(
        nw.col("author_id").cast(nw.String), nw.col("author_handle").cast(nw.String)
    )
    named = side.with_columns(person=person).filter(~nw.col("person").is_null())
    authors = small(
        named.group_by("platform", "person").agg(nw.col("n_followers").max().alias("followers"))
    )
    rows: list[dict[str, Any]] = []
    name = "own" if own else "public"
    for platform, part in seen.groupby("platform", sort=True):
        shown = part["n_impressions"].dropna()
        row: dict[str, Any] = {"platform": platform, "side": name, "n_of": len(part)}
        if len(shown):
            rows.append(row | {"provenance": "measured", "n_known": len(shown),
                               "summed": float(shown.sum())})  # fmt: skip
        guessed = part["vendor_reach"].dropna()
        if len(guessed):
            rows.append(row | {"provenance": "modelled", "n_known": len(guessed)}
                        | _bounds(guessed, people.get(str(platform))))  # fmt: skip
    for platform, part in authors.groupby("platform", sort=True):
        known = part["followers"].dropna()
        if len(known):
            rows.append(
                {"platform": platform, "side": name, "provenance": "potential",
                 "n_known": len(known), "n_of": len(part)}
                | _bounds(known, people.get(str(platform)))
            )  # fmt: skip
    return rows


def _bounds(sizes: pd.Series, population: float | None) -> dict[str, float]:
    found = joint_audience(sizes.astype("float64"), population=population)
    return {"least": found.least, "most": found.most, "independent": found.independent}


def spread_numbers(table: pd.DataFrame) -> pd.DataFrame:
    """Return the bounds of :func:`spread_by_provenance` as metric rows."""
    rows = []
    for row in table.to_dict("records"):
        if row["provenance"] == "measured":
            continue
        scope = f"platform={row['platform']};side={row['side']};provenance={row['provenance']}"
        method = f"known for {row['n_known']} of {row['n_of']}"
        note = "estimated" + (" followers_as_of_export" if row["provenance"] == "potential" else "")
        for metric, column in (("reach_at_least", "least"), ("reach_at_most", "most"),
                               ("reach_if_independent", "independent")):  # fmt: skip
            if not pd.isna(row[column]):
                rows.append(number(metric, float(row[column]), unit="people", scope=scope,
                                   n=int(row["n_known"]), method=method, note=note,
                                   evidence="posts"))  # fmt: skip
    return metrics(rows)
