"""The manual's values as lists of evidence: counts and intervals, no index."""

from __future__ import annotations

import pandas as pd

from crisislab.estimate.intervals import wilson
from crisislab.metrics import IN_CRISIS, number
from crisislab.metrics import metrics as metrics_table
from crisislab.plan import Plan

VALUES = ("speed", "transparency", "empathy", "solutions", "listening", "preparation")
_EVIDENCE: dict[str, tuple[tuple[str, str], ...]] = {
    "speed": (
        ("time_to_first_statement", "from=detected"), ("time_to_first_reply", "from=onset"),
        ("first_response_time", "percentile=50"), ("deadline_adherence", "all"),
    ),
    "transparency": (
        ("promises_kept_share", "all"), ("n_promises", "promise="), ("n_owned_changes", "change="),
        ("thunder_lead", "all"), ("tone_explanation_share", "all"),
    ),
    "empathy": (
        ("tone_empathy_share", "all"), ("tone_apology_share", "all"),
        ("tone_responsibility_share", "all"), ("tone_denial_share", "all"),
    ),
    "solutions": (
        ("tone_solution_share", "all"), ("tone_compensation_share", "all"),
        ("tone_channel_shift_share", "all"),
    ),
    "listening": (
        ("reply_rate", "within=1440"), ("time_to_detect", "from=onset"),
        ("monitoring_lead_time", "rule="),
    ),
    "preparation": (
        ("days_since_drill", "all"), ("plan_age_days", "all"), ("plan_coverage", "all"),
        ("drill_attendance", "all"),
    ),
}  # fmt: skip

TONE = {metric for rows in _EVIDENCE.values() for metric, _ in rows if metric.startswith("tone_")}


def value_evidence(metrics: pd.DataFrame) -> pd.DataFrame:
    """Return for each value of the manual the numbers that speak to it, in fixed order.

    A value is not scored: the numbers have different units and none of them is the value. Those
    that cannot be told stay in the list, as missing.

    Returns:
        The columns of ``schema.METRICS`` behind a column ``value_of``.
    """
    parts = []
    for name in VALUES:
        for metric, scope in _EVIDENCE[name]:
            hit = (metrics["metric"] == metric) & metrics["scope"].str.startswith(scope)
            found = metrics[hit.fillna(False).astype(bool)]
            # Several rules or several ways of counting: the first is the case's own, of those who
            # wrote in the crisis where that is known.
            crisis = found[found["scope"].str.endswith(IN_CRISIS)]
            found = found if scope.endswith("=") else (crisis if len(crisis) else found).head(1)
            parts.append(found.assign(value_of=name))
    table = pd.concat(parts, ignore_index=True)
    return table[["value_of", *metrics.columns]]


def promise_metrics(
    promises: pd.DataFrame, owned: pd.DataFrame, *, brand_posts: bool = True
) -> pd.DataFrame:
    """Return how many promises ended how, and the share kept of those that can be told (Wilson).

    ``promises_kept_share``: kept by its due instant, of kept, late and broken; open ones are not
    counted. ``n_owned_changes``: corrections, edits and removals that left a trace. Without posts
    of the brand (``brand_posts``) nobody knows what it promised or changed: unknown, not 0.
    """
    note = "" if brand_posts else "no_brand_posts"
    states = promises["state"].value_counts()
    told = int(sum(states.get(s, 0) for s in ("kept", "late", "broken")))
    rows = [
        number("promises_kept_share", wilson(int(states.get("kept", 0)), told), unit="share",
               n=told, method="Wilson 95 %", note=note, evidence="promises")
    ]  # fmt: skip
    rows += [
        number("n_promises", int(states.get(s, 0)) if brand_posts else None, unit="count",
               scope=f"promise={s}", n=len(promises), note=note,
               evidence=" ".join(promises.loc[promises["state"] == s, "rows"]))
        for s in ("kept", "late", "broken", "open")
    ]  # fmt: skip
    rows += [
        number("n_owned_changes", int((owned["change"] == c).sum()) if brand_posts else None,
               unit="count", scope=f"change={c}", n=len(owned), note=note,
               evidence=" ".join(owned.loc[owned["change"] == c, "rows"]))
        for c in ("correction", "edit", "removal")
    ]  # fmt: skip
    return metrics_table(rows)


def preparation(
    plan: Plan,
    attendance: pd.DataFrame,
    *,
    scenario: str | None,
    onset: pd.Timestamp | None,
) -> pd.DataFrame:
    """Return what the plan's own dates and parts say about preparation.

    ``plan_age_days``: from approval to the onset. ``plan_coverage``: share of the plan's roles
    that own an action of the scenario that happened, of all roles. ``drill_attendance``: share of
    the roles concerned that took part in the last drill (Wilson).
    """
    age = None
    if plan.plan.approved_on is not None and onset is not None:
        age = (onset.date() - plan.plan.approved_on).days
    own = {a.owner for a in plan.actions if not a.scenarios or scenario in a.scenarios}
    last = attendance[attendance["held_on"] == attendance["held_on"].max()]
    n = len(last)
    came = int(last["took_part"].sum()) if n else 0
    return metrics_table(
        [
            number("plan_age_days", age, unit="count", evidence="plan",
                   note="" if age is not None else "clock_missing"),
            number("plan_coverage", len(own) / len(plan.roles), unit="share",
                   n=len(plan.roles), evidence="plan"),
            number("drill_attendance", wilson(came, n), unit="share", n=n, method="Wilson 95 %",
                   note="" if n else "no_drill", evidence="plan"),
        ]
    )  # fmt: skip
