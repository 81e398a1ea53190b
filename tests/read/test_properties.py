"""Reading is lossless and does not depend on the order of rows or files."""

from __future__ import annotations

import csv
import io
import random
import tempfile
from pathlib import Path

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from crisislab.read import read_posts
from crisislab.read._mojibake import repair_text
from tests.read.exports import HEADER, adds_up, codes

QUICK = settings(max_examples=40, deadline=None)
# Carriage returns have tests of their own; surrogates cannot be written as UTF-8; what reads as
# garbled is repaired, so it does not come back as it was.
TEXT = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\r\0"), max_size=40
).filter(lambda text: not text.startswith("=@") and repair_text(text) == text)
POST = st.fixed_dictionaries(
    {
        "id": st.integers(1, 10**6).map(str),
        "minute": st.integers(0, 50_000),
        "author": st.text("abcdefghij_", min_size=1, max_size=8),
        "text": TEXT,
        "likes": st.integers(0, 10**6),
    }
)
POSTS = st.lists(POST, min_size=1, max_size=30, unique_by=lambda post: post["id"])


def written(posts: list[dict[str, object]], delimiter: str = ",") -> str:
    """Posts as a table."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow(HEADER.strip().split(","))
    for post in posts:
        at = pd.Timestamp("2026-01-01T00:00Z") + pd.Timedelta(minutes=int(str(post["minute"])))
        writer.writerow([post["id"], at.isoformat(), post["author"], post["text"], post["likes"]])
    return out.getvalue()


def read(*texts: str) -> pd.DataFrame:
    """Posts read from these texts, each in a file of its own."""
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for i, text in enumerate(texts):
            paths.append(Path(folder) / f"{i}.csv")
            paths[-1].write_text(text, "utf-8", newline="")
        loaded = read_posts(paths)
    assert adds_up(loaded)
    assert not codes(loaded, "refused")
    return loaded.posts.drop(columns=["source_file", "source_row", "flags"])


@QUICK
@given(POSTS, st.sampled_from(",;\t|"))
def test_a_written_table_comes_back(posts: list[dict[str, object]], delimiter: str) -> None:
    """What a table holds is what is read: ids, texts and counts, whatever the delimiter."""
    found = read(written(posts, delimiter)).set_index("post_id")
    for post in posts:
        row = found.loc[str(post["id"])]
        kept = "" if pd.isna(row["text"]) else row["text"]
        assert (kept, row["n_likes"], row["author_handle"]) == (
            post["text"], post["likes"], post["author"],
        )  # fmt: skip


@QUICK
@given(POSTS, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(
    posts: list[dict[str, object]], order: random.Random
) -> None:
    """Shuffled rows give the same posts."""
    shuffled = order.sample(posts, len(posts))
    pd.testing.assert_frame_equal(read(written(posts)), read(written(shuffled)))


@QUICK
@given(POSTS, st.data())
def test_overlapping_parts_are_the_whole(
    posts: list[dict[str, object]], data: st.DataObject
) -> None:
    """An export split into overlapping parts, in any order, gives the same posts."""
    cut = data.draw(st.integers(0, len(posts)))
    back = data.draw(st.integers(0, cut))
    parts = [part for part in (posts[:cut], posts[back:]) if part]
    whole = read(written(posts))
    pd.testing.assert_frame_equal(whole, read(*map(written, parts)))
    pd.testing.assert_frame_equal(whole, read(*map(written, reversed(parts))))


@QUICK
@given(st.binary(max_size=400))
def test_any_bytes_end_in_a_ledger(content: bytes) -> None:
    """No bytes crash the reading; the ledger adds up on all of them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.csv"
        for start in (b"", HEADER.encode()):
            path.write_bytes(start + content)
            assert adds_up(read_posts(path, strict=False))
