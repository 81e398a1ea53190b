"""Each state of an action, from hand-written logs."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from crisislab.judge.conformance import Facts, judge_actions
from crisislab.plan import Plan
from tests.build import at, entries, posts

AT = {"onset": at("08:30"), "detected": at("09:00"), "activated": at("09:10")}
ACTION = {
    "id": "call",
    "name": "Call legal",
    "owner": "lead",
    "trigger": "activated",
    "clock": "detected",
    "deadline": "30 min",
    "evidence": {"source": "log", "channels": ["#crisis"], "words": ["legal"]},
}
LATER = {"logged_at": at("18:00"), "actor": "Ana", "text": "cerramos"}


def judged(
    *rows: dict[str, Any],
    scenario: str | None = "a",
    times: Any = None,
    frame: pd.DataFrame | None = None,
    **change: Any,
) -> pd.Series:
    """Return the one action judged on these log rows."""
    plan = Plan.model_validate(
        {
            "plan": {"name": "P", "version": "1"},
            "scenarios": [{"id": "a", "name": "A"}, {"id": "b", "name": "B"}],
            "roles": [
                {"id": "lead", "name": "L", "holders": ["Ana"]},
                {"id": "cm", "name": "C", "holders": ["Luis"]},
            ],
            "actions": [ACTION | change],
            "monitoring": [
                {"id": "many", "name": "M", "metric": "posts", "window": "1 h", "at_least": 9}
            ],
        }
    )
    frame = posts() if frame is None else frame
    facts = Facts(frame, entries(*rows), plan, scenario, AT if times is None else times)
    return judge_actions(facts).iloc[0]


def call(when: str, who: str = "Ana", **more: Any) -> dict[str, Any]:
    """Return an entry that proves the action."""
    return {"logged_at": at(when), "actor": who, "text": "Hablado con legal", **more}


@pytest.mark.parametrize(
    ("rows", "state", "reason"),
    [
        ([call("09:20"), LATER], "on time", "within_deadline"),
        ([call("09:30"), LATER], "on time", "within_deadline"),
        ([call("09:31"), LATER], "late", "after_deadline"),
        ([call("09:20", "Luis"), LATER], "wrong owner", "other_role"),
        ([call("09:20", "Eva"), LATER], "wrong owner", "no_role"),
        ([call("09:20", "Luis"), call("09:25"), LATER], "on time", "within_deadline"),
        ([LATER], "not done", "no_matching_row"),
        ([call("08:00"), LATER], "not done", "no_matching_row"),
        ([{**LATER, "channel": "#social"}], "no evidence", "channel_not_exported"),
        ([{**LATER, "logged_at": at("09:15")}], "no evidence", "log_ends_before_due"),
        ([], "no evidence", "channel_not_exported"),
        ([call("09:20", drill=True), LATER], "not done", "no_matching_row"),
    ],
)
def test_judge_actions_states(rows: list[dict[str, Any]], state: str, reason: str) -> None:
    """A state follows from the rows and says why."""
    action = judged(*rows)
    assert (action["state"], action["reason"]) == (state, reason)


def test_judge_actions_shows_the_row() -> None:
    """The proof is a row of a file, with who, when and how late."""
    action = judged(call("09:42"), LATER)
    assert action["evidence"] == "log/slack.zip:1"
    assert action["done_by"] == "Ana"
    assert action["due_at"] == at("09:30")
    assert action["late_minutes"] == 12


@pytest.mark.parametrize(
    ("change", "scenario", "state", "reason"),
    [
        ({"scenarios": ["b"]}, "a", "not triggered", "other_scenario"),
        ({"scenarios": ["b"]}, None, "no evidence", "scenario_unknown"),
        ({"trigger": "many"}, "a", "not triggered", "rule_never_fired"),
        ({"trigger": "resolved"}, "a", "no evidence", "trigger_unknown"),
    ],
)
def test_judge_actions_triggers(
    change: dict[str, Any], scenario: str | None, state: str, reason: str
) -> None:
    """What was never called for is not called undone."""
    action = judged(call("09:20"), LATER, scenario=scenario, **change)
    assert (action["state"], action["reason"]) == (state, reason)


def test_judge_actions_rule_that_fired_triggers() -> None:
    """An action called for by a monitoring rule is judged once the rule fired."""
    times = AT | {"many": at("08:50")}
    assert judged(call("09:20"), LATER, trigger="many", times=times)["state"] == "on time"


def test_judge_actions_posts_prove_public_acts() -> None:
    """A public act is proved by the post; who pressed the button is not observable."""
    said = posts({"post_id": "1", "created_at": at("09:25"), "text": "Lamentamos", "own": True})
    evidence = {"source": "posts", "channels": ["x"], "words": ["lamentamos"]}
    action = judged(LATER, frame=said, evidence=evidence)
    assert (action["state"], action["evidence"]) == ("on time", "posts/a.csv:2")
    assert pd.isna(action["done_by"])


def test_judge_actions_platform_not_exported_is_no_evidence() -> None:
    """A network that was not exported can prove nothing, least of all an omission."""
    evidence = {"source": "posts", "channels": ["tiktok"], "words": ["lamentamos"]}
    assert judged(LATER, evidence=evidence)["state"] == "no evidence"
