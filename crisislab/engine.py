"""Where frames of any engine meet: pandas, polars, DuckDB relations and PySpark frames.

Measures are Narwhals expressions over a lazy frame in which every instant ``<name>_at`` is the
64-bit column ``<name>_us`` (microseconds since 1970, UTC): engines agree about integers, not
about session time zones. Their small results become pandas here.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from functools import cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import narwhals as nw
import numpy as np
import pandas as pd
import pyarrow as pa

from crisislab.later import Later
from crisislab.memory import leave_out_what_is_there

if TYPE_CHECKING:
    import duckdb
else:
    duckdb = Later("duckdb")

Lazy = nw.LazyFrame[Any]
HOUR_US = 3_600_000_000
MINUTE_US = 60_000_000
_BATCH = 122_880
# Rows that are worked on in memory, whatever holds the others.
FEW = 200_000
_tables = count()

leave_out_what_is_there()


def connect(
    *, memory: str = "1GB", threads: int = 2, folder: Path | None = None, spill: str = "spill"
) -> duckdb.DuckDBPyConnection:
    """Return a DuckDB connection that can reach nothing but the tables it is given.

    No file, no network, no extension, no variable of the calling program, and no way to unlock
    any of this with a query: a column name out of an export can do no harm. Tables are given by
    ``connection.register(name, frame)``. What does not fit into memory fails, and spills nowhere,
    unless a folder is given.

    Args:
        memory: The most memory it may take.
        threads: The most threads it may use.
        folder: The one folder whose files it may read and write (the store of a case); what does
            not fit into memory spills into ``spill`` inside it.
        spill: Name of that folder, for one connection alone: two would write the same files.

    >>> import duckdb
    >>> connection = connect()
    >>> connection.register("posts", pd.DataFrame({"n": [1, 2]})).sql("from posts").fetchall()
    [(1,), (2,)]
    >>> connection.sql("from read_csv('/etc/hosts')")
    Traceback (most recent call last):
    ...
    _duckdb.PermissionException: ...
    """
    connection = duckdb.connect(config={
        "allow_community_extensions": "false",
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "memory_limit": memory,
        "threads": str(threads),
        "temp_directory": "" if folder is None else str(folder.resolve() / spill),
    })  # fmt: skip
    if folder is not None:
        inside = str(folder.resolve() / "_")[:-1]
        named = ", ".join(f"'{name.replace(chr(39), chr(39) * 2)}'"
                          for name in dict.fromkeys((inside, literal(inside))))  # fmt: skip
        connection.execute(f"set allowed_directories = [{named}]")
    for setting in ("timezone = 'UTC'", "python_enable_replacements = false",
                    "enable_external_access = false", "lock_configuration = true"):  # fmt: skip
        connection.execute(f"set {setting}")
    return connection


def spill_faults() -> tuple[type[Exception], ...]:
    """Return what DuckDB raises where neither memory nor disk holds what it works on."""
    return duckdb.IOException, duckdb.OutOfMemoryException


def literal(path: str | Path) -> str:
    """Return a path so that DuckDB, which reads patterns, means this one file.

    >>> literal("/cases/outage[1]/posts.parquet")
    '/cases/outage[[]1]/posts.parquet'
    """
    return re.sub(r"([*?\[])", r"[\1]", str(path))


def lazy(frame: Any) -> Lazy:
    """Return any native frame as a lazy Narwhals frame with instants as ``*_us``.

    Args:
        frame: pandas frame of a schema table, or a frame of another engine that already has
            ``*_us`` columns; a lazy Narwhals frame is returned as it is.

    >>> posts = pd.DataFrame({"created_at": pd.to_datetime(["1970-01-01T00:00:01Z"])})
    >>> small(lazy(posts))["created_us"].tolist()
    [1000000]
    """
    if isinstance(frame, nw.LazyFrame):
        return frame
    if isinstance(frame, pd.DataFrame):
        frame = _with_microseconds(frame)
    found: Lazy = nw.from_native(frame).lazy()
    return found


def _with_microseconds(frame: pd.DataFrame) -> pd.DataFrame:
    instants = [c for c in frame.columns if isinstance(frame[c].dtype, pd.DatetimeTZDtype)]
    data = {name: frame[name] for name in frame.columns if name not in instants}
    for name in instants:
        whole = frame[name].astype("datetime64[us, UTC]")
        micros = whole.astype("int64")
        # Plain integers where nothing is missing: pandas cannot reorder nullable ones in windows.
        known = micros if whole.notna().all() else micros.astype("Int64").mask(whole.isna())
        data[name.removesuffix("_at") + "_us"] = known
    return pd.DataFrame(data, index=frame.index)


def small(frame: Lazy, *, by: list[str] | None = None) -> pd.DataFrame:
    """Return a small result as pandas, sorted by the columns ``by`` (engines keep no order)."""
    # By way of Arrow: of its texts polars itself would make objects.
    polars = frame.implementation.is_polars()
    table = frame.collect("pyarrow" if polars else None).to_pandas()
    if by:
        table = table.sort_values(by, kind="stable")
    return table.reset_index(drop=True)


def batches(frame: Lazy) -> Iterator[np.ndarray[Any, Any]]:
    """Yield a result of many rows, one column of numbers without gaps, batch by batch.

    All rows are never in memory where the engine itself gives batches.

    >>> [part.tolist() for part in batches(lazy(pd.DataFrame({"n": [1, 2, 3]})))]
    [[1, 2, 3]]
    """
    native: Any = frame.to_native()
    found: Any = (
        native.to_arrow_reader(_BATCH) if frame.implementation.is_duckdb()
        else frame.collect("pyarrow").to_native().to_reader(_BATCH)
    )  # fmt: skip
    for batch in found:
        yield batch.column(0).to_numpy()


def settled(frame: Lazy) -> Lazy:
    """Return a frame computed once, for results that several later steps use.

    Engines that plan everything at the end would compute it anew for each use, which costs more
    memory than time. DuckDB keeps it as a temporary table of the connection that the frame came
    from (within its ``memory_limit``, and gone with it); Spark as a local checkpoint; polars in
    memory; pandas has computed it.
    """
    native: Any = frame.to_native()
    if frame.implementation.is_polars():
        held: Lazy = frame.collect().lazy()
        return held
    if frame.implementation.is_duckdb():
        name = fresh_name("settled")
        native.query("unsettled", f"create or replace temp table {name} as from unsettled")
        return table_named(native, name)
    if frame.implementation.is_pyspark() or frame.implementation.is_pyspark_connect():
        # Not only cached: a plan that keeps all that led to it grows beyond what Spark can plan.
        cut: Lazy = nw.from_native(native.localCheckpoint()).lazy()
        return cut
    return frame


def few(frame: Lazy) -> Lazy:
    """Return rows that many steps use where steps plan fastest: few ones of DuckDB in polars.

    DuckDB binds every step anew, a millisecond or two however few the rows; polars plans in
    microseconds, and holds all rows in memory, where they are read once. More than ``FEW`` rows of
    DuckDB, frames of other engines, and all where polars cannot run are returned as they are.
    """
    if frame.implementation.is_polars():
        return settled(frame)
    if not frame.implementation.is_duckdb() or not has_polars():
        return frame
    native: Any = frame.to_native()
    found, n = [], 0
    with native.to_arrow_reader(_BATCH) as read:
        for batch in read:
            found.append(batch)
            n += len(batch)
            if n > FEW:
                return frame
        rows = pa.Table.from_batches(found, read.schema)
    held: Lazy = nw.from_arrow(rows, backend="polars").lazy()
    return held


@cache
def has_polars() -> bool:
    """Return whether polars runs here; it warns where a processor lacks what it was built for."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", RuntimeWarning)
            import polars  # noqa: F401
    except (ImportError, RuntimeWarning):
        return False
    leave_out_what_is_there()
    return True


def table_named(native: Any, name: str) -> Lazy:
    """Return a table or view of the connection that a relation came from.

    Asked of the relation that all began with, where it can be told: one that is asked of a later
    one keeps all its steps, and each is bound anew whenever a table is made.
    """
    while inputs := getattr(native, "_inputs", ()):
        native = inputs[0]
    kept: Lazy = nw.from_native(native.query("_", f"from {name}")).lazy()
    return kept


def named(frame: Lazy) -> Lazy:
    """Return a frame whose plan DuckDB knows by name: nothing is computed.

    Whenever a table is made, every step of every plan is bound anew. A view is one step.
    """
    if not frame.implementation.is_duckdb():
        return frame
    native: Any = frame.to_native()
    name = fresh_name("named")
    native.query("_", f"create or replace temp view {name} as {native.sql_query()}")
    return table_named(native, name)


def fresh_name(kind: str) -> str:
    """Return a name for a temporary table that no other one of this process has."""
    return f"crisislab_{kind}_{next(_tables)}"


def totals(frame: Lazy, *, by: list[str], **sums: str) -> Lazy:
    """Return sums per group as 64-bit integers: new name = column summed.

    Sums stay plain and the cast comes after: DuckDB sums into decimals, and pandas groups fast
    only by elementary aggregations.
    """
    summed = frame.group_by(by).agg(*(nw.col(c).sum().alias(name) for name, c in sums.items()))
    return summed.with_columns(nw.col(*sums).cast(nw.Int64))


def instants(micros: pd.Series) -> pd.Series:
    """Return microseconds since 1970 as ``datetime64[us, UTC]``; missing stays missing."""
    return pd.to_datetime(micros.astype("Int64"), unit="us", utc=True).astype("datetime64[us, UTC]")
