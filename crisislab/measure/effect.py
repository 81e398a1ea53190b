"""Did the response help? What the curve, a control series and past crises say, side by side."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy.stats import norm

from crisislab.estimate.controls import Difference, difference_in_differences
from crisislab.estimate.decay import FORMS, Step, combined
from crisislab.estimate.donors import Mix, mix_of_controls
from crisislab.estimate.natural import GAP, NaturalDecay, PastCurve, fade, natural_decay
from crisislab.estimate.response_course import Control, ResponseCourse, steps_at
from crisislab.estimate.survival import Estimate, Floats

Route = Literal["curve", "control", "library"]
WINDOW = 24
MIN_HOURS = 12
MIN_AFTER = 12
# Where the lag lies between that of past crises, a library of this size decides.
MIN_LIBRARY = 20
_NEAR = 3
# Hours taken together against a control: a log needs more than a handful of posts.
BLOCK = 2
_POWER = 0.8


@dataclass(frozen=True)
class Evidence:
    """All that speaks for or against an effect; nothing is judged here.

    Attributes:
        blocked: Code of what makes the question unanswerable; empty if nothing does.
        hours_after_peak: Hours from the peak to the response.
        hours_after: Hours watched after the response, at most the window.
        steps: Step beyond the decay by form.
        ratio: Posts after the response over those expected, averaged over forms.
        placebo_rank: Share of dates at which the curve bends at least as far down (1: all).
        placebo_rank_rise: The same upwards.
        n_placebo: Dates compared.
        control: Difference in differences against the control series (of several their sum).
        each: The same against each of several control series, by name.
        mix: Synthetic control out of several.
        library: The case beside past crises.
        n_past: Past crises offered.
    """

    blocked: str
    hours_after_peak: int | None = None
    hours_after: int | None = None
    steps: tuple[Step, ...] = ()
    ratio: Estimate | None = None
    placebo_rank: float = math.nan
    placebo_rank_rise: float = math.nan
    n_placebo: int = 0
    control: Difference | None = None
    each: tuple[tuple[str, Difference], ...] = ()
    mix: Mix | None = None
    library: NaturalDecay | None = None
    n_past: int = 0

    @property
    def route(self) -> Route:
        """Return what decides: a control series, else a library of 20, else the curve alone."""
        if self.control is not None:
            return "control"
        if self.library is not None and self.library.n >= MIN_LIBRARY:
            return "library"
        return "curve"

    @property
    def smallest(self) -> float:
        """Return the cut (ratio) that would be seen in four of five crises by the route."""
        found = {"control": self.control, "library": self.library}.get(self.route)
        errors = [found.se] if found is not None else [step.se for step in self.steps]
        if not errors:
            return math.nan
        level = 0.05 if self.route == "library" else 0.01
        return math.exp(-float(norm.ppf(1 - level) + norm.ppf(_POWER)) * max(errors))


def weigh_effect(
    course: ResponseCourse,
    *,
    past: Sequence[PastCurve] = (),
    window: int = WINDOW,
    placebo: bool = True,
) -> Evidence:
    """Return the evidence on a response, none of it judged.

    The hours from the peak to the response say how the crisis decays; what came in the window
    after it is held against that decay (:func:`crisislab.estimate.decay.decay_step`, both
    forms), against other dates, a control series and past crises at the same lag. Nothing is
    computed where the response came less than 12 hours after the peak: what follows a peak so
    soon is a fall whatever was done.

    Args:
        course: The outcome per hour.
        past: Past crises.
        window: Hours after the response to look at.
        placebo: Whether to try every other date as well.
    """
    lag = course.response - course.peak
    after = min(window, len(course.counts) - course.response)
    blocked = _blocked(lag, after)
    if blocked:
        return Evidence(blocked, lag, max(after, 0))
    steps = steps_at(course, course.response, after)
    own = fade(course.counts, course.expected, peak=course.peak, lag=lag, ahead=after)
    if len(steps) < len(FORMS) or own is None:
        return Evidence("too_few_posts", lag, after)
    fades = [one.fade(lag=lag, ahead=after) for one in past]
    down, up, n = _placebo(course, after, steps) if placebo else (math.nan, math.nan, 0)
    return Evidence(
        "", lag, after, steps, combined(list(steps)), down, up, n,
        control=_against_control(course, after), each=tuple(_one_by_one(course, after)),
        mix=_mixed(course, after),
        library=natural_decay(own, [one for one in fades if one is not None]), n_past=len(past),
    )  # fmt: skip


def _blocked(lag: int, after: int) -> str:
    if lag <= 0:
        return "response_before_peak"
    if lag < MIN_HOURS:
        return "response_too_soon"
    return "too_short_after" if after < MIN_AFTER else ""


def _placebo(
    course: ResponseCourse, after: int, steps: tuple[Step, ...]
) -> tuple[float, float, int]:
    """Return where the real date stands among all dates: downwards, upwards, and how many."""
    real = _bend(steps)
    bends = []
    for at in range(course.peak + 8, course.response + after - 8):
        if abs(at - course.response) > _NEAR:
            found = steps_at(course, at, after)
            bends += [_bend(found)] if len(found) == len(FORMS) else []
    n = len(bends)
    down, up = (sum(way * b <= way * real for b in bends) for way in (1, -1))
    return (1 + down) / (n + 1), (1 + up) / (n + 1), n


def _bend(steps: Sequence[Step]) -> float:
    return float(np.mean([step.effect / step.se for step in steps]))


def _against_control(course: ResponseCourse, after: int) -> Difference | None:
    if course.control is None:
        return None
    usual = course.control_expected
    base = np.zeros_like(course.control) if usual is None else usual
    return _difference(course, Control("", course.control, base), after)


def _one_by_one(course: ResponseCourse, after: int) -> Iterator[tuple[str, Difference]]:
    for one in course.others:
        found = _difference(course, one, after)
        if found is not None:
            yield one.name, found


def _difference(course: ResponseCourse, control: Control, after: int) -> Difference | None:
    starts = _starts(course, after)
    ours, usual, theirs, their_usual = (
        _summed(line, starts)
        for line in (course.counts, course.expected, control.counts, control.expected)
    )
    return difference_in_differences(
        ours, theirs, starts >= course.response, ordinary=usual, ordinary_control=their_usual
    )


def _mixed(course: ResponseCourse, after: int) -> Mix | None:
    if not course.others:
        return None
    starts = _starts(course, after)
    ours = _summed(course.counts - course.expected, starts)
    theirs = [_summed(one.counts - one.expected, starts) for one in course.others]
    return mix_of_controls(ours, np.column_stack(theirs), starts >= course.response)


def _starts(course: ResponseCourse, after: int) -> npt.NDArray[np.int64]:
    """Return the first hours of the blocks before and after the response."""
    begin = course.peak if course.onset is None else course.onset
    early = np.arange(course.response - GAP - BLOCK, begin, -BLOCK)[::-1]
    late = np.arange(course.response, course.response + after - BLOCK + 1, BLOCK)
    return np.concatenate([early, late])


def _summed(line: Floats, starts: npt.NDArray[np.int64]) -> Floats:
    return np.array([float(line[at : at + BLOCK].sum()) for at in starts], dtype=np.float64)
