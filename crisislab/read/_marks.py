"""Marks that nobody sees: what they are, and texts without them."""

from __future__ import annotations

from typing import Any

import pyarrow.compute as pc

from crisislab.read._flat import places_like

# What R, pandas and databases write where there is nothing; a text of a person may be the same.
NOTHING = frozenset({"NA", "N/A", "NULL", "null", "None", "NaN", "nan", "<NA>", "\\N"})
# What a cell shows that begins with = + or - and is no formula, in English and Spanish.
ERRORS = (
    r"#(?:NAME\?|¿?NOMBRE\?|REF!|¡REF!|VALUE!|¡VALOR!|N/A|N/D|DIV/0!|¡DIV/0!|NUM!|¡NUM!|NULL!"
    r"|¡NULO!|ERROR!|ERROR|SPILL!|DESBORDAMIENTO!|CALC!)"
)
BLANKS = r"\s\x{a0}\x{2009}\x{202f}"
# Soft hyphens, zero-width blanks and joiners, marks of direction, byte order marks in the middle
# of a file.
UNSEEN = r"[\x{ad}\x{180e}\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2060}-\x{2069}\x{feff}]"


def visible(values: Any) -> Any:
    """Return texts without marks that nobody sees; for ids, times, counts and handles only.

    >>> import pyarrow as pa
    >>> visible(pa.array(["\u200b\ufeff17", "a b"])).to_pylist()
    ['17', 'a b']
    """
    found = places_like(values, UNSEEN)
    return pc.replace_substring_regex(values, UNSEEN, "") if len(found) else values
