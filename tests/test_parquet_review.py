"""A case unloaded as Parquet is reviewed as the same case exported as CSV."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import crisislab as cl
from crisislab.cli import main
from crisislab.new import new_case
from crisislab.read import _part, _rows
from crisislab.simulate import simulate_large
from crisislab.store import store_posts

APART = ["source", "source_file", "source_row"]


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One crisis as CSV, and as Parquet in a folder of parts beside what a job leaves there."""
    folder = tmp_path_factory.mktemp("twins")
    for form in ("csv", "parquet"):
        simulate_large(folder / form, n_posts=5000, seed=5, form=form)
    written = folder / "parquet/posts/x_0001.parquet"
    parts = folder / "parquet/posts/export"
    parts.mkdir()
    written.rename(parts / "part-00000.zstd.parquet")
    (parts / "_SUCCESS").write_bytes(b"")
    return {form: folder / form for form in ("csv", "parquet")}


def test_the_metrics_of_parquet_are_those_of_csv(twins: dict[str, Path]) -> None:
    """Every metric, verdict and table of counts is the same; rows are named by their own files."""
    reviews = {form: cl.review(cl.open_case(folder)) for form, folder in twins.items()}
    csv, parquet = reviews["csv"], reviews["parquet"]
    first, second = (review.metrics.drop(columns="evidence") for review in (csv, parquet))
    assert len(first) > 100
    pd.testing.assert_frame_equal(first, second)
    assert csv.verdicts["verdict"].tolist() == parquet.verdicts["verdict"].tolist()
    pd.testing.assert_frame_equal(csv.volume, parquet.volume)


def test_the_posts_of_parquet_are_those_of_csv(twins: dict[str, Path]) -> None:
    """Every cell of every post is the same, and row n of a file is line n + 1 of the other."""
    csv, parquet = (cl.open_case(folder).posts for folder in twins.values())
    pd.testing.assert_frame_equal(csv.drop(columns=APART), parquet.drop(columns=APART))
    order = parquet.sort_values("source_row").index
    assert parquet.loc[order, "source_row"].tolist() == list(range(1, len(parquet) + 1))


def test_a_store_holds_what_memory_holds(
    twins: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stored block by block, Parquet gives the tables of reading it at once."""
    case = twins["parquet"]
    loaded = cl.read_posts(case / "posts", root=case)
    monkeypatch.setattr(_rows, "BATCH", 100)
    monkeypatch.setattr(_part, "BLOCK", 700)
    store = store_posts(case / "posts", case)
    pd.testing.assert_frame_equal(store.frame(), loaded.posts)
    pd.testing.assert_frame_equal(store.ledger, loaded.ledger)
    assert store.problems == loaded.problems


def test_check_and_new_know_parquet(
    twins: dict[str, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The commands that look at exports take Parquet as they take CSV."""
    assert main(["check", str(twins["parquet"])]) == main(["check", str(twins["csv"])])
    assert "part-00000.zstd.parquet" in capsys.readouterr().out
    new_case(tmp_path / "case", [twins["parquet"] / "posts/export"])
    made = tmp_path / "case/posts/export"
    assert sorted(p.name for p in made.iterdir()) == ["_SUCCESS", "part-00000.zstd.parquet"]
