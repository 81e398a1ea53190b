"""Notes of people and left-overs of programs that lie beside exports."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from crisislab.read._columns import fold

_NAMES = re.compile(r"(?:read ?me|lee ?me|licen[cs]e|licencia|instructions|instrucciones)\b.*")
_LEFT = (".tmp", ".temp", ".md")
_MOST = 200
_FEW = 10
# How a message, an item or a row of a table begins, and what only tables have.
_DATA = re.compile(r"^\W*(?:\d|https?:|@)|\d:\d\d|\d{6}|[;\t|]")


def is_note(name: str, lines: Sequence[str], n_lines: int) -> bool:
    r"""Return whether a text that no reader is for is plainly a note, by its name and words.

    >>> is_note("case/LÉEME.txt", ["Exportado por Ana, 5 de marzo\n"], 1)
    True
    >>> is_note("case/notas.txt", ["hola\n"], 1), is_note("a/readme.txt", ["a;b\n", "1;2\n"], 2)
    (False, False)
    """
    path = PurePosixPath(name)
    named = _NAMES.fullmatch(fold(path.stem)) or path.suffix.casefold() in _LEFT
    cells = [line.count(",") for line in lines if "," in line]
    table = len(cells) > 1 and len(set(cells)) == 1
    data = any(_DATA.search(line) for line in lines)
    return bool(named) and n_lines <= _MOST and not table and not data


def is_note_sheet(rows: Iterable[Sequence[str]]) -> bool:
    """Return whether a sheet holds a few lines of words and no table.

    >>> is_note_sheet([["Exported by Ana", ""], ["", "look for repeats"]])
    True
    >>> is_note_sheet([["user", "n"], ["ana", "2"]])
    False
    """
    filled = [[cell for cell in row if cell.strip()] for row in rows]
    filled = [cells for cells in filled if cells]
    return len(filled) <= _FEW and all(
        len(cells) == 1 and not _DATA.search(cells[0]) for cells in filled
    )
