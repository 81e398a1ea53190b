"""Records of JSON by names of keys: their values as text, and the rows that they make."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from crisislab.read._columns import bare, fold
from crisislab.read._reader import Item, Reader, Row
from crisislab.read.sources import generic
from crisislab.read.sources._names import known_names


def flat(record: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield the values of a record by dotted name, as text.

    >>> dict(flat({"id": 7, "user": {"name": "ana"}, "tags": ["x"]}))
    {'id': '7', 'user.name': 'ana'}
    """
    if not isinstance(record, dict):
        return
    for key, value in record.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            yield from flat(value, f"{name}.")
        elif isinstance(value, bool):
            yield name, "true" if value else "false"
        elif isinstance(value, str | int | float):
            yield name, str(value)


def listed(records: Iterable[Any], columns: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return names of lists where counts are wanted: of those who liked it, say.

    >>> listed([{"id": 7, "Likes": ["ana"], "tags": []}], {"post_id": ("id",)})
    ('Likes',)
    """
    known = known_names()["posts"]
    wanted = {bare(name) for column in known if column.startswith("n_") and column not in columns
              for names in known[column].values() for name in names}  # fmt: skip
    pairs = (pair for record in records if isinstance(record, dict) for pair in record.items())
    return tuple(dict.fromkeys(k for k, v in pairs if isinstance(v, list) and bare(k) in wanted))


def unpacker(reader: Reader) -> Callable[[Any], Iterable[Item]]:
    """Return the function that maps one record of a JSON export by the reader's columns."""
    wanted = {column: tuple(fold(n) for n in names) for column, names in reader.columns.items()}
    own_kind: generic.Kind = "posts" if reader.gives == "posts" else "log"
    # Records of one export may call their text and time by another name than the first ones do.
    taken = {name for names in wanted.values() for name in names}
    for column in {"text", generic.TIME[own_kind]} & wanted.keys():
        strong = known_names()[own_kind][column]["strong"]
        wanted[column] += tuple(name for name in strong if name not in taken)

    def unpack(record: Any) -> Iterable[Item]:
        if not isinstance(record, dict):
            return [Item({}, "reject", "CL-ROW-NOT-DATA", str(record)[:80])]
        own = {fold(name): value for name, value in flat(record)}
        cells = dict(flat(record)) if reader.finish else {}
        row: Row = {
            column: next((own[name] for name in names if own.get(name)), None)
            for column, names in wanted.items()
        }
        done = reader.finish(row, cells) if reader.finish else row
        return [Item(done or {}, of=record)]

    return unpack
