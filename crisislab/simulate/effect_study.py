"""How often the verdict on a response is right, on crises whose truth is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import norm, ttest_ind

from crisislab.estimate.baseline import ALARM
from crisislab.estimate.counts import extra_variance, upper_limit
from crisislab.estimate.course import HOLD_HOURS, first_calm, hours_to_half
from crisislab.estimate.course_bands import course_bands
from crisislab.estimate.intervals import wilson
from crisislab.estimate.natural import PastCurve
from crisislab.estimate.response_course import ResponseCourse
from crisislab.estimate.survival import Estimate, Floats
from crisislab.judge.effect import judge_effect
from crisislab.measure.effect import Evidence, weigh_effect
from crisislab.simulate.pulse import Pulse, Shape, simulate_pulse

LAGS = (6, 12, 18, 24)
EFFECTS = {"none": 1.0, "cut by 40 %": 0.6, "raised by two thirds": 5 / 3}
LIBRARY = 40
FRESH = 20
METHODS = ("curve alone", "with library of 40", "with control series")
NAIVE = ("12 h before, 24 h after (t)", "6 h before, 6 h after", "segmented Poisson, Newey-West")
MOMENTS = ("onset", "peak", "half_life", "recovery")


def peak_seen(counts: Floats, onset: int) -> int:
    """Return the peak as an analyst finds it: largest three-hour mean since the onset."""
    return onset + int(np.argmax(np.convolve(counts, np.ones(3) / 3, "same")[onset:]))


def past_crises(rng: np.random.Generator, n: int = LIBRARY) -> list[PastCurve]:
    """Return past crises in which nothing helped, as a library keeps them."""
    pulses = (simulate_pulse(rng) for _ in range(n))
    return [
        PastCurve(f"past {i}", p.counts, p.expected(), peak_seen(p.counts, p.onset))
        for i, p in enumerate(pulses)
    ]


def verdicts(*, runs: int, seed: int, lags: tuple[int, ...] = LAGS) -> pd.DataFrame:
    """Return the share of verdicts by lag, true effect and what there is to compare with.

    Args:
        runs: Crises per lag and effect.
        seed: Seed of every draw.
        lags: Hours from the peak (as seen) to the response.

    Returns:
        ``lag, effect, method, n, supported, lower, upper, consistent, cannot_tell, contradicted,
        not_assessable``; for the methods this one replaces, ``supported`` is the share in which
        they find a significant fall (one-sided 2.5 %) and the rest is missing.
    """
    rows = []
    for lag in lags:
        for name, effect in EFFECTS.items():
            found, naive = _runs(runs, seed, lag, effect)
            rows += [_row(lag, name, method, found[method]) for method in METHODS]
            rows += [_naive_row(lag, name, method, naive[method]) for method in NAIVE]
    return pd.DataFrame(rows)


def _runs(
    runs: int, seed: int, lag: int, effect: float
) -> tuple[dict[str, list[str]], dict[str, list[bool]]]:
    rng = np.random.default_rng([seed, lag, int(effect * 100)])
    found: dict[str, list[str]] = {method: [] for method in METHODS}
    naive: dict[str, list[bool]] = {method: [] for method in NAIVE}
    past: list[PastCurve] = []
    for run in range(runs):
        if run % FRESH == 0:
            past = past_crises(rng)
        shape = Shape(effect=effect, lag=lag, answers_surges=run % 2 == 1, with_control=True)
        pulse = simulate_pulse(rng, shape)
        for method, evidence in _evidence(pulse, past).items():
            found[method].append(judge_effect(evidence).verdict)
        for method in NAIVE:
            naive[method].append(_naive(pulse, method))
    return found, naive


def _evidence(pulse: Pulse, past: list[PastCurve]) -> dict[str, Evidence]:
    expected, peak = pulse.expected(), peak_seen(pulse.counts, pulse.onset)
    plain = ResponseCourse(pulse.counts, expected, peak, pulse.response)
    beside = ResponseCourse(
        pulse.counts,
        expected,
        peak,
        pulse.response,
        pulse.control,
        pulse.expected_control(),
        pulse.onset,
    )
    return {
        METHODS[0]: weigh_effect(plain),
        METHODS[1]: weigh_effect(plain, past=past, placebo=False),
        METHODS[2]: weigh_effect(beside, placebo=False),
    }


def _row(lag: int, effect: str, method: str, found: list[str]) -> dict[str, object]:
    n = len(found)
    share = wilson(found.count("supported"), n)
    return {
        "lag": lag, "effect": effect, "method": method, "n": n, "supported": share.value,
        "lower": share.lower, "upper": share.upper,
        "consistent": found.count("consistent with") / n,
        "cannot_tell": found.count("cannot tell") / n,
        "contradicted": found.count("contradicted") / n,
        "not_assessable": found.count("not assessable") / n,
    }  # fmt: skip


def _naive_row(lag: int, effect: str, method: str, found: list[bool]) -> dict[str, object]:
    share = wilson(sum(found), len(found))
    return {"lag": lag, "effect": effect, "method": method, "n": len(found),
            "supported": share.value, "lower": share.lower, "upper": share.upper}  # fmt: skip


def _naive(pulse: Pulse, method: str) -> bool:
    """Return whether a before/after method finds a significant fall."""
    y, r = pulse.counts, pulse.response
    if method == NAIVE[0]:
        test = ttest_ind(y[r : r + 24], y[r - 12 : r], equal_var=False, alternative="less")
        return bool(test.pvalue < 0.025)
    if method == NAIVE[1]:
        test = ttest_ind(y[r : r + 6], y[r - 6 : r], equal_var=False, alternative="less")
        return bool(test.pvalue < 0.025)
    return _segmented(y[: r + 24], r)


def _segmented(y: Floats, response: int) -> bool:
    """Return whether the textbook's step from the first hour on is significantly negative."""
    time = np.arange(len(y), dtype=float)
    after = (time >= response).astype(float)
    design = np.column_stack([np.ones_like(time), after, time / 100, after * (time - response)])
    beta = np.array([np.log(y.mean() + 1), 0, 0, 0])
    for _ in range(25):
        mean = np.exp(np.clip(design @ beta, -20, 20))
        bread = np.linalg.inv(design.T @ (mean[:, None] * design) + 1e-9 * np.eye(4))
        beta = beta + np.clip(bread @ (design.T @ (y - mean)), -2, 2)
    scores = (y - np.exp(np.clip(design @ beta, -20, 20)))[:, None] * design
    meat = scores.T @ scores
    for lag in range(1, 5):
        cross = scores[lag:].T @ scores[:-lag]
        meat = meat + (1 - lag / 5) * (cross + cross.T)
    se = float(np.sqrt(max((bread @ meat @ bread)[1, 1], 1e-12)))
    return bool(norm.cdf(float(beta[1]) / se) < 0.025)


def coverage(*, runs: int, seed: int, lags: tuple[int, ...] = LAGS[1:]) -> pd.DataFrame:
    """Return how often each 95 % interval of the effect holds the truth.

    Returns:
        ``lag, effect, method, n, covered, lower, upper``; only crises that can be assessed.
    """
    rows = []
    for lag in lags:
        for name, effect in EFFECTS.items():
            rng = np.random.default_rng([seed, 1, lag, int(effect * 100)])
            held: dict[str, list[bool]] = {method: [] for method in METHODS}
            past: list[PastCurve] = []
            for run in range(runs):
                if run % FRESH == 0:
                    past = past_crises(rng)
                shape = Shape(effect=effect, lag=lag, with_control=True)
                _hold(held, simulate_pulse(rng, shape), past)
            rows += [_covered(lag, name, method, held[method]) for method in METHODS]
    return pd.DataFrame(rows)


def _hold(held: dict[str, list[bool]], pulse: Pulse, past: list[PastCurve]) -> None:
    course = ResponseCourse(
        pulse.counts, pulse.expected(), peak_seen(pulse.counts, pulse.onset), pulse.response,
        pulse.control, pulse.expected_control(), pulse.onset,
    )  # fmt: skip
    found = weigh_effect(course, past=past, placebo=False)
    ratios = (found.ratio, found.library and found.library.ratio(),
              found.control and found.control.ratio())  # fmt: skip
    for method, ratio in zip(METHODS, ratios, strict=True):
        if isinstance(ratio, Estimate):
            held[method].append(ratio.lower <= pulse.effect <= ratio.upper)


def _covered(lag: int, effect: str, method: str, held: list[bool]) -> dict[str, object]:
    share = wilson(sum(held), len(held))
    return {"lag": lag, "effect": effect, "method": method, "n": len(held),
            "covered": share.value, "lower": share.lower, "upper": share.upper}  # fmt: skip


def moment_coverage(*, runs: int, seed: int) -> pd.DataFrame:
    """Return how often the 95 % intervals of onset, peak, half-life and recovery hold the truth.

    The truth is that of the intensity: its first hour, its highest, half of its excess, and the
    first of six hours in which it lies within the usual limit.

    Returns:
        ``moment, n, covered, lower, upper``; crises in which the moment has an interval.
    """
    held: dict[str, list[bool]] = {name: [] for name in MOMENTS}
    for run in range(runs):
        pulse = simulate_pulse(np.random.default_rng([seed, 2, run]), Shape(lag=60))
        expected = pulse.expected()
        extra = extra_variance(pulse.counts[: pulse.quiet], expected[: pulse.quiet])
        found = course_bands(
            pulse.counts, expected, extra=extra, start=pulse.quiet, seed=run, draws=100
        )
        for name, truth in _moments(pulse, expected, extra).items():
            band: Estimate = getattr(found, name)
            if not (np.isnan(truth) or np.isnan(band.lower)):
                late = np.isnan(band.upper) or truth <= band.upper
                held[name].append(bool(band.lower <= truth and late))
    rows = []
    for name, hits in held.items():
        share = wilson(sum(hits), len(hits))
        rows.append({"moment": name, "n": len(hits), "covered": share.value,
                     "lower": share.lower, "upper": share.upper})  # fmt: skip
    return pd.DataFrame(rows)


def _moments(pulse: Pulse, expected: Floats, extra: float) -> dict[str, float]:
    mean = pulse.ordinary + pulse.crisis
    top = pulse.onset + int(np.argmax(mean[pulse.onset :]))
    limit = upper_limit(expected, extra, quantile=ALARM)
    calm = first_calm(mean, limit, after=top, hold=HOLD_HOURS)
    return {
        "onset": float(pulse.onset),
        "peak": float(top),
        "half_life": hours_to_half(mean, pulse.ordinary, peak=top),
        "recovery": np.nan if calm is None else float(calm),
    }


def as_markdown(table: pd.DataFrame) -> str:
    """Return a table as Markdown, shares with two decimals.

    >>> print(as_markdown(pd.DataFrame({"lag": [6], "share": [0.5]})))
    | lag | share |
    |---|---|
    | 6 | 0.50 |
    """
    lines = ["| " + " | ".join(table.columns) + " |", "|" + "---|" * len(table.columns)]
    for row in table.itertuples(index=False):
        cells = ("" if v != v else f"{v:.2f}" if isinstance(v, float) else str(v) for v in row)
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)
