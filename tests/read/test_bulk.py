"""The fast way through large files gives the very rows, counts and findings of the careful way."""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from crisislab.read import (
    LoadedPosts,
    _bulk,
    _early,
    _process,
    _programs,
    _promise,
    _survey,
    read_posts,
)
from tests.read.exports import HEADER, adds_up, lines, rows

Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Read everything the fast way where it may be tried; give what the programs said."""
    said: list[str] = []
    whole = _programs.Program.answers

    @contextmanager
    def listened(*given: Any, **how: Any) -> Iterator[Iterator[_process.Message]]:
        with whole(*given, **how) as found:
            yield (said.append(message.kind) or message for message in found)  # type: ignore[func-returns-value]

    monkeypatch.setattr(_programs.Program, "answers", listened)
    monkeypatch.setattr(_early, "LARGE", 2000)
    monkeypatch.setattr(_early, "BLOCK_BYTES", 50_000)
    return said


def both(path: Path, monkeypatch: pytest.MonkeyPatch, **how: Any) -> tuple[LoadedPosts, ...]:
    """Read a file the fast way and the careful way."""
    found = []
    for least in (0, 2**62):
        monkeypatch.setattr(_early, "LEAST", least)
        # The fast way begins before the text is looked through, as its first bytes promise.
        monkeypatch.setattr(_promise, "LARGE", least)
        for module in (_promise, _survey):
            monkeypatch.setattr(module, "BLOCK", 2**12 if least == 0 else 2**18)
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
    monkeypatch.setattr(_early, "BLOCK_BYTES", size)
    monkeypatch.setattr(_early, "LEAST", 0)
    assert len(read_posts(path).posts) == 300
    assert seen[-1] == "rest"
    assert seen.count("rows") >= len("".join(cells)) // size


CELLS = ["hola", '"dijo ""ya"""', '"a, b"', '"a\nb"', '"a\n\n,b,c,d,e\nf"', '""', "", '"fin\n"',
         '""""', '"""\n"""', '"ñ👎\ny"']  # fmt: skip
BROKEN = ['1,2026-03-05T12:00:00Z,ana,di"jo,1\n', '2,2026-03-05T12:00:00Z,ana,"a" b,1\n',
          '3,2026-03-05T12:00:00Z,ana,"a"",1\n', "4,2026-03-05T12:00:00Z\n", "\n",
          ",,,,\n"]  # fmt: skip
LAST = ["", "Total,,,,10\n", HEADER, ",,,,\n", "x", '"open', "5,2026-03-05T12:00:00Z,a,b,c,d\n"]


@pytest.mark.parametrize("seed", range(24))
def test_drawn_tables_read_alike(
    write: Write, monkeypatch: pytest.MonkeyPatch, seen: list[str], seed: int
) -> None:
    """Wherever a block may end, in a cell or between rows, the same is read."""
    chance = random.Random(seed)
    share = chance.choice([0, 0, 0.002, 0.01])
    made = [
        chance.choice(BROKEN) if chance.random() < share
        else f"{i},2026-03-05T12:{i % 60:02d}:00Z,ana,{chance.choice(CELLS)},{i}\n"
        for i in range(chance.randrange(200, 900))
    ]  # fmt: skip
    monkeypatch.setattr(_early, "BLOCK_BYTES", chance.choice([700, 2000, 5000, 9000]))
    text = HEADER + "".join(made) + chance.choice(LAST)
    assert_same(*both(write("a.csv", text.encode()), monkeypatch))
    assert seen


def x_post(i: int, **more: object) -> dict[str, Any]:
    """One flattened post of the X API."""
    return {
        "id": str(1772000000000000000 + i * 4194304 * 50), "text": f"hola {i}", "lang": "es",
        "author_id": str(i % 7), "created_at": "2023-05-05T10:00:00.000Z",
        "conversation_id": str(i), "public_metrics": {"like_count": abs(i), "retweet_count": 2},
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
    json.dumps(x_post(-25, text="NaN, Información, Inf} o Infinity ]")),
    json.dumps(x_post(-26)).replace('"a": 1', '"a": Infinity \t'),
    json.dumps(x_post(-27)).replace('"a": 1', '"a": [1, -Inf]'),
]  # fmt: skip


# What is odd inside an object that one of the layouts reads, as text of JSON.
STRANGE: list[str] = [
    '"lang": "es", "lang": "en"', '"a": {"b": 1, "b": 2}', '"a": [{"b": [{"c": 1, "c": 1}]}]',
    '"a": 1, "a" : 2', '"a" : 1', '"te\\u0078t": "escaped"', '"l\\u0061ng": "fr"',
    '"a": ":)"', '"a": "{"', '"a": "}{\\"b\\":"', '"a": "\\\\"', '"a": "\\\\\\""',
    '"a": [' + "[" * 250 + "]" * 250 + "]", '"a": ' + '{"b":' * 250 + "1" + "}" * 251,
    '"a": ' + "7" * 5000, '"a": ' + "7" * 4000, '"a": -Infinity', '"a": 1e999', '"a": "\t"',
    '"": 1', '"": 1, "": 2', '"a": {}', '"a": []', '"a": "\\u0000"', '"a": "\\ud83d"',
    '"lang": "\\ud83d"', '"lang": "e\\u0073"', '"lang": "\\u0000"', '"lang": ["es"]',
    '"lang": true', '"lang": 1.50', '"lang": ""', '"lang": "q\\"t"', '"lang":  "es"',
    '"referencXd_tweets": [{"type": "quoted", "id": "5"}]', '"a1234567_x": 1, "b1234567_x": 2',
    '"a234567_same": 1, "a234567_same": 2',
    '"conversation_id": 77', '"conversation_id": null', '"xonversation_id": "9"',
    '"note_tweet": {"text": "long"}', '"note_tweet": {"text": ""}', '"note_tweet": "long"',
    '"note_tweet": {"text": null}', '"note_tweet": {}', '"note_tweet": []', '"note_tweet": null',
    '"public_metrics": {"like_count": 12345678, "reply_count": 123456789012}',
    '"public_metrics": {"like_count": 999999999999999999, "quote_count": 1000000000000000000}',
    '"public_metrics": {"like_count": 5.0}', '"public_metrics": {"like_count": 5e3}',
    '"public_metrics": {"like_count": -0}', '"public_metrics": {"like_count": 7 }',
    '"public_metrics": {"like_count": true}', '"public_metrics": {"like_count": [7]}',
    '"public_metrics": {"like_count": "7", "retweet_count": ""}', '"public_metrics": [7]',
    '"other_metrics": {"like_count": 7}', '"entities": {"mentions": ["a", {"username": "b"}]}',
    '"entities": {"mentions": [{"username": "b"}, 5]}', '"entities": {"mentions": {}}',
    '"entities": {"mentions": [{"username": "b"},{"username": "@c"}, {"username": "b"}]}',
    '"entities": {"mentions": [{"username": ""}, {"username": null}, {"username": "@"}, {}]}',
    '"entities": {"mentions": [{"username": 5}]}', '"entities": [1]', '"entities": {}',
    '"entities": {"urls": [{"username": "z"}], "mentions": [ {"username": "b"}]}',
    '"referenced_tweets": [{"type": "quoted", "id": "1"}, {"type": "quoted", "id": "2"}]',
    '"referenced_tweets": [{"type": "replied_to", "id": "1"}, {"type": "quoted", "id": "2"}]',
    '"referenced_tweets": [{"type": "retweeted", "id": 5}]', '"referenced_tweets": []',
    '"referenced_tweets": [{"type": "retweeted"}]', '"referenced_tweets": [{"type": null}]',
    '"referenced_tweets": [{"type": "new", "id": "1"}]', '"referenced_tweets": [{}]',
    '"referenced_tweets": {"type": "quoted"}', '"referenced_tweets": [[]]',
    ('"referenced_tweets": [{"type": "retweeted", "id": "1", "text": "", "note_tweet": '
     '{"text": "whole"}, "entities": {"mentions": [{"username": "otra"}]}}]'),
]  # fmt: skip


def strange(post: dict[str, Any], inside: str) -> str:
    """A post as text, with something odd in it in place of the key that it has itself."""
    key = inside.partition(":")[0].strip(' "')
    rest = {name: value for name, value in post.items() if name != key}
    return json.dumps(rest)[:-1] + f", {inside}}}"


@pytest.mark.parametrize("part", range(4))
def test_strange_posts_read_alike(
    write: Write, monkeypatch: pytest.MonkeyPatch, seen: list[str], part: int
) -> None:
    """Whatever stands in a post, one a line, is read as the careful way reads it."""
    found = []
    for n, inside in enumerate(STRANGE[part::4]):
        repost = x_post(-n - 100, text="RT @u1: ho: l…")
        found += [json.dumps(x_post(i)) for i in range(n * 20, n * 20 + 20)]
        found += [strange(x_post(-n - 1), inside), strange(repost, inside)]
    assert_same(*both(write("a.jsonl", "\n".join([*found, ""])), monkeypatch))
    assert "rows" in seen


def x_page(i: int, *odd: str, n: int = 4, **more: object) -> str:
    """One page of a search in the X API, with its authors and a post that is shown."""
    posts = [{k: v for k, v in x_post(i + j).items() if k not in ("author", "__twarc")}
             for j in range(n)]  # fmt: skip
    users = [{"id": str(k), "username": f"u{k}", "name": "Ñ",
              "public_metrics": {"followers_count": k * 11}} for k in range(7)]  # fmt: skip
    posts[1]["referenced_tweets"] = [{"type": "retweeted", "id": "5"}]
    shown = {"id": "5", "text": "whole", "author_id": "3",
             "entities": {"mentions": [{"username": "otra"}]}}  # fmt: skip
    page = {
        "data": posts, "includes": {"users": users, "tweets": [shown]},
        "errors": [{"id": "1"}], "meta": {"result_count": n},
        "__twarc": {"retrieved_at": "2026-03-20T09:00:00+00:00"},
    } | more  # fmt: skip
    text = json.dumps(page)
    for inside in odd:
        text = text.replace('{"id"', "{" + inside + ', "id"', 1)
    return text


def replaced(i: int, old: str, new: str) -> str:
    """A page with a part of its text replaced."""
    text = x_page(i)
    assert old in text
    return text.replace(old, new, 1)


USERS = [{"id": "1", "username": "one"}, {"id": "1", "username": "again"}, {"id": "2"}]
ODD_PAGES: list[str] = [
    "", "17", "{}", "{oops", json.dumps(x_post(1)), json.dumps({"data": x_post(2)}),
    x_page(10, data=[]), x_page(14, data=[], includes={}), x_page(18, includes=None),
    x_page(22, includes={}), x_page(26, includes=[1]), x_page(30, data=None),
    x_page(34, includes={"users": USERS}), x_page(38, includes={"users": [*USERS, "x"]}),
    x_page(42, includes={"users": [*USERS, {"username": "none"}]}),
    x_page(46, includes={"users": USERS, "tweets": [{"id": "5"}, {"id": "5", "text": "last"}]}),
    x_page(50, includes={"users": USERS, "tweets": ["x"]}),
    x_page(54, includes={"users": USERS, "tweets": [{"text": "no id"}, {"id": 5}]}),
    x_page(58, includes={"users": USERS, "tweets": [{"id": x_post(58)["id"], "text": "own"}]}),
    x_page(62, includes={"users": [{"id": 1, "username": "number"}]}),
    x_page(66, __twarc=None), x_page(70, text="a page", author_id="1"),
    '{"meta": {"result_count": 0}}', '{"errors": [{"title": "Not Found"}]}',
    '{"data": [{"id": "' + x_post(74)["id"] + '", "created_at": "2023-05-05T10:00:00.000Z"}]}',
    replaced(78, '"data": [{', '"data": [5, {'), replaced(82, '"data": [{', '"data": [ {'),
    replaced(86, '}, {"id"', '}, "x", {"id"'), replaced(90, '}, {"id"', '}, null, {"id"'),
    replaced(94, '}], "includes"', '}, []], "includes"'), replaced(98, '}, {"id"', '},{"id"'),
    replaced(102, '}, {"id"', '},  {"id"'), replaced(106, '"author_id"', '"xuthor_id"'),
    replaced(110, '"author_id": "', '"author_id": null, "b": "'),
    replaced(114, '"author_id": "5"', '"author_id": 5'),
    replaced(118, '"author_id"', '"author": {"username": "own"}, "author_id"'),
    replaced(122, '"id": "', '"id": null, "b": "'), replaced(126, '"id": "', '"di": "'),
    replaced(130, '"users"', '"users": [], "users"'),
    replaced(134, '"username": "u3"', '"username": "u3", "username": "u4"'),
    replaced(138, '"data"', '"data": [], "data"'), x_page(142)[:-1], x_page(146) + "}",
    replaced(150, '"result_count"', '"result_count": 1, "result_count"'),
    x_page(154, n=2).replace(", ", ",").replace(": ", ":"),
]  # fmt: skip


@pytest.mark.parametrize("part", range(4))
def test_pages_read_alike(
    write: Write, monkeypatch: pytest.MonkeyPatch, seen: list[str], part: int
) -> None:
    """Pages of posts, odd ones among them, are counted and read item by item as in a small file."""
    odd = ODD_PAGES[part::4] + [x_page(-i * 4 - 4, inside) for i, inside in enumerate(
        STRANGE[part::4])]  # fmt: skip
    found = []
    for n, page in enumerate(odd):
        found += [x_page(n * 40 + i * 4 + 1000) for i in range(5)] + [page]
    assert_same(*both(write("a.jsonl", "\n".join([*found, ""])), monkeypatch))
    assert seen.count("rows") > 10


def test_pages_of_one_post_read_alike(
    write: Write, monkeypatch: pytest.MonkeyPatch, seen: list[str]
) -> None:
    """Pages that hold one item each are counted by lines, as the careful way does."""
    single = [x_page(i * 4, n=2, data=[x_post(i) | {"author": None}], includes={})
              for i in range(60)]  # fmt: skip
    for pages in (single, [*single, x_page(4000)]):
        assert_same(*both(write("a.jsonl", "\n".join([*pages, ""])), monkeypatch))
    assert "rows" in seen


@pytest.mark.parametrize("kind", ["post", "page"])
def test_broken_bytes_read_alike(
    write: Write, monkeypatch: pytest.MonkeyPatch, seen: list[str], kind: str
) -> None:
    """Lines with any byte lost, doubled or turned into a mark of JSON are read alike."""
    chance = random.Random(7)
    found = []
    for n in range(400):
        text = json.dumps(x_post(n)) if kind == "post" else x_page(n * 4, n=2)
        if n % 2:
            at = chance.randrange(len(text))
            mark = chance.choice(
                ['"', "\\", "{", "}", "[", "]", ",", ":", " ", "0", "", text[at] * 2]
            )
            text = text[:at] + mark + text[at + 1 :]
        found.append(text)
    assert_same(*both(write("a.jsonl", "\n".join([*found, ""])), monkeypatch))
    assert "rows" in seen


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
    monkeypatch.setattr(_early, "BLOCK_BYTES", 10_000)
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


@pytest.mark.parametrize("name", ["tables", "records"])
def test_one_program_reads_several_files(
    write: Write, monkeypatch: pytest.MonkeyPatch, seen: list[str], tmp_path: Path, name: str
) -> None:
    """Programs are started once for all files, and end with the load."""
    started: list[subprocess.Popen[bytes]] = []

    class Told(subprocess.Popen[bytes]):
        def __init__(self, command: list[str], **how: Any) -> None:
            super().__init__(command, **how)
            started.append(self)

    monkeypatch.setattr(_programs.subprocess, "Popen", Told)  # type: ignore[attr-defined]
    monkeypatch.setattr(_early, "LEAST", 0)
    for i in range(3):
        if name == "tables":
            write(f"all/{i}.csv", HEADER + rows(3000, start=10_000 * i))
        else:
            posts = [json.dumps(x_post(300 * i + k)) for k in range(300)]
            write(f"all/{i}.jsonl", "\n".join([*posts, ""]))
    loaded = read_posts(tmp_path / "all", strict=False)
    assert loaded.ledger["n_lines"].sum() >= 900
    assert len(started) == (1 if name == "tables" else 2)
    assert seen.count("rest") == len(started) * 3
    assert all(one.poll() is not None for one in started)


def test_small_files_start_no_program(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """A small file is read at once, in this process."""
    monkeypatch.setattr(_bulk, "program", None)
    assert len(read_posts(write("a.jsonl", lines(3))).posts) == 3


def test_the_first_broken_character_is_named_whatever_its_column(write: Write) -> None:
    """Values are looked at column by column, but the line told is the first one."""
    late = json.dumps(x_post(1)).replace("2026-03-20", "2026\\ud83d-20")
    early = json.dumps(x_post(2, lang="e")).replace('"e"', '"\\ud83d"')
    loaded = read_posts(write("a.jsonl", "\n".join([json.dumps(x_post(0)), late, early, ""])))
    told = loaded.issues.set_index("code").loc["CL-TEXT-HALF"]
    assert (told["source_row"], told["n"]) == (2, 2)
