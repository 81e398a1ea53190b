"""Whether anything in a table without a known column of times can be one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import zip_longest

_SHARE = 0.8
# A date, an hour, a month by name, seconds or thousandths since 1970, days as workbooks count them,
# a day in eight digits, and how long ago it was.
_TIMED = re.compile(
    r"(?i)\s*(?:.*\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*|.*\b\d{1,2}[:h.]\d{2}\b.*"
    r"|(?=.*\d).*\b(?:jan|ene|gen|feb|f[eé]v|mar|m[aä]r|apr|abr|avr|may|mai|mag|jun|jui|giu|jul|lug"
    r"|aug|ago|aoû|sep|set|oct|okt|out|ott|nov|dec|dic|dez|déc)[^\W\d]*\b.*"
    r"|1\d{9}(?:\.\d+)?|1\d{12}|[34]\d{4}(?:\.\d+)?|(?:19|20)\d{6}"
    r"|\d+ ?(?:s|m|min|h|d|w|mo|y)|.*\b(?:ago|hace|h[aá]|fa|il y a|vor|ayer|yesterday)\b.*)\s*"
)
_LONGEST = 60


def hold_times(rows: Iterable[Sequence[str]]) -> bool:
    """Return whether any column of some rows may be one of times, by what it holds.

    >>> hold_times([["hola", "5"], ["ya", "12"]]), hold_times([["hola", "5/3/26 9:00"], ["ya"]])
    (False, True)
    """
    return any(map(_is_timed, zip_longest(*rows, fillvalue="")))


def _is_timed(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell.strip()]
    timed = sum(len(cell) <= _LONGEST and bool(_TIMED.fullmatch(cell)) for cell in filled)
    return bool(filled) and timed >= _SHARE * len(filled)
