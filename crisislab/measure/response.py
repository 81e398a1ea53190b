"""How long people waited for a first human public reply; the unanswered are still waiting."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from crisislab.engine import instants, small
from crisislab.enrich.conversations import Rule, conversations
from crisislab.estimate.survival import Estimate, WaitingCurve, waiting_curve
from crisislab.metrics import Row, metrics, number

PERCENTILES = (50, 75, 90)
WITHIN_MINUTES = (60, 240, 1440)
_KM = "Kaplan-Meier, log-log 95 % interval"


def waits(
    posts: Any,
    *,
    until: pd.Series,
    handles: Iterable[str] = (),
    rule: Rule = "conversations",
    silence_minutes: float = 1440.0,
) -> pd.DataFrame:
    """Return one row per conversation with the time waited until the first human reply.

    ``minutes = (replied_at or until) - opened_at``: whoever was not answered by the end of the
    data has waited until then and is still waiting.

    Args:
        posts: Posts of any engine.
        until: Platform -> instant up to which replies would be in the data.
        handles: Handles of the brand.
        rule: How items make a conversation (see ``enrich.conversations``).
        silence_minutes: Silence after which a conversation is a new one.

    Returns:
        ``platform, person, opened_at, opening_id, replied_at, reply_id, n_inbound, answered,
        minutes``, oldest first.
    """
    talks = conversations(posts, handles=handles, rule=rule, silence_minutes=silence_minutes)
    table = small(talks, by=["opened_us", "platform", "opening_id"])
    opened, replied = instants(table["opened_us"]), instants(table["replied_us"])
    answered = replied.notna()
    end = replied.where(answered, table["platform"].map(until))
    return pd.DataFrame(
        {
            "platform": table["platform"].astype("str"),
            "person": table["person"].astype("str"),
            "opened_at": opened,
            "opening_id": table["opening_id"].astype("str"),
            "replied_at": replied,
            "reply_id": table["reply_id"].astype("str"),
            "n_inbound": table["n_inbound"].astype("int64"),
            "answered": answered.astype(bool),
            "minutes": (end - opened).dt.total_seconds() / 60,
        }
    )


def curve(waited: pd.DataFrame) -> WaitingCurve:
    """Return the Kaplan-Meier curve of the conversations in ``waits``."""
    return waiting_curve(waited["minutes"].to_numpy(), waited["answered"].to_numpy())


def first_response_time(
    waited: pd.DataFrame,
    *,
    within: Iterable[float] = (),
    brand_posts: bool = True,
    rule: str = "conversations",
    scope: str = "",
) -> pd.DataFrame:
    """Return the numbers of the waiting curve.

    ``first_response_time`` (minutes) at the 50th, 75th and 90th percentile, ``reply_rate`` within
    1 h, 4 h, 24 h and the plan's own limits (``1 - S(t)``), and the answered-only median beside
    them, which leaves the unanswered out and so always looks better.

    Args:
        waited: Table of :func:`waits`.
        within: Further limits, minutes, such as the plan's targets.
        brand_posts: Whether the data hold any post of the brand; without, nothing can be told.
        rule: Rule the waits were made with; part of the scope.
        scope: Further scope, such as ``platform=x``.

    Returns:
        Rows of ``schema.METRICS``.
    """
    where = ";".join(part for part in (f"rule={rule}", scope) if part)
    n, answered = len(waited), waited[waited["answered"]]
    note = "" if brand_posts else "no_brand_posts"
    rows = [
        number("n_conversations", n, unit="count", scope=where, n=n, evidence="waits"),
        number(
            "n_answered",
            len(answered) if brand_posts else None,
            unit="count",
            scope=where,
            n=n,
            note=note,
            evidence="waits",
        ),
    ]
    known = curve(waited) if brand_posts and n else None
    rows += [_percentile(known, p, where, n, note) for p in PERCENTILES]
    limits = sorted({*WITHIN_MINUTES, *within})
    rows += [_reply_rate(known, limit, where, n, note) for limit in limits]
    median = answered["minutes"].median() if brand_posts and len(answered) else None
    rows.append(
        number(
            "answered_only_median",
            median,
            unit="minutes",
            scope=where,
            n=len(answered),
            method="median of the answered",
            note=note or "leaves_unanswered_out",
            evidence="waits",
        )
    )
    return metrics(rows)


def _percentile(known: WaitingCurve | None, percent: int, where: str, n: int, note: str) -> Row:
    value = known.percentile(percent) if known else None
    if known and value is not None and np.isnan(value.value):
        note = note or "not_reached"
    return number(
        "first_response_time",
        value,
        unit="minutes",
        scope=f"percentile={percent};{where}",
        n=n,
        method=_KM,
        note=note,
        evidence="waits",
    )


def _reply_rate(known: WaitingCurve | None, limit: float, where: str, n: int, note: str) -> Row:
    value = None
    if known:
        left = known.waiting_at(limit)
        value = Estimate(1 - left.value, 1 - left.upper, 1 - left.lower)
    return number(
        "reply_rate",
        value,
        unit="share",
        scope=f"within={limit:g};{where}",
        n=n,
        method=f"1 - {_KM}",
        note=note,
        evidence="waits",
    )
