"""Interrupted time series: for late changes of policy, never for the fall after a peak."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import f as fisher
from scipy.stats import norm

from crisislab.estimate.survival import Estimate, Floats


@dataclass(frozen=True)
class Interrupted:
    """A step in a log-linear trend, with both usual intervals.

    Attributes:
        quasi: Rate ratio with the quasi-Poisson interval.
        newey_west: The same ratio with the Newey-West interval; it may be the *narrower* one
            where neighbouring residuals lean to opposite sides: read both.
        p: Two-sided p-value of the quasi-Poisson step.
        dispersion: Pearson's chi-square over its degrees of freedom (1: Poisson).
        expected: Sum expected after the change without the step.
        observed: Sum observed after the change.
        slope: Ratio per period by which the trend changed, with its interval.
        slope_p: p-value (F) of the change of trend.
    """

    quasi: Estimate
    newey_west: Estimate
    p: float
    dispersion: float
    expected: float
    observed: float
    slope: Estimate
    slope_p: float


def interrupted_series(
    counts: npt.ArrayLike, after: npt.ArrayLike, *, exposure: npt.ArrayLike | None = None,
    season: npt.ArrayLike | None = None, period: float = 12, harmonics: int = 0, lags: int = 4,
) -> Interrupted:  # fmt: skip
    """Return the step in counts at a change of policy long after the decay.

    ``log E[counts] = log exposure + a + b t + season + d after``; quasi-Poisson and Newey-West
    side by side. Not for a response within a crisis: on a crisis curve that did nothing but fade,
    this finds an "effect" in nearly every run. Source: Lopez Bernal, Cummins and Gasparrini 2017,
    doi 10.1093/ije/dyw098.

    Args:
        counts: Events per period.
        after: Whether the period lies after the change.
        exposure: Population or other denominator.
        season: Place in the season, such as the month 1 to 12; the running number by default.
        period: Length of the season in the unit of ``season``.
        harmonics: Pairs of sine and cosine.
        lags: Lags of Newey and West.

    Raises:
        ValueError: If there are fewer than 8 periods before or 3 after.
    """
    y, late = np.asarray(counts, float), np.asarray(after, bool)
    if (~late).sum() < 8 or late.sum() < 3:
        raise ValueError("needs 8 periods before the change and 3 after")
    design = _design(late, season, period, harmonics)
    offset = np.zeros(len(y)) if exposure is None else np.log(np.asarray(exposure, float))
    main = _glm(y, design, offset)
    robust = _glm(y, design, offset, cov_type="HAC", cov_kwds={"maxlags": lags})
    bent = np.column_stack([design, late * (np.arange(len(y)) + 1.0 - (~late).sum())])
    slope, slope_p = _bend(y, bent, offset, main)
    without = np.array(design)
    without[:, 1] = 0
    expected = float(np.asarray(main.predict(without, offset=offset))[late].sum())
    return Interrupted(
        _ratio(main.params[1], main.bse[1]), _ratio(main.params[1], robust.bse[1]),
        float(main.pvalues[1]), float(main.scale), expected, float(y[late].sum()), slope, slope_p,
    )  # fmt: skip


def _design(
    late: npt.NDArray[np.bool_], season: npt.ArrayLike | None, period: float, harmonics: int
) -> Floats:
    time = np.arange(len(late)) + 1.0
    place = time if season is None else np.asarray(season, float)
    waves = [
        wave(2 * math.pi * k * place / period)
        for k in range(1, harmonics + 1)
        for wave in (np.sin, np.cos)
    ]
    return np.column_stack([np.ones(len(late)), late.astype(float), time, *waves])


def _glm(y: Floats, design: Floats, offset: Floats, **how: Any) -> Any:
    # Imported here: statsmodels takes seconds to load, and a review does without it.
    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    how = how or {"scale": "X2"}
    return GLM(y, design, family=Poisson(), offset=offset).fit(**how)


def _ratio(log: float, se: float) -> Estimate:
    half = float(norm.ppf(0.975)) * se
    return Estimate(math.exp(log), math.exp(log - half), math.exp(log + half))


def _bend(y: Floats, bent: Floats, offset: Floats, main: Any) -> tuple[Estimate, float]:
    fit = _glm(y, bent, offset)
    f = (main.deviance - fit.deviance) / fit.scale
    return _ratio(fit.params[-1], fit.bse[-1]), float(fisher.sf(f, 1, fit.df_resid))


def placebo_dates(counts: npt.ArrayLike, *, first: int, last: int, **how: Any) -> pd.DataFrame:
    """Return the step at every date at which nothing happened: what chance alone finds.

    Args:
        counts: Events per period *before* the change only.
        first: First placebo: periods before it.
        last: Last placebo.
        how: ``exposure``, ``season``, ``period``, ``harmonics`` of :func:`interrupted_series`,
            for the same periods.

    Returns:
        ``at, ratio, lower, upper, p`` per placebo date.
    """
    y = np.asarray(counts, float)
    rows = []
    for at in range(first, last + 1):
        found = interrupted_series(y, np.arange(len(y)) >= at, **how)
        ratio = found.quasi
        rows.append({"at": at, "ratio": ratio.value, "lower": ratio.lower,
                     "upper": ratio.upper, "p": found.p})  # fmt: skip
    return pd.DataFrame(rows, columns=["at", "ratio", "lower", "upper", "p"])
