"""A number of the samples changes only on purpose, and then a line tells so."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import crisislab
from tests.golden_numbers import (
    CASES,
    GOLDEN,
    ROOT,
    Difference,
    changes,
    differences,
    golden_text,
    kept,
    newest,
    sums,
    texts,
    unexplained,
    version,
    write,
)
from tests.warm import warm_case, warm_review

HOW = (
    "If the change is wanted: python -m tests.golden_numbers --write, and a line at the top of "
    'CHANGELOG.md that begins with the name: "- `{}`: why".'
)


def asked_for(found: list[Difference]) -> str:
    """Return what differs and what is to be done, in words."""
    names = "`, `".join(sorted({one.name for one in found}))
    return "\n".join([*map(str, found), HOW.format(names)])


@pytest.mark.parametrize("case", CASES)
def test_numbers_are_those_of_the_newest_golden_set(case: str) -> None:
    """Every number and verdict of the sample is the one that was kept."""
    review = warm_review(warm_case(ROOT / "data" / "sample" / case))
    found = differences(kept(newest(), case), texts(review), case=case)
    assert not found, asked_for(found)


def test_each_changed_number_has_a_line_in_the_changelog() -> None:
    """What a writing of the golden set changed is told at the top of CHANGELOG.md."""
    changed = changes(newest())
    missing = unexplained((d.name for d in changed), (ROOT / "CHANGELOG.md").read_text("utf-8"))
    assert not missing, asked_for([one for one in changed if one.name in missing])


def test_golden_sets_were_written_by_their_program() -> None:
    """A file edited by hand is no golden set; the present version has one."""
    for folder in GOLDEN.iterdir():
        assert (folder / "sums.txt").read_text("utf-8") == sums(folder), (
            f"{folder.name}: python -m tests.golden_numbers --write"
        )
    assert newest().name == version() == crisislab.__version__


def table(**values: float | None) -> dict[str, str]:
    """Return the kept tables of an invented review."""
    rows = [{"metric": name, "scope": "all", "value": value, "n": 3, "lower": None, "upper": None}
            for name, value in values.items()]  # fmt: skip
    verdicts = {"subject": ["plan_followed"], "verdict": ["followed"], "confidence": ["high"]}
    numbers = {name: [None] for name in ("reason", "value", "lower", "upper", "threshold", "n")}
    return {"metrics": golden_text(pd.DataFrame(rows), "metrics"),
            "verdicts": golden_text(pd.DataFrame(verdicts | numbers), "verdicts")}  # fmt: skip


def test_a_difference_names_number_and_both_values() -> None:
    """A changed, a new and a lost number are each told; a last digit is none."""
    old, new = table(a=1.5, b=2.0, c=0.1), table(a=1.25, d=4.0, c=0.1 + 1e-14)
    found = [str(one) for one in differences(old, new, case="x")]
    assert "x: a [all] value: 1.5 -> 1.25" in found
    assert "x: b [all] value: 2 -> missing" in found
    assert "x: d [all] value: missing -> 4" in found
    assert not any(": c " in one for one in found)
    judged = old | {"verdicts": old["verdicts"].replace("followed,high", "not followed,high")}
    told = [str(one) for one in differences(old, judged, case="x")]
    assert told == ["x: plan_followed [] verdict: followed -> not followed"]


def test_numbers_of_one_name_are_told_apart(tmp_path: Path) -> None:
    """Two rows of one metric and scope are compared each with its own."""
    rows = pd.DataFrame({"metric": ["a", "a"], "scope": ["all", "all"], "value": [1.0, 2.0],
                         "n": [1, 1], "lower": [None] * 2, "upper": [None] * 2})  # fmt: skip
    other = rows.assign(value=[1.0, 3.0])
    old, new = (table() | {"metrics": golden_text(t, "metrics")} for t in (rows, other))
    assert [str(d) for d in differences(old, new, case="x")] == ["x: a [all] value: 2 -> 3"]


def test_a_writing_keeps_what_it_changed_until_it_is_told(tmp_path: Path) -> None:
    """Changes add up over writings and versions, and only a line with the name explains one."""
    assert write(tmp_path, "0.9.0", {"x": table(a=1.0)}) == []
    write(tmp_path, "0.10.0", {"x": table(a=2.0)})
    write(tmp_path, "0.10.0", {"x": table(a=2.0, b=1.0)})
    assert newest(tmp_path).name == "0.10.0"
    changed = changes(newest(tmp_path))
    assert [(d.name, d.column, d.before, d.now) for d in changed] == [
        ("a", "value", "1", "2"), ("b", "n", "", "3"), ("b", "value", "", "1")]  # fmt: skip
    names = [d.name for d in changed]
    assert unexplained(names, "# C\n## 0.10.0\n- a is faster\n## 0.9.0\n- `a`, `b`: old") == [
        "a",
        "b",
    ]
    assert unexplained(names, "# C\n## 0.10.0\n- `a` and `b`: counted anew.\n") == []
    (tmp_path / "0.10.0" / "x" / "metrics.csv").write_text("edited", "utf-8")
    assert (tmp_path / "0.10.0" / "sums.txt").read_text("utf-8") != sums(tmp_path / "0.10.0")
