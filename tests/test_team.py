"""The team's clock in case.toml: strict hours and regions."""

from __future__ import annotations

from pathlib import Path

import pytest

from crisislab.case_file import CaseFile
from crisislab.errors import CrisisLabError
from crisislab.settings import read_settings
from crisislab.team import Team

HEAD = '[case]\nname = "C"\nzone = "Europe/Madrid"\n[brand]\nname = "B"\n[team]\nzone = "UTC"\n'


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('hours = { mon = "9-14" }', "CL-CASE-HOURS"),
        ('hours = { mon = "22:00-06:00" }', "CL-CASE-HOURS-BACKWARD"),
        ('hours = { mon = "09:00-14:00, 13:00-15:00" }', "CL-CASE-HOURS-OVERLAP"),
        ('region = "ES-MAD"', "CL-CASE-REGION"),
    ],
)
def test_team_refuses(tmp_path: Path, line: str, code: str) -> None:
    """Wrong hours or an unknown region are refused with file and line, in both languages."""
    path = tmp_path / "case.toml"
    path.write_text(HEAD + line + "\n", "utf-8")
    with pytest.raises(CrisisLabError) as refused:
        read_settings(path, CaseFile)
    problem = refused.value.problems[0]
    assert (problem.code, problem.line) == (code, 8)
    for lang in ("en", "es"):
        assert "?" not in problem.message(lang)
    if code == "CL-CASE-REGION":
        assert "ES-MD" in problem.message("en")


def test_team_calendar() -> None:
    """Hours of two spans, region and closed days reach the business clock; no hours, no clock."""
    team = Team.model_validate(
        {"zone": "Europe/Madrid", "region": "ES-MD", "hours": {"mon": "09:00-14:00, 16:00-20:00"}}
    )
    calendar = team.calendar()
    assert calendar is not None
    assert calendar.hours == {"mon": ((540, 840), (960, 1200))}
    assert Team(zone="UTC").calendar() is None
