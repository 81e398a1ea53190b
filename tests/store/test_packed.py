"""The posts of a store lie as they were staged until they are written as Parquet, once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

import crisislab as cl
from crisislab.enrich.lexicon import LexiconScorer
from crisislab.enrich.vader import VaderScorer
from crisislab.read.declare import Declaration
from crisislab.scored import scored_files
from crisislab.session import open_session, rows
from crisislab.store import _once, _packed, _rows, open_store, store_posts
from crisislab.store._rows import BEFORE, drop_staged, staged_in
from tests.read import test_overlap
from tests.test_engine_review import copied


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make many parts of few posts."""
    monkeypatch.setattr(_rows, "LEAST", 300)
    monkeypatch.setattr(_packed, "LEAST", 300)
    monkeypatch.setattr(_once, "BATCH", 200)


def scored_of(folder: Path, scorer: cl.Scorer) -> pd.DataFrame:
    """Return the scored posts of a case."""
    files = scored_files(cl.open_case(folder, stored=True), scorer=scorer)
    with open_session("duckdb", folder / ".crisislab") as session:
        return rows(session.table(files))


@pytest.fixture
def case(tmp_path: Path) -> Path:
    """Give a case with overlapping exports whose posts are stored and not yet read."""
    folder = copied("brumaria", tmp_path)
    # Some languages are left to be told, so that it shows what the exports had.
    export = folder / "posts" / "x_menciones_twarc.csv"
    export.write_text(export.read_text("utf-8").replace(",es,", ",,"), "utf-8")
    return folder


def test_scoring_writes_the_posts_for_good(case: Path) -> None:
    """Staged rows go once the scored posts hold them all; what the exports had is still there."""
    store = cl.open_case(case, stored=True).store
    assert store is not None
    before = store.frame()
    assert len(store.parts()) > 3
    assert staged_in(store.folder)
    scored_of(case, LexiconScorer())
    assert not staged_in(store.folder)
    assert sorted(p.suffix for p in store.folder.iterdir() if "kept" in p.name) == []
    pd.testing.assert_frame_equal(open_store(case).frame(), before)
    # Nothing is read again: it is the same store.
    assert cl.open_case(case, stored=True).store == store


def test_another_scorer_reads_what_the_exports_had(case: Path, tmp_path: Path) -> None:
    """Scored again, from Parquet that another scorer wrote or from staged rows: the same."""
    fresh = tmp_path / "fresh"
    shutil.copytree(case, fresh)
    scored_of(case, LexiconScorer())
    again, first = scored_of(case, VaderScorer()), scored_of(fresh, VaderScorer())
    pd.testing.assert_frame_equal(again, first)
    told = first[f"{BEFORE}lang"].isna() & first["lang"].notna()
    assert told.sum() > 100
    store = open_store(case)
    assert len([p for p in store.folder.iterdir() if p.name.startswith("scored-")]) == 1
    pd.testing.assert_frame_equal(store.frame(), open_store(fresh).frame())


def test_parquet_is_written_when_it_is_asked_for(case: Path) -> None:
    """``posts`` are files for any engine, before and after scoring, and the same ones."""
    store = cl.open_case(case, stored=True).store
    assert store is not None
    before = store.frame()
    files = store.posts
    assert files == open_store(case).posts
    assert not staged_in(store.folder)
    whole = pd.concat([pd.read_parquet(file) for file in files])
    assert sorted(whole["post_id"]) == sorted(before["post_id"])
    pd.testing.assert_frame_equal(store.frame(), before)
    scored = scored_of(case, LexiconScorer())
    assert sorted(scored["post_id"]) == sorted(before["post_id"])
    shutil.rmtree(files[0].parent)
    pd.testing.assert_frame_equal(store.frame(), before)
    assert len(store.posts) == len(files)


def test_what_a_killed_call_left_goes_with_the_next(
    case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after the scored posts were put in place, before staged rows went: both are whole."""
    with monkeypatch.context() as patched:
        patched.setattr("crisislab.scored.drop_staged", lambda _: None)
        scored_of(case, LexiconScorer())
    store = open_store(case)
    assert staged_in(store.folder)
    # Killed in the midst of removing them.
    staged_in(store.folder)[0].unlink()
    held = open_store(case).frame()
    assert len(held) == store.n_posts
    scored_files(cl.open_case(case, stored=True), scorer=VaderScorer())
    assert not staged_in(store.folder)
    pd.testing.assert_frame_equal(open_store(case).frame(), held)


def test_staged_rows_stay_where_nothing_else_holds_the_posts(case: Path) -> None:
    """Removing staged rows before the posts are Parquet does nothing."""
    store = cl.open_case(case, stored=True).store
    assert store is not None
    drop_staged(store.folder)
    assert staged_in(store.folder)
    for file in staged_in(store.folder)[:1]:
        file.unlink()
    with pytest.raises(cl.CrisisLabError, match="CL-STORE-NONE"):
        open_store(case)


def test_who_reads_while_another_writes_finds_the_posts(
    case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where staged rows go in the midst of reading, the Parquet that took their place is read."""
    store = cl.open_case(case, stored=True).store
    assert store is not None
    before, table = store.frame(), _rows.Part.table
    calls = []

    def late(part: _rows.Part, *given: object) -> object:
        calls.append(part)
        if len(calls) == 2:
            monkeypatch.setattr(_rows.Part, "table", table)
            scored_of(case, LexiconScorer())
        return table(part, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(_rows.Part, "table", late)
    pd.testing.assert_frame_equal(store.frame(), before)
    assert len(calls) == 2


def test_refused_files_are_in_no_form_of_the_posts(tmp_path: Path) -> None:
    """Rows of files that number their posts anew are left out of frame and Parquet alike."""
    folder = tmp_path / "exports"
    folder.mkdir()
    for i, name in enumerate("ab"):
        (folder / f"{name}.csv").write_text(test_overlap.numbered(name, 30 * i), "utf-8")
    text = test_overlap.numbered("c", 2).replace("\n", "\n9")[:-1]
    (folder / "c.csv").write_text(text, "utf-8")
    store = store_posts(folder, tmp_path, declared=Declaration(), strict=False)
    held = store.frame()
    assert len(held) == store.n_posts > 0
    assert set(held["source_file"]) < {"exports/a.csv", "exports/b.csv", "exports/c.csv"}
    whole = pd.concat([pd.read_parquet(file) for file in store.posts])
    assert sorted(whole["source_file"]) == sorted(held["source_file"])
