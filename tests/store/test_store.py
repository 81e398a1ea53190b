"""A store of posts holds what reading them into memory gives, whatever their number."""

from __future__ import annotations

import gzip
import hashlib
import itertools
import json
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from crisislab.case_file import CaseFile
from crisislab.engine import connect
from crisislab.errors import CrisisLabError
from crisislab.read import (
    Declaration,
    LoadedPosts,
    _bytes,
    _early,
    _part,
    _rows,
    _source,
    read_posts,
)
from crisislab.read._csv import split_blocks
from crisislab.schema import POSTS
from crisislab.settings import read_settings
from crisislab.store import Store, _fill, _key, _once, open_store, store_posts
from tests.read import test_bulk, test_overlap
from tests.read.exports import HEADER, adds_up, lines, rows

Write = Callable[[str, str | bytes], Path]
ROOT = Path(__file__).parents[2]
HEAD = "id,created_at,author,text,likes,collected_at\n"
TABLES = ("ledger", "issues", "rejects", "copies", "versions")


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file into the folder of the exports."""
    folder = tmp_path / "exports"
    folder.mkdir()

    def write_file(name: str, content: str | bytes) -> Path:
        path = folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write_file


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in small blocks and small batches, so that few rows show what many do."""
    monkeypatch.setattr(_rows, "BATCH", 10)
    monkeypatch.setattr(_source, "split_blocks", partial(split_blocks, size=11))
    monkeypatch.setattr(_part, "BLOCK", 30)
    monkeypatch.setattr(_once, "BATCH", 25)


def x_post(i: int, **more: object) -> dict[str, Any]:
    """One post of X, with an id that no spreadsheet has rounded."""
    own = str(1_772_000_000_000_000_013 + i * 209_715_207)
    return test_bulk.x_post(i, **({"id": own} | more))


def assert_same(store: Store, loaded: LoadedPosts) -> None:
    """All tables of a store are those of a load."""
    pd.testing.assert_frame_equal(store.frame(), loaded.posts)
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(store, name), getattr(loaded, name))
    assert store.n_posts == len(loaded.posts)
    assert store.problems == loaded.problems
    assert adds_up(loaded)


@pytest.mark.parametrize("case", ["brumaria", "kestrel"])
def test_the_samples_are_stored_as_they_are_loaded(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The invented samples, declarations and overlapping exports included."""
    monkeypatch.setattr(_once, "BATCH", 700)
    monkeypatch.setattr(_part, "BLOCK", 500)
    folder = tmp_path / case
    shutil.copytree(ROOT / "data" / "sample" / case, folder)
    told = read_settings(folder / "case.toml", CaseFile)
    declared = {source.file: source.declaration() for source in told.sources}
    store = store_posts(folder / "posts", folder, declared=declared)
    assert_same(store, read_posts(folder / "posts", declared=declared, root=folder))
    assert len(store.posts) >= 1


def test_columns_are_those_of_the_schema(write: Write, tmp_path: Path) -> None:
    """Files hold the columns of posts in order, instants as whole microseconds, for any engine."""
    store = store_posts(write("a.csv", HEADER + rows(90)), tmp_path)
    names = [c.removesuffix("_at") + "_us" if c.endswith("_at") else c for c in POSTS.names]
    for path in store.posts:
        found = parquet.read_schema(path)
        assert found.names == names
        assert str(found.field("created_us").type) == "int64"
    with connect(folder=store.folder) as connection:
        told = connection.execute(
            "select count(*), min(created_us) from read_parquet($files)",
            {"files": [str(path) for path in store.posts]},
        ).fetchone()
    first = pd.Timestamp("2026-03-05T12:00:00Z")
    assert told == (90, first.value // 1000)


def copy(i: int, likes: object, seen: str, text: str = "hola a todos") -> str:
    """One copy of a post."""
    return f"{i},2026-03-05T12:{i % 60:02d}:00Z,ana,{text},{likes},{seen}\n"


def test_the_latest_counters_win(write: Write, tmp_path: Path) -> None:
    """A post in several exports counts once, over files and over batches, in any order."""
    days = ["2026-03-06T00:00:00Z", "2026-03-08T00:00:00Z", ""]
    paths = [
        write(f"{name}.csv", HEAD + "".join(
            copy(i, i + 10 * n, day, f"hola {i}" if i % 5 else f"hola {name}") for i in own))
        for n, (name, day, own) in enumerate(
            zip("abc", days, [range(1, 80), range(40, 130), range(60, 100)], strict=True))
    ]  # fmt: skip
    for i, order in enumerate(itertools.permutations(paths)):
        folder = tmp_path / str(i)
        store = store_posts(order, folder)
        assert_same(store, read_posts(order, root=folder))
        assert store.n_posts == 129
        assert set(store.issues["code"]) >= {"CL-ROWS-TWICE", "CL-ROWS-TEXT", "CL-ROWS-COUNTS"}


@settings(max_examples=12, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(
    cuts=st.lists(st.tuples(st.integers(0, 99), st.integers(1, 60)), min_size=1, max_size=4),
    edited=st.sets(st.integers(0, 99), max_size=5), again=st.booleans(),
)  # fmt: skip
def test_any_overlapping_split(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[tuple[int, int]], edited: set[int],
    again: bool,
) -> None:  # fmt: skip
    """One export split into overlapping parts, edited here and there, is stored as it is loaded."""
    folder = tmp_path_factory.mktemp("split")
    paths = []
    for n, (start, size) in enumerate(cuts):
        own = range(start, min(start + size, 120))
        text = "".join(
            copy(i, i + n, f"2026-03-0{6 + n}T00:00:00Z", f"b{n}" if i in edited else "a")
            for i in [*own, *(own if again else ())]
        )
        paths.append(folder / f"{n}.csv")
        paths[-1].write_text(HEAD + text)
    assert_same(store_posts(paths, folder), read_posts(paths, root=folder))


def test_lines_and_pages(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """JSON lines the fast way, pages of posts, doubled keys and odd lines: stored as loaded."""
    monkeypatch.setattr(_early, "LEAST", 0)
    monkeypatch.setattr(_early, "LARGE", 2000)
    posts = [json.dumps(x_post(i)) for i in range(200)]
    odd = [
        "{oops", json.dumps(x_post(300))[:-1] + ', "id": "5"}',
        json.dumps({"data": [x_post(301), x_post(302)], "includes": {"users": []}}),
        json.dumps(x_post(7)).replace("hola", "\\ud83d"),
    ]  # fmt: skip
    paths = [write("a.jsonl", "\n".join(posts) + "\n"),
             write("b.jsonl", "\n".join([*posts[50:90], *odd[:3], *posts[90:150]]) + "\n"),
             write("c.jsonl", "\n".join([*posts[50:90], odd[3], *posts[90:150]])),
             write("d.jsonl", lines(90)), write("e.json", json.dumps([x_post(400)]))]  # fmt: skip
    assert_same(store_posts(paths, tmp_path), read_posts(paths, root=tmp_path))


@pytest.mark.real_data
def test_a_dirty_corpus(real_data: Path, tmp_path: Path) -> None:
    """Hostile and real public files together, refused ones too, are stored as they are loaded."""
    known = {".csv", ".tsv", ".jsonl", ".json", ".ndjson", ".txt", ".xlsx", ".zip", ".gz"}
    paths = [
        path for part in ("badinput", "real") for path in sorted((real_data / part).rglob("*"))
        if path.is_file() and path.suffix in known and path.stat().st_size < 2**17
        and "json-test-suite" not in str(path)
    ][::3]  # fmt: skip
    assert len(paths) > 100
    shared = Declaration(zone="UTC", ids="damaged")
    store = store_posts(paths, tmp_path, declared=shared, strict=False)
    assert_same(store, read_posts(paths, declared=shared, strict=False, root=tmp_path))
    assert (store.issues["severity"] == "refused").any()


def test_a_refused_file_leaves_no_store(write: Write, tmp_path: Path) -> None:
    """Where a file is refused nothing is put in place, and the former store stays."""
    good = write("a.csv", HEADER + rows(90))
    with pytest.raises(CrisisLabError, match="CL-STORE-NONE"):
        open_store(tmp_path)
    kept = store_posts(good, tmp_path)
    bad = write("b.csv", HEADER + rows(90).replace("Z,", ","))
    with pytest.raises(CrisisLabError, match="CL-TIME-ZONE"):
        store_posts([good, bad], tmp_path)
    assert open_store(tmp_path) == kept
    assert sorted(p.name for p in kept.folder.parent.iterdir()) == [kept.folder.name, "posts.json"]


def test_rows_numbered_anew_are_refused(write: Write, tmp_path: Path) -> None:
    """Two exports that both number their rows from 1 do not replace each other in a store."""
    paths = [write(f"{name}.csv", test_overlap.numbered(name, 30 * i))
             for i, name in enumerate("ab")]  # fmt: skip
    other = write("c.csv", test_overlap.numbered("c", 2).replace("\n", "\n9")[:-1])
    with pytest.raises(CrisisLabError, match="CL-IDS-CLASH"):
        store_posts([*paths, other], tmp_path)
    store = store_posts([*paths, other], tmp_path, strict=False)
    assert_same(store, read_posts([*paths, other], root=tmp_path, strict=False))
    assert store.n_posts == 8


def test_it_is_made_anew_when_something_changes(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Same files: opened as it is. Other content or declarations: made anew, the old one gone."""
    path = write("a.csv", HEADER + rows(90))
    first = store_posts(path, tmp_path)
    stamp = first.posts[0].stat().st_mtime_ns
    assert store_posts(path, tmp_path) == first
    assert first.posts[0].stat().st_mtime_ns == stamp
    declared = store_posts(path, tmp_path, declared=Declaration(platform="facebook"))
    assert declared.key != first.key
    assert set(declared.frame()["platform"]) == {"facebook"}
    path.write_text(HEADER + rows(91))
    assert store_posts(path, tmp_path).n_posts == 91
    assert not first.folder.exists()
    shutil.rmtree(tmp_path / ".crisislab")
    again = store_posts(path, tmp_path)
    assert again.n_posts == 91
    monkeypatch.setattr(_key, "readers_version", lambda: "others")
    assert store_posts(path, tmp_path).key != again.key


def test_files_that_change_while_they_are_read_are_read_again(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store is named by what was read, never by what stands there a moment later."""
    path = write("a.csv", HEADER + rows(90))
    whole = _fill.Once.settle

    def changed(*given: Any) -> None:
        whole(*given)
        path.write_text(HEADER + rows(95))

    with monkeypatch.context() as patch:
        patch.setattr(_fill.Once, "settle", changed)
        assert store_posts(path, tmp_path).n_posts == 90
    assert store_posts(path, tmp_path).n_posts == 95
    assert len(read_posts(path).posts) == 95


def test_the_ledger_and_the_name_know_a_file_by_one_hash(write: Write, tmp_path: Path) -> None:
    """The hash that reading told is that of the bytes, for packed files too."""
    plain, packed = HEADER + rows(90), gzip.compress((HEADER + rows(80)).encode())
    write("a.csv", plain)
    path = write("b.csv.gz", packed).parent
    told = store_posts(path, tmp_path).ledger["sha256"].tolist()
    assert told[0] == hashlib.sha256(plain.encode()).hexdigest()
    assert told[1] == hashlib.sha256(gzip.decompress(packed)).hexdigest()
    key = _key.key_of(path, tmp_path, None, strict=True)
    _bytes._HASHES.clear()
    assert open_store(tmp_path).key == key == _key.key_of(path, tmp_path, None, strict=True)


def test_an_interrupt_leaves_the_former_store(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C at any step leaves the former store open and no half one behind."""
    path = write("a.csv", HEADER + rows(200))
    kept = store_posts(path, tmp_path)
    path.write_text(HEADER + rows(400) + rows(50))

    def interrupted(*_: object, **__: object) -> Any:
        raise KeyboardInterrupt

    places = [(_fill.Stage, "done"), (_once.Once, "_find"), (_once.Once, "_settle_batch"),
              (_fill, "_write_told"), (_fill, "_put")]  # fmt: skip
    for place, name in places:
        with monkeypatch.context() as patch:
            patch.setattr(place, name, interrupted)
            with pytest.raises(KeyboardInterrupt):
                store_posts(path, tmp_path)
        assert open_store(tmp_path) == kept
        assert len(list(kept.folder.parent.iterdir())) == 2
        assert len(kept.frame()) == 200
    assert store_posts(path, tmp_path).n_posts == 400


def test_what_does_not_fit_is_refused_with_a_way_out(write: Write, tmp_path: Path) -> None:
    """A file that only the whole settles is refused by size; one that blocks settle never is."""
    short = "".join(f"{i},0{1 + i % 9}/0{i % 3 + 1}/26 10:00,ana,b,1\n" for i in range(90))
    path = write("short_years.csv", HEADER + short)
    told = Declaration(zone="UTC", dates="day-first")
    assert_same(store_posts(path, tmp_path, declared=told),
                read_posts(path, declared=told, root=tmp_path))  # fmt: skip
    array = write("all.json", json.dumps([x_post(i) for i in range(90)]))
    for large in (path, array):
        with pytest.raises(CrisisLabError, match="CL-STORE-LARGE") as raised:
            store_posts(large, tmp_path / "other", declared=told, memory_mib=0)
        assert raised.value.codes == ("CL-STORE-LARGE",)
    # The way out: the same rows in a form, or with a declaration, that blocks can settle.
    lined = write("all.jsonl", lines(90))
    assert store_posts(lined, tmp_path / "other", memory_mib=0).n_posts == 90


def test_findings_told_in_words_of_the_catalogue_come_back(tmp_path: Path) -> None:
    """What a store says of dates in another order is what the load says, in both languages."""
    rows = "".join(f"{i},{i % 28 + 1:02d}/03/2026 10:00Z,hola {i},ana\n" for i in range(40))
    path = tmp_path / "posts" / "a.csv"
    path.parent.mkdir()
    path.write_text("id,created_at,text,author\n" + rows, "utf-8")
    loaded = read_posts(path.parent, platform="x", root=tmp_path)
    told = {"a.csv": Declaration(platform="x")}
    store = store_posts(path.parent, tmp_path, declared=told)
    found = [p for p in store.problems if p.code == "CL-TIME-ORDER-FOUND"]
    assert found == [p for p in loaded.problems if p.code == "CL-TIME-ORDER-FOUND"]
    assert "llevan el día delante" in found[0].message("es")
    assert "have the day first" in found[0].message("en")
