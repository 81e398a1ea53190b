"""Settings files: every mistake named with its line."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
from pydantic_core import PydanticCustomError

from crisislab.errors import CrisisLabError
from crisislab.plan import read_plan
from crisislab.settings import (
    LocalInstant,
    Settings,
    doubtful_times,
    line_index,
    parse_duration,
    to_utc,
)
from tests.build import PLAN


class Moment(Settings):
    """Settings with one local time."""

    at: LocalInstant


def plan_problems(tmp_path: Path, text: str) -> list[tuple[str, int | None]]:
    """Return the codes and lines of a plan that must be refused."""
    path = tmp_path / "plan.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(CrisisLabError) as refused:
        read_plan(path)
    return [(problem.code, problem.line) for problem in refused.value.problems]


def test_read_plan_right(tmp_path: Path) -> None:
    """A right plan is read, durations in minutes."""
    path = tmp_path / "plan.toml"
    path.write_text(PLAN, "utf-8")
    assert read_plan(path).actions[0].deadline == 30


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ('deadline = "30 min"', 'deadline = "30"', "CL-SET-DURATION", 17),
        ('deadline = "30 min"', "deadline = 30", "CL-SET-DURATION", 17),
        ('deadline = "30 min"', 'deadlin = "30 min"', "CL-SET-UNKNOWN-KEY", 17),
        ('owner = "lead"', 'owner = "nobody"', "CL-PLAN-UNKNOWN-REF", 14),
        ('clock = "detected"\n', "", "CL-PLAN-NO-CLOCK", 16),
        ('trigger = "detected"', 'trigger = "call"', "CL-PLAN-CIRCLE", 15),
        ('version = "1"', "version = 1", "CL-SET-TYPE", 3),
        ('version = "1"\n', "", "CL-SET-MISSING-KEY", 1),
        ('name = "P"', 'name = "P', "CL-SET-SYNTAX", 2),
        ('id = "a"\n', 'id = "a"\nid = "b"\n', "CL-SET-SYNTAX", 6),
    ],
)
def test_read_plan_names_the_line(tmp_path: Path, old: str, new: str, code: str, line: int) -> None:
    """Each mistake in a plan is one coded problem at its line."""
    assert (code, line) in plan_problems(tmp_path, PLAN.replace(old, new, 1))


def test_read_plan_refuses_a_repeated_id(tmp_path: Path) -> None:
    """Two actions with one id are refused at the second."""
    again = PLAN[PLAN.index("[[actions]]") :]
    assert ("CL-PLAN-DUPLICATE", 22) in plan_problems(tmp_path, PLAN + again)


MORE = """[[actions]]
id = "tell"
name = "Tell"
owner = "lead"
trigger = "call"
clock = "call"
deadline = "1 h"
order = 2
[actions.evidence]
source = "log"
words = ["told"]
"""


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        ('clock = "detected"', 'clock = "tell"', "CL-PLAN-CIRCLE", 16),
        ('owner = "lead"', 'owner = "lead"\norder = 3', "CL-PLAN-ORDER", 29),
        ('owner = "lead"', 'owner = "lead"\napprover = "nobody"', "CL-PLAN-UNKNOWN-REF", 15),
        ('words = ["called"]', 'words = ["called"]\nby = ["nobody"]', "CL-PLAN-UNKNOWN-REF", 21),
    ],
)
def test_read_plan_finds_what_contradicts_itself(
    tmp_path: Path, old: str, new: str, code: str, line: int
) -> None:
    """Circles of clocks, orders against the triggers and unknown approvers are named by line."""
    assert (code, line) in plan_problems(tmp_path, (PLAN + MORE).replace(old, new, 1))


def test_read_plan_tells_all_mistakes_at_once(tmp_path: Path) -> None:
    """Mistakes of one file come in one pass."""
    text = PLAN.replace('"30 min"', '"30"').replace('source = "log"', 'source = "mail"')
    assert {code for code, _ in plan_problems(tmp_path, text)} == {"CL-SET-DURATION", "CL-SET-TYPE"}


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("30 min", 30),
        ("2 h", 120),
        ("1 h 30 min", 90),
        ("45 s", 0.75),
        ("2 días", 2880),
        ("1,5 horas", 90),
        ("1h30min", 90),
    ],
)
def test_parse_duration_reads_units(text: str, minutes: float) -> None:
    """Durations with units are minutes, in Spanish and English."""
    assert parse_duration(text) == minutes


@pytest.mark.parametrize("value", ["30", 30, "1:30", "", "30 parsecs", "min", None, "5 min x"])
def test_parse_duration_refuses_a_guess(value: object) -> None:
    """A number without a known unit is refused."""
    with pytest.raises(PydanticCustomError):
        parse_duration(value)


def test_to_utc_refuses_a_time_that_never_was() -> None:
    """02:30 on the night the clocks go forward does not exist."""
    with pytest.raises(ValueError, match="does not exist"):
        to_utc(datetime(2024, 3, 31, 2, 30), zone="Europe/Madrid")


def test_line_index_counts_tables_of_tables() -> None:
    """Tables inside repeated tables are found under the right one."""
    text = "[[a]]\nx = 1\n[a.b]\ny = 2\n[[a]]\nx = 3\n[a.b]\ny = 4\n"
    lines = line_index(text)
    assert lines[("a", 0, "b", "y")] == 4
    assert lines[("a", 1, "b", "y")] == 8


@pytest.mark.parametrize(
    ("old", "new", "spanish"),
    [
        ('version = "1"', "version = 1", "un texto, entre comillas"),
        ('source = "log"', 'source = "books"', "uno de: "),
        ('words = ["called"]', 'words = "called"', "una lista, entre corchetes"),
        ('name = "P"', 'name = "P', "se abren comillas y no se cierran"),
        ('name = "P"', 'name "P"', "falta ="),
        ('name = "P"', "name = P", "el valor no va entre comillas"),
        ('name = "P"', 'name = "P"\nname = "Q"', "está dos veces"),
        ('name = "P"', 'name = "C:\\plans"', "ruta de Windows"),
        ('name = "P"', 'name = "P" "Q"', "sobra algo después del valor"),
    ],
)
def test_mistakes_are_explained_in_spanish(
    tmp_path: Path, old: str, new: str, spanish: str
) -> None:
    """What a setting holds and why a file is no TOML is said without a word of the libraries."""
    assert old in PLAN
    path = tmp_path / "plan.toml"
    path.write_text(PLAN.replace(old, new, 1), "utf-8")
    with pytest.raises(CrisisLabError) as caught:
        read_plan(path)
    told = caught.value.message("es")
    assert spanish in told
    assert not re.search(r"Input should|Expected|Invalid|Cannot|valid ", told)
    assert "(?)" not in told


@pytest.mark.parametrize("zone", ["Europe/Madrid", "America/Sao_Paulo", "Asia/Kathmandu"])
def test_doubtful_times_are_those_of_clock_changes(tmp_path: Path, zone: str) -> None:
    """Over a year of half hours, exactly the hour that comes twice or never is doubtful."""
    halves = pd.date_range("2026-01-01", "2027-01-01", freq="30min")
    path = tmp_path / "case.toml"
    path.write_text("", "utf-8")
    codes = {}
    for at in halves:
        moment = Moment(at=at.to_pydatetime())
        for problem in doubtful_times(path, moment, zone=zone):
            codes[str(at)] = problem.code
    expected = {}
    if zone == "Europe/Madrid":
        expected = {
            "2026-03-29 02:00:00": "CL-SET-HOUR-NEVER", "2026-03-29 02:30:00": "CL-SET-HOUR-NEVER",
            "2026-10-25 02:00:00": "CL-SET-HOUR-TWICE", "2026-10-25 02:30:00": "CL-SET-HOUR-TWICE",
        }  # fmt: skip
    assert codes == expected


def test_a_time_with_its_offset_is_never_in_doubt(tmp_path: Path) -> None:
    """The advice settles the doubt: either offset is taken as written."""
    path = tmp_path / "case.toml"
    path.write_text("", "utf-8")
    for offset in ("+02:00", "+01:00"):
        at = datetime.fromisoformat(f"2026-10-25T02:30:00{offset}")
        assert doubtful_times(path, Moment(at=at), zone="Europe/Madrid") == []
