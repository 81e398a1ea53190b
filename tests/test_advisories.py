"""Known weaknesses of locked versions are found in a copy of the advisories."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.advisories import advisories, findings, locked, main

LOCK = """# a comment
Pandas-Like==2.0.5 ; python_version < "3.14" \\
    --hash=sha256:00
other==1.0 \\
    --hash=sha256:01
"""


def advisory(name: str = "pandas_like", **affected: Any) -> dict[str, Any]:
    """Return an invented advisory about one library."""
    about = {"package": {"ecosystem": "PyPI", "name": name}, **affected}
    return {"id": "PYSEC-2099-1", "summary": "Invented.\nMore.", "affected": [about]}


def spans(*events: dict[str, str], type_: str = "ECOSYSTEM") -> dict[str, Any]:
    """Return a range of versions."""
    return {"ranges": [{"type": type_, "events": list(events)}]}


@pytest.mark.parametrize(
    ("affected", "hit"),
    [
        (spans({"introduced": "0"}, {"fixed": "2.0.6"}), True),
        (spans({"introduced": "0"}, {"fixed": "2.0.5"}), False),
        (spans({"introduced": "2.0.10"}), False),
        (spans({"introduced": "2"}, {"last_affected": "2.0.5"}), True),
        (spans({"introduced": "2"}, {"last_affected": "2.0.4"}), False),
        (spans({"fixed": "2.1"}, {"introduced": "2.0"}, {"introduced": "0"}, {"fixed": "1"}), True),
        (spans({"introduced": "0"}, {"fixed": "1"}, {"introduced": "3"}), False),
        (spans({"introduced": "0"}, type_="GIT"), False),
        ({"versions": ["2.0.4", "2.0.5"]}, True),
        ({"versions": ["2.0.50"]}, False),
        ({"versions": ["not a version"]}, False),
    ],
)
def test_a_version_is_named_by_list_or_range(affected: dict[str, Any], hit: bool) -> None:
    """Ranges follow the order of versions, not of letters or of the file."""
    assert bool(findings(LOCK, [advisory(**affected)])) == hit


def test_other_libraries_ecosystems_and_withdrawn_advisories_count_for_nothing() -> None:
    """Only what is locked, of PyPI, and still holds is a finding."""
    all_of_it = spans({"introduced": "0"})
    elsewhere = advisory(**all_of_it)
    elsewhere["affected"][0]["package"]["ecosystem"] = "npm"
    withdrawn = advisory(**all_of_it) | {"withdrawn": "2099-01-01T00:00:00Z"}
    assert findings(LOCK, [advisory("third", **all_of_it), elsewhere, withdrawn]) == []


def test_a_finding_says_what_to_do() -> None:
    """The line names library, version, advisory, the version that mends it, and why."""
    told = findings(LOCK, [advisory(**spans({"introduced": "0"}, {"fixed": "2.0.6"}))])
    assert [str(one) for one in told] == [
        "pandas-like 2.0.5: PYSEC-2099-1, fixed in 2.0.6. Invented."]  # fmt: skip


_YAML = """id: PYSEC-2099-2
affected:
- package: {name: numpy, ecosystem: PyPI}
  ranges:
  - {type: ECOSYSTEM, events: [{introduced: "0"}]}
"""


def test_both_layouts_are_read_from_folder_zip_and_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """PyPA's YAML and OSV's JSON are found in subfolders; a finding in our own lock is status 1."""
    pypa = tmp_path / "vulns" / "numpy"
    pypa.mkdir(parents=True)
    (pypa / "PYSEC-2099-2.yaml").write_text(_YAML)
    (tmp_path / "broken.json").write_text("{")
    (tmp_path / "package.json").write_text('{"name": "none"}')
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as packed:
        packed.writestr("PYSEC-2099-1.json", json.dumps(advisory("pandas", versions=["0.1"])))
    assert [one["id"] for one in advisories(tmp_path)] == ["PYSEC-2099-2"]
    assert [one["id"] for one in advisories(tmp_path / "all.zip")] == ["PYSEC-2099-1"]
    assert main([str(tmp_path / "all.zip")]) == 0
    assert main([str(tmp_path), str(tmp_path / "all.zip")]) == 1
    assert "numpy" in capsys.readouterr().out
    assert main([str(tmp_path / "broken.json")]) == 2


def test_every_line_of_the_lock_is_asked_about() -> None:
    """Names and versions of all machines are read, markers aside."""
    assert list(locked(LOCK)) == [("pandas-like", "2.0.5"), ("other", "1.0")]
    text = (Path(__file__).parent.parent / "requirements.lock").read_text("utf-8")
    n_lines = sum(line[:1].isalnum() for line in text.splitlines())
    assert len(list(locked(text))) == n_lines > 100
