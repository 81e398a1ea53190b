"""Each state of an action, from hand-written logs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from crisislab.judge.conformance import Facts, action_candidates, judge_actions
from crisislab.judge.decisions import Decision
from crisislab.plan import Plan
from crisislab.read import read_log
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
BEFORE = {"logged_at": at("08:40"), "actor": "Luis", "text": "buenos días"}


def judged(
    *rows: dict[str, Any],
    scenario: str | None = "a",
    times: Any = None,
    frame: pd.DataFrame | None = None,
    decided: tuple[Decision, ...] = (),
    **change: Any,
) -> pd.Series:
    """Return the one action judged on these log rows."""
    facts = facts_of(list(rows), ACTION | change, scenario=scenario, times=times, frame=frame)
    return judge_actions(replace(facts, decided=decided)).iloc[0]


def facts_of(
    rows: list[dict[str, Any]],
    *actions: dict[str, Any],
    scenario: str | None = "a",
    times: Any = None,
    frame: pd.DataFrame | None = None,
) -> Facts:
    """Return what actions are judged by."""
    plan = Plan.model_validate(
        {
            "plan": {"name": "P", "version": "1"},
            "scenarios": [{"id": "a", "name": "A"}, {"id": "b", "name": "B"}],
            "roles": [
                {"id": "lead", "name": "L", "holders": ["Ana"]},
                {"id": "cm", "name": "C", "holders": ["Luis"]},
            ],
            "actions": list(actions or (ACTION,)),
            "monitoring": [
                {"id": "many", "name": "M", "metric": "posts", "window": "1 h", "at_least": 9}
            ],
        }
    )
    frame = posts() if frame is None else frame
    return Facts(frame, entries(*rows), plan, scenario, AT if times is None else times)


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
        ([BEFORE, LATER], "not done", "no_matching_row"),
        ([LATER], "no evidence", "log_begins_after_due"),
        ([call("08:00"), LATER], "not done", "no_matching_row"),
        ([{**LATER, "channel": "#social"}], "no evidence", "channel_not_exported"),
        ([{**LATER, "logged_at": at("09:15")}], "no evidence", "log_ends_before_due"),
        ([], "no evidence", "channel_not_exported"),
        ([BEFORE, call("09:20", drill=True), LATER], "not done", "no_matching_row"),
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
        ({"scenarios": ["b"]}, "a", "improvised", "other_scenario"),
        ({"scenarios": ["b"]}, None, "no evidence", "scenario_unknown"),
        ({"trigger": "many"}, "a", "improvised", "rule_never_fired"),
        ({"trigger": "resolved"}, "a", "no evidence", "trigger_unknown"),
    ],
)
def test_judge_actions_triggers(
    change: dict[str, Any], scenario: str | None, state: str, reason: str
) -> None:
    """What was never called for is not called undone; done all the same, it is improvised."""
    action = judged(call("09:20"), LATER, scenario=scenario, **change)
    assert (action["state"], action["reason"]) == (state, reason)


def test_judge_actions_not_called_for_and_not_done() -> None:
    """What was neither called for nor done is not triggered."""
    assert judged(BEFORE, LATER, scenarios=["b"])["state"] == "not triggered"


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([call("09:20", text="¿Quién llama a legal?")], "only_doubtful"),
        ([call("09:20", text="Nadie ha hablado con legal")], "only_doubtful"),
        ([call("09:20", text="I will call legal")], "only_doubtful"),
        ([call("09:20", channel="#random"), BEFORE], "told_elsewhere"),
        ([call("09:20", text="hablado con leagl de guardia")], "only_similar"),
        ([call("09:20", "Luis"), call("09:40")], "owner_or_other"),
    ],
)
def test_judge_actions_asks_instead_of_guessing(rows: list[dict[str, Any]], reason: str) -> None:
    """What the rows leave open is ambiguous, with every row to choose from."""
    words = ["legal"] if reason != "only_similar" else ["legal de guardia"]
    evidence = ACTION["evidence"] | {"words": words}  # type: ignore[operator]
    action = judged(*rows, LATER, evidence=evidence)
    assert (action["state"], action["reason"]) == ("ambiguous", reason), action
    assert action["evidence"].split()
    assert pd.isna(action["done_at"])


def test_judge_actions_plain_row_beats_talk() -> None:
    """A row that says it was done decides, whatever was planned before."""
    action = judged(call("09:12", text="Voy a llamar a legal"), call("09:25"), LATER)
    assert (action["state"], action["done_at"]) == ("on time", at("09:25"))


def test_judge_actions_one_of_two_channels_missing_is_not_an_omission() -> None:
    """With one of two possible channels missing it may have been done in the other."""
    evidence = ACTION["evidence"] | {"channels": ["#crisis", "#mail"]}  # type: ignore[operator]
    assert judged(BEFORE, LATER, evidence=evidence)["state"] == "no evidence"


def test_judge_actions_link_proves() -> None:
    """An address the plan names proves an action without words."""
    evidence = {"source": "log", "links": ["https://wiki.example/legal"]}
    row = call("09:20", text="hecho", link="https://wiki.example/legal/7")
    assert judged(row, LATER, evidence=evidence)["state"] == "on time"


@pytest.mark.parametrize(
    ("rows", "also"),
    [
        ([call("09:20"), LATER], "not_approved"),
        ([call("09:20"), call("09:50", "Luis", text="aprobado"), LATER], "approved_after"),
        ([call("09:15", "Luis", text="aprobado"), call("09:20"), LATER], ""),
        ([call("09:15", text="aprobado"), call("09:20"), LATER], "not_approved"),
    ],
)
def test_judge_actions_says_whether_approval_came_first(
    rows: list[dict[str, Any]], also: str
) -> None:
    """An approval counts from its role only, and before the act."""
    approval = {"source": "log", "channels": ["#crisis"], "words": ["aprobado"]}
    assert judged(BEFORE, *rows, approver="cm", approval=approval)["also"] == also


def decided_on(rows: list[dict[str, Any]], *found: Decision) -> pd.Series:
    """Return the action judged with decisions of people."""
    return judged(*rows, LATER, decided=found)


def test_decisions_settle_what_is_ambiguous_and_are_shown() -> None:
    """A confirmed row is the proof, a rejected one is none; the reason stays in the table."""
    rows = [BEFORE, call("09:20", text="¿Llamo a legal?")]
    yes = decided_on(rows, Decision("call", True, "seen in the minutes", "log/slack.zip:2"))
    assert (yes["state"], yes["override"]) == ("on time", "seen in the minutes")
    no = decided_on(rows, Decision("call", False, "never called", "log/slack.zip:2"))
    assert (no["state"], no["override"]) == ("not done", "never called")
    told = Decision("call", True, "told by phone", None, at("09:45"), "Ana")
    late = decided_on(rows, told)
    assert (late["state"], late["late_minutes"], late["confidence"]) == ("late", 15, "recollection")
    assert late["evidence"] == "case.toml"


def test_action_candidates_say_what_each_row_would_mean() -> None:
    """Every matching row is listed with its standing and the state it would give."""
    rows = [call("09:12", text="voy a llamar a legal"), call("09:25"), call("09:50"), LATER]
    table = action_candidates(facts_of(rows))
    assert table["standing"].tolist() == ["doubtful", "proof", "later"]
    assert table["would_be"].tolist() == ["on time", "on time", "late"]
    assert table["doubt"].tolist() == ["planned", "", ""]


def test_judge_actions_out_of_order() -> None:
    """Done before what the protocol puts first is out of order; lateness is told beside it."""
    first = {**ACTION, "id": "check", "name": "Check", "order": 1,
             "evidence": {"source": "log", "words": ["comprobado"]}}  # fmt: skip
    rows = [call("09:15"), call("09:20", text="comprobado"), LATER]
    table = judge_actions(facts_of(rows, first, {**ACTION, "order": 2}))
    assert table["state"].tolist() == ["on time", "out of order"]


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


def test_a_table_that_people_keep_is_written_afterwards(tmp_path: Path) -> None:
    """What a spreadsheet of the team says is a recollection; a chat stamps its messages itself."""
    (tmp_path / "log.csv").write_text(
        "when;who;channel;what\n2026-03-05 08:40;Luis;#crisis;buenos días\n"
        "2026-03-05 09:20;Ana;#crisis;Hablado con legal\n2026-03-05 18:00;Ana;#crisis;cerramos\n"
    )
    log = read_log(tmp_path / "log.csv", zone="UTC").log
    action = judge_actions(replace(facts_of([]), log=log)).iloc[0]
    assert (action["state"], action["confidence"]) == ("on time", "recollection")


def test_channels_of_no_log_are_not_complete() -> None:
    """Channels declared to be exported whole prove nothing where no entry was loaded."""
    facts = replace(facts_of([]), complete_channels=("#crisis",))
    assert judge_actions(facts).iloc[0]["reason"] == "channel_not_exported"
    there = replace(facts_of([BEFORE, LATER]), complete_channels=("#crisis",))
    assert judge_actions(there).iloc[0]["state"] == "not done"


def test_a_rule_on_no_public_posts_did_not_stay_silent() -> None:
    """Without any post of the public it cannot be known whether a rule of volume fired."""
    facts = facts_of([call("09:20"), LATER], {**ACTION, "trigger": "many"})
    assert judge_actions(facts).iloc[0]["state"] == "improvised"
    unknown = judge_actions(replace(facts, n_public=0)).iloc[0]
    assert (unknown["state"], unknown["reason"]) == ("no evidence", "trigger_unknown")


def test_no_action_of_a_starter_plan_is_judged() -> None:
    """Before the plan is the team's own, an action that nobody took is no omission."""
    facts = facts_of([BEFORE, LATER])
    own = facts.plan.plan.model_copy(update={"starter": True})
    plan = facts.plan.model_copy(update={"plan": own})
    action = judge_actions(replace(facts, plan=plan)).iloc[0]
    assert (action["state"], action["reason"]) == ("no evidence", "starter_plan")
