"""Whether the plan was there when the crisis began."""

from __future__ import annotations

import pandas as pd

from crisislab.case import Case
from crisislab.errors import Problem
from crisislab.manual import BOOK, TOML

_BEGINS = ("onset", "detected", "activated")


def plan_after(case: Case, clock: pd.DataFrame) -> tuple[Problem, ...]:
    """Return a finding where the plan was approved after the crisis had begun.

    Nobody can follow what is not written yet: such a plan says what will be done next time, and
    its verdicts tell how the team would have stood against it.

    Args:
        case: An opened case.
        clock: Table of ``measure.clock``: ``milestone, at``.

    Returns:
        Nothing, or one problem ``CL-PLAN-AFTER``.
    """
    approved = case.plan.plan.approved_on
    known = clock.loc[clock["milestone"].isin(_BEGINS), "at"].dropna()
    if approved is None or known.empty:
        return ()
    began = known.min().tz_convert(case.zone).date()
    if approved <= began:
        return ()
    file = BOOK if (case.folder / BOOK).exists() else TOML
    return (
        Problem("CL-PLAN-AFTER", "flagged", file=file, column="approved_on",
                value=approved.isoformat(), n=(approved - began).days,
                facts={"began": began.isoformat()}),
    )  # fmt: skip
