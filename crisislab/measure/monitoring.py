"""When the plan's own monitoring rules would have fired on the data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import narwhals as nw
import pandas as pd

from crisislab.engine import MINUTE_US, instants, lazy, small, totals
from crisislab.metrics import metrics, number
from crisislab.plan import Rule


def first_alert(
    posts: Any, rule: Rule, *, after: pd.Timestamp | None = None
) -> pd.Timestamp | None:
    """Return the end of the first minute at which a rule would have fired, or ``None``.

    The rule fires when the public's posts (for ``negative_posts``, those whose negative score is
    the largest of the three) of the last ``window`` minutes number ``at_least``.

    Args:
        posts: Posts of any engine; with ``neg, neu, pos`` for rules on negative posts.
        rule: The monitoring rule.
        after: Only from this instant on.
    """
    frame = lazy(posts).filter(~nw.col("own"))
    if rule.metric == "negative_posts":
        frame = frame.filter((nw.col("neg") > nw.col("neu")) & (nw.col("neg") > nw.col("pos")))
    if after is not None:
        frame = frame.filter(nw.col("created_us") >= round(after.timestamp() * 1_000_000))
    minutes = frame.select(minute=nw.col("created_us") // MINUTE_US, one=nw.lit(1))
    table = small(totals(minutes, by=["minute"], n="one"), by=["minute"])
    if table.empty:
        return None
    counts = pd.Series(
        table["n"].to_numpy(), index=pd.DatetimeIndex(instants(table["minute"] * MINUTE_US))
    )
    rolling = counts.rolling(pd.Timedelta(minutes=rule.window)).sum()
    fired = rolling[rolling >= rule.at_least]
    return None if fired.empty else fired.index[0] + pd.Timedelta(minutes=1)


def monitoring(
    rules: Sequence[Rule],
    alerts: Mapping[str, pd.Timestamp | None],
    *,
    detected: pd.Timestamp | None,
) -> pd.DataFrame:
    """Return when each rule would have fired and how long before the team noticed.

    A rule on negative posts counts what the scorer takes for negative, unlabelled: its instant
    is no better than the scorer.

    Args:
        rules: The rules of the plan.
        alerts: Rule id -> instant of :func:`first_alert`, or ``None``.
        detected: When the team noticed.

    Returns:
        Rows of ``schema.METRICS``: ``alert_at`` (instant) and ``monitoring_lead_time`` (minutes,
        detected minus alert; negative when the team was faster than the rule).
    """
    rows = []
    for rule in rules:
        at = alerts[rule.id]
        unsure = "unlabelled_scores" if rule.metric == "negative_posts" else ""
        note = unsure if at is not None else "never_fired"
        lead = None
        if at is not None and detected is not None:
            lead = (detected - at).total_seconds() / 60
        rows += [
            number(
                "alert_at",
                at.timestamp() if at is not None else None,
                unit="instant",
                scope=f"rule={rule.id}",
                method="replay of the rule",
                note=note,
                evidence="posts",
            ),
            number(
                "monitoring_lead_time",
                lead,
                unit="minutes",
                scope=f"rule={rule.id}",
                method="detected minus alert",
                note=note,
                evidence="posts clock",
            ),
        ]
    return metrics(rows)
