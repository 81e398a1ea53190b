"""The same review on another day, in another zone and locale, is the same bytes in every form."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.privacy.leaky import leaky_case

ROOT = Path(__file__).parent.parent.parent
FORMS = ("xlsx", "docx", "pptx", "md")
# The night the clocks change, and a leap day: in each something else could leak.
DAYS = {
    "2027-03-28 01:59:50": {"TZ": "Europe/Madrid", "LC_ALL": "es_ES.UTF-8", "PYTHONHASHSEED": "1"},
    "2028-02-29 23:30:00": {"TZ": "Asia/Kolkata", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "2"},
}
_TOLD = """
import datetime, sys, time, zipfile
print(datetime.datetime.now().year, time.localtime().tm_year, end=" ")
from crisislab.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def faketime() -> str:
    """Give the program that moves the clock of another, or skip; in CI its absence is a failure."""
    found = shutil.which("faketime")
    if found is not None:
        return found
    reason = "needs faketime (Debian: apt-get install faketime)"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def written(faketime: str, case: Path, day: str, out: Path) -> dict[str, bytes]:
    """Review a case on a day and return every file."""
    forms = [word for form in FORMS for word in ("--form", form)]
    command = [faketime, "--exclude-monotonic", day, sys.executable, "-c", _TOLD, "review",
               str(case), "--out", str(out), *forms]  # fmt: skip
    env = os.environ | DAYS[day] | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    # The clock has moved for Python and for the C library alike, or nothing would be tested.
    assert done.stdout.split()[:2] == [day[:4]] * 2
    return {path.name: path.read_bytes() for path in out.iterdir()}


def test_another_day_zone_and_locale_change_no_byte(faketime: str, tmp_path: Path) -> None:
    """HTML, XLSX, DOCX, PPTX, Markdown, PNG, CSV and JSON are the same on any machine and day."""
    case = leaky_case(tmp_path / "case")
    first, second = (written(faketime, case, day, tmp_path / day[:4]) for day in DAYS)
    kinds = {name.rsplit(".", 1)[-1] for name in first}
    assert kinds == {"html", "xlsx", "docx", "pptx", "md", "png", "csv", "json"}
    assert sorted(first) == sorted(second)
    assert [name for name in first if first[name] != second[name]] == []
