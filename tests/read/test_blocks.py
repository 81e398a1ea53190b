"""A file typed block by block gives the very tables of the same file typed whole."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crisislab.read import LoadedPosts, _part, _rows, _source, read_posts
from crisislab.read._blocks import Blocks
from crisislab.read._csv import split_blocks
from crisislab.read._evidence import ApartError
from tests.read.exports import HEADER, adds_up, rows
from tests.read.test_bulk import CRAFTED, ODD, x_post

Write = Callable[[str, str | bytes], Path]
HEAD = "id,created_at,author,text,likes,in_reply_to_id\n"
NEVER = 10**9


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count the rows of every file that was typed block by block to its end."""
    sizes: list[int] = []
    close = Blocks.close

    def closed(blocks: Blocks, found: Any, marked: Any) -> None:
        close(blocks, found, marked)
        sizes.append(blocks.n_rows)

    monkeypatch.setattr(Blocks, "close", closed)
    monkeypatch.setattr(_rows, "BATCH", 7)
    monkeypatch.setattr(_source, "split_blocks", partial(split_blocks, size=11))
    return sizes


def both(path: Path, **how: Any) -> tuple[LoadedPosts, LoadedPosts]:
    """Read a file in small blocks, and whole."""
    found = []
    for most in (20, NEVER):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(_part, "BLOCK", most)
            found.append(read_posts(path, strict=False, **how))
    return found[0], found[1]


def assert_same(blocks: LoadedPosts, whole: LoadedPosts) -> None:
    """All tables are equal."""
    for name in ("posts", "ledger", "issues", "rejects", "copies", "versions"):
        pd.testing.assert_frame_equal(getattr(blocks, name), getattr(whole, name))
    assert adds_up(blocks)


@pytest.mark.parametrize(("name", "content"), CRAFTED, ids=[name for name, _ in CRAFTED])
def test_tables_with_faults(write: Write, typed: list[int], name: str, content: Any) -> None:
    """Preambles, footers, ragged rows, bare quotes, bad bytes: told alike."""
    blocks, whole = both(write(name, content))
    assert_same(blocks, whole)
    assert typed or name == "bytes.csv" or len(whole.posts) < 20


@pytest.mark.parametrize("odd", [*ODD, "\n".join(ODD)], ids=range(len(ODD) + 1))
def test_lines_with_faults(write: Write, typed: list[int], odd: str) -> None:
    """Odd JSON lines, pages of posts and doubled keys: told alike."""
    posts = [json.dumps(x_post(i)) for i in range(60)]
    assert_same(*both(write("a.jsonl", "\n".join([*posts[:40], odd, *posts[40:], ""]))))


def x_ids(n: int, hours: float = 0.0) -> str:
    """A table of posts of X, with written times so many hours from those of the ids."""
    cells = []
    for i in range(n):
        own = 1772000000000000000 + i * (4194304 * 60_000 + 7919) + 13
        at = pd.Timestamp(((own >> 22) + 1288834974657) + int(hours * 3_600_000), unit="ms")
        cells.append(f"{own},{at:%Y-%m-%dT%H:%M:%S}Z,ana,hola {i},{i},\n")
    return HEAD + "".join(cells)


def lines_of(times: list[str], likes: str = "5", text: str = "hola") -> str:
    """A table with one row for each written time."""
    return HEAD + "".join(f"{i},{at},ana,{text},{likes},\n" for i, at in enumerate(times, 1))


DAYS = [f"{d:02d}/03/2026 1{d % 7}:{d}" for d in range(1, 31)] * 3
GOOD = ["2026-03-05T12:00:00Z"] * 90
FILES: dict[str, tuple[str, dict[str, Any], bool]] = {
    "clock": (x_ids(90), {}, True),
    "shifted": (x_ids(90, 8), {}, True),
    "shifted apart": (x_ids(45, 8) + x_ids(90, 0).split("\n", 46)[46], {}, False),
    "shifted half": (x_ids(90, 5.5), {}, True),
    "no zone": (lines_of([t[:-1] for t in GOOD]), {}, False),
    "declared zone": (lines_of([t[:-1] for t in GOOD]), {"zone": "Europe/Madrid"}, True),
    "clock change": (lines_of(["2026-03-29T02:30:00", "2026-10-25T02:30:00"] * 45),
                     {"zone": "Europe/Madrid"}, True),
    "order in one block": (lines_of([*DAYS[:30], *DAYS[:12] * 5]), {"zone": "UTC"}, False),
    "order everywhere": (lines_of(DAYS[15:30] * 6), {"zone": "UTC"}, True),
    "order declared": (lines_of(DAYS), {"zone": "UTC", "dates": "day-first"}, True),
    "short years": (lines_of(["26/03/05 10:00"] * 90), {"zone": "UTC"}, False),
    "unreadable": (lines_of([*GOOD[:30], "soon", *GOOD[:30], "", "1850-01-01T00:00:00Z",
                             "2999-01-01T00:00:00Z", *GOOD[:30]]), {}, True),
    "hopeless later": (lines_of([*GOOD, *["soon"] * 40]), {}, False),
    "day only": (lines_of(["2026-03-05"] * 90), {"zone": "UTC"}, True),
    "counts": (lines_of(GOOD, likes="1.2K"), {}, True),
    "open counts": (lines_of(GOOD) + "900,2026-03-05T12:00:00Z,ana,a,1.234,\n", {}, False),
    "nothing": (lines_of(GOOD, likes="—"), {}, True),
    "garbled": (lines_of(GOOD, text="estÃ¡ claro"), {}, True),
    "lost": (lines_of(GOOD, text="a\ufffdb"), {}, True),
    "no ids at first": (HEAD + rows(40).replace("\n", ",\n").replace("1", "", 0)
                        + "".join(f",2026-03-05T12:00:00Z,ana,b {i},1,\n" for i in range(60)),
                        {}, False),
    "no ids": (HEAD + "".join(f",2026-03-05T12:00:00Z,ana,b {i},1,\n" for i in range(90)), {},
               True),
    "rounded ids": (x_ids(60) + "".join(f"1772{i:011d}0000,2026-03-05T12:00:00Z,a,b,1,\n"
                                        for i in range(60)), {}, False),
    "rounded, declared": (HEAD + "".join(f"1772{i:011d}0000,2026-03-05T12:00:00Z,a,b,1,\n"
                                         for i in range(60)), {"ids": "damaged"}, False),
    "ids of X": (HEAD + "".join(f"{2028243966176002048 + 4096 * i * 25},2026-03-05T12:00:00Z,a,b,1,"
                                "\n" for i in range(90)), {}, True),
    "all answer one post": (HEAD + "".join(f"{10**18 + i * 977},2026-03-05T12:00:00Z,a,b,1,"
                                           f"{5000000001000 if i % 3 else 10**18 + i * 977 - 977}\n"
                                           for i in range(1, 91)), {"zone": "UTC"}, True),
    "author of round id": (HEAD.replace("author", "author_id") + "".join(
        f"{i},2026-03-05T12:00:00Z,7000000000,b,1,\n" for i in range(90)), {}, True),
    "float ids": (HEAD + "".join(f"{i}.0,2026-03-05T12:00:00Z,a,b,1,{i}.0\n"
                                 for i in range(60)), {}, True),
    "no end": (x_ids(90).rstrip("\n"), {}, True),
    "repeats": (lines_of(GOOD) + lines_of(GOOD, likes="6").split("\n", 1)[1], {}, True),
    "replies late": (lines_of(GOOD) + "900,2026-03-05T12:00:00Z,ana,a,7,5\n", {}, True),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_what_columns_decide(write: Write, typed: list[int], name: str) -> None:
    """Orders, zones, shifts, separators and damaged ids: as the whole column decides."""
    text, how, in_blocks = FILES[name]
    assert_same(*both(write("a.csv", text), **how))
    # Typed in blocks only where blocks can tell; elsewhere it is read whole.
    assert (len([n for n in typed if n > 20]) > 0) == in_blocks


def test_a_real_decision_of_one_block_is_not_taken(write: Write, typed: list[int]) -> None:
    """Blocks that decide apart raise inside, and nothing of them is left in the result."""
    path = write("a.csv", FILES["shifted apart"][0])
    blocks, whole = both(path)
    assert typed == []
    assert len(blocks.posts) == len(whole.posts) > 0


VALUES = st.sampled_from(
    ["2026-03-05T12:00:00Z", "2026-03-05T12:00:00", "05/03/2026 10:00", "25/03/2026 10:00", "",
     "1772700000", "soon", "2026-03-05", "Thu Mar 05 12:00:00 +0000 2026", "26/03/05 10:00"]
)  # fmt: skip
COUNTS = st.sampled_from(["1", "", "1.2K", "1,234", "1.234", "—", "many", "12,5K", "-3"])
TEXTS = st.sampled_from(["hola", "estÃ¡", "a\ufffdb", "=@ana", "", "R&amp;D"])


@settings(max_examples=25, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(
    parts=st.lists(
        st.tuples(st.integers(5, 40), VALUES, VALUES, COUNTS, TEXTS, st.booleans()),
        min_size=2, max_size=5,
    ),
    zone=st.sampled_from([None, "Europe/Madrid"]),
)  # fmt: skip
def test_any_mixture(
    write: Write, typed: list[int], parts: list[tuple[Any, ...]], zone: str | None
) -> None:
    """Files that change their habits in the middle give the same tables both ways."""
    chance = np.random.default_rng(len(parts))
    cells = [
        f"{1772 if snow else 9}{chance.integers(10**14, 10**15)},"
        f"{at if chance.random() < 0.9 else rare},ana,{text},{likes},\n"
        for n, at, rare, likes, text, snow in parts for _ in range(n)
    ]  # fmt: skip
    assert_same(*both(write("a.csv", HEAD + "".join(cells)), zone=zone))


@pytest.mark.real_data
def test_real_files(real_data: Path, typed: list[int]) -> None:
    """Every public file, hostile or real, gives the same tables both ways."""
    kinds = (".csv", ".tsv", ".jsonl", ".json", ".ndjson", ".txt")
    for path in sorted([*(real_data / "real").rglob("*"), *(real_data / "badinput").rglob("*")]):
        skipped = "json-test-suite" in str(path) or path.suffix not in kinds
        if not skipped and path.stat().st_size < 2**18:
            assert_same(*both(path, ids="damaged", zone="UTC"))
    assert len(typed) > 20


def test_apart_is_no_error_of_the_project() -> None:
    """What blocks raise among themselves is never shown to people."""
    assert not issubclass(ApartError, ValueError)
    assert HEADER
