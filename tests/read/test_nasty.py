"""Exports as analysts really get them: each is right, flagged or refused by code, never silent."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from crisislab.errors import CrisisLabError
from crisislab.read import read_log, read_posts
from crisislab.words import catalogue
from tests.read.nasty import books, listening, logs, records, spreadsheets, structure, values
from tests.read.nasty.base import Nasty, judge, load, messages

PARTS = (spreadsheets, structure, values, listening, records, books, logs)
CASES = [nasty for part in PARTS for nasty in part.cases()]


@pytest.mark.parametrize("nasty", CASES, ids=lambda nasty: nasty.name)
def test_no_nasty_export_is_silently_wrong(nasty: Nasty, tmp_path: Path) -> None:
    """Every cell is as the truth has it, or the export ends as it must, with its codes told."""
    loaded = load(nasty, tmp_path)
    verdict, why = judge(nasty, loaded)
    told = {problem.code for problem in loaded.problems}
    assert (verdict, why, nasty.codes - told) == (nasty.expect, "", set())
    for code, text in messages(loaded.problems):
        assert f"problems.{code}.found" in catalogue("en"), code
        assert not re.search(r"\{\w+\}", text), text
    if verdict == "refused":
        with pytest.raises(CrisisLabError, match="CL-"):
            (read_posts if nasty.want == "posts" else read_log)(
                tmp_path / nasty.file, **nasty.declare
            )


def test_the_corpus_has_every_verdict() -> None:
    """There are enough exports, with names of their own, and right ones among them."""
    assert len(CASES) >= 220
    assert len({nasty.name for nasty in CASES}) == len(CASES)
    assert {nasty.expect for nasty in CASES} == {"right", "flagged", "refused"}


def test_the_judge_sees_a_wrong_cell(tmp_path: Path) -> None:
    """A truth that differs in one cell is judged silent: the test can fail."""
    nasty = next(n for n in CASES if n.expect == "right" and n.truth)
    nasty.truth[0]["n_likes"] = 999_999
    verdict, why = judge(nasty, load(nasty, tmp_path))
    assert verdict == "silent"
    assert "999999" in why
