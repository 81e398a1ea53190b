"""Crises side by side: where each lies among the others, how alike they are, what forbids it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from crisislab.errors import CrisisLabError, Problem
from crisislab.estimate.depth import functional_box
from crisislab.estimate.intervals import wilson
from crisislab.estimate.pooling import partial_pooling
from crisislab.estimate.survival import Floats
from crisislab.library.book import WAITS, PastCase
from crisislab.library.indicators import HORIZON, aligned, indicators
from crisislab.read import frame_html

MIN_CLASS = 8
NEAREST = 3
POOLED = ("half_life_hours", "hours_to_peak")
FEATURES = ("rise", "half_life", "first_day", "second_wave", "size")
_FAR_YEARS = 5


@dataclass(frozen=True)
class Comparison:
    """Crises compared; nothing is ranked.

    Attributes:
        cases: The crises, those asked about first.
        asked: Ids of those asked about.
        indicators: One row per case and indicator: the tidy export.
        places: Where each asked case lies: ``case, indicator, lower_than, n, share, lower, upper,
            listed`` (under eight others they are listed instead of a share).
        curves: Aligned curves.
        box: ``case, depth, outlier`` of the functional boxplot, deepest first.
        band: ``hour, lower, median, upper`` of the deepest half.
        alike: ``case, other, distance, furthest``: the nearest crises and what differs most.
        pooled: Common value, spread and the interval of a further case, per indicator and kind.
        shrunk: ``case, indicator, value, shrunk``.
        warnings: Codes of what limits the comparison with how many cases each concerns.
    """

    cases: tuple[PastCase, ...] = field(repr=False)
    asked: tuple[str, ...]
    indicators: pd.DataFrame = field(repr=False)
    places: pd.DataFrame = field(repr=False)
    curves: pd.DataFrame = field(repr=False)
    box: pd.DataFrame = field(repr=False)
    band: pd.DataFrame = field(repr=False)
    alike: pd.DataFrame = field(repr=False)
    pooled: pd.DataFrame = field(repr=False)
    shrunk: pd.DataFrame = field(repr=False)
    warnings: dict[str, int]

    def name(self, case: str) -> str:
        """Return the name of a case."""
        return next(one.name for one in self.cases if one.id == case)

    def short(self, case: str) -> str:
        """Return the beginning of the name, up to a colon: for legends and tables."""
        return self.name(case).partition(": ")[0]

    def write(self, folder: str | Path, *, lang: str = "en") -> Path:
        """Write ``compare.html`` and the tables as CSV, and return the path of the page."""
        from crisislab.library.page import write_comparison

        return write_comparison(self, Path(folder), lang=lang)

    def _repr_html_(self) -> str:
        return frame_html(self.places)


def compare_cases(
    asked: Sequence[PastCase], others: Sequence[PastCase] = (), *, seed: int = 1
) -> Comparison:
    """Return crises compared: those asked about among all.

    Args:
        asked: Crises to place; none: all are shown and none is placed.
        others: Past crises to place them among.
        seed: Seed of the intervals.

    Raises:
        CrisisLabError: ``CL-LIB-CLASH`` if two different crises asked about have one name.
    """
    asked = _each_once(asked)
    own = {case.id for case in asked}
    cases = (*asked, *(case for case in others if case.id not in own))
    table, curves = indicators(cases, seed=seed), aligned(cases)
    box, band = _boxed(curves)
    pooled, shrunk = _pooled(table, cases)
    return Comparison(
        cases, tuple(case.id for case in asked), table, _places(table, own), curves, box, band,
        _alike(cases, table, own or {case.id for case in cases}), pooled, shrunk, _warnings(cases),
    )  # fmt: skip


def _each_once(asked: Sequence[PastCase]) -> tuple[PastCase, ...]:
    """Return the crises asked about, one that was named twice once."""
    once = tuple(case for i, case in enumerate(asked) if case not in asked[:i])
    ids = [case.id for case in once]
    if clashes := sorted({one for one in ids if ids.count(one) > 1}):
        raise CrisisLabError(Problem("CL-LIB-CLASH", value=", ".join(clashes)))
    return once


def place_case(
    case: PastCase, others: Sequence[PastCase], *, seed: int = 1
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, int]]:
    """Return where one crisis lies among others: its indicators, its places, what limits them.

    The same places as :func:`compare_cases`, without the curves and the pooled values.

    Args:
        case: The crisis to place.
        others: Past crises; one of the same id is left out.
        seed: Seed of its intervals.
    """
    rest = [other for other in others if other.id != case.id]
    table = indicators((case, *rest), seed=seed, bounded={case.id})
    return table[table["case"] == case.id], _places(table, {case.id}), _warnings((case, *rest))


def _places(table: pd.DataFrame, asked: set[str]) -> pd.DataFrame:
    """Return the reference-class percentile of each asked case."""
    rows: list[dict[str, Any]] = []
    for name, part in table.groupby("indicator", sort=False):
        others = part[~part["case"].isin(asked)]
        # Not reached lies above whatever was reached.
        others = others.assign(
            value=others["value"].where(others["note"] != "not_reached", math.inf)
        ).dropna(subset="value")
        for row in part[part["case"].isin(asked)].to_dict("records"):
            # Waits of the whole window, quiet weeks included, are no measure for those of a crisis.
            known = others.loc[others["period"] == row["period"], "value"]
            value = math.inf if row["note"] == "not_reached" else row["value"]
            if np.isnan(value) or known.empty:
                continue
            below = int((known > value).sum())
            rows.append(_place(row["case"], str(name), below, known))
    return pd.DataFrame(rows, columns=["case", "indicator", "lower_than", "n", "share", "lower",
                                       "upper", "listed"])  # fmt: skip


def _place(case: str, name: str, below: int, known: pd.Series) -> dict[str, Any]:
    n = len(known)
    row: dict[str, Any] = {"case": case, "indicator": name, "lower_than": below, "n": n}
    if n < MIN_CLASS:
        values = "; ".join(f"{v:.6g}" for v in sorted(known))
        return row | {"share": math.nan, "lower": math.nan, "upper": math.nan, "listed": values}
    share = wilson(below, n)
    return row | {"share": share.value, "lower": share.lower, "upper": share.upper, "listed": ""}


def _grid(curves: pd.DataFrame) -> pd.DataFrame:
    wide = curves[curves["hour"].between(0, HORIZON - 1)]
    table = wide.pivot(index="case", columns="hour", values="done")
    # A curve that ends earlier is left out: what it would have gone on to do is not known.
    return table.dropna()


def _boxed(curves: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    grid = _grid(curves)
    if len(grid) < MIN_CLASS:
        return (pd.DataFrame(columns=["case", "depth", "outlier"]),
                pd.DataFrame(columns=["hour", "lower", "median", "upper"]))  # fmt: skip
    found = functional_box(grid.to_numpy())
    outlier = np.isin(np.arange(len(grid)), found.outliers)
    box = pd.DataFrame({"case": grid.index, "depth": found.depth, "outlier": outlier})
    band = pd.DataFrame({"hour": grid.columns, "lower": found.lower,
                         "median": grid.to_numpy()[found.median],
                         "upper": found.upper})  # fmt: skip
    ordered = box.sort_values(["depth", "case"], ascending=[False, True], kind="stable")
    return ordered.reset_index(drop=True), band


def _features(cases: Sequence[PastCase], table: pd.DataFrame) -> pd.DataFrame:
    """Return the five named features of each case."""
    known = table.set_index(["case", "indicator"])["value"].to_dict()
    rows = {}
    for case in cases:
        excess = np.maximum(case.posts() - case.expected(), 0)
        peak, after = case.peak(), excess[case.onset : case.onset + HORIZON]
        late = excess[peak + 12 :]
        rows[case.id] = (
            math.log1p(known[case.id, "hours_to_peak"]),
            math.log1p(known[case.id, "half_life_hours"]),
            float(after[:24].sum() / max(after.sum(), 1e-9)),
            float(late.max() / max(excess[peak], 1e-9)) if len(late) else 0.0,
            math.log1p(float(after.sum())),
        )
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(FEATURES))


def _alike(cases: Sequence[PastCase], table: pd.DataFrame, asked: set[str]) -> pd.DataFrame:
    features = _features(cases, table)
    middle = features.median()
    spread = 1.4826 * (features - middle).abs().median()
    scaled = (features - middle) / spread.where(spread > 1e-9, 1.0)
    rows = []
    for case in [one.id for one in cases if one.id in asked]:
        gaps = (scaled.drop(case) - scaled.loc[case]).abs()
        far = ((gaps**2).mean(axis=1) ** 0.5).dropna().sort_values(kind="stable")
        rows += [(case, other, float(far[other]), str(gaps.loc[other].idxmax()))
                 for other in far.index[:NEAREST]]  # fmt: skip
    return pd.DataFrame(rows, columns=["case", "other", "distance", "furthest"])


def _pooled(table: pd.DataFrame, cases: Sequence[PastCase]) -> tuple[pd.DataFrame, pd.DataFrame]:
    kinds = {case.id: case.kind for case in cases}
    found = list(_pools(table.assign(kind=table["case"].map(kinds))))
    pooled = pd.DataFrame([row for row, _ in found], columns=[
        "indicator", "kind", "n", "common", "lower", "upper", "between", "ahead_lower",
        "ahead_upper",
    ])  # fmt: skip
    parts = [part for _, part in found]
    columns = ["case", "indicator", "value", "shrunk"]
    return pooled, pd.concat(parts) if parts else pd.DataFrame(columns=columns)


def _pools(table: pd.DataFrame) -> Iterator[tuple[dict[str, Any], pd.DataFrame]]:
    """Give the pooled medians of log hours by kind, three cases at least."""
    chosen = table[table["indicator"].isin(POOLED) & table["lower"].notna()]
    chosen = chosen[chosen["upper"].notna()]
    for (name, kind), part in chosen.groupby(["indicator", "kind"], sort=True):
        if len(part) < 3:
            continue
        # Half an hour is the grain of hourly counts.
        value = np.log(part["value"].to_numpy() + 0.5)
        ends = np.log(part[["lower", "upper"]].to_numpy() + 0.5)
        found = partial_pooling(value, _errors(ends))
        common, ahead = found.common, found.ahead
        told = [math.exp(v) - 0.5 for v in (common.value, common.lower, common.upper,
                                            ahead.lower, ahead.upper)]  # fmt: skip
        row = {"indicator": name, "kind": kind, "n": found.n, "common": told[0],
               "lower": max(told[1], 0.0), "upper": told[2], "between": found.between,
               "ahead_lower": max(told[3], 0.0), "ahead_upper": told[4]}  # fmt: skip
        shrunk = part[["case", "indicator", "value"]].assign(shrunk=np.exp(found.shrunk) - 0.5)
        yield row, shrunk


def _errors(ends: Floats) -> Floats:
    return np.asarray(np.maximum((ends[:, 1] - ends[:, 0]) / 3.92, 0.05), dtype=np.float64)


def _warnings(cases: Sequence[PastCase]) -> dict[str, int]:
    """Return what limits the comparison, with how many cases it concerns."""
    found: dict[str, int] = {}
    for code in ("no_baseline", "sampled", "capped", "labelled_only", "hand_labelled_onset"):
        n = sum(code in case.notes for case in cases)
        if n:
            found[code] = n
    for code, column in (("collectors_differ", "collector"), ("kinds_differ", "kind"),
                         ("platforms_differ", "platforms")):  # fmt: skip
        n = len({getattr(case, column) for case in cases})
        if n > 1:
            found[code] = n
    periods = [v.period for c in cases for n, v in c.values.items() if n in WAITS]
    if len(set(periods)) > 1:
        found["periods_differ"] = periods.count("")
    years = [int(case.era[:4]) for case in cases if case.era[:4].isdigit()]
    if years and max(years) - min(years) > _FAR_YEARS:
        found["eras_differ"] = max(years) - min(years)
    if len(cases) < MIN_CLASS:
        found["few_cases"] = len(cases)
    return found


def tables(comparison: Comparison) -> dict[str, pd.DataFrame]:
    """Return the tables of a comparison by file name."""
    names = ("indicators", "places", "curves", "box", "alike", "pooled", "shrunk")
    kept = {name: getattr(comparison, name) for name in names}
    about = [
        {"case": c.id, "name": c.name, "kind": c.kind, "era": c.era, "collector": c.collector,
         "platforms": " ".join(c.platforms), "source": c.source, "notes": " ".join(c.notes)}
        for c in comparison.cases
    ]  # fmt: skip
    return {"cases": pd.DataFrame(about), **kept}
