"""What a case lacks that its verdicts rest on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from crisislab.check.basis import check_basis
from crisislab.check.exports import check_exports
from crisislab.opening import open_case
from tests.warm import warm_case

ROOT = Path(__file__).resolve().parent.parent.parent
SAMPLE = ROOT / "data" / "sample" / "kestrel"


def _changed(folder: Path, end: str) -> Path:
    case = Path(shutil.copytree(SAMPLE, folder / "case"))
    shutil.rmtree(case / "log")
    text = (case / "case.toml").read_text("utf-8")
    assert "end = 2026-05-11" in text
    (case / "case.toml").write_text(text.replace("end = 2026-05-11", f"end = {end}"), "utf-8")
    return case


def test_a_case_with_log_and_quiet_weeks_has_no_finding() -> None:
    """The samples have both."""
    assert check_basis(warm_case(SAMPLE)) == ()


@pytest.mark.parametrize("lang", ["en", "es"])
def test_check_tells_a_missing_log_and_a_quiet_period_over_the_crisis(
    tmp_path: Path, lang: str
) -> None:
    """Both are told with the fix, and neither stops the review."""
    checked = check_exports([_changed(tmp_path, "2026-05-18")])
    codes = [problem.code for problem in checked.problems]
    assert {"CL-CASE-NO-LOG", "CL-CASE-QUIET-PEAK"} <= set(codes)
    assert not checked.refused
    assert "[quiet]" in checked.summary(lang)
    assert "log/" in checked.summary(lang)


def test_a_quiet_period_before_the_first_post_is_told(tmp_path: Path) -> None:
    """Weeks that the exports do not hold say nothing about what is usual."""
    case = _changed(tmp_path, "2026-05-18")
    text = (
        (case / "case.toml").read_text("utf-8").replace("start = 2026-04-27", "start = 2026-01-05")
    )
    (case / "case.toml").write_text(text.replace("end = 2026-05-18", "end = 2026-01-19"), "utf-8")
    found = {problem.code: problem for problem in check_basis(open_case(case))}
    assert found["CL-CASE-QUIET-EMPTY"].line
