"""One row per number, in the columns of ``schema.METRICS``."""

from __future__ import annotations

import math
from collections.abc import Iterable

import pandas as pd

from crisislab.estimate.survival import Estimate, WaitingCurve
from crisislab.schema import METRICS

Row = dict[str, object]
# Scope of what opened from the rise on: the targets of a plan for crises are about it.
IN_CRISIS = "period=crisis"


def in_crisis(waited: pd.DataFrame, since: pd.Timestamp | None) -> pd.DataFrame:
    """Return the waits of who wrote from the rise on; who wrote before is no part of the crisis.

    They run to the end of the window and not to the end that the team declared: whoever closes
    early would be judged by fewer people. Without a known rise there are none.
    """
    return waited.iloc[:0] if since is None else waited[waited["opened_at"] >= since]


def number(
    metric: str,
    value: float | Estimate | None,
    *,
    unit: str,
    scope: str = "all",
    n: int | None = None,
    method: str = "",
    note: str = "",
    evidence: str = "",
) -> Row:
    """Return one metric row; an unknown number is missing, never 0."""
    estimate = value if isinstance(value, Estimate) else Estimate(_float(value), math.nan, math.nan)
    return {
        "metric": metric,
        "scope": scope,
        "value": estimate.value,
        "unit": unit,
        "n": n,
        "lower": estimate.lower,
        "upper": estimate.upper,
        "method": method,
        "note": note,
        "evidence": evidence,
    }


def _float(value: float | None) -> float:
    return math.nan if value is None or pd.isna(value) else float(value)


def metrics(rows: Iterable[Row]) -> pd.DataFrame:
    """Return rows as a metrics table."""
    return METRICS.conform(pd.DataFrame(list(rows), columns=METRICS.names))


def waiting_rows(
    metric: str,
    curve: WaitingCurve,
    *,
    percents: Iterable[int] = (50, 75, 90),
    scope: str = "",
    note: str = "",
    evidence: str = "",
) -> list[Row]:
    """Return percentiles of a waiting curve as rows in minutes; scope ``percentile=50``.

    A percentile that the curve does not reach is missing and says so.
    """
    rows = []
    for percent in percents:
        value = curve.percentile(percent) if curve.n else None
        reached = value is not None and not math.isnan(value.value)
        rows.append(
            number(
                metric,
                value,
                unit="minutes",
                scope=";".join(part for part in (f"percentile={percent}", scope) if part),
                n=curve.n,
                method="Kaplan-Meier, log-log 95 % interval",
                note=note or ("" if reached or not curve.n else "not_reached"),
                evidence=evidence,
            )
        )
    return rows


def ended_rows(
    metric: str,
    curve: WaitingCurve,
    *,
    within: Iterable[float],
    scope: str = "",
    evidence: str = "",
) -> list[Row]:
    """Return the share of waits that had ended within each limit, ``1 - S(t)``."""
    return [
        number(
            metric,
            curve.answered_by(limit),
            unit="share",
            scope=";".join(part for part in (f"within={limit:g}", scope) if part),
            n=curve.n,
            method="1 - Kaplan-Meier, log-log 95 % interval",
            evidence=evidence,
        )
        for limit in within
    ]
