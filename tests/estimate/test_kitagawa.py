"""Who is talking against how they talk."""

from __future__ import annotations

import pandas as pd
import pytest

from crisislab.estimate.kitagawa import kitagawa

# UCB admissions 1973, six departments (Bickel, Hammel & O'Connell 1975; R: UCBAdmissions).
MEN = pd.DataFrame(
    {"group": list("ABCDEF"), "n": [825, 560, 325, 417, 191, 373],
     "total": [512, 353, 120, 138, 53, 22]}
)  # fmt: skip
WOMEN = pd.DataFrame(
    {"group": list("ABCDEF"), "n": [108, 25, 593, 375, 393, 341],
     "total": [89, 17, 202, 131, 94, 24]}
)  # fmt: skip


def test_kitagawa_splits_ucb_admissions() -> None:
    """Men minus women .141645 = rate -.036028 + composition .177674: the signs differ."""
    split = kitagawa(WOMEN, MEN)
    assert split.total == pytest.approx(0.141645, abs=1e-6)
    assert split.rate == pytest.approx(-0.036028, abs=1e-6)
    assert split.mix == pytest.approx(0.177674, abs=1e-6)
    assert split.opposed


def test_kitagawa_is_antisymmetric() -> None:
    """Exchanging the sides changes the signs and nothing else."""
    one, other = kitagawa(MEN, WOMEN), kitagawa(WOMEN, MEN)
    assert (one.total, one.rate, one.mix) == pytest.approx((-other.total, -other.rate, -other.mix))


def test_kitagawa_counts_a_new_group_as_mix() -> None:
    """A group that was not there before changes who is talking, not how."""
    before = pd.DataFrame({"group": ["old"], "n": [10], "total": [2]})
    after = pd.DataFrame({"group": ["old", "new"], "n": [10, 10], "total": [2, 8]})
    split = kitagawa(before, after)
    assert split.rate == 0
    assert split.mix == pytest.approx(split.total) == pytest.approx(0.3)


def test_kitagawa_refuses_an_empty_side() -> None:
    """No posts before is no change."""
    with pytest.raises(ValueError, match="both sides"):
        kitagawa(MEN.iloc[:0], WOMEN)
