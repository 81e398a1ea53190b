"""The Bayesian step: our side of the call against a stand-in, and CausalPy where it is there."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from crisislab.errors import CrisisLabError
from crisislab.estimate.bayes import bayesian_step
from crisislab.estimate.response_course import ResponseCourse
from crisislab.measure.effect_tables import sensitivity

HOURS = np.arange(40.0)
LATE = HOURS >= 24


class _Draws:
    """Draws of a gap per period: draw by period."""

    def __init__(self, values: np.ndarray) -> None:
        self.values = values

    def mean(self, over: str) -> np.ndarray:
        assert over == "obs_ind"
        return np.asarray(self.values.mean(axis=1))


class _Series:
    """An interrupted time series by least squares, with the same names as CausalPy's."""

    def __init__(self, table: pd.DataFrame, start: int, *, formula: str, model: Any) -> None:
        assert formula == "y ~ 1 + decay"
        design = np.column_stack([np.ones(len(table)), table["decay"]])
        early = np.arange(len(table)) < start
        y = table["y"].to_numpy()
        beta, left, *_ = np.linalg.lstsq(design[early], y[early], rcond=None)
        spread = float(left[0]) / (early.sum() - 2)
        cov = spread * np.linalg.inv(design[early].T @ design[early])
        dice = np.random.default_rng(model["random_seed"])
        draws = dice.multivariate_normal(beta, cov, model["draws"] * model["chains"])
        self.post_impact = _Draws(y[~early] - draws @ design[~early].T)


def _stand_in() -> SimpleNamespace:
    models = SimpleNamespace(LinearRegression=lambda *, sample_kwargs: sample_kwargs)
    return SimpleNamespace(InterruptedTimeSeries=_Series, pymc_models=models)


def test_bayesian_step_finds_the_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line with a step of -0.7 in noise of 0.1: estimate and interval lie around it."""
    monkeypatch.setitem(sys.modules, "causalpy", _stand_in())
    noise = np.random.default_rng(1).normal(0, 0.1, 40)
    found = bayesian_step(3 - 0.05 * HOURS - 0.7 * LATE + noise, LATE, HOURS, seed=2)
    assert found.value == pytest.approx(-0.7, abs=0.2)
    assert found.lower < -0.7 < found.upper
    assert found.upper - found.lower < 0.6
    assert bayesian_step(noise, LATE, HOURS, seed=2) == bayesian_step(noise, LATE, HOURS, seed=2)


def test_the_engine_adds_two_choices(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same call with the other engine: all lines of the light one, and either decay."""
    monkeypatch.setitem(sys.modules, "causalpy", _stand_in())
    expected = np.full(120, 5.0)
    counts = np.random.default_rng(3).poisson(5 + 200 * np.exp(-np.arange(120) / 20)).astype(float)
    course = ResponseCourse(counts, expected, 0, 24)
    light = sensitivity(course)
    both = sensitivity(course, engine="bayes", seed=4)
    pd.testing.assert_frame_equal(both.iloc[: len(light)], light)
    further = both.iloc[len(light) :].set_index("choice")
    assert further.index.tolist() == ["bayes_exponential", "bayes_power_law"]
    assert further.loc["bayes_exponential", "ratio"] == pytest.approx(1, abs=0.25)


def test_without_causalpy_the_way_to_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked for and missing: a coded error that names the extra, no stack of imports."""
    monkeypatch.setitem(sys.modules, "causalpy", None)
    with pytest.raises(CrisisLabError, match=r"crisislab\[bayes\]"):
        bayesian_step(HOURS, LATE, HOURS, seed=1)


def test_causalpy_itself_finds_the_step() -> None:
    """The real package, where it is installed: within 0.15 of the step, and near the stand-in."""
    pytest.importorskip("causalpy", exc_type=ImportError)
    noise = np.random.default_rng(1).normal(0, 0.1, 40)
    found = bayesian_step(3 - 0.05 * HOURS - 0.7 * LATE + noise, LATE, HOURS, seed=2)
    assert found.value == pytest.approx(-0.7, abs=0.2)
    assert found.lower < -0.7 < found.upper
