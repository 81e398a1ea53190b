"""Lists of objects inside a document, such as ``{"meta": ..., "posts": [...]}``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from crisislab.read._reader import Item, Reader
from crisislab.read.sources._pick import dig, objects, rejected

Path = tuple[str, ...]
_DEPTH = 3


def lists_inside(record: object, path: Path = ()) -> Iterator[tuple[Path, list[dict[str, Any]]]]:
    """Yield the lists of objects under the keys of a document, with their places.

    >>> [path for path, _ in lists_inside({"meta": {"n": 1}, "data": {"posts": [{"id": 1}]}})]
    [('data', 'posts')]
    """
    if not isinstance(record, dict) or len(path) == _DEPTH:
        return
    for key, value in record.items():
        if inner := objects(value):
            yield (*path, key), inner
        yield from lists_inside(value, (*path, key))


def within(reader: Reader | None, path: Path) -> Reader | None:
    """Return a reader for documents that hold at a place what this one reads."""
    if reader is None or reader.unpack is None:
        return reader
    inner = reader.unpack

    def unpack(record: Any) -> Iterable[Item]:
        listed = objects(dig(record, *path))
        if not listed:
            yield rejected(record)
        for entry in listed:
            for item in inner(entry):
                yield item if item.of is not None else replace(item, of=entry)

    return replace(reader, unpack=unpack, bulk="")
