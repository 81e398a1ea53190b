"""Crises as chosen: whole case folders whose truth is what was asked for."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from crisislab.case import Case
from crisislab.judge.drills import judge_drill
from crisislab.manual import read_manual
from crisislab.opening import open_case
from crisislab.pipeline import review
from crisislab.simulate import Chosen, simulate_case
from crisislab.simulate.__main__ import main
from crisislab.simulate.chosen_drill import drill_log
from crisislab.simulate.world import PLATFORMS, Sizes


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def _opened(folder: Path, *, scale: float = 0.3, seed: int = 5, **choices: object) -> Case:
    simulate_case(folder, seed=seed, scale=scale, chosen=Chosen(**choices))  # type: ignore[arg-type]
    return open_case(folder)


def _after(folder: Path) -> float:
    """Return the crisis posts in the day after the response, talks with the brand aside."""
    at = _rows(folder / "truth" / "effect.csv")[0]["response_at"]
    end = (pd.Timestamp(at) + pd.Timedelta(hours=24)).strftime("%Y-%m-%dT%H:%M:%SZ")
    said = _rows(folder / "truth" / "posts.csv")
    talk = ("thanks", "okay", "unmoved", "waiting")
    new = [row for row in said if row["own"] == "false" and row["topic"] not in talk]
    ordinary = sum(Sizes().calm.values())
    return sum(at <= row["created_at"] < end for row in new) - ordinary


def test_the_effect_is_what_was_chosen(tmp_path: Path) -> None:
    """Posts after the response are about so many times those of a response that does nothing."""
    found = {}
    for effect in (1.0, 0.5, 2.0):
        folder = tmp_path / str(effect)
        simulate_case(folder, seed=3, chosen=Chosen(effect=effect, second_wave=False))
        found[effect] = _after(folder)
    assert found[0.5] / found[1.0] == pytest.approx(0.5, abs=0.12)
    assert found[2.0] / found[1.0] == pytest.approx(2.0, abs=0.4)


def test_the_response_stands_in_exports_question_and_truth(tmp_path: Path) -> None:
    """The case asks about the instant of the truth, and the post of that instant is read."""
    case = _opened(tmp_path, lag_hours=20)
    truth = _rows(tmp_path / "truth" / "effect.csv")[0]
    at = pd.Timestamp(truth["response_at"])
    assert at - pd.Timestamp(truth["peak_hour_at"]) == pd.Timedelta(hours=21)
    asked = case.settings.effect
    assert asked is not None
    assert pd.Timestamp(asked.at, tz="Europe/Madrid") == at
    assert (case.posts.loc[case.posts["own"], "created_at"] == at).any()
    made = review(case)
    assert made.metrics.set_index("metric").loc["effect_lag", "value"] > 12 * 60


def test_what_never_reached_the_exports_is_told(tmp_path: Path) -> None:
    """Exported and lost posts are all there were on the platforms exported; the cap holds."""
    case = _opened(tmp_path, platforms=("x", "facebook"), deleted=0.15, cap=20)
    lost = {(row["platform"], row["post_id"]): row["why"]
            for row in _rows(tmp_path / "truth" / "lost.csv")}  # fmt: skip
    said = {(row["platform"], row["post_id"]) for row in _rows(tmp_path / "truth" / "posts.csv")
            if row["platform"] in ("x", "facebook")}  # fmt: skip
    read = set(zip(case.posts["platform"], case.posts["post_id"], strict=True))
    # Damage of the layouts costs a few rows more; nothing that is lost is read.
    assert not read & set(lost)
    assert len(said - read - set(lost)) <= 5
    assert set(lost.values()) == {"deleted", "capped", "with_parent"}
    public = case.posts[~case.posts["own"]]
    per_day = public.groupby(["platform", public["created_at"].dt.floor("D")]).size()
    assert per_day.max() <= 20
    assert set(case.posts["platform"]) == {"x", "facebook"}


def test_one_wave_or_two(tmp_path: Path) -> None:
    """Without a second wave few posts come in the week after it would have begun."""
    n = {}
    for again in (True, False):
        folder = tmp_path / str(again)
        simulate_case(folder, seed=2, scale=0.3, chosen=Chosen(second_wave=again))
        days = Counter(row["created_at"][:10] for row in _rows(folder / "truth" / "posts.csv"))
        n[again] = days["2026-03-23"] + days["2026-03-24"]
    assert n[True] > 1.8 * n[False]


@pytest.mark.parametrize("seed", range(8))
def test_drills_are_judged_as_their_truth_says(seed: int) -> None:
    """Every action of a simulated drill gets the state and the instant of its truth."""
    plan = read_manual(Path(__file__).parents[2] / "data" / "sample" / "brumaria")
    made = drill_log(plan, seed=seed)
    assert {row["state"] for row in made.actions} <= {"on time", "late", "not done"}
    assert drill_log(plan, seed=seed) == made


def test_a_drill_of_a_case_is_judged_as_its_truth_says(tmp_path: Path) -> None:
    """Read from its folder and judged, five drills come out as their truth, action by action."""
    for seed in range(5):
        case = _opened(tmp_path / str(seed), scale=0.1, seed=seed, drill=True)
        drill = case.plan.drills[0]
        judged = judge_drill(case.exercises[drill.id], plan=case.plan, drill=drill)
        states = judged.set_index("action")
        for row in _rows(tmp_path / str(seed) / "truth" / "drill_actions.csv"):
            assert states.loc[row["action"], "state"] == row["state"], (seed, row)
            if row["done_at"]:
                assert states.loc[row["action"], "done_at"] == pd.Timestamp(row["done_at"])


def test_platforms_that_are_not_exported_prove_nothing(tmp_path: Path) -> None:
    """What stands on a platform without an export is "no evidence" in truth and review alike."""
    case = _opened(tmp_path, platforms=("x",))
    truth = {row["action"]: row["state"] for row in _rows(tmp_path / "truth" / "actions.csv")}
    assert truth["comunicado-facebook"] == truth["video-portavoz"] == "no evidence"
    states = review(case).actions.set_index("action")["state"]
    assert states["comunicado-facebook"] == states["video-portavoz"] == "no evidence"


@pytest.mark.parametrize(
    "wrong",
    [{"effect": 0}, {"lag_hours": 0}, {"platforms": ("facebook",)}, {"platforms": ("x", "tv")},
     {"deleted": 1.0}, {"cap": 1}, {"controls": 99}],
)  # fmt: skip
def test_choices_out_of_range_are_refused(wrong: dict[str, object]) -> None:
    """Nothing is simulated that makes no sense; the message names the choice and its range."""
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Chosen(**wrong)  # type: ignore[arg-type]


def test_the_command_writes_what_it_is_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Choices on the command line make the folder that the call makes; wrong ones are refused."""
    choices = ["--effect", "0.6", "--lag", "18", "--one-wave", "--platforms", "x", "web",
               "--controls", "2"]  # fmt: skip
    assert main([str(tmp_path / "a"), "--seed", "4", "--scale", "0.1", *choices]) == 0
    assert "factor 0.6" in capsys.readouterr().out
    chosen = Chosen(effect=0.6, lag_hours=18, second_wave=False, platforms=("x", "web"),
                    controls=2)  # fmt: skip
    simulate_case(tmp_path / "b", seed=4, scale=0.1, chosen=chosen)
    kept = {name: {path.relative_to(tmp_path / name): path.read_bytes()
                   for path in (tmp_path / name).rglob("*") if path.is_file()}
            for name in "ab"}  # fmt: skip
    assert kept["a"] == kept["b"]
    with pytest.raises(SystemExit):
        main([str(tmp_path / "c"), "--effect", "99"])
    assert set(PLATFORMS) > {"x", "web"}
