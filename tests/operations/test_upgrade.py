"""What an older version wrote opens here; what a newer one wrote is refused, and says how."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

import crisislab as cl
from crisislab.errors import CrisisLabError
from crisislab.label.record import record
from crisislab.library.book import VERSION, read_library
from crisislab.library.desk import keep
from crisislab.privacy.secret import load_names
from crisislab.read.labels import read_labels
from crisislab.store import open_store, store_posts
from crisislab.verify import verify
from tests.frozen import FROZEN, thaw

VERSIONS = sorted(FROZEN.glob("*.zip"))


@pytest.fixture(params=VERSIONS, ids=lambda path: path.stem)
def frozen(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Give the case of an older version, as it was written then."""
    return thaw(request.param, tmp_path)


def test_this_version_is_frozen() -> None:
    """A release without its frozen case would be forgotten: python -m tests.frozen."""
    assert cl.__version__ in {path.stem for path in VERSIONS}


def test_an_older_case_opens_and_its_review_is_made_again(frozen: Path) -> None:
    """Inputs and settings are read as they were; a number differs only with a version."""
    found = verify(frozen, frozen / "review", secret=frozen.parent / "secret")
    assert {change.kind for change in found.changes} <= {"version"}
    # The page is left out of the frozen case; all tables are compared.
    assert found.edited == ("review.html",)
    assert found.n_files > 40
    assert found.numbers.empty or found.changes


def test_an_older_store_opens_and_is_made_anew_where_readers_changed(frozen: Path) -> None:
    """The posts on disk are those of the exports, before and after."""
    old = open_store(frozen)
    case = cl.open_case(frozen)
    assert old.n_posts == len(old.frame()) == len(case.loaded_posts.posts)
    assert set(old.frame()["post_id"]) == set(case.loaded_posts.posts["post_id"])
    new = cl.open_case(frozen, stored=True).store
    assert new is not None
    assert new.n_posts == old.n_posts
    assert sorted(p.name for p in (frozen / ".crisislab").iterdir()) == [
        new.folder.name, "posts.json"]  # fmt: skip


def test_older_labels_and_libraries_grow(frozen: Path) -> None:
    """A label and a past crisis are added to what an older version wrote."""
    labels, library = frozen / "labels.csv", frozen / "library.json"
    before = labels.read_bytes()
    shown = {"text_key": "new", "text": "hi", "size": 1, "probability": 0.5, "stratum": "en"}
    record(labels, [(shown, "negative")], coder="eva", at=datetime(2026, 6, 2, tzinfo=UTC))
    assert labels.read_bytes().startswith(before)
    assert list(read_labels(labels)["coder"]) == ["ana", "eva"]
    case = read_library(library).cases[0]
    keep(read_library(library), case.model_copy(update={"id": "another"}), library)
    assert len(read_library(library).cases) == 2


def marked(path: Path, old: str, new: str) -> Path:
    """Mark a file as written by a newer version."""
    text = path.read_text("utf-8")
    assert text.count(old) == 1, path
    path.write_text(text.replace(old, new), "utf-8")
    return path


def newer_case(folder: Path) -> object:
    """Open a case of a later format, with a setting that this version does not know."""
    marked(folder / "case.toml", "[case]\n", "[case]\nformat = 2\nmood = 'new'\n")
    return cl.open_case(folder)


def newer_library(folder: Path) -> object:
    """Read a library of a later version."""
    path = folder / "library.json"
    written = re.search(r'"version": \d+', path.read_text("utf-8"))
    assert written is not None
    return read_library(marked(path, written[0], f'"version": {VERSION + 1}'))


def newer_review(folder: Path) -> object:
    """Verify a review of a later format."""
    marked(folder / "review" / "manifest.json", '{\n  "format": 1,', '{\n  "format": 2,')
    return verify(folder, folder / "review")


def newer_secret(folder: Path) -> object:
    """Read the secret of a later format."""
    return load_names(secret=marked(folder.parent / "secret", "secret 1\n", "secret 2\n"))


def newer_store(folder: Path) -> object:
    """Open the store of a later format."""
    head = folder / ".crisislab" / "posts.json"
    head.write_text(json.dumps(json.loads(head.read_text("utf-8")) | {"format": 3}), "utf-8")
    return open_store(folder)


NEWER: dict[str, Callable[[Path], object]] = {
    "CL-CASE-NEWER": newer_case, "CL-LIB-NEWER": newer_library, "CL-VERIFY-NEWER": newer_review,
    "CL-SECRET-NEWER": newer_secret, "CL-STORE-NEWER": newer_store,
}  # fmt: skip


@pytest.mark.parametrize("code", NEWER)
def test_what_a_newer_version_wrote_is_refused_with_a_way_out(code: str, tmp_path: Path) -> None:
    """The code says so, the advice is to update, and every file is as it was."""
    folder = thaw(VERSIONS[-1], tmp_path)
    with pytest.raises(CrisisLabError) as refused:
        NEWER[code](folder)
    assert refused.value.codes == (code,)
    assert "Update crisislab" in refused.value.message("en")
    assert "Actualice crisislab" in refused.value.message("es")


def test_a_newer_store_is_made_anew_from_the_exports(tmp_path: Path) -> None:
    """A store is a copy of the exports: an older version replaces it and loses nothing."""
    folder = thaw(VERSIONS[-1], tmp_path)
    n_posts = open_store(folder).n_posts
    with pytest.raises(CrisisLabError, match="CL-STORE-NEWER"):
        newer_store(folder)
    assert store_posts(folder / "posts", folder).n_posts == n_posts
