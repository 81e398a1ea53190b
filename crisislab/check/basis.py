"""What a case lacks that its verdicts rest on: an incident log, a quiet period that is quiet."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import pandas as pd

from crisislab.case import Case
from crisislab.engine import HOUR_US, instants, lazy, small
from crisislab.errors import Problem
from crisislab.settings import line_index


def check_basis(case: Case, posts: Any = None) -> tuple[Problem, ...]:
    """Return a finding where a case has no incident log, or its quiet period cannot be one.

    ``CL-CASE-NO-LOG``: what the team noticed, decided and did cannot be told.
    ``CL-CASE-QUIET-PEAK``: the busiest hour lies in the declared quiet period, so the crisis itself
    would be taken for the usual and no rise is found. ``CL-CASE-QUIET-EMPTY``: no post lies in it.

    Args:
        case: An opened case.
        posts: Its posts, of any engine; those in memory by default.
    """
    found = () if len(case.log) else (Problem("CL-CASE-NO-LOG", "flagged", file="log/"),)
    if case.quiet is None:
        return found
    frame = lazy(case.posts if posts is None else posts).filter(~nw.col("own"))
    by_hour = frame.select(hour=nw.col("created_us") // HOUR_US).group_by("hour")
    hours = small(by_hour.agg(nw.len().alias("n")), by=["hour"])
    return found if hours.empty else found + _quiet(case, *case.quiet, hours)


def _quiet(case: Case, start: Any, end: Any, hours: pd.DataFrame) -> tuple[Problem, ...]:
    at = instants(hours["hour"].astype("int64") * HOUR_US)
    calm, busiest = (at >= start) & (at < end), int(hours["n"].to_numpy().argmax())
    if calm.any() and not calm.iloc[busiest]:
        return ()
    text = (case.folder / "case.toml").read_text("utf-8-sig")
    first, last, peak = (
        f"{moment.tz_convert(case.zone):%Y-%m-%d %H:%M}"
        for moment in (at.min(), at.max(), at.iloc[busiest])
    )
    return (
        Problem(
            "CL-CASE-QUIET-PEAK" if calm.any() else "CL-CASE-QUIET-EMPTY", "flagged",
            file="case.toml", line=line_index(text).get(("quiet",)), column="quiet",
            n=int(hours["n"].iloc[busiest]), value=_span(case),
            facts={"peak": peak, "first": first, "last": last},
        ),
    )  # fmt: skip


def _span(case: Case) -> str:
    quiet = case.settings.quiet
    return "" if quiet is None else f"{quiet.start:%Y-%m-%d %H:%M} - {quiet.end:%Y-%m-%d %H:%M}"
