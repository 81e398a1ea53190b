"""The smallest Parquet file that raises each code of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from crisislab.limits import ROWS_FROM
from crisislab.read import read_posts
from tests.read.parquets import PLAIN, of_rows, packed

PARQUET: dict[str, tuple[str, str | bytes, dict[str, Any]]] = {
    "CL-PARQUET-CUT": ("a.parquet", packed(PLAIN)[:-20], {}),
    "CL-PARQUET-LOCKED": ("a.parquet", packed(PLAIN)[:-4] + b"PARE", {}),
    "CL-PARQUET-BOMB": ("a.parquet", of_rows(ROWS_FROM + 1), {}),
    "CL-COLUMN-NESTED": ("a.parquet", packed({**PLAIN, "places": [[{"x": 1, "y": 2}]]}), {}),
}


def lake(folder: Path, _: pytest.MonkeyPatch) -> object:
    """The inside of a table of Delta Lake."""
    path = folder / "posts" / "_delta_log" / "00.json"
    path.parent.mkdir(parents=True)
    path.write_text("{}", "utf-8")
    return read_posts(folder / "posts")
