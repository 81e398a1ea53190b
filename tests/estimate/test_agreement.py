"""Agreement of coders against published figures."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crisislab.estimate.agreement import Level, agreement

N = None
# Krippendorff 2011, "Computing Krippendorff's alpha-reliability", four observers, 12 units.
PUBLISHED = pd.DataFrame(
    {
        "A": [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
        "B": [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
        "C": [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N],
        "D": [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
    }
)


@pytest.mark.parametrize(
    ("level", "alpha"),
    [("nominal", 0.7434), ("ordinal", 0.8154), ("interval", 0.8491), ("ratio", 0.7974)],
)
def test_agreement_equals_krippendorff_2011(level: Level, alpha: float) -> None:
    """The four published alphas, with missing codes."""
    found = agreement(PUBLISHED, level=level, seed=1)
    assert found.alpha.value == pytest.approx(alpha, abs=1e-4)
    assert found.alpha.lower < alpha < found.alpha.upper
    assert (found.n_units, found.n_coders) == (11, 4)


def test_agreement_prints_prevalence_beside_alpha() -> None:
    """85 % raw agreement is an alpha near .3 when one value is rare: both are given."""
    pairs = [("a", "a")] * 80 + [("a", "b")] * 10 + [("b", "a")] * 5 + [("b", "b")] * 5
    found = agreement(pd.DataFrame(pairs, columns=["ana", "leo"]), seed=1)
    assert found.raw == pytest.approx(0.85)
    assert found.alpha.value == pytest.approx(0.318, abs=0.01)
    assert found.prevalence["b"] == pytest.approx(0.125)
    assert found.reading == "poor"


def test_agreement_does_not_know_who_is_who() -> None:
    """Shuffled units and renamed coders change nothing but the bootstrap's dice."""
    shuffled = PUBLISHED.sample(frac=1, random_state=2)[["D", "B", "A", "C"]]
    assert agreement(shuffled, seed=1).alpha.value == pytest.approx(
        agreement(PUBLISHED, seed=1).alpha.value
    )


def test_agreement_without_pairs_is_unknown() -> None:
    """One coder alone agrees with nobody: unknown, never 1."""
    found = agreement(pd.DataFrame({"ana": [1, 2, 3]}), seed=1)
    assert np.isnan(found.alpha.value)
    assert found.reading == "unknown"


def test_agreement_on_one_value_is_unknown() -> None:
    """When nothing varies alpha is not defined, though raw agreement is 1."""
    found = agreement(pd.DataFrame({"ana": [1, 1], "leo": [1, 1]}), seed=1)
    assert np.isnan(found.alpha.value)
    assert found.raw == 1
