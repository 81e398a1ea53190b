"""Each action of the plan with its state and the rows that prove it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from crisislab.enrich.evidence import find_evidence
from crisislab.judge.candidates import Chosen, choose
from crisislab.judge.decisions import Decision
from crisislab.judge.observable import unobservable
from crisislab.judge.order import out_of_order
from crisislab.plan import Action, Evidence, Plan
from crisislab.schema import ACTIONS, CANDIDATES

STATES = (
    "on time", "late", "out of order", "wrong owner", "not done", "improvised", "not triggered",
    "ambiguous", "no evidence",
)  # fmt: skip
_UNKNOWN = ("no evidence", "ambiguous")
# A table that people keep, and what they add in case.toml.
_WRITTEN_AFTER = ("log-table", "generic")


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
        decided: What people decided about single rows.
        n_public: Posts of the public; without any, no rule can tell that it never fired.
    """

    posts: pd.DataFrame
    log: pd.DataFrame
    plan: Plan
    scenario: str | None
    at: Mapping[str, pd.Timestamp]
    complete_channels: tuple[str, ...] = ()
    decided: tuple[Decision, ...] = ()
    n_public: int = 1

    @property
    def since(self) -> pd.Timestamp | None:
        """When the crisis began, as far as it is known: rows before it prove nothing."""
        begin = [self.at[m] for m in ("onset", "detected", "activated") if pd.notna(self.at.get(m))]
        return min(begin) if begin else None


@dataclass(frozen=True)
class Finding:
    """One action judged; the columns of ``schema.ACTIONS``, and its candidates."""

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
    also: str = ""
    override: str = ""
    rows: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False, compare=False)


def judge_actions(facts: Facts) -> pd.DataFrame:
    """Return every action of the plan with its state.

    An action is *not triggered* when it belongs to another scenario or its trigger never came
    (*improvised* when it was done all the same); *no evidence* when the place where it would show
    is not in the exports, or they end before it was due; *not done* when it would show and does
    not; *ambiguous* when rows speak of it and none says plainly that it was done, or two answers
    are possible (``judge.candidates.choose``): people choose. On time is at or before the due
    instant (``clock + deadline``); an action without deadline that was done is on time. Of
    several faults the state names the first of: wrong owner, late, out of order; ``also`` names
    the others, and whether approval came first. Of a starter plan, which is nobody's, no action is
    judged.

    Returns:
        A table ``schema.ACTIONS``, in the order of the plan.
    """
    return judge_with_candidates(facts)[0]


def action_candidates(facts: Facts) -> pd.DataFrame:
    """Return every row that may prove an action, with its standing and what it would mean.

    Returns:
        A table ``schema.CANDIDATES``, by action in the order of the plan, then by time.
    """
    return judge_with_candidates(facts)[1]


def judge_with_candidates(facts: Facts) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the judged actions and their candidates, looked for once."""
    found = _findings(facts)
    actions = ACTIONS.conform(pd.DataFrame([vars(finding) for finding in found]))
    return actions, _listed(found, facts)


def _listed(found: list[Finding], facts: Facts) -> pd.DataFrame:
    owners = {action.id: action for action in facts.plan.actions}
    rows = [
        {
            "action": finding.action,
            "row": row["evidence"],
            "at": row["at"],
            "actor": row["actor"],
            "channel": row["channel"],
            "text": row["text"],
            "standing": row["standing"],
            "doubt": row["doubt"],
            "would_be": _state_by(row, owners[finding.action], finding.due_at),
            "reason": row["why"],
        }
        for finding in found
        for row in finding.rows.to_dict("records")
    ]
    return CANDIDATES.conform(pd.DataFrame(rows, columns=CANDIDATES.names))


def _state_by(row: Mapping[Any, Any], action: Action, due: pd.Timestamp | None) -> str:
    public = action.evidence.source == "posts"
    if not public and action.owner not in str(row["roles"]).split():
        return "wrong owner"
    return "late" if due is not None and row["at"] > due else "on time"


def _findings(facts: Facts) -> list[Finding]:
    if facts.plan.plan.starter:
        return [Finding(a.id, a.name, a.owner, "no evidence", "starter_plan")
                for a in facts.plan.actions]  # fmt: skip
    found: dict[str, Finding] = {}
    for action in facts.plan.actions:
        _judge(action, facts, found)
    called = [a for a in facts.plan.actions if found[a.id].state not in ("improvised", *_UNKNOWN)]
    done = {a.id: at for a in called if (at := found[a.id].done_at) is not None}
    for name in out_of_order(called, done):
        found[name] = _disordered(found[name])
    return [found[action.id] for action in facts.plan.actions]


def _disordered(finding: Finding) -> Finding:
    if finding.state == "on time":
        return replace(finding, state="out of order", reason="out_of_order")
    return replace(finding, also=f"{finding.also} out_of_order".strip())


def _judge(action: Action, facts: Facts, findings: dict[str, Finding]) -> Finding:
    if action.id in findings:
        return findings[action.id]
    base = Finding(action.id, action.name, action.owner, "no evidence", "")
    triggered, reason = _trigger(action, facts, findings)
    start = _instant(action.clock, facts, findings) if action.clock else None
    if triggered and action.deadline is not None and start is not None:
        base = replace(base, due_at=start + pd.Timedelta(minutes=action.deadline))
    if triggered:
        finding = _outcome(base, action, facts)
    elif reason in ("trigger_unknown", "scenario_unknown"):
        finding = replace(base, reason=reason)
    else:
        finding = _uncalled(replace(base, state="not triggered", reason=reason), action, facts)
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
        if before.state in _UNKNOWN:
            return False, "trigger_unknown"
        return before.done_at is not None, "" if before.done_at is not None else "trigger_not_done"
    if action.trigger in {rule.id for rule in facts.plan.monitoring}:
        fired = pd.notna(facts.at.get(action.trigger, pd.NaT))
        if not fired and not facts.n_public:
            return False, "trigger_unknown"
        return fired, "" if fired else "rule_never_fired"
    known = pd.notna(facts.at.get(action.trigger, pd.NaT))
    return known, "" if known else "trigger_unknown"


def _instant(name: str, facts: Facts, findings: dict[str, Finding]) -> pd.Timestamp | None:
    actions = {a.id: a for a in facts.plan.actions}
    if name in actions:
        return _judge(actions[name], facts, findings).done_at
    at = facts.at.get(name, pd.NaT)
    return at if pd.notna(at) else None


def _choose(action: Action, facts: Facts, due: pd.Timestamp | None) -> Chosen:
    return choose(
        action, posts=facts.posts, log=facts.log, plan=facts.plan, since=facts.since, due=due,
        decided=facts.decided,
    )  # fmt: skip


def _hidden(evidence: Evidence, facts: Facts, due: pd.Timestamp | None) -> str:
    return unobservable(
        evidence, posts=facts.posts, log=facts.log, plan=facts.plan,
        complete=facts.complete_channels, due=due,
    )  # fmt: skip


def _uncalled(base: Finding, action: Action, facts: Facts) -> Finding:
    chosen = _choose(action, facts, None)
    if chosen.proof is None:
        return replace(base, rows=chosen.rows)
    done = _done(base, action, chosen)
    return replace(done, state="improvised", reason=base.reason, due_at=None, late_minutes=None)


def _outcome(base: Finding, action: Action, facts: Facts) -> Finding:
    chosen = _choose(action, facts, base.due_at)
    base = replace(base, rows=chosen.rows, override=chosen.override)
    if chosen.proof is not None:
        done = _done(base, action, chosen)
        return replace(
            done, also=" ".join(filter(None, [done.also, _approval(done, action, facts)]))
        )
    if chosen.reason:
        open_ = chosen.rows[chosen.rows["standing"] != "rejected"]
        rows = " ".join(dict.fromkeys(open_["evidence"]))
        return replace(base, state="ambiguous", reason=chosen.reason, evidence=rows)
    hidden = _hidden(action.evidence, facts, base.due_at)
    if hidden:
        return replace(base, reason=hidden)
    return replace(base, state="not done", reason="no_matching_row")


def _done(base: Finding, action: Action, chosen: Chosen) -> Finding:
    first, found = chosen.proof, chosen.rows
    assert first is not None
    public = action.evidence.source == "posts"
    done = first["at"]
    late = None if base.due_at is None else (done - base.due_at).total_seconds() / 60
    proofs = found[found["standing"].isin(["proof", "confirmed", "later"])]
    rows = proofs[proofs["evidence"].eq(first["evidence"]) | proofs["at"].eq(done)]
    finding = replace(
        base,
        done_at=done,
        late_minutes=late,
        done_by=None if public else str(first["actor"]),
        confidence=_confidence(rows),
        evidence=" ".join(dict.fromkeys(rows["evidence"])),
        rows=found,
        override=chosen.override,
    )
    overdue = late is not None and late > 0
    if not chosen.by_owner:
        reason = "other_role" if first["roles"] else "no_role"
        return replace(finding, state="wrong owner", reason=reason, also="late" if overdue else "")
    if overdue:
        return replace(finding, state="late", reason="after_deadline")
    timed = "within_deadline" if late is not None else _untimed(action)
    return replace(finding, state="on time", reason=timed)


def _untimed(action: Action) -> str:
    return "no_deadline" if action.deadline is None else "clock_missing"


def _approval(done: Finding, action: Action, facts: Facts) -> str:
    """Return what is amiss with the approval: it came after, or would show and does not."""
    if action.approval is None:
        return ""
    found = find_evidence(action.approval, posts=facts.posts, log=facts.log, plan=facts.plan)
    found = found[found["doubt"] == ""]
    if facts.since is not None:
        found = found[found["at"] >= facts.since]
    if action.approver is not None:
        may = [action.approver in roles.split() for roles in found["roles"]]
        found = found[pd.Series(may, index=found.index, dtype=bool)]
    if found.empty:
        return "" if _hidden(action.approval, facts, done.done_at) else "not_approved"
    return "approved_after" if found["at"].min() > done.done_at else ""


def _confidence(rows: pd.DataFrame) -> str:
    written_after = rows["source"].fillna("").str.startswith(_WRITTEN_AFTER)
    if rows["source"].nunique() > 1:
        return "corroborated"
    return "recollection" if bool(written_after.all()) else "documented"
