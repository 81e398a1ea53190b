"""The smallest Parquet file that raises each code of its own."""

from __future__ import annotations

from typing import Any

from crisislab.limits import ROWS_FROM
from tests.read.parquets import PLAIN, of_rows, packed

PARQUET: dict[str, tuple[str, str | bytes, dict[str, Any]]] = {
    "CL-PARQUET-CUT": ("a.parquet", packed(PLAIN)[:-20], {}),
    "CL-PARQUET-LOCKED": ("a.parquet", packed(PLAIN)[:-4] + b"PARE", {}),
    "CL-PARQUET-BOMB": ("a.parquet", of_rows(ROWS_FROM + 1), {}),
    "CL-PARQUET-TABLE": ("posts/_delta_log/00.json", "{}", {}),
    "CL-COLUMN-NESTED": ("a.parquet", packed({**PLAIN, "places": [[{"x": 1, "y": 2}]]}), {}),
}
