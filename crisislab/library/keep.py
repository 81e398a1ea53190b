"""A reviewed case made safe for the library: aggregates only, small cells withheld."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Literal

import numpy as np
import pandas as pd

from crisislab.case import Case
from crisislab.engine import lazy, small
from crisislab.errors import CrisisLabError, Problem
from crisislab.estimate.counts import extra_variance
from crisislab.library.book import SMALL, WAITS, PastCase, Value, withheld
from crisislab.metrics import IN_CRISIS
from crisislab.report.value import Review

BEFORE, AFTER = 24, 24 * 14
_HOUR = pd.Timedelta(hours=1)
# What is kept of the metrics: name in the library -> metric and beginning of its scope.
KEPT = {
    "time_to_first_reply": ("time_to_first_reply", "from=onset"),
    "time_to_first_statement": ("time_to_first_statement", "from=onset"),
    "first_response_time": ("first_response_time", "percentile=50"),
    "deadline_adherence": ("deadline_adherence", "all"),
}


def past_case(
    case: Case, review: Review, *, name: str = "", collector: str = "", posts: Any = None
) -> PastCase:
    """Return what a library may keep of a case: no text, no account, no exact date.

    Hourly counts of 1 to 4 are withheld, and so is every number that rests on fewer than five
    people; totals are those of the published hours, so that nothing withheld can be taken from
    them.

    Args:
        case: An opened case.
        review: Its review.
        name: Name under which it is kept; the case's own by default.
        collector: How the posts were collected; the readers that recognised them by default.
        posts: The posts, on any engine; those in memory by default.

    Raises:
        CrisisLabError: If no rise was found: without an onset there is nothing to align.
    """
    at = review.clock.set_index("milestone")["at"]
    if "onset" not in at or pd.isna(at["onset"]):
        raise CrisisLabError(Problem("CL-LIB-NO-ONSET", value=review.title))
    called = name or review.title
    posts = case.posts if posts is None else posts
    hours, onset = review.volume, pd.Timestamp(at["onset"]).floor("h")
    place = int((onset - hours["hour_at"].iloc[0]) // _HOUR)
    first = max(place - BEFORE, 0)
    kept = hours["n_posts"].iloc[first : place + AFTER]
    ordinary, extra = _ordinary(hours, case)
    detected = at.get("detected")
    return PastCase(
        id=slug(called),
        name=called,
        kind="brand",
        era=str(onset.year),
        collector=collector or ", ".join(_kinds(posts, "source")),
        platforms=_kinds(posts, "platform"),
        onset=place - first,
        onset_hour=int(onset.tz_convert(case.zone).hour),
        counts=tuple(withheld(int(n)) for n in kept),
        ordinary=ordinary,
        extra=extra,
        detected_after=None if pd.isna(detected) else _hours_between(at["onset"], detected),
        values=_values(review.metrics, silent=case.settings.brand.absent_from_exports),
        plan={str(k): int(n) for k, n in sorted(review.actions["state"].value_counts().items())},
        notes=() if ordinary else ("no_baseline",),
    )


def slug(name: str) -> str:
    """Return a name as an id.

    >>> slug("Apagón de cajeros (2026)")
    'apagon-de-cajeros-2026'
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "case"


def _ordinary(hours: pd.DataFrame, case: Case) -> tuple[tuple[float, ...], float]:
    if case.quiet is None or hours["expected"].isna().all():
        return (), 0.0
    local = hours["hour_at"].dt.tz_convert(case.zone).dt.hour
    means = hours.groupby(local)["expected"].mean().reindex(range(24))
    calm = hours[(hours["hour_at"] >= case.quiet[0]) & (hours["hour_at"] < case.quiet[1])]
    extra = extra_variance(calm["n_posts"].to_numpy(float), calm["expected"].to_numpy(float))
    filled = means.fillna(float(means.mean()))
    return tuple(round(float(mean), 1) for mean in filled), round(float(extra), 3)


def _hours_between(start: Any, end: Any) -> float:
    return round(float((end - start) / _HOUR), 2)


def _kinds(posts: Any, column: str) -> tuple[str, ...]:
    found = small(lazy(posts).select(column).unique())[column]
    return tuple(sorted(found.dropna().astype(str)))


def _values(metrics: pd.DataFrame, *, silent: bool) -> dict[str, Value]:
    """Return the numbers kept; ``silent``: the exports hold no post of the brand."""
    found = {}
    for name, (metric, scope) in KEPT.items():
        same = metrics[metrics["metric"].eq(metric) & metrics["scope"].str.startswith(scope)]
        period: Literal["", "crisis"] = "crisis" if name in WAITS else ""
        if period:
            # Those that the review judges its targets by: of who wrote from the rise on.
            same = same[[IN_CRISIS in told.split(";") for told in same["scope"]]]
        if same.empty:
            continue
        row = same.iloc[0]
        n = None if pd.isna(row["n"]) else int(row["n"])
        value, lower, upper = (_plain(row[end]) for end in ("value", "lower", "upper"))
        few = name in WAITS and n is not None and n < SMALL
        # Missing stands for "not reached"; what cannot be told is left out.
        if few or (value is None and (silent or metric == "deadline_adherence")):
            continue
        found[name] = Value(value=value, lower=lower, upper=upper, n=n, period=period)
    return found


def _plain(value: Any) -> float | None:
    number = float(value)
    return round(number, 4) if np.isfinite(number) else None
