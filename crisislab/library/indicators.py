"""What is compared between crises: a few indicators with their interval, on the same clock."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import pandas as pd

from crisislab.estimate.baseline import ALARM, RAISED
from crisislab.estimate.course import Course, course, hours_to_half, smooth3
from crisislab.estimate.course_bands import course_bands
from crisislab.estimate.survival import Floats
from crisislab.library.book import PastCase

DRAWS = 100
HORIZON = 96
CURVE = ("hours_to_peak", "half_life_hours", "recovery_hours", "peak_multiple", "excess_posts")
TEAM = {
    "detected_hours": "",
    "first_reply_hours": "time_to_first_reply",
    "first_statement_hours": "time_to_first_statement",
    "first_response_hours": "first_response_time",
    "deadline_adherence": "deadline_adherence",
}
COLUMNS = ["case", "indicator", "value", "lower", "upper", "n", "note", "period"]


def indicators(
    cases: Sequence[PastCase], *, seed: int = 1, bounded: Collection[str] | None = None
) -> pd.DataFrame:
    """Return every indicator of every case, one row each: the tidy export.

    From the curve: ``hours_to_peak`` (onset to peak), ``half_life_hours`` (from the peak until half
    of the excess after it has occurred), ``recovery_hours`` (first alarm to six hours within the
    usual limit; ``not_reached`` where the curve ends before), ``peak_multiple`` (peak over the
    ordinary of that hour), ``excess_posts`` (of 96 hours). Peak and half-life have the interval of
    :func:`crisislab.estimate.course_bands.course_bands`: it knows the scatter of the crisis, not
    what the collection left out. From the team:
    ``detected_hours`` and the times kept from its review, hours. What cannot be told is missing,
    with a note.

    Args:
        cases: The crises.
        seed: Seed of the intervals.
        bounded: Ids of the crises whose intervals are wanted (they are drawn, which takes time);
            ``None``: all.

    Returns:
        ``case, indicator, value, lower, upper, n, note, period`` (``crisis``: of who wrote from the
        rise on; empty: no period applies, or the whole window).
    """
    rows: list[dict[str, Any]] = []
    for number, case in enumerate(cases):
        rows += _of_curve(case, seed + number, bounded is None or case.id in bounded)
        rows += _of_team(case)
    return pd.DataFrame(rows, columns=COLUMNS)


def _of_curve(case: PastCase, seed: int, bounded: bool) -> list[dict[str, Any]]:
    counts, expected = case.posts(), case.expected()
    told = _told(case, counts, expected)
    ends = _ends(case, counts, expected, seed) if bounded else {}
    return [
        _row(case, name, told[name], *ends.get(name, (math.nan, math.nan)), None,
             _note(case, name, told[name]))
        for name in CURVE
    ]  # fmt: skip


def _ends(
    case: PastCase, counts: Floats, expected: Floats, seed: int
) -> dict[str, tuple[float, float]]:
    # Without a quiet period the limit is unknown; the scatter of the crisis is not.
    bands = course_bands(
        counts, expected, extra=max(case.extra, 1e-9), start=case.onset, seed=seed, draws=DRAWS
    )
    ends = {
        "hours_to_peak": (bands.peak.lower - case.onset, bands.peak.upper - case.onset),
        "half_life_hours": (bands.half_life.lower, bands.half_life.upper),
    }
    return {name: (max(low, 0.0), high) for name, (low, high) in ends.items()}


def _told(case: PastCase, counts: Floats, expected: Floats) -> dict[str, float]:
    nothing = np.full(len(counts), np.nan)
    usual = expected if case.ordinary else nothing
    limits = (case.limit(ALARM), case.limit(RAISED)) if case.ordinary else (nothing, nothing)
    found: Course = course(counts, usual, *limits, extra=case.extra, start=case.onset)
    peak = int(found.peak)
    multiple = counts[peak] / max(expected[peak], 0.5) if case.ordinary else math.nan
    window = slice(case.onset, case.onset + HORIZON)
    return {
        "hours_to_peak": float(peak - case.onset),
        "half_life_hours": hours_to_half(counts, expected, peak=peak),
        "recovery_hours": found.recovery_hours,
        "peak_multiple": float(multiple),
        "excess_posts": float(np.maximum(counts[window] - expected[window], 0).sum()),
    }


def _note(case: PastCase, name: str, value: float) -> str:
    if np.isfinite(value):
        return ""
    if not case.ordinary:
        return "no_baseline"
    return "not_reached" if name == "recovery_hours" else "cannot_tell"


def _of_team(case: PastCase) -> list[dict[str, Any]]:
    rows = []
    if case.detected_after is not None:
        after = case.detected_after
        rows.append(_row(case, "detected_hours", after, math.nan, math.nan, None, ""))
    for name, kept in TEAM.items():
        known = case.values.get(kept)
        if known is None:
            continue
        scale = 1.0 if name == "deadline_adherence" else 1 / 60
        value, low, high = (math.nan if v is None else v * scale
                            for v in (known.value, known.lower, known.upper))  # fmt: skip
        note = "" if np.isfinite(value) else "not_reached"
        row = _row(case, name, value, low, high, known.n, note)
        rows.append(row | {"period": known.period})
    return rows


def _row(
    case: PastCase, name: str, value: float, lower: float, upper: float, n: int | None, note: str
) -> dict[str, Any]:
    return {"case": case.id, "indicator": name, "value": value, "lower": lower, "upper": upper,
            "n": n, "note": note, "period": ""}  # fmt: skip


def _multiple(counts: Floats, expected: Floats) -> Floats:
    # Three hours together: single quiet hours would jump from nothing to several times nothing.
    return np.asarray(smooth3(counts) / np.maximum(smooth3(expected), 0.5), dtype=np.float64)


def aligned(cases: Sequence[PastCase]) -> pd.DataFrame:
    """Return every curve on two clocks: hours since onset and hours since detection.

    ``multiple`` is posts over the ordinary of the same three hours (only with a quiet period);
    ``done`` the share of the excess of the first 96 hours that had occurred: it needs no peak to
    be scaled by.

    Returns:
        ``case, hour, since_detection, n_posts, multiple, done``, hours -12 to 95.
    """
    parts = []
    for case in cases:
        first = max(case.onset - 12, 0)
        last = min(case.onset + HORIZON, len(case.counts))
        counts, expected = case.posts()[first:last], case.expected()[first:last]
        hour = np.arange(first, last) - case.onset
        excess = np.where(hour >= 0, np.maximum(counts - expected, 0), 0)
        whole = max(float(excess.sum()), 1e-9)
        late = math.nan if case.detected_after is None else case.detected_after
        parts.append(
            pd.DataFrame({
                "case": case.id, "hour": hour, "since_detection": hour - late, "n_posts": counts,
                "multiple": _multiple(counts, expected) if case.ordinary else np.nan,
                "done": np.cumsum(excess) / whole,
            })
        )  # fmt: skip
    columns = ["case", "hour", "since_detection", "n_posts", "multiple", "done"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
