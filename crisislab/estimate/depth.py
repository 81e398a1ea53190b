"""How central a curve lies among others, and which ones leave the band (functional boxplot)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

from crisislab.estimate.survival import Floats

FENCE = 2.58


@dataclass(frozen=True)
class FunctionalBox:
    """A boxplot of curves.

    Attributes:
        depth: Modified band depth of each curve; the deepest is the median curve.
        median: Position of the deepest curve.
        lower: Lower edge of the band of the deepest half, per point.
        upper: Upper edge.
        outliers: Positions of curves that leave the fence anywhere.
    """

    depth: Floats
    median: int
    lower: Floats
    upper: Floats
    outliers: tuple[int, ...]


def band_depth(curves: npt.ArrayLike, *, ties: Literal["both", "split"] = "both") -> Floats:
    """Return the modified band depth of each curve (rows), bands of two curves.

    The share of pairs of curves, averaged over points, between which a curve lies, edges
    included: at a point with ``l`` curves below and ``a`` above it all pairs but those that lie
    both below or both above. Source: Lopez-Pintado and Romo 2009; by ranks after Sun, Genton and
    Nychka 2012.

    Args:
        curves: Curves on a common grid.
        ties: ``both``: equal values lie between, whatever the order of the rows. ``split``: one of
            them ranks above the other as the sort happens to leave them, as in statsmodels; for
            published values that were made so.

    >>> band_depth([[0, 0], [1, 1], [2, 2]]).round(4).tolist()
    [0.6667, 1.0, 0.6667]
    """
    table = np.asarray(curves, float)
    n = len(table)
    if n < 2:
        return np.ones(n)
    if ties == "both":
        below = rankdata(table, method="min", axis=0) - 1
        above = n - rankdata(table, method="max", axis=0)
    else:
        below = np.argsort(np.argsort(table, axis=0), axis=0)
        above = n - 1 - below
    outside = (below * (below - 1) + above * (above - 1)) / 2
    return np.asarray(1 - outside.mean(axis=1) / (n * (n - 1) / 2), dtype=np.float64)


def functional_box(curves: npt.ArrayLike, *, fence: float = FENCE) -> FunctionalBox:
    """Return the functional boxplot of curves on a common grid (rows: curves).

    The band of the deepest half, multiplied by ``fence`` around its middle; a curve beyond it at
    any point is an outlier. Source: Sun and Genton 2011, doi 10.1198/jcgs.2011.09224, with
    the factor as statsmodels takes it.

    Raises:
        ValueError: If there is no curve, or a value is missing.
    """
    table = np.asarray(curves, float)
    if table.ndim != 2 or not len(table) or not np.isfinite(table).all():
        raise ValueError("needs at least one curve and no missing value")
    depth = band_depth(table)
    order = np.argsort(-depth, kind="stable")
    half = table[order[: max(len(table) // 2, 1)]]
    lower, upper = half.min(axis=0), half.max(axis=0)
    middle = np.median(half, axis=0)
    low, high = middle - fence * (middle - lower), middle + fence * (upper - middle)
    out = (table < low) | (table > high)
    outliers = tuple(int(i) for i in np.flatnonzero(out.any(axis=1)))
    return FunctionalBox(depth, int(order[0]), lower, upper, outliers)
