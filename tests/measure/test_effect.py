"""The evidence on a response."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from crisislab.estimate.response_course import ResponseCourse
from crisislab.measure.effect import weigh_effect
from crisislab.simulate.effect_study import past_crises, peak_seen
from crisislab.simulate.pulse import Pulse, Shape, simulate_pulse


def _course(pulse: Pulse, *, control: bool = False) -> ResponseCourse:
    return ResponseCourse(
        pulse.counts, pulse.expected(), peak_seen(pulse.counts, pulse.onset), pulse.response,
        pulse.control if control else None, pulse.expected_control() if control else None,
        pulse.onset,
    )  # fmt: skip


@pytest.fixture
def calm() -> Pulse:
    """Give a crisis with little noise that was cut by half a day after its peak."""
    shape = Shape(effect=0.5, lag=24, with_control=True, decay="exponential", extra=0.01,
                  wander=0.0)  # fmt: skip
    return simulate_pulse(np.random.default_rng(3), shape)


def test_every_route_finds_a_clear_cut(calm: Pulse) -> None:
    """Curve, control and past crises all point to the half that is true."""
    past = past_crises(np.random.default_rng(4))
    found = weigh_effect(_course(calm, control=True), past=past)
    assert found.blocked == ""
    assert found.route == "control"
    assert found.ratio is not None
    assert found.control is not None
    assert found.library is not None
    assert found.ratio.lower < 0.5 < found.ratio.upper
    assert found.control.ratio().value == pytest.approx(0.5, abs=0.1)
    assert found.library.effect < 0
    assert found.placebo_rank <= 0.1


@pytest.mark.parametrize("lag", [1, 6, 11])
def test_nothing_is_computed_too_soon(calm: Pulse, lag: int) -> None:
    """Less than 12 hours after the peak there is no number at all."""
    course = _course(calm)
    found = weigh_effect(replace(course, response=course.peak + lag))
    assert found.blocked == "response_too_soon"
    assert found.steps == ()
    assert found.ratio is None


def test_a_response_before_the_peak_cannot_be_judged(calm: Pulse) -> None:
    """What came before the peak is not read as a cause of the fall after it."""
    course = _course(calm)
    assert weigh_effect(replace(course, response=course.peak)).blocked == "response_before_peak"


def test_hours_after_must_be_there(calm: Pulse) -> None:
    """Eleven hours after the response are too few."""
    course = _course(calm)
    short = replace(course, counts=course.counts[: course.response + 11])
    assert weigh_effect(short).blocked == "too_short_after"


def test_a_crisis_that_is_over_cannot_be_judged(calm: Pulse) -> None:
    """Where the posts are back to the ordinary there is nothing left to reduce."""
    course = _course(calm)
    flat = np.where(np.arange(len(course.counts)) > course.peak + 2, course.expected, course.counts)
    assert weigh_effect(replace(course, counts=flat)).blocked == "too_few_posts"


def test_the_library_decides_from_twenty_on(calm: Pulse) -> None:
    """Nineteen comparable crises are shown and do not decide."""
    past = past_crises(np.random.default_rng(5))
    few = weigh_effect(_course(calm), past=past[:12], placebo=False)
    many = weigh_effect(_course(calm), past=past, placebo=False)
    assert few.library is not None
    assert (few.route, many.route) == ("curve", "library")


def test_the_input_is_left_alone(calm: Pulse) -> None:
    """Weighing changes no number of the course."""
    course = _course(calm)
    before = course.counts.copy()
    weigh_effect(course)
    assert (course.counts == before).all()


def test_a_noisier_case_could_see_less() -> None:
    """The smallest cut that would be seen is larger where hours differ more."""
    cuts = []
    for extra in (0.02, 0.4):
        shape = Shape(lag=20, decay="exponential", extra=extra, wander=0.0)
        pulse = simulate_pulse(np.random.default_rng(9), shape)
        cuts.append(weigh_effect(_course(pulse), placebo=False).smallest)
    assert cuts[1] < cuts[0] < 1
