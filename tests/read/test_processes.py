"""Native parsers run in processes of their own: a crafted file costs a message, not the kernel."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import crisislab
from crisislab.read import _process, _programs, _xlsx, read_posts
from tests.read.exports import codes
from tests.read.test_books import NAMES, book

Write = Callable[[str, str | bytes], Path]
PACKAGE = Path(crisislab.__file__).parent
ROOT = PACKAGE.parent
# Parsers of file formats in native code. Arrow's arrays and compute functions see values only,
# and its streams only what our own programs write.
NATIVE = {"python_calamine", "msgspec", "pyarrow.csv", "pyarrow.json", "pyarrow.parquet",
          "pyarrow.orc", "pyarrow.feather", "pyarrow.dataset", "orjson", "openpyxl", "xlrd",
          "lxml", "yaml", "pickle"}  # fmt: skip


def _imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_native_parsers_are_imported_by_the_programs_alone() -> None:
    """No module that runs in the notebook's kernel imports a native parser of file formats."""
    # The report parses nothing but the page it has just written; the store and what is kept
    # beside it are Parquet that the package wrote itself, named by what it was made of.
    apart = ("children", "report", "store")
    own = ("scored.py", "large_files.py")
    files = [path for path in PACKAGE.rglob("*.py")
             if path.parent.name not in apart and path.name not in own]  # fmt: skip
    assert len(files) > 100
    guilty = {str(path): _imports(path) & NATIVE for path in files if _imports(path) & NATIVE}
    assert guilty == {}
    inside = set().union(*(_imports(p) for p in (PACKAGE / "read/children").glob("*.py")))
    assert inside >= {"python_calamine", "msgspec", "pyarrow.csv"}


def test_the_programs_import_nothing_of_the_package() -> None:
    """A program starts without crisislab, whose imports would cost more than its work."""
    for path in (PACKAGE / "read/children").glob("*.py"):
        assert not any(name.startswith("crisislab") for name in _imports(path)), path.name


@pytest.mark.parametrize("text", ["null", "null\n", "null\nnull\n", " null ", "[null]"])
def test_null_does_not_kill_the_process(write: Write, text: str) -> None:
    """A file that holds null, which ends a process that reads it with Arrow, is refused."""
    path = write("a.json", text)
    script = (
        "import sys; from crisislab.read import read_posts\n"
        "print([p.code for p in read_posts(sys.argv[1], strict=False).problems])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], cwd=ROOT, capture_output=True, text=True,
        check=True, timeout=120,
    )  # fmt: skip
    assert "CL-" in done.stdout


PROGRAMS = {
    "crash": "import os; os.kill(os.getpid(), 11)",
    "sleep": "import time; time.sleep(600)",
    "memory": "from _frames import limit; limit(2**29); x = b'x' * 2**30",
    "time": "from _frames import limit; limit(seconds=1)\nwhile True: pass",
    "mess": "import sys; sys.exit('not what was expected')",
}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such limits")
@pytest.mark.parametrize("name", PROGRAMS)
def test_a_workbook_that_breaks_its_parser_is_a_coded_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A crash, an endless loop and too much memory are told as a damaged file."""
    path = book(tmp_path / "a.xlsx", ("S", [NAMES]))
    folder = PACKAGE / "read/children"
    script = f"import sys; sys.path.insert(0, {str(folder)!r}); {PROGRAMS[name]}"
    monkeypatch.setattr(_xlsx, "command_of", lambda *_: [sys.executable, "-c", script])
    monkeypatch.setattr(_xlsx, "_SECONDS", 3)
    loaded = read_posts(path, strict=False)
    assert codes(loaded) == {"CL-FILE-DAMAGED"}
    assert loaded.problems[0].value


def test_a_program_that_never_ends_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """The messages of a program end when its time is over."""
    sleeping = [sys.executable, "-c", "import time; time.sleep(600)"]
    monkeypatch.setattr(_process, "command_of", lambda *_: sleeping)
    program = _programs.Program("tables")
    with program.answers({}, seconds=0.5) as found:
        assert list(found) == []
