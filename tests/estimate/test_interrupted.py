"""Interrupted time series against a published tutorial."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from crisislab.estimate.interrupted import interrupted_series, placebo_dates


@pytest.fixture
def sicily(real_data: Path) -> pd.DataFrame:
    """Give the months of the smoking ban in Sicily."""
    return pd.read_csv(real_data / "reference" / "sicily_its" / "sicily.csv")


def test_sicily_as_published(sicily: pd.DataFrame) -> None:
    """Lopez Bernal 2017, run in R and statsmodels: ratio, both intervals, slope, counterfactual."""
    found = interrupted_series(
        sicily["aces"], sicily["smokban"] == 1, exposure=sicily["stdpop"],
        season=sicily["month"], harmonics=2,
    )  # fmt: skip
    quasi, robust = found.quasi, found.newey_west
    assert (quasi.value, quasi.lower, quasi.upper) == pytest.approx(
        (0.885072, 0.839401, 0.933227), abs=1e-6
    )
    assert (robust.lower, robust.upper) == pytest.approx((0.84899, 0.92268), abs=1e-5)
    assert found.dispersion == pytest.approx(2.2621864, abs=1e-5)
    assert found.expected - found.observed == pytest.approx(2561.07, abs=0.01)
    assert (found.slope.value, found.slope_p) == pytest.approx((1.001483, 0.42786), abs=1e-5)


def test_sicily_without_season(sicily: pd.DataFrame) -> None:
    """Model 2 of the tutorial: 0.894377 (0.839189 to 0.953193)."""
    found = interrupted_series(
        sicily["aces"], sicily["smokban"] == 1, exposure=sicily["stdpop"]
    ).quasi
    assert (found.value, found.lower, found.upper) == pytest.approx(
        (0.894377, 0.839189, 0.953193), abs=1e-6
    )


def test_sicily_placebo_dates(sicily: pd.DataFrame) -> None:
    """Twenty dates before the ban: 0.954 to 1.036, none significant."""
    before = sicily[sicily["smokban"] == 0]
    found = placebo_dates(
        before["aces"], first=9, last=28, exposure=before["stdpop"], season=before["month"],
        harmonics=2,
    )  # fmt: skip
    assert len(found) == 20
    assert (found["ratio"].min(), found["ratio"].max()) == pytest.approx((0.954, 1.036), abs=5e-4)
    assert (found["p"] > 0.05).all()


def test_interrupted_series_refuses_few_periods() -> None:
    """Seven periods before a change carry no trend."""
    with pytest.raises(ValueError, match="8 periods"):
        interrupted_series([5.0] * 12, np.arange(12) >= 7)
