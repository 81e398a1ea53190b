"""How many people several audiences are together, when nobody knows how far they overlap."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Audience:
    """Bounds of the people in several audiences together.

    Attributes:
        least: The largest audience: all others could be inside it.
        most: The sum, or the population where that is smaller.
        independent: Sainsbury's figure, as if audiences were independent; missing without a
            population. Audiences of one topic overlap more, so it is still too high.
    """

    least: float
    most: float
    independent: float


def joint_audience(sizes: Iterable[float], *, population: float | None = None) -> Audience:
    """Return bounds and Sainsbury's figure for the people in several audiences together.

    ``max f_i <= R <= min(sum f_i, N)`` and ``R = N (1 - prod(1 - f_i / N))``. Source: Sainsbury's
    method of media planning.

    Args:
        sizes: People in each audience.
        population: People who could be in any; missing: not known.

    Raises:
        ValueError: If an audience is negative or the population is not positive.

    >>> joint_audience([100_000, 50_000, 50_000], population=1_000_000)
    Audience(least=100000.0, most=200000.0, independent=187750.0)
    """
    each = np.asarray(sizes if isinstance(sizes, np.ndarray) else list(sizes), dtype=np.float64)
    if (each < 0).any() or (population is not None and population <= 0):
        raise ValueError("audiences and population are counts of people")
    if population is None:
        return Audience(float(each.max(initial=0.0)), math.fsum(each), math.nan)
    inside = np.minimum(each, population)
    # Logarithms keep the product of many small shares exact; a whole population ends the matter.
    left = math.fsum(np.log1p(-inside[inside < population] / population))
    full = bool((inside >= population).any())
    joint = population if full else -population * math.expm1(left)
    most = min(math.fsum(each), population)
    return Audience(float(inside.max(initial=0.0)), most, round(joint, 6))
