"""A review on an engine gives the numbers of a review in memory, byte for byte."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

import crisislab as cl
from crisislab.enrich.draws import draws
from crisislab.enrich.lexicon import LexiconScorer
from crisislab.enrich.sentiment import add_language, add_sentiment
from crisislab.errors import CrisisLabError
from crisislab.material import Scale
from crisislab.scored import scored_files
from crisislab.session import open_session, rows
from crisislab.simulate import simulate_large

SAMPLES = Path(__file__).parent.parent / "data" / "sample"
NARRATIVE = ("n_stories", "copied_share", "n_topics_shown", "co_sharing_pairs",
             "co_sharing_by_chance")  # fmt: skip


def copied(name: str, folder: Path) -> Path:
    """Copy a sample, as a review on an engine writes its store into the case."""
    return Path(shutil.copytree(SAMPLES / name, folder / name, ignore=ignored))


def ignored(_folder: str, names: list[str]) -> list[str]:
    """Leave out what belongs to no case."""
    return [name for name in names if name in ("review", ".crisislab", "truth")]


def bytes_of(review: cl.Review) -> tuple[bytes, bytes]:
    """Return ``metrics.csv`` and ``verdicts.csv`` as a review writes them."""
    tables = (review.metrics, review.verdicts)
    first, second = (table.to_csv(index=False).encode() for table in tables)
    return first, second


@pytest.mark.parametrize("engine", ["duckdb", "polars"])
@pytest.mark.parametrize("name", ["brumaria", "kestrel"])
def test_an_engine_gives_the_numbers_of_pandas(name: str, engine: str, tmp_path: Path) -> None:
    """Metrics and verdicts are equal byte for byte, and so is every other table."""
    folder = copied(name, tmp_path)
    held, stored = cl.open_case(folder), cl.open_case(folder, stored=True)
    assert stored.loaded_posts.posts.empty
    first, second = cl.review(held), cl.review(stored, engine=engine)
    assert bytes_of(first) == bytes_of(second)
    assert first.tables.keys() == second.tables.keys()
    for key, table in first.tables.items():
        assert table.to_csv() == second.tables[key].to_csv(), key
    for table in ("issues", "clock", "waits", "actions", "volume", "sentiment", "reach"):
        pd.testing.assert_frame_equal(getattr(first, table), getattr(second, table))


def test_a_sample_changes_only_what_is_told_in_words(tmp_path: Path) -> None:
    """Beyond the texts that are read, only stories, topics, words and co-sharing rest on fewer."""
    folder = copied("kestrel", tmp_path)
    whole = cl.review(cl.open_case(folder)).metrics.set_index(["metric", "scope"])
    review = cl.review(cl.open_case(folder, stored=True), engine="duckdb", scale=Scale(texts=300))
    part = review.metrics.set_index(["metric", "scope"])
    assert whole.index.equals(part.index)
    told = whole.index.get_level_values("metric").isin(NARRATIVE)
    pd.testing.assert_frame_equal(whole[~told], part[~told])
    counted = told & (whole.index.get_level_values("metric") != "n_topics_shown")
    assert (part[counted]["n"] < whole[counted]["n"]).all()
    assert part[told]["note"].str.contains("sampled").all()
    assert not whole["note"].str.contains("sampled").any()
    found = review.issues.set_index("code")
    assert found.loc["CL-SCALE-SAMPLE", "n_of"] == 1384
    assert 200 < found.loc["CL-SCALE-SAMPLE", "n"] < 400


def test_labels_are_not_fitted_to_a_mere_sample(tmp_path: Path) -> None:
    """With labels and a sample, no percentage is printed, and the issues say why and what to do."""
    folder = copied("brumaria", tmp_path)
    review = cl.review(cl.open_case(folder, stored=True), engine="duckdb", scale=Scale(texts=500))
    assert "negative_share" not in set(review.metrics["metric"])
    told = review.issues.set_index("code").loc["CL-SCALE-LABELS"]
    assert "--texts 3688" in told["fix"]


def test_scores_are_kept_and_told_batch_by_batch(tmp_path: Path) -> None:
    """Language, marks and scores of batches are those of the whole table; they are told once."""
    folder = copied("brumaria", tmp_path)
    case = cl.open_case(folder, stored=True)
    files = scored_files(case, scorer=LexiconScorer(), processes=2)
    before = [(file, file.stat().st_mtime_ns) for file in files]
    assert before == [(f, f.stat().st_mtime_ns) for f in scored_files(case, scorer=LexiconScorer())]
    with open_session("duckdb", folder / ".crisislab") as session:
        found = rows(session.table(files))
    posts = cl.open_case(folder).posts
    expected = add_sentiment(add_language(posts), scorer=LexiconScorer())
    pd.testing.assert_frame_equal(found[list(expected.columns)], expected)
    keys = posts[["platform", "post_id", "shared_id", "kind"]]
    assert found["draw"].tolist() == draws(pa.Table.from_pandas(keys)).tolist()


def test_a_plain_script_needs_no_guard(tmp_path: Path) -> None:
    """Other processes neither run the caller's script again nor miss what stands only in it."""
    script = tmp_path / "script.py"
    script.write_text(
        "from crisislab.scored import _crew\n"
        "print('begun')\n"
        "def twice(number):\n"
        "    return 2 * number\n"
        "with _crew(2, object()) as run:\n"
        "    print(run(twice, [1, 2, 3, 4]))\n"
    )
    told = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    assert told.stdout.split("\n") == ["begun", "[2, 4, 6, 8]", ""]


def test_an_interrupted_scoring_leaves_the_case_usable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped in the middle, nothing half-made is taken for whole; the next run does it."""
    folder = copied("kestrel", tmp_path)
    case = cl.open_case(folder, stored=True)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("crisislab.scored._read_part", stop)
        with pytest.raises(KeyboardInterrupt):
            scored_files(case, scorer=LexiconScorer())
    assert not list((folder / ".crisislab").rglob("*.part"))
    assert len(scored_files(cl.open_case(folder, stored=True), scorer=LexiconScorer())) == 1


def test_posts_lazy_is_the_frame_of_the_engine(tmp_path: Path) -> None:
    """The lazy posts of an engine, collected, are the posts in memory."""
    folder = copied("kestrel", tmp_path)
    case = cl.open_case(folder, stored=True)
    with open_session("duckdb", folder / ".crisislab") as session:
        found = rows(case.posts_lazy(session))
    pd.testing.assert_frame_equal(found, cl.open_case(folder).posts)


def test_what_cannot_fit_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A case beyond the memory given is refused, unread; on an engine it is not."""
    folder = copied("kestrel", tmp_path)
    monkeypatch.setattr("crisislab.case.read_posts", lambda *_, **__: pytest.fail("read"))
    with pytest.raises(CrisisLabError, match="CL-SCALE-MEMORY"):
        cl.open_case(folder, memory="1MB")
    assert cl.open_case(folder, stored=True).store is not None


def test_polars_is_refused_what_memory_cannot_hold(tmp_path: Path) -> None:
    """Its measures hold columns in memory: an estimate says before whether they fit."""
    case = cl.open_case(copied("kestrel", tmp_path), stored=True)
    with pytest.raises(CrisisLabError, match="CL-SCALE-MEMORY") as told:
        cl.review(case, engine="polars", scale=Scale(memory="100KB"))
    assert "--engine duckdb" in str(told.value)
    assert cl.review(case, engine="polars", scale=Scale(memory="2GB")).n_posts


def test_where_polars_cannot_run_duckdb_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The numbers are the same, so the review goes on."""
    (tmp_path / "store").mkdir()
    with open_session("polars", tmp_path / "store") as session:
        assert session.engine == "polars"
    monkeypatch.setattr("crisislab.session.has_polars", lambda: False)
    with open_session("polars", tmp_path / "store") as session:
        assert session.engine == "duckdb"


def test_large_cases_are_equal_in_every_form(tmp_path: Path) -> None:
    """CSV and X lines of one seed hold the same posts, and those that the truth counts."""
    held = {}
    for form in ("csv", "x-jsonl"):
        truth = simulate_large(tmp_path / form, n_posts=6000, seed=5, form=form)
        held[form] = cl.open_case(tmp_path / form).posts
        assert len(held[form]) == truth["n_posts"] == held[form]["post_id"].nunique()
        assert held[form]["own"].sum() == truth["n_own"]
        assert held[form]["kind"].value_counts().to_dict() == truth["kinds"]
    apart = ["source", "source_file", "source_row"]
    first, second = (held[form].drop(columns=apart) for form in ("csv", "x-jsonl"))
    pd.testing.assert_frame_equal(first, second)


def test_large_cases_are_the_same_for_a_seed(tmp_path: Path) -> None:
    """The same seed gives the same bytes; another seed another crisis of the same shape."""
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        simulate_large(tmp_path / name, n_posts=4000, seed=seed, repost_share=0, distinct=True)
    first, second, other = (
        (tmp_path / name / "posts" / "x_0001.csv").read_bytes() for name in "abc"
    )
    assert first == second != other


@pytest.mark.spark
@pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_spark_gives_the_numbers_of_duckdb(tmp_path: Path) -> None:
    """Two workers of PySpark give the verdicts and the metrics of DuckDB, byte for byte.

    The folder has a name that Spark would take for a pattern.
    """
    if find_spec("pyspark") is None or shutil.which("java") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("needs PySpark and Java (.ci/run installs both)")
        pytest.skip("needs PySpark and Java: pip install 'crisislab[spark]'")
    folder = copied("kestrel", tmp_path).rename(tmp_path / "outage[1] {a}")
    case = cl.open_case(folder, stored=True)
    first, second = cl.review(case, engine="duckdb"), cl.review(case, engine="local[2]")
    assert bytes_of(first) == bytes_of(second)


def test_rows_that_people_named_are_found_in_a_store(tmp_path: Path) -> None:
    """A row named in case.toml is looked up in the store; one that is not there is refused."""
    folder = copied("kestrel", tmp_path)
    told = cl.open_case(folder).posts.iloc[700]
    row = f"{told['source_file']}:{told['source_row']}"
    settings = (folder / "case.toml").read_text("utf-8")
    promise = '\n[[promises]]\nrow = "{}"\nstate = "none"\nreason = "no promise"\n'
    (folder / "case.toml").write_text(settings + promise.format(row), "utf-8")
    assert cl.open_case(folder, stored=True).settings.promises[0].row == row
    (folder / "case.toml").write_text(settings + promise.format("posts/none.csv:7"), "utf-8")
    with pytest.raises(CrisisLabError, match="CL-CASE-OVERRIDE-ROW"):
        cl.open_case(folder, stored=True)
