"""Writes: killed, on a full disk, without permission, two at once. Nothing is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crisislab.errors import CrisisLabError
from crisislab.files import append, held, lock_of, write_file
from crisislab.label.record import record
from crisislab.library.book import Library, read_library
from crisislab.library.desk import keep
from crisislab.read.labels import read_labels
from crisislab.report.replace import BESIDE, replace_files
from tests.operations.faults import can_become_nobody, fork, holder, in_child, nobody, small_disk

ROOT = Path(__file__).parent.parent.parent
OLD = {"metrics.csv": b"old" * 100, "review.html": b"old" * 100}
NEW = {"metrics.csv": b"new" * 100, "review.html": b"new" * 100_000}
SHOWN = {"text_key": "a", "text": "hola", "size": 1, "probability": 0.5, "stratum": "es"}


def label(file: Path, n: int = 1) -> None:
    """Record some labels."""
    for i in range(n):
        record(file, [(SHOWN | {"text_key": f"t{i}"}, "negative")], coder="ana",
               at=datetime(2026, 3, 5, tzinfo=UTC))  # fmt: skip


def past(i: int) -> object:
    """Return an invented past crisis."""
    from benchmarks.kills import past as invented

    return invented(i)


@fork
def test_fifty_kills_lose_nothing() -> None:
    """Review, labels, library and settings, each killed at 50 random moments: all whole."""
    run = subprocess.run([sys.executable, "benchmarks/kills.py", "--n", "50"], cwd=ROOT,
                         env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True,
                         text=True, check=False, timeout=500)  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    told = [json.loads(line) for line in run.stdout.splitlines()]
    assert [one["stage"] for one in told] == ["review", "labels", "library", "settings"]
    for one in told:
        assert (one["kills"], one["damaged_or_lost"]) == (50, 0)
        # A test that never hit a write would prove nothing.
        assert one["while_writing"] >= 5, one


@fork
def test_full_disk_leaves_the_old_review_and_names_the_file(tmp_path: Path) -> None:
    """The set that does not fit changes nothing."""
    replace_files(OLD, tmp_path / "review")
    said = in_child(lambda: replace_files(NEW, tmp_path / "review"), before=small_disk)
    assert said.startswith("CL-OUT-FULL")
    assert str(tmp_path / "review") in said
    assert {p.name: p.read_bytes() for p in (tmp_path / "review").iterdir()} == OLD


@fork
def test_full_disk_loses_no_label(tmp_path: Path) -> None:
    """Labels confirmed before the disk was full stay, the one that did not fit is refused."""
    file = tmp_path / "labels.csv"
    label(file, 10)
    before = file.read_bytes()
    said = in_child(lambda: label(file, 200), before=small_disk)
    assert said.startswith("CL-OUT-FULL")
    assert "labels.csv" in said
    after = file.read_bytes()
    assert after.startswith(before)
    assert after.endswith(b"\n")
    assert 10 < len(read_labels(file)) < 60
    label(file)
    assert file.read_bytes().startswith(after)


@fork
def test_full_disk_leaves_the_old_library(tmp_path: Path) -> None:
    """The library of before is whole, and no part of the new one is left."""
    file = tmp_path / "library.json"
    keep(Library(), past(1), file)  # type: ignore[arg-type]
    before = file.read_bytes()

    def grow() -> None:
        for i in range(2, 50):
            keep(Library(), past(i), file)  # type: ignore[arg-type]

    said = in_child(grow, before=small_disk)
    assert said.startswith("CL-OUT-FULL")
    assert "library.json" in said
    assert read_library(file).cases[0] == read_library(file).cases[0]
    assert file.read_bytes()[:40] == before[:40]
    assert [p.name for p in tmp_path.iterdir()] == ["library.json"]


@pytest.fixture
def closed() -> Iterator[Path]:
    """Give a folder with a review, labels and a library that another user owns."""
    with tempfile.TemporaryDirectory(dir="/tmp") as scratch:
        folder = Path(scratch)
        replace_files(OLD, folder / "review")
        label(folder / "labels.csv")
        keep(Library(), past(1), folder / "library.json")  # type: ignore[arg-type]
        for path in (folder, folder / "review"):
            path.chmod(0o555)
        yield folder
        for path in (folder, folder / "review"):
            path.chmod(0o755)


@fork
@pytest.mark.skipif(not can_become_nobody(), reason="root of a namespace may write everywhere")
@pytest.mark.parametrize("what", ["review", "labels", "library"])
def test_read_only_folder_is_named_and_nothing_changes(closed: Path, what: str) -> None:
    """Everything is as it was, and the message says which file could not be written."""
    work: dict[str, Callable[[], object]] = {
        "review": lambda: replace_files(NEW, closed / "review"),
        "labels": lambda: label(closed / "labels.csv"),
        "library": lambda: keep(Library(), past(2), closed / "library.json"),  # type: ignore[arg-type]
    }
    before = {p: p.read_bytes() for p in closed.rglob("*") if p.is_file()}
    said = in_child(work[what], before=nobody)
    assert said.startswith("CL-OUT-"), said
    assert str(closed) in said
    assert {p: p.read_bytes() for p in closed.rglob("*") if p.is_file()} == before


def test_the_second_waits_for_the_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It goes on as soon as the first has ended."""
    monkeypatch.setenv("CRISISLAB_WAIT", "30")
    with holder(tmp_path / "lock", 0.5):
        began = time.monotonic()
        with held(tmp_path / "lock"):
            assert time.monotonic() - began < 15
    assert list(tmp_path.iterdir()) == []


def test_who_waits_too_long_is_told_who_holds_it(tmp_path: Path) -> None:
    """The message names process, machine and time."""
    with holder(tmp_path / "lock", 60) as other:
        with pytest.raises(CrisisLabError, match="CL-OUT-BUSY") as caught, held(tmp_path / "lock"):
            pass
        other.kill()
    for lang in ("en", "es"):
        assert f"{other.pid} @ " in caught.value.message(lang)


def test_a_stale_lock_is_freed(tmp_path: Path) -> None:
    """A lock whose holder was killed is taken at once."""
    with holder(tmp_path / "lock", 60) as other:
        other.kill()
        other.wait()
    assert (tmp_path / "lock").exists()
    with held(tmp_path / "lock"):
        pass
    assert not (tmp_path / "lock").exists()


@fork
def test_two_who_label_at_once_lose_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every label of four writers is there, each line whole."""
    monkeypatch.setenv("CRISISLAB_WAIT", "60")
    file = tmp_path / "labels.csv"
    label(file)
    writers = []
    for _ in range(4):
        child = os.fork()
        if not child:
            try:
                label(file, 25)
                os._exit(0)
            finally:
                os._exit(1)
        writers.append(child)
    assert [os.waitpid(child, 0)[1] for child in writers] == [0] * 4
    assert len(file.read_text("utf-8").splitlines()) == 1 + 1 + 100
    assert not lock_of(file).exists()


@fork
def test_two_who_add_to_a_library_at_once_lose_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each keeps what the other has put into the file meanwhile."""
    monkeypatch.setenv("CRISISLAB_WAIT", "60")
    file = tmp_path / "library.json"
    writers = []
    for part in range(3):
        child = os.fork()
        if not child:
            try:
                for i in range(8):
                    keep(Library(), past(part * 10 + i), file)  # type: ignore[arg-type]
                os._exit(0)
            finally:
                os._exit(1)
        writers.append(child)
    assert [os.waitpid(child, 0)[1] for child in writers] == [0] * 3
    assert len(read_library(file).cases) == 24


def test_write_file_and_append_leave_what_was_there(tmp_path: Path) -> None:
    """A half line that a killed process left is cut away, whole lines are not."""
    file = tmp_path / "a.csv"
    write_file(file, b"one\ntw")
    append(file, b"three\n", length=4)
    assert file.read_bytes() == b"one\nthree\n"
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]


def test_review_folder_is_left_clean_after_a_busy_wait(tmp_path: Path) -> None:
    """A writer that gave up has left nothing of its own behind."""
    replace_files(OLD, tmp_path / "review")
    (tmp_path / "review" / BESIDE).mkdir()
    with holder(tmp_path / "review" / BESIDE / "lock", 60) as other:
        with pytest.raises(CrisisLabError, match="CL-OUT-BUSY"):
            replace_files(NEW, tmp_path / "review")
        other.kill()
    replace_files(NEW, tmp_path / "review")
    assert {p.name: p.read_bytes() for p in (tmp_path / "review").iterdir()} == NEW
