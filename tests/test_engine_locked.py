"""The DuckDB connection of the package reaches nothing but the tables it is given."""

from __future__ import annotations

import ast
import gc
from pathlib import Path

import duckdb
import narwhals as nw
import pandas as pd
import pytest

import crisislab
from crisislab.engine import connect, named, settled, small, totals

PACKAGE = Path(crisislab.__file__).parent


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    """A connection as the package opens it."""
    return connect()


@pytest.mark.parametrize("query", [
    "from read_csv('{path}')", "from '{path}'", "from read_text('{path}')",
    "from sniff_csv('{path}')", "from glob('/etc/*')", "from read_csv('https://example.org/a.csv')",
    "copy (select 1) to '{path}.out'", "attach '{path}.db'", "install httpfs", "load httpfs",
    "export database '{path}.folder'", "import database '{path}.folder'",
])  # fmt: skip
def test_no_query_reaches_a_file_or_the_network(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, query: str
) -> None:
    """Reading, writing, listing, attaching and loading are all refused."""
    path = tmp_path / "a.csv"
    path.write_text("a\n1\n")
    with pytest.raises(duckdb.Error, match=r"(?i)disabled|permission|access"):
        connection.execute(query.format(path=path)).fetchall()
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]


@pytest.mark.parametrize("setting", [
    "enable_external_access = true", "lock_configuration = false", "memory_limit = '9GB'",
    "python_enable_replacements = true", "autoinstall_known_extensions = true", "threads = 64",
])  # fmt: skip
def test_no_query_unlocks_it(connection: duckdb.DuckDBPyConnection, setting: str) -> None:
    """The settings cannot be changed any more."""
    with pytest.raises(duckdb.Error, match=r"(?i)locked|cannot"):
        connection.execute(f"set {setting}")


def test_variables_of_the_program_are_no_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """A query does not see the frames of whoever runs it; only what is registered."""
    secret = pd.DataFrame({"n": [7]})
    with pytest.raises(duckdb.CatalogException, match="secret"):
        connection.execute("from secret")
    connection.register("given", secret)
    assert connection.execute("from given").fetchall() == [(7,)]


def test_memory_is_limited() -> None:
    """A query that needs more than it may have fails, and leaves the process alive."""
    with pytest.raises(duckdb.OutOfMemoryException):
        connect(memory="50MB").execute("select list(i) from range(50_000_000) t(i)").fetchall()


HOSTILE = (
    'likes"', "likes'", 'a") from x; drop table posts; --', "a; select 1", 'a"); copy x to "/tmp/x',
    "${HOME}", "{0}", "a\nb", "ñ 🙂", "(select max(n) from secret)", "a.b", "select",
)  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_column_names_are_names(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """A column name out of a file, whatever it holds, is summed as a column and nothing else."""
    frame = pd.DataFrame({"platform": ["x", "x", "y"], name: [1, 2, 4]})
    connection.register("posts", frame)
    connection.register("secret", pd.DataFrame({"n": [99]}))
    table = nw.from_native(connection.table("posts"))
    told = small(totals(table.lazy(), by=["platform"], total=name), by=["platform"])
    assert told["total"].tolist() == [3, 4]
    assert connection.execute("select count(*) from posts").fetchall() == [(3,)]


def test_connections_are_opened_here_alone() -> None:
    """No other module of the package opens a DuckDB connection or uses the shared one."""
    for path in PACKAGE.rglob("*.py"):
        if path.name == "engine.py":
            continue
        used = {
            node.names[0].name if isinstance(node, ast.Import) else node.module
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, (ast.Import, ast.ImportFrom))
        }
        assert "duckdb" not in used, path
        assert 'lazy("duckdb")' not in path.read_text("utf-8"), path


def test_tables_and_names_of_plans_leave_nothing_in_a_database(tmp_path: Path) -> None:
    """A user's database file is worked with and stays as it was; plans outlive their sources."""
    path = tmp_path / "own.duckdb"
    with duckdb.connect(path) as own:
        posts = pd.DataFrame({"n": [1, 2, 3]})
        own.register("posts", posts)
        own.execute("create table kept as from posts")
        for source in (own.table("kept"), own.from_df(posts)):
            frame = named(nw.from_native(source).lazy().filter(nw.col("n") > 1))
            held = settled(frame.with_columns(twice=nw.col("n") * 2))
            del source
            gc.collect()
            assert sorted(small(frame)["n"]) == [2, 3]
            assert sorted(small(held.join(frame, on="n"))["twice"]) == [4, 6]
    with duckdb.connect(path) as own:
        assert own.sql("select table_name from duckdb_tables()").fetchall() == [("kept",)]
        assert not own.sql("from duckdb_views() where not internal").fetchall()


def test_a_settled_plan_ends_its_history(
    connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Steps before a table are not bound anew whenever a later one is made."""
    from duckdb import _seam

    connection.register("posts", pd.DataFrame({"n": [1, 2, 3]}))
    bound: list[str] = []
    whole = _seam.bind
    monkeypatch.setattr(_seam, "bind", lambda con, text, **how: (
        bound.append(text), whole(con, text, **how))[1])  # fmt: skip
    counts = []
    frame = nw.from_native(connection.table("posts")).lazy()
    for _ in range(6):
        before = len(bound)
        for _ in range(5):
            frame = frame.with_columns(n=nw.col("n") + 1)
        frame = settled(frame)
        counts.append(len(bound) - before)
    assert max(counts[1:]) <= counts[1]
    assert small(frame)["n"].tolist() == [31, 32, 33]
