"""Personal data found in texts that the patterns were not made with.

The figures of the first time each list was used stand in ``docs/reliability.md``; since then what
the lists showed is mended, and this holds that it stays so.
"""

from __future__ import annotations

import pytest

from benchmarks.patterns import marked, measured, read

LISTS = ("first", "second")


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_long_enough(name: str) -> None:
    """Each list has at least 150 texts with personal data and 300 without."""
    with_marks = [bool(marked(line)[1]) for line in read(name)]
    assert sum(with_marks) >= 150
    assert len(with_marks) - sum(with_marks) >= 300


@pytest.mark.parametrize("name", LISTS)
def test_patterns_find_what_others_write(name: str) -> None:
    """At least 95 of 100 marks are found; what is found beside them are long numbers."""
    told = measured(read(name))
    figures = told.figures()
    assert figures["found"] / figures["of"] >= 0.95, told.missed
    short = told.wrong.total() - told.wrong["number"]
    assert figures["right"] / (figures["right"] + short) >= 0.97, told.wrong


def test_measuring_counts_a_mark_that_is_half_hidden_as_missed() -> None:
    """A mark is found when no letter or digit of it is left; a find beside it is wrong."""
    told = measured(["tel {phone|612 345 678 then 9}", "write to ana@example.org"])
    assert told.figures() == {"found": 0, "of": 1, "right": 1, "finds": 2}
