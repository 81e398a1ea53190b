"""The step beyond the decay."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest

from crisislab.estimate.decay import FORMS, Form, combined, decay_step, expected_course

Floats = npt.NDArray[np.float64]
HOURS = np.arange(1.0, 61.0)
AFTER = HOURS >= 24
ORDINARY = 10 + 5 * np.sin(2 * np.pi * HOURS / 24)


def _curve(form: Form, cut: float) -> Floats:
    shape = np.exp(-HOURS / 15) if form == "exponential" else (1 + HOURS / 6) ** -1.2
    crisis = ORDINARY / ORDINARY.mean() * 800 * shape * np.where(AFTER, cut, 1.0)
    return np.asarray(ORDINARY + crisis, dtype=np.float64)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("cut", [1.0, 0.6, 1.5])
def test_decay_step_finds_the_cut(form: Form, cut: float) -> None:
    """Without noise the right form gives the cut that was made."""
    found = decay_step(_curve(form, cut), ORDINARY, hours=HOURS, after=AFTER, form=form)
    assert found is not None
    assert found.ratio().value == pytest.approx(cut, rel=0.02)


@pytest.mark.parametrize("form", FORMS)
def test_expected_course_is_the_decay(form: Form) -> None:
    """Without the step the course is the curve as if nothing had been done."""
    found = decay_step(_curve(form, 0.5), ORDINARY, hours=HOURS, after=AFTER, form=form)
    assert found is not None
    course = expected_course(found, ORDINARY, hours=HOURS)
    assert course == pytest.approx(_curve(form, 1.0), rel=0.05)


def test_a_mere_fall_is_no_effect() -> None:
    """A curve that halves after the response because it fades shows no step."""
    counts = np.random.default_rng(1).poisson(_curve("exponential", 1.0)).astype(float)
    steps = [decay_step(counts, ORDINARY, hours=HOURS, after=AFTER, form=form) for form in FORMS]
    found = combined([step for step in steps if step is not None])
    assert counts[AFTER][:24].mean() < 0.5 * counts[~AFTER].mean()
    assert found.lower < 1 < found.upper


def test_p_values_of_both_directions_sum_to_one() -> None:
    """What speaks for a fall speaks against a rise."""
    step = decay_step(_curve("exponential", 0.6), ORDINARY, hours=HOURS, after=AFTER,
                      form="exponential")  # fmt: skip
    assert step is not None
    assert step.p("fall") + step.p("rise") == pytest.approx(1)
    assert step.p("fall") < 0.01


def test_disagreement_of_forms_widens_the_interval() -> None:
    """Two forms that say different things are less sure together than each alone."""
    counts = np.random.default_rng(2).poisson(_curve("power law", 0.7)).astype(float)
    steps = [
        step for form in FORMS
        if (step := decay_step(counts, ORDINARY, hours=HOURS, after=AFTER, form=form))
    ]  # fmt: skip
    together = combined(steps)
    assert len(steps) == 2
    narrow = min(math.log(s.ratio().upper / s.ratio().lower) for s in steps)
    assert math.log(together.upper / together.lower) >= narrow - 1e-9


def test_decay_step_needs_hours_on_both_sides() -> None:
    """Seven hours before the response carry no decay."""
    few = decay_step(_curve("exponential", 1.0)[:31], ORDINARY[:31], hours=HOURS[:31],
                     after=HOURS[:31] >= 8, form="exponential")  # fmt: skip
    assert few is None


def test_combined_refuses_nothing() -> None:
    """No step, no effect."""
    with pytest.raises(ValueError, match="no step"):
        combined([])
