"""An outcome per hour around a response, and the steps that a decay leaves unexplained."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from crisislab.estimate.decay import FORMS, Form, Step, decay_step
from crisislab.estimate.natural import GAP
from crisislab.estimate.survival import Floats


@dataclass(frozen=True)
class Control:
    """A series that the response did not reach.

    Attributes:
        name: How it is called.
        counts: Posts per hour, hour by hour beside the outcome.
        expected: Its ordinary posts.
    """

    name: str
    counts: Floats = field(repr=False)
    expected: Floats = field(repr=False)


@dataclass(frozen=True)
class ResponseCourse:
    """An outcome per hour around a response.

    Attributes:
        counts: Posts per hour, the brand's own left out.
        expected: Ordinary posts per hour.
        peak: Position of the peak.
        response: Position of the first hour that begins after the response.
        control: What the response did not reach, hour by hour; of several series their sum.
        control_expected: Its ordinary posts.
        onset: Position of the first hour of the rise; a control is compared from there on.
        others: The control series one by one, where there are several.
    """

    counts: Floats
    expected: Floats
    peak: int
    response: int
    control: Floats | None = None
    control_expected: Floats | None = None
    onset: int | None = None
    others: tuple[Control, ...] = ()


def steps_at(
    course: ResponseCourse, response: int, after: int, *, gap: int = GAP,
    forms: Sequence[Form] = FORMS, skip: int = 1,
) -> tuple[Step, ...]:  # fmt: skip
    """Return the step at a date under each form of decay; forms that cannot be fitted are left out.

    Args:
        course: The outcome per hour.
        response: Position of the date to try.
        after: Hours after the course's own response to look at.
        gap: Hours before the date to leave out.
        forms: Forms of decay.
        skip: Hours after the peak at which the decay begins.
    """
    # The peak hour was chosen for being high, and the hours before a response perhaps for
    # surging: neither says how the crisis decays.
    at = np.arange(course.peak + skip, course.response + after)
    at = at[(at < response - gap) | (at >= response)]
    found = (
        decay_step(
            course.counts[at], course.expected[at], hours=(at - course.peak).astype(float),
            after=at >= response, form=form,
        )
        for form in forms
    )  # fmt: skip
    return tuple(step for step in found if step is not None)
