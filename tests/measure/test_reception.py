"""How our answer was taken: shares from words, and from a drawn sample labelled by hand."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from crisislab.enrich.reception import add_reception, stance_of
from crisislab.label.draw import draw_sample
from crisislab.label.record import record
from crisislab.label.widget import choices, words
from crisislab.measure.reception import reception_shares
from crisislab.opening import open_case
from crisislab.schema import LABELS
from crisislab.spread import draw_reception, how_far
from tests.build import posts

ROOT = Path(__file__).resolve().parents[2]
SAYINGS = {"mocked": "jajaja, qué chiste número", "rejected": "llegáis tarde, vez",
           "accepted": "gracias por avisar", "open": "pregunto otra cosa, la número"}  # fmt: skip


def _reactions(n: int, *, seed: int) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return answers whose words mislead in one of five, and the true stance of each text."""
    dice = np.random.default_rng(seed)
    names = list(SAYINGS)
    truth = dice.choice(names, n, p=[0.25, 0.4, 0.15, 0.2])
    said = np.where(dice.random(n) < 0.2, dice.choice(names, n), truth)
    texts = [f"{SAYINGS[s]} {i}" for i, s in enumerate(said)]
    frame = posts(*({"post_id": f"r{i}", "kind": "reply", "text": text,
                     "created_at": pd.Timestamp("2026-03-05T12:00Z") + pd.Timedelta(minutes=i)}
                    for i, text in enumerate(texts)))  # fmt: skip
    return frame, dict(zip(texts, truth, strict=True))


def _labelled(sample: pd.DataFrame, truth: dict[str, str]) -> pd.DataFrame:
    kept = sample[sample["round"] == 1]
    facts = {"task": "reception", "coder": "a", "labelled_at": pd.Timestamp("2026-04-01T00:00Z")}
    return LABELS.conform(kept.assign(**facts, label=[truth[text] for text in kept["text"]]))


def test_reception_shares_by_hand() -> None:
    """Of four answers with a text two mock: one half; the repost and the bare quote say nothing."""
    frame = posts(
        {"post_id": "1", "kind": "reply", "text": "jajaja"},
        {"post_id": "2", "kind": "reply", "text": "jajaja, muchas gracias"},
        {"post_id": "3", "kind": "quote", "text": "llegáis tarde"},
        {"post_id": "4", "kind": "comment", "text": "¿a qué hora?"},
        {"post_id": "5", "kind": "quote", "text": ""},
        {"post_id": "6", "kind": "repost", "text": "jajaja"},
    )
    rows = reception_shares(add_reception(frame), LABELS.empty())
    assert [row["value"] for row in rows] == [0, 0.25, 0.5, 0.25]
    assert {row["n"] for row in rows} == {4}
    assert {row["note"] for row in rows} == {"cues_only"}
    assert reception_shares(add_reception(frame.iloc[4:]), LABELS.empty()) == []


def test_all_labelled_leaves_no_error() -> None:
    """Where every text has its label the share is that of the labels, without an interval."""
    frame, truth = _reactions(120, seed=1)
    labels = _labelled(draw_sample(frame, n=120, seed=1), truth)
    mocked = reception_shares(add_reception(frame), labels)[2]
    assert mocked["value"] == pytest.approx(np.mean([s == "mocked" for s in truth.values()]))
    assert mocked["upper"] - mocked["lower"] == pytest.approx(0, abs=1e-9)


def test_reception_intervals_hold_the_truth() -> None:
    """100 labels of 600 answers: the 95 % interval holds the true share in 92 % or more."""
    held, bias = [], []
    for seed in range(60):
        frame, truth = _reactions(600, seed=seed)
        labels = _labelled(draw_sample(frame, n=100, seed=seed), truth)
        for row in reception_shares(add_reception(frame), labels):
            true = np.mean([s == row["scope"].removeprefix("stance=") for s in truth.values()])
            held.append(row["lower"] <= true <= row["upper"])
            bias.append(row["value"] - true)
    assert np.mean(held) >= 0.92
    assert abs(np.mean(bias)) < 0.01


def test_draw_reception_draws_answers_to_our_statements(tmp_path: Path) -> None:
    """Every text drawn answers or quotes an official item; labels of them make the next shares."""
    folder = tmp_path / "case"
    shutil.copytree(ROOT / "data" / "sample" / "brumaria", folder)
    case = open_case(folder)
    sample = draw_reception(case, n=60, seed=1)
    again = draw_reception(case, n=60, seed=1)
    pd.testing.assert_frame_equal(sample, again)
    assert sample.loc[sample["round"] == 1, "text_key"].nunique() == 60
    mine = case.posts.set_index(["platform", "post_id"])
    drawn = mine.loc[pd.MultiIndex.from_frame(sample[["platform", "post_id"]])]
    own = set(case.posts.loc[case.posts["own"], "post_id"])
    assert (drawn["root_id"].isin(own) | drawn["parent_id"].isin(own)
            | drawn["shared_id"].isin(own)).all()  # fmt: skip
    answers = [({str(k): v for k, v in row.items()}, stance_of(row["text"]))
               for row in sample.to_dict("records")]  # fmt: skip
    record(folder / "labels.csv", answers, coder="a", at=datetime(2026, 4, 1, tzinfo=UTC),
           task="reception")  # fmt: skip
    numbers = how_far(open_case(folder)).numbers
    shares = numbers[numbers["metric"] == "reception_share"]
    assert shares["method"].str.contains("60 labels").all()
    assert shares["value"].sum() == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("lang", ["es", "en"])
def test_widget_has_words_for_reception(lang: str) -> None:
    """The question and all four answers have words and a key each."""
    assert words("reception", lang)["question"]
    keys = {c["label"]: c["key"] for c in choices("reception", lang) if c["key"] != "u"}
    assert keys == {"accepted": "1", "rejected": "2", "mocked": "3", "open": "4", "unsure": "0"}
