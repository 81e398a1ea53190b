"""The light state-space route against CausalImpact's examples."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from crisislab.estimate.local_level import PRIORS, LevelSd, local_level_effect


def _read(folder: Path, name: str, sep: str = ",") -> pd.DataFrame:
    return pd.read_csv(folder / "reference" / "causalimpact" / f"{name}.csv", sep=sep)


@pytest.mark.parametrize(
    ("level_sd", "effect"), [(0.01, 4.87), ("estimated", 4.79)]
)  # fmt: skip
def test_arma_plus_five(real_data: Path, level_sd: LevelSd, effect: float) -> None:
    """Printed for tfcausalimpact: 4.89 [4.26, 5.47]; the light route 4.79 to 4.87, within .05."""
    table = _read(real_data, "arma_data_fixture")
    after = np.arange(len(table)) >= 70
    found = local_level_effect(
        table["y"] + 5 * after, after, controls=table[["X"]], level_sd=level_sd
    ).effect
    assert found.value == pytest.approx(effect, abs=0.05)
    assert found.lower < 5 < found.upper
    assert found.lower > 4


def test_comparison_has_no_effect(real_data: Path) -> None:
    """R: -657 [-2076, 832], no effect; here the estimated level says the same."""
    table = _read(real_data, "comparison_data")
    found = local_level_effect(
        table["CHANGED"], table["DATE"] > "2019-07-14", controls=table.iloc[:, 2:]
    ).effect
    assert found.lower < 0 < found.upper
    assert found.value == pytest.approx(-1173, abs=50)


def test_google_with_a_calm_level(real_data: Path) -> None:
    """R: 27 [18, 36]."""
    table = _read(real_data, "google_data")
    table = table[table["date"] <= "2020-03-31"]
    found = local_level_effect(
        table["y"], table["date"] > "2020-03-01", controls=table[["x1", "x2"]], level_sd=0.01
    ).effect
    assert (found.value, found.lower, found.upper) == pytest.approx((27, 18, 36), abs=2)


def test_volkswagen_interval_is_the_prior(real_data: Path) -> None:
    """R's default: -44 [-55, -33]; an estimated level: -34 [-65, -2]; both are printed."""
    table = _read(real_data, "volks_data", sep=r"\s+")
    table = table[table["Date"] <= "2017-03-19"]
    after = table["Date"] > "2015-09-13"
    found = {
        prior: local_level_effect(
            table["VolksWagen"], after, controls=table[["BMW", "Allianz"]], level_sd=prior
        ).effect
        for prior in PRIORS
    }
    calm, free = found[0.01], found["estimated"]
    assert calm.value == pytest.approx(-45.9, abs=0.1)
    assert -55 < calm.lower < calm.upper < -33
    assert (free.value, free.lower, free.upper) == pytest.approx((-34, -65, -2), abs=1)
    assert free.upper - free.lower > 4 * (calm.upper - calm.lower)


def test_local_level_without_controls_finds_a_jump() -> None:
    """A level series that jumps by ten shows ten."""
    rng = np.random.default_rng(1)
    after = np.arange(80) >= 60
    found = local_level_effect(rng.normal(50, 1, 80) + 10 * after, after, level_sd=0.01)
    assert found.effect.lower < 10 < found.effect.upper


def test_local_level_follows_the_unit() -> None:
    """The same series in other units gives the same effect in those units."""
    rng = np.random.default_rng(2)
    after, y = np.arange(60) >= 45, rng.normal(5, 1, 60)
    one, hundred = (local_level_effect(k * y, after).effect.value for k in (1, 100))
    assert hundred == pytest.approx(100 * one, rel=1e-3)


def test_local_level_needs_a_before() -> None:
    """Four periods before are too few."""
    with pytest.raises(ValueError, match="five periods"):
        local_level_effect([1.0] * 10, np.arange(10) >= 4)
