"""Tables that say in columns of their own what is a repost, what a quote, and of what."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from crisislab.read import read_posts

IDS = [f"{2028243966176002048 + i * 201_209_337_856}" for i in range(4)]


def table(folder: Path, header: str, *rows: str, name: str = "posts.csv") -> Path:
    """Write four posts: one, and three with further cells."""
    path = folder / name
    cells = [f"{key},2026-03-01T23:0{i}:00Z,ana,hola {i},7" for i, key in enumerate(IDS)]
    lines = [f"{cell},{more}" for cell, more in zip(cells, rows, strict=True)]
    path.write_text("\n".join([f"id,created_at,author,text,likes,{header}", *lines]) + "\n")
    return path


def read(path: Path) -> pd.DataFrame:
    """Read posts of X, in the order of the file."""
    return read_posts(path, platform="x").posts.sort_values("source_row", ignore_index=True)


@pytest.mark.parametrize(
    "header",
    ["retweeted_status_id,quoted_status_id", "repost_of,quote_of", "Retuit de,Cita de",
     "retweet_status_id,quoted_tweet_id"],
)  # fmt: skip
def test_both_links_are_kept_and_tell_the_kind(tmp_path: Path, header: str) -> None:
    """A repost is one, without the counters of the original; a quote keeps its own."""
    rows = (",", f"{IDS[0]},", f",{IDS[0]}", "-,None")
    found = read_posts(table(tmp_path, header, *rows), platform="x")
    posts = found.posts.sort_values("source_row", ignore_index=True)
    assert posts["kind"].tolist() == ["post", "repost", "quote", "post"]
    assert posts["shared_id"].fillna("").tolist() == ["", IDS[0], IDS[0], ""]
    assert posts["n_likes"].fillna(-1).tolist() == [7, -1, 7, 7]
    told = found.issues.set_index("code")
    assert told.loc["CL-KIND-BY-COLUMN", "n"] == 1
    assert told.loc["CL-KIND-BY-COLUMN", "severity"] == "fixed"


def test_a_repost_of_a_quote_is_a_repost_of_the_quote(tmp_path: Path) -> None:
    """Where both links stand, the repost counts: the quote is the other's."""
    rows = (",", f"{IDS[0]},{IDS[3]}", ",", ",")
    posts = read(table(tmp_path, "retweeted_status_id,quoted_status_id", *rows))
    assert posts.loc[1, ["kind", "shared_id"]].tolist() == ["repost", IDS[0]]


@pytest.mark.parametrize("yes", ["TRUE", "True", "1", "sí", "1.0"])
def test_a_flag_alone_tells_reposts(tmp_path: Path, yes: str) -> None:
    """What was reposted is not known, that it was is; no is no."""
    no = {"TRUE": "FALSE", "True": "False", "1": "0", "sí": "no", "1.0": "0.0"}[yes]
    posts = read(table(tmp_path, "is_retweet", no, yes, no, yes))
    assert posts["kind"].tolist() == ["post", "repost", "post", "repost"]
    assert posts["shared_id"].isna().all()
    assert posts["n_likes"].isna().tolist() == [False, True, False, True]


def test_a_repost_answers_nobody_and_a_reply_with_a_quote_answers(tmp_path: Path) -> None:
    """Links stand beside one another in such tables; which one counts is told as X tells it."""
    rows = (",,", f"{IDS[0]},{IDS[0]},", f"{IDS[0]},,{IDS[1]}", f"{IDS[0]},,")
    header = "in_reply_to_status_id,retweeted_status_id,quoted_status_id"
    posts = read(table(tmp_path, header, *rows))
    assert posts["kind"].tolist() == ["post", "repost", "reply", "reply"]
    assert posts["parent_id"].fillna("").tolist() == ["", "", IDS[0], IDS[0]]
    assert posts["shared_id"].fillna("").tolist() == ["", IDS[0], IDS[1], ""]


def test_a_column_of_kinds_says_it_better(tmp_path: Path) -> None:
    """Where the table has a kind, it stands; the link is kept."""
    rows = ("post,", f"quote,{IDS[0]}", "post,", "post,")
    posts = read(table(tmp_path, "kind,retweeted_status_id", *rows))
    assert posts["kind"].tolist() == ["post", "quote", "post", "post"]
    assert posts.loc[1, "shared_id"] == IDS[0]


def test_records_say_it_too(tmp_path: Path) -> None:
    """JSON by names, with the reposted item inside."""
    records = [
        {"id": IDS[0], "created_at": "2026-03-01T23:00:00Z", "body": "hola", "likes": 3},
        {"id": IDS[1], "created_at": "2026-03-01T23:01:00Z", "body": "hola", "likes": 3,
         "is_retweet": True, "retweeted_status_id": IDS[0]},
    ]  # fmt: skip
    path = tmp_path / "posts.jsonl"
    path.write_text("\n".join(json.dumps(record) for record in records) + "\n")
    posts = read(path)
    assert posts["kind"].tolist() == ["post", "repost"]
    assert posts["shared_id"].fillna("").tolist() == ["", IDS[0]]


def test_large_tables_say_the_same(tmp_path: Path) -> None:
    """Block by block as in one piece."""
    n = 60_000
    frame = pd.DataFrame({
        "id": [str(2028243966176002048 + i * 4_194_304_000) for i in range(n)],
        "created_at": pd.to_datetime(1772406019 + pd.Series(range(n)), unit="s", utc=True),
        "author": "ana", "text": "hola a todo el mundo, esto es un texto de relleno largo",
        "likes": 7, "url": "https://x.example/" + "a" * 30,
    })  # fmt: skip
    frame["retweeted_status_id"] = frame["id"].shift(1).where(frame.index % 3 == 1)
    path = tmp_path / "posts.csv"
    frame.to_csv(path, index=False)
    assert path.stat().st_size > 2**22
    posts = read(path)
    assert posts["kind"].eq("repost").tolist() == (frame.index % 3 == 1).tolist()
    assert posts.loc[posts["kind"].eq("repost"), "n_likes"].isna().all()
    assert (posts["shared_id"].dropna() == frame["retweeted_status_id"].dropna()).all()
