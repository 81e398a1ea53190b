"""Log-rank tests against R and lifelines' published figures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from statsmodels.duration.survfunc import survdiff

from crisislab.estimate.compare import log_rank


@pytest.mark.parametrize(
    ("name", "time", "event", "group", "rho", "chi2"),
    [
        ("lung", "time", "status", "sex", 0, 10.326742),
        ("lung", "time", "status", "sex", 1, 12.714151),
        ("leukemia", "t", "status", "Rx", 0, 16.792941),
        ("waltons", "T", "E", "group", 0, 122.249126),
        ("dd", "duration", "observed", "democracy", 0, 260.469539),
    ],
)
def test_log_rank_as_published(
    real_data: Path, name: str, time: str, event: str, group: str, rho: int, chi2: float
) -> None:
    """R's survdiff (lung, leukaemia) and lifelines (waltons, dd) print these."""
    table = pd.read_csv(real_data / "reference" / "survival" / f"{name}.csv")
    happened = table[event] == (2 if name == "lung" else 1)
    test = log_rank(table[time], happened, table[group], rho=rho)
    assert test.chi2 == pytest.approx(chi2, abs=1e-6)
    assert test.df == 1


def test_log_rank_lung_and_leukaemia_p(real_data: Path) -> None:
    """R: p .0013111645 and 4.1688e-05."""
    folder = real_data / "reference" / "survival"
    lung, leukaemia = pd.read_csv(folder / "lung.csv"), pd.read_csv(folder / "leukemia.csv")
    p = log_rank(lung["time"], lung["status"] == 2, lung["sex"]).p
    assert p == pytest.approx(0.0013111645, abs=1e-9)
    p = log_rank(leukaemia["t"], leukaemia["status"], leukaemia["Rx"]).p
    assert p == pytest.approx(4.1688e-05, abs=1e-9)


def test_log_rank_stratified_hand_worked() -> None:
    """Observed minus expected and variances are summed over the strata, worked by hand."""
    minutes, groups = [1, 2, 3, 1, 2, 3], ["a", "b", "b", "b", "a", "b"]
    strata = ["x", "x", "x", "y", "y", "y"]
    # x: at 1 (1 of 3 is a) 1 - 1/3, then none of a; y: at 1 0 - 1/3, at 2 (1 of 2) 1 - 1/2.
    gap, variance = 2 / 3 - 1 / 3 + 1 / 2, 2 / 9 + 2 / 9 + 1 / 4
    test = log_rank(minutes, [1] * 6, groups, strata=strata)
    assert test.chi2 == pytest.approx(gap**2 / variance)


@pytest.mark.parametrize("rho", [0, 1])
def test_log_rank_as_statsmodels(rho: int) -> None:
    """Four groups in three strata, with ties: statsmodels says the same."""
    rng = np.random.default_rng(5)
    minutes, answered = rng.integers(1, 30, 300), rng.random(300) < 0.7
    answered &= minutes < 29  # statsmodels takes the logarithm of a curve that ends at zero
    groups, strata = rng.integers(0, 4, 300), rng.integers(0, 3, 300)
    weights = {"weight_type": "fh", "fh_p": 1} if rho else {}
    wanted = survdiff(minutes, answered.astype(int), groups, strata=strata, **weights)
    test = log_rank(minutes, answered, groups, strata=strata, rho=rho)
    assert (test.chi2, test.p, test.df) == pytest.approx((*wanted, 3), abs=1e-9)


def test_log_rank_stratum_without_a_group() -> None:
    """A stratum that lacks a group compares the others, and nothing breaks."""
    minutes, answered = [1, 2, 3, 4, 5, 6], [1, 1, 1, 1, 1, 1]
    test = log_rank(minutes, answered, list("ababcc"), strata=list("xxxxyy"))
    assert test.df == 1
    assert np.isfinite(test.p)


def test_log_rank_needs_two_groups_and_a_reply() -> None:
    """One group, or nobody answered: no test, never p = 1."""
    assert np.isnan(log_rank([1, 2], [1, 1], ["a", "a"]).p)
    assert np.isnan(log_rank([1, 2], [0, 0], ["a", "b"]).p)
    with pytest.raises(ValueError, match="rho"):
        log_rank([1], [1], ["a"], rho=2)
