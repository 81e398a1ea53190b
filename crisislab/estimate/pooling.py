"""Cases of different size seen together: a common value, how far they spread, each one shrunk."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import norm
from scipy.stats import t as student

from crisislab.estimate.survival import Estimate, Floats


@dataclass(frozen=True)
class Pooled:
    """Several estimates seen as draws around a common value.

    Attributes:
        common: The common value with its interval.
        between: Standard deviation between cases, beyond the noise of each.
        ahead: Interval in which a further case would lie.
        shrunk: Each value pulled towards the common one by how noisy it is.
        n: Cases.
    """

    common: Estimate
    between: float
    ahead: Estimate
    shrunk: Floats
    n: int


def partial_pooling(values: npt.ArrayLike, errors: npt.ArrayLike) -> Pooled:
    """Return the random-effects mean, the spread between cases and the shrunk values.

    ``tau^2 = max(0, (Q - (k - 1)) / (sum w - sum w^2 / sum w))`` with ``w = 1 / se^2``
    (DerSimonian and Laird 1986); the interval of a further case is Student's with ``k - 2``
    degrees of freedom (Higgins, Thompson and Spiegelhalter 2009).

    Raises:
        ValueError: If there are fewer than two values, or an error is not positive.

    >>> pooled = partial_pooling([1.0, 2.0, 3.0], [0.5, 0.5, 0.5])
    >>> round(pooled.common.value, 3), round(pooled.between, 3)
    (2.0, 0.866)
    """
    y, se = np.asarray(values, float), np.asarray(errors, float)
    if len(y) < 2 or not (se > 0).all():
        raise ValueError("needs two values or more, each with a positive standard error")
    w = 1 / se**2
    fixed = float((w * y).sum() / w.sum())
    surplus = float((w * (y - fixed) ** 2).sum()) - (len(y) - 1)
    tau2 = max(0.0, surplus / float(w.sum() - (w**2).sum() / w.sum()))
    star = 1 / (se**2 + tau2)
    mean, error = float((star * y).sum() / star.sum()), math.sqrt(1 / float(star.sum()))
    half = float(norm.ppf(0.975)) * error
    common = Estimate(mean, mean - half, mean + half)
    wide = float(student.ppf(0.975, max(len(y) - 2, 1))) * math.sqrt(tau2 + error**2)
    shrunk = (tau2 * y + se**2 * mean) / (tau2 + se**2)
    return Pooled(common, math.sqrt(tau2), Estimate(mean, mean - wide, mean + wide), shrunk, len(y))
