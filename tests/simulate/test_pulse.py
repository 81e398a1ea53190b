"""Simulated curves are what their truth says."""

from __future__ import annotations

import numpy as np
import pytest

from crisislab.simulate.effect_study import peak_seen
from crisislab.simulate.pulse import Shape, simulate_pulse


def test_same_seed_same_crisis() -> None:
    """The draws depend on the seed alone."""
    one, other = (simulate_pulse(np.random.default_rng(1)) for _ in range(2))
    assert (one.counts == other.counts).all()


def test_counts_follow_their_truth() -> None:
    """Over many crises the posts sum to what was to be expected."""
    rng, seen, meant = np.random.default_rng(2), 0.0, 0.0
    for _ in range(60):
        pulse = simulate_pulse(rng, Shape(effect=0.6, lag=20))
        late = np.arange(len(pulse.counts)) >= pulse.response
        seen += pulse.counts.sum()
        meant += (pulse.ordinary + pulse.crisis * np.where(late, 0.6, 1)).sum()
    assert seen == pytest.approx(meant, rel=0.05)


def test_the_response_comes_after_the_peak_as_seen() -> None:
    """Without surges the response is exactly the lag after the peak that the team sees."""
    rng = np.random.default_rng(3)
    for _ in range(20):
        pulse = simulate_pulse(rng, Shape(lag=18))
        assert pulse.response == peak_seen(pulse.counts, pulse.onset) + 18


def test_a_control_has_no_response() -> None:
    """The control's crisis posts do not change at the response."""
    rng, ratios = np.random.default_rng(4), []
    for _ in range(60):
        pulse = simulate_pulse(rng, Shape(effect=0.2, lag=20, with_control=True))
        assert pulse.control is not None
        assert pulse.control_ordinary is not None
        window = slice(pulse.response, pulse.response + 24)
        share = pulse.control_ordinary[0] / pulse.ordinary[0]
        ratios.append(
            (pulse.control - pulse.control_ordinary)[window].sum()
            / (share * pulse.crisis[window].sum())
        )
    assert np.median(ratios) == pytest.approx(1, abs=0.15)
