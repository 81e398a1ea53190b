"""How long brands took to reply in past crises, by year."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crisislab.estimate.intervals import median_interval, wilson
from crisislab.estimate.survival import Estimate
from crisislab.metrics import Row, metrics, number

LEFT_OUT = ("CL-LIST-REVERSED", "CL-LIST-YEAR")
_MINUTES = 1440.0


def first_reply_by_year(crises: pd.DataFrame, *, within_days: int = 1) -> pd.DataFrame:
    """Return the median time to the first reply and the share of quick ones, in all and by year.

    Dates are whole days: a reply on the day is 0. Left out, and counted, are crises without one
    of the dates, with a reply before the incident, or a reply almost exactly a year off (a wrong
    year far likelier than a year's silence). Crises in a list were remembered: quick and quiet ones
    are missing from it.

    Args:
        crises: ``CrisisList.crises``.
        within_days: What counts as quick.

    Returns:
        Rows of ``schema.METRICS``: ``past_first_reply`` (minutes; order-statistic interval),
        ``past_reply_share`` (Wilson), ``n_past_left_out``; scope ``all`` or ``year=2018``.
    """
    marked = [bool(set(str(f).split()) & set(LEFT_OUT)) for f in crises["faults"]]
    usable = crises[crises["days"].notna() & ~pd.Series(marked, index=crises.index)]
    years = pd.Series([d.year for d in usable["incident_on"]], index=usable.index, dtype="int64")
    rows: list[Row] = _rows(usable["days"], "all", within_days)
    for year in sorted(years.unique()):
        rows += _rows(usable.loc[years == year, "days"], f"year={year}", within_days)
    rows.append(
        number("n_past_left_out", len(crises) - len(usable), unit="count", n=len(crises),
               evidence="crisis list")
    )  # fmt: skip
    return metrics(rows)


def _rows(days: pd.Series, scope: str, within: int) -> list[Row]:
    values = days.to_numpy(dtype=np.float64)
    middle = median_interval(values)
    scaled = Estimate(*(x * _MINUTES for x in (middle.value, middle.lower, middle.upper)))
    n = int(values.size)
    quick = wilson(int((values <= within).sum()), n)
    return [
        number("past_first_reply", scaled, unit="minutes", scope=scope, n=n,
               method="median, order statistics 95 %", note="whole_days", evidence="crisis list"),
        number("past_reply_share", quick, unit="share", scope=f"within={within * 1440};{scope}",
               n=n, method="Wilson 95 %", note="whole_days", evidence="crisis list"),
    ]  # fmt: skip
