"""A large text is read while it is looked through; where its beginning promised wrong, again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import pandas as pd
import pytest

from crisislab.beside import Beside
from crisislab.read import LoadedPosts, _early, _promise, _source, _survey, read_posts
from crisislab.read._bytes import Input
from crisislab.read._promise import Surveyed, surveyed
from crisislab.read._survey import Survey, Told
from tests.read.exports import HEADER, adds_up, rows
from tests.read.test_bulk import x_post

Write = Callable[[str, str | bytes], Path]
MANY = HEADER + rows(3000)
LATE = {
    "bytes": MANY.encode() + rows(9, start=4000, text="mañana").encode("cp1252"),
    "many bytes": MANY.encode() + rows(900, start=4000, text="mañana").encode("cp1252"),
    "half": MANY.encode() + rows(9, start=4000, text="mañana").encode() + "é".encode()[:1],
    "return": (MANY + rows(1, start=4000, text="a\rb") + rows(900, start=5000)).encode(),
    "returns": (MANY + rows(900, start=4000).replace("\n", "\r")).encode(),
}
WHOLE = {
    "plain": MANY.encode(),
    "mark": ("\ufeff" + MANY).encode(),
    "crlf": MANY.replace("\n", "\r\n").encode(),
    "beyond ASCII": (HEADER + rows(3000, text="mañana 👏")).encode(),
    "no end": MANY.rstrip("\n").encode(),
}


@pytest.fixture
def early(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Give what has texts of any size read before they are looked through."""

    def begin() -> None:
        monkeypatch.setattr(_promise, "LARGE", 0)
        for module in (_promise, _survey):
            monkeypatch.setattr(module, "BLOCK", 2**12)

    return begin


def assert_same(early: LoadedPosts, after: LoadedPosts) -> None:
    """All tables are equal, and the ledger adds up."""
    for name in ("posts", "ledger", "issues", "rejects"):
        pd.testing.assert_frame_equal(getattr(early, name), getattr(after, name))
    assert adds_up(early)


@pytest.mark.parametrize("name", [*LATE, *WHOLE])
def test_the_rows_are_those_of_a_text_looked_through_first(
    name: str, write: Write, early: Callable[[], None]
) -> None:
    """Whatever the beginning promises, the tables are those of the whole text."""
    path = write("a.csv", (LATE | WHOLE)[name])
    after = read_posts(path, strict=False)
    early()
    assert_same(read_posts(path, strict=False), after)


@pytest.mark.parametrize(("name", "times"), [*((n, 2) for n in LATE), *((n, 1) for n in WHOLE)])
def test_only_a_broken_promise_has_a_text_read_again(
    name: str, times: int, write: Write, early: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """A text that keeps what its beginning promises is read once."""
    told: list[Told] = []
    whole = _source.Reading._as_told

    def as_told(self: _source.Reading, draft: object, seen: Surveyed) -> object:
        told.append(seen.told)
        return whole(self, draft, seen)  # type: ignore[arg-type]

    monkeypatch.setattr(_source.Reading, "_as_told", as_told)
    early()
    read_posts(write("a.csv", (LATE | WHOLE)[name]), strict=False)
    assert len(told) == times
    assert not isinstance(told[0], Survey)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("utf-16", MANY.encode("utf-16")),
        ("cp1252", (HEADER + rows(3000, text="mañana")).encode("cp1252")),
        ("returns", MANY.replace("\n", "\r").encode()),
        ("blank", b" \n" * 9000),
        ("empty", b""),
    ],
)
def test_a_beginning_in_doubt_promises_nothing(
    name: str, content: bytes, write: Write, early: Callable[[], None]
) -> None:
    """Other encodings and line ends are settled before anything is read."""
    early()
    path = write("a.csv", content)
    with surveyed(Input("a.csv", path)) as seen:
        assert isinstance(seen.told, Survey)
        assert seen.sha256 == hashlib.sha256(content).hexdigest()


def test_lines_and_hash_are_told_at_the_end(write: Write, early: Callable[[], None]) -> None:
    """They are those of the bytes, and wait for them."""
    early()
    path = write("a.csv", MANY)
    with surveyed(Input("a.csv", path)) as seen:
        assert (seen.n_lines, seen.sha256) == (3001, hashlib.sha256(MANY.encode()).hexdigest())
        assert seen.whole().keeps(seen.told)


def test_an_interrupted_reading_leaves_no_thread(
    write: Write, early: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looking through ends with the reading, whatever ends it, and half a hash is not kept."""
    early()
    begun: list[Beside[Any]] = []

    class Told(Beside[Any]):
        def __init__(self, *given: Any) -> None:
            super().__init__(*given)
            begun.append(self)

    monkeypatch.setattr(_promise, "Beside", Told)
    path = write("a.csv", HEADER + rows(200_000))
    with pytest.raises(KeyboardInterrupt), surveyed(Input("a.csv", path)):
        raise KeyboardInterrupt
    assert [one._over.is_set() for one in begun] == [True]
    loaded = read_posts(path)
    assert loaded.ledger["sha256"].item() == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("content", "least"),
    [
        (MANY.encode(), 0.5),
        (MANY.replace("\n", "\r\n").encode(), 0.5),
        ((HEADER + rows(3000, text="mañana 👏")).encode(), 0.5),
        ((MANY + rows(900, start=4000, text='"a\rb"')).encode(), 0),
    ],
    ids=["plain", "crlf", "beyond ASCII", "returns"],
)
def test_only_what_nobody_vouches_for_is_looked_at_again(
    content: bytes, least: float, write: Write, early: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """What the program that splits a table saw is not looked at twice, but for lone returns."""
    path, seen = write("a.csv", content), []
    whole = _promise._is_plain

    def is_plain(stream: IO[bytes], start: int, stop: int) -> bool:
        seen.append((start, stop))
        return whole(stream, start, stop)

    after = read_posts(path, strict=False)
    monkeypatch.setattr(_promise, "_is_plain", is_plain)
    monkeypatch.setattr(_early, "LEAST", 0)
    monkeypatch.setattr(_early, "BLOCK_BYTES", 2**14)
    early()
    assert_same(read_posts(path, strict=False), after)
    left = sum(stop - start for start, stop in seen)
    assert left <= (1 - least) * len(content)
    assert least or left > 0


def test_what_is_read_again_is_vouched_for_once(write: Write) -> None:
    """Blocks that were seen before change nothing, and what lies between them is looked at."""
    path = write("a.csv", MANY.encode() + b"\xe9")
    size = path.stat().st_size
    promise = Told(encoding="utf-8", how="utf-8", ended=False, n_bytes=size)
    for blocks, plain in (
        ([(0, 40), (40, size - 40), (0, 40)], True),
        ([(0, 40), (40, 40), (0, 90), (90, size - 90)], True),
        ([(0, 40), (40, 40), (0, 90)], False),
        ([(9, size - 9)], True),
        ([], False),
    ):
        seen = Surveyed(Input("a.csv", path), promise)
        for start, n in blocks:
            seen.vouch(start, n)
        assert seen._are_plain(size) == plain


@pytest.mark.parametrize("late", [b"\xe9", b"\xf0\x9f", b"a\rb"])
def test_records_of_a_broken_promise_are_read_again(
    late: bytes, write: Write, early: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lines of X, which programs read, come out as ever where a late byte is no UTF-8."""
    posts = [json.dumps(x_post(i)).encode() for i in range(400)]
    posts[300] = posts[300].replace(b'"text": "', b'"text": "' + late, 1)
    path = write("a.jsonl", b"\n".join([*posts, b""]))
    after = read_posts(path, strict=False)
    monkeypatch.setattr(_early, "LEAST", 0)
    early()
    assert_same(read_posts(path, strict=False), after)


def test_a_fault_of_a_kept_promise_stays_one(write: Write, early: Callable[[], None]) -> None:
    """What is wrong with the rows is told as ever."""
    path = write("a.csv", "color,size\n" + "red,3\n" * 9000)
    after = read_posts(path, strict=False)
    early()
    assert_same(read_posts(path, strict=False), after)
