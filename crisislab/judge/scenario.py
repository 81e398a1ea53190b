"""Which crisis the team took it for, when, and whether the right protocol began."""

from __future__ import annotations

import re

import pandas as pd

from crisislab.enrich.doubt import plain
from crisislab.enrich.evidence import references
from crisislab.metrics import metrics, number
from crisislab.plan import Plan, Scenario
from crisislab.schema import RECOGNISED, VERDICTS


def recognised(log: pd.DataFrame, *, plan: Plan, since: pd.Timestamp | None) -> pd.DataFrame:
    """Return every entry of the log that names a scenario of the plan.

    A scenario is named by its id, its name or one of its ``words``. Entries that name several
    stand once for each.

    Returns:
        A table ``schema.RECOGNISED``, by time.
    """
    said = log[~log["drill"] & log["text"].notna()]
    if since is not None:
        said = said[said["logged_at"] >= since]
    rows = []
    for scenario in plan.scenarios:
        named = _pattern(scenario)
        found = [bool(named.search(plain(t))) for t in said["text"]]
        hits = said[pd.Series(found, index=said.index, dtype=bool)]
        rows += [
            {"at": row["logged_at"], "scenario": scenario.id, "name": scenario.name,
             "actor": row["actor"], "text": row["text"], "rows": place}
            for row, place in zip(hits.to_dict("records"), references(hits), strict=True)
        ]  # fmt: skip
    table = RECOGNISED.conform(pd.DataFrame(rows, columns=RECOGNISED.names))
    return table.sort_values(["at", "scenario"], kind="stable").reset_index(drop=True)


def _pattern(scenario: Scenario) -> re.Pattern[str]:
    names = {plain(w) for w in (scenario.id, scenario.name, *scenario.words)}
    return re.compile("|".join(rf"(?<!\w){re.escape(n)}" for n in sorted(names)))


def judge_scenario(
    named: pd.DataFrame,
    actions: pd.DataFrame,
    *,
    plan: Plan,
    scenario: str | None,
    activated: pd.Timestamp | None,
) -> pd.DataFrame:
    """Return whether it was foreseen, taken for what it was, and the right protocol begun.

    ``scenario_foreseen``: the case names a scenario of the plan. ``scenario_recognised``: *met*
    when the last scenario named up to activation (or, without one, at all) is the true one;
    *partly met* when it was named later; else *not met*. ``protocol_started``: *met* when an
    action that belongs to the true scenario only was done, and none of another one's.
    """
    rows = [
        _verdict("scenario_foreseen", "met" if scenario else "not met",
                 "in_plan" if scenario else "not_in_plan", ""),
        _taken(named, scenario, activated),
        _protocol(actions, plan, scenario),
    ]  # fmt: skip
    return VERDICTS.conform(pd.DataFrame(rows))


def _verdict(subject: str, verdict: str, reason: str, evidence: str) -> dict[str, object]:
    return {
        "subject": subject, "verdict": verdict, "reason": reason, "evidence": evidence,
        "confidence": "none" if verdict == "cannot tell" else "high", "unit": "",
    }  # fmt: skip


def _taken(
    named: pd.DataFrame, scenario: str | None, activated: pd.Timestamp | None
) -> dict[str, object]:
    rows = " ".join(dict.fromkeys(named["rows"]))
    if scenario is None or named.empty:
        return _verdict("scenario_recognised", "cannot tell", "scenario_not_named", rows)
    before = named if activated is None else named[named["at"] <= activated]
    if len(before) and before["scenario"].iloc[-1] == scenario:
        changed = before["scenario"].nunique() > 1
        reason = "named_after_another" if changed else "named_at_once"
        return _verdict("scenario_recognised", "met", reason, rows)
    if named["scenario"].eq(scenario).any():
        return _verdict("scenario_recognised", "partly met", "named_late", rows)
    return _verdict("scenario_recognised", "not met", "taken_for_another", rows)


def _protocol(actions: pd.DataFrame, plan: Plan, scenario: str | None) -> dict[str, object]:
    if scenario is None:
        return _verdict("protocol_started", "cannot tell", "scenario_unknown", "")
    belongs = {a.id: a.scenarios for a in plan.actions}
    done = actions[actions["done_at"].notna()]
    right = [scenario in belongs[a] for a in done["action"]]
    other = [bool(belongs[a]) and scenario not in belongs[a] for a in done["action"]]
    rows = " ".join(done.loc[right, "evidence"].dropna())
    if not any(scenario in names for names in belongs.values()):
        return _verdict("protocol_started", "cannot tell", "no_own_actions", "")
    if any(other):
        reason = "other_protocol_too" if any(right) else "other_protocol"
        return _verdict("protocol_started", "partly met" if any(right) else "not met", reason, rows)
    if any(right):
        return _verdict("protocol_started", "met", "own_actions_done", rows)
    return _verdict("protocol_started", "not met", "own_actions_undone", rows)


def recognition_times(
    named: pd.DataFrame, *, scenario: str | None, onset: pd.Timestamp | None
) -> pd.DataFrame:
    """Return how long after the onset the true scenario was first named (``time_to_recognise``)."""
    right = named[named["scenario"] == scenario]
    minutes = None
    if onset is not None and len(right):
        minutes = (right["at"].iloc[0] - onset).total_seconds() / 60
    return metrics(
        [number("time_to_recognise", minutes, unit="minutes", scope="from=onset",
                n=len(right), method="first entry that names the scenario",
                note="" if minutes is not None else "clock_missing",
                evidence="" if right.empty else str(right["rows"].iloc[0]))]
    )  # fmt: skip
