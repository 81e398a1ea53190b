"""The library file: what is kept, what is withheld, what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crisislab.errors import CrisisLabError
from crisislab.library.book import SMALL, Library, PastCase, Value, read_library
from crisislab.library.build import reference_library
from crisislab.library.desk import keep
from crisislab.library.keep import past_case
from crisislab.opening import open_case
from tests.warm import warm_case, warm_review

ROOT = Path(__file__).resolve().parent.parent.parent
SAMPLE = ROOT / "data" / "sample" / "brumaria"


def _case(name: str = "a", **changes: object) -> PastCase:
    base: dict[str, object] = {
        "id": name, "name": name.upper(), "kind": "brand", "era": "2026", "collector": "x",
        "platforms": ("x",), "onset": 1, "onset_hour": 9, "counts": (0, 9, 30, None, 7),
    }  # fmt: skip
    return PastCase.model_validate(base | changes)


@pytest.fixture(scope="module")
def kept() -> PastCase:
    """Give what the library keeps of the sample."""
    case = warm_case(SAMPLE)
    return past_case(case, warm_review(case), name="Lácteos (ficticia)")


def test_a_kept_case_names_nobody(kept: PastCase) -> None:
    """No text, handle, author or file of the case stands in its aggregate."""
    written = json.dumps(kept.model_dump(mode="json"), ensure_ascii=False)
    posts = open_case(SAMPLE).posts
    handles = {h for h in posts["author_handle"].dropna().unique() if len(h) > 5}
    assert not [handle for handle in handles if handle in written]
    assert not [text for text in posts["text"].dropna().head(300) if len(text) > 15
                and text in written]  # fmt: skip
    assert "posts/" not in written


def test_small_cells_are_withheld(kept: PastCase) -> None:
    """No hour of 1 to 4 posts stands in the file, and no total from which it could be taken."""
    known = [n for n in kept.counts if n is not None]
    assert None in kept.counts
    assert not [n for n in known if 0 < n < SMALL]
    assert "n_posts" not in kept.values


def test_a_kept_case_has_its_curve_and_plan(kept: PastCase) -> None:
    """The peak, the ordinary day, the detection and the states of the plan are there."""
    assert kept.id == "lacteos-ficticia"
    assert len(kept.ordinary) == 24
    assert kept.detected_after == pytest.approx(1.82, abs=0.02)
    assert sum(kept.plan.values()) > 10
    assert kept.posts().max() == kept.posts()[kept.peak() - 1 : kept.peak() + 2].max()


def test_a_kept_wait_is_that_of_the_crisis(kept: PastCase) -> None:
    """The library holds the wait that the review tells, of who wrote from the rise on."""
    told = warm_review(warm_case(SAMPLE)).metrics
    scope = "percentile=50;rule=conversations;period=crisis"
    row = told[told["metric"].eq("first_response_time") & told["scope"].eq(scope)].iloc[0]
    wait = kept.values["first_response_time"]
    assert (wait.period, wait.n) == ("crisis", int(row["n"]))
    assert wait.value is None
    assert kept.values["deadline_adherence"].period == ""


def test_what_version_1_kept_opens_with_waits_of_the_whole_window(tmp_path: Path) -> None:
    """An old file says nothing of a period: its waits are of the whole window."""
    path = tmp_path / "library.json"
    old = _case(values={"first_response_time": Value(value=60.0, n=9)})
    told = {"format": "crisislab-library", "version": 1, "cases": [
        old.model_dump(mode="json", exclude_defaults=True)]}  # fmt: skip
    path.write_text(json.dumps(told), "utf-8")
    read = read_library(path)
    assert read.cases[0].values["first_response_time"].period == ""
    read.write(path)
    assert read_library(path) == read
    assert '"version": 2' in path.read_text("utf-8")


def test_a_library_comes_back_as_it_was_written(tmp_path: Path, kept: PastCase) -> None:
    """Write and read give the same library; one case stands on one line."""
    path = tmp_path / "library.json"
    made = keep(keep(Library(), kept, path), _case(), path)
    assert read_library(path) == made
    lines = path.read_text("utf-8").splitlines()
    assert sum(line.startswith('{"id"') for line in lines) == 2


def test_a_case_added_again_replaces_itself() -> None:
    """The same id stands once, with the newer content."""
    twice = Library().add(_case()).add(_case(era="2027"))
    assert [case.era for case in twice.cases] == ["2027"]


def test_keeping_a_crisis_of_another_year_under_the_same_name_is_refused(tmp_path: Path) -> None:
    """A newer state of a crisis takes its place; another crisis never does in silence."""
    path = tmp_path / "library.json"
    keep(Library(), _case(), path)
    newer = keep(Library(), _case(counts=(0, 9, 31, None, 7)), path)
    assert [case.counts[2] for case in newer.cases] == [31]
    with pytest.raises(CrisisLabError, match="CL-LIB-CLASH"):
        keep(Library(), _case(era="2027"), path)
    assert read_library(path) == newer


def test_merging_does_not_hang_on_order() -> None:
    """Either way round the libraries are one and the same."""
    one, two = Library().add(_case("a")), Library().add(_case("b")).add(_case("a"))
    assert one.merge(two).cases == two.merge(one).cases


def test_merging_refuses_two_cases_of_one_name() -> None:
    """Different crises under one id are named, neither is lost."""
    with pytest.raises(CrisisLabError, match="CL-LIB-CLASH"):
        Library().add(_case()).merge(Library().add(_case(era="2020")))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "CL-LIB-FORMAT"),
        ("{", "CL-LIB-FORMAT"),
        ("[]", "CL-LIB-FORMAT"),
        ('{"format": "crisislab-library", "version": 3}', "CL-LIB-NEWER"),
        ('{"format": "crisislab-library", "version": 1, "cases": [{"id": "a"}]}', "CL-LIB-FORMAT"),
    ],
)
def test_what_is_no_library_is_refused(tmp_path: Path, text: str, code: str) -> None:
    """A broken file, another version and a half case are refused with the place."""
    path = tmp_path / "library.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CrisisLabError, match=code):
        read_library(path)
    with pytest.raises(CrisisLabError, match="CL-LIB-MISSING"):
        read_library(tmp_path / "none.json")


def test_the_reference_library_is_what_its_script_makes(real_data: Path) -> None:
    """The shipped file is exactly what the script makes of the public data."""
    assert reference_library(real_data) == read_library("reference")


def test_the_reference_library_says_where_it_comes_from() -> None:
    """Every case and figure has a source, a collector and an era."""
    shipped = read_library("reference")
    kinds = [case.kind for case in shipped.cases]
    assert kinds.count("public emergency") == 26
    assert kinds.count("ticker") >= 20
    assert all(case.source and case.collector and case.era for case in shipped.cases)
    assert all(figure.source and figure.collector and figure.era for figure in shipped.figures)
    assert not [n for case in shipped.cases for n in case.counts if n and n < SMALL]


def test_a_library_shows_a_line_per_crisis() -> None:
    """The call that the report names for past crises prints names, not every count."""
    shown = repr(read_library("reference"))
    assert shown.count("\n") + 1 == len(read_library("reference").cases)
    assert max(map(len, shown.splitlines())) < 200
