"""One small file per family of sources; all of them in one registry.

A reader may live outside the package: a package that declares an entry point in the group
``crisislab.readers`` (a module or object with ``READERS``) is found like the built-in ones.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from functools import lru_cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from crisislab.read._reader import Reader

GROUP = "crisislab.readers"


def _modules() -> Iterator[Any]:
    for info in sorted(pkgutil.iter_modules(__path__), key=lambda info: info.name):
        if not info.name.startswith("_") and info.name != "generic":
            yield import_module(f"{__name__}.{info.name}")
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        yield point.load()


@lru_cache(maxsize=1)
def readers() -> tuple[Reader, ...]:
    """Return every reader of a known layout, in the order they are tried; generic ones come later.

    Raises:
        ValueError: If two readers have one name.
    """
    found = tuple(reader for module in _modules() for reader in module.READERS)
    names = [reader.name for reader in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"two readers have one name: {', '.join(twice)}")
    return found
