"""Response times, the long version: coverage of the intervals, other tools' rules, and size.

Run from the project's folder::

    python benchmarks/response_times.py --runs 4000
    python benchmarks/response_times.py --posts 10000000 --memory 1500MB

The first prints how often each 95 % interval holds the truth of simulated crises, and the medians
of every published rule on one set of 4,000 conversations. The second makes posts in a DuckDB file
and gives threads and first response times, with the largest memory of the process.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

import duckdb
import pandas as pd

from crisislab.enrich.conversations import conversations
from crisislab.estimate.survival import waiting_curve
from crisislab.measure.reconcile import reconcile
from crisislab.simulate.coverage import coverage
from crisislab.simulate.waits import simulated_events

# One in ten posts addresses the brand; six in ten of these are answered within a day.
_POSTS = """
create table posts as
with people as (
    select i, 1772000000000000 + ((i * 7919 % 1000003) * 2000000)::bigint as created_us,
           'p' || (hash(i) % {authors})::varchar as author_id
    from range({people}) t(i)
), asked as (select * from people where i % 10 = 0)
select 'x' as platform, i::varchar as post_id, created_us, 'post' as kind, author_id,
       author_id as author_handle, null::varchar as parent_id, null::varchar as root_id,
       null::varchar as shared_id, case when i % 10 = 0 then 'marca' else '' end as mentions,
       null::varchar as inbound, null::varchar as flags, 'texto' as "text",
       false as own, false as automated
from people
union all
select 'x', 'r' || i::varchar,
       created_us + 60000000 + (hash(i + 1) % 86400000000)::bigint, 'reply', 'marca',
       'marca', i::varchar, i::varchar, null, '', null, null, 'hola', true, false
from asked where i % 50 < 30
"""


def main() -> None:
    """Print coverage and rules, or the figures of a large table."""
    parser = argparse.ArgumentParser(description="Response times, the long version.")
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--posts", type=int, default=0)
    parser.add_argument("--memory", default="1500MB")
    asked = parser.parse_args()
    if asked.posts:
        large(asked.posts, memory=asked.memory)
        return
    print(coverage(runs=asked.runs, seed=2026).to_string(index=False))
    rows = coverage(runs=asked.runs, by_author=3, n_draws=400, seed=2026)
    print(rows.to_string(index=False))
    events, until = simulated_events(4000, seed=7)
    print(reconcile(events, until=until).round(1).drop(columns="source").to_string(index=False))


def large(n: int, *, memory: str) -> None:
    """Print time and memory of threads and first response times over ``n`` posts."""
    with tempfile.TemporaryDirectory() as folder:
        connection = duckdb.connect(str(Path(folder) / "posts.duckdb"))
        connection.execute(f"set memory_limit='{memory}'")
        connection.execute(f"set temp_directory='{folder}'")
        connection.execute("set preserve_insertion_order=false")
        people = int(n / 1.06)
        connection.execute(_POSTS.format(people=people, authors=max(1, people // 4)))
        begin = time.perf_counter()
        talks = conversations(connection.table("posts"), handles=["marca"])
        table: pd.DataFrame = talks.select("opened_us", "replied_us").collect().to_pandas()
        until = table[["opened_us", "replied_us"]].max().max()
        minutes = (table["replied_us"].fillna(until) - table["opened_us"]) / 60e6
        median = waiting_curve(minutes, table["replied_us"].notna()).percentile(50).value
        seconds = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(
        f"{n} posts, {len(table)} conversations, median {median:.1f} min: "
        f"{seconds:.0f} s, {peak:.2f} GiB"
    )


if __name__ == "__main__":
    main()
