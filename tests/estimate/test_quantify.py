"""Quantifiers against hand-worked figures and QuaPy."""

from __future__ import annotations

import numpy as np
import pytest

from crisislab.estimate.quantify import acc, emq, pacc, pcc


def shifted(seed: int, share: float, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Return labels and exact posteriors of a two-class Gaussian, calibrated at one half."""
    dice = np.random.default_rng(seed)
    y = (dice.uniform(size=n) < share).astype(int)
    p = 1 / (1 + np.exp(-2 * dice.normal(y * 2 - 1, 1)))
    return y, np.column_stack([1 - p, p])


def test_acc_is_rogan_gladen() -> None:
    """With TPR .8 and FPR .2, 40 % classified positive is one third."""
    found = acc(
        [1] * 40 + [0] * 60,
        labels=[1] * 10 + [0] * 10,
        guesses=[1] * 8 + [0] * 2 + [1] * 2 + [0] * 8,
        n_classes=2,
    )
    assert found[1] == pytest.approx((0.4 - 0.2) / (0.8 - 0.2), abs=1e-6)


def test_acc_stays_a_share() -> None:
    """A count below the false positives is a share of 0, never negative."""
    found = acc([0] * 10, labels=[0, 0, 1, 1], guesses=[0, 1, 1, 1], n_classes=2)
    assert found.tolist() == pytest.approx([1, 0], abs=1e-6)


@pytest.mark.parametrize("share", [0.1, 0.9])
def test_emq_and_pacc_follow_a_shift_that_pcc_flattens(share: float) -> None:
    """Under pure prior shift EMQ and PACC are right to 2 points; PCC lags towards one half."""
    known_y, known = shifted(1, 0.5, 4000)
    truth, posteriors = shifted(2, share, 20000)
    right = truth.mean()
    assert emq(posteriors, priors=[0.5, 0.5])[1] == pytest.approx(right, abs=0.02)
    assert pacc(posteriors, labels=known_y, posteriors=known)[1] == pytest.approx(right, abs=0.03)
    assert abs(pcc(posteriors)[1] - 0.5) < abs(right - 0.5) - 0.05


def test_emq_with_weights_equals_repeated_rows() -> None:
    """A row of weight 3 is three rows."""
    rows = np.array([[0.7, 0.3], [0.2, 0.8]])
    plain = emq(np.repeat(rows, [3, 1], axis=0), priors=[0.6, 0.4])
    assert emq(rows, priors=[0.6, 0.4], weights=[3, 1]) == pytest.approx(plain)


def test_quantifiers_equal_quapy() -> None:
    """EMQ and PACC equal QuaPy 0.2.3 on the same posteriors."""
    aggregative = pytest.importorskip(
        "quapy.method.aggregative", reason="oracle: pip install 'crisislab[oracle]'"
    )
    known_y, known = shifted(1, 0.5, 500)
    _, posteriors = shifted(2, 0.8, 800)
    theirs, _ = aggregative.EMQ.EM(np.array([0.5, 0.5]), posteriors, epsilon=1e-7)
    ours = emq(posteriors, priors=[0.5, 0.5], tolerance=1e-8)
    assert ours == pytest.approx(theirs, abs=1e-4)
    mixing = np.column_stack([known[known_y == c].mean(axis=0) for c in (0, 1)])
    solved = aggregative.ACC.solve_adjustment(
        mixing, posteriors.mean(axis=0), method="inversion", solver="minimize"
    )
    found = pacc(posteriors, labels=known_y, posteriors=known)
    assert found == pytest.approx(solved, abs=1e-4)


def test_quantifiers_refuse_no_rows() -> None:
    """No posts have no shares."""
    with pytest.raises(ValueError, match="at least one row"):
        pcc(np.empty((0, 3)))
