"""The fast way through large files gives the very rows, counts and findings of the careful way."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from crisislab.read import LoadedPosts, _bulk, _process, read_posts
from tests.read.exports import HEADER, adds_up, lines, rows

Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Read everything the fast way where it may be tried; give what the programs said."""
    said: list[str] = []
    whole = _process.messages

    @contextmanager
    def listened(*given: Any, **how: Any) -> Iterator[Iterator[_process.Message]]:
        with whole(*given, **how) as found:
            yield (said.append(message.kind) or message for message in found)  # type: ignore[func-returns-value]

    monkeypatch.setattr(_bulk, "messages", listened)
    monkeypatch.setattr(_bulk, "TWO_BYTES", 2000)
    monkeypatch.setattr(_bulk, "BLOCK_BYTES", 40_000)
    return said


def both(path: Path, monkeypatch: pytest.MonkeyPatch, **how: Any) -> tuple[LoadedPosts, ...]:
    """Read a file the fast way and the careful way."""
    found = []
    for least in (0, 2**62):
        monkeypatch.setattr(_bulk, "LEAST_BYTES", least)
        found.append(read_posts(path, strict=False, **how))
    return tuple(found)


def assert_same(fast: LoadedPosts, careful: LoadedPosts) -> None:
    """All tables are equal."""
    for name in ("posts", "ledger", "issues", "rejects"):
        pd.testing.assert_frame_equal(getattr(fast, name), getattr(careful, name))
    assert adds_up(fast)


MANY = rows(3000)
TEXT = "hola, que tal"
CRAFTED = [
    ("plain.csv", HEADER + MANY),
    ("crlf.csv", (HEADER + MANY).replace("\n", "\r\n")),
    ("quoted.csv", HEADER + rows(900, text='"dijo ""hola"", y\nse fue"') + rows(9, start=4000)),
    ("mark.csv", ("\ufeff" + HEADER + MANY).encode()),
    ("preamble.csv", "Report\n\n" + HEADER + MANY),
    ("footer.csv", HEADER + MANY + "Total,,,,10\n"),
    ("blank.csv", HEADER + MANY + "\n" + rows(900, start=4000) + ",,,,\n,,,,\n,,,,\n,,,,\n"),
    ("again.csv", HEADER + MANY + HEADER + rows(900, start=4000)),
    ("short.csv", HEADER + MANY + "9,2026-03-05T12:00:00Z\n" + rows(900, start=4000)),
    ("long.csv", HEADER + MANY + f"9,2026-03-05T12:00:00Z,ana,{TEXT},5\n" + rows(9, start=4000)),
    ("bare.csv", HEADER + MANY + rows(9, start=4000, text='dijo "hola" y') + rows(99, start=5000)),
    ("after.csv", HEADER + MANY + rows(1, start=4000, text='"dijo "hola" y"') + rows(
        99, start=5000)),
    ("open.csv", HEADER + MANY + rows(1, start=4000, text='"dijo hola') + rows(99, start=5000)),
    ("swallowed.csv", HEADER + MANY + '9,2026-03-05T12:00:00Z,ana,"a\n' + rows(1, start=9000)
     + 'b",5\n' + rows(900, start=5000)),
    ("nul.csv", HEADER + MANY + rows(1, start=4000, text="a\0b") + rows(900, start=5000)),
    ("cut.csv", HEADER + MANY + "6,2026-03-05T12:"),
    ("cr.csv", HEADER + MANY + rows(1, start=4000, text="a\rb") + rows(900, start=5000)),
    ("bytes.csv", (HEADER + MANY).encode() + rows(9, start=4000, text="mañana").encode("cp1252")),
    ("wide.csv", HEADER.replace("id,", "id,x,", 1) + MANY.replace(",", ",=,", 1)),
    ("semicolons.csv", (HEADER + MANY).replace(",", ";")),
    ("zero.csv", HEADER + rows(3000).replace(",5\n", ",\n")),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content"), CRAFTED, ids=[name for name, _ in CRAFTED])
def test_large_tables_read_alike(
    write: Write, monkeypatch: pytest.MonkeyPatch, seen: list[str], name: str, content: str | bytes
) -> None:
    """Faults inside a large table are told and set aside as they are in a small one."""
    assert_same(*both(write(name, content), monkeypatch))
    assert seen or name in ("cr.csv", "bytes.csv", "open.csv")


@pytest.mark.parametrize("size", range(2000, 2003))
def test_a_block_may_end_anywhere(
    write: Write, monkeypatch: pytest.MonkeyPatch, seen: list[str], size: int
) -> None:
    """Where a block ends between two quotation marks, what follows is split the fast way too."""
    cells = [f'{i},2026-03-05T12:00:00Z,ana,"""a"" b ""c""",5\n' for i in range(300)]
    path = write("a.csv", HEADER + "".join(cells))
    monkeypatch.setattr(_bulk, "BLOCK_BYTES", size)
    monkeypatch.setattr(_bulk, "LEAST_BYTES", 0)
    assert len(read_posts(path).posts) == 300
    assert seen[-1] == "rest"
    assert seen.count("rows") >= len("".join(cells)) // size


def x_post(i: int, **more: object) -> dict[str, Any]:
    """One flattened post of the X API."""
    return {
        "id": str(1772000000000000000 + i * 4194304 * 50), "text": f"hola {i}", "lang": "es",
        "author_id": str(i % 7), "created_at": "2023-05-05T10:00:00.000Z",
        "conversation_id": str(i), "public_metrics": {"like_count": i, "retweet_count": 2},
        "author": {"username": f"u{i % 7}", "name": "Ñ", "public_metrics": {"followers_count": 3}},
        "entities": {"mentions": [{"username": "marca"}]}, "nested": [{"a": 1}, {"a": 2}],
        "__twarc": {"retrieved_at": "2026-03-20T09:00:00+00:00"},
    } | more  # fmt: skip


ODD: list[str] = [
    "", "17", "null", "[]", "{}", "{oops", '{"id": "1"}', "<html></html>",
    json.dumps(x_post(-1))[:-1] + ', "id": "5"}',
    json.dumps(x_post(-2)).replace('"a": 1', '"a": 1, "a": 3'),
    json.dumps(x_post(-3)).replace('"a": 1', '"a": NaN'),
    json.dumps(x_post(-4)).replace('"a": 1', '"a": 01'),
    json.dumps(x_post(-5)).replace('"a": 1', '"a": "\\ud83d"'),
    json.dumps(x_post(-6, text="a \\\": b")),
    json.dumps(x_post(-7)).replace("hola", "\\ud83d"),
    json.dumps(x_post(-8)).replace('"a": 1}', '"a": 1,}'),
    json.dumps(x_post(-9, id=123456789012345678901234567890)),
    json.dumps(x_post(-10, public_metrics={"like_count": -3, "retweet_count": 1.5})),
    json.dumps(x_post(-11, public_metrics={"like_count": "1.2K"})),
    json.dumps(x_post(-12, author=None, entities=None, lang="und")),
    json.dumps(x_post(-13, data=None, includes=None, note_tweet={"text": "long"})),
    json.dumps({"data": [x_post(-14), x_post(-15)], "includes": {"users": []}}),
    json.dumps(x_post(-16, text="", id="")), json.dumps(x_post(-17), separators=(",", " : ")),
    json.dumps(x_post(-18, referenced_tweets=[
        {"type": "retweeted", "id": "77", "text": "whole", "entities": {"mentions": [
            {"username": "otra"}, {"username": "marca"}]}}, {"type": "quoted", "id": "78"}])),
    json.dumps(x_post(-19, text="RT @u1: ho…", referenced_tweets=[
        {"type": "retweeted", "id": "79", "text": "hola entero"}])),
    json.dumps(x_post(-20, referenced_tweets=[{"type": "replied_to", "id": "80"}, "x"])),
    json.dumps(x_post(-21, referenced_tweets=[{"id": "80"}])),
    json.dumps(x_post(-22, text={"a": 1})), json.dumps(x_post(-23, lang=7)),
    json.dumps(x_post(-24, public_metrics={"like_count": 10**18})),
]  # fmt: skip


@pytest.mark.parametrize("part", range(6))
def test_large_lines_read_alike(
    write: Write, monkeypatch: pytest.MonkeyPatch, seen: list[str], part: int
) -> None:
    """An odd line among the posts of X is told and set aside as it is in a small file."""
    found = []
    for n, odd in enumerate(ODD[part::6]):
        sound = [json.dumps(x_post(i)) for i in range(n * 60, n * 60 + 60)]
        found += [*sound[:40], odd, *sound[40:]]
    assert_same(*both(write("a.jsonl", "\n".join([*found, ""])), monkeypatch))
    assert "rows" in seen


def test_odd_lines_together_read_alike(
    write: Write, monkeypatch: pytest.MonkeyPatch, seen: list[str]
) -> None:
    """All odd lines one after the other are told as in a small file."""
    posts = [json.dumps(x_post(i)) for i in range(60)]
    path = write("a.jsonl", "\n".join([*posts[:40], *ODD, *posts[40:], ""]))
    assert_same(*both(path, monkeypatch))
    assert "rows" in seen


def test_a_last_line_without_its_end_reads_alike(
    write: Write, monkeypatch: pytest.MonkeyPatch, seen: list[str]
) -> None:
    """A cut last line is told as cut."""
    text = "\n".join(json.dumps(x_post(i)) for i in range(60))
    for cut in (len(text), len(text) - 30):
        assert_same(*both(write("a.jsonl", "\ufeff" + text[:cut]), monkeypatch))
    assert "rows" in seen


@pytest.mark.parametrize("name", ["tables", "records"])
def test_a_program_that_dies_costs_time_only(
    write: Write, monkeypatch: pytest.MonkeyPatch, name: str, tmp_path: Path
) -> None:
    """Where the native parser crashes after some blocks, the rest is read the careful way."""
    real = _process.command_of

    def dying(program: str, *given: str) -> list[str]:
        command = real(program, *given)
        script = (
            "import os, sys, runpy; sys.argv = sys.argv[1:]; sys.path.insert(0, os.path.dirname("
            "sys.argv[0])); import _frames; send = _frames.send; n = [0]\n"
            "def sent(*a):\n"
            "    n[0] += 1\n"
            "    if n[0] > 3: os.kill(os.getpid(), 11)\n"
            "    send(*a)\n"
            "_frames.send = sent\n"
            "runpy.run_path(sys.argv[0], run_name='__main__')"
        )
        return [command[0], "-c", script, *command[2:]]

    monkeypatch.setattr(_process, "command_of", dying)
    monkeypatch.setattr(_bulk, "BLOCK_BYTES", 10_000)
    if name == "tables":
        path = write("a.csv", HEADER + MANY)
    else:
        path = write("a.jsonl", "\n".join(json.dumps(x_post(i)) for i in range(300)) + "\n")
    assert_same(*both(path, monkeypatch))


# Megabytes in the very layout of a neighbour that is read: they cost seconds and show nothing more.
TWINS = {"tweets_public.csv", "us_mdy_no_seconds_cut_columns.csv", "2sets.jsonl", "flat.jsonl"}


@pytest.mark.real_data
def test_real_files_read_alike(
    real_data: Path, monkeypatch: pytest.MonkeyPatch, seen: list[str]
) -> None:
    """Every layout of the public files, hostile or real, gives the same tables both ways."""
    used: dict[str, int] = {}
    for path in sorted([*(real_data / "real").rglob("*"), *(real_data / "badinput").rglob("*")]):
        if path.suffix not in (".csv", ".tsv", ".jsonl", ".json", ".ndjson", ".txt"):
            continue
        skipped = "json-test-suite" in str(path) or "crisislex" in str(path)
        if path.name in TWINS or (skipped and "2012_Col" not in str(path)):
            continue
        before = len(seen)
        assert_same(*both(path, monkeypatch, ids="damaged", zone="UTC"))
        used[path.suffix] = used.get(path.suffix, 0) + (len(seen) > before)
    assert used[".csv"] >= 4
    assert used[".jsonl"] >= 10


def test_small_files_start_no_program(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small file is read at once, in this process."""
    monkeypatch.setattr(_bulk, "messages", None)
    assert len(read_posts(write("a.jsonl", lines(3))).posts) == 3
