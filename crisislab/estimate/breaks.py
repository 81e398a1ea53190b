"""Where the mean of a series changes: for looking around, never for an alarm."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from crisislab.estimate.survival import Floats


def mean_breaks(values: Any, *, penalty: float | None = None, min_size: int = 2) -> list[int]:
    """Return the places where the mean changes, by PELT with squared errors.

    Minimises the squared deviations from the means of the pieces plus ``penalty`` per break,
    exactly. Only for exploring, and only on residuals without daily and weekly cycle: on raw
    counts every morning is a "change". Source: Killick, Fearnhead & Eckley 2012; checked against
    ruptures (with ``jump=1``: its default of 5 misses breaks) and R's strucchange (Nile: 28).

    Args:
        values: The series.
        penalty: Price of a break; by default ``2 v ln(n)`` with ``v`` the variance of
            neighbouring differences, halved (no change of mean moves it much).
        min_size: Least length of a piece.

    Returns:
        Number of values before each break.

    >>> mean_breaks([0, 1, 0, 1, 9, 8, 9, 8], penalty=5.0)
    [4]
    """
    x = np.asarray(values, dtype=np.float64)
    n = len(x)
    if n < 2 * min_size:
        return []
    price = _penalty(x) if penalty is None else penalty
    sums, squares = (np.concatenate([[0.0], np.cumsum(v)]) for v in (x, x * x))
    best = np.full(n + 1, math.inf)
    best[0] = -price
    came = np.zeros(n + 1, dtype=np.int64)
    open_ = np.array([0])
    for end in range(min_size, n + 1):
        size = end - open_
        cost = squares[end] - squares[open_] - (sums[end] - sums[open_]) ** 2 / size
        through = best[open_] + cost + price
        place = int(through.argmin())
        best[end], came[end] = through[place], open_[place]
        kept = open_[through - price <= best[end]]
        open_ = np.append(kept, end - min_size + 1)
    return _walk(came, n)


def _penalty(x: Floats) -> float:
    variance = float(np.var(np.diff(x))) / 2
    return 2 * max(variance, 1e-12) * math.log(len(x))


def _walk(came: Any, n: int) -> list[int]:
    breaks = []
    end = int(came[n])
    while end > 0:
        breaks.append(end)
        end = int(came[end])
    return sorted(breaks)
