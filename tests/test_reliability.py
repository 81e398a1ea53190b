"""The page about reliability is what its program makes of the results that are kept."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from benchmarks.reliability import NOT_YET, PAGE, RUNS, filled, killed, last_run, page, read, taken

ROOT = Path(__file__).parent.parent
WORDS, RESULTS = read()


def test_page_is_what_the_program_makes() -> None:
    """Nobody edits the page: python benchmarks/reliability.py."""
    assert PAGE.read_text("utf-8") == page(WORDS, RESULTS)


@pytest.mark.parametrize("row", WORDS["rows"], ids=lambda row: row["promise"][:40])
def test_no_figure_is_typed_by_hand(row: dict[str, str]) -> None:
    """Sentences hold no digit of their own, and the tests they name exist."""
    assert not re.search(r"\d", re.sub(r"\{[^{}]+\}", "", row["figure"]))
    named = re.findall(r"(?:tests|benchmarks)/[\w/.]+\.py", row["tested"] + row["figure"])
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_kept_results_have_a_day() -> None:
    """Every result is dated; those of chance have their seed."""
    keys = {key for key in RESULTS if key not in ("dates", "seeds", "tests")}
    assert {*keys, *RESULTS.get("tests", {})} == set(RESULTS["dates"])
    assert {"kills", "commands"} & set(RESULTS) <= set(RESULTS["seeds"])
    assert {"kills", "commands", "libraries"} == set(RUNS)


def test_a_figure_adds_up_and_is_missing_where_it_was_not_measured() -> None:
    """Sums run over all names; one missing figure makes the sentence "not measured yet"."""
    fuzz = {"fuzz": {"plan": {"runs": 1500, "seconds": 60, "crashes": 0},
                     "text": {"runs": 20, "seconds": 60, "crashes": 1}}}  # fmt: skip
    results = taken({}, fuzz | {"seeds": {"fuzz": 3}}, day="2026-01-02")
    template = "{fuzz>*>runs} runs, {fuzz>*>crashes} crashes"
    assert filled(template, results) == "1,520 runs, 1 crashes"
    assert last_run(template, results) == "2026-01-02"
    assert results["seeds"] == {"fuzz": 3}
    assert filled("{fuzz>plan>runs} of {patterns>held_out>of}", results) == NOT_YET
    assert last_run("{patterns>held_out>of}", results) == ""


def test_a_later_run_takes_the_place_of_an_earlier_one() -> None:
    """What was run again is new, what was not stays with its own day."""
    run = {"passed": 3, "failed": 0, "skipped": 1}
    first = taken({}, {"tests": {"tests/a.py": run, "tests/b.py": run}}, day="2026-01-01")
    later = taken(first, {"tests": {"tests/b.py": run | {"failed": 2}}}, day="2026-02-01")
    assert later["dates"] == {"tests/a.py": "2026-01-01", "tests/b.py": "2026-02-01"}
    assert filled("{tests/a.py}", later) == "`a.py`: 3 passed, 1 skipped"
    assert filled("{tests/b.py}", later) == "`b.py`: 3 passed, 2 failed, 1 skipped"
    told = killed([{"command": "review", "kills": 5, "hit": 4, "seed": 1}])
    assert told == {"commands": {"review": {"kills": 5, "hit": 4}}, "seeds": {"commands": 1}}
