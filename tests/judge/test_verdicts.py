"""Targets and verdicts: each side of a limit, and what cannot be told."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Any

import pandas as pd
import pytest

from crisislab.estimate.survival import Estimate
from crisislab.judge.verdicts import action_metrics, judge_plan
from crisislab.metrics import metrics, number
from crisislab.plan import Plan
from crisislab.schema import ACTIONS

NAN = float("nan")


def plan(**target: Any) -> Plan:
    """Return a plan with one target."""
    return Plan.model_validate(
        {
            "plan": {"name": "P", "version": "1"},
            "scenarios": [{"id": "a", "name": "A"}],
            "roles": [{"id": "lead", "name": "L", "holders": ["Ana"]}],
            "actions": [{"id": "x", "name": "X", "owner": "lead", "evidence": {"source": "log"}}],
            "targets": [{"id": "t", "name": "T", **target}] if target else [],
        }
    )


def actions(**states: int) -> pd.DataFrame:
    """Return actions with these numbers of states (``on_time=3``)."""
    rows = [
        {"action": f"{state}{i}", "state": state.replace("_", " ")}
        for state, n in states.items()
        for i in range(n)
    ]
    return ACTIONS.conform(pd.DataFrame(rows, columns=["action", "state"]))


def verdict(subject: str, done: pd.DataFrame, numbers: pd.DataFrame, wanted: Plan) -> str:
    """Return one verdict."""
    table = judge_plan(done, numbers, plan=wanted, rule="conversations")
    return str(table.set_index("subject").loc[subject, "verdict"])


SHARE = {"metric": "reply_rate", "within": "4 h", "at_least": 0.8}
MEDIAN = {"metric": "first_response_time", "percentile": 50, "within": "60 min"}
STATEMENT = {"metric": "time_to_first_statement", "within": "60 min", "clock": "detected"}


@pytest.mark.parametrize(
    ("target", "scope", "estimate", "note", "expected"),
    [
        (SHARE, "within=240;rule=conversations", Estimate(0.9, 0.85, 0.95), "", "met"),
        (SHARE, "within=240;rule=conversations", Estimate(0.9, 0.75, 0.95), "", "cannot tell"),
        (SHARE, "within=240;rule=conversations", Estimate(0.5, 0.4, 0.6), "", "not met"),
        (
            SHARE,
            "within=240;rule=conversations",
            Estimate(NAN, NAN, NAN),
            "no_brand_posts",
            "cannot tell",
        ),
        (MEDIAN, "percentile=50;rule=conversations", Estimate(40, 30, 50), "", "met"),
        (MEDIAN, "percentile=50;rule=conversations", Estimate(80, 70, 90), "", "not met"),
        (MEDIAN, "percentile=50;rule=conversations", Estimate(55, 40, 70), "", "cannot tell"),
        (
            MEDIAN,
            "percentile=50;rule=conversations",
            Estimate(NAN, 300, NAN),
            "not_reached",
            "not met",
        ),
        (
            MEDIAN,
            "percentile=50;rule=conversations",
            Estimate(NAN, NAN, NAN),
            "not_reached",
            "cannot tell",
        ),
        (STATEMENT, "from=detected", Estimate(50, 50, 50), "", "met"),
        (STATEMENT, "from=detected", Estimate(61, 61, 61), "", "not met"),
        (STATEMENT, "from=detected", Estimate(50, -10, 110), "", "cannot tell"),
        (STATEMENT, "from=detected", Estimate(NAN, NAN, NAN), "clock_missing", "cannot tell"),
    ],
)
def test_judge_plan_targets(
    target: dict[str, Any], scope: str, estimate: Estimate, note: str, expected: str
) -> None:
    """A target is met or missed only when its whole interval says so."""
    numbers = metrics([number(target["metric"], estimate, unit="x", scope=scope, n=50, note=note)])
    assert verdict("target=t", actions(on_time=1), numbers, plan(**target)) == expected


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (Estimate(0.15, 0.13, 0.16), "not met"),
        (Estimate(0.45, 0.38, 0.52), "cannot tell"),
        (Estimate(0.0, 0.0, 0.95), "cannot tell"),
    ],
)
def test_judge_plan_percentile_never_reached(share: Estimate, expected: str) -> None:
    """A median beyond all that was seen is missed where fewer than half had an answer in time."""
    nowhere = Estimate(NAN, NAN, NAN)
    scope = "rule=conversations"
    numbers = metrics([
        number("first_response_time", nowhere, unit="minutes", scope=f"percentile=50;{scope}",
               n=3133, note="not_reached"),
        number("reply_rate", share, unit="share", scope=f"within=60;{scope}", n=3133),
    ])  # fmt: skip
    assert verdict("target=t", actions(on_time=1), numbers, plan(**MEDIAN)) == expected


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ({"on_time": 5}, "followed"),
        ({"on_time": 5, "not_triggered": 3}, "followed"),
        ({"on_time": 4, "late": 1}, "partly followed"),
        ({"late": 3}, "not followed"),
        ({"on_time": 2, "not_done": 18}, "not followed"),
        ({"no_evidence": 4}, "cannot tell"),
        ({"late": 1, "no_evidence": 5}, "cannot tell"),
        ({"late": 3, "no_evidence": 9}, "not followed"),
        ({"on_time": 3, "no_evidence": 9}, "cannot tell"),
        ({"on_time": 3, "no_evidence": 3}, "followed"),
        ({}, "cannot tell"),
    ],
)
def test_judge_plan_followed(states: dict[str, int], expected: str) -> None:
    """What was not triggered or left no evidence never counts as done."""
    assert verdict("plan_followed", actions(**states), metrics([]), plan()) == expected


@pytest.mark.parametrize(
    ("met", "missed", "untold", "expected"),
    [
        (4, 0, 0, ("met", "targets_told", "high")),
        (0, 4, 0, ("not met", "targets_told", "high")),
        (2, 2, 0, ("partly met", "targets_told", "high")),
        (1, 1, 2, ("partly met", "targets_told", "moderate")),
        (1, 0, 3, ("cannot tell", "rest_untold", "none")),
        (0, 1, 3, ("not all met", "missed_rest_untold", "moderate")),
        (0, 0, 4, ("cannot tell", "not_observable", "none")),
        (0, 0, 0, ("cannot tell", "not_observable", "none")),
    ],
)
def test_judge_plan_targets_together_claim_no_more_than_is_told(
    met: int, missed: int, untold: int, expected: tuple[str, str, str]
) -> None:
    """One met and three that cannot be told are no "partly": they may all have been met."""
    kinds = ["met"] * met + ["missed"] * missed + ["untold"] * untold
    values = {"met": Estimate(0.9, 0.85, 0.95), "missed": Estimate(0.5, 0.4, 0.6)}
    (one,) = plan(**SHARE).targets
    targets = [
        one.model_copy(update={"id": f"t{i}", "within": 60.0 + i}) for i in range(len(kinds))
    ]
    rows = [
        number("reply_rate", values[kind], unit="share", n=50,
               scope=f"within={60 + i};rule=conversations")
        for i, kind in enumerate(kinds)
        if kind in values
    ]  # fmt: skip
    wanted = plan().model_copy(update={"targets": targets})
    table = judge_plan(actions(on_time=1), metrics(rows), plan=wanted, rule="conversations")
    row = table.set_index("subject").loc["targets_met"]
    assert (row["verdict"], row["reason"], row["confidence"]) == expected


def test_judge_plan_makes_no_causal_claim() -> None:
    """Whether the response helped cannot be told: crises fade without any action."""
    table = judge_plan(actions(on_time=5), metrics([]), plan=plan(), rule="conversations")
    row = table.set_index("subject").loc["response_helped"]
    assert (row["verdict"], row["reason"]) == ("cannot tell", "natural_decay")


def test_action_metrics_counts_only_what_was_triggered_and_seen() -> None:
    """4 of 5 on time is .80 with Wilson's interval .38 to .96, whatever was not triggered."""
    table = action_metrics(actions(on_time=4, late=1, not_triggered=7, no_evidence=2))
    row = table[table["metric"] == "deadline_adherence"].iloc[0]
    assert (row["value"], row["n"]) == (0.8, 5)
    assert (row["lower"], row["upper"]) == pytest.approx((0.38, 0.96), abs=0.01)


def test_a_starter_plan_is_not_judged() -> None:
    """The plan that crisislab writes is nobody's: no verdict on it or on its targets."""
    text = (resources.files("crisislab") / "templates" / "en" / "plan.toml").read_text("utf-8")
    starter = Plan.model_validate(tomllib.loads(text))
    assert starter.plan.starter
    verdicts = judge_plan(actions(late=3), metrics([]), plan=starter, rule="conversations")
    told = verdicts[verdicts["subject"] != "response_helped"]
    assert set(told["verdict"]) == {"cannot tell"}
    assert set(told["reason"]) == {"starter_plan"}


def test_judge_targets_by_the_crisis_where_its_rise_is_known() -> None:
    """Quick answers of the quiet weeks do not meet a target of the crisis; its number is cited."""
    scope = "within=240;rule=conversations"
    rows = [
        number("reply_rate", Estimate(0.9, 0.85, 0.95), unit="share", scope=scope, n=900),
        number(
            "reply_rate",
            Estimate(0.5, 0.4, 0.6),
            unit="share",
            scope=f"{scope};period=crisis",
            n=90,
        ),
    ]
    table = judge_plan(actions(), metrics(rows), plan=plan(**SHARE), rule="conversations")
    row = table.set_index("subject").loc["target=t"]
    assert (row["verdict"], row["n"]) == ("not met", 90)
    assert row["evidence"] == f"reply_rate[{scope};period=crisis]"


def test_judge_targets_nobody_wrote_in_the_crisis() -> None:
    """Where nobody wrote the reason is that, not a clock without a start."""
    none = number("reply_rate", None, unit="share",
                  scope="within=240;rule=conversations;period=crisis", n=0)  # fmt: skip
    table = judge_plan(actions(), metrics([none]), plan=plan(**SHARE), rule="conversations")
    row = table.set_index("subject").loc["target=t"]
    assert (row["verdict"], row["reason"]) == ("cannot tell", "nobody_wrote")
