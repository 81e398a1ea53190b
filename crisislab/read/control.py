"""A control series: counts per hour of something the response did not reach."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from crisislab.errors import CrisisLabError, Problem

COLUMNS = ("at", "n")


def read_control(path: Path) -> pd.DataFrame:
    """Return the hours of a control series.

    Args:
        path: CSV file (UTF-8) with ``at`` (ISO 8601 with zone or ``Z``) and ``n`` (posts in the
            hour, or in any shorter step: they are summed per hour).

    Returns:
        ``hour_at, n_posts``, in time.

    Raises:
        CrisisLabError: If the file is missing or its columns cannot be read.
    """
    try:
        table = pd.read_csv(path, encoding="utf-8-sig", dtype="str")
    except FileNotFoundError:
        raise CrisisLabError(Problem("CL-SET-MISSING-FILE", file=path.name)) from None
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError):
        raise CrisisLabError(Problem("CL-EFFECT-CONTROL", file=path.name)) from None
    if not set(COLUMNS) <= set(table.columns):
        found = ", ".join(map(str, table.columns))
        raise CrisisLabError(Problem("CL-EFFECT-CONTROL", file=path.name, value=found))
    zoned = table["at"].fillna("").str.contains(r"(?:Z|[+-]\d\d:?\d\d)$", regex=True)
    at = pd.to_datetime(table["at"].where(zoned), utc=True, errors="coerce", format="ISO8601")
    n = pd.to_numeric(table["n"], errors="coerce")
    bad = at.isna() | n.isna() | (n < 0)
    if bad.any():
        row = int(bad.to_numpy().argmax())
        value = f"{table['at'].iloc[row]}, {table['n'].iloc[row]}"
        raise CrisisLabError(
            Problem("CL-EFFECT-CONTROL", file=path.name, line=row + 2, value=value)
        )
    hours = at.dt.floor("h").astype("datetime64[us, UTC]")
    summed = n.groupby(hours).sum().sort_index()
    return pd.DataFrame({"hour_at": summed.index, "n_posts": summed.to_numpy()})
