"""What is left out of the search for garbage lets a program end sooner, and quietly."""

from __future__ import annotations

import subprocess
import sys

import pytest

_ENGINE = "import crisislab.engine as engine"
_DUCKDB = "import duckdb; duckdb.sql('select 1').fetchall()"
_BOTH = "engine.has_polars(); engine.connect().sql('select 1').fetchall()"


def _ended(*lines: str) -> str:
    script = "\n".join((*lines, "import gc; print(gc.get_freeze_count())"))
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout.strip()


def test_libraries_are_left_out() -> None:
    """What is there when engines are loaded, and polars once it is asked for."""
    assert int(_ended(_ENGINE)) > 10_000
    assert int(_ended(_ENGINE, "engine.has_polars()")) > int(_ended(_ENGINE))


@pytest.mark.parametrize("lines", [(_ENGINE, _BOTH), (_ENGINE, "engine.has_polars()", _DUCKDB)])
def test_duckdb_that_comes_later_is_not_among_them(lines: tuple[str, ...]) -> None:
    """It ends without a word."""
    assert int(_ended(*lines)) > 10_000


def test_where_duckdb_is_there_before_nothing_is_left_out() -> None:
    """It would complain at the end."""
    assert _ended(_DUCKDB, _ENGINE, _BOTH) == "0"
