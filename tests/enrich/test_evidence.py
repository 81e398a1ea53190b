"""Rows that match what the plan counts as evidence."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from crisislab.enrich.evidence import find_evidence, plain
from crisislab.plan import Evidence, Plan
from tests.build import at, entries, posts

LOG = entries(
    {"logged_at": at("09:00"), "actor": "Ana Ruiz", "text": "He avisado a Legál"},
    {
        "logged_at": at("09:05"),
        "actor": "luis",
        "text": "ilegal, dice la gente",
        "channel": "#Social",
    },
    {"logged_at": at("09:10"), "actor": "bot", "text": "legal", "kind": "system"},
    {"logged_at": at("09:20"), "actor": "x", "text": "hecho", "action": "call-legal"},
    {"logged_at": at("08:00"), "actor": "x", "text": "legal", "drill": True},
)


@pytest.fixture
def plan() -> Plan:
    """Return a plan with two roles."""
    return Plan.model_validate(
        {
            "plan": {"name": "P", "version": "1"},
            "scenarios": [{"id": "s", "name": "S"}],
            "roles": [
                {"id": "lead", "name": "L", "holders": ["ana ruiz"]},
                {"id": "cm", "name": "C", "holders": ["@Luis"], "deputies": ["Ana Ruiz"]},
            ],
            "actions": [
                {"id": "call-legal", "name": "C", "owner": "lead", "evidence": {"source": "log"}}
            ],
        }
    )


def hits(plan: Plan, **pattern: Any) -> list[str]:
    """Return the references of the rows that match."""
    found = find_evidence(
        Evidence(**{"source": "log", **pattern}), posts=posts(), log=LOG, plan=plan
    )
    return found["evidence"].tolist()


def test_find_evidence_words_begin_words(plan: Plan) -> None:
    """A word matches where it begins a word, whatever accents and case; never inside one."""
    assert hits(plan, words=("LEGAL",)) == ["log/slack.zip:1"]


def test_find_evidence_channels_compare_plainly(plan: Plan) -> None:
    """#Social, social and #social are one channel."""
    assert hits(plan, channels=("social",)) == ["log/slack.zip:2"]


def test_find_evidence_leaves_drills_and_system_entries_out(plan: Plan) -> None:
    """Entries of a drill and system messages prove nothing."""
    assert hits(plan) == ["log/slack.zip:1", "log/slack.zip:2", "log/slack.zip:4"]


def test_find_evidence_named_action_needs_no_words(plan: Plan) -> None:
    """An entry that names the action proves it."""
    pattern = Evidence(source="log", words=("nothing like it",))
    found = find_evidence(pattern, posts=posts(), log=LOG, plan=plan, action="call-legal")
    assert found["evidence"].tolist() == ["log/slack.zip:4"]


def test_find_evidence_by_role(plan: Plan) -> None:
    """Only holders and deputies of the role count, by the name the log writes."""
    assert hits(plan, by=("cm",)) == ["log/slack.zip:1", "log/slack.zip:2"]
    assert hits(plan, by=("lead",)) == ["log/slack.zip:1"]


def test_find_evidence_in_posts_takes_own_human_ones(plan: Plan) -> None:
    """Posts of others and of automatic accounts are no evidence of the team's acts."""
    frame = posts(
        {"post_id": "1", "created_at": at("10:00"), "text": "Lamentamos", "own": True},
        {"post_id": "2", "created_at": at("10:01"), "text": "Lamentamos mucho"},
        {
            "post_id": "3",
            "created_at": at("10:02"),
            "text": "Lamentamos",
            "own": True,
            "automated": True,
        },
    )
    found = find_evidence(
        Evidence(source="posts", words=("lamentamos",), channels=("x",)),
        posts=frame,
        log=LOG,
        plan=plan,
    )
    assert found["evidence"].tolist() == ["posts/a.csv:2"]
    assert isinstance(found["at"].iloc[0], pd.Timestamp)


def test_plain_keeps_letters() -> None:
    """Accents go, letters stay."""
    assert plain("ÑANDÚ Público") == "nandu publico"
