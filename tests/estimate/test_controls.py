"""Differences in differences and synthetic controls."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from crisislab.estimate.controls import difference_in_differences, synthetic_control

BASQUE = "Basque Country (Pais Vasco)"
_MEANS = ["school.illit", "school.prim", "school.med", "school.high", "invest"]


def _features(table: pd.DataFrame) -> pd.DataFrame:
    high = table["school.high"] + table["school.post.high"]
    table = table.assign(**{"school.high": high})
    sectors = [name for name in table.columns if name.startswith("sec.")]

    def mean(years: range, names: list[str]) -> pd.DataFrame:
        return table[table["year"].isin(years)].groupby("regionname")[names].mean()

    parts = [mean(range(1964, 1970), _MEANS), mean(range(1960, 1970), ["gdpcap"]),
             mean(range(1961, 1970, 2), sectors), mean(range(1969, 1970), ["popdens"])]  # fmt: skip
    return pd.concat(parts, axis=1).T


def test_basque_weights(real_data: Path) -> None:
    """Abadie and Gardeazabal 2003: Cataluna .851, Madrid .149; pysyncon's gap -.699565."""
    table = pd.read_csv(real_data / "reference" / "synth_basque" / "basque.csv")
    table = table[table["regionno"] != 1]
    outcome = table.pivot(index="year", columns="regionname", values="gdpcap")
    donors = [name for name in outcome.columns if name != BASQUE]
    features = _features(table)
    found = synthetic_control(
        outcome[BASQUE], outcome[donors], fitted=outcome.index.isin(range(1960, 1970)),
        features=features[BASQUE], donor_features=features[donors],
    )  # fmt: skip
    weights = pd.Series(found.weights, donors).round(3)
    assert weights[weights > 0].to_dict() == {"Cataluna": 0.851, "Madrid (Comunidad De)": 0.149}
    assert found.gap[outcome.index >= 1975].mean() == pytest.approx(-0.699565, abs=1e-3)


def test_synthetic_control_finds_the_mix() -> None:
    """A unit that is 70 % of one donor and 30 % of another gets those weights."""
    donors = np.random.default_rng(3).normal(10, 2, (30, 4))
    unit = donors @ np.array([0.7, 0.0, 0.3, 0.0])
    found = synthetic_control(unit, donors, fitted=np.arange(30) < 20)
    assert found.weights == pytest.approx([0.7, 0, 0.3, 0], abs=1e-6)
    assert found.error == pytest.approx(0, abs=1e-6)


def test_difference_by_hand() -> None:
    """Both halve, the answered one halves once more: a ratio of one half, exactly."""
    ours = np.repeat([199.5, 49.5], 8)
    theirs = np.repeat([399.5, 199.5], 8)
    found = difference_in_differences(ours, theirs, np.arange(16) >= 8)
    assert found is not None
    assert found.ratio().value == pytest.approx(0.5)
    assert found.trend == pytest.approx(0)


def test_difference_ignores_a_common_fall() -> None:
    """What both do together is no effect."""
    hours = np.arange(24)
    fade = np.random.default_rng(4).poisson(500 * np.exp(-hours / 8))
    found = difference_in_differences(fade, 2 * fade, hours >= 12)
    assert found is not None
    assert found.ratio().value == pytest.approx(1, abs=0.02)


def test_difference_sees_lines_that_were_never_parallel() -> None:
    """A series that falls faster all along shows in the trend before."""
    hours = np.arange(32)
    found = difference_in_differences(
        900 * np.exp(-hours / 6), 900 * np.exp(-hours / 20), hours >= 16
    )
    assert found is not None
    assert found.trend == pytest.approx(-1 / 6 + 1 / 20, abs=0.01)
    assert found.trend_p < 0.01


def test_difference_needs_both_sides() -> None:
    """Two periods after are too few."""
    assert difference_in_differences(np.ones(20), np.ones(20), np.arange(20) >= 18) is None
