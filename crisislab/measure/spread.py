"""Reach by where the figure comes from: measured, modelled, or only potential, with bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from crisislab.engine import lazy, small, totals
from crisislab.estimate.overlap import joint_audience
from crisislab.estimate.survival import Floats
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
    shown = items.with_columns(
        one=nw.lit(1), seen=(~nw.col("n_impressions").is_null()).cast(nw.Int64)
    )
    counts = small(totals(shown, by=["platform"], n="one", known="seen", total="n_impressions"),
                   by=["platform"])  # fmt: skip
    guesses = _sizes(items, "vendor_reach")
    person = nw.coalesce(
        nw.col("author_id").cast(nw.String), nw.col("author_handle").cast(nw.String)
    )
    named = side.with_columns(person=person).filter(~nw.col("person").is_null())
    authors = _sizes(
        named.group_by("platform", "person").agg(nw.col("n_followers").max().alias("followers")),
        "followers",
    )
    rows: list[dict[str, Any]] = []
    name = "own" if own else "public"
    for each in counts.to_dict("records"):
        platform = str(each["platform"])
        row: dict[str, Any] = {"platform": platform, "side": name, "n_of": int(each["n"])}
        if each["known"]:
            rows.append(row | {"provenance": "measured", "n_known": int(each["known"]),
                               "summed": float(each["total"])})  # fmt: skip
        if platform in guesses and guesses[platform].known.size:
            guessed = guesses[platform].known
            rows.append(row | {"provenance": "modelled", "n_known": len(guessed)}
                        | _bounds(guessed, people.get(platform)))  # fmt: skip
    for platform, audience in sorted(authors.items()):
        if audience.known.size:
            rows.append(
                {"platform": platform, "side": name, "provenance": "potential",
                 "n_known": len(audience.known), "n_of": audience.n}
                | _bounds(audience.known, people.get(platform))
            )  # fmt: skip
    return rows


@dataclass(frozen=True)
class _Sizes:
    """How many there are, and the known sizes."""

    n: int
    known: Floats


def _sizes(frame: Any, column: str) -> dict[str, _Sizes]:
    """Return the sizes per platform: each different one once from the engine, with how often."""
    sized = frame.select("platform", size=nw.col(column).fill_nan(None), one=nw.lit(1))
    table = small(totals(sized, by=["platform", "size"], n="one"), by=["platform", "size"])
    found = {}
    for platform, part in table.groupby("platform", sort=True):
        held = part[part["size"].notna()]
        sizes = held["size"].to_numpy(dtype=np.float64)
        found[str(platform)] = _Sizes(int(part["n"].sum()), np.repeat(sizes, held["n"]))
    return found


def _bounds(sizes: Floats, population: float | None) -> dict[str, float]:
    found = joint_audience(sizes, population=population)
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
