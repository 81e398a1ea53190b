"""The review of the sample crisis against its known truth."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

import crisislab as cl
from crisislab.engine import _with_microseconds
from crisislab.measure.reach import reach_by_platform
from crisislab.measure.response import waits
from crisislab.measure.sentiment import negativity_per_hour
from crisislab.measure.volume import posts_per_hour
from crisislab.report.html import review_html
from tests.warm import warm_case, warm_review

SAMPLE = Path(__file__).parent.parent / "data" / "sample" / "brumaria"


def truth(name: str) -> pd.DataFrame:
    """Return one table of the known truth, ids as text."""
    return pd.read_csv(SAMPLE / "truth" / f"{name}.csv", dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def case() -> cl.Case:
    """Return the opened sample."""
    return warm_case(SAMPLE)


@pytest.fixture(scope="module")
def review(case: cl.Case) -> cl.Review:
    """Return the review of the sample."""
    return warm_review(case)


def test_sample_ledger_adds_up(case: cl.Case) -> None:
    """Every line of every file went somewhere."""
    parts = case.ledger.filter(regex="^n_").drop(columns="n_lines").sum(axis=1)
    assert (case.ledger["n_lines"] == parts).all()


def test_sample_posts_are_the_true_ones(case: cl.Case) -> None:
    """Every true post is loaded once, with its id as written, its instant and its author side."""
    true = truth("posts")
    found = case.posts
    key = ["platform", "post_id"]
    assert not found.duplicated(key).any()
    both = true.merge(found, on=key, how="outer", indicator=True, suffixes=("_true", ""))
    assert both["_merge"].eq("both").all()
    counts = truth("counts").set_index("platform")
    for platform, own in found.groupby("platform")["own"].sum().items():
        assert int(counts.loc[platform, "n_own"]) == own


def test_sample_damaged_rows_are_set_aside(case: cl.Case) -> None:
    """Each damaged row of the truth is among the rejects of its file, and nothing else is."""
    known = truth("damage")["file"].value_counts().sort_index()
    found = case.rejects["source_file"].value_counts().sort_index()
    assert found.to_dict() == known.to_dict()


def test_sample_duplicates_count_once(case: cl.Case) -> None:
    """Items in several exports are loaded once; the others are in the ledger."""
    known = truth("files")[["n_repeated", "n_elsewhere", "n_items"]].astype(int)
    posts = case.ledger[case.ledger["source_file"].str.startswith("posts/")]
    assert posts["n_loaded"].sum() == len(truth("posts"))
    assert posts["n_loaded"].sum() + posts["n_duplicates"].sum() == known["n_items"].sum()


def test_sample_waiting_times_are_the_true_ones(review: cl.Review, case: cl.Case) -> None:
    """Every conversation, its first inbound item, its reply and its minutes are the true ones."""
    true = truth("conversations").sort_values(["platform", "first_inbound_id"])
    # In a review the ids are pseudonyms; the table behind it has them as they are.
    found = cl.response_times(case).waits.sort_values(["platform", "opening_id"])
    assert sorted(review.waits["minutes"]) == sorted(found["minutes"])
    assert not set(review.waits["opening_id"]) & set(found["opening_id"])
    assert found["opening_id"].tolist() == true["first_inbound_id"].tolist()
    assert found["reply_id"].fillna("").tolist() == true["reply_id"].tolist()
    minutes = pd.to_numeric(true["minutes"]).to_numpy()
    waited = found["minutes"].where(found["answered"]).to_numpy(dtype=float)
    np.testing.assert_allclose(waited, minutes, atol=1e-6)


def test_sample_actions_are_the_true_ones(review: cl.Review) -> None:
    """Every action ends in its true state, due and done when it truly was."""
    true = truth("actions").set_index("action")
    found = review.actions.set_index("action")
    assert found["state"].to_dict() == true["state"].to_dict()
    for column in ("due_at", "done_at"):
        known = pd.to_datetime(true[column], format="ISO8601", utc=True)
        gap = (found[column] - known.reindex(found.index)).abs().dropna()
        assert (gap <= pd.Timedelta(seconds=1)).all()
        assert found[column].isna().to_dict() == known.isna().to_dict()


def test_sample_actions_open_to_rows_of_files(review: cl.Review, case: cl.Case) -> None:
    """Every piece of evidence is a row that exists."""
    rows = pd.concat([case.posts, case.log])[["source_file", "source_row"]]
    known = set(rows["source_file"] + ":" + rows["source_row"].astype("str"))
    for evidence in review.actions["evidence"].dropna():
        assert set(evidence.split()) <= known


def test_sample_clock_is_the_true_one(review: cl.Review) -> None:
    """Milestones are the true ones; the onset within the hour it is known to."""
    true = pd.to_datetime(truth("milestones").set_index("milestone")["at"], utc=True)
    clock = review.clock.set_index("milestone")
    gap = (clock["at"] - true).abs().dt.total_seconds() / 60
    assert (gap <= clock["uncertain_minutes"] + 1 / 60).all()


def test_sample_targets_are_the_true_ones(review: cl.Review) -> None:
    """Met, not met and cannot tell are as the truth has it."""
    verdicts = review.verdicts.set_index("subject")["verdict"]
    for target, state in truth("targets").itertuples(index=False):
        assert verdicts[f"target={target}"] == state


def test_sample_monitoring_is_the_true_one(review: cl.Review) -> None:
    """Each rule on posts fires within the minute it truly would, or never.

    A rule on negative posts rests on the unlabelled scorer: half an hour is allowed, and said.
    """
    found = review.metrics[review.metrics["metric"] == "alert_at"].set_index("scope")
    for row in truth("rules").itertuples():
        at = found.loc[f"rule={row.rule}"]
        if not row.fired_at:
            assert np.isnan(at["value"])
            continue
        late = at["value"] - pd.Timestamp(row.fired_at).timestamp()
        if at["note"] == "unlabelled_scores":
            assert abs(late) <= 1800
        else:
            assert 0 <= late <= 60


def test_sample_reach_is_the_true_one(review: cl.Review) -> None:
    """Potential reach and impressions are the true sums, each with its n."""
    found = review.reach.set_index("platform")
    for row in truth("reach").itertuples():
        here = found.loc[row.platform]
        assert here["n_authors_known"] == int(row.n_authors_known)
        assert here["n_impressions_known"] == int(row.n_impressions_known)
        for column in ("potential_reach", "impressions"):
            known = getattr(row, column)
            assert pd.isna(here[column]) if known == "" else here[column] == float(known)


def test_sample_index_rises_with_the_true_negative_share(review: cl.Review) -> None:
    """The index moves with the true share of negative posts; it claims no more than that."""
    true = truth("hours")
    at = pd.to_datetime(true["hour_at"], utc=True)
    share = pd.Series(pd.to_numeric(true["negative_share"]).to_numpy(), index=at)
    weight = pd.Series(pd.to_numeric(true["n"]).to_numpy(), index=at)
    means = []
    for row in review.sentiment.itertuples():
        end = row.hour_at + pd.Timedelta(hours=row.hours)
        inside = (at >= row.hour_at) & (at < end)
        held = weight[inside.to_numpy()].fillna(0)
        means.append(np.average(share[inside.to_numpy()].fillna(0), weights=held))
    assert np.corrcoef(review.sentiment["index"], means)[0, 1] >= 0.6


def test_sample_measures_are_the_same_on_duckdb(case: cl.Case) -> None:
    """The same measures on DuckDB over the same posts give the same tables."""
    posts = case.posts.assign(neg=np.arange(len(case.posts)) % 7 / 10)
    connection = duckdb.connect()
    connection.register("frame", _with_microseconds(posts))
    relation = connection.table("frame")
    until = posts.groupby("platform")["created_at"].max()
    handles = [a.handle for a in case.settings.brand.accounts if a.handle]
    for measure in (posts_per_hour, reach_by_platform, negativity_per_hour):
        pd.testing.assert_frame_equal(measure(posts), measure(relation), check_dtype=False)
    pd.testing.assert_frame_equal(
        waits(posts, until=until, handles=handles), waits(relation, until=until, handles=handles)
    )


def test_sample_review_is_the_same_with_shuffled_rows(case: cl.Case, review: cl.Review) -> None:
    """The order of rows changes no number, state or verdict."""
    from dataclasses import replace

    loaded = case.loaded_posts
    mixed = loaded.posts.sample(frac=1, random_state=5).reset_index(drop=True)
    other = cl.review(replace(case, loaded_posts=replace(loaded, posts=mixed)))
    for table in ("metrics", "verdicts", "actions", "clock"):
        pd.testing.assert_frame_equal(getattr(other, table), getattr(review, table))


def test_sampling_findings_are_told_in_both_languages_and_change_no_number(
    case: cl.Case, review: cl.Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the collector did stands among the issues of the review; every number is the same."""
    told = review.issues.loc[review.issues["code"].str.startswith("CL-SAMPLE-")]
    assert told["code"].tolist() == ["CL-SAMPLE-LATE"]
    other = warm_review(case, lang="es" if review.language == "en" else "en")
    again = other.issues.loc[other.issues["code"].eq("CL-SAMPLE-LATE"), "message"]
    assert told["message"].item() != again.item()
    monkeypatch.setattr("crisislab.pipeline.check_sampling", lambda posts, zone: ())  # noqa: ARG005
    without = cl.review(case)
    pd.testing.assert_frame_equal(without.metrics, review.metrics)
    pd.testing.assert_frame_equal(without.verdicts, review.verdicts)
    assert "CL-SAMPLE-LATE" in review_html(review)


def test_what_set_off_the_rise_is_among_what_drove_it(case: cl.Case, review: cl.Review) -> None:
    """The post with most attention of all stands before the first hour of the rise, and counts."""
    public = case.posts[~case.posts["own"] & (case.posts["kind"] != "repost")]
    counts = ["n_likes", "n_reposts", "n_replies", "n_quotes"]
    attention = public[counts].astype("float64").sum(axis=1)
    onset = review.clock.set_index("milestone").loc["onset", "at"]
    assert public.loc[attention.idxmax(), "created_at"] < onset
    assert review.tables["driver_items"]["attention"].max() == attention.max()
