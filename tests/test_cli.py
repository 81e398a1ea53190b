"""The commands as people type them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from crisislab.cli import main

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "data" / "sample" / "brumaria"
SECOND = ROOT / "data" / "sample" / "kestrel"


def test_review_of_the_sample_writes_everything(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One command prints the verdicts and the path of one page; all tables are beside it."""
    assert main(["review", str(SAMPLE), "--out", str(tmp_path / "out"), "--lang", "en"]) == 0
    printed = capsys.readouterr().out
    assert printed.rstrip().endswith("review.html")
    names = {p.name for p in (tmp_path / "out").iterdir()}
    assert {
        "review.html",
        "metrics.csv",
        "verdicts.csv",
        "ledger.csv",
        "issues.csv",
        "manifest.json",
    } <= names
    metrics = pd.read_csv(tmp_path / "out" / "metrics.csv", encoding="utf-8-sig")
    assert list(metrics) == [
        "metric",
        "scope",
        "value",
        "unit",
        "n",
        "lower",
        "upper",
        "method",
        "note",
        "evidence",
    ]


def run(folder: Path, **environment: str) -> dict[str, bytes]:
    """Review the sample in a process of its own and return the files."""
    command = [sys.executable, "-m", "crisislab.cli", "review", str(SAMPLE), "--out", str(folder)]
    env = {**os.environ, **environment}
    subprocess.run(command, check=True, env=env, cwd=ROOT, capture_output=True)
    return {p.name: p.read_bytes() for p in folder.iterdir()}


def test_machine_zone_and_locale_change_no_byte(tmp_path: Path) -> None:
    """The review of the same inputs is the same file in Bogotá and in Kolkata, in any locale."""
    bogota = run(tmp_path / "a", TZ="America/Bogota", LC_ALL="C.UTF-8", PYTHONHASHSEED="1")
    kolkata = run(tmp_path / "b", TZ="Asia/Kolkata", LC_ALL="es_ES.UTF-8", PYTHONHASHSEED="2")
    assert bogota == kolkata


def test_check_prints_ledger_and_findings(capsys: pytest.CaptureFixture[str]) -> None:
    """A case folder is checked whole: posts and log, with what was set aside."""
    assert main(["check", str(SAMPLE), "--lang", "es"]) == 0
    printed = capsys.readouterr().out
    assert "posts/opiniones_web.csv" in printed
    assert "CL-TIME-UNREADABLE" in printed


def test_check_of_an_unknown_file_exits_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What would be refused is told with exit 1."""
    (tmp_path / "a.csv").write_text("alpha,beta\n1,2\n", "utf-8")
    assert main(["check", str(tmp_path / "a.csv")]) == 1
    assert "CL-SOURCE-UNKNOWN" in capsys.readouterr().out


def test_new_makes_a_case_that_reviews(tmp_path: Path) -> None:
    """Exports in, a commented case out, and its review runs as it stands."""
    folder = tmp_path / "case"
    exports = [
        SAMPLE / "posts" / "x_busqueda_1.jsonl",
        SAMPLE / "log" / "slack_export_brumaria.zip",
    ]
    command = [
        "new",
        str(folder),
        *map(str, exports),
        "--account",
        "x:brumaria_sim",
        "--zone",
        "Europe/Madrid",
        "--lang",
        "es",
    ]
    assert main(command) == 0
    assert (folder / "posts" / "x_busqueda_1.jsonl").is_file()
    assert (folder / "log" / "slack_export_brumaria.zip").is_file()
    assert main(["review", str(folder)]) == 0


def test_new_says_what_it_could_not_settle(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file whose times have no zone is placed, proposed in case.toml, and named."""
    web = SAMPLE / "posts" / "opiniones_web.csv"
    assert main(["new", str(tmp_path / "case"), str(web), "--lang", "en"]) == 0
    printed = capsys.readouterr().out
    assert "opiniones_web.csv" in printed
    assert "CL-TIME-ZONE" in printed
    assert "[[sources]]" in (tmp_path / "case" / "case.toml").read_text("utf-8")


def test_new_never_overwrites(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder in use is refused and left as it is."""
    (tmp_path / "case").mkdir()
    (tmp_path / "case" / "mine.txt").write_text("mine", "utf-8")
    assert main(["new", str(tmp_path / "case"), str(SAMPLE / "posts" / "x_busqueda_1.jsonl")]) == 1
    assert "CL-NEW-EXISTS" in capsys.readouterr().err
    assert [p.name for p in (tmp_path / "case").iterdir()] == ["mine.txt"]


def test_check_prints_json_for_machines(capsys: pytest.CaptureFixture[str]) -> None:
    """With --json the output is one document with the ledger and every finding."""
    assert main(["check", str(SAMPLE), "--json", "--lang", "en"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {row["source_file"] for row in found["ledger"]} >= {"posts/opiniones_web.csv"}
    assert all(set(problem) == {"code", "severity", "message"} for problem in found["problems"])


def test_review_prints_json_for_machines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With --json the review prints its verdicts; a number that is not known is null, not NaN."""
    assert main(["review", str(SECOND), "--out", str(tmp_path), "--json"]) == 0
    printed = capsys.readouterr().out
    assert "NaN" not in printed
    found = json.loads(printed)
    assert found["page"] == str((tmp_path / "review.html").resolve())
    assert {row["subject"] for row in found["verdicts"]} >= {"plan_followed", "targets_met"}


def test_refusal_with_json_names_the_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A machine reads why a command was refused; a person reads it on the other stream."""
    assert main(["review", str(tmp_path / "none"), "--json"]) == 1
    told = capsys.readouterr()
    assert json.loads(told.out)["problems"][0]["code"] == "CL-CASE-NO-FOLDER"
    assert "CL-CASE-NO-FOLDER" in told.err


def test_notebooks_are_copied_once_and_set_to_the_case(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The notebooks stand beside the case, without outputs; one somebody works in is kept."""
    (tmp_path / "case.toml").write_bytes((SAMPLE / "case.toml").read_bytes())
    assert main(["notebooks", str(tmp_path)]) == 0
    copied = sorted((tmp_path / "notebooks").glob("*.ipynb"))
    assert len(copied) == len(list((ROOT / "notebooks").glob("*.ipynb")))
    cells = [c for path in copied for c in json.loads(path.read_text("utf-8"))["cells"]]
    assert not any(cell.get("outputs") for cell in cells)
    chosen = [c["source"] for c in cells if "parameters" in c["metadata"].get("tags", ())]
    assert chosen == [['CASE = ".."']] * len(copied)
    copied[0].write_text("mine", "utf-8")
    assert main(["notebooks", str(tmp_path)]) == 0
    assert copied[0].read_text("utf-8") == "mine"
    capsys.readouterr()
    assert main(["notebooks", str(tmp_path / "none")]) == 1
    assert "CL-CASE-NO-FOLDER" in capsys.readouterr().err


@pytest.mark.parametrize(("lang", "word"), [("en", "Options"), ("es", "Opciones")])
def test_help_speaks_the_language_of_the_machine(lang: str, word: str) -> None:
    """The help comes in both languages and loads neither pandas nor numpy."""
    code = "import sys; from crisislab.cli import main; main(['--help'])"
    code += "; print(sorted({'pandas', 'numpy', 'duckdb'} & set(sys.modules)))"
    env = {**os.environ, "CRISISLAB_LANG": lang}
    told = subprocess.run(
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout
    assert word in told
    assert told.rstrip().endswith("[]")


def test_misuse_exits_2(capsys: pytest.CaptureFixture[str]) -> None:
    """An option that does not exist is told apart from a case that is refused."""
    assert main(["review", "--nonsense"]) == 2
    assert "--nonsense" in capsys.readouterr().err
