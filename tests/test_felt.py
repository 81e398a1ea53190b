"""A case with hand labels: from the file in the folder to percentages with their error."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

import crisislab as cl
from crisislab.label.record import record
from crisislab.schema import LABELS
from tests.enrich.crowd import START, crowd, swing, true_labels

SAMPLE = Path(__file__).parent.parent / "data" / "sample" / "brumaria"


def test_labels_of_the_case_folder_are_used(tmp_path: Path) -> None:
    """With labels.csv the sample's review has percentages that hold its known truth."""
    folder = tmp_path / "case"
    shutil.copytree(SAMPLE, folder)
    posts = cl.open_case(folder).posts
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
    assert rows.loc[("label_raw_agreement", "coder=ana"), "value"] == 1
    assert ("tone_apology_share", "all") in rows.index


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
