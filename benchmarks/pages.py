"""Reading pages of the X API as ``twarc2 search`` writes them, side by side with twarc-csv.

Run from the project's folder, with twarc-csv (and a pandas before 3) in an environment of its own::

    python benchmarks/pages.py --twarc ENVIRONMENT/bin/python
    python benchmarks/pages.py --posts 20000 --twarc ENVIRONMENT/bin/python

A page holds a hundred posts, their authors, and some of the posts they answer. Both read it with
the file in the page cache, each in a process of its own; posts and likes are compared before any
figure is believed. crisislab checks everything and counts every item; twarc-csv writes a CSV.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import reading  # type: ignore[import-not-found]  # the file beside this one

_SHOWN = 20
_TWARC = """
import sys
from twarc_csv import CSVConverter
with open(sys.argv[1]) as pages, open(sys.argv[2], "w") as table:
    CSVConverter(pages, table).process()
"""


def pages(n: int) -> Iterator[dict[str, Any]]:
    """Yield pages of invented posts."""
    invented = reading.posts(n)
    while some := list(islice(invented, 100)):
        posts = []
        for post in some:
            at = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(post["ms"] / 1000))
            posts.append(reading.record(post, at))
        users = {post["author_id"]: post.pop("author") for post in posts}
        collected = [post.pop("__twarc") for post in posts]
        parents = [post["referenced_tweets"][0]["id"] for post in posts
                   if "referenced_tweets" in post]  # fmt: skip
        shown = [{"id": one, "text": "hola", "author_id": "1"} for one in parents[:_SHOWN]]
        yield {
            "data": posts, "includes": {"users": list(users.values()), "tweets": shown},
            "meta": {"newest_id": posts[-1]["id"], "result_count": len(posts)},
            "__twarc": collected[0],
        }  # fmt: skip


def written(table: Path) -> tuple[int, int]:
    """Return the posts and likes of a table that twarc-csv wrote."""
    csv.field_size_limit(2**24)
    with table.open(newline="", encoding="utf-8") as file:
        likes = [int(float(row["public_metrics.like_count"])) for row in csv.DictReader(file)]
    return len(likes), sum(likes)


def main() -> None:
    """Print the side-by-side figures."""
    parser = argparse.ArgumentParser(description="Reading pages of the X API, side by side.")
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=2)
    parser.add_argument("--twarc", required=True, help="a Python that has twarc-csv")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        path, table = Path(made, "pages.jsonl"), Path(made, "twarc.csv")
        path.write_text("".join(json.dumps(page) + "\n" for page in pages(asked.posts)))
        print(f"{asked.posts} posts, {path.stat().st_size / 2**20:.0f} MiB")
        print("| | wall s | CPU s | MiB |\n|---|---|---|---|")
        walls = []
        for _ in range(asked.runs):
            ours = reading.run("crisislab", path)
            command = [asked.twarc, "-c", _TWARC, str(path), str(table)]
            theirs = reading.Run({}, *reading.measured(command)[1:])
            if (ours.answer["rows"], ours.answer["likes"]) != written(table):
                sys.exit(f"The answers differ: {ours.answer} and {written(table)}")
            for name, one in (("crisislab", ours), ("twarc-csv", theirs)):
                print(f"| {name} | {one.wall:.1f} | {one.cpu:.1f} | {one.mib:.0f} |", flush=True)
            walls.append(theirs.wall / ours.wall)
        print(f"Wall time of twarc-csv over that of crisislab, at least: {min(walls):.1f}")


if __name__ == "__main__":
    main()
