"""Programs begin with their answer before they are asked, and what was not asked for is dropped."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crisislab.read import _early, _programs, read_posts
from crisislab.read.children import _frames
from tests.read.exports import HEADER, adds_up, rows
from tests.read.test_bulk import x_post

Write = Callable[[str, str | bytes], Path]
MANY = HEADER + rows(3000)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Take everything for large; give of each question that was expected whether it was asked."""
    found: list[bool] = []
    whole = _programs._is_among

    def listened(asked: dict[str, Any], expected: dict[str, Any]) -> bool:
        found.append(whole(asked, expected))
        return found[-1]

    monkeypatch.setattr(_programs, "_is_among", listened)
    for name, value in (("LEAST", 0), ("LARGE", 2000), ("BLOCK_BYTES", 50_000)):
        monkeypatch.setattr(_early, name, value)
    return found


def pages(n: int) -> str:
    """Return pages of a search."""
    return "".join(
        json.dumps({"data": [x_post(10 * i + k) for k in range(10)], "meta": {}}) + "\n"
        for i in range(n)
    )


X_LINES = "".join(json.dumps(x_post(i)) + "\n" for i in range(400))
LIKELY = [
    ("plain.csv", MANY), ("crlf.csv", MANY.replace("\n", "\r\n")),
    ("mark.csv", "\ufeff" + MANY), ("semicolons.csv", MANY.replace(",", ";")),
    ("tabs.csv", MANY.replace(",", "\t")), ("quoted.csv", MANY.replace("text", '"text"', 1)),
    ("blanks.csv", MANY.replace("text", " text ", 1)),
    ("cells.csv", HEADER + "".join(
        f'{i},2026-03-05T12:00:00Z,ana,"dijo ""hola"", y\nse fue",5\n' for i in range(900))),
    ("x.jsonl", X_LINES), ("mark.jsonl", "\ufeff" + X_LINES), ("pages.jsonl", pages(60)),
    ("blank.jsonl", "\n" + X_LINES),
]  # fmt: skip
UNLIKELY = [
    ("preamble.csv", "Report of the week, all of it\n\n" + MANY),
    ("bom.csv", MANY.replace("\n", ",\n", 1)),
    ("other.jsonl", "".join(json.dumps({"data": [{"id": f"1_{i}", "message": "hola", "created_time":
        "2026-03-05T12:00:00+0000"}]}) + "\n" for i in range(400))),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text"), LIKELY, ids=[name for name, _ in LIKELY])
def test_the_first_large_text_is_answered_before_it_is_asked(
    name: str, text: str, write: Write, told: list[bool]
) -> None:
    """What its first lines promise is what is asked, byte for byte."""
    found = read_posts(write(name, text), strict=False)
    assert len(found.posts) >= 400
    assert told == [True] * (2 if name.endswith("jsonl") else 1)


@pytest.mark.parametrize(("name", "text"), UNLIKELY, ids=[name for name, _ in UNLIKELY])
def test_what_was_not_asked_is_dropped(
    name: str, text: str, write: Write, told: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where its first lines promise something else, the text is read as it is without programs."""
    path = write(name, text)
    fast = read_posts(path, strict=False)
    assert not any(told)
    monkeypatch.setattr(_early, "LEAST", 2**62)
    careful = read_posts(path, strict=False)
    for table in ("posts", "ledger", "issues", "rejects"):
        assert getattr(fast, table).equals(getattr(careful, table)), table
    assert adds_up(fast)


def test_columns_that_nobody_uses_are_answered_and_dropped(write: Write, told: list[bool]) -> None:
    """A table may be split whole before it is known which columns are used."""
    head, *lines = MANY.splitlines()
    text = "\n".join([f"inner,{head}", *(f"{'x' * 40},{line}" for line in lines), ""])
    found = read_posts(write("a.csv", text), strict=False)
    assert told == [True]
    assert found.posts.equals(read_posts(write("b.csv", text), strict=False).posts.assign(
        source_file="a.csv"))  # fmt: skip


def test_wide_tables_wait_until_they_are_asked(write: Write, told: list[bool]) -> None:
    """Of many columns few are used: to split all of them would cost more than it saves."""
    head, *lines = MANY.splitlines()
    names = [f"c{i}" for i in range(_early._WIDEST)]
    text = "\n".join([",".join([head, *names]), *(line + ",1" * len(names) for line in lines), ""])
    assert len(read_posts(write("a.csv", text), strict=False).posts) == 3000
    assert told == []


def test_another_table_first_is_not_answered_by_what_was_expected(
    write: Write, told: list[bool], tmp_path: Path
) -> None:
    """Each of several files gets its own rows, in whatever order they are read."""
    for i in range(3):
        write(f"all/{i}.csv", HEADER + rows(2000, start=10_000 * (3 - i)))
    found = read_posts(tmp_path / "all", strict=False)
    assert len(found.posts) == found.posts["post_id"].nunique() == 6000
    assert told == [True]


def test_parts_of_an_answer_come_in_order_and_do_not_pile_up() -> None:
    """What comes after the first parts waits until somebody listens; nothing is lost."""
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); import _frames\n"
        "for asked in _frames.questions():\n"
        "    for i in range(asked['n']):\n"
        "        _frames.send({'kind': 'text', 'line': i}, b'x' * asked['size'])\n"
        "        print(i, file=sys.stderr, flush=True)\n"
        "    _frames.send({'kind': 'rest'})\n"
    )
    beside = Path(_frames.__file__).parent
    with subprocess.Popen(
        [sys.executable, "-c", script, str(beside)], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as running:  # fmt: skip
        assert running.stdin is not None
        assert running.stdout is not None
        assert running.stderr is not None
        size = 2**23
        for n in (20, 3):
            running.stdin.write(json.dumps({"n": n, "size": size}).encode() + b"\n")
            running.stdin.flush()
            if n == 20:
                made = [int(running.stderr.readline()) for _ in range(8)]
                assert made == list(range(8))  # what is ahead is made while nobody listens
            heads = []
            while not heads or heads[-1]["kind"] != "rest":
                heads.append(json.loads(running.stdout.readline()))
                assert len(running.stdout.read(heads[-1]["size"])) == heads[-1]["size"]
            assert [head.get("line") for head in heads] == [*range(n), None]
        running.stdin.close()
        assert running.wait(timeout=30) == 0


def test_an_answer_waits_for_the_one_before() -> None:
    """Beyond what is ahead, a part is put when the one before is on its way."""
    written: list[int] = []
    slow = io.BytesIO()
    answer = _frames.Answer()
    for i in range(12):
        answer.put(lambda _, i=i: (slow.write(b"x"), written.append(i)), _frames._AHEAD // 4)
        assert len(written) >= i - 5
    answer.end()
    assert written == list(range(12))


def test_a_program_ends_when_nobody_listens() -> None:
    """A caller that is gone leaves no program behind."""
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]); import _frames\n"
        "for _ in _frames.questions():\n"
        "    while True:\n"
        "        _frames.send({'kind': 'text'}, b'x' * 2**20)\n"
    )
    running = subprocess.Popen(
        [sys.executable, "-c", script, str(Path(_frames.__file__).parent)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert running.stdin is not None
    assert running.stdout is not None
    running.stdin.write(b"{}\n")
    running.stdin.flush()
    running.stdout.read(10)
    running.stdout.close()
    assert running.wait(timeout=30) == 1
    running.stdin.close()
