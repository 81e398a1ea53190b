"""How much of a text is looked at to tell what it is, and that no more depends on it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from crisislab.read import read_posts
from crisislab.read._bytes import Input
from crisislab.read._json import first_records
from crisislab.read._survey import survey
from crisislab.read._text import HEAD, Lines
from crisislab.read.sources._pick import rejected

_MIB = 1 << 20


def _lines(path: Path, text: str) -> Lines:
    path.write_text(text, "utf-8")
    source = Input(path.name, path)
    return Lines(source, survey(source))


def test_the_head_is_lines_or_signs(tmp_path: Path) -> None:
    """Five hundred short lines, or as many long ones as hold four million signs."""
    assert len(_lines(tmp_path / "short.txt", "a\n" * (HEAD + 9)).head()) == HEAD
    assert len(_lines(tmp_path / "long.txt", ("a" * _MIB + "\n") * 9).head()) == 4
    assert _lines(tmp_path / "few.txt", "a\nb").head() == ["a\n", "b"]


def test_posts_below_a_beginning_of_blanks_are_read(tmp_path: Path) -> None:
    """However long the blank lines above them are."""
    blank = " " * _MIB + "\n"
    rows = "id,created_at,text,username\n" + "".join(
        f"{i},2024-05-0{i} 10:00:00Z,hello {i},ann\n" for i in range(1, 4)
    )
    for n_blank in (3, 6):
        path = tmp_path / f"x{n_blank}.csv"
        path.write_text(blank * n_blank + rows, "utf-8")
        found = read_posts(path, strict=False)
        codes = set(found.issues["code"])
        assert "CL-FILE-EMPTY" not in codes
        assert len(found.posts) == 3
    path = tmp_path / "blank.csv"
    path.write_text(blank * 6, "utf-8")
    found = read_posts(path, strict=False)
    assert "CL-FILE-EMPTY" in set(found.issues["code"])


def test_long_records_tell_what_they_are_by_few() -> None:
    """Twenty short ones; of long ones those that hold a million signs together; bad ones never."""
    short = ['{"id": 1}\n'] * 30
    assert len(first_records(short, "lines", str)) == 20
    long = [json.dumps({"id": "x" * 400_000}) + "\n"] * 30
    assert len(first_records(long, "lines", str)) == 3
    bad = ["{" + "x" * _MIB + "\n"] * 3
    assert len(first_records([*bad, *short], "lines", str)) == 20


def test_a_record_that_is_none_shows_its_beginning() -> None:
    """As JSON, which is what stands in the file, and no more of it than is shown."""

    class Told(dict[str, Any]):
        asked = 0

        def items(self) -> Any:
            for i in range(10_000):
                Told.asked += 1
                yield f"k{i}", True

    assert rejected({"errors": ["né", 1]}).value == '{"errors": ["né", 1]}'
    assert rejected("a" * 500).value == "a" * 80
    assert len(rejected(Told(a=1)).value) == 80
    assert Told.asked < 100
