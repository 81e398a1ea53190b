"""The second sample against its known truth: another scenario, in English, and its drill."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import crisislab as cl
from crisislab.judge.drills import compare_drills, drill_attendance, drill_metrics, judge_drill
from crisislab.measure.backtest import backtest
from crisislab.simulate.second import simulate_second
from tests.simulate.test_simulate import MADE_LATER
from tests.warm import warm_case, warm_review

SAMPLE = Path(__file__).parent.parent / "data" / "sample" / "kestrel"


def truth(name: str) -> pd.DataFrame:
    """Return one table of the known truth."""
    return pd.read_csv(SAMPLE / "truth" / f"{name}.csv", dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def case() -> cl.Case:
    """Return the opened sample."""
    return warm_case(SAMPLE)


@pytest.fixture(scope="module")
def review(case: cl.Case) -> cl.Review:
    """Return its review."""
    return warm_review(case)


@pytest.fixture(scope="module")
def drilled(case: cl.Case) -> pd.DataFrame:
    """Return its drill judged."""
    return judge_drill(case.exercises["autumn-2025"], plan=case.plan, drill=case.plan.drills[0])


def test_second_sample_is_what_the_simulator_writes(tmp_path: Path) -> None:
    """The files of the sample are the simulator's, byte for byte."""
    made = simulate_second(tmp_path / "kestrel")
    names = {p.relative_to(made) for p in made.rglob("*") if p.is_file()}
    there = {p.relative_to(SAMPLE) for p in SAMPLE.rglob("*") if p.is_file()}
    assert names == {n for n in there if n.parts[0] not in MADE_LATER}
    assert all((made / n).read_bytes() == (SAMPLE / n).read_bytes() for n in names)


def test_second_sample_actions_are_the_true_ones(review: cl.Review) -> None:
    """Every action ends in its true state, at its true instant, with what is also true of it."""
    true, found = truth("actions").set_index("action"), review.actions.set_index("action")
    assert found["state"].to_dict() == true["state"].to_dict()
    assert found["also"].fillna("").to_dict() == true["also"].to_dict()
    for column in ("due_at", "done_at"):
        known = pd.to_datetime(true[column], utc=True, format="ISO8601")
        both = found[column].notna() & known.notna()
        assert (found[column].isna() == known.isna()).all()
        assert ((found[column] - known)[both].abs() <= pd.Timedelta(seconds=1)).all()


def test_second_sample_drill_is_the_true_one(drilled: pd.DataFrame) -> None:
    """The drill's log, judged by the same rules, gives the drill's true states."""
    true = truth("drill_actions").set_index("action")
    found = drilled[drilled["state"] != "not triggered"].set_index("action")
    assert found["state"].to_dict() == true["state"].to_dict()
    known = pd.to_datetime(true["done_at"], utc=True, format="ISO8601").reindex(found.index)
    assert (found["done_at"].fillna(pd.Timestamp(0, tz="UTC")) == known.fillna(
        pd.Timestamp(0, tz="UTC"))).all()  # fmt: skip


def test_drill_rows_never_enter_the_crisis(case: cl.Case, review: cl.Review) -> None:
    """Drill entries are flagged, and nothing of the crisis rests on one."""
    assert case.exercises["autumn-2025"].log["drill"].all()
    assert not case.log["drill"].any()
    evidence = " ".join(review.actions["evidence"].dropna())
    assert "drills/" not in evidence


def test_compare_drills_action_by_action(
    case: cl.Case, review: cl.Review, drilled: pd.DataFrame
) -> None:
    """Each drilled action stands beside the crisis with its own minutes."""
    table = compare_drills(review.actions, {"autumn-2025": drilled}, plan=case.plan)
    rows = table.set_index("action")
    assert rows.loc["activate", ["drill_state", "real_state", "change"]].tolist() == [
        "on time", "late", "worse",
    ]  # fmt: skip
    assert rows.loc["activate", "drill_minutes"] == 18
    assert rows.loc["activate", "real_minutes"] == 60
    assert rows.loc["fact-sheet", "change"] == "same"
    assert len(rows) == 7


def test_drill_metrics_by_hand(case: cl.Case, review: cl.Review, drilled: pd.DataFrame) -> None:
    """Drilled 4 of 7 on time, undrilled 4 of 6; the gap spans nought and says that n is small."""
    onset = pd.Timestamp("2026-05-13T09:30:00Z")
    table = drill_metrics(
        review.actions, {"autumn-2025": drilled}, plan=case.plan, onset=onset, zone=case.zone
    ).set_index("metric")
    judged = review.actions[review.actions["state"].isin(
        ["on time", "late", "out of order", "not done", "wrong owner"])]  # fmt: skip
    inside = judged["action"].isin(truth("drill_actions")["action"])
    on_time = judged["state"] == "on time"
    assert table.loc["on_time_drilled", "n"] == inside.sum()
    assert table.loc["on_time_drilled", "value"] == on_time[inside].mean()
    assert table.loc["on_time_undrilled", "value"] == on_time[~inside].mean()
    gap = table.loc["on_time_drilled_minus_undrilled"]
    assert gap["lower"] < 0 < gap["upper"]
    assert "few" in gap["note"]
    assert table.loc["days_since_drill", "value"] == 218


def test_drill_attendance_names_who_was_missing(case: cl.Case) -> None:
    """Care owns actions of the scenario and took no part in the drill."""
    table = drill_attendance(case.plan).set_index("role")
    assert not table.loc["care", "took_part"]
    assert table.loc["it", "took_part"]


def test_second_sample_back_test_is_the_true_one(case: cl.Case) -> None:
    """Counted when collected, each rule fires at its true second, false alarms are true."""
    onset = pd.Timestamp("2026-05-13T09:30:00Z")
    table = backtest(
        case.posts, case.plan.monitoring, quiet=case.quiet, onset=onset, detected=None
    ).set_index(["metric", "scope"])
    for row in truth("rules").itertuples():
        fired = (pd.Timestamp(row.fired_at) - onset).total_seconds() / 60
        assert table.loc[("alert_delay", f"rule={row.rule}"), "value"] == pytest.approx(fired)
        n = table.loc[("false_alarms_per_week", f"rule={row.rule}"), "n"]
        assert n == int(row.n_false_quiet)
