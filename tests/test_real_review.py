"""Reviews of real exports, made with ``crisislab new`` (the data stay outside the project)."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import crisislab as cl
from crisislab.cli import main
from crisislab.new import new_case
from tests.conftest import REAL_DATA

TWCS = "real/twcs_first5000/twcs.csv"


def made(tmp_path: Path, *exports: Path, **options: str) -> cl.Case:
    """Return the case made of exports, opened."""
    new_case(tmp_path / "case", list(exports), **options)  # type: ignore[arg-type]
    return cl.open_case(tmp_path / "case")


def value(metrics: pd.DataFrame, metric: str, scope: str) -> pd.Series:
    """Return one metric row."""
    return metrics[(metrics["metric"] == metric) & (metrics["scope"] == scope)].iloc[0]


@pytest.fixture(scope="module")
def support(tmp_path_factory: pytest.TempPathFactory) -> cl.Review:
    """Return the review of the customer-support sample, made as it stands."""
    export = REAL_DATA / TWCS
    if not export.is_file():
        pytest.skip("needs the public data sets in ../shared/data, which are not on this machine")
    return cl.review(made(tmp_path_factory.mktemp("support"), export))


def test_customer_support_sample(support: cl.Review) -> None:
    """The published figures come out of a case made as it stands: 1,285 items, 1,154 answered,
    12.0 minutes for the answered, 15.4 (13.1-19.6) with the unanswered waiting, .767 and .689.
    """
    metrics = support.metrics
    rule = "rule=opening-posts"
    assert value(metrics, "n_conversations", rule)["value"] == 1285
    assert value(metrics, "n_answered", rule)["value"] == 1154
    assert value(metrics, "answered_only_median", rule)["value"] == pytest.approx(11.99, abs=0.005)
    median = value(metrics, "first_response_time", f"percentile=50;{rule}")
    assert median["value"] == pytest.approx(15.4167, abs=1e-3)
    assert (median["lower"], median["upper"]) == pytest.approx((13.05, 19.6167), abs=1e-3)
    within = value(metrics, "reply_rate", f"within=60;{rule}")
    assert within["value"] == pytest.approx(0.6887, abs=1e-4)


def test_answered_only_share_flatters(support: cl.Review) -> None:
    """Leaving the unanswered out would say .767 within the hour where .689 is true."""
    answered = support.waits[support.waits["answered"]]
    assert (answered["minutes"] <= 60).mean() == pytest.approx(0.767, abs=5e-4)


def test_brand_that_never_posts_tells_no_times(real_data: Path, tmp_path: Path) -> None:
    """Pepsi 2017 holds no post of the brand: response times cannot be told, and are not 0."""
    export = real_data / "real/brandcrisis_pepsi_2017/pepsi_2017_merged.ndjson"
    review = cl.review(made(tmp_path, export))
    told = review.metrics[
        review.metrics["metric"].isin(["first_response_time", "reply_rate", "n_answered"])
    ]
    assert len(told)
    assert told["value"].isna().all()
    assert set(told["note"]) == {"no_brand_posts"}
    assert review.n_posts == 4757


def test_spanish_airline_tweets(real_data: Path, tmp_path: Path) -> None:
    """UTF-16 in, 7,867 posts out, ids and accents whole."""
    export = real_data / "real/airline_tweets_es/data/tweets_public_es.csv"
    case = made(tmp_path, export)
    assert len(case.posts) == 7867
    assert case.posts["post_id"].str.len().min() == 18
    assert case.posts["text"].str.contains("huelga").any()
    assert main(["review", str(tmp_path / "case"), "--lang", "es"]) == 0


def test_twarc_files_lose_no_row(real_data: Path) -> None:
    """28 files: every item is in the ledger, and no id differs from the file's text."""
    folder = real_data / "real/twarc_csv_testdata/test-data"
    loaded = cl.read_posts(sorted(p for p in folder.iterdir() if p.is_file()))
    assert loaded.ledger["source_file"].nunique() == 28
    parts = loaded.ledger.filter(regex="^n_").drop(columns="n_lines").sum(axis=1)
    assert (loaded.ledger["n_lines"] == parts).all()
    texts = {p.name: p.read_text("utf-8") for p in folder.iterdir() if p.is_file()}
    for name, posts in loaded.posts.groupby("source_file"):
        assert all(f'"{post_id}"' in texts[str(name)] for post_id in posts["post_id"])
