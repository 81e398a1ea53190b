"""The step beyond a decay by a Bayesian regression: CausalPy, an optional extra."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from crisislab.errors import CrisisLabError, Problem
from crisislab.estimate.survival import Estimate

EXTRA = "bayes"
_DRAWS, _CHAINS = 1000, 2


def causalpy() -> Any:
    """Return CausalPy.

    Raises:
        CrisisLabError: CL-EFFECT-BAYES where it is not installed or cannot be loaded.
    """
    try:
        return importlib.import_module("causalpy")
    except ImportError as error:
        missing = str(getattr(error, "name", "") or "causalpy")
        raise CrisisLabError(Problem("CL-EFFECT-BAYES", value=missing)) from None


def bayesian_step(
    series: npt.ArrayLike, after: npt.ArrayLike, decay: npt.ArrayLike, *, seed: int
) -> Estimate:
    """Return how far a series lies beyond a straight line in its decay, with a 95 % interval.

    CausalPy's interrupted time series: ``y ~ 1 + decay`` with its default priors is fitted to the
    periods before and foretold; the estimate is the median of the mean gap after, the interval
    holds 95 % of its draws. It is that of the mean: the scatter of single periods is not in it, nor
    what the form of decay gets wrong.

    Args:
        series: Outcome per period, such as the log excess per ordinary post.
        after: Whether the period lies after the event; the periods before come first.
        decay: The decay that was to be expected, such as hours since the peak.
        seed: Seed of the sampler.

    Raises:
        CrisisLabError: CL-EFFECT-BAYES where CausalPy is missing.
    """
    package = causalpy()
    late = np.asarray(after, dtype=bool)
    table = pd.DataFrame({"y": np.asarray(series, float), "decay": np.asarray(decay, float)})
    sampler = {"draws": _DRAWS, "tune": _DRAWS, "chains": _CHAINS, "cores": 1,
               "random_seed": seed, "progressbar": False}  # fmt: skip
    result = package.InterruptedTimeSeries(
        table, int(np.argmax(late)), formula="y ~ 1 + decay",
        model=package.pymc_models.LinearRegression(sample_kwargs=sampler),
    )  # fmt: skip
    gaps = np.asarray(result.post_impact.mean("obs_ind"), dtype=np.float64).ravel()
    low, middle, high = (float(q) for q in np.quantile(gaps, [0.025, 0.5, 0.975]))
    return Estimate(middle, low, high)
