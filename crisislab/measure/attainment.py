"""Whether answers came within a target, whoever is overdue counted as a failure."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from crisislab.estimate.intervals import wilson
from crisislab.metrics import metrics, number


def target_attainment(
    waited: pd.DataFrame,
    *,
    within: float,
    clock: Literal["elapsed", "business"] = "elapsed",
    scope: str = "",
) -> pd.DataFrame:
    """Return the share of items answered within a target, the overdue counted as failures.

    ``answered within / (answered + unanswered and overdue)``. Whoever is unanswered but not yet
    overdue when the data end has no outcome: counted apart in ``n_not_yet_due``. Leaving the
    overdue out, as "answered within SLA" of the answered does, rewards never answering. Source:
    Sprinklr, "% replied within SLA" (there the overdue are left out).

    Args:
        waited: Table of ``measure.response.waits``.
        within: Target, minutes of the chosen clock.
        clock: ``elapsed`` or ``business`` (then the table needs ``business_minutes``).
        scope: Further scope.

    Returns:
        Rows of ``schema.METRICS``: ``target_attainment`` (share), ``n_overdue``,
        ``n_not_yet_due``.
    """
    length = waited["minutes" if clock == "elapsed" else "business_minutes"]
    inside = length <= within
    met = int((waited["answered"] & inside).sum())
    overdue = int((~waited["answered"] & ~inside).sum())
    due = int(waited["answered"].sum()) + overdue
    told = "clock=business" if clock == "business" else ""
    where = ";".join(part for part in (f"within={within:g}", told, scope) if part)
    open_ = int((~waited["answered"] & inside).sum())
    return metrics(
        [
            number(
                "target_attainment",
                wilson(met, due),
                unit="share",
                scope=where,
                n=due,
                method="Wilson 95 % interval",
                evidence="waits",
            ),
            number("n_overdue", overdue, unit="count", scope=where, n=due, evidence="waits"),
            number(
                "n_not_yet_due", open_, unit="count", scope=where, n=len(waited), evidence="waits"
            ),
        ]
    )
