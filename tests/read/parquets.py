"""Small Parquet files for tests."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from crisislab.read import LoadedPosts, read_posts

Table = pa.Table | dict[str, Any]
NOON = dt.datetime(2026, 3, 5, 12, tzinfo=dt.UTC)
PLAIN = {"id": ["1"], "created_at": [NOON], "text": ["hola"]}


def packed(table: Table, **how: Any) -> bytes:
    """The bytes of a table as Parquet."""
    out = pa.BufferOutputStream()
    parquet.write_table(table if isinstance(table, pa.Table) else pa.table(table), out, **how)
    return out.getvalue().to_pybytes()


def posts(n: int, **columns: Any) -> dict[str, Any]:
    """Columns of posts, a minute apart."""
    times = [NOON + dt.timedelta(minutes=i) for i in range(n)]
    return {
        "id": [str(i + 1) for i in range(n)], "created_at": times,
        "author": [f"ana{i % 3}" for i in range(n)], "text": [f"hola {i}" for i in range(n)],
        "likes": list(range(n)),
    } | columns  # fmt: skip


def read(folder: Path, table: Table, *, name: str = "a.parquet", **declared: Any) -> LoadedPosts:
    """Write a table as Parquet and read it."""
    path = folder / name
    path.write_bytes(packed(table))
    return read_posts(path, strict=False, **declared)


def of_rows(n: int) -> bytes:
    """Many rows that take next to nothing: one value, repeated."""
    return packed({
        "id": pa.repeat("1", n), "created_at": pa.repeat(pa.scalar(NOON), n),
        "text": pa.repeat("hola", n),
    })  # fmt: skip
