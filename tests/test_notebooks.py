"""The notebooks keep to their form: one question each, thin, and really compared by nbval."""

import ast
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

Notebook = dict[str, Any]
Cell = dict[str, Any]

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MAX_LINES = 10
CHECKED = {"keep_output", "nbval-check-output"}
DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
LOOPS = (ast.For, ast.AsyncFor, ast.While, ast.comprehension)
FIGURE_SIGNS = ("plotly", "<svg", "<img", "data:image", "<canvas")

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def _read(path: Path) -> Notebook:
    notebook: Notebook = json.loads(path.read_text(encoding="utf-8"))
    return notebook


def _cells(path: Path, kind: str) -> list[Cell]:
    return [cell for cell in _read(path)["cells"] if cell["cell_type"] == kind]


def _source(cell: Cell) -> str:
    return "".join(cell["source"])


def _tags(cell: Cell) -> set[str]:
    return set(cell["metadata"].get("tags", []))


def _headings(cell: Cell) -> list[str]:
    """Return the first-level headings of a text cell; a # inside a code block is none."""
    headings, in_code = [], False
    for line in _source(cell).splitlines():
        if line.lstrip().startswith("```"):
            in_code = not in_code
        elif line.startswith("# ") and not in_code:
            headings.append(line)
    return headings


def _imported(tree: ast.AST) -> set[str]:
    """Return the packages that a cell imports."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return {name.split(".")[0] for name in names}


def test_notebooks_are_at_least_five() -> None:
    """The project has its five notebooks, so the tests below are not about nothing."""
    assert len(NOTEBOOKS) >= 5


@every_notebook
def test_notebook_asks_one_question(path: Path) -> None:
    """A notebook has one first-level heading, and that is a question."""
    headings = [heading for cell in _cells(path, "markdown") for heading in _headings(cell)]
    assert len(headings) == 1
    assert headings[0].rstrip().endswith("?")


@every_notebook
def test_notebook_has_one_parameter(path: Path) -> None:
    """The first code cell, tagged `parameters`, sets CASE and nothing else."""
    first = _cells(path, "code")[0]
    assert "parameters" in _tags(first)
    body = ast.parse(_source(first)).body
    targets = [
        ast.unparse(target)
        for line in body
        for target in (line.targets if isinstance(line, ast.Assign) else [line])
    ]
    assert targets == ["CASE"]


@every_notebook
def test_notebook_cells_are_thin(path: Path) -> None:
    """No cell is long, defines, loops, or imports more than crisislab and pandas."""
    for cell in _cells(path, "code"):
        source = _source(cell)
        assert len(source.splitlines()) <= MAX_LINES, source
        tree = ast.parse(source)
        found = [node for node in ast.walk(tree) if isinstance(node, (*DEFINITIONS, *LOOPS))]
        assert not found, f"a function is missing from the package: {source}"
        assert _imported(tree) <= {"crisislab", "pandas"}, source


@every_notebook
def test_notebook_has_compared_cells(path: Path) -> None:
    """Some cells are compared; each has a stored output and a count, or nbval compares nothing."""
    compared = [cell for cell in _cells(path, "code") if _tags(cell) & CHECKED]
    assert compared, "no cell is tagged " + " and ".join(sorted(CHECKED))
    for cell in compared:
        assert _tags(cell) >= CHECKED, _source(cell)
        assert cell["outputs"], _source(cell)
        assert isinstance(cell["execution_count"], int), _source(cell)
        assert all(output["output_type"] != "error" for output in cell["outputs"]), _source(cell)


@every_notebook
def test_notebook_stores_no_figures(path: Path) -> None:
    """Only compared cells keep outputs, and those are words and tables, never pictures."""
    for cell in _cells(path, "code"):
        if not _tags(cell) >= CHECKED:
            assert cell["outputs"] == [], f"run nbstripout --keep-count: {_source(cell)}"
        for output in cell["outputs"]:
            kinds = set(output.get("data", {}))
            assert not [kind for kind in kinds if kind.startswith(("image/", "application/"))]
            stored = json.dumps(output).lower()
            assert not [sign for sign in FIGURE_SIGNS if sign in stored], _source(cell)


def _checked_notebook(stored: str) -> Notebook:
    """Return a notebook whose one cell prints 2, with the given output stored."""
    output = {"output_type": "stream", "name": "stdout", "text": [stored]}
    cell = {
        "cell_type": "code",
        "id": "sum",
        "execution_count": 1,
        "metadata": {"tags": sorted(CHECKED)},
        "outputs": [output],
        "source": ["print(1 + 1)"],
    }
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel}
    return {"cells": [cell], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def test_nbval_compares_checked_cells(tmp_path: Path) -> None:
    """Run as in run.py, nbval passes a true stored output and fails a false one."""
    for name, stored in (("true", "2\n"), ("false", "3\n")):
        text = json.dumps(_checked_notebook(stored))
        (tmp_path / f"{name}.ipynb").write_text(text, encoding="utf-8")
    sanitize = ROOT / "tests" / "nbval_sanitize.cfg"
    command = [sys.executable, "-m", "pytest", "--nbval-lax", "--nbval-current-env"]
    command += ["--nbval-sanitize-with", str(sanitize), "-p", "no:cacheprovider", "-q"]
    command += ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(tmp_path), str(tmp_path)]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "1 failed, 1 passed" in run.stdout, run.stdout
    assert "false.ipynb::Cell 0" in run.stdout


def test_moments_and_lengths_are_shown_without_empty_bounds() -> None:
    """A moment has its earliest and latest hour, a length its bounds; neither shows NaN or NaT."""
    path = ROOT / "notebooks" / "05_how_far_did_it_go.ipynb"
    shown = [json.dumps(cell["outputs"]) for cell in _cells(path, "code")
             if _source(cell).startswith(("phases =", "lengths ="))]  # fmt: skip
    assert len(shown) == 2
    assert not [text for text in shown if "NaN" in text or "NaT" in text]
