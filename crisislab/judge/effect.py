"""Did the response help? The ladder: supported, consistent with, cannot tell, contradicted."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal

from crisislab.judge.verdicts import Verdict
from crisislab.measure.effect import Evidence

Way = Literal["fall", "rise"]
CURVE_LEVEL = 0.01
CONTROL_LEVEL = 0.025
LIBRARY_LEVEL = 0.05
PLACEBO_LEVEL = 0.05
PARALLEL_LEVEL = 0.01
WEAK_LEVEL = 0.1
SUBJECT = "response_helped"


def judge_effect(evidence: Evidence) -> Verdict:
    """Return the verdict on the response: did posts fall further than they would have?

    Not assessable: what is asked cannot be computed, or the response came less than 12 hours
    after the peak. Supported: the deciding comparison passes its gate. The gates (one-sided): a
    control series, p < .025, parallel before (p > .01), and the curve itself does not say the
    opposite (p > .1); else a library of 20 past crises or more, p < .05, among the most extreme
    5 %, and the curve itself points the same way; else the curve alone, p < .01 under both forms
    of decay and the real date among the top 5 % of placebo dates. Contradicted: the same gate
    upwards. Consistent with: the deciding comparison points down at p < .1. Else: cannot tell.

    The gates are set so that responses without effect are "supported" in at most 5 % of crises;
    ``benchmarks/effect_power.py`` shows it.

    Args:
        evidence: What :func:`crisislab.measure.effect.weigh_effect` found.

    Returns:
        The row for ``schema.VERDICTS``; its value is the ratio after/expected.
    """
    if evidence.blocked:
        return Verdict(SUBJECT, "not assessable", evidence.blocked, evidence="effect")
    gate = {"control": _control, "library": _library, "curve": _curve}[evidence.route]
    verdict, reason, confidence = "cannot tell", f"effect_unclear_{evidence.route}", "none"
    if gate(evidence, "fall"):
        verdict, reason = "supported", f"effect_seen_{evidence.route}"
        confidence = "low" if evidence.route == "curve" else "moderate"
    elif gate(evidence, "rise"):
        verdict, reason = "contradicted", f"effect_reverse_{evidence.route}"
        confidence = "low" if evidence.route == "curve" else "moderate"
    elif _weak(evidence):
        verdict, reason, confidence = "consistent with", "effect_weak", "low"
    ratio = deciding_ratio(evidence)
    return Verdict(
        SUBJECT, verdict, reason, confidence, ratio[0], ratio[1], ratio[2], 1.0, "share",
        evidence.hours_after, "effect",
    )  # fmt: skip


def deciding_ratio(evidence: Evidence) -> tuple[float, float, float]:
    """Return the ratio after/expected of the route that decides, with its interval."""
    found = {"control": evidence.control, "library": evidence.library}.get(evidence.route)
    ratio = evidence.ratio if found is None else found.ratio()
    if ratio is None:
        return math.nan, math.nan, math.nan
    return ratio.value, ratio.lower, ratio.upper


def _control(evidence: Evidence, way: Way) -> bool:
    found = evidence.control
    other: Way = "rise" if way == "fall" else "fall"
    opposed = all(step.p(other) < WEAK_LEVEL for step in evidence.steps)
    if found is None or opposed:
        return False
    return _one(found.p, way) < CONTROL_LEVEL and found.trend_p > PARALLEL_LEVEL


def _library(evidence: Evidence, way: Way) -> bool:
    found = evidence.library
    if found is None or evidence.ratio is None or (evidence.ratio.value < 1) != (way == "fall"):
        return False
    place = found.rank if way == "fall" else 1 - found.rank + 1 / (found.n + 1)
    return _one(found.p, way) < LIBRARY_LEVEL and place <= PLACEBO_LEVEL


def _curve(evidence: Evidence, way: Way) -> bool:
    rank = evidence.placebo_rank if way == "fall" else evidence.placebo_rank_rise
    return all(step.p(way) < CURVE_LEVEL for step in evidence.steps) and rank <= PLACEBO_LEVEL


def _weak(evidence: Evidence) -> bool:
    if evidence.route == "control" and evidence.control is not None:
        return evidence.control.p() < WEAK_LEVEL
    if evidence.route == "library" and evidence.library is not None:
        return evidence.library.p() < WEAK_LEVEL
    return max(step.p() for step in evidence.steps) < WEAK_LEVEL


def _one(p: Callable[[], float], way: Way) -> float:
    return p() if way == "fall" else 1 - p()
