"""The commands of the library."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crisislab.cli import main

SAMPLE = Path(__file__).resolve().parent.parent.parent / "data" / "sample" / "brumaria"


def test_add_merge_and_compare(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A case is kept, merged with the reference and compared; each command says what it did."""
    monkeypatch.chdir(tmp_path)
    assert main(["library", "add", str(SAMPLE), "--name", "Muestra", "--lang", "es"]) == 0
    assert "Muestra está ahora en library.json (1 crisis)" in capsys.readouterr().out
    assert main(["library", "add", str(SAMPLE), "--name", "Muestra", "--lang", "es"]) == 0
    assert "Muestra ha sustituido en library.json" in capsys.readouterr().out
    assert main(["library", "merge", "library.json", "reference", "--out", "all.json",
                 "--json"]) == 0  # fmt: skip
    merged = json.loads(capsys.readouterr().out)
    assert merged["n_cases"] == 1 + 26 + 29
    assert main(["compare", "--library", "all.json", "--kind", "brand", "--lang", "en"]) == 0
    page = Path(capsys.readouterr().out.strip())
    assert "Muestra" in page.read_text("utf-8")


def test_a_missing_library_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No library, no comparison, exit status 1."""
    monkeypatch.chdir(tmp_path)
    assert main(["compare", "--library", "none.json"]) == 1
    assert "CL-LIB-MISSING" in capsys.readouterr().err
