"""A light state-space counterfactual: a wandering level beside control series, in closed form."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_factor, cho_solve
from scipy.optimize import minimize_scalar
from scipy.stats import norm

from crisislab.estimate.survival import Estimate, Floats

LevelSd = float | Literal["estimated"]
PRIORS: tuple[LevelSd, ...] = (0.01, 0.1, "estimated")


@dataclass(frozen=True)
class LevelEffect:
    """Effect per period against a counterfactual whose level wanders.

    Attributes:
        level_sd: Standard deviation of the level's steps, in those of the series before.
        effect: Mean of observed minus expected after the event.
        expected: Mean of the counterfactual after the event.
    """

    level_sd: float
    effect: Estimate
    expected: Estimate


def local_level_effect(
    series: npt.ArrayLike, after: npt.ArrayLike, *, controls: npt.ArrayLike | None = None,
    level_sd: LevelSd = "estimated",
) -> LevelEffect:  # fmt: skip
    """Return the mean effect after an event, against a local level with regression.

    ``y = X b + m + noise``, ``m`` a random walk; fitted to the time before, foretold after it
    (Gaussian conditioning, the slopes by generalised least squares with their uncertainty). How
    far the level may wander decides how wide the interval is: always print several
    (:data:`PRIORS`). The same model as CausalImpact's with a fixed or estimated level.
    Source: Brodersen et al. 2015, doi 10.1214/14-AOAS788.

    Args:
        series: The outcome, one value per period.
        after: Whether the period lies after the event.
        controls: Control series in columns.
        level_sd: Steps of the level in standard deviations of the series before, or
            ``estimated`` (maximum likelihood).

    Raises:
        ValueError: If there are fewer than five periods before or none after.
    """
    y, late = np.asarray(series, float), np.asarray(after, bool)
    early = ~late
    if early.sum() < 5 or not late.any():
        raise ValueError("needs five periods before the event and one after")
    centre, scale = float(y[early].mean()), float(y[early].std(ddof=1)) or 1.0
    z, design = (y - centre) / scale, _design(controls, early, len(y))
    variances = _variances(z[early], design[early], _walk(len(y))[np.ix_(early, early)], level_sd)
    mean, variance = _foretold(z, design, early, *variances)
    half = float(norm.ppf(0.975)) * math.sqrt(variance)
    expected = Estimate(*(centre + scale * (mean + way) for way in (0.0, -half, half)))
    seen = float(y[late].mean())
    effect = Estimate(seen - expected.value, seen - expected.upper, seen - expected.lower)
    return LevelEffect(math.sqrt(variances[0]), effect, expected)


def _design(controls: npt.ArrayLike | None, early: npt.NDArray[np.bool_], n: int) -> Floats:
    one = np.ones((n, 1))
    if controls is None:
        return one
    columns = np.asarray(controls, float).reshape(n, -1)
    spread = columns[early].std(axis=0, ddof=1)
    scaled = (columns - columns[early].mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return np.hstack([one, scaled])


def _walk(n: int) -> Floats:
    steps = np.arange(n, dtype=float)
    return np.asarray(np.minimum.outer(steps, steps), dtype=np.float64)


def _variances(z: Floats, design: Floats, walk: Floats, level_sd: LevelSd) -> tuple[float, float]:
    """Return the variances of the level's steps and of the noise."""
    noise = np.eye(len(z))
    if level_sd == "estimated":
        # Noise 1 and steps q, both scaled by what is left: one number to search.
        q = math.exp(_lowest(lambda v: _profile(z, design, noise + math.exp(v) * walk)[0]))
        scale = _profile(z, design, noise + q * walk)[1]
        return q * scale, scale
    step = float(level_sd) ** 2
    left = _lowest(lambda v: _likelihood(z, design, math.exp(v) * noise + step * walk))
    return step, math.exp(left)


def _lowest(cost: Callable[[float], float]) -> float:
    """Return where a cost is lowest: a grid first, for there may be several valleys."""
    grid = np.linspace(-16, 6, 23)
    start = float(grid[int(np.argmin([cost(float(v)) for v in grid]))])
    found = minimize_scalar(cost, bounds=(start - 1, start + 1), method="bounded")
    return float(found.x)


def _solved(z: Floats, design: Floats, cov: Floats) -> tuple[float, float]:
    factor = cho_factor(cov, lower=True)
    weighted = cho_solve(factor, design)
    beta = np.linalg.lstsq(design.T @ weighted, weighted.T @ z, rcond=None)[0]
    left = z - design @ beta
    determinant = 2 * float(np.log(np.diag(factor[0])).sum())
    # The first level is not known beforehand (diffuse): its information counts once.
    start = math.log(float(design[:, 0] @ weighted[:, 0]))
    return float(left @ cho_solve(factor, left)), determinant + start


def _profile(z: Floats, design: Floats, cov: Floats) -> tuple[float, float]:
    square, determinant = _solved(z, design, cov)
    free = len(z) - 1
    scale = square / free
    return free * math.log(scale) + determinant, scale


def _likelihood(z: Floats, design: Floats, cov: Floats) -> float:
    square, determinant = _solved(z, design, cov)
    return square + determinant


def _foretold(
    z: Floats, design: Floats, early: npt.NDArray[np.bool_], step: float, noise: float
) -> tuple[float, float]:
    """Return mean and variance of the average after the event, given what came before."""
    cov = step * _walk(len(z)) + noise * np.eye(len(z))
    late = ~early
    weights = np.full(int(late.sum()), 1 / late.sum())
    factor = cho_factor(cov[np.ix_(early, early)], lower=True)
    known, ahead = design[early], weights @ design[late]
    bread = np.linalg.pinv(known.T @ cho_solve(factor, known))
    beta = bread @ (known.T @ cho_solve(factor, z[early]))
    link = cho_solve(factor, cov[np.ix_(early, late)] @ weights)
    mean = float(ahead @ beta + link @ (z[early] - known @ beta))
    spread = float(weights @ cov[np.ix_(late, late)] @ weights)
    spread -= float((cov[np.ix_(early, late)] @ weights) @ link)
    gap = ahead - known.T @ link
    return mean, max(spread + float(gap @ bread @ gap), 0.0)
