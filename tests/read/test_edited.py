"""Tables that people edit in a spreadsheet: ratings, improvements, labels."""

from __future__ import annotations

from pathlib import Path

import pytest

from crisislab.errors import CrisisLabError
from crisislab.read.edited import edited_rows
from crisislab.read.labels import read_labels


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("comma", [",", ";"])
def test_edited_rows_reads_what_a_spreadsheet_saves(tmp_path: Path, code: str, comma: str) -> None:
    """Commas or semicolons, with or without a mark, UTF-8 or that of Windows: the same rows."""
    text = f"action{comma}note\r\ncall{comma}Mañana\r\ntell\r\n"
    (tmp_path / "a.csv").write_bytes(text.encode(code))
    rows = edited_rows(tmp_path / "a.csv", needed=("action",), code="CL-RATING-COLUMNS")
    assert rows == [(2, {"action": "call", "note": "Mañana"}), (3, {"action": "tell", "note": ""})]


def test_edited_rows_takes_cells_of_any_length_and_any_line_mark(tmp_path: Path) -> None:
    """A long cell is no fault, and a mark that only Unicode calls a line end ends no row."""
    long = "x" * 200_000
    (tmp_path / "a.csv").write_text(f"action,note\ncall,{long}\u2028b\n", "utf-8")
    rows = edited_rows(tmp_path / "a.csv", needed=(), code="")
    assert rows == [(2, {"action": "call", "note": f"{long}\u2028b"})]


@pytest.mark.parametrize("number", ["first", "-1", "1.5", "9" * 30, "１"])
def test_read_labels_refuses_counts_that_are_none(tmp_path: Path, number: str) -> None:
    """A round, a size or a stratum that is no whole number is named with its line."""
    (tmp_path / "labels.csv").write_text(
        "task,text_key,label,coder,labelled_at,probability,round\n"
        f"sentiment,a,negative,ana,2026-03-05T10:00:00Z,0.5,{number}\n", "utf-8",
    )  # fmt: skip
    with pytest.raises(CrisisLabError, match="CL-LABEL-NUMBER"):
        read_labels(tmp_path / "labels.csv")
