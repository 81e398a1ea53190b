"""The engine a review runs on: polars, DuckDB within a memory limit, or Spark, here or far."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import reduce
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import narwhals as nw
import pandas as pd

from crisislab.engine import (
    Lazy,
    connect,
    fresh_name,
    has_polars,
    instants,
    literal,
    small,
    table_named,
)
from crisislab.errors import CrisisLabError, Problem
from crisislab.files import writing
from crisislab.schema import POSTS

ENGINES = ("pandas", "polars", "duckdb", "spark")
LOCAL = "local[2]"
_STALE_SECONDS = 86_400
_BETWEEN = "\x1f"
_MASTERS = ("local", "spark://", "sc://", "yarn", "k8s://")


@dataclass(frozen=True)
class Session:
    """An engine at work on the files of one folder.

    Attributes:
        engine: ``polars``, ``duckdb`` or ``spark``.
        folder: The folder whose files it reads, and into which it spills.
        native: Its own connection or session.
        spill: Where it alone puts what does not fit into memory.
        local: Whether all its workers are on this machine.
    """

    engine: str
    folder: Path
    native: Any = field(repr=False)
    spill: Path
    local: bool = True

    def table(self, files: Iterable[Path]) -> Lazy:
        """Return Parquet files of one layout as one lazy frame."""
        if self.engine == "polars":
            return as_lazy(self.native.scan_parquet(list(files), glob=False))
        if self.engine == "duckdb":
            return as_lazy(self.native.read_parquet([literal(file) for file in files]))
        return as_lazy(self._parquet(*files))

    def _parquet(self, *files: Path) -> Any:
        """Return Parquet files as a frame of Spark, to which a path is no pattern.

        Under a folder whose name looks like one, Spark 4.3 reads each of several files as often as
        there are files. A folder it reads once, and so it does files one by one.
        """
        read = self.native.read.option("__globPaths__", "false")
        (folder, *others) = {file.parent for file in files}
        if len(files) > 1 and not others and set(folder.iterdir()) == set(files):
            return read.parquet(f"file://{folder}")
        return reduce(lambda one, other: one.union(other),
                      [read.parquet(f"file://{file}") for file in files])  # fmt: skip

    def kept(self, frame: Any, name: str) -> Any:
        """Return a large frame of Spark computed once.

        As Parquet beside what it spills, of which each step then reads the columns it asks for;
        a checkpoint holds whole rows. Where workers are on other machines, they keep it.
        """
        if not self.local:
            return frame.localCheckpoint()
        frame.write.parquet(f"file://{self.spill / name}")
        return self._parquet(self.spill / name)

    def close(self) -> None:
        """Give back what the engine holds, and what it had spilt."""
        if self.engine == "duckdb":
            self.native.close()
        elif self.engine == "spark":
            self.native.stop()
        shutil.rmtree(self.spill, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self.close()


def as_lazy(native: Any) -> Lazy:
    """Return a frame of polars or Spark or a relation of DuckDB as a lazy Narwhals frame."""
    found: Lazy = nw.from_native(native).lazy()
    return found


def open_session(
    engine: str, folder: str | os.PathLike[str], *, memory: str | None = None, threads: int = 2
) -> Session:
    """Return an engine that works on the files of a folder.

    Args:
        engine: ``polars`` (each measure in memory; DuckDB where it cannot run); ``duckdb``;
            ``spark`` (two workers in this machine) or the address of a Spark: ``local[8]``,
            ``spark://host:7077``, ``sc://host`` (Spark Connect), ``yarn``.
        folder: The one folder DuckDB may read; what does not fit into memory goes to a folder of
            this session alone inside it.
        memory: The most memory DuckDB (``700MB`` by default) or the driver of Spark (``4GB``) may
            take.
        threads: Threads of DuckDB.

    Raises:
        CrisisLabError: CL-ENGINE-UNKNOWN, or CL-ENGINE-SPARK where Spark or Java is missing.
    """
    root = Path(folder).resolve()
    if engine == "polars" and has_polars():
        import polars

        return Session(engine, root, polars, _spill(root))
    if engine in ("polars", "duckdb"):
        spill = _spill(root)
        limit = memory or "700MB"
        connection = connect(memory=limit, threads=threads, folder=root, spill=spill.name)
        return Session("duckdb", root, connection, spill)
    master = LOCAL if engine == "spark" else engine
    if not master.startswith(_MASTERS):
        raise CrisisLabError(
            Problem("CL-ENGINE-UNKNOWN", value=engine, facts={"known": ", ".join(ENGINES)})
        )
    if find_spec("pyspark") is None or (master.startswith("local") and not _has_java()):
        raise CrisisLabError(Problem("CL-ENGINE-SPARK", value=master))
    spill = _spill(root)
    local = master.startswith("local")
    return Session("spark", root, _spark(master, spill, memory or "4GB"), spill, local)


def _spill(root: Path) -> Path:
    """Make the folder of one session; what killed ones left goes after a day."""
    with writing(root, way="store"):
        root.mkdir(parents=True, exist_ok=True)
        for left in root.glob("spill-*"):
            if time.time() - left.stat().st_mtime > _STALE_SECONDS:
                shutil.rmtree(left, ignore_errors=True)
        return Path(tempfile.mkdtemp(prefix="spill-", dir=root))


def _spark(master: str, spill: Path, memory: str) -> Any:
    local = master.startswith("local")
    if local:
        # Else Spark looks for the machine's outer address, which a laptop may not have.
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        # Its workers are this Python, whichever comes first on the path.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    from pyspark.sql import SparkSession

    builder: Any = SparkSession.builder.appName("crisislab")
    builder = builder.remote(master) if master.startswith("sc://") else builder.master(master)
    for name, value in _options(local, spill, memory).items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def _options(local: bool, spill: Path, memory: str) -> dict[str, str]:
    both = {
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        "spark.sql.execution.arrow.maxRecordsPerBatch": "65536",
    }
    if not local:
        return both
    return both | {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": memory.lower().removesuffix("b"),
        "spark.local.dir": str(spill),
        "spark.sql.shuffle.partitions": "8",
        "spark.sql.warehouse.dir": str(spill / "warehouse"),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
        "spark.sql.maxPlanStringLength": "1000",
    }


def _has_java() -> bool:
    home = os.environ.get("JAVA_HOME", "")
    return bool(shutil.which("java") or (home and (Path(home) / "bin").is_dir()))


def beside(frame: Lazy, keys: pd.DataFrame) -> Lazy:
    """Return a pandas table of text as a lazy frame of the engine that another comes from.

    Args:
        frame: A frame of any engine.
        keys: Columns of text, nothing missing.

    >>> from crisislab.engine import lazy
    >>> posts = lazy(pd.DataFrame({"post_id": ["a", "b", "c"]}))
    >>> small(posts.join(beside(posts, pd.DataFrame({"post_id": ["c"]})), on="post_id"))
      post_id
    0       c
    """
    native: Any = frame.to_native()
    if frame.implementation.is_duckdb():
        # A relation gives no way to its connection but a query; text between marks is one word
        # to the parser, however long.
        columns = ", ".join(_listed(str(name), keys[name]) for name in keys)
        name = fresh_name("beside")
        native.query("unused", f"create or replace temp table {name} as select {columns}")
        return table_named(native, name)
    if frame.implementation.is_pyspark() or frame.implementation.is_pyspark_connect():
        schema = ", ".join(f"{name} string" for name in keys)
        rows = keys.astype("object")
        return as_lazy(native.sparkSession.createDataFrame(rows, schema))
    eager: Any = nw.from_native(keys)
    found: Lazy = eager.lazy(None if frame.implementation.is_pandas() else frame.implementation)
    return found


def brought(frame: Lazy, to: Lazy) -> Lazy:
    """Return few rows of text, nothing missing, in the engine of another frame.

    As it is where both are of one engine.
    """
    engine: Any = frame.implementation
    return frame if engine is to.implementation else beside(to, small(frame))


def _listed(name: str, values: pd.Series) -> str:
    texts = values.tolist()
    if any(_BETWEEN in text for text in texts):
        raise ValueError(f"{name} holds the mark U+001F, which stands between values")
    joined = _BETWEEN.join(texts).replace("'", "''")
    split = f"string_split('{joined}', chr(31))" if texts else "[]::varchar[]"
    return f'unnest({split}) as "{name}"'


def matched(frame: Lazy, keys: pd.DataFrame) -> Lazy:
    """Return the rows of a frame whose columns of text are among these.

    Args:
        frame: A frame of any engine.
        keys: Columns of text to match by; rows with anything missing match nothing.
    """
    wanted = keys.dropna().drop_duplicates().astype("str").reset_index(drop=True)
    return frame.join(beside(frame, wanted), on=list(wanted.columns), how="semi")


def rows(frame: Lazy) -> pd.DataFrame:
    """Return posts of any engine as the pandas frame that ``case.posts`` would hold of them.

    Columns of ``schema.POSTS`` with their types, in the order of time; further columns as they
    are. Only for a selection that is known to be small.
    """
    table = small(frame)
    schema = {column.name: column.type for column in POSTS.columns}
    data: dict[str, Any] = {}
    for name in table:
        named = str(name)
        shown = named.removesuffix("_us") + "_at" if named.endswith("_us") else named
        data[shown] = instants(table[name]) if shown != named else table[name]
    whole = pd.DataFrame(data)
    told = POSTS.conform(whole)
    more = {str(name): whole[name] for name in whole if name not in schema}
    by = ["created_at", "platform", "post_id"]
    return told.assign(**more).sort_values(by, kind="stable", ignore_index=True)
