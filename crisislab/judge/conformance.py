"""Each action of the plan with its state and the rows that prove it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from crisislab.enrich.evidence import channel_key, find_evidence
from crisislab.plan import Action, Plan
from crisislab.schema import ACTIONS

STATES = ("on time", "late", "not done", "wrong owner", "not triggered", "no evidence")
_WRITTEN_AFTER = ("generic",)


@dataclass(frozen=True)
class Facts:
    """What an action is judged by.

    Attributes:
        posts: Posts of the case, own ones marked.
        log: Entries of the incident log.
        plan: The manual.
        scenario: Scenario that happened, if the plan foresaw it.
        at: Milestone or monitoring rule -> instant (missing where not known).
        complete_channels: Log channels declared to be exported whole.
    """

    posts: pd.DataFrame
    log: pd.DataFrame
    plan: Plan
    scenario: str | None
    at: Mapping[str, pd.Timestamp]
    complete_channels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """One action judged; the columns of ``schema.ACTIONS``."""

    action: str
    name: str
    owner: str
    state: str
    reason: str
    due_at: pd.Timestamp | None = None
    done_at: pd.Timestamp | None = None
    late_minutes: float | None = None
    done_by: str | None = None
    confidence: str | None = None
    evidence: str | None = None


def judge_actions(facts: Facts) -> pd.DataFrame:
    """Return every action of the plan with its state.

    An action is *not triggered* when it belongs to another scenario or its trigger never came;
    *no evidence* when the place where it would show is not in the exports or the log ends before
    it was due; *not done* when it would show and does not. The earliest matching row by a
    holder of the owner role counts; failing that, the earliest by anybody: *wrong owner*. On
    time is at or before the due instant (``clock + deadline``); an action without deadline that
    was done is on time.

    Returns:
        A table ``schema.ACTIONS``, in the order of the plan.
    """
    findings: dict[str, Finding] = {}
    for action in facts.plan.actions:
        _judge(action, facts, findings)
    rows = [vars(findings[action.id]) for action in facts.plan.actions]
    return ACTIONS.conform(pd.DataFrame(rows))


def _judge(action: Action, facts: Facts, findings: dict[str, Finding]) -> Finding:
    if action.id in findings:
        return findings[action.id]
    base = Finding(action.id, action.name, action.owner, "no evidence", "")
    triggered, reason = _trigger(action, facts, findings)
    if not triggered:
        state = (
            "no evidence" if reason in ("trigger_unknown", "scenario_unknown") else "not triggered"
        )
        finding = replace(base, state=state, reason=reason)
    else:
        start = _instant(action.clock, facts, findings) if action.clock else None
        due = None
        if action.deadline is not None and start is not None:
            due = start + pd.Timedelta(minutes=action.deadline)
        finding = _outcome(replace(base, due_at=due), action, facts)
    findings[action.id] = finding
    return finding


def _trigger(action: Action, facts: Facts, findings: dict[str, Finding]) -> tuple[bool, str]:
    if action.scenarios and facts.scenario is None:
        return False, "scenario_unknown"
    if action.scenarios and facts.scenario not in action.scenarios:
        return False, "other_scenario"
    calling = {a.id: a for a in facts.plan.actions}.get(action.trigger)
    if calling is not None:
        before = _judge(calling, facts, findings)
        if before.state == "no evidence":
            return False, "trigger_unknown"
        return before.done_at is not None, "" if before.done_at is not None else "trigger_not_done"
    if action.trigger in {rule.id for rule in facts.plan.monitoring}:
        fired = pd.notna(facts.at.get(action.trigger, pd.NaT))
        return fired, "" if fired else "rule_never_fired"
    known = pd.notna(facts.at.get(action.trigger, pd.NaT))
    return known, "" if known else "trigger_unknown"


def _instant(name: str, facts: Facts, findings: dict[str, Finding]) -> pd.Timestamp | None:
    actions = {a.id: a for a in facts.plan.actions}
    if name in actions:
        return _judge(actions[name], facts, findings).done_at
    at = facts.at.get(name, pd.NaT)
    return at if pd.notna(at) else None


def _outcome(base: Finding, action: Action, facts: Facts) -> Finding:
    seen = _observable(action, facts)
    found = find_evidence(
        action.evidence, posts=facts.posts, log=facts.log, plan=facts.plan, action=action.id
    )
    begin = [facts.at[m] for m in ("onset", "detected", "activated") if pd.notna(facts.at.get(m))]
    if begin:
        found = found[found["at"] >= min(begin)]
    if found.empty:
        if not seen:
            return replace(base, reason="channel_not_exported")
        if base.due_at is not None and _covered_until(action, facts) < base.due_at:
            return replace(base, reason="log_ends_before_due")
        return replace(base, state="not done", reason="no_matching_row")
    return _done(base, action, found)


def _observable(action: Action, facts: Facts) -> bool:
    wanted = {channel_key(channel) for channel in action.evidence.channels}
    if action.evidence.source == "posts":
        seen = set(facts.posts.loc[facts.posts["own"], "platform"].dropna())
    else:
        entries = facts.log[~facts.log["drill"]]
        seen = {channel_key(c) for c in entries["channel"].dropna().unique()}
        seen |= {channel_key(c) for c in facts.complete_channels}
    return bool(seen & wanted) if wanted else bool(seen)


def _covered_until(action: Action, facts: Facts) -> pd.Timestamp:
    rows, column = (
        (facts.posts, "created_at")
        if action.evidence.source == "posts"
        else (facts.log, "logged_at")
    )
    last: pd.Timestamp = rows[column].max()
    return last


def _done(base: Finding, action: Action, found: pd.DataFrame) -> Finding:
    by_owner = found[[action.owner in roles.split() for roles in found["roles"]]]
    anonymous = action.evidence.source == "posts"
    first = (found if anonymous or by_owner.empty else by_owner).iloc[0]
    done = first["at"]
    late = None if base.due_at is None else (done - base.due_at).total_seconds() / 60
    rows = found[found["evidence"].eq(first["evidence"]) | found["at"].eq(done)]
    finding = replace(
        base,
        done_at=done,
        late_minutes=late,
        done_by=None if anonymous else str(first["actor"]),
        confidence=_confidence(rows),
        evidence=" ".join(dict.fromkeys(rows["evidence"])),
    )
    if not anonymous and by_owner.empty:
        known = bool(first["roles"])
        return replace(finding, state="wrong owner", reason="other_role" if known else "no_role")
    if late is not None and late > 0:
        return replace(finding, state="late", reason="after_deadline")
    timed = "within_deadline" if late is not None else _untimed(action)
    return replace(finding, state="on time", reason=timed)


def _untimed(action: Action) -> str:
    return "no_deadline" if action.deadline is None else "clock_missing"


def _confidence(rows: pd.DataFrame) -> str:
    written_after = rows["source"].fillna("").str.startswith(_WRITTEN_AFTER)
    if rows["source"].nunique() > 1:
        return "corroborated"
    return "recollection" if bool(written_after.all()) else "documented"
