"""The crisis clock and its lengths."""

from __future__ import annotations

import pandas as pd
import pytest

from crisislab.measure.clock import clock_times, crisis_clock
from crisislab.plan import Plan
from tests.build import at, entries, posts

PLAN = Plan.model_validate(
    {
        "plan": {"name": "P", "version": "1"},
        "scenarios": [{"id": "a", "name": "A"}],
        "roles": [{"id": "lead", "name": "L", "holders": ["Ana"]}],
        "actions": [{"id": "x", "name": "X", "owner": "lead", "evidence": {"source": "log"}}],
        "milestones": {
            "detected": {"source": "log", "words": ["detectad"]},
            "activated": {"source": "log", "words": ["plan activado"]},
            "first_statement": {"source": "posts", "kinds": ["post"], "words": ["lamentamos"]},
        },
    }
)
POSTS = posts(
    {"post_id": "1", "created_at": at("08:12"), "text": "qué asco"},
    {"post_id": "2", "created_at": at("07:00"), "text": "Lamentamos otra cosa", "own": True},
    {"post_id": "3", "created_at": at("10:00"), "text": "Lamentamos", "own": True},
    {"post_id": "4", "created_at": at("09:30"), "text": "hola", "own": True, "kind": "reply"},
)
LOG = entries(
    {"logged_at": at("08:40"), "actor": "Ana", "text": "Detectado: quejas"},
    {"logged_at": at("08:55"), "actor": "Ana", "text": "Plan activado"},
)


def clock(**options: object) -> pd.DataFrame:
    """Return the clock by milestone."""
    table = crisis_clock(POSTS, LOG, plan=PLAN, onset=at("08:00"), **options)  # type: ignore[arg-type]
    return table.set_index("milestone")


def test_crisis_clock_each_with_its_row() -> None:
    """Every milestone carries the row that proves it; earlier own posts are no statement."""
    table = clock()
    assert table["at"].dropna().dt.strftime("%H:%M").to_dict() == {
        "onset": "08:12",
        "detected": "08:40",
        "activated": "08:55",
        "first_reply": "09:30",
        "first_statement": "10:00",
    }
    assert table.loc["first_statement", "evidence"] == "posts/a.csv:4"
    assert table.loc["resolved", "reason"] == "not_in_plan"


def test_crisis_clock_declared_stands_first() -> None:
    """A milestone set by hand counts, and its reason is shown."""
    table = clock(declared={"detected": (at("08:20"), "call")})
    assert table.loc["detected", ["reason", "text"]].tolist() == ["declared", "call"]
    assert table.loc["detected", "at"] == at("08:20")


def test_crisis_clock_without_onset_says_why() -> None:
    """No quiet period: the onset is missing with its reason, the rest is still told."""
    table = crisis_clock(POSTS, LOG, plan=PLAN, onset=None, onset_reason="no_quiet_period")
    assert table.loc[0, "reason"] == "no_quiet_period"
    assert pd.isna(table.loc[0, "at"])
    assert table.loc[1, "at"] == at("08:40")


def test_clock_times_from_every_start() -> None:
    """The same statement is 108 minutes from onset, 80 from detection, 65 from activation."""
    times = clock_times(clock().reset_index())
    rows = times[times["metric"] == "time_to_first_statement"].set_index("scope")
    assert rows["value"].to_dict() == pytest.approx(
        {"from=onset": 108, "from=detected": 80, "from=activated": 65}
    )
    assert (rows.loc["from=onset", "lower"], rows.loc["from=onset", "upper"]) == (48, 168)
    assert rows.loc["from=detected", "lower"] == 80


def test_clock_times_missing_milestone_is_missing() -> None:
    """A length with an unknown end is missing and says so, never 0."""
    times = clock_times(clock().reset_index())
    row = times[times["metric"] == "time_to_resolve"].iloc[0]
    assert pd.isna(row["value"])
    assert row["note"] == "clock_missing"
