"""A case beside what past crises did at the same lag."""

from __future__ import annotations

import math

import numpy as np
import pytest

from crisislab.estimate.natural import Fade, PastCurve, fade, natural_decay


def test_fade_by_hand() -> None:
    """Ordinary 10 an hour; excess 400, 200 and 100 over three stretches."""
    counts = np.array([10.0] * 5 + [900.0] + [410.0] * 5 + [210.0] * 4 + [999.0] * 3 + [110.0] * 6)
    found = fade(counts, np.full(24, 10.0), peak=5, lag=13, ahead=6)
    assert found is not None
    assert (found.early, found.late, found.ahead) == pytest.approx(
        (math.log(400), math.log(200), math.log(100))
    )


def test_fade_needs_posts_above_the_noise() -> None:
    """A curve that is back to ordinary before the response says nothing about an effect."""
    counts = np.full(60, 10.0)
    counts[5:8] = 500
    assert fade(counts, np.full(60, 10.0), peak=5, lag=20) is None


def test_fade_needs_the_hours_ahead() -> None:
    """A curve that ends soon after the response cannot be compared."""
    assert fade(np.full(40, 900.0), np.full(40, 10.0), peak=5, lag=20) is None


def test_natural_decay_expects_what_alike_crises_did() -> None:
    """Where all past crises go on falling as they fell, one that does so has no effect."""
    past = [Fade(5.0, 5.0 - k / 10, 5.0 - k / 5) for k in range(1, 21)]
    found = natural_decay(Fade(7.0, 6.0, 5.0), past)
    assert found is not None
    assert found.effect == pytest.approx(0, abs=0.1)
    assert found.n == 20


def test_natural_decay_sees_more_than_the_usual_fall() -> None:
    """A crisis that drops far below all others is extreme, in p and in rank."""
    rng = np.random.default_rng(1)
    past = [Fade(5.0, 4.0, 3.2 + rng.normal(0, 0.2)) for _ in range(40)]
    found = natural_decay(Fade(5.0, 4.0, 1.5), past)
    assert found is not None
    assert found.p() < 0.01
    assert found.rank == pytest.approx(1 / 41)
    assert found.ratio().upper < 1


def test_natural_decay_needs_eight() -> None:
    """Seven past crises are listed, not reckoned with."""
    assert natural_decay(Fade(3, 2, 1), [Fade(3, 2, 1)] * 7) is None


def test_past_curve_fades_as_its_numbers() -> None:
    """A past curve gives the fade of its own counts."""
    counts, expected = np.geomspace(4000, 50, 60), np.full(60, 10.0)
    past = PastCurve("a", counts, expected, 0)
    assert past.fade(lag=16) == fade(counts, expected, peak=0, lag=16)
