"""The rooms of the house: what may import what."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import crisislab

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "crisislab"
# A room imports only rooms that stand before it.
ROOMS = [
    "limits",
    "words",
    "errors",
    "later",
    "files",
    "memory",
    "beside",
    "schema",
    "settings",
    "engine",
    "session",
    "handles",
    "accounts",
    "budget",
    "estimate",
    "metrics",
    "epochs",
    "team",
    "plan",
    "question",
    "audience",
    "privacy",
    "read",
    "store",
    "manual",
    "overrides",
    "exercises",
    "case_file",
    "case",
    "opening",
    "knowable",
    "check",
    "enrich",
    "scored",
    "label",
    "measure",
    "judge",
    "report",
    "felt",
    "responses",
    "library",
    "material",
    "helped",
    "spread",
    "protected",
    "followed",
    "refusals",
    "pipeline",
    "verify",
    "sharing",
    "retention",
    "new",
    "notebooks",
    "reference",
    "simulate",
    "cli",
    "__main__",
]
MODULES = sorted(p for p in PACKAGE.rglob("*.py") if p != PACKAGE / "__init__.py")


def _room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def _imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return {name for name in names if name.split(".")[0] == "crisislab"}


@pytest.mark.parametrize("module", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_run_one_way(module: Path) -> None:
    """A module imports only its own room and the rooms before it."""
    own = ROOMS.index(_room(module))
    for name in _imported(module):
        parts = name.split(".")
        assert len(parts) > 1, f"{module.name} imports the package itself"
        assert ROOMS.index(parts[1]) <= own, f"{module.name} imports {name}"


def test_measures_never_import_a_measure() -> None:
    """Each measure stands alone."""
    for module in (PACKAGE / "measure").glob("*.py"):
        others = [n for n in _imported(module) if n.startswith("crisislab.measure")]
        assert not others, f"{module.name} imports {others}"


def test_architecture_page_names_every_room() -> None:
    """ARCHITECTURE.md is kept true: it names every room."""
    page = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    missing = [room for room in ROOMS if f"`{room}" not in page]
    assert not missing


def test_functions_stay_small() -> None:
    """No function is longer than 60 lines; 9 in 10 are under 25."""
    lengths = []
    for module in MODULES:
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef):
                doc = ast.get_docstring(node, clean=False)
                code = (
                    (node.end_lineno or 0) - node.lineno + 1 - (doc.count("\n") + 1 if doc else 0)
                )
                lengths.append((code, f"{module.name}:{node.name}"))
    assert max(lengths)[0] <= 60, max(lengths)
    assert sum(code <= 25 for code, _ in lengths) >= 0.9 * len(lengths)


def test_public_names_are_declared_once_everywhere() -> None:
    """Names listed, names loaded on first use and names known to type checkers are the same."""
    tree = ast.parse((PACKAGE / "__init__.py").read_text("utf-8"))
    typed = {
        alias.name: node.module
        for block in tree.body
        if isinstance(block, ast.If)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert typed == crisislab._HOMES
    assert sorted(crisislab.__all__) == crisislab.__all__ == sorted(typed)
    assert all(getattr(crisislab, name).__name__ == name for name in crisislab.__all__)
