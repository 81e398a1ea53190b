"""The crisis clock: when it began, was seen, was acted on and was over, each with its row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from crisislab.enrich.evidence import find_evidence, references
from crisislab.estimate.survival import Estimate
from crisislab.metrics import Row, metrics, number
from crisislab.plan import ALL_MILESTONES, MILESTONES, Evidence, Milestone, Plan

COLUMNS = ["milestone", "at", "uncertain_minutes", "reason", "evidence", "text"]
_DEFAULTS: dict[Milestone, Evidence] = {
    "first_reply": Evidence(source="posts", kinds=("reply", "comment")),
    # Only an explicit acknowledgement counts (PagerDuty, seconds_to_first_ack).
    "acknowledged": Evidence(source="log", words=("acknowledged", "acuso recibo", "enterad")),
}
_TIMES: dict[str, Milestone] = {
    "time_to_detect": "detected",
    "time_to_activate": "activated",
    "time_to_first_reply": "first_reply",
    "time_to_first_statement": "first_statement",
    "time_to_resolve": "resolved",
    "time_to_visible": "first_visible",
    "time_to_acknowledge": "acknowledged",
    "time_to_mobilise": "mobilised",
    "time_to_draft": "drafted",
    "time_to_approve": "approved",
    "time_to_publish": "published",
    "time_to_stabilise": "stabilised",
    "time_to_close": "closed",
}
STARTS: tuple[Milestone, ...] = ("onset", "first_visible", "detected", "acknowledged", "activated")
# A rise is known to the hour.
UNCERTAIN_MINUTES = 60.0
# A team may see a crisis before the numbers rise; what is older was another incident.
_LEAD = pd.Timedelta(hours=72)
# What is always told, and told as missing where it is not known.
_ALWAYS: tuple[Milestone, ...] = ("onset", "detected", "activated")


def crisis_clock(
    posts: pd.DataFrame,
    log: pd.DataFrame,
    *,
    plan: Plan,
    onset: pd.Timestamp | None,
    onset_reason: str = "",
    declared: Mapping[str, tuple[pd.Timestamp, str]] | None = None,
    whole: bool = False,
) -> pd.DataFrame:
    """Return when each milestone was reached, with the row that proves it.

    Onset is the first post of the first hour of the sustained rise (uncertain by an hour); where
    it is not known, all begins with the detection. First reply and first statement are the first
    own items after it that answer somebody (who did not write before it) or, for the statement,
    that the plan's pattern matches; without a beginning none is the first. The others are the first
    entries that the plan's patterns match; a detection may lie up to three days before the onset:
    what is older belongs to another incident. A milestone declared in ``case.toml`` stands before
    all. First visible is when the collector first held an item of the rise: it was public since
    that item's time, and so uncertain by the difference. Published falls back to the first
    statement.

    Args:
        posts: Posts of the case, own ones marked.
        log: Entries of the incident log.
        plan: The manual.
        onset: First hour of the sustained rise, if there is one.
        onset_reason: Why there is none.
        declared: Milestone -> instant and reason, set by hand.
        whole: Whether to give all of ``plan.ALL_MILESTONES``, not only the six that every review
            tells and those that plan, log or case name.

    Returns:
        ``milestone, at (UTC), uncertain_minutes, reason, evidence, text``; ``at`` is missing
        where nothing proves it, and ``reason`` says why.
    """
    declared = declared or {}
    rows = [_onset(posts, onset, onset_reason)]
    if "onset" in declared:
        rows = [_declared("onset", *declared["onset"])]
    start: Any = rows[0]["at"]
    for name in ALL_MILESTONES[1:]:
        if name in declared:
            rows.append(_declared(name, *declared[name]))
        elif whole or name in MILESTONES or _is_named(name, log, plan):
            rows.append(_milestone(name, posts, log, plan=plan, start=start))
        if name == "detected" and pd.isna(start):
            start = rows[-1]["at"]
    table = pd.DataFrame(rows, columns=COLUMNS)
    table["at"] = pd.to_datetime(table["at"], utc=True).astype("datetime64[us, UTC]")
    return table


def _is_named(name: Milestone, log: pd.DataFrame, plan: Plan) -> bool:
    return name in plan.milestones or bool(log["milestone"].eq(name).fillna(False).any())


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
        uncertain=UNCERTAIN_MINUTES,
        reason="sustained_rise",
        evidence=references(first).iloc[0],
    )


def _milestone(
    name: Milestone, posts: pd.DataFrame, log: pd.DataFrame, *, plan: Plan, start: Any
) -> Row:
    named = log[log["milestone"].fillna("").eq(name) & ~log["drill"]].sort_values("logged_at")
    if pd.notna(start):
        named = named[named["logged_at"] >= start - _LEAD]
    if len(named):
        entry = named.iloc[0]
        proof = references(named.head(1)).iloc[0]
        return _row(
            name, entry["logged_at"], reason="named_in_log", evidence=proof, text=entry["text"]
        )
    if name == "first_visible" and name not in plan.milestones:
        return _first_visible(posts, start)
    fallback = plan.milestones.get("first_statement") if name == "published" else None
    pattern = plan.milestones.get(name) or fallback or _DEFAULTS.get(name)
    if pattern is None:
        return _row(name, pd.NaT, reason="not_in_plan")
    if pd.isna(start) and pattern.source == "posts":
        return _row(name, pd.NaT, reason="no_beginning")
    found = find_evidence(pattern, posts=posts, log=log, plan=plan)
    if pd.notna(start):
        found = found[found["at"] >= (start - _LEAD if name == "detected" else start)]
    if name == "first_reply":
        found = found[~found["evidence"].isin(_late_answers(posts, start))]
    if found.empty:
        return _row(name, pd.NaT, reason="no_evidence")
    first = found.iloc[0]
    return _row(name, first["at"], reason="matched", evidence=first["evidence"], text=first["text"])


def _late_answers(posts: pd.DataFrame, start: Any) -> pd.Series:
    """Return the rows of own items that answer what was written before the beginning."""
    before = posts.loc[posts["created_at"] < start, ["platform", "post_id"]].drop_duplicates()
    own = posts[posts["own"] & posts["parent_id"].notna()]
    asked = own[["platform", "parent_id"]].merge(
        before, left_on=["platform", "parent_id"], right_on=["platform", "post_id"], how="left"
    )
    return references(own[asked["post_id"].notna().to_numpy()])


def _first_visible(posts: pd.DataFrame, start: Any) -> Row:
    public = posts[~posts["own"] & posts["collected_at"].notna()]
    if pd.notna(start):
        public = public[public["created_at"] >= start]
    public = public[public["collected_at"] >= public["created_at"]]
    if public.empty:
        return _row("first_visible", pd.NaT, reason="not_collected")
    first = public.sort_values(["collected_at", "created_at", "post_id"], kind="stable").head(1)
    public_for = (first["collected_at"] - first["created_at"]).dt.total_seconds().iloc[0] / 60
    return _row(
        "first_visible",
        first["collected_at"].iloc[0],
        uncertain=public_for,
        reason="collected",
        evidence=references(first).iloc[0],
    )


def clock_times(clock: pd.DataFrame) -> pd.DataFrame:
    """Return the lengths between milestones, from every starting point.

    A clock that starts at activation hides slow detection, so each time is given from onset,
    from detection and from activation (and from first visible and acknowledged where they are
    told); the scope says which. ``approval_wait`` is from the draft to its approval and to its
    publication. The interval is what the milestones leave uncertain (the onset is known to the
    hour). Negative: the end came before that start.

    Returns:
        Rows of ``schema.METRICS`` in minutes; missing where a milestone is.
    """
    known = clock.set_index("milestone")
    told = {*_ALWAYS, *known.index}
    rows = [
        _time(metric, known, start, end)
        for metric, end in _TIMES.items()
        for start in STARTS
        if {start, end} <= told and ALL_MILESTONES.index(start) < ALL_MILESTONES.index(end)
    ]
    rows += [
        _time("approval_wait", known, "drafted", end, scope=f"to={end}")
        for end in ("approved", "published")
        if {"drafted", end} <= told
    ]
    return metrics(rows)


def _time(metric: str, known: pd.DataFrame, start: str, end: str, *, scope: str = "") -> Row:
    ends: list[Any] = [known["at"].get(name, pd.NaT) for name in (start, end)]
    unsure = [float(known["uncertain_minutes"].get(name, 0.0)) for name in (start, end)]
    evidence = [str(known["evidence"].get(name, "")) for name in (start, end)]
    length = _length(ends[0], ends[1], sum(unsure))
    return number(
        metric,
        length,
        unit="minutes",
        scope=scope or f"from={start}",
        n=0 if length is None else 1,
        method=f"{start} to {end}",
        note="clock_missing" if length is None else "",
        evidence=" ".join(evidence).strip(),
    )


def _length(start: Any, end: Any, uncertain: float) -> Estimate | None:
    if pd.isna(start) or pd.isna(end):
        return None
    minutes = (end - start).total_seconds() / 60
    return Estimate(minutes, minutes - uncertain, minutes + uncertain)
