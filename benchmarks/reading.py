"""Reading a million rows with every check on, side by side with pandas, polars and DuckDB raw.

Run from the project's folder::

    python benchmarks/reading.py                  # 1,000,000 rows of CSV and of X JSON lines
    python benchmarks/reading.py --rows 100000 --runs 1

Each contender runs in a process of its own, with the files in the page cache. Its answers (rows,
likes, replies, first and last time, characters of text) are compared before any figure is
believed. Printed are wall and CPU seconds and the largest memory of its whole process tree; of
several runs the slowest of crisislab and the fastest of the others. crisislab checks everything
(ledger, encodings, ids, dates, counts, ragged rows, repeats, secrets) and uses a second process for
tables, and two more for JSON lines; DuckDB and polars use all cores. The others check nothing.

DuckDB runs twice: "raw" takes all columns as they are found into Arrow; "frame" delivers what
``read_posts`` delivers, the columns of posts with instants in UTC, in the order of time, as pandas.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_START_MS = 1_772_000_000_000
_X_EPOCH_MS = 1_288_834_974_657
_LANGS = ("es", "es", "es", "es", "en", "ca", "pt", "und")
_TEXT = (
    "la marca no responde desde ayer y nadie explica qué pasó con el envío de mi pedido, "
    "gracias por la rápida solución 👏 estoy muy enfadada porque el producto llegó roto "
    "¿alguien sabe algo? mañana voy a la tienda a reclamar otra vez con la caja entera"
)
_WORDS = _TEXT.split()
_OURS, _ARROW, _FRAME = "crisislab", "duckdb raw", "duckdb frame"
Answer = dict[str, int]


# --- the files ---------------------------------------------------------------------------------


def posts(n: int) -> Iterator[dict[str, Any]]:
    """Yield invented posts with true X ids: the id of each holds its time."""
    chance = random.Random(42)
    ids: list[str] = []
    for i in range(n):
        ms = _START_MS + i * 1500 + chance.randrange(1000)
        own = str(((ms - _X_EPOCH_MS) << 22) + chance.randrange(1 << 22))
        who = int(chance.paretovariate(1.1)) % 200_000
        reply = bool(ids) and chance.random() < 0.35
        text = " ".join(chance.choices(_WORDS, k=chance.randrange(6, 28)))
        if chance.random() < 0.03:
            text += f'\n"{chance.choice(_WORDS)}", dice'
        yield {
            "id": own, "ms": ms // 1000 * 1000, "author": who, "text": text,
            "parent": chance.choice(ids) if reply else "", "lang": chance.choice(_LANGS),
            "counts": [int(chance.paretovariate(0.9)) - 1 for _ in range(4)],
            "followers": who * 7 % 90_000,
        }  # fmt: skip
        ids = [*ids[-500:], own]


def _cell(text: str) -> str:
    quoted = text.replace('"', '""')
    return f'"{quoted}"' if any(mark in text for mark in ',"\n') else text


def write_files(folder: Path, n: int) -> tuple[Path, Path]:
    """Write the same posts as CSV and as flattened lines of the X API."""
    table, lines = folder / f"posts-{n}.csv", folder / f"posts-{n}.jsonl"
    if table.exists() and lines.exists():
        return table, lines
    with table.open("w", encoding="utf-8", newline="") as csv, lines.open("w") as jsonl:
        csv.write("id,created_at,author_id,username,text,lang,in_reply_to_id,"
                  "likes,reposts,replies,quotes,followers\n")  # fmt: skip
        for post in posts(n):
            at = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(post["ms"] / 1000))
            cells = [
                post["id"], at, str(10_000_000 + post["author"]), f"user_{post['author']}",
                _cell(post["text"]), post["lang"], post["parent"],
                *map(str, post["counts"]), str(post["followers"]),
            ]  # fmt: skip
            csv.write(",".join(cells) + "\n")
            jsonl.write(json.dumps(record(post, at)) + "\n")
    return table, lines


def record(post: dict[str, Any], at: str) -> dict[str, Any]:
    """Return a post as a flattened line of the X API."""
    likes, reposts, replies, quotes = post["counts"]
    author = str(10_000_000 + post["author"])
    name = f"user_{post['author']}"
    record = {
        "id": post["id"], "created_at": at, "author_id": author, "text": post["text"],
        "lang": post["lang"], "conversation_id": post["parent"] or post["id"],
        "public_metrics": {"retweet_count": reposts, "reply_count": replies,
                           "like_count": likes, "quote_count": quotes, "impression_count": 0},
        "possibly_sensitive": False, "reply_settings": "everyone", "source": "Twitter Web App",
        "entities": {"mentions": [{"start": 0, "end": 6, "username": "marca", "id": "1"}]},
        "author": {"id": author, "username": name, "name": name.title(), "verified": False,
                   "public_metrics": {"followers_count": post["followers"], "tweet_count": 5}},
        "__twarc": {"url": "https://api.twitter.com/2/tweets/search/all", "version": "2.14.0",
                    "retrieved_at": "2026-03-20T09:00:00+00:00"},
    }  # fmt: skip
    if post["parent"]:
        record["referenced_tweets"] = [{"type": "replied_to", "id": post["parent"]}]
    return record


# --- the contenders ----------------------------------------------------------------------------


def _crisislab(path: Path) -> Answer:
    from crisislab.read import read_posts

    loaded = read_posts(path)
    parts = [name for name in loaded.ledger if name.startswith("n_") and name != "n_lines"]
    assert int(loaded.ledger[parts].sum().sum()) == int(loaded.ledger["n_lines"].sum())
    rows = loaded.posts
    return {
        "rows": len(rows), "likes": int(rows["n_likes"].sum()),
        "replies": int(rows["parent_id"].notna().sum()),
        "first": int(rows["created_at"].min().timestamp()),
        "last": int(rows["created_at"].max().timestamp()),
        "characters": int(rows["text"].str.len().sum()),
    }  # fmt: skip


_IDS = ("id", "author_id", "in_reply_to_id")


def _pandas(path: Path) -> Answer:
    import pandas as pd

    if path.suffix == ".csv":
        rows = pd.read_csv(path, dtype=dict.fromkeys(_IDS, "str"), parse_dates=["created_at"])
        likes, replies = rows["likes"], rows["in_reply_to_id"].notna()
    else:
        rows = pd.read_json(path, lines=True, dtype=dict.fromkeys(_IDS, "str"))
        likes = rows["public_metrics"].map(lambda counts: counts["like_count"])
        replies = rows["referenced_tweets"].notna()
    return {
        "rows": len(rows), "likes": int(likes.sum()), "replies": int(replies.sum()),
        "first": int(rows["created_at"].min().timestamp()),
        "last": int(rows["created_at"].max().timestamp()),
        "characters": int(rows["text"].str.len().sum()),
    }  # fmt: skip


def _polars(path: Path) -> Answer:
    import polars as pl

    if path.suffix == ".csv":
        kinds = dict.fromkeys(_IDS, pl.String)
        rows = pl.read_csv(path, schema_overrides=kinds, try_parse_dates=True)
        likes, parent = pl.col("likes"), "in_reply_to_id"
        at = pl.col("created_at")
    else:
        rows = pl.read_ndjson(path, infer_schema_length=1000)
        likes, parent = pl.col("public_metrics").struct.field("like_count"), "referenced_tweets"
        at = pl.col("created_at").str.to_datetime(time_zone="UTC")
    told = rows.select(
        rows=pl.len(), likes=likes.sum(), replies=pl.col(parent).is_not_null().sum(),
        first=at.min().dt.epoch("s"), last=at.max().dt.epoch("s"),
        characters=pl.col("text").str.len_chars().sum(),
    )  # fmt: skip
    return {name: int(value) for name, value in told.row(0, named=True).items()}


def _duckdb(path: Path) -> Answer:
    import duckdb

    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        if path.suffix == ".csv":
            types = "{" + ", ".join(f"'{name}': 'VARCHAR'" for name in _IDS) + "}"
            source = f"read_csv($path, types = {types})"
            likes, parent = "likes", "in_reply_to_id"
        else:
            source = "read_json($path)"
            likes, parent = "public_metrics.like_count", "referenced_tweets"
        found = connection.sql(f"select * from {source}", params={"path": str(path)})
        connection.register("rows", found.to_arrow_table())
        told = connection.execute(
            f"select count(*), sum({likes})::bigint, count({parent}),"
            " epoch(min(created_at::timestamptz))::bigint,"
            " epoch(max(created_at::timestamptz))::bigint,"
            ' sum(length("text"))::bigint from rows'
        ).fetchone()
    names = ("rows", "likes", "replies", "first", "last", "characters")
    return dict(zip(names, told or (), strict=True))


_FLAT = """
    id as post_id, created_at::timestamptz as created_at, author_id,
    author.username as author_handle, author.name as author_name, "text", lang,
    conversation_id as root_id,
    list_filter(referenced_tweets, lambda r: r.type = 'replied_to')[1].id as parent_id,
    array_to_string(list_transform(entities.mentions, lambda m: m.username), ' ') as mentions,
    'https://x.com/' || author.username || '/status/' || id as url,
    public_metrics.like_count as n_likes, public_metrics.retweet_count as n_reposts,
    public_metrics.reply_count as n_replies, public_metrics.quote_count as n_quotes,
    public_metrics.impression_count as n_impressions,
    author.public_metrics.followers_count as n_followers,
    __twarc.retrieved_at::timestamptz as collected_at
"""
_PLAIN = """
    id as post_id, created_at::timestamptz as created_at, author_id, username as author_handle,
    "text", lang, in_reply_to_id as parent_id, likes as n_likes, reposts as n_reposts,
    replies as n_replies, quotes as n_quotes, followers as n_followers
"""


def _duckdb_frame(path: Path) -> Answer:
    """Deliver what ``read_posts`` delivers: its columns, typed, in the order of time, as pandas."""
    import duckdb

    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        if path.suffix == ".csv":
            types = "{" + ", ".join(f"'{name}': 'VARCHAR'" for name in _IDS) + "}"
            query = f"select {_PLAIN} from read_csv($path, types = {types})"
        else:
            query = f"select {_FLAT} from read_json($path)"
        rows = connection.sql(f"{query} order by created_at", params={"path": str(path)}).df()
    return {
        "rows": len(rows), "likes": int(rows["n_likes"].sum()),
        "replies": int(rows["parent_id"].notna().sum()),
        "first": int(rows["created_at"].min().timestamp()),
        "last": int(rows["created_at"].max().timestamp()),
        "characters": int(rows["text"].str.len().sum()),
    }  # fmt: skip


CONTENDERS: dict[str, Callable[[Path], Answer]] = {
    _OURS: _crisislab, _FRAME: _duckdb_frame, _ARROW: _duckdb, "polars": _polars,
    "pandas": _pandas,
}  # fmt: skip


# --- measuring ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Run:
    """One run of a contender: its answer, seconds and largest memory."""

    answer: Answer
    wall: float
    cpu: float
    mib: float


def _family(pid: int) -> Iterator[int]:
    """Yield a process and those it started."""
    yield pid
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        yield from _family(int(child))


def _memory(pid: int) -> int:
    """Return what a process tree holds; pages of files, which its processes share, count once.

    Read from the kernel's short summary: to walk through every page (as PSS wants it) stops the
    process for as long as that takes, and costs the most where two processes work.
    """
    own = shared = 0
    for one in _family(pid):
        lines = Path(f"/proc/{one}/status").read_text().splitlines()
        held = {name: int(rest.split()[0]) * 1024 for name, _, rest in
                (line.partition(":") for line in lines) if name.startswith("Rss")}  # fmt: skip
        own += held.get("RssAnon", 0) + held.get("RssShmem", 0)
        shared = max(shared, held.get("RssFile", 0))
    return own + shared


def _surroundings() -> dict[str, str]:
    """Return the variables of a contender: a Python as installed, which keeps what it compiled."""
    return {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


def measured(command: list[str]) -> tuple[str, float, float, float]:
    """Run a command; return its output, wall seconds, CPU seconds and largest MiB."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=_surroundings())
    most = 0
    over = threading.Event()

    def watch() -> None:
        nonlocal most
        while not over.wait(0.05):
            with contextlib.suppress(OSError):  # one of them has just ended
                most = max(most, _memory(process.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    out, _ = process.communicate()
    wall = time.monotonic() - began
    over.set()
    watcher.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    if process.returncode:
        sys.exit(f"{' '.join(command)} stopped with {process.returncode}")
    return out, wall, cpu, most / 2**20


def run(name: str, path: Path) -> Run:
    """Run a contender in a process of its own."""
    out, *figures = measured([sys.executable, __file__, "--one", name, "--file", str(path)])
    return Run(json.loads(out), *figures)


def compare(path: Path, names: list[str], runs: int) -> None:
    """Print the figures of all contenders on one file, once their answers agree."""
    found: dict[str, Run] = {}
    for name in names:
        tried = [run(name, path) for _ in range(runs)]
        pick = max if name == _OURS else min
        found[name] = pick(tried, key=lambda one: one.cpu)
    answers = {name: one.answer for name, one in found.items()}
    print(f"\n{path.name}, {path.stat().st_size / 2**20:.0f} MiB: {answers[_OURS]}")
    for name, answer in answers.items():
        if answer != answers[_OURS]:
            sys.exit(f"The answer of {name} is another one: {answer}")
    print("| | wall s | CPU s | MiB | wall / frame | CPU / frame | wall / raw | CPU / raw |")
    print("|---|---|---|---|---|---|---|---|")
    for name, one in found.items():
        ratios = [f"{one.wall / found[base].wall:.2f} | {one.cpu / found[base].cpu:.2f}"
                  for base in (_FRAME, _ARROW)]  # fmt: skip
        figures = f"{one.wall:.1f} | {one.cpu:.1f} | {one.mib:.0f}"
        print(f"| {name} | {figures} | {' | '.join(ratios)} |", flush=True)


def main() -> None:
    """Print the side-by-side figures."""
    parser = argparse.ArgumentParser(description="Reading a million rows, side by side.")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="keep the files here, and use those found")
    parser.add_argument("--only", nargs="*", help="contenders (duckdb and crisislab always run)")
    parser.add_argument("--one", choices=list(CONTENDERS), help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(CONTENDERS[asked.one](asked.file)))
        return
    names = [
        n for n in CONTENDERS
        if n in (_OURS, _FRAME, _ARROW) or asked.only is None or n in asked.only
    ]  # fmt: skip
    names = [name for name in names if find_spec(name.split()[0]) is not None]
    with tempfile.TemporaryDirectory() as made:
        folder = asked.folder or Path(made)
        for path in write_files(folder, asked.rows):
            compare(path, names, asked.runs)


if __name__ == "__main__":
    main()
