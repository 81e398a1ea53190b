"""A scenario turned into an exercise: reviewable like any case, and the same every time."""

from __future__ import annotations

import csv
import shutil
from datetime import datetime
from pathlib import Path

import pytest

import crisislab as cl
from crisislab.cli import main
from crisislab.errors import CrisisLabError
from crisislab.manual import read_manual
from crisislab.simulate.exercise import injects, write_drill

KESTREL = Path(__file__).parent.parent.parent / "data" / "sample" / "kestrel"
START = datetime(2026, 10, 6, 10)


def test_injects_cover_the_scenario_in_the_order_of_the_plan() -> None:
    """Every action of the scenario has its inject, none of another, none before its trigger."""
    plan = read_manual(KESTREL)
    found = {one.action: one for one in injects(plan, "outage", lang="en")}
    assert "replacement-buses" in found
    assert not {"close-leak", "family-line"} & set(found)
    assert found["statement"].minute >= found["alert-lead"].minute
    assert found["alert-lead"].due_minute == 30


def test_write_drill_gives_the_same_bytes(tmp_path: Path) -> None:
    """The same seed gives the same exercise, another one gives another crowd."""
    plan = read_manual(KESTREL)
    made = [
        write_drill(plan, "outage", tmp_path / str(i), start=START, zone="Europe/London",
                    seed=seed, lang="es")
        for i, seed in enumerate((1, 1, 2))
    ]  # fmt: skip
    posts = [(folder / "posts" / "posts.csv").read_bytes() for folder in made]
    assert posts[0] == posts[1] != posts[2]


def test_write_drill_refuses_an_unknown_scenario(tmp_path: Path) -> None:
    """The scenarios of the plan are named."""
    with pytest.raises(CrisisLabError, match="CL-DRILL-SCENARIO"):
        write_drill(read_manual(KESTREL), "flood", tmp_path / "x", start=START, zone="UTC",
                    seed=1, lang="en")  # fmt: skip


def test_drill_command_gives_a_case_that_can_be_filled_and_compared(tmp_path: Path) -> None:
    """The exercise opens as a case; its log, once filled, is a drill of the real case."""
    made = tmp_path / "exercise"
    asked = ["drill", str(KESTREL), str(made), "--scenario", "data-leak"]
    assert main([*asked, "--start", "2026-10-06T10:00:00", "--lang", "en"]) == 0
    case = cl.open_case(made)
    assert len(case.posts) > 150
    with (made / "log" / "exercise.csv").open("a", encoding="utf-8") as log:
        csv.writer(log, lineterminator="\n").writerows(
            [["2026-10-06T09:20:00Z", "Priya Lund", "#social", "Possible incident", ""],
             ["2026-10-06T09:25:00Z", "Priya Lund", "#incident", "Alerting the lead", ""]]
        )  # fmt: skip
    real = shutil.copytree(KESTREL, tmp_path / "real")
    target = real / "drills" / "autumn-2025" / "log" / "exercise.csv"
    shutil.copy2(made / "log" / "exercise.csv", target)
    table = cl.review(cl.open_case(real)).tables["drills"].set_index("action")
    assert table.loc["alert-lead", "drill_state"] == "on time"
    assert table.loc["alert-lead", "drill_minutes"] == 5
