"""A review made again, shared and cleaned up."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import crisislab as cl
from crisislab.cli import main
from crisislab.errors import CrisisLabError
from crisislab.privacy.grep import found_in
from crisislab.privacy.secret import load_names, make_secret
from crisislab.retention import purge
from crisislab.sharing import bundle, bundle_files, suppressed
from crisislab.verify import verify
from tests.privacy.leaky import PEOPLE, TOLD, leaky_case, post_id

SECRETS = [one for person in PEOPLE for one in person] + list(TOLD.values())
SECRETS += [post_id(i) for i in range(120) if i % 6 != 5]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a reviewed case."""
    folder = leaky_case(tmp_path_factory.mktemp("made") / "case")
    cl.review(cl.open_case(folder)).write(folder / "review", forms=["xlsx"])
    return folder


@pytest.fixture
def case(made: Path, tmp_path: Path) -> Path:
    """Give a copy of the reviewed case."""
    return Path(shutil.copytree(made, tmp_path / "case"))


def edited(path: Path, old: str, new: str) -> None:
    """Change a file."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_verify_finds_the_same_bytes(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An untouched case gives the same files, and the command says so with status 0."""
    assert main(["verify", str(made), "--lang", "en"]) == 0
    assert capsys.readouterr().out.startswith("The same: all ")


def test_verify_names_the_input_behind_a_number(
    case: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A post taken out changes counts, and the file is named beside each of them."""
    exported = case / "posts" / "x.csv"
    lines = exported.read_text("utf-8").splitlines()
    exported.write_text("\n".join(lines[:50] + lines[51:]) + "\n", "utf-8")
    found = verify(case, case / "review")
    assert [(c.kind, c.what) for c in found.changes] == [("input", "posts/x.csv")]
    counts = found.numbers.set_index(["metric", "scope"]).loc[("n_posts", "all")]
    assert float(counts["before"]) - float(counts["now"]) == 1
    assert set(found.numbers["because"]) == {"posts/x.csv"}
    assert main(["verify", str(case), "--lang", "es"]) == 1
    said = capsys.readouterr().out
    assert "entrada posts/x.csv" in said
    assert "n_posts [all]" in said


def test_verify_names_the_setting_and_the_version(
    case: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A setting of the case and a package of another version are told by name."""
    edited(case / "case.toml", "[response]", '[response]\nsilence = "30 min"')
    manifest = case / "review" / "manifest.json"
    told = json.loads(manifest.read_text("utf-8"))
    told["versions"]["pandas"] = "2.0.0"
    manifest.write_text(json.dumps(told), "utf-8")
    found = verify(case, case / "review")
    changed = {(c.kind, c.what, c.before) for c in found.changes}
    assert ("setting", "settings.response.silence", "1440.0") in changed
    assert ("version", "pandas", "2.0.0") in changed
    assert "settings.response.silence" in found.numbers["because"].iloc[0]


def test_verify_tells_edited_files_from_changed_causes(case: Path) -> None:
    """A figure changed by hand in a table is no change of the review."""
    edited(case / "review" / "verdicts.csv", "followed", "ignored")
    found = verify(case, case / "review")
    assert (found.changes, found.edited, found.differing) == ((), ("verdicts.csv",), ())


def test_verify_with_another_secret_changes_names_only(case: Path, tmp_path: Path) -> None:
    """Numbers stay; the setting that changed is the secret."""
    make_secret(tmp_path / "other")
    found = verify(case, case / "review", secret=tmp_path / "other")
    # The list of spam in the manifest is pseudonymised too.
    assert {c.what for c in found.changes} == {"secret", "settings.response.spam.1"}
    assert found.numbers.empty
    assert "metrics.csv" not in found.differing


def test_bundle_holds_aggregates_and_ids_only(case: Path) -> None:
    """No text, account, id, contact or person of the team; the same bytes each time."""
    assert main(["bundle", str(case)]) == 0
    data = (case / "bundle.zip").read_bytes()
    with zipfile.ZipFile(case / "bundle.zip") as packed:
        files = {name: packed.read(name) for name in packed.namelist()}
    assert {"README.txt", "ids.csv", "manifest.json", "metrics.csv", "volume.csv"} <= set(files)
    assert found_in(files, [*SECRETS, "Ana"]) == {}
    assert not {"text", "evidence", "done_by", "actor"} & {
        column for name in files if name.endswith(".csv")
        for column in files[name].decode("utf-8-sig").splitlines()[0].split(",")
    }  # fmt: skip
    assert main(["bundle", str(case)]) == 0
    assert (case / "bundle.zip").read_bytes() == data


def test_bundle_refuses_when_its_search_finds_anything(case: Path) -> None:
    """A review that was never guarded stops at the bundle's own search; none is written."""
    opened = cl.open_case(case)
    review = cl.review(opened)
    names = load_names()
    for said, kind in (("lucia_mz82", "account or id"), ("call 612 345 678", "phone"),
                       (post_id(3), "account or id"), ("a@b.example", "mail")):  # fmt: skip
        careless = replace(review, actions=review.actions.assign(owner=said))
        with pytest.raises(CrisisLabError, match="CL-BUNDLE-LEAK") as caught:
            bundle(opened, careless, case / "bundle.zip", names=names)
        assert kind in caught.value.problems[0].value
        assert said not in caught.value.message("en")
        assert not (case / "bundle.zip").exists()


def test_bundle_withholds_small_cells(case: Path) -> None:
    """No published count of a bundle lies between 1 and 4."""
    exported = case / "posts" / "x.csv"
    lines = exported.read_text("utf-8").splitlines()
    exported.write_text("\n".join(lines[:8] + lines[11:]) + "\n", "utf-8")
    opened = cl.open_case(case)
    files, withheld = bundle_files(opened, cl.review(opened), names=load_names())
    assert withheld["volume"] > 0
    for name in ("volume", "reach", "unanswered", "sentiment"):
        if f"{name}.csv" in files:
            counts = pd.read_csv(io.BytesIO(files[f"{name}.csv"]), encoding="utf-8-sig")
            for column in counts.filter(regex="^n(_posts|_authors|_unanswered|_scored)?$"):
                assert not counts[column].between(1, 4).any(), (name, column)


def test_suppressed_hides_the_next_cell_too() -> None:
    """A single small cell could be told from the total; two cannot."""
    table = pd.DataFrame({"platform": list("abcd"), "n": [40, 3, 12, 0], "share": [0.5] * 4})
    safe, n = suppressed(table, ["n"])
    assert (safe["n"].isna().tolist(), n) == ([False, True, True, False], 2)
    assert safe["share"].isna().tolist() == [False, True, True, False]
    plain, none = suppressed(table.iloc[[0, 2]], ["n"])
    assert (plain["n"].tolist(), none) == ([40, 12], 0)


def test_purge_says_first_and_does_then(case: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without --yes nothing goes; with it the exports go, and the review, plan and labels stay."""
    before = {p for p in case.rglob("*") if p.is_file()}
    assert main(["purge", str(case), "--lang", "en"]) == 0
    assert "would be removed" in capsys.readouterr().out
    assert {p for p in case.rglob("*") if p.is_file()} == before
    assert main(["purge", str(case), "--yes", "--lang", "es"]) == 0
    assert "posts/x.csv" in capsys.readouterr().out
    assert not (case / "posts").exists()
    assert not (case / "log").exists()
    kept = {p.relative_to(case).as_posix() for p in case.rglob("*") if p.is_file()}
    assert {"case.toml", "plan.toml", "purged.json", "review/review.html"} <= kept
    files = {name: (case / name).read_bytes() for name in kept - {"case.toml", "narrative.md"}}
    assert found_in(files, SECRETS) == {}


def test_purge_refuses_what_no_review_holds(case: Path) -> None:
    """An export that came after the review is never lost."""
    with (case / "posts" / "x.csv").open("a", encoding="utf-8") as out:
        out.write(f"{post_id(200)},2026-03-06T12:00:00Z,u,1,n,hola,\n")
    with pytest.raises(CrisisLabError, match="CL-PURGE-UNREVIEWED"):
        purge(case, case / "review", really=True)
    assert (case / "posts" / "x.csv").exists()


def test_purge_without_any_review_names_what_it_kept(case: Path) -> None:
    """No review at all: the message says so of all exports, with no hole in it."""
    with pytest.raises(CrisisLabError, match="CL-PURGE-UNREVIEWED") as caught:
        purge(case, case / "nowhere", really=True)
    assert "files: posts/, log/." in caught.value.problems[0].message("en")
    assert (case / "posts" / "x.csv").exists()
