"""The footer of a Parquet file: its rows and columns, told apart from the parser that reads them.

The footer is a struct of Thrift's compact protocol. Read here, in plain Python, it says how many
rows there must be, which columns can be rows of a table, and whether the file may be given to a
native parser at all.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crisislab.errors import CrisisLabError, Problem
from crisislab.limits import MAX_FOOTER
from crisislab.read._bytes import damaged

_MAGIC, _LOCKED = b"PAR1", b"PARE"
_TAIL = 8
_DEPTH = 40
_VALUES = 4_000_000
_REPEATED = 2
_LIST = 3
_MAPS = (1, 2)
# Fields by their numbers in parquet.thrift.
_SCHEMA, _N_ROWS, _GROUPS, _ENCRYPTION = 2, 3, 4, 8
_TYPE, _REPETITION, _NAME, _N_INSIDE, _CONVERTED, _LOGICAL = 1, 3, 4, 5, 6, 10
_CHUNKS = 1
_ELSEWHERE, _META, _CRYPTO, _SEALED = 1, 3, 8, 9
_UNPACKED = 6
_FAULTS = (ValueError, IndexError, KeyError, TypeError, AttributeError, struct.error)


@dataclass(frozen=True)
class Leaf:
    """A column that may be a column of a table.

    Attributes:
        index: Which of all leaves of the schema it is, from 0.
        name: Its name; inside structs with the names around it: ``user.name``.
    """

    index: int
    name: str


@dataclass(frozen=True)
class Footer:
    """What a Parquet file says of itself.

    Attributes:
        n_bytes: Bytes of the file.
        n_rows: Rows it says it has.
        leaves: Columns that hold one value a row, or a list of plain values.
        nested: Names of the columns that hold more than that: lists of structs, maps.
        unpacked: Bytes of each leaf before compression, in all row groups.
        elsewhere: Whether its rows lie in other files: a summary beside them.
    """

    n_bytes: int
    n_rows: int
    leaves: tuple[Leaf, ...]
    nested: tuple[str, ...]
    unpacked: tuple[int, ...]
    elsewhere: bool


def read_footer(path: Path, name: str) -> Footer:
    """Return what a file says of itself.

    Args:
        path: The file.
        name: Its name for messages.

    Raises:
        CrisisLabError: CL-PARQUET-CUT, CL-PARQUET-LOCKED or CL-FILE-DAMAGED.
    """
    size, body = _body(path, name)
    try:
        told = _Compact(body).struct()
        if _ENCRYPTION in told or any(_CRYPTO in c or _SEALED in c for c in _chunks(told)):
            raise _refused("CL-PARQUET-LOCKED", name)
        return _footer(size, told)
    except _FAULTS as fault:
        raise damaged(name, f"no footer ({type(fault).__name__}: {fault})") from fault


def _body(path: Path, name: str) -> tuple[int, bytes]:
    """Return the size of a file and the bytes of its footer."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _TAIL))
        tail = file.read(_TAIL)
        if tail.endswith(_LOCKED):
            raise _refused("CL-PARQUET-LOCKED", name)
        if size < _TAIL + len(_MAGIC) or not tail.endswith(_MAGIC):
            raise _refused("CL-PARQUET-CUT", name)
        length = int.from_bytes(tail[:4], "little")
        if not 0 < length <= min(size - _TAIL - len(_MAGIC), MAX_FOOTER):
            raise damaged(name, f"a footer of {length} bytes")
        file.seek(size - _TAIL - length)
        return size, file.read(length)


def _refused(code: str, name: str) -> CrisisLabError:
    return CrisisLabError(Problem(code, file=name))


def _chunks(told: dict[int, Any]) -> Iterator[dict[int, Any]]:
    for group in told[_GROUPS]:
        yield from group[_CHUNKS]


def _footer(size: int, told: dict[int, Any]) -> Footer:
    schema = _Schema(told[_SCHEMA])
    unpacked = [0] * schema.n_leaves
    for group in told[_GROUPS]:
        for i, chunk in enumerate(group[_CHUNKS]):
            unpacked[i] += chunk[_META][_UNPACKED]
    if told[_N_ROWS] < 0 or min(unpacked, default=0) < 0:
        raise ValueError(f"{told[_N_ROWS]} rows")
    return Footer(
        size, told[_N_ROWS], tuple(schema.leaves), tuple(dict.fromkeys(schema.nested)),
        tuple(unpacked), any(chunk.get(_ELSEWHERE) for chunk in _chunks(told)),
    )  # fmt: skip


class _Schema:
    """The tree of a schema walked to its leaves."""

    def __init__(self, elements: list[dict[int, Any]]) -> None:
        self._elements = iter(elements)
        self.leaves: list[Leaf] = []
        self.nested: list[str] = []
        self.n_leaves = 0
        root = next(self._elements, {})
        for _ in range(root.get(_N_INSIDE, 0)):
            self._walk(next(self._elements), "", "", 0)
        if next(self._elements, None) is not None:
            raise ValueError("elements beside the schema")

    def _walk(self, one: dict[int, Any], before: str, nested: str, depth: int) -> None:
        """Walk one element.

        Args:
            one: The element.
            before: The names around it, each with a dot.
            nested: Name of the column it is a part of, where that is no plain value.
            depth: How deep it lies.
        """
        if depth > _DEPTH:
            raise ValueError("a schema too deep")
        name = before + one[_NAME].decode("utf-8", "replace")
        if _TYPE in one and _N_INSIDE not in one:
            self._keep(name, nested)
            return
        if _is_list(one) and not nested:
            self._list(one, name, depth)
            return
        if one.get(_REPETITION) == _REPEATED or _is_map(one):
            nested = nested or name
        for _ in range(one.get(_N_INSIDE, 0)):
            self._walk(next(self._elements), f"{name}.", nested, depth + 1)

    def _keep(self, name: str, nested: str) -> None:
        if nested:
            self.nested.append(nested)
        else:
            self.leaves.append(Leaf(self.n_leaves, name))
        self.n_leaves += 1

    def _list(self, one: dict[int, Any], name: str, depth: int) -> None:
        """Walk a list: of plain values when all it holds, in one wrapper or none, is one leaf."""
        for _ in range(one.get(_N_INSIDE, 0)):
            inner = next(self._elements)
            wrapped = inner.get(_N_INSIDE) == 1
            element = next(self._elements) if wrapped else inner
            if one[_N_INSIDE] == 1 and _N_INSIDE not in element:
                self._keep(name, "")
            else:
                self._walk(element, "", name, depth + 1)


def _is_list(one: dict[int, Any]) -> bool:
    return one.get(_CONVERTED) == _LIST or _LIST in one.get(_LOGICAL, {})


def _is_map(one: dict[int, Any]) -> bool:
    return one.get(_CONVERTED) in _MAPS or 2 in one.get(_LOGICAL, {})


class _Compact:
    """Values of Thrift's compact protocol, each by the number of its field."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at, self._n = data, 0, 0

    def struct(self, depth: int = 0) -> dict[int, Any]:
        """Return a struct: number of the field -> value."""
        found: dict[int, Any] = {}
        number = 0
        while head := self._byte():
            step, kind = head >> 4, head & 15
            number = number + step if step else self._signed()
            # The type of a truth value is the value.
            found[number] = kind == 1 if kind in (1, 2) else self._value(kind, depth + 1)
        return found

    def _value(self, kind: int, depth: int) -> Any:
        self._n += 1
        if depth > _DEPTH or self._n > _VALUES:
            raise ValueError("too much of it")
        if kind in (4, 5, 6):
            return self._signed()
        if kind == 8:
            return self._bytes(self._unsigned())
        if kind in (9, 10):
            return self._list(depth)
        if kind == 12:
            return self.struct(depth)
        return self._rare(kind, depth)

    def _rare(self, kind: int, depth: int) -> Any:
        if kind in (1, 2, 3):
            return self._byte()
        if kind in (7, 13):
            return self._bytes(8 if kind == 7 else 16)
        if kind != 11:
            raise ValueError(f"type {kind}")
        n = self._unsigned()
        kinds = self._byte() if n else 0
        return [[self._value(k, depth + 1) for k in (kinds >> 4, kinds & 15)] for _ in range(n)]

    def _list(self, depth: int) -> list[Any]:
        head = self._byte()
        n, kind = head >> 4, head & 15
        n = self._unsigned() if n == 15 else n
        return [self._value(kind, depth + 1) for _ in range(n)]

    def _byte(self) -> int:
        self._at += 1
        return self._data[self._at - 1]

    def _bytes(self, n: int) -> bytes:
        self._at += n
        if self._at > len(self._data):
            raise ValueError("it ends early")
        return self._data[self._at - n : self._at]

    def _unsigned(self) -> int:
        number = shift = 0
        while (byte := self._byte()) & 128:
            number |= (byte & 127) << shift
            shift += 7
            if shift > 63:
                raise ValueError("a number too long")
        return number | byte << shift

    def _signed(self) -> int:
        number = self._unsigned()
        return (number >> 1) ^ -(number & 1)
