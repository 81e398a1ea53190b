"""Rows whose texts hold quotation marks that are not doubled: split only beyond doubt."""

from __future__ import annotations

import re
from functools import lru_cache


@lru_cache(maxsize=8)
def _cell(delimiter: str) -> re.Pattern[str]:
    mark = re.escape(delimiter)
    return re.compile(rf'(?:"(?P<text>.*?)"|[^"{mark}]*)(?:{mark}|\Z)')


def split_beyond_doubt(line: str, delimiter: str, width: int) -> list[str] | None:
    """Return the cells of a line whose marks of quotation are not doubled inside its texts.

    A text ends at the first mark before a delimiter. Where that gives just the columns of the
    header no other way does, for each would join cells. The marks inside must come in pairs: of
    texts that go on in the next line, or hold a mark before a delimiter, they do not.

    >>> split_beyond_doubt('1;"dijo "no" y ya";ana', ";", 3)
    ['1', 'dijo "no" y ya', 'ana']
    >>> split_beyond_doubt('1;"dijo "no"; y ya";ana', ";", 3)
    """
    cells: list[str] = []
    at, pattern = 0, _cell(delimiter)
    while at <= len(line):
        found = pattern.match(line, at)
        if found is None or len(cells) == width:
            return None
        text = found["text"]
        if text is not None and not _is_sound(text, delimiter):
            return None
        cells.append(found[0].removesuffix(delimiter) if text is None else text)
        at = found.end() + (not found[0].endswith(delimiter))
    return cells if len(cells) == width else None


def _is_sound(text: str, delimiter: str) -> bool:
    """Return whether marks in a text are pairs, none of them doubled or behind a delimiter."""
    # A program that puts a backslash before them writes no row this way.
    if '\\"' in text:
        return False
    return text.count('"') % 2 == 0 and '""' not in text and f'{delimiter}"' not in text
