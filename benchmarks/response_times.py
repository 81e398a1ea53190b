"""Response times, the long version: coverage of the intervals, other tools' rules, and size.

Run from the project's folder::

    python benchmarks/response_times.py --runs 4000
    python benchmarks/response_times.py --posts 10000000 --memory 900MB
    python benchmarks/response_times.py --posts 200000 --same

The first prints how often each 95 % interval holds the truth of simulated crises, and the medians
of every published rule on one set of 4,000 conversations. The second writes seeded posts as Parquet
and measures threads and first response times on DuckDB in a process of its own: seconds, and the
largest memory of the whole process tree. The third measures the same posts on pandas as well and
compares every number.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import pandas as pd
from reading import measured

from crisislab.measure.reconcile import reconcile
from crisislab.measure.response import first_response_time, waits
from crisislab.simulate.coverage import coverage
from crisislab.simulate.waits import simulated_events

HANDLES = ["marca"]
# One person in ten writes to the brand: by mention, or as a comment under one of its posts (one in
# a thousand items). Six in ten get an answer within a day; of the answered, one in three asks
# again below the answer. Everything follows from the seed; times are microseconds.
_POSTS = """
copy (
with items as (
    select i, 1772000000000000 + (hash(i, {seed}) % 2419200)::bigint * 1000000 as created_us,
           'p' || (hash(i, {seed} + 1) % {authors})::varchar as author_id,
           i % 10 = 0 as asks, i % 20 = 0 as below, i % 1000 = 7 as brand,
           case when i % 50 < 30 then hash(i, {seed} + 2) % 86400 end as wait
    from range({items}) t(i)
), spoken as (
    select i::varchar as post_id, created_us, author_id, asks, below, brand, wait,
           ((i // 1000) * 1000 + 7)::varchar as under
    from items
)
select 'x' as platform, post_id, created_us,
       case when asks and below then 'comment' else 'post' end as kind,
       case when brand then 'marca' else author_id end as author_id,
       case when brand then 'marca' else author_id end as author_handle,
       'texto de ' || post_id as "text", case when asks and below then under end as parent_id,
       case when asks and below then under end as root_id, null::varchar as shared_id,
       case when asks and not below then 'marca' else '' end as mentions,
       null::varchar as inbound, null::varchar as flags, brand as own, false as automated
from spoken
union all
select 'x', 'r' || post_id, created_us + 60000000 + wait::bigint * 1000000, 'reply', 'marca',
       'marca', 'hola ' || author_id, post_id, null, null, '', null, null, true, false
from spoken where asks and wait is not null
union all
select 'x', 'f' || post_id, created_us + 120000000 + wait::bigint * 2000000, 'reply', author_id,
       author_id, 'y entonces', 'r' || post_id, null, null, '', null, null, false, false
from spoken where asks and wait % 3 = 0
) to '{path}' (format parquet, compression zstd, row_group_size 122880)
"""


def main() -> None:
    """Print coverage and rules, or the figures of a large table."""
    parser = argparse.ArgumentParser(description="Response times, the long version.")
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--posts", type=int, default=0)
    parser.add_argument("--memory", default="900MB")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--same", action="store_true", help="compare DuckDB with pandas")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.measure:
        _measure(asked.measure, memory=asked.memory)
    elif asked.posts and asked.same:
        same(asked.posts, seed=asked.seed, memory=asked.memory)
    elif asked.posts:
        large(asked.posts, seed=asked.seed, memory=asked.memory)
    else:
        long(asked.runs)


def long(runs: int) -> None:
    """Print coverage of the intervals and the medians of other tools' rules."""
    print(coverage(runs=runs, seed=2026).to_string(index=False))
    print(coverage(runs=runs, by_author=3, n_draws=400, seed=2026).to_string(index=False))
    events, until = simulated_events(4000, seed=7)
    print(reconcile(events, until=until).round(1).drop(columns="source").to_string(index=False))


def write_posts(path: Path, *, n: int, seed: int) -> None:
    """Write about ``n`` seeded posts as Parquet."""
    items = int(n / 1.08)
    facts = {"items": items, "authors": max(1, items // 4), "seed": seed, "path": path}
    with _connected(path.parent, memory="900MB") as connection:
        connection.execute(_POSTS.format(**facts))


def _connected(folder: Path, *, memory: str) -> duckdb.DuckDBPyConnection:
    """Return a connection whose memory is bounded by configuration: what is more goes to disk."""
    connection = duckdb.connect()
    connection.execute(f"set memory_limit='{memory}'")
    connection.execute(f"set temp_directory='{folder / 'spill'}'")
    connection.execute("set preserve_insertion_order=false")
    connection.execute("set TimeZone='UTC'")
    return connection


def _waits_on_duckdb(path: Path, *, memory: str) -> pd.DataFrame:
    with _connected(path.parent, memory=memory) as connection:
        posts = connection.read_parquet(str(path))
        last = connection.sql(f"select max(created_us) from '{path}'").fetchall()[0][0]
        until = pd.Series({"x": pd.Timestamp(last, unit="us", tz="UTC")})
        return waits(posts, until=until, handles=HANDLES)


def _measure(path: Path, *, memory: str) -> None:
    begin, cpu = time.perf_counter(), time.process_time()
    waited = _waits_on_duckdb(path, memory=memory)
    numbers = first_response_time(waited).set_index(["metric", "scope"])["value"]
    told = (
        len(waited), int(waited["answered"].sum()),
        numbers["first_response_time", "percentile=50;rule=conversations"],
        numbers["reply_rate", "within=1440;rule=conversations"],
        time.perf_counter() - begin, time.process_time() - cpu,
    )  # fmt: skip
    print("{} conversations, {} answered, median {:.2f} min, in a day {:.4f}: {:.0f} s "
          "({:.0f} s CPU)".format(*told))  # fmt: skip


def large(n: int, *, seed: int, memory: str) -> None:
    """Print time and memory of threads and first response times over ``n`` posts."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "posts.parquet"
        write_posts(path, n=n, seed=seed)
        rows = duckdb.sql(f"select count(*) from '{path}'").fetchall()[0][0]
        size = path.stat().st_size / 2**20
        print(f"{rows} posts, Parquet {size:.0f} MiB, memory_limit {memory}", flush=True)
        call = [sys.executable, __file__, "--measure", str(path), "--memory", memory]
        told, _, _, mib = measured(call)
        print(f"{told}largest memory of the process tree: {mib / 1024:.2f} GiB")


def same(n: int, *, seed: int, memory: str) -> None:
    """Compare every wait and every number of DuckDB with those of pandas; print that they agree."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "posts.parquet"
        write_posts(path, n=n, seed=seed)
        one = _waits_on_duckdb(path, memory=memory)
        posts = pd.read_parquet(path)
        until = pd.Series({"x": pd.Timestamp(posts["created_us"].max(), unit="us", tz="UTC")})
        other = waits(posts, until=until, handles=HANDLES)
    pd.testing.assert_frame_equal(one, other)
    pd.testing.assert_frame_equal(first_response_time(one), first_response_time(other))
    print(f"{len(posts)} posts, {len(one)} conversations: DuckDB and pandas say the same")


if __name__ == "__main__":
    main()
