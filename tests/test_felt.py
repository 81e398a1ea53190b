"""A case with hand labels: from the file in the folder to percentages with their error."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from markupsafe import escape

import crisislab as cl
from crisislab.label.record import record
from crisislab.report.html import review_html
from crisislab.schema import LABELS
from crisislab.words import catalogue, say
from tests.enrich.crowd import START, crowd, swing, true_labels
from tests.warm import warm_case, warm_review

SAMPLE = Path(__file__).parent.parent / "data" / "sample" / "brumaria"
NOTEBOOKS = Path(__file__).parent.parent / "notebooks"


@pytest.fixture(scope="module")
def sample_review() -> cl.Review:
    """Return the review of the sample, which two invented coders have labelled."""
    return warm_review(warm_case(SAMPLE))


def test_labels_of_the_case_folder_are_used(tmp_path: Path) -> None:
    """With labels.csv the sample's review has percentages that hold its known truth."""
    folder = tmp_path / "case"
    shutil.copytree(SAMPLE, folder)
    (folder / "labels.csv").unlink()
    posts = cl.open_case(folder).posts
    loud = posts.loc[~posts["own"], "author_handle"].value_counts().index[:40]
    declared = ", ".join(f'"@{name.upper()}"' for name in loud)
    with (folder / "case.toml").open("a", encoding="utf-8") as settings:
        settings.write(f"\n[groups]\nmedia = [{declared}]\n")
    truth = pd.read_csv(SAMPLE / "truth" / "posts.csv", dtype=str)
    known = truth.set_index(["platform", "post_id"])["label"]
    known = known[~known.index.duplicated()]
    sample = cl.draw_sample(posts, n=150, seed=3)
    shown = sample.astype(object).to_dict("records")
    answers = [(row, known.get((row["platform"], row["post_id"]), "unsure")) for row in shown]
    record(folder / "labels.csv", answers, coder="ana", at=START.to_pydatetime())
    case = cl.open_case(folder)
    assert len(case.labels) == len(sample)
    review = cl.review(case)
    rows = review.metrics.set_index(["metric", "scope"])
    share = rows.loc[("negative_share", "all")]
    public = truth[(truth["own"] == "false") & (truth["kind"] != "repost")]
    assert share["lower"] <= (public["label"] == "negative").mean() <= share["upper"]
    assert ("sentiment_depth", "all") in rows.index
    assert ("negative_change_mix", "by=platform") in rows.index
    by_group = rows.loc[("negative_change_mix", "by=group")]
    assert by_group["value"] != 0
    assert rows.loc[("label_raw_agreement", "coder=ana"), "value"] == 1
    assert ("tone_apology_share", "all") in rows.index
    assert len(review.tables["negative_curve"]) > 20
    assert "labels.csv" in review.manifest["inputs"]


def test_without_labels_no_percentage_is_anywhere(tmp_path: Path) -> None:
    """Without labels the page has the index and the warning, and no percent axis."""
    folder = tmp_path / "case"
    shutil.copytree(SAMPLE, folder)
    (folder / "labels.csv").unlink()
    review = cl.review(cl.open_case(folder), lang="en")
    percent = ("negative_share", "sentiment_depth", "sentiment_recovery", "negative_change")
    assert not review.metrics["metric"].isin(percent).any()
    assert "negative_curve" not in review.tables
    page = review_html(review)
    assert say("felt.unlabelled.heading", "en") in page
    assert say("felt.curve.heading", "en") not in page
    assert 'id="data-negative"' not in page
    assert say("felt.flags.heading", "en") in page


@pytest.mark.parametrize("lang", ["en", "es"])
def test_labels_make_the_percentages_of_the_page(sample_review: cl.Review, lang: str) -> None:
    """The page shows the curve, the shares, their reasons and what replies do, with cards."""
    page = review_html(replace(sample_review, language=lang))
    for block in ("curve", "shares", "shape", "change", "sensitivity", "agreement", "next",
                  "flags", "posture", "principles"):  # fmt: skip
        assert escape(say(f"felt.{block}.heading", lang)) in page, block
    assert 'id="data-negative"' in page
    assert say("felt.unlabelled.heading", lang) not in page
    wanted = r"tone_|posture_|cerc_|negative_|sentiment_|label_|net_|unscored|interval|mean_neg"
    found = sample_review.metrics["metric"]
    named = {f"report.metric.{name}.name" for name in found[found.str.match(wanted)]}
    assert named <= set(catalogue(lang))


def test_shares_of_the_sample_hold_the_truth(sample_review: cl.Review) -> None:
    """The coders slip, and the intervals still hold the known truth, over all and per period."""
    rows = sample_review.metrics.set_index(["metric", "scope"])
    true = pd.read_csv(SAMPLE / "truth" / "posts.csv", dtype=str)
    true = true[(true["own"] == "false") & (true["kind"] != "repost")]
    at, negative = pd.to_datetime(true["created_at"], utc=True), true["label"] == "negative"
    case = cl.open_case(SAMPLE)
    assert case.quiet is not None
    onset = sample_review.clock.set_index("milestone")["at"]["onset"]
    periods = {
        "all": at.notna(),
        "period=quiet": (at >= case.quiet[0]) & (at < case.quiet[1]),
        "period=crisis": at >= onset,
    }
    for scope, inside in periods.items():
        share = rows.loc[("negative_share", scope)]
        assert share["lower"] <= negative[inside].mean() <= share["upper"], scope
    assert 0.6 < rows.loc[("label_alpha", "between"), "value"] < 1
    assert 0 <= rows.loc[("template_share", "all"), "value"] <= 1


def test_posture_is_judged_for_the_cluster_of_the_scenario(sample_review: cl.Review) -> None:
    """A preventable crisis asks for amends; a fifth of the sample's replies make them."""
    judged = sample_review.tables["posture"].iloc[0]
    assert (judged["verdict"], judged["reason"]) == ("partly met", "posture_partly")
    cues = sample_review.tables["tone_cues"]
    assert (cues["n_replies"] >= 3).all()
    assert "apology" in set(cues["flag"])


def test_notebook_on_feelings_works_without_labels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every cell of notebook 4 runs on a case without a single label."""
    shutil.copytree(SAMPLE, tmp_path / "case")
    (tmp_path / "case" / "labels.csv").unlink()
    monkeypatch.chdir(NOTEBOOKS)
    book = json.loads((NOTEBOOKS / "04_what_did_people_feel.ipynb").read_text("utf-8"))
    cells = ["".join(c["source"]) for c in book["cells"] if c["cell_type"] == "code"]
    names: dict[str, object] = {}
    for cell in (f"CASE = {str(tmp_path / 'case')!r}", *cells[1:]):
        exec(compile(cell, "cell", "exec"), names)
    assert "review" in names


def test_a_bad_label_refuses_the_case(tmp_path: Path) -> None:
    """Opening a case with a broken labels.csv says which line is broken."""
    folder = tmp_path / "case"
    shutil.copytree(SAMPLE, folder)
    (folder / "labels.csv").write_text("text,label\nhola,negative\n", encoding="utf-8")
    with pytest.raises(cl.CrisisLabError, match="CL-LABEL-COLUMNS"):
        cl.open_case(folder)


def test_without_labels_nothing_is_said() -> None:
    """No labels, or under thirty: no percentage at all."""
    posts = crowd(swing()[:20], per_hour=10, seed=2)
    assert cl.what_people_felt(posts, LABELS.empty(), seed=1) is None
    few = true_labels(cl.draw_sample(posts, n=20, seed=1), posts)
    assert cl.what_people_felt(posts, few, seed=1) is None


def test_labels_of_replies_reach_the_review(tmp_path: Path) -> None:
    """Labelled by keyboard or sheet, kept in labels.csv: shares, decisions and page follow them."""
    shutil.copytree(SAMPLE, tmp_path / "case")
    case = cl.open_case(tmp_path / "case")
    drawn = cl.draw_sample(case.posts, n=80, seed=1, n_repeats=0, of="replies")
    shown = [{str(k): v for k, v in row.items()} for row in drawn.to_dict("records")]
    plain = cl.how_they_were_answered(case.posts, case.labels, seed=1)[1].set_index("text_key")
    said = plain[~plain.index.duplicated()]["tone.apology"].reindex(drawn["text_key"])
    file = tmp_path / "case" / "labels.csv"
    for coder in ("ana", "leo"):
        turned = [(row, "no" if cue == 1 else "yes") for row, cue in zip(shown, said, strict=True)]
        record(file, turned, coder=coder, at=START.to_pydatetime(), task="tone.apology")
    labelled = cl.open_case(tmp_path / "case")
    review = cl.review(labelled)
    found = review.tables["tone_decisions"].set_index("flag").loc["apology"]
    assert (found["n_coders"], found["n_texts"]) == (2, len(drawn))
    assert found["n_added"] > 0
    rows = review.metrics.set_index(["metric", "scope"])
    assert rows.loc[("tone_apology_share", "all"), "evidence"] == "labels"
    assert rows.loc[("label_raw_agreement", "tone.apology,between"), "value"] == 1
    for lang in ("en", "es"):
        page = review_html(replace(review, language=lang))
        assert escape(say("felt.decisions.heading", lang)) in page
    held = cl.how_they_were_answered(labelled.posts, labelled.labels, seed=1)[1]
    first = held.drop_duplicates("text_key").set_index("text_key")["tone.apology"]
    changed = first.reindex(drawn["text_key"])
    known = said.notna().to_numpy()
    assert (changed.to_numpy()[known] == 1 - said.to_numpy()[known]).all()
