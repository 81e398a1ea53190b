"""A review among past crises: two tables for its page."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from crisislab.case import Case
from crisislab.library.book import REFERENCE, read_library
from crisislab.library.compare import place_case
from crisislab.library.keep import past_case
from crisislab.report.value import Review

_PLACE = ["indicator", "lower_than", "n", "share", "lower", "upper", "listed"]


def among_past(case: Case, review: Review, posts: Any) -> Review:
    """Return a review with its place among past crises; without an onset as it is.

    The past crises are those of the library that the case names for its effect, else the shipped
    ones. Adds the tables ``past`` (``indicator, value, lower, upper, note, lower_than, n_others,
    share, share_lower, share_upper, listed``) and ``past_limits`` (``code, n``).

    Args:
        case: The case.
        review: Its review.
        posts: Its posts, on any engine.

    Raises:
        CrisisLabError: If the library cannot be read.
    """
    at = review.clock.set_index("milestone")["at"]
    if pd.isna(at.get("onset")):
        return review
    asked = case.settings.effect
    named = asked.library if asked is not None and asked.library is not None else REFERENCE
    library = read_library(named if named == REFERENCE else case.folder / named)
    own, places, limits = place_case(
        past_case(case, review, posts=posts), library.cases, seed=case.settings.case.seed
    )
    known = places[_PLACE].rename(
        columns={"n": "n_others", "lower": "share_lower", "upper": "share_upper"}
    )
    told = own[["indicator", "value", "lower", "upper", "note"]].merge(known, on="indicator")
    if told.empty:
        return review
    about = pd.DataFrame({"code": list(limits), "n": list(limits.values())})
    tables = {"past": told.reset_index(drop=True), "past_limits": about}
    return replace(review, tables={**review.tables, **tables})
