"""Promises, own posts, scenario, roles, ratings and improvements: the samples and by hand."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

import crisislab as cl
from crisislab.enrich.commitments import find_commitments
from crisislab.errors import CrisisLabError
from crisislab.judge.drills import _change
from crisislab.judge.improvement import (
    carried_over,
    propose_improvements,
    read_improvements,
    write_improvements,
)
from crisislab.judge.owned import owned_changes, spoke_first
from crisislab.judge.promises import HandPromise, judge_promises
from crisislab.judge.ratings import (
    propose_ratings,
    proposed_rating,
    rated_capabilities,
    rating_agreement,
    read_ratings,
    write_ratings,
)
from crisislab.judge.values import promise_metrics
from crisislab.label.chooser import ChoosingDesk
from crisislab.plan import Plan
from crisislab.report.html import review_html
from crisislab.schema import POSTS, RATINGS
from crisislab.words import catalogue
from tests.build import at, entries, posts
from tests.warm import warm_case, warm_review

DATA = Path(__file__).parent.parent.parent / "data" / "sample"


@pytest.fixture(scope="module")
def kestrel() -> cl.Case:
    """Return the second sample."""
    return warm_case(DATA / "kestrel")


@pytest.fixture(scope="module")
def review(kestrel: cl.Case) -> cl.Review:
    """Return its review."""
    return warm_review(kestrel)


@pytest.mark.parametrize(
    ("text", "due", "kind"),
    [
        ("Actualizaremos a las 18:00.", "2026-03-18T18:00", "inform"),
        ("Tendrás el reembolso en 5 días.", "2026-03-23T16:40", "deed"),
        ("Publicaremos la lista antes de las 20 h.", "2026-03-18T20:00", "inform"),
        ("Informaremos el lunes.", "2026-03-23T23:59:59", "inform"),
        ("We will publish a check by 6 pm today.", "2026-03-18T18:00", "inform"),
        ("Refunds will be paid within 2 days.", "2026-03-20T16:40", "deed"),
        ("We'll update you tomorrow at 9:30.", "2026-03-19T09:30", "inform"),
        ("Informaremos a las 9.", "2026-03-19T09:00", "inform"),
    ],
)
def test_find_commitments_reads_the_time(text: str, due: str, kind: str) -> None:
    """Clock, length and weekday, in Spanish and English, on Wednesday 18 March 2026, 16:40."""
    [found] = find_commitments(text, at=datetime(2026, 3, 18, 16, 40))
    assert (found.due, found.kind) == (datetime.fromisoformat(due), kind)


@pytest.mark.parametrize(
    "text", ["El lunes cerramos.", "Publicaremos la lista.", "Lo sentimos mucho.", "See you at 6."]
)
def test_find_commitments_needs_a_future_and_a_time(text: str) -> None:
    """Without one of both it is no promise that can be checked."""
    assert not find_commitments(text, at=datetime(2026, 3, 18, 16, 40))


def test_promises_of_the_second_sample_are_the_true_ones(
    kestrel: cl.Case, review: cl.Review
) -> None:
    """State, due instant and what kept it are as the truth has it."""
    truth = pd.read_csv(DATA / "kestrel" / "truth" / "promises.csv", keep_default_na=False)
    found = review.tables["promises"]
    assert found["state"].tolist() == truth["state"].tolist()
    assert found["due_at"].tolist() == list(pd.to_datetime(truth["due_at"], utc=True))
    frame = kestrel.posts
    places = frame["source_file"] + ":" + frame["source_row"].astype("str")
    ids = dict(zip(places, frame["post_id"], strict=True))
    assert [ids.get(row, "") for row in found["kept_by"]] == truth["kept_by"].tolist()


def test_promises_of_the_first_sample() -> None:
    """The list promised by 20:00 came at 22:15; "we report on Monday" is left to people."""
    case = cl.open_case(DATA / "brumaria")
    since = pd.Timestamp("2026-03-18T08:00Z")
    table = judge_promises(case.posts, zone=case.zone, since=since, until=None)
    assert table["state"].tolist() == ["late", "open"]
    assert table["kept_at"].iloc[0] == pd.Timestamp("2026-03-18T21:15Z")
    assert table["reason"].iloc[1] == "posts_but_unclear"


def test_promises_by_hand_stand_before_the_rules() -> None:
    """A row coded by hand has its state and reason; `none` takes a find away."""
    frame = posts(
        {"created_at": at("10:00"), "text": "We will publish facts by 11:00.", "own": True},
        {"created_at": at("10:30"), "text": "Ask us anything.", "own": True},
    )
    hand = [
        HandPromise("posts/a.csv:2", "a joke", "none"),
        HandPromise("posts/a.csv:3", "agreed by phone", "kept", at("12:00"), "posts/a.csv:3"),
    ]
    table = judge_promises(frame, zone="UTC", since=None, until=at("18:00"), by_hand=hand)
    assert table[["state", "override"]].to_numpy().tolist() == [["kept", "agreed by phone"]]
    assert table["due_at"].iloc[0] == at("12:00")


def test_broken_needs_exports_that_reach_past_the_due_instant() -> None:
    """Nothing followed: broken, but only where it would be seen."""
    frame = posts(
        {"created_at": at("10:00"), "text": "We will publish facts by 12:00.", "own": True}
    )
    states = [
        judge_promises(frame, zone="UTC", since=None, until=at(end))["state"].iloc[0]
        for end in ("11:00", "13:00")
    ]
    assert states == ["open", "broken"]


@pytest.mark.parametrize(("before", "after", "change"), [
    ("not done", "wrong owner", "better"), ("wrong owner", "not done", "worse"),
    ("late", "wrong owner", "other fault"), ("late", "late", "same"),
    ("on time", "late", "worse"), ("not done", "on time", "better"),
    ("on time", "ambiguous", "not comparable"),
])  # fmt: skip
def test_a_drill_is_the_same_only_in_the_same_state(before: str, after: str, change: str) -> None:
    """What nobody did and what another role did are two faults, and not done is the worse."""
    assert _change(before, after) == change
    for lang in ("en", "es"):
        assert f"followed.change.{change.replace(' ', '_')}" in catalogue(lang)


def test_owned_changes_have_their_rows() -> None:
    """Corrections are read in posts, edits in two versions, removals in the log."""
    frame = posts(
        {"post_id": "1", "created_at": at("10:00"), "text": "Corrección: son tres", "own": True},
        {"post_id": "2", "created_at": at("10:05"), "text": "Son cuatro", "own": True},
        {"post_id": "3", "created_at": at("10:06"), "text": "Corrección vuestra", "own": False},
    )
    older = POSTS.conform(
        frame.iloc[[1]].assign(text="Son dos", collected_at=at("10:06"), source_row=9)
    )
    log = entries({"logged_at": at("11:00"), "text": "We took down the post", "actor": "Ana"})
    table = owned_changes(frame, log, versions=older, since=None)
    assert table[["change", "known_by"]].to_numpy().tolist() == [
        ["correction", "posts"], ["edit", "posts"], ["removal", "log"],
    ]  # fmt: skip
    assert table["rows"].tolist() == ["posts/a.csv:2", "posts/a.csv:9", "log/slack.zip:1"]


def test_spoke_first_is_positive_when_the_brand_was_first() -> None:
    """Thunder is stolen by speaking before the rise."""
    row = spoke_first(onset=at("10:00"), statement=at("09:20")).iloc[0]
    assert row["value"] == 40
    assert pd.isna(spoke_first(onset=None, statement=at("09:20"))["value"].iloc[0])


def test_scenario_of_the_second_sample(review: cl.Review) -> None:
    """First taken for an outage, then for what it was; the truth's rows and instants."""
    truth = pd.read_csv(DATA / "kestrel" / "truth" / "scenarios.csv")
    named = review.tables["recognised"]
    assert named["scenario"].tolist() == truth["scenario"].tolist()
    assert named["rows"].tolist() == truth["row"].tolist()
    verdicts = review.verdicts.set_index("subject")
    assert verdicts.loc["scenario_recognised", "reason"] == "named_after_another"
    assert verdicts.loc["protocol_started", "verdict"] == "met"


def test_roles_and_shifts_of_the_second_sample(review: cl.Review) -> None:
    """Owen did the work of care, letters waited for IT, nobody was seen on the evening shift."""
    roles = review.tables["roles"].set_index("role")
    assert roles.loc["care", "stood_in"] == "Owen Tull"
    assert roles.loc["it", "waited"] == "write-affected"
    shifts = review.tables["shifts"]
    assert not shifts.loc[shifts["shift"] == "evening", "seen"].any()
    first = shifts.iloc[0]
    assert (first["shift"], first["n_entries"]) == ("day", 2)


@pytest.mark.parametrize(
    ("state", "also", "late", "letter"),
    [
        ("on time", "", None, "P"), ("on time", "not_approved", None, "S"),
        ("late", "", 30, "S"), ("late", "", 31, "M"), ("late", "out_of_order", 1, "M"),
        ("wrong owner", "", None, "S"), ("wrong owner", "late", None, "M"),
        ("not done", "", None, "U"), ("no evidence", "", None, "O"), ("ambiguous", "", None, "O"),
    ],
)  # fmt: skip
def test_proposed_rating(state: str, also: str, late: float | None, letter: str) -> None:
    """The proposal follows from the state and what else is true."""
    assert proposed_rating(state, also=also, late_minutes=late, allowed=60) == letter


def rate(path: Path, *lines: str) -> Path:
    """Write ratings."""
    head = "action,rater,proposed,rating,rows,note\n"
    path.write_text(head + "\n".join(lines) + "\n", "utf-8")
    return path


def test_ratings_never_stand_above_the_evidence(
    kestrel: cl.Case, review: cl.Review, tmp_path: Path
) -> None:
    """Better than the evidence, without evidence, unknown letters: all refused in one pass."""
    proposed = propose_ratings(review.actions, plan=kestrel.plan)
    file = rate(
        tmp_path / "r.csv", "activate,a,S,P,,", "write-affected,a,O,P,,", "statement,a,M,X,,",
        "family-line,a,,P,,", "alert-lead,a,P,S,,",
    )  # fmt: skip
    with pytest.raises(CrisisLabError) as refused:
        read_ratings(file, proposed=proposed)
    assert {(p.code, p.line) for p in refused.value.problems} == {
        ("CL-RATING-ABOVE", 2), ("CL-RATING-BARE", 3), ("CL-RATING-VALUE", 4),
        ("CL-RATING-ACTION", 5),
    }  # fmt: skip


def test_ratings_of_two_people_agree_or_not(
    kestrel: cl.Case, review: cl.Review, tmp_path: Path
) -> None:
    """Written, filled, read: the worse of two counts, letters are counted, alpha is ordinal."""
    proposed = propose_ratings(review.actions, plan=kestrel.plan)
    sheet = write_ratings(proposed, tmp_path / "ratings.csv", raters=["ana", "leo"])
    assert read_ratings(sheet, proposed=proposed).empty
    file = rate(
        tmp_path / "r.csv", "alert-lead,ana,P,P,,", "alert-lead,leo,P,S,,",
        "activate,ana,S,S,,", "activate,leo,S,S,,", "pause-posts,ana,P,P,,",
        "pause-posts,leo,P,P,,", "ceo-video,ana,U,U,,", "ceo-video,leo,U,U,,",
    )  # fmt: skip
    ratings = read_ratings(file, proposed=proposed)
    table = rated_capabilities(ratings, plan=kestrel.plan).set_index("capability")
    assert table.loc["detect-and-decide", ["P", "S", "worst"]].tolist() == [1, 2, "S"]
    found = rating_agreement(ratings, seed=1)
    assert found.n_units == 4
    assert 0.5 < found.alpha.value < 1


def test_rating_agreement_is_krippendorffs() -> None:
    """The proposal is no rater, O is missing: the remaining ratings agree fully."""
    rows = [("a", "ana", "P"), ("a", "leo", "P"), ("b", "ana", "U"), ("b", "leo", "U"),
            ("b", "evidence", "P"), ("c", "ana", "O"), ("c", "leo", "S")]  # fmt: skip
    frame = RATINGS.conform(pd.DataFrame(rows, columns=["action", "rater", "rating"]))
    assert rating_agreement(frame, seed=1).alpha.value == 1


def test_improvements_are_carried_over(kestrel: cl.Case, review: cl.Review, tmp_path: Path) -> None:
    """Proposed, edited, read back, and held against the next crisis."""
    lines = propose_improvements(review.actions, plan=kestrel.plan, source="last time", lang="es")
    assert {"statement-late", "ceo-video-not_done", "brief-stations-wrong_owner"} <= set(
        lines["id"]
    )
    keep = lines["id"].isin(["statement-late", "activate-late", "write-affected-no_evidence"])
    edited = lines[keep].assign(status="done", due_on="2026-01-31")
    edited.loc[edited["id"] == "activate-late", "status"] = "open"
    file = write_improvements(edited, tmp_path / "improvements.csv")
    table = carried_over(
        read_improvements(file), review.actions, onset=pd.Timestamp("2026-05-13T09:30Z")
    ).set_index("id")
    assert table["seen_again"].to_dict() == {
        "statement-late": "yes", "activate-late": "yes",
        "write-affected-no_evidence": "cannot tell",
    }  # fmt: skip
    assert table["overdue"].to_dict() == {
        "statement-late": False, "activate-late": True, "write-affected-no_evidence": False,
    }  # fmt: skip


def test_read_improvements_names_every_mistake(tmp_path: Path) -> None:
    """Unknown words, impossible days and repeated ids come in one pass, by line."""
    file = tmp_path / "i.csv"
    file.write_text(
        "id,element,status,due_on\na,training,done,2026-02-30\na,magic,done,\n,training,soon,\n",
        "utf-8",
    )
    with pytest.raises(CrisisLabError) as refused:
        read_improvements(file)
    assert {(p.code, p.line) for p in refused.value.problems} == {
        ("CL-IMPROVE-DATE", 2), ("CL-IMPROVE-VALUE", 3), ("CL-IMPROVE-ID", 3),
        ("CL-IMPROVE-ID", 4), ("CL-IMPROVE-VALUE", 4),
    }  # fmt: skip


def test_choosing_writes_what_the_next_review_reads(
    kestrel: cl.Case, review: cl.Review, tmp_path: Path
) -> None:
    """A decision of the widget is a table of case.toml and settles the action."""
    import shutil

    folder = shutil.copytree(DATA / "kestrel", tmp_path / "kestrel")
    desk = ChoosingDesk(review.actions, review.tables["candidates"], folder / "case.toml")
    assert [row["action"] for row in desk.rows] == ["second-shift"]
    assert "second shift" in desk.text("en")
    desk.answer("no", position=0, reason="the agency could not")
    assert desk.finished
    again = cl.review(cl.open_case(folder)).actions.set_index("action").loc["second-shift"]
    assert (again["state"], again["override"]) == ("not done", "the agency could not")


def test_overrides_that_cannot_hold_are_refused(tmp_path: Path) -> None:
    """Unknown actions, rows and empty confirmations are named when the case is opened."""
    import shutil

    folder = shutil.copytree(DATA / "kestrel", tmp_path / "kestrel")
    text = (folder / "case.toml").read_text("utf-8")
    bad = (
        '\n[[confirm]]\naction = "nothing"\nrow = "log/messages.csv:3"\nreason = "x"\n'
        '[[confirm]]\naction = "activate"\nreason = "x"\n'
    )
    (folder / "case.toml").write_text(text + bad, "utf-8")
    with pytest.raises(CrisisLabError) as refused:
        cl.open_case(folder)
    assert set(refused.value.codes) == {"CL-CASE-OVERRIDE-ACTION", "CL-CASE-OVERRIDE-EMPTY"}
    row = '\n[[reject]]\naction = "activate"\nrow = "log/messages.csv:999"\nreason = "x"\n'
    (folder / "case.toml").write_text(text + row, "utf-8")
    with pytest.raises(CrisisLabError, match="CL-CASE-OVERRIDE-ROW"):
        cl.open_case(folder)


@pytest.mark.parametrize("written", ["ana.kerr", "@Ana_Kerr", "ANA KERR", "Aná-Kerr"])
def test_a_person_is_known_however_a_log_writes_the_name(written: str) -> None:
    """Slack writes ana.kerr, the manual Ana Kerr: nobody else did it."""
    plan = Plan.model_validate(
        {
            "plan": {"name": "P", "version": "1"},
            "scenarios": [{"id": "a", "name": "A"}],
            "roles": [{"id": "lead", "name": "L", "holders": ["Ana Kerr"], "deputies": ["Bo"]}],
            "actions": [{"id": "x", "name": "X", "owner": "lead", "evidence": {"source": "log"}}],
        }
    )
    assert plan.role_of(written) == ("lead",)
    assert plan.role_of("Ana") == plan.role_of("Ana Kerry") == ()


def test_without_posts_of_the_brand_promises_are_unknown_not_none() -> None:
    """Nobody knows what a brand promised whose posts are not in the files."""
    nothing = judge_promises(posts(), zone="UTC", since=None, until=None)
    changes = owned_changes(posts(), entries(), versions=posts(), since=None)
    told = promise_metrics(nothing, changes, brand_posts=False)
    assert told["value"].isna().all()
    assert set(told["note"]) == {"no_brand_posts"}
    known = promise_metrics(nothing, changes)
    assert known.loc[known["metric"] == "n_promises", "value"].eq(0).all()


def test_listening_is_told_of_the_crisis(review: cl.Review) -> None:
    """The scorecard counts those who wrote from the rise on, like the targets."""
    rows = review.tables["values"]
    rate = rows[rows["value_of"].eq("listening") & rows["metric"].eq("reply_rate")]
    assert list(rate["scope"]) == ["within=1440;rule=conversations;period=crisis"]


def test_improvements_name_the_role_as_the_plan_does(review: cl.Review) -> None:
    """The page has names of roles; their ids stay in the file that people edit."""
    page = review_html(review)
    assert "<td>IT security</td>" in page
    assert "<td>it</td>" not in page
    assert "it" in set(review.tables["improvements"]["owner"])
