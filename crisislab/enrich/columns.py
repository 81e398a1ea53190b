"""Columns of a table of Arrow: one of texts taken out, several put beside others."""

from __future__ import annotations

import pyarrow as pa


def text_column(table: pa.Table, name: str) -> pa.Array:
    """Return a column of texts in one piece."""
    return table.column(name).combine_chunks().cast(pa.large_string())


def joined(table: pa.Table, more: pa.Table) -> pa.Table:
    """Return a table with columns of another beside it, instead of those of the same name.

    >>> joined(pa.table({"a": [1], "b": [2]}), pa.table({"b": [3], "c": [4]})).to_pylist()
    [{'a': 1, 'b': 3, 'c': 4}]
    """
    for name in more.column_names:
        column = more.column(name)
        place = table.schema.get_field_index(name)
        table = (
            table.append_column(name, column)
            if place < 0
            else table.set_column(place, name, column)
        )
    return table
