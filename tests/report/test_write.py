"""The files: complete or not at all, the same each time, safe to open."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from crisislab.errors import CrisisLabError
from crisislab.report.replace import BESIDE, recover, replace_files
from crisislab.report.sheets import csv_bytes, read_text, safe_text
from crisislab.report.write import review_files, write_review
from tests.report.fake import make_review

OLD = {"a.csv": b"old a", "manifest.json": b"old m", "review.html": b"old r"}
NEW = {"a.csv": b"new a", "b.csv": b"new b", "manifest.json": b"new m", "review.html": b"new r"}


def _found(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder with an old review and a note of the user."""
    replace_files(OLD, tmp_path / "review")
    (tmp_path / "review" / "note.txt").write_bytes(b"mine")
    return tmp_path / "review"


def test_write_review_writes_every_file(tmp_path: Path) -> None:
    """All eight files are there and nothing else."""
    path = write_review(make_review(), tmp_path / "deep" / "review")
    assert path.name == "review.html"
    assert sorted(p.name for p in path.parent.iterdir()) == [
        "actions.csv", "issues.csv", "ledger.csv", "manifest.json", "metrics.csv",
        "rejects.csv", "review.html", "verdicts.csv",
    ]  # fmt: skip


def test_write_review_gives_the_same_bytes() -> None:
    """Two builds of the same review are equal, byte for byte, in another process zone too."""
    assert review_files(make_review()) == review_files(make_review())


def test_write_review_size_stays_under_three_megabytes() -> None:
    """The page is small enough to send."""
    assert 1_000_000 < len(review_files(make_review())["review.html"]) < 3_000_000


def test_manifest_has_the_hash_of_every_file(tmp_path: Path) -> None:
    """A set that does not belong together can be told."""
    write_review(make_review(), tmp_path)
    hashes = json.loads((tmp_path / "manifest.json").read_text("utf-8"))["outputs"]
    for name, expected in hashes.items():
        assert hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() == expected
    assert len(hashes) == 7


def test_replace_files_keeps_the_users_files(folder: Path) -> None:
    """The new set is complete; a note of the user is untouched; nothing is left beside."""
    replace_files(NEW, folder)
    assert _found(folder) == {**NEW, "note.txt": b"mine"}
    assert not (folder / BESIDE).exists()


@pytest.mark.parametrize("n", range(len(NEW)))
def test_replace_files_undoes_a_failed_swap(
    folder: Path, n: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the n-th file cannot take its place, the old set stands."""
    real, calls = Path.replace, []

    def failing(self: Path, target: Path) -> Path:
        if self.parent.name == "new":
            calls.append(self)
            if len(calls) == n + 1:
                raise PermissionError(errno.EACCES, "open in another program", str(target))
        return real(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(CrisisLabError) as error:
        replace_files(NEW, folder)
    assert error.value.codes == ("CL-OUT-OPEN",)
    assert list(NEW)[n] in error.value.message("en")
    assert _found(folder) == {**OLD, "note.txt": b"mine"}
    assert not (folder / BESIDE).exists()


# One process imports once, then a copy of it dies at every step of every kind, each in its folder.
_DYING = """
import os, pathlib, shutil, sys
from crisislab.report.replace import replace_files

root, new = pathlib.Path(sys.argv[1]), eval(sys.argv[2])
owners = {"fsync": os, "link": os, "touch": pathlib.Path, "replace": pathlib.Path,
          "unlink": pathlib.Path, "rmdir": pathlib.Path}
for name, owner in owners.items():
    for n in range(1, 30):
        folder = root / f"{name}-{n}"
        shutil.copytree(root / "start", folder)
        child = os.fork()
        if not child:
            seen, real = [], getattr(owner, name)
            def dying(*args, **kw):
                seen.append(1)
                if len(seen) == n:
                    os._exit(9)
                return real(*args, **kw)
            setattr(owner, name, dying)
            replace_files(new, folder)
            os._exit(0)
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0:
            break
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork to die at every step")
def test_replace_files_survives_a_kill_at_every_step(folder: Path, tmp_path: Path) -> None:
    """Killed at any step, the next start finds the old set or the new one, complete."""
    root = tmp_path / "kills"
    root.mkdir()
    folder.rename(root / "start")
    program = [sys.executable, "-W", "ignore", "-c", _DYING, str(root), repr(NEW)]
    top = Path(__file__).parent.parent.parent
    subprocess.run(program, cwd=top, check=True, timeout=120)
    killed = [path for path in root.iterdir() if path.name != "start"]
    assert len(killed) > 20
    for path in killed:
        recover(path)
        found = _found(path)
        assert found.pop("note.txt") == b"mine"
        assert found in (OLD, NEW), path.name
        replace_files(NEW, path)
        assert _found(path) == {**NEW, "note.txt": b"mine"}
        assert not (path / BESIDE).exists()


def test_replace_files_tells_a_full_disk(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk leaves the old set and says so."""

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CrisisLabError, match="CL-OUT-FULL"):
        replace_files(NEW, folder)
    assert _found(folder) == {**OLD, "note.txt": b"mine"}
    assert not (folder / BESIDE).exists()


def test_replace_files_leaves_nothing_where_nothing_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A first review that fails leaves no folder behind."""
    monkeypatch.setattr(os, "fsync", _interrupted)
    with pytest.raises(KeyboardInterrupt):
        replace_files(NEW, tmp_path / "a" / "b")
    assert list(tmp_path.iterdir()) == []


def _interrupted(_: int) -> None:
    raise KeyboardInterrupt


def test_replace_files_refuses_a_file_in_the_way(tmp_path: Path) -> None:
    """A target that is a file is named."""
    (tmp_path / "review").write_text("not a folder", encoding="utf-8")
    with pytest.raises(CrisisLabError, match="CL-OUT-FOLDER"):
        replace_files(NEW, tmp_path / "review")


@pytest.fixture
def held(folder: Path) -> Iterator[None]:
    """Hold the lock of the folder, as another process would."""
    fcntl = pytest.importorskip("fcntl")
    (folder / BESIDE).mkdir()
    with (folder / BESIDE / "lock").open("ab") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@pytest.mark.usefixtures("held")
def test_replace_files_refuses_two_writers(folder: Path) -> None:
    """While another process writes, nothing is changed."""
    with pytest.raises(CrisisLabError, match="CL-OUT-BUSY"):
        replace_files(NEW, folder)
    assert _found(folder) == {**OLD, "note.txt": b"mine"}


@pytest.mark.parametrize(
    "text", ["=1+1", "+34", "-x", "@a", "\tx", "\rx", "\nx", "＝1", "＠a", "'=1", "''@x"]
)
def test_safe_text_is_inert_and_reversible(text: str) -> None:
    """What looks like a formula gets a quote, and reading takes away exactly that."""
    assert safe_text(text).startswith("'")
    assert read_text(safe_text(text)) == text


@pytest.mark.parametrize("text", ["a=b", "'tis", "", "1.5", "ñ"])
def test_safe_text_leaves_other_text_alone(text: str) -> None:
    """Text that no spreadsheet runs is not changed."""
    assert safe_text(text) == text == read_text(safe_text(text))


def test_csv_bytes_reads_back(tmp_path: Path) -> None:
    """Pandas reads numbers as numbers, instants with their zone, missing as missing."""
    review = make_review()
    path = tmp_path / "metrics.csv"
    path.write_bytes(csv_bytes(review.metrics))
    back = pd.read_csv(path)
    assert list(back.columns) == list(review.metrics.columns)
    pd.testing.assert_series_equal(back["value"], review.metrics["value"])
    actions = csv_bytes(review.actions).decode("utf-8-sig")
    assert "2026-03-05T12:00:00Z" in actions
    assert ",-15.0," in actions


def test_write_review_survives_odd_text(tmp_path: Path) -> None:
    """A lone surrogate or a NUL in a name costs nothing but itself."""
    review = make_review()
    actions = review.actions.assign(name="a\x00b")
    write_review(replace(review, actions=actions, title="x\ud800y"), tmp_path)
    assert "a\ufffdb" in (tmp_path / "actions.csv").read_text("utf-8-sig")
    assert "<h1>x?y</h1>" in (tmp_path / "review.html").read_text("utf-8")
