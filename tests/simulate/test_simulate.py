"""The simulator: the same bytes for the same seed, and a truth that agrees with itself."""

from __future__ import annotations

import csv
import tomllib
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

from crisislab.case_file import CaseFile
from crisislab.plan import read_plan
from crisislab.read import read_posts
from crisislab.settings import read_settings
from crisislab.simulate import Truth, simulate_case
from crisislab.simulate.dice import Dice
from crisislab.simulate.ids import EPOCH_MS
from crisislab.simulate.logbook import story
from crisislab.simulate.manual import plan_toml
from crisislab.simulate.truth import conversations, fired_at
from crisislab.simulate.world import BRAND, DAY, HOUR, MACHINE, Author, Calendar, Post, local, stamp

SAMPLE = Path(__file__).parents[2] / "data" / "sample" / "brumaria"
END = stamp(Calendar().end)


# What the first commands of the README put beside the sample: a review, its store, notebooks.
MADE_LATER = {"review", ".crisislab", "notebooks"}


def _contents(folder: Path) -> dict[str, bytes]:
    names = {path.relative_to(folder): path for path in folder.rglob("*") if path.is_file()}
    return {
        name.as_posix(): path.read_bytes()
        for name, path in names.items() if name.parts[0] not in MADE_LATER
    }  # fmt: skip


def test_a_reviewed_sample_is_still_the_sample(tmp_path: Path) -> None:
    """The README reviews the sample before it runs the tests: what that wrote is no difference."""
    for name in ("posts/x.csv", "review/review.html", ".crisislab/a/posts.parquet"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text("a", "utf-8")
    assert set(_contents(tmp_path)) == {"posts/x.csv"}


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Truth:
    """Write the sample anew."""
    return simulate_case(tmp_path_factory.mktemp("sample") / "brumaria")


def test_simulate_case_repeats_itself(tmp_path: Path) -> None:
    """The same seed gives the same bytes, another seed other posts."""
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        simulate_case(tmp_path / name, seed=seed, scale=0.1)
    first, again, other = (_contents(tmp_path / name) for name in "abc")
    assert first == again
    assert first["truth/posts.csv"] != other["truth/posts.csv"]


def test_simulate_case_refuses_too_small_a_scale(tmp_path: Path) -> None:
    """A crisis too small for the layouts is refused before anything is written."""
    with pytest.raises(ValueError, match="scale is 0"):
        simulate_case(tmp_path / "case", scale=0)
    assert not (tmp_path / "case").exists()


def test_sample_is_what_the_simulator_writes(truth: Truth) -> None:
    """Every file of the sample is written by the simulator of today, and no other is there."""
    written, kept = _contents(truth.folder), _contents(SAMPLE)
    assert sorted(written) == sorted(kept)
    assert [name for name in written if written[name] != kept[name]] == []
    assert sum(map(len, kept.values())) < 8_000_000


def test_sample_settings_are_valid() -> None:
    """The settings and the manual of the sample pass the strict reading."""
    settings = read_settings(SAMPLE / "case.toml", CaseFile)
    plan = read_plan(SAMPLE / "plan.toml")
    assert settings.case.scenario in {scenario.id for scenario in plan.scenarios}
    assert all((SAMPLE / source.file).exists() for source in settings.sources)
    assert len(plan.scenarios) == 3
    assert len(plan.roles) >= 7
    assert len(plan.actions) >= 14


def test_reading_finds_every_true_post(truth: Truth) -> None:
    """Reading the exports gives the true posts, each once, and rejects the true damage."""
    settings = read_settings(SAMPLE / "case.toml", CaseFile)
    declared = {source.file: source.declaration() for source in settings.sources}
    loaded = read_posts(sorted((SAMPLE / "posts").iterdir()), declared=declared, root=SAMPLE)
    posts = loaded.posts
    seconds = posts["created_at"].dt.strftime("%Y-%m-%dT%H:%M:%SZ")
    found = set(zip(posts["platform"], posts["post_id"], seconds, strict=True))
    rows = truth.tables["posts"]
    assert len(posts) == len(rows)
    assert found == {(r["platform"], r["post_id"], r["created_at"]) for r in rows}
    rejected = Counter(loaded.rejects["source_file"])
    assert rejected == Counter(row["file"] for row in truth.tables["damage"])


def test_truth_counts_add_up(truth: Truth) -> None:
    """Posts by platform, items by file and posts by hour count the same posts."""
    posts = truth.tables["posts"]
    assert len({(p["platform"], p["post_id"]) for p in posts}) == len(posts)
    by_platform = Counter(p["platform"] for p in posts)
    assert {r["platform"]: int(r["n_posts"]) for r in truth.tables["counts"]} == by_platform
    files = {r["file"]: {k: int(v) for k, v in r.items() if k != "file"}
             for r in truth.tables["files"]}  # fmt: skip
    alone = sum(f["n_items"] - f["n_repeated"] - f["n_elsewhere"] for f in files.values())
    assert 0 < len(posts) - alone < sum(f["n_elsewhere"] for f in files.values())
    public = [p for p in posts if p["own"] == "false"]
    assert sum(int(h["n_with_reposts"]) for h in truth.tables["hours"]) == len(public)
    damage = Counter(row["file"] for row in truth.tables["damage"])
    assert {f: n["n_damaged"] for f, n in files.items() if n["n_damaged"]} == damage


def test_truth_shares_lie_between_0_and_1(truth: Truth) -> None:
    """Every share is between 0 and 1 and follows from its counts."""
    for hour in truth.tables["hours"]:
        if hour["negative_share"]:
            share = int(hour["n_negative"]) / int(hour["n"])
            assert 0 <= share <= 1
            assert float(hour["negative_share"]) == pytest.approx(share, abs=1e-6)
    assert all(0 < float(row["share"]) < 1 for row in truth.tables["answered"])


def test_truth_waits_are_possible(truth: Truth) -> None:
    """Nobody is answered before writing or after the window, and both items exist."""
    posts = {(p["platform"], p["post_id"]): p for p in truth.tables["posts"]}
    answered = 0
    for talk in truth.tables["conversations"]:
        opened = posts[talk["platform"], talk["first_inbound_id"]]
        assert opened["addressed"] == "true"
        assert opened["created_at"] == talk["opened_at"]
        if not talk["minutes"]:
            assert talk["reply_id"] == talk["answered_at"] == ""
            continue
        answered += 1
        reply = posts[talk["platform"], talk["reply_id"]]
        assert (reply["own"], reply["automated"]) == ("true", "false")
        assert talk["opened_at"] <= talk["answered_at"] < END
        assert float(talk["minutes"]) >= 0
    assert 0.3 < answered / len(truth.tables["conversations"]) < 0.7


def test_truth_actions_follow_from_their_instants(truth: Truth) -> None:
    """On time is at or before due, late after; what was not done has no instant."""
    by_state = Counter(row["state"] for row in truth.tables["actions"])
    assert set(by_state) == {
        "on time", "late", "not done", "wrong owner", "not triggered", "no evidence",
    }  # fmt: skip
    for row in truth.tables["actions"]:
        if row["state"] in ("on time", "late"):
            assert (float(row["late_minutes"]) > 0) == (row["state"] == "late"), row
        elif row["state"] != "wrong owner":
            assert row["done_at"] == "", row


def test_truth_closing_report_is_late_by_the_true_clock(truth: Truth) -> None:
    """Due 48 hours later over the night clocks went forward, it is 20 minutes late, not 80."""
    row = next(r for r in truth.tables["actions"] if r["action"] == "informe-cierre")
    assert float(row["late_minutes"]) == 20


def test_truth_milestones_come_in_order(truth: Truth) -> None:
    """Onset, detected, activated, first reply, first statement, resolved."""
    names = [row["milestone"] for row in truth.tables["milestones"]]
    assert names == [
        "onset", "detected", "activated", "first_reply", "first_statement", "resolved",
    ]  # fmt: skip


def test_truth_rules_stay_silent_in_the_quiet_period(truth: Truth) -> None:
    """No rule of the plan fires before the crisis; the widest never does."""
    fired = {row["rule"]: row["fired_at"] for row in truth.tables["rules"]}
    assert all(row["fired_quiet_at"] == "" for row in truth.tables["rules"])
    assert [rule for rule, at in fired.items() if not at] == ["desbordamiento"]


def test_story_words_prove_only_what_they_are_meant_to() -> None:
    """The words the plan looks for stand in the entries that prove an action, and no others."""
    entries = [*story()["slack"], *story()["register"]]
    for action in tomllib.loads(plan_toml())["actions"]:
        evidence = action["evidence"]
        if evidence["source"] != "log":
            continue
        places = {channel.lstrip("#") for channel in evidence.get("channels", [])}
        matching = [
            entry for entry in entries
            if (entry["in"] in places or not places)
            and any(word in entry["text"].casefold() for word in evidence["words"])
        ]  # fmt: skip
        meant = [entry for entry in entries if action["id"] in entry.get("is", "").split()]
        assert matching == meant, action["id"]


def test_people_are_recognisable_as_invented(truth: Truth) -> None:
    """Every handle of the public on X and Instagram ends in _sim."""
    own = {account.handle for account in (*BRAND.values(), MACHINE)}
    handles = {
        p["author"] for p in truth.tables["posts"] if p["platform"] in ("x", "instagram")
    }  # fmt: skip
    assert {handle for handle in handles - own if not handle.endswith("_sim")} == set()
    assert max(map(len, handles)) <= 26


def test_x_ids_hold_the_instant(truth: Truth) -> None:
    """The clock inside each id of X shows the second of its post."""
    for post in truth.tables["posts"]:
        if post["platform"] == "x":
            told = datetime.fromisoformat(post["created_at"]).timestamp()
            assert ((int(post["post_id"]) >> 22) + EPOCH_MS) // 1000 == told


def test_damaged_places_stand_where_the_truth_says(truth: Truth) -> None:
    """The damaged row of a table begins on the line that the truth gives."""
    lines = (SAMPLE / "posts/opiniones_web.csv").read_text("utf-8-sig").split("\n")
    for row in truth.tables["damage"]:
        if row["file"] == "posts/opiniones_web.csv":
            cells = next(csv.reader([lines[int(row["line"]) - 1]], delimiter=";"))
            assert len(cells) != 6 or not cells[0] or cells[1].startswith("31/02")


_PERSON = Author("x", "1", "ana_sim", "Ana")
_ITEMS = [
    ("1", 0, "@brumaria_sim hola", None),
    ("2", 10, "automatic", "1"),
    ("3", 30, "human", "1"),
    ("4", 30 + 24 * 60, "@brumaria_sim otra vez", "3"),
    ("5", 31 + 48 * 60, "@brumaria_sim nueva", None),
]


def _items() -> list[Post]:
    made: dict[str | None, Post] = {}
    for id_, minute, text, parent in _ITEMS:
        author = {"automatic": MACHINE, "human": BRAND["x"]}.get(text, _PERSON)
        made[id_] = Post(
            "x", id_, minute * 60, "reply" if parent else "post", author, text, "es", "neutral",
            "ask", parent=made.get(parent),
        )  # fmt: skip
    return list(made.values())


def test_conversations_by_hand() -> None:
    """Machines do not answer, 24 hours join, one minute more parts."""
    talks = conversations(_items())
    assert [(t.opened.post_id, t.minutes, t.n_inbound) for t in talks] == [
        ("1", 30.0, 2), ("5", None, 1),
    ]  # fmt: skip


def test_fired_at_by_hand() -> None:
    """A rule fires with the post that fills its hour."""
    posts = [
        Post("x", str(n), at, "post", _PERSON, "", "es", "negative", "ask")
        for n, at in enumerate((0, HOUR, HOUR + 60, HOUR + 120))
    ]
    assert fired_at(posts, at_least=3, negative=True, since=0) == HOUR + 120
    assert fired_at(posts, at_least=4, negative=False, since=0) is None


def test_local_knows_the_night_the_clocks_went_forward() -> None:
    """From noon to noon over 29 March 2026 only 23 hours pass in Madrid."""
    assert local("2026-03-29 12:00") - local("2026-03-28 12:00") == DAY - HOUR


@pytest.mark.parametrize("mean", [0.4, 3.0, 80.0])
def test_counts_have_their_mean_and_variance(mean: float) -> None:
    """Negative-binomial counts have the mean and the variance they are drawn with."""
    dice = Dice(3, "test")
    drawn = [dice.counts(mean, 9.0) for _ in range(6000)]
    average = sum(drawn) / len(drawn)
    variance = sum((n - average) ** 2 for n in drawn) / len(drawn)
    assert average == pytest.approx(mean, rel=0.06)
    assert variance == pytest.approx(mean + mean**2 / 9, rel=0.12)
