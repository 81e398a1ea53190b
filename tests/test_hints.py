"""Hints of what people call are real: tools that look them up find every name."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
_ALL = """
import inspect, typing, crisislab
for name in crisislab.__all__:
    one = getattr(crisislab, name)
    typing.get_type_hints(one)
    if inspect.isclass(one):
        for key, method in vars(one).items():
            if inspect.isfunction(method) and not key.startswith('__'):
                typing.get_type_hints(method)
"""
_DOOR = """
import sys, typing
from {module} import {name}
heavy = {{'pandas', 'numpy', 'pyarrow', 'duckdb'}} & set(sys.modules)
assert not heavy, heavy
assert typing.get_type_hints({name})['return'].__name__ == '{kind}'
"""


def _run(code: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr


def test_every_public_hint_resolves() -> None:
    """No public function or method names in its hints what cannot be found."""
    _run(_ALL)


@pytest.mark.parametrize(
    ("module", "name", "kind"),
    [
        ("crisislab.read", "read_posts", "LoadedPosts"),
        ("crisislab.read", "read_log", "LoadedLog"),
        ("crisislab.read", "inspect", "Inspection"),
        ("crisislab.opening", "open_case", "Case"),
    ],
)
def test_hints_of_a_light_door_resolve(module: str, name: str, kind: str) -> None:
    """A door loads nothing heavy, and its hint loads what it names when it is asked for."""
    _run(_DOOR.format(module=module, name=name, kind=kind))
