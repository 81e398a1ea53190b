"""Control series: counts per hour of what the response did not reach, one or several."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from crisislab.errors import CrisisLabError, Problem

COLUMNS = ("at", "n")


def read_control(path: Path) -> pd.DataFrame:
    """Return the hours of the control series.

    Args:
        path: CSV file (UTF-8) with ``at`` (ISO 8601 with zone or ``Z``) and ``n`` (posts in the
            hour, or in any shorter step: they are summed per hour); ``series`` names the series
            where there are several (competitors, other topics, other countries).

    Returns:
        ``series, hour_at, n_posts``, in the order of names and time.

    Raises:
        CrisisLabError: If the file is missing or its columns cannot be read.
    """
    try:
        table = pd.read_csv(path, encoding="utf-8-sig", dtype="str")
    except FileNotFoundError:
        raise CrisisLabError(Problem("CL-SET-MISSING-FILE", file=path.name)) from None
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError):
        raise CrisisLabError(Problem("CL-EFFECT-CONTROL-FILE", file=path.name)) from None
    if not set(COLUMNS) <= set(table.columns):
        found = ", ".join(map(str, table.columns))
        raise CrisisLabError(Problem("CL-EFFECT-CONTROL", file=path.name, value=found))
    zoned = table["at"].fillna("").str.contains(r"(?:Z|[+-]\d\d:?\d\d)$", regex=True)
    at = pd.to_datetime(table["at"].where(zoned), utc=True, errors="coerce", format="ISO8601")
    n = pd.to_numeric(table["n"], errors="coerce")
    bad = at.isna() | n.isna() | (n < 0)
    if bad.any():
        row = int(bad.to_numpy().argmax())
        value = ", ".join(table[list(COLUMNS)].fillna("").iloc[row])
        raise CrisisLabError(
            Problem("CL-EFFECT-CONTROL", file=path.name, line=row + 2, value=value)
        )
    hours = at.dt.floor("h").astype("datetime64[us, UTC]")
    series = table["series"].fillna("").str.strip() if "series" in table else ""
    counts = pd.DataFrame({"series": series, "hour_at": hours, "n_posts": n})
    summed: pd.DataFrame = counts.groupby(["series", "hour_at"], sort=True)[["n_posts"]].sum()
    return summed.reset_index()
