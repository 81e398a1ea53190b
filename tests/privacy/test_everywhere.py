"""Every file a review can become is searched for every real account, id and contact: none."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest

import crisislab as cl
from crisislab.privacy.grep import found_in
from crisislab.privacy.secret import load_names, make_secret
from crisislab.report.forms import FORMS
from crisislab.report.write import review_files
from tests.privacy.leaky import BRAND, MAYOR, PEOPLE, TOLD, leaky_case, post_id

ROOT = Path(__file__).parent.parent.parent
SECRETS = [one for person in PEOPLE for one in person]
SECRETS += [*TOLD.values(), *(post_id(i) for i in range(120) if i % 6 != 5), post_id(150)]
SECRETS += ["Gaspar"]
PUBLIC = '[privacy]\npublic = ["x:alcaldia_sim"]'


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a case that is full of personal data."""
    return leaky_case(tmp_path_factory.mktemp("leaky") / "case", privacy=PUBLIC)


@pytest.fixture(scope="module")
def review(folder: Path) -> cl.Review:
    """Give its review."""
    return cl.review(cl.open_case(folder))


def test_the_case_holds_what_is_looked_for(folder: Path) -> None:
    """The search finds every one of them in the exports, so that finding none means something."""
    files = {str(path): path.read_bytes() for path in folder.rglob("*.*") if path.is_file()}
    assert {hit for hits in found_in(files, SECRETS).values() for hit in hits} == set(SECRETS)


def test_no_form_holds_a_real_account_id_or_contact(review: cl.Review) -> None:
    """HTML, DOCX, PPTX, XLSX, MD, CSV, JSON and pictures: none of all of them."""
    files = review_files(review, forms=[form for form in FORMS if form != "pdf"])
    assert {name.rsplit(".", 1)[-1] for name in files} >= {"html", "docx", "pptx", "xlsx", "md",
                                                            "csv", "json", "png"}  # fmt: skip
    assert found_in(files, SECRETS) == {}
    # What may be named is named: else an empty file would pass.
    assert "review.html" in found_in(files, ["Marca de Prueba"])
    assert found_in(files, [MAYOR[0]]) and found_in(files, [BRAND[0]])  # noqa: PT018


@pytest.mark.browser
def test_no_pdf_holds_a_real_account_id_or_contact(
    review: cl.Review, chromium: str, tmp_path: Path
) -> None:
    """The PDF's own text, as a reader program takes it out."""
    if shutil.which("pdftotext") is None:
        pytest.skip("needs pdftotext (Debian: apt-get install poppler-utils)")
    review.write(tmp_path, forms=["pdf"])
    told = subprocess.run(["pdftotext", str(tmp_path / "review.pdf"), "-"], capture_output=True,
                          check=True).stdout  # fmt: skip
    assert found_in({"pdf": told}, ["Marca de Prueba"])
    assert found_in({"pdf": told}, SECRETS) == {}


def test_notebooks_hold_no_account_or_id_of_the_samples() -> None:
    """The shipped notebooks, outputs included, against every account and id of both samples."""
    wanted: set[str] = set()
    for sample in ("brumaria", "kestrel"):
        posts = cl.open_case(ROOT / "data" / "sample" / sample).posts
        public = posts[~posts["own"]]
        own = set(posts.loc[posts["own"], ["author_id", "author_handle"]].stack())
        for column in ("author_id", "author_handle", "post_id", "parent_id", "root_id"):
            wanted |= {str(one) for one in public[column].dropna().unique()} - own
    books = {path.name: path.read_bytes() for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert len(wanted) > 3_000 and len(books) >= 11  # noqa: PT018
    assert found_in(books, {one for one in wanted if re.search(r"\d{6}|_|[A-Z].*\d", one)}) == {}


def test_pseudonyms_change_no_number(folder: Path, review: cl.Review, tmp_path: Path) -> None:
    """With another secret every name is another one, and every number the same."""
    make_secret(tmp_path / "other")
    other = cl.review(cl.open_case(folder), secret=tmp_path / "other")
    pd.testing.assert_frame_equal(review.metrics, other.metrics)
    pd.testing.assert_frame_equal(review.verdicts, other.verdicts)
    # A public office that is declared to be one keeps its name; nobody else does.
    assert set(review.waits["person"]) & set(other.waits["person"]) <= {"alcaldia_sim"}
    same = review.waits["person"].nunique()
    assert same == other.waits["person"].nunique()


def test_the_same_person_has_one_name_across_exports_and_crises(
    folder: Path, review: cl.Review, tmp_path: Path
) -> None:
    """An export with ids, one with handles only, and a mention agree on the name."""
    case = leaky_case(tmp_path / "second", privacy=PUBLIC)
    exported = case / "posts" / "x.csv"
    rows = [line.split(",") for line in exported.read_text("utf-8").splitlines()]
    kept = [rows[0], *([*row[:3], "", *row[4:]] for row in rows[1:])]
    exported.write_text("\n".join(map(",".join, kept)), "utf-8")
    second = cl.review(cl.open_case(case))
    names = set(review.tables["drivers"]["person"])
    assert names == set(second.tables["drivers"]["person"])
    assert names == {load_names().person("x", handle) for handle, _, _ in PEOPLE} | {MAYOR[0]}
    waiting = set(review.waits["person"])
    assert waiting == set(second.waits["person"]) <= names
    assert len(waiting) > 2


def test_people_of_the_team_can_be_pseudonyms_too(tmp_path: Path) -> None:
    """``staff = "pseudonyms"`` takes the names of log and plan out of the review."""
    case = leaky_case(tmp_path / "case", privacy=PUBLIC + '\nstaff = "pseudonyms"')
    for path in (case / "plan.toml", case / "log" / "slack" / "users.json"):
        path.write_text(path.read_text("utf-8").replace('"Ana"', '"Ana Quirós Belda"'), "utf-8")
    named = {"Ana Quirós Belda", "Quirós"}
    assert found_in(review_files(cl.review(cl.open_case(case))), named) == {}
    settings = (case / "case.toml").read_text("utf-8").replace('staff = "pseudonyms"', "")
    (case / "case.toml").write_text(settings, "utf-8")
    assert "review.html" in found_in(review_files(cl.review(cl.open_case(case))), named)


def test_private_channels_are_read_when_named(tmp_path: Path) -> None:
    """A private channel and a direct conversation count only once somebody names them."""
    case = leaky_case(tmp_path / "case")
    closed = cl.open_case(case)
    assert set(closed.log["channel"]) == {"#crisis"}
    left = closed.ledger.set_index("source_file")["n_context"]
    assert left["log/slack/comite-cerrado/2026-03-05.json"] == 1
    with (case / "case.toml").open("a", encoding="utf-8") as settings:
        settings.write('[[sources]]\nfile = "log/slack"\nprivate_channels = ["comite-cerrado"]\n')
    assert set(cl.open_case(case).log["channel"]) == {"#crisis", "#comite-cerrado"}
    assert json.dumps("Gaspar")[1:-1] in cl.open_case(case).log["text"].str.cat()
