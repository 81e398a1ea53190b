"""Band depth and the functional boxplot."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from statsmodels.datasets import elnino
from statsmodels.graphics.functional import banddepth

from crisislab.estimate.depth import band_depth, functional_box


def test_el_nino_years() -> None:
    """Sun and Genton 2011: 1982-83 and 1997-98 leave the band; 1990 is the deepest year."""
    data = elnino.load_pandas().data
    years = data["YEAR"].astype(int).to_numpy()
    box = functional_box(data.iloc[:, 1:].to_numpy())
    assert years[list(box.outliers)].tolist() == [1982, 1983, 1997, 1998]
    assert years[box.median] == 1990
    # The published depth splits equal values as the sort leaves them; the box counts both.
    curves = data.iloc[:, 1:].to_numpy()
    split = band_depth(curves, ties="split")
    assert split == pytest.approx(banddepth(curves, method="MBD"), abs=1e-12)
    assert split[box.median] == pytest.approx(0.506876, abs=1e-5)
    assert box.depth.max() == pytest.approx(_by_pairs(curves)[box.median], abs=1e-12)


def _by_pairs(curves: np.ndarray) -> np.ndarray:
    """Return the depth by its definition: every pair, every point."""
    depth = np.zeros(len(curves))
    pairs = list(combinations(range(len(curves)), 2))
    for i, j in pairs:
        low, high = np.minimum(curves[i], curves[j]), np.maximum(curves[i], curves[j])
        depth += ((low <= curves) & (curves <= high)).mean(axis=1)
    return depth / len(pairs)


def test_band_depth_is_that_of_statsmodels() -> None:
    """Without equal values the depths agree to the last digit."""
    curves = np.random.default_rng(1).normal(size=(40, 12))
    assert band_depth(curves) == pytest.approx(banddepth(curves, method="MBD"), abs=1e-12)


def test_band_depth_does_not_hang_on_order() -> None:
    """Shuffled rows have the same depths, ties or not."""
    rng = np.random.default_rng(2)
    curves = rng.integers(0, 4, (20, 6)).astype(float)
    order = rng.permutation(20)
    assert band_depth(curves[order]) == pytest.approx(band_depth(curves)[order])


def test_functional_box_refuses_gaps() -> None:
    """A curve with a gap has no place among the others."""
    with pytest.raises(ValueError, match="missing"):
        functional_box([[1.0, np.nan], [1.0, 2.0]])
