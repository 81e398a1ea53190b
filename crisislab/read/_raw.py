"""A table as its file holds it, all text: for comparing readers and for a first look."""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import pandas as pd

from crisislab.errors import Problem
from crisislab.read._bytes import Input
from crisislab.read._csv import best_dialect, long_fields, split_blocks, split_rows
from crisislab.read._ledger import Findings, Tally
from crisislab.read._survey import survey
from crisislab.read._table import Table, find_header
from crisislab.read._text import Lines


@dataclass(frozen=True)
class RawTable:
    """A delimited text as it is.

    Attributes:
        rows: The data rows as text, one column for each name in the header.
        problems: What was found.
        ledger: What became of the lines.
    """

    rows: pd.DataFrame
    problems: tuple[Problem, ...]
    ledger: dict[str, object]


def raw_table(path: str | PathLike[str]) -> RawTable:
    """Return a delimited text split into rows and cells, without knowing what they mean."""
    source = Input(Path(path).name, Path(path))
    seen = survey(source)
    found, tally = Findings(source.name), Tally(source.name, counted=seen)
    lines = Lines(source, seen)
    head = lines.head()
    dialect = best_dialect(head, lambda rows: len(rows) * 0)
    cells: list[list[str]] = []
    names: tuple[str, ...] = ()
    with long_fields():
        header = find_header(list(split_rows(head, dialect)), lambda names: len(names) * 0)
        if header is None:
            found.refuse("CL-TABLE-HEADER")
        else:
            names = header.cells
            blocks = split_blocks(lines, dialect)
            table = Table(blocks, names, header.index, found, tally, seen.ended, dialect.delimiter)
            cells = [row.cells for row in table.rows()]
            tally.add("loaded", len(cells))
    rows = pd.DataFrame(cells, columns=list(names), dtype="str")
    return RawTable(rows, found.problems(), tally.row())
