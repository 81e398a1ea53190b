"""When the rise began by other rules: Kleinberg's bursts, CUSUM, EWMA; and breaks to look at."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from crisislab.estimate.baseline import Baseline, Places, seasonal_baseline, time_slots
from crisislab.estimate.breaks import mean_breaks
from crisislab.estimate.bursts import burst_levels
from crisislab.estimate.charts import cusum, ewma, ewma_limit
from crisislab.estimate.counts import steady_residuals, threefold_evidence
from crisislab.estimate.course import first_rise
from crisislab.estimate.jump import first_jump
from crisislab.estimate.survival import Floats

RULES = ("limit", "cusum", "ewma", "kleinberg", "jump")
_CUSUM_LIMIT, _LEAST = 5.0, 0.05


def other_onsets(
    hours: pd.DataFrame, *, quiet: tuple[datetime, datetime] | None, zone: str
) -> pd.DataFrame:
    """Return the onset by each rule, and the breaks of the deseasonalised curve.

    ``limit`` is the rule of the review. ``cusum`` (k = 0.5, h = 5: one false alarm in about 930
    quiet hours on one side) dates the onset after the last zero of the sum, often early;
    ``ewma`` (weight 0.2, 2.962) at its first hour above the limit; ``kleinberg`` (two levels, the
    upper twice the usual) at the first burst of two hours. These look at the hours after the quiet
    period, at residuals without the daily or weekly cycle. ``jump`` needs no quiet period: counts
    ten times above whatever the hours before allow
    (:func:`crisislab.estimate.jump.first_jump`). ``break`` rows are changes of the mean
    of the residuals by PELT: something to look at, never an alarm. Where the rules disagree by
    hours the rise was slow.

    Returns:
        ``rule, at``; ``at`` is missing where a rule found none. Without a quiet period only
        ``jump``.
    """
    empty = pd.DataFrame({"rule": pd.Series([], dtype="str"), "at": pd.Series([], dtype="object")})
    if hours.empty:
        return empty
    if quiet is None:
        return _table([("jump", _jump(hours, 0))], hours)
    calm = ((hours["hour_at"] >= quiet[0]) & (hours["hour_at"] < quiet[1])).to_numpy()
    if not calm.any():
        return empty
    counts = hours["n_posts"].to_numpy(dtype=np.float64)
    slots, n_slots = time_slots(hours["hour_at"], zone, n_quiet=int(calm.sum()))
    base = seasonal_baseline(counts[calm], slots[calm], n_slots=n_slots)
    expected = np.maximum(base.expected[slots], _LEAST)
    start = int((hours["hour_at"] < quiet[1]).sum())
    residual = steady_residuals(counts, expected, base.extra)
    places: list[tuple[str, int | None]] = [
        ("limit", _limit(counts, base, slots, start)),
        ("cusum", _cusum(residual, start)),
        ("ewma", _first(ewma(residual[start:]) > ewma_limit(), start)),
        ("kleinberg", _kleinberg(counts, expected, start)),
        ("jump", _jump(hours, start)),
    ]
    places += [("break", start + place) for place in mean_breaks(residual[start:], min_size=6)]
    return _table(places, hours)


def _table(places: list[tuple[str, int | None]], hours: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        [{"rule": rule, "at": pd.NaT if p is None else hours["hour_at"].iloc[p]}
         for rule, p in places]
    )  # fmt: skip


def _jump(hours: pd.DataFrame, start: int) -> int | None:
    found = first_jump(hours["n_posts"], start=start)
    return None if found is None else found.began


def _limit(counts: Floats, base: Baseline, slots: Places, start: int) -> int | None:
    alarm, raised, expected = base.limit()[slots], base.limit(0.95)[slots], base.expected[slots]
    evidence = threefold_evidence(counts, expected, base.extra)
    found = first_rise(counts[start:], alarm[start:], raised[start:], evidence[start:])
    return None if found is None else start + found


def _first(flags: Any, start: int) -> int | None:
    found = np.flatnonzero(flags)
    return start + int(found[0]) if found.size else None


def _cusum(residual: Floats, start: int) -> int | None:
    level = cusum(residual[start:], limit=_CUSUM_LIMIT)
    alarms = np.flatnonzero(level > _CUSUM_LIMIT)
    if not alarms.size:
        return None
    zeros = np.flatnonzero(level[: alarms[0]] == 0)
    return start + (int(zeros[-1]) + 1 if zeros.size else 0)


def _kleinberg(counts: Floats, expected: Floats, start: int) -> int | None:
    # The automaton wants posts among posts: hours weigh as their usual count, so that a busy
    # time of day is no burst.
    later, usual = counts[start:], expected[start:]
    if not later.sum():
        return None
    scale = float((later / usual).max()) + 1
    # A share of its own for the quiet level: what is usual, not the mean of the crisis.
    total = np.ceil(usual * scale)
    quiet = np.concatenate([usual.round(), later])
    levels, _ = burst_levels(quiet, np.concatenate([total, total]))
    after = levels[len(later) :]
    pairs = np.flatnonzero((after[:-1] > 0) & (after[1:] > 0))
    return start + int(pairs[0]) if pairs.size else None
