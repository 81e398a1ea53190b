"""The same response with other choices, and the course that was to be expected."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from crisislab.estimate.bayes import bayesian_step
from crisislab.estimate.controls import Difference
from crisislab.estimate.decay import FORMS, Form, Step, combined, expected_course
from crisislab.estimate.donors import MIN_SERIES, Mix
from crisislab.estimate.local_level import PRIORS, local_level_effect
from crisislab.estimate.natural import GAP
from crisislab.estimate.response_course import ResponseCourse, steps_at
from crisislab.estimate.survival import Estimate, Floats

WINDOWS = (12, 24, 48)
STARTS = (1, 3)


def sensitivity(
    course: ResponseCourse, *, window: int = 24, engine: str = "light", seed: int = 1
) -> pd.DataFrame:
    """Return the effect under other forms, windows, beginnings and smoothness.

    One choice is changed at a time; the lines ``level_...`` put a wandering level beside both
    decays (:func:`crisislab.estimate.local_level.local_level_effect`), whose interval is for the
    most part the choice of how far it may wander. With the engine ``bayes`` there are two more
    lines, ``bayes_...``: either decay by CausalPy. They never decide: the gates of the verdict
    are set for the light reckoning.

    Args:
        course: The outcome per hour.
        window: Hours after the response.
        engine: ``light`` or ``bayes``.
        seed: Seed of the sampler.

    Raises:
        CrisisLabError: CL-EFFECT-BAYES where CausalPy is asked for and missing.

    Returns:
        ``choice, ratio, lower, upper``.
    """
    rows = [
        {"choice": choice, "ratio": ratio.value, "lower": ratio.lower, "upper": ratio.upper}
        for choice, ratio in (*_choices(course, window), *_bayes(course, window, engine, seed))
    ]
    return pd.DataFrame(rows, columns=["choice", "ratio", "lower", "upper"])


def _choices(course: ResponseCourse, window: int) -> Iterator[tuple[str, Estimate]]:
    left = len(course.counts) - course.response
    for step in steps_at(course, course.response, min(window, left)):
        yield f"form_{step.form.replace(' ', '_')}", step.ratio()
    for hours in WINDOWS:
        if left >= hours:
            yield from _averaged(f"window_{hours}", steps_at(course, course.response, hours))
    for skip in STARTS:
        found = steps_at(course, course.response, min(window, left), skip=skip)
        yield from _averaged(f"start_{skip}", found)
    yield from _averaged("gap_0", steps_at(course, course.response, min(window, left), gap=0))
    yield from _levels(course, min(window, left))


def _averaged(choice: str, steps: tuple[Step, ...]) -> Iterator[tuple[str, Estimate]]:
    if steps:
        yield choice, combined(steps)


def _levels(course: ResponseCourse, after: int) -> Iterator[tuple[str, Estimate]]:
    series, late, decays = _log_excess(course, after)
    for prior in PRIORS:
        found = local_level_effect(series, late, controls=decays, level_sd=prior)
        yield f"level_{str(prior).replace('.', '_')}", _ratio(found.effect)


def _bayes(
    course: ResponseCourse, window: int, engine: str, seed: int
) -> Iterator[tuple[str, Estimate]]:
    if engine != "bayes":
        return
    series, late, decays = _log_excess(course, min(window, len(course.counts) - course.response))
    for form, decay in zip(FORMS, decays.T, strict=True):
        found = bayesian_step(series, late, decay, seed=seed)
        yield f"bayes_{form.replace(' ', '_')}", _ratio(found)


def _log_excess(course: ResponseCourse, after: int) -> tuple[Floats, npt.NDArray[np.bool_], Floats]:
    """Return log excess per ordinary post, what lies after the response, and both decays."""
    at = np.arange(course.peak + 1, course.response + after)
    at = at[(at < course.response - GAP) | (at >= course.response)]
    counts, ordinary = course.counts[at], np.maximum(course.expected[at], 0.05)
    excess = np.maximum(counts - ordinary, 0.25 * np.maximum(counts, 1))
    hours = (at - course.peak).astype(float)
    decays = np.column_stack([hours, np.log1p(hours / 6)])
    series = np.asarray(np.log(excess / ordinary), dtype=np.float64)
    return series, np.asarray(at >= course.response), decays


def _ratio(log: Estimate) -> Estimate:
    value, lower, upper = (math.exp(min(max(end, -50.0), 50.0))
                           for end in (log.value, log.lower, log.upper))  # fmt: skip
    return Estimate(value, lower, upper)


def controls_table(
    names: Sequence[str], together: Difference | None, each: Mapping[str, Difference],
    mix: Mix | None,
) -> pd.DataFrame:  # fmt: skip
    """Return what several control series say, together, as a mix and one by one.

    ``together`` is what decides; ``mix`` the synthetic control, whose ``rank`` is the share of
    all series that fell at least as far beyond a mix of the others.

    Args:
        names: Names of the control series.
        together: Difference in differences against their sum.
        each: The same against single ones, where they can be compared.
        mix: Their synthetic control.

    Returns:
        ``kind`` (``together``, ``mix`` or ``one``), ``series, weight, ratio, lower, upper, rank``;
        empty with fewer than two series.
    """
    columns = ["kind", "series", "weight", "ratio", "lower", "upper", "rank"]
    if len(names) < MIN_SERIES:
        return pd.DataFrame(columns=columns)
    nothing, weights = math.nan, [math.nan] * len(names) if mix is None else mix.weights
    rows = [("together", "", nothing, *_ends(together), nothing)]
    if mix is not None:
        rows.append(("mix", "", nothing, mix.ratio, nothing, nothing, mix.rank))
    rows += [("one", name, float(weight), *_ends(each.get(name)), nothing)
             for name, weight in zip(names, weights, strict=True)]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _ends(found: Difference | None) -> tuple[float, float, float]:
    if found is None:
        return math.nan, math.nan, math.nan
    ratio = found.ratio()
    return ratio.value, ratio.lower, ratio.upper


def expected_hours(course: ResponseCourse, hour_at: pd.Series, *, window: int = 24) -> pd.DataFrame:
    """Return the hours around the response with what each form of decay leads to expect.

    Returns:
        ``hour_at, n_posts, ordinary, exponential, power_law``; the forms from the peak on.
    """
    after = min(window, len(course.counts) - course.response)
    first, end = max(course.peak - 24, 0), course.response + after
    table = pd.DataFrame(
        {
            "hour_at": hour_at.iloc[first:end].to_numpy(),
            "n_posts": course.counts[first:end],
            "ordinary": course.expected[first:end],
        }
    )
    table["hour_at"] = pd.to_datetime(table["hour_at"], utc=True).astype("datetime64[us, UTC]")
    steps = {step.form: step for step in steps_at(course, course.response, after)}
    for form in FORMS:
        table[form.replace(" ", "_")] = _course(course, steps.get(form), form, first, end)
    return table


def _course(course: ResponseCourse, step: Step | None, form: Form, first: int, end: int) -> Floats:
    line = np.full(end - first, np.nan)
    if step is None or step.form != form:
        return line
    at = np.arange(course.peak + 1, end)
    line[at - first] = expected_course(
        step, course.expected[at], hours=(at - course.peak).astype(float)
    )
    return line
