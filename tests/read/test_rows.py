"""Rows are handed on in order, whole units, and never so few that they tell nothing."""

from __future__ import annotations

import random
from itertools import groupby, pairwise
from typing import Any

import pyarrow as pa
import pytest

from crisislab.read._rows import Rows

MOST = 30


@pytest.mark.parametrize("seed", range(20))
def test_rows_leave_in_order_and_no_unit_is_parted(seed: int) -> None:
    """Pieces of any size, units of any length: all rows come once; the last block is not small."""
    chance = random.Random(seed)
    taken: list[Any] = []
    rows = Rows(("text",), most=MOST)
    rows.on_full = lambda: taken.append(rows.cut())
    line = 0
    expected: list[tuple[int, int]] = []
    for _ in range(chance.randrange(1, 60)):
        n = chance.choice([1, 2, 7, 29, 30, 31, 80])
        units = []
        for _ in range(n):
            line += 1
            last = expected[-1][1] if expected else 0
            units.append(last if expected and chance.random() < 0.3 else last + 1)
            expected.append((line, units[-1]))
        cells = {"text": [f"t{line - n + i}" for i in range(n)]}
        if chance.random() < 0.5:
            lines = list(range(line - n + 1, line + 1))
            for text, at, unit in zip(cells["text"], lines, units, strict=True):
                rows.add({"text": text}, at, unit)
            rows._flush()
        else:
            arrays = {name: rows._array(values, []) for name, values in cells.items()}
            rows.add_arrays(arrays, list(range(line - n + 1, line + 1)), units)
    rows.on_full = None
    taken.append(rows.table())
    table = pa.concat_tables(taken)
    told = [table.column(name).to_pylist() for name in ("source_row", "_unit", "text")]
    assert list(zip(*told, strict=True)) == [(*row, f"t{i}") for i, row in enumerate(expected)]
    blocks = [set(t.column("_unit").to_pylist()) for t in taken if len(t)]
    assert all(not a & b for a, b in pairwise(blocks))
    longest = max(len(list(unit)) for _, unit in groupby(unit for _, unit in expected))
    assert len(taken[-1]) >= min(MOST, len(expected))
    assert all(not len(t) or len(t) > MOST - longest for t in taken[:-1])
