"""What a store is made of, as one key: contents, names, declarations, version of the readers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from crisislab.read._bytes import Input, State, hash_of, state_of
from crisislab.read._inputs import Folder, Paths, find_inputs, paths_of
from crisislab.read.declare import Declaration, Declared

_PACKAGE = Path(__file__).parents[1]
_ADDED = "crisislab.readers"
_READERS = ("schema.py", "read", "privacy", "store")


def key_of(paths: Paths, root: Path, declared: Declared, *, strict: bool) -> str:
    """Return the key of a store: the same for the same files under the same declarations."""
    files = _files(paths, root)
    told = {
        "readers": readers_version(), "strict": strict, "declared": _declared(declared),
        "files": [[file.name, hash_of(file.path)] for file in files],
    }  # fmt: skip
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def states_of(paths: Paths, root: Path) -> list[State]:
    """Return in which state each file of a store is: what changes with its content."""
    return [state_of(file.path) for file in _files(paths, root)]


def _files(paths: Paths, root: Path) -> list[Input]:
    inputs, _ = find_inputs(paths_of(paths), root)
    return [
        file for source in inputs
        for file in (source.all_files() if isinstance(source, Folder) else [source])
    ]  # fmt: skip


@cache
def readers_version() -> str:
    """Return what tells these readers from others: their own source, and added ones by name."""
    digest = hashlib.sha256()
    for part in _READERS:
        place = _PACKAGE / part
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            digest.update(path.read_bytes())
    added = sorted(f"{e.value} {e.dist and e.dist.version}" for e in entry_points(group=_ADDED))
    return f"{digest.hexdigest()} {' '.join(added)}"


def _declared(declared: Declared) -> Any:
    if isinstance(declared, Mapping):
        return {name: _declared(one) for name, one in declared.items()}
    if not isinstance(declared, Declaration):
        return None
    return {name: dict(v) if isinstance(v, Mapping) else v for name, v in asdict(declared).items()}
