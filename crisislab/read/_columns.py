"""Columns of an export onto the columns of the schema, by name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from crisislab.read._ledger import Findings
from crisislab.read._reader import Reader
from crisislab.read._zones import without_zone
from crisislab.read.declare import Declaration

_BLANKS = re.compile(r"[\s_\-]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@lru_cache(maxsize=4096)
def fold(name: str) -> str:
    """Return a column name for comparison: casefolded, without accents or doubled blanks.

    >>> fold(" Fecha  de Publicación ")
    'fecha de publicacion'
    """
    plain = unicodedata.normalize("NFKD", name.casefold())
    return _BLANKS.sub(" ", "".join(c for c in plain if not unicodedata.combining(c))).strip()


def bare(name: str) -> str:
    """Return a column name for comparison however its words are joined.

    >>> bare("likeCount") == bare("like_count") == bare("Like Count")
    True
    >>> bare("author/userName")
    'author.username'
    """
    return fold(name).replace(" ", "").replace("/", ".")


def spaced(name: str) -> str:
    """Return a name in small letters with blanks between its words.

    >>> spaced("profileName"), spaced("Posted_By")
    ('profile name', 'posted by')
    """
    return fold(_CAMEL.sub(" ", name))


def unasked(name: str) -> str:
    """Return a name without the marks that forms and tables kept by hand put around it.

    A question mark at the end alone may belong to a flag: "Reply?".

    >>> unasked("¿Qué ha pasado?"), unasked("Fecha:"), unasked("Quién *"), unasked("Reply?")
    ('Qué ha pasado', 'Fecha', 'Quién', 'Reply?')
    """
    plain = without_zone(name).strip().rstrip(":* ")
    return plain.strip("¿? ") if plain.startswith("¿") else plain


@dataclass(frozen=True)
class Mapped:
    """Which columns of a file fill a column of the schema, in order of preference."""

    column: str
    at: tuple[int, ...]
    names: tuple[str, ...]


def own_names(header: Sequence[str]) -> list[str]:
    """Return names by which each cell of a row can be reached; later repeats get a number.

    >>> own_names(["id", "Comment", "Comment"])
    ['id', 'Comment', 'Comment #2']
    """
    seen: dict[str, int] = {}
    names = []
    for name in header:
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name} #{seen[name]}")
    return names


def match(reader: Reader, declared: Declaration, header: Sequence[str]) -> list[Mapped]:
    """Return the mapping of a header: what is declared, then what the reader knows."""
    wanted = {column: tuple(names) for column, names in reader.columns.items()}
    wanted |= {column: (name,) for column, name in declared.columns.items()}
    folded = [fold(name) for name in header]
    found = []
    for column, names in wanted.items():
        at = _positions(folded, names)
        if at:
            found.append(Mapped(column, at, tuple(header[i] for i in at)))
    return found


def read_columns(
    reader: Reader, declared: Declaration, header: Sequence[str]
) -> frozenset[int]:  # fmt: skip
    """Return which columns of a header are read; all, where the layout looks at whole rows."""
    if reader.finish is not None or reader.unfold is not None:
        return frozenset(range(len(header)))
    return frozenset(i for mapped in match(reader, declared, header) for i in mapped.at)


def _positions(folded: list[str], names: tuple[str, ...]) -> tuple[int, ...]:
    positions: list[int] = []
    for name in dict.fromkeys(fold(name) for name in names):
        positions += [i for i, own in enumerate(folded) if own == name]
    return tuple(dict.fromkeys(positions))


def check_declared(declared: Declaration, header: Sequence[str], found: Findings) -> None:
    """Refuse a declared column that the file does not have."""
    folded = {fold(name) for name in header}
    for column, name in declared.columns.items():
        if fold(name) not in folded:
            found.refuse("CL-COLUMN-MISSING", column=column, value=name, there=", ".join(header))


def taken_twice(mapped: list[Mapped]) -> Mapping[str, tuple[str, ...]]:
    """Return the schema columns for which the file has the very same name more than once."""
    return {m.column: m.names for m in mapped if len({fold(n) for n in m.names}) < len(m.names)}
