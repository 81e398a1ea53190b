"""The store, the bundle and the removal of exports: broken off, full disk, closed, two at once."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from crisislab.errors import CrisisLabError
from crisislab.files import lock_of
from crisislab.new import new_case
from crisislab.opening import open_case
from crisislab.privacy.secret import load_names
from crisislab.retention import RECORD, purge
from crisislab.sharing import bundle
from crisislab.store import FOLDER, HEAD, Store, open_store, store_posts
from crisislab.store._once import Once
from tests.operations.faults import can_become_nobody, fork, holder, in_child, nobody, small_disk
from tests.privacy.leaky import leaky_case
from tests.read.code_fixtures import case_folder
from tests.report.fake import make_review

HEADER = "id,created_at,author,text,likes\n"


def export(folder: Path, n: int) -> Path:
    """Write an export of so many posts, some of them twice."""
    rows = (f"{i},2026-03-05T12:{i // 60 % 60:02d}:{i % 60:02d}Z,u{i % 90},hola {i},{i % 7}\n"
            for i in (*range(n), *range(9)))  # fmt: skip
    path = folder / "a.csv"
    path.write_text(HEADER + "".join(rows), "utf-8")
    return path


def names(folder: Path) -> list[str]:
    """Return the names in the folder of the store."""
    return sorted(path.name for path in (folder / FOLDER).iterdir())


@pytest.fixture
def kept(tmp_path: Path) -> Store:
    """Give a store that was made of a former export."""
    return store_posts(export(tmp_path, 300), tmp_path)


@fork
def test_full_disk_leaves_the_former_store(kept: Store, tmp_path: Path) -> None:
    """What does not fit is told by name, the former store opens, and no half one is left."""
    path = export(tmp_path, 40_000)
    said = in_child(lambda: store_posts(path, tmp_path), before=small_disk)
    assert said.startswith("CL-OUT-FULL"), said
    assert str(tmp_path / FOLDER) in said
    assert open_store(tmp_path) == kept
    assert len(kept.frame()) == 300
    assert names(tmp_path) == [kept.folder.name, HEAD]


@pytest.mark.parametrize("words", ["IO Error: Could not write file: No space left on device",
                                   "Out of Memory Error: max_temp_directory_size"])  # fmt: skip
def test_a_disk_that_duckdb_finds_full_is_told(
    kept: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    """Finding repeats spills to disk: a full one is the same message there."""

    def full(*_: object) -> None:
        kind = duckdb.IOException if "IO" in words else duckdb.OutOfMemoryException
        raise kind(words)

    monkeypatch.setattr(Once, "settle", full)
    with pytest.raises(CrisisLabError, match="CL-OUT-FULL"):
        store_posts(export(tmp_path, 400), tmp_path)
    assert open_store(tmp_path) == kept
    assert names(tmp_path) == [kept.folder.name, HEAD]


@fork
def test_several_who_read_the_same_exports_make_one_store(tmp_path: Path) -> None:
    """Each waits for the first and opens what it has made."""
    path = export(tmp_path, 3000)
    children = []
    for _ in range(3):
        child = os.fork()
        if not child:
            os.environ["CRISISLAB_WAIT"] = "60"
            try:
                os._exit(int(store_posts(path, tmp_path).n_posts != 3000))
            finally:
                os._exit(1)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * 3
    assert names(tmp_path) == [open_store(tmp_path).folder.name, HEAD]


def test_who_waits_too_long_for_a_store_is_told_who_fills_it(kept: Store, tmp_path: Path) -> None:
    """The message names the process; a store that need not be made waits for nobody."""
    same = tmp_path / "a.csv"
    lock = lock_of(tmp_path / FOLDER / HEAD)
    with holder(lock, 60) as other:
        assert store_posts(same, tmp_path) == kept
        with pytest.raises(CrisisLabError, match="CL-OUT-BUSY") as caught:
            store_posts(export(tmp_path, 301), tmp_path)
        assert f"{other.pid} @ " in caught.value.message("en")
        other.kill()
    # A stale lock is freed, and what its holder had begun goes.
    half = tmp_path / FOLDER / f"{kept.folder.name}.part-99"
    half.mkdir()
    assert store_posts(tmp_path / "a.csv", tmp_path).n_posts == 301
    assert not half.exists()
    assert not lock.exists()


@pytest.fixture
def reviewed(tmp_path: Path) -> Path:
    """Give a case whose review knows its exports."""
    return with_manifest(leaky_case(tmp_path / "case"))


def with_manifest(folder: Path) -> Path:
    """Write the manifest of a review, and the store."""
    ledger = open_case(folder, stored=True).ledger
    known = dict(zip(ledger["source_file"], ledger["sha256"].fillna(""), strict=True))
    (folder / "review").mkdir()
    (folder / "review" / "manifest.json").write_text(json.dumps({"inputs": known}), "utf-8")
    return folder


def test_a_removal_broken_off_anywhere_is_ended_by_the_next(
    reviewed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After each step all that is gone is listed, and the next call removes the rest."""
    whole = purge(reviewed, reviewed / "review")
    unlink = Path.unlink
    for step in range(len(whole.goes)):
        folder = Path(shutil.copytree(reviewed, tmp_path / str(step)))
        left = [step]

        def broken(path: Path, missing_ok: bool = False, left: list[int] = left) -> None:
            if not missing_ok or path.name.endswith(".part"):
                return unlink(path, missing_ok)
            left[0] -= 1
            if left[0] < 0:
                raise KeyboardInterrupt
            return unlink(path, missing_ok)

        with monkeypatch.context() as patch:
            patch.setattr(Path, "unlink", broken)
            with pytest.raises(KeyboardInterrupt):
                purge(folder, folder / "review", really=True)
        there = {name for name in whole.goes if (folder / name).exists()}
        assert len(there) == len(whole.goes) - step
        assert json.loads((folder / RECORD).read_text("utf-8"))["removed"] == whole.goes
        assert set(purge(folder, folder / "review", really=True).goes) == there
        assert json.loads((folder / RECORD).read_text("utf-8"))["removed"] == whole.goes
        assert sorted(path.name for path in folder.iterdir()) == [
            "case.toml", "narrative.md", "plan.toml", RECORD, "review"]  # fmt: skip


def test_files_behind_links_stay_and_are_named(tmp_path: Path) -> None:
    """Of a linked folder and a linked file only the links go; where the files are is said."""
    linked, kept = case_folder(tmp_path / "case"), tmp_path / "elsewhere"
    (linked / "log").rename(kept)
    (linked / "log").symlink_to(kept)
    with_manifest(linked)
    found = purge(linked, linked / "review", really=True)
    assert found.links == {"log": str(kept)}
    assert [path.name for path in kept.iterdir()] == ["log.csv"]
    assert not (linked / "log").exists()
    for lang in ("en", "es"):
        assert f"log -> {kept}" in found.summary(lang)


def test_a_list_of_removed_files_excuses_no_other_file(reviewed: Path) -> None:
    """An export that came after a removal, or that differs from the list, is never lost."""
    data = (reviewed / "posts" / "x.csv").read_bytes()
    purge(reviewed, reviewed / "review", really=True)
    assert purge(reviewed, reviewed / "review", really=True).goes == {}
    (reviewed / "posts").mkdir()
    for name, content in (("x.csv", data + b"\n"), ("y.csv", data)):
        path = reviewed / "posts" / name
        path.write_bytes(content)
        with pytest.raises(CrisisLabError):
            purge(reviewed, reviewed / "review", really=True)
        assert path.read_bytes() == content
        path.unlink()


@fork
def test_two_removals_at_once_both_end(reviewed: Path) -> None:
    """The second finds nothing left, and the list is whole."""
    goes = purge(reviewed, reviewed / "review").goes
    children = []
    for _ in range(2):
        child = os.fork()
        if not child:
            os.environ["CRISISLAB_WAIT"] = "60"
            try:
                purge(reviewed, reviewed / "review", really=True)
                os._exit(0)
            finally:
                os._exit(1)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0]
    assert json.loads((reviewed / RECORD).read_text("utf-8"))["removed"] == goes
    assert not (reviewed / "posts").exists()


@fork
@pytest.mark.parametrize("what", ["bundle", "purge"])
def test_full_disk_leaves_bundle_and_exports(reviewed: Path, what: str) -> None:
    """The earlier bundle is whole; nothing is removed that could not be listed first."""
    (reviewed / "bundle.zip").write_bytes(b"the one of before")
    for i in range(60):
        (reviewed / "log" / f"{'long' * 20}{i}.txt").write_text("", "utf-8")
    case, review = open_case(leaky_case(reviewed.parent / "other")), make_review()
    (reviewed / RECORD).write_text(json.dumps({"removed": known(reviewed)}), "utf-8")
    work: dict[str, Callable[[], object]] = {
        "bundle": lambda: bundle(case, review, reviewed / "bundle.zip", names=load_names()),
        "purge": lambda: purge(reviewed, reviewed / "review", really=True),
    }
    before = {p: p.read_bytes() for p in reviewed.rglob("*") if p.is_file()}
    said = in_child(work[what], before=small_disk)
    assert said.startswith("CL-OUT-FULL"), said
    assert ("bundle.zip" if what == "bundle" else RECORD) in said
    assert {p: p.read_bytes() for p in reviewed.rglob("*") if p.is_file()} == before


def known(folder: Path) -> dict[str, str]:
    """Return the list that a removal of all exports would write."""
    from crisislab.retention import _files, _hash, _name

    return {_name(path, folder): _hash(path) for part in ("posts", "log", FOLDER)
            for path in _files(folder / part)}  # fmt: skip


@pytest.fixture
def closed() -> Iterator[Path]:
    """Give a reviewed case that another user may only read."""
    with tempfile.TemporaryDirectory(dir="/tmp") as scratch:
        Path(scratch).chmod(0o755)
        folder = with_manifest(leaky_case(Path(scratch) / "case"))
        shutil.rmtree(folder / FOLDER)
        yield folder


@fork
@pytest.mark.skipif(not can_become_nobody(), reason="root of a namespace may write everywhere")
@pytest.mark.parametrize(("what", "way"), [("store", "--engine pandas"), ("bundle", ""),
                                           ("purge", "work on a copy"),
                                           ("new", "crisislab new FOLDER")])  # fmt: skip
def test_closed_folder_is_named_and_nothing_changes(closed: Path, what: str, way: str) -> None:
    """Everything is as it was, and the message says where nothing could be written, and what helps.

    Advice that was followed already (``--out``, where the posts are kept in the case) is none.
    """
    case, review, names_ = open_case(closed), make_review(), load_names()
    work: dict[str, Callable[[], object]] = {
        "store": lambda: store_posts(closed / "posts", closed),
        "bundle": lambda: bundle(case, review, closed / "bundle.zip", names=names_),
        "purge": lambda: purge(closed, closed / "review", really=True),
        "new": lambda: new_case(closed / "a" / "b", [closed / "posts"]),
    }
    before = {p: p.read_bytes() for p in closed.rglob("*") if p.is_file()}
    said = in_child(work[what], before=nobody)
    assert said.startswith("CL-OUT-"), said
    assert str(closed) in said
    assert way in said
    assert {p: p.read_bytes() for p in closed.rglob("*") if p.is_file()} == before
