"""Shares from scores and hand labels: outside numbers, hand-worked draws, coverage."""

from __future__ import annotations

import numpy as np
import pytest

from crisislab.estimate.prevalence import Design, design_share, ppi_share

Y, F, REST = [0, 1, 1, 0, 1], [0, 1, 1, 1, 1], [1, 1, 0, 1, 0, 1, 1, 0]


def test_ppi_share_equals_published_toy() -> None:
    """Plain PPI gives .425 exactly, with the interval of ppi-python 0.2.3."""
    share = ppi_share(Y, F, REST, lam=1)
    assert share.value == pytest.approx(0.425, abs=1e-12)
    assert (share.lower, share.upper) == pytest.approx((-0.060252, 0.910252), abs=1e-6)


def test_ppi_share_tuned_equals_published_toy() -> None:
    """Power tuning gives lam = .32 and so .544, as ppi-python 0.2.3 does."""
    assert ppi_share(Y, F, REST).value == pytest.approx(0.544, abs=1e-12)


def test_ppi_share_equals_ppi_python() -> None:
    """On random data value and interval equal those of the authors' package."""
    ppi_py = pytest.importorskip("ppi_py", reason="oracle: pip install 'crisislab[oracle]'")
    dice = np.random.default_rng(3)
    y = dice.integers(0, 2, 120)
    f = np.clip(y + dice.normal(0, 0.4, 120), 0, 1)
    rest = dice.uniform(0, 1, 900)
    for lam in (1, None):
        low, high = ppi_py.ppi_mean_ci(y, f, rest, alpha=0.05, lam=lam)
        share = ppi_share(y, f, rest, lam=lam)
        # Without lam the package tunes once more around its own first estimate: equal to 1e-3.
        assert (share.lower, share.upper) == pytest.approx(
            (low.item(), high.item()), abs=1e-9 if lam else 1e-3
        )


def test_ppi_share_refuses_unequal_lengths() -> None:
    """Labels without their scores are refused."""
    with pytest.raises(ValueError, match="4 scores"):
        ppi_share(Y, F[:4], REST)


def test_design_variance_of_a_simple_sample_is_the_textbook_one() -> None:
    """For a simple random sample the variance is N^2 (1 - n/N) s^2 / n exactly."""
    values = np.array([0.0, 1.0, 1.0, 0.0, 1.0, 1.0])
    design = Design.of(np.ones(6), np.full(6, 6 / 60))
    expected = 60**2 * (1 - 0.1) * values.var(ddof=1) / 6
    assert design.total(values) == pytest.approx(40)
    assert design.variance(values) == pytest.approx(expected)


def test_design_variance_of_strata_is_the_textbook_one() -> None:
    """For simple random samples in strata it is sum N_h^2 (1 - n_h/N_h) s_h^2 / n_h exactly."""
    dice = np.random.default_rng(2)
    drawn, whole = np.array([40, 10, 4]), np.array([400, 50, 8])
    values = dice.normal(size=drawn.sum())
    stratum = np.repeat([0, 1, 2], drawn)
    design = Design.of(np.ones(drawn.sum()), np.repeat(drawn / whole, drawn), stratum)
    spread = np.array([values[stratum == h].var(ddof=1) for h in range(3)])
    expected = (whole**2 * (1 - drawn / whole) * spread / drawn).sum()
    assert design.variance(values) == pytest.approx(expected)


def test_design_share_equals_ppi_python_without_strata() -> None:
    """A plain draw of a large crowd has the value and interval of the authors' package."""
    ppi_py = pytest.importorskip("ppi_py", reason="oracle: pip install 'crisislab[oracle]'")
    dice = np.random.default_rng(4)
    y = dice.integers(0, 2, 400).astype(float)
    f = np.clip(y + dice.normal(0, 0.4, 400), 0, 1)
    rest = np.clip(dice.integers(0, 2, 200_000) + dice.normal(0, 0.4, 200_000), 0, 1)
    n_posts = f.size + rest.size
    found = design_share(
        y,
        f,
        Design.of(np.ones(400), np.full(400, 400 / n_posts)),
        total_score=float(f.sum() + rest.sum()),
        n_posts=n_posts,
    ).estimate
    low, high = ppi_py.ppi_mean_ci(y, f, rest, alpha=0.05)
    assert found.value == pytest.approx((low.item() + high.item()) / 2, abs=1e-3)
    assert found.upper - found.lower == pytest.approx((high - low).item(), rel=0.01)


def test_design_share_gives_nothing_for_what_the_strata_know() -> None:
    """A score that only tells the strata apart changes neither the share nor its interval."""
    dice = np.random.default_rng(6)
    stratum = np.repeat([0, 1], 60)
    y = (dice.uniform(size=120) < np.where(stratum == 1, 0.8, 0.2)).astype(float)
    design = Design.of(np.ones(120), np.full(120, 0.1), stratum)
    f = np.where(stratum == 1, 0.8, 0.2)
    assert design_share(y, f, design, total_score=600, n_posts=1200) == design_share(
        y, 0 * f, design, total_score=0, n_posts=1200
    )


def test_design_share_of_everything_labelled_is_exact() -> None:
    """When every text is labelled the share is the labels' and has no sampling error."""
    y = np.array([0.0, 1.0] * 40)
    found = design_share(
        y, y * 0.5, Design.of(np.ones(80), np.ones(80)), total_score=20, n_posts=80
    )
    assert found.estimate.value == pytest.approx(0.5)
    assert found.se == 0


def test_design_share_weights_texts_by_their_copies() -> None:
    """A text copied 30 times counts 30 times, taken for certain it adds no error."""
    size = np.append(np.ones(70), 30.0)
    probability = np.append(np.full(70, 0.5), 1.0)
    y = np.append(np.tile([0.0, 1.0], 35), 1.0)
    design = Design.of(size, probability)
    found = design_share(y, np.zeros(71), design, total_score=0, n_posts=170)
    assert found.estimate.value == pytest.approx((70 + 30) / 170)
    without = design_share(
        y[:70], np.zeros(70), Design.of(size[:70], probability[:70]), total_score=0, n_posts=140
    )
    assert found.se * 170 == pytest.approx(without.se * 140)


def test_design_share_with_few_labels_uses_wilson() -> None:
    """Under 50 labels the interval is Wilson's on the labels alone, and says so."""
    design = Design.of(np.ones(20), np.full(20, 0.01))
    found = design_share(np.zeros(20), np.zeros(20), design, total_score=0, n_posts=2000)
    assert found.method == "labels_alone"
    assert found.estimate.upper == pytest.approx(0.1611, abs=1e-4)


@pytest.mark.parametrize("shift", [0.0, 0.25])
def test_design_share_covers_the_truth(shift: float) -> None:
    """In 200 draws the 95 % interval covers 93-97 %, also with a scorer biased by 25 points."""
    dice = np.random.default_rng(11)
    truth = (dice.uniform(size=4000) < 0.4).astype(float)
    score = np.clip(0.5 * truth + 0.25 + shift + dice.normal(0, 0.15, 4000), 0, 1)
    hits = 0
    for _ in range(200):
        rows = dice.choice(4000, 200, replace=False)
        design = Design.of(np.ones(200), np.full(200, 0.05))
        found = design_share(
            truth[rows], score[rows], design, total_score=float(score.sum()), n_posts=4000
        ).estimate
        hits += found.lower <= truth.mean() <= found.upper
    assert 0.93 <= hits / 200 <= 0.97


def test_design_share_covers_the_truth_of_strata_under_a_swing() -> None:
    """In 1,000 draws of 40 from each fifth of a swing it covers 95 %, within two standard errors.

    The share goes from .25 to .85 and back; the scorer sees a third of it and is 20 points off.
    """
    dice = np.random.default_rng(12)
    share = np.interp(np.arange(4000), [0, 1600, 2000, 3200], [0.25, 0.25, 0.85, 0.25])
    truth = (dice.uniform(size=4000) < share).astype(float)
    score = np.clip(0.35 * truth + 0.1 + dice.normal(0, 0.15, 4000), 0, 1)
    stratum = np.repeat(np.arange(5), 40)
    design = Design.of(np.ones(200), np.full(200, 0.05), stratum)
    hits = 0
    for _ in range(1000):
        rows = np.concatenate([dice.choice(800, 40, replace=False) + 800 * h for h in range(5)])
        found = design_share(
            truth[rows], score[rows], design, total_score=float(score.sum()), n_posts=4000
        ).estimate
        hits += found.lower <= truth.mean() <= found.upper
    assert 0.936 <= hits / 1000 <= 0.964
