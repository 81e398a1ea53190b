"""The crisis clock: when it began, was seen, was acted on and was over, each with its row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from crisislab.enrich.evidence import find_evidence, references
from crisislab.estimate.survival import Estimate
from crisislab.metrics import Row, metrics, number
from crisislab.plan import MILESTONES, Evidence, Milestone, Plan

COLUMNS = ["milestone", "at", "uncertain_minutes", "reason", "evidence", "text"]
_DEFAULTS: dict[Milestone, Evidence] = {
    "first_reply": Evidence(source="posts", kinds=("reply", "comment"))
}
_TIMES: dict[str, tuple[Milestone, Milestone]] = {
    "time_to_detect": ("onset", "detected"),
    "time_to_activate": ("onset", "activated"),
    "time_to_first_reply": ("onset", "first_reply"),
    "time_to_first_statement": ("onset", "first_statement"),
    "time_to_resolve": ("onset", "resolved"),
}
STARTS: tuple[Milestone, ...] = ("onset", "detected", "activated")


def crisis_clock(
    posts: pd.DataFrame,
    log: pd.DataFrame,
    *,
    plan: Plan,
    onset: pd.Timestamp | None,
    onset_reason: str = "",
    declared: Mapping[str, tuple[pd.Timestamp, str]] | None = None,
) -> pd.DataFrame:
    """Return when each milestone was reached, with the row that proves it.

    Onset is the first post of the first hour of the sustained rise (uncertain by an hour);
    first reply and first statement are the first own items after it that answer somebody or,
    for the statement, that the plan's pattern matches; the others are the first entries that
    the plan's patterns match. A milestone declared in ``case.toml`` stands before all.

    Returns:
        ``milestone, at (UTC), uncertain_minutes, reason, evidence, text``; ``at`` is missing
        where nothing proves it, and ``reason`` says why.
    """
    declared = declared or {}
    rows = [_onset(posts, onset, onset_reason)]
    if "onset" in declared:
        rows = [_declared("onset", *declared["onset"])]
    start = rows[0]["at"]
    for name in MILESTONES[1:]:
        if name in declared:
            rows.append(_declared(name, *declared[name]))
            continue
        rows.append(_milestone(name, posts, log, plan=plan, start=start))
    table = pd.DataFrame(rows, columns=COLUMNS)
    table["at"] = pd.to_datetime(table["at"], utc=True).astype("datetime64[us, UTC]")
    return table


def _row(
    name: str,
    at: object,
    *,
    uncertain: float = 0.0,
    reason: str,
    evidence: str = "",
    text: str = "",
) -> Row:
    return {
        "milestone": name,
        "at": at,
        "uncertain_minutes": uncertain,
        "reason": reason,
        "evidence": evidence,
        "text": text,
    }


def _declared(name: str, at: pd.Timestamp, reason: str) -> Row:
    return _row(name, at, reason="declared", evidence="case.toml", text=reason)


def _onset(posts: pd.DataFrame, onset: pd.Timestamp | None, reason: str) -> Row:
    if onset is None:
        return _row("onset", pd.NaT, reason=reason or "no_rise")
    hour = posts[(posts["created_at"] >= onset) & ~posts["own"]]
    first = hour.sort_values(["created_at", "platform", "post_id"]).head(1)
    return _row(
        "onset",
        first["created_at"].iloc[0],
        uncertain=60.0,
        reason="sustained_rise",
        evidence=references(first).iloc[0],
    )


def _milestone(
    name: Milestone, posts: pd.DataFrame, log: pd.DataFrame, *, plan: Plan, start: Any
) -> Row:
    named = log[log["milestone"].fillna("").eq(name) & ~log["drill"]].sort_values("logged_at")
    if len(named):
        entry = named.iloc[0]
        proof = references(named.head(1)).iloc[0]
        return _row(
            name, entry["logged_at"], reason="named_in_log", evidence=proof, text=entry["text"]
        )
    pattern = plan.milestones.get(name) or _DEFAULTS.get(name)
    if pattern is None:
        return _row(name, pd.NaT, reason="not_in_plan")
    found = find_evidence(pattern, posts=posts, log=log, plan=plan)
    if name != "detected" and pd.notna(start):
        found = found[found["at"] >= start]
    if found.empty:
        return _row(name, pd.NaT, reason="no_evidence")
    first = found.iloc[0]
    return _row(name, first["at"], reason="matched", evidence=first["evidence"], text=first["text"])


def clock_times(clock: pd.DataFrame) -> pd.DataFrame:
    """Return the lengths between milestones, from every starting point.

    A clock that starts at activation hides slow detection, so each time is given from onset,
    from detection and from activation; the scope says which. The interval is what the milestones
    leave uncertain (the onset is known to the hour).

    Returns:
        Rows of ``schema.METRICS`` in minutes; missing where a milestone is.
    """
    at = clock.set_index("milestone")["at"]
    unsure = clock.set_index("milestone")["uncertain_minutes"]
    evidence = clock.set_index("milestone")["evidence"]
    rows = []
    for metric, (_, end) in _TIMES.items():
        for start in STARTS[: MILESTONES.index(end)]:
            if start == end:
                continue
            known = pd.notna(at[start]) and pd.notna(at[end])
            length = _length(at[start], at[end], float(unsure[start] + unsure[end]))
            rows.append(
                number(
                    metric,
                    length,
                    unit="minutes",
                    scope=f"from={start}",
                    n=1 if known else 0,
                    method=f"{start} to {end}",
                    note="" if known else "clock_missing",
                    evidence=f"{evidence[start]} {evidence[end]}".strip(),
                )
            )
    return metrics(rows)


def _length(start: Any, end: Any, uncertain: float) -> Estimate | None:
    if pd.isna(start) or pd.isna(end):
        return None
    minutes = (end - start).total_seconds() / 60
    return Estimate(minutes, minutes - uncertain, minutes + uncertain)
