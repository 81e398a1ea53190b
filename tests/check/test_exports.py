"""What is told of a case before its review: all that the review would refuse, and no more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from crisislab.case import zoned
from crisislab.check.brand import check_brand
from crisislab.check.exports import check_exports
from crisislab.cli import main
from crisislab.errors import CrisisLabError, Problem
from tests.read.code_fixtures import CASE, case_folder

_ABSENT = CASE.replace("[brand]\n", "[brand]\nabsent_from_exports = true\n")
_EMPTY = "[window]\nstart = 2025-04-27\nend = 2025-05-19\n"


def _write(name: str, text: str) -> Callable[[Path], object]:
    return lambda root: (root / name).write_text(text, "utf-8")


# What is done to a case that reviews -> the code of the refusal; empty: it still reviews.
SPOILT: dict[str, tuple[Callable[[Path], object], str]] = {
    "nothing": (lambda _: None, ""),
    "no entries": (lambda root: (root / "log/log.csv").unlink(), ""),
    "silent brand": (_write("case.toml", CASE), "CL-BRAND-SILENT"),
    "no posts": (lambda root: (root / "posts/x.csv").unlink(), "CL-CASE-NO-POSTS"),
    "no plan": (lambda root: (root / "plan.toml").unlink(), "CL-SET-MISSING-FILE"),
    "wrong plan": (_write("plan.toml", "[plan]\nnam = 1\n"), "CL-SET-UNKNOWN-KEY"),
    "wrong scenario": (
        _write("case.toml", _ABSENT.replace('"a"', '"b"')), "CL-CASE-SCENARIO"
    ),
    "wrong labels": (_write("labels.csv", "a,b\n1,2\n"), "CL-LABEL-COLUMNS"),
    "wrong look": (_write("report.toml", 'accent = "red"\n'), "CL-LOOK-COLOUR"),
    "wrong window": (_write("case.toml", _ABSENT.replace("[team]", f"{_EMPTY}[team]")),
                     "CL-CASE-WINDOW"),
}  # fmt: skip


@pytest.mark.parametrize("what", SPOILT)
def test_check_says_what_review_will_say(
    what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same refusals and the same exit status, whatever is wrong with a case."""
    root = case_folder(tmp_path / "case")
    (root / "case.toml").write_text(_ABSENT, "utf-8")
    spoil, code = SPOILT[what]
    spoil(root)
    checked = main(["check", str(root), "--lang", "en"]), capsys.readouterr()
    reviewed = main(["review", str(root), "--lang", "en"]), capsys.readouterr()
    assert checked[0] == reviewed[0] == int(bool(code))
    assert code in checked[1].out
    assert code in reviewed[1].err
    if not code:
        assert "REFUSED" not in checked[1].out


def test_a_window_without_posts_names_the_window(tmp_path: Path) -> None:
    """Not the brand's accounts but the two dates are told, with dates that hold all posts."""
    root = case_folder(tmp_path / "case")
    (root / "case.toml").write_text(CASE.replace("[team]", f"{_EMPTY}[team]"), "utf-8")
    (case,) = check_exports([root]).cases
    with pytest.raises(CrisisLabError) as caught:
        check_brand(case)
    (problem,) = caught.value.problems
    assert (problem.code, problem.line) == ("CL-CASE-WINDOW", 11)
    fix = problem.part("fix", "en")
    mended = CASE.replace("[team]", fix[fix.rindex("[window]") :] + "\n[team]")
    (root / "case.toml").write_text(mended, "utf-8")
    (case,) = check_exports([root]).cases
    assert len(case.posts) == 3


def test_the_zone_proposed_is_that_of_the_case(tmp_path: Path) -> None:
    """Pasted, the lines give the times of the case's own place; without a case an example."""
    root = case_folder(tmp_path / "case")
    (root / "case.toml").write_text(_ABSENT.replace("Europe/Madrid", "Europe/London"), "utf-8")
    (root / "posts/x.csv").write_text("id,created_at,text\n1,2026-07-05 10:00:00,hola\n", "utf-8")
    whole, part = check_exports([root]), check_exports([root / "posts"])
    told = [[p.part("fix", "en") for p in found.problems if p.code == "CL-TIME-ZONE"]
            for found in (whole, part)]  # fmt: skip
    assert [fix.count('"Europe/London"') for fix in told[0]] == [2]
    assert [fix.count('"Europe/Madrid"') for fix in told[1]] == [2]


def test_a_role_that_nobody_holds_is_told_with_its_line(tmp_path: Path) -> None:
    """Empty holders are accepted and said: what the role did cannot be told from the log."""
    root = case_folder(tmp_path / "case")
    (root / "case.toml").write_text(_ABSENT, "utf-8")
    plan = (root / "plan.toml").read_text("utf-8")
    (root / "plan.toml").write_text(plan.replace('["Ana"]', "[]"), "utf-8")
    (told,) = [p for p in check_exports([root]).problems if p.code == "CL-PLAN-NO-HOLDER"]
    assert (told.severity, told.line, told.value) == ("flagged", 10, "Lead")
    (root / "plan.toml").write_text(plan.replace('["Ana"]', '[]\ndeputies = ["Eva"]'), "utf-8")
    assert not [p for p in check_exports([root]).problems if p.code == "CL-PLAN-NO-HOLDER"]


def test_a_zone_that_a_finding_tells_stays_its_own(tmp_path: Path) -> None:
    """What was declared for a file is not said to be the zone of the case."""
    problems = [Problem("CL-TIME-ZONE-NAMED", facts={"zone": "America/Bogota"}),
                Problem("CL-TIME-ZONE")]  # fmt: skip
    told = zoned(problems, "Europe/London")
    assert [one.facts["zone"] for one in told] == ["America/Bogota", "Europe/London"]
