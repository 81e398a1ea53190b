"""A large case written to disk as it is drawn: CSV, lines of the X API, or Parquet."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
from pyarrow import parquet

from crisislab.schema import POSTS
from crisislab.simulate.large import Drawn, draw_posts
from crisislab.simulate.logbook import REGISTER, SLACK, register_csv, slack_zip
from crisislab.simulate.manual import case_toml, plan_toml
from crisislab.simulate.truth import rules
from crisislab.simulate.world import HOUR, Calendar, Post, stamp

FORMS = ("csv", "x-jsonl", "parquet")
_FILE = 1_000_000
# A later export begins with the end of the one before, as real ones do.
_AGAIN = 0.01
_NAME = re.compile(r"@(\w{2,15})")
_HEAD = ["platform", "id", "created_at", "kind", "author_id", "username", "display_name", "text",
         "lang", "in_reply_to_id", "conversation_id", "shared_id", "mentions", "url", "followers",
         "likes", "reposts", "replies", "quotes", "impressions", "retrieved_at"]  # fmt: skip
_NAMES = ["platform", "post_id", "created_at", "kind", "author_id", "author_handle", "author_name",
          "text", "lang", "parent_id", "root_id", "shared_id", "mentions", "url", "n_followers",
          "n_likes", "n_reposts", "n_replies", "n_quotes", "n_impressions",
          "collected_at"]  # fmt: skip
_SEEN = "2026-03-31T01:05:00Z"


def write_large(
    folder: str | Path, base: list[Post], *, n_posts: int, seed: int, form: str = "csv",
    repost_share: float = 0.35, distinct: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Write a case of any size and return what is true of it, as ``truth/large.json`` has it.

    Memory does not grow with the size. Files hold a million posts each; every further one repeats
    the last hundredth of the one before.

    Args:
        folder: Folder of the case; made if it is not there.
        base: Everything said in the sample's crisis.
        n_posts: About how many posts in all; the truth says how many there are.
        seed: Seed of every draw.
        form: ``csv``, ``x-jsonl`` (flattened lines of the X API) or ``parquet``.
        repost_share: Share of reposts among the public's further posts.
        distinct: Whether no two further posts may have the same words.

    Raises:
        ValueError: If the form is unknown or fewer posts are asked for than the sample has.
    """
    mine = [post for post in base if post.platform == "x"]
    if form not in FORMS or n_posts < len(mine):
        raise ValueError(f"form is one of {', '.join(FORMS)}, and n_posts at least {len(mine)}")
    root = Path(folder)
    for inside in ("posts", "log", "truth"):
        (root / inside).mkdir(parents=True, exist_ok=True)
    drawn = draw_posts(mine, n_posts=n_posts, seed=seed, repost_share=repost_share,
                       distinct=distinct)  # fmt: skip
    truth = _Truth()
    _WRITERS[form](root / "posts", truth.counting(drawn))
    files = {
        "case.toml": _settings(seed).encode(), "plan.toml": plan_toml().encode(),
        SLACK: slack_zip(rules(base, since=Calendar().onset)), REGISTER: register_csv(),
    }  # fmt: skip
    for path, body in files.items():
        (root / path).write_bytes(body)
    told = truth.told() | {"seed": seed, "form": form}
    (root / "truth" / "large.json").write_text(json.dumps(told, indent=1), "utf-8")
    return told


def _settings(seed: int) -> str:
    """Return the sample's settings without what belongs to its other networks."""
    blocks = case_toml(Calendar(), seed).split("\n[")
    kept = [
        block for block in blocks
        if "opiniones_web" not in block and 'platform = "facebook"' not in block
        and 'platform = "instagram"' not in block and 'platform = "youtube"' not in block
    ]  # fmt: skip
    return "\n[".join(kept)


class _Truth:
    """Counts what goes by."""

    def __init__(self) -> None:
        self._kinds: Counter[str] = Counter()
        self._hours: Counter[int] = Counter()
        self._own = 0

    def counting(self, posts: Iterable[Drawn]) -> Iterator[Drawn]:
        from crisislab.simulate.world import BRAND, MACHINE

        ids = {BRAND["x"].id, MACHINE.id}
        for post in posts:
            mine = post.author_id in ids
            self._own += mine
            self._kinds[post.kind] += 1
            self._hours[post.at // HOUR] += not mine
            yield post

    def told(self) -> dict[str, Any]:
        hours = {stamp(hour * HOUR): n for hour, n in sorted(self._hours.items())}
        return {"n_posts": sum(self._kinds.values()), "n_own": self._own,
                "kinds": dict(self._kinds), "public_per_hour": hours}  # fmt: skip


# --- forms ------------------------------------------------------------------------------------


def _in_files(posts: Iterator[Drawn]) -> Iterator[Iterator[Drawn]]:
    """Yield the posts of each file; a further one begins with the end of the one before."""
    again = int(_FILE * _AGAIN)
    tail: list[Drawn] = []
    while first := list(islice(posts, 1)):
        new: list[Drawn] = []

        def one(begin: list[Drawn] = tail, head: list[Drawn] = first,
                kept: list[Drawn] = new) -> Iterator[Drawn]:  # fmt: skip
            yield from begin
            # Not "yield from": a file that ends would end the posts of all further ones.
            for i, post in enumerate(chain(head, posts)):
                if i >= _FILE - again:
                    kept.append(post)
                yield post
                if i == _FILE - 1:
                    return

        yield one()
        tail = new


def _cells(post: Drawn) -> list[Any]:
    repost = post.kind == "repost"
    likes, reposts, replies, quotes, shown = post.counts
    counters = [None] * 4 if repost else [likes, reposts, replies, quotes]
    return [
        "x", post.post_id, stamp(post.at), post.kind, post.author_id, post.handle, post.name,
        post.text, post.lang, post.parent_id or None, post.root_id or None,
        post.shared_id or None, " ".join(dict.fromkeys(_NAME.findall(post.text))) or None,
        f"https://x.com/{post.handle}/status/{post.post_id}", post.followers, *counters, shown,
        _SEEN,
    ]  # fmt: skip


def _write_csv(folder: Path, posts: Iterator[Drawn]) -> None:
    for number, part in enumerate(_in_files(posts), start=1):
        with (folder / f"x_{number:04}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(_HEAD)
            writer.writerows(map(_cells, part))


def _write_lines(folder: Path, posts: Iterator[Drawn]) -> None:
    for number, part in enumerate(_in_files(posts), start=1):
        with (folder / f"x_{number:04}.jsonl").open("w", encoding="utf-8") as file:
            _lines(file, part)


def _lines(file: IO[str], posts: Iterator[Drawn]) -> None:
    for post in posts:
        file.write(json.dumps(_record(post), ensure_ascii=False) + "\n")


def _record(post: Drawn) -> dict[str, Any]:
    likes, reposts, replies, quotes, shown = post.counts
    record: dict[str, Any] = {
        "id": post.post_id, "created_at": stamp(post.at), "author_id": post.author_id,
        "text": post.text, "lang": post.lang, "conversation_id": post.root_id,
        "public_metrics": {"retweet_count": reposts, "reply_count": replies, "like_count": likes,
                           "quote_count": quotes, "impression_count": shown},
        "author": {"id": post.author_id, "username": post.handle, "name": post.name,
                   "public_metrics": {"followers_count": post.followers}},
        "__twarc": {"retrieved_at": _SEEN, "version": "2.14.0"},
    }  # fmt: skip
    if named := _NAME.findall(post.text):
        record["entities"] = {"mentions": [{"username": name} for name in named]}
    links = [("retweeted" if post.kind == "repost" else "quoted", post.shared_id),
             ("replied_to", post.parent_id)]  # fmt: skip
    if held := [{"type": kind, "id": number} for kind, number in links if number]:
        record["referenced_tweets"] = held
    return record


def _write_parquet(folder: Path, posts: Iterator[Drawn]) -> None:
    types = {column.name: column.type for column in POSTS.columns}
    forms = {"count": pa.int64(), "instant": pa.string()}
    schema = pa.schema([(name, forms.get(types[name], pa.string())) for name in _NAMES])
    at = pa.timestamp("us", "UTC")
    for number, part in enumerate(_in_files(posts), start=1):
        writer = None
        while rows := list(islice(part, 100_000)):
            columns = zip(*map(_cells, rows), strict=True)
            table = pa.table([list(column) for column in columns], schema=schema)
            for name in ("created_at", "collected_at"):
                place = table.schema.get_field_index(name)
                table = table.set_column(place, name, table.column(name).cast(at))
            path = folder / f"x_{number:04}.parquet"
            writer = writer or parquet.ParquetWriter(path, table.schema, compression="zstd")
            writer.write_table(table)
        if writer is not None:
            writer.close()


_WRITERS: dict[str, Callable[[Path, Iterator[Drawn]], None]] = {
    "csv": _write_csv, "x-jsonl": _write_lines, "parquet": _write_parquet,
}  # fmt: skip
