"""The plan's own alarm run on the data, post by post, with only what was knowable then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import narwhals as nw
import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import nbinom

from crisislab.engine import batches, lazy
from crisislab.estimate.intervals import poisson_rate
from crisislab.knowable import knowable_frame
from crisislab.metrics import Row, metrics, number
from crisislab.plan import Rule

Ints = npt.NDArray[np.int64]
EPISODE_GAP = pd.Timedelta(hours=24)
_WEEK_US = 7 * 24 * 3_600_000_000
_HOUR_US = 3_600_000_000
# Posts looked at together where only the first alarm is asked for.
_AT_ONCE = 1_000_000
CURVE = [
    "rule", "at_least", "fired_at", "delay_minutes", "lead_minutes", "n_false", "weeks",
    "false_per_week", "lower", "upper", "part",
]  # fmt: skip


@dataclass(frozen=True)
class Alarms:
    """When a rule was on.

    Attributes:
        at_us: Every instant at which it (still or again) reached its number, microseconds.
        until_us: Until when each of them kept it on.
    """

    at_us: Ints
    until_us: Ints

    def episodes(self) -> Ints:
        """Return where episodes begin: alarms at least 24 hours after the one before."""
        if not self.at_us.size:
            return self.at_us
        gap = np.diff(self.at_us, prepend=self.at_us[0] - 2 * _us(EPISODE_GAP))
        return self.at_us[gap >= _us(EPISODE_GAP)]

    def hours(self) -> float:
        """Return for how long it was on: what the desk has to bear."""
        if not self.at_us.size:
            return 0.0
        begins = np.maximum(self.at_us, np.concatenate([[self.at_us[0]], self.until_us[:-1]]))
        return float(np.maximum(self.until_us - begins, 0).sum() / _HOUR_US)


def _us(length: pd.Timedelta) -> int:
    return round(length.total_seconds() * 1_000_000)


def knowable_us(posts: Any, metric: str) -> Ints:
    """Return when the posts a rule counts could be known, in order."""
    public = lazy(posts).filter(~nw.col("own"))
    if metric == "negative_posts":
        worst = (nw.col("neg") > nw.col("neu")) & (nw.col("neg") > nw.col("pos"))
        public = public.filter(worst.fill_null(False))
    at = np.concatenate(
        [np.empty(0, np.int64), *batches(knowable_frame(public).select("known_us"))]
    )
    at.sort()
    return at


def alarms(at_us: Ints, *, window_minutes: float, at_least: int) -> Alarms:
    """Return when a count over a sliding window reaches its number, to the post.

    On at the post that is the ``at_least``-th of less than ``window`` before it; off when that many
    are no longer inside.
    """
    window = round(window_minutes * 60_000_000)
    if at_us.size < at_least:
        return Alarms(at_us[:0], at_us[:0])
    first = at_us[: at_us.size - at_least + 1]
    last = at_us[at_least - 1 :]
    on = last - first < window
    return Alarms(last[on], first[on] + window)


def _between(at_us: Ints, start: pd.Timestamp, end: pd.Timestamp) -> Ints:
    low, high = np.searchsorted(at_us, [_micro(start), _micro(end)])
    return at_us[low:high]


def _micro(at: pd.Timestamp) -> int:
    return round(at.timestamp() * 1_000_000)


def backtest(
    posts: Any,
    rules: Sequence[Rule],
    *,
    quiet: tuple[datetime, datetime] | None,
    onset: pd.Timestamp | None,
    detected: pd.Timestamp | None,
) -> pd.DataFrame:
    """Return what each rule of the plan would have done: how soon, and how often for nothing.

    ``alert_delay`` is from the onset to the first alarm after it (missing: never, censored at
    the end of the data); ``alert_lead`` from that alarm to when the team noticed;
    ``false_alarms_per_week`` counts episodes (alarms 24 hours apart) that begin in the quiet
    weeks, with the exact Poisson interval; ``alarm_hours_per_week`` is what the desk would have
    had to bear then. Counted is what could be known (``knowable.knowable_at``). The rules are the
    plan's, none is tuned here.

    Args:
        posts: Posts of any engine; with ``neg, neu, pos`` for rules on negative posts.
        rules: Rules of the plan.
        quiet: Quiet weeks, end exclusive.
        onset: When the rise began.
        detected: When the team noticed.
    """
    rows: list[Row] = []
    for rule in rules:
        at = knowable_us(posts, rule.metric)
        scope = f"rule={rule.id}"
        unsure = "unlabelled_scores" if rule.metric == "negative_posts" else ""
        rows += _crisis(at, rule, onset, detected, scope, unsure)
        rows += _quiet(at, rule, quiet, scope, unsure)
    return metrics(rows)


def _crisis(
    at: Ints, rule: Rule, onset: pd.Timestamp | None, detected: pd.Timestamp | None,
    scope: str, unsure: str,
) -> list[Row]:  # fmt: skip
    fired = first_alarm(at, rule.window, rule.at_least, after=onset)
    delay = None if fired is None or onset is None else (fired - onset).total_seconds() / 60
    lead = None if fired is None or detected is None else (detected - fired).total_seconds() / 60
    note = unsure if fired is not None else "never_fired"
    n = int(at.size)
    return [
        number("alert_delay", delay, unit="minutes", scope=scope, n=n, note=note,
               method="replay of the rule", evidence="posts"),
        number("alert_lead", lead, unit="minutes", scope=scope, n=n, note=note,
               method="detected minus alert", evidence="posts clock"),
    ]  # fmt: skip


def first_alarm(
    at: Ints, window: float, at_least: int, *, after: pd.Timestamp | None
) -> pd.Timestamp | None:
    """Return the first alarm at or after an instant, counting posts from that instant on.

    Args:
        at: When each post could be known, in order.
        window: Minutes of the rule.
        at_least: Posts of the rule.
        after: The instant.
    """
    if after is None:
        return None
    start = int(np.searchsorted(at, _micro(after)))
    for begin in range(start, at.size, _AT_ONCE):
        part = at[begin : begin + _AT_ONCE + at_least - 1]
        fired = alarms(part, window_minutes=window, at_least=at_least).at_us
        if fired.size:
            return pd.Timestamp(int(fired[0]), unit="us", tz="UTC")
    return None


def _quiet(
    at: Ints, rule: Rule, quiet: tuple[datetime, datetime] | None, scope: str, unsure: str
) -> list[Row]:
    if quiet is None:
        return [
            number(name, None, unit="count", scope=scope, note="no_quiet_period")
            for name in ("false_alarms_per_week", "alarm_hours_per_week")
        ]
    start, end = (pd.Timestamp(t) for t in quiet)
    weeks = (_micro(end) - _micro(start)) / _WEEK_US
    on = alarms(_between(at, start, end), window_minutes=rule.window, at_least=rule.at_least)
    n = int(on.episodes().size)
    return [
        number("false_alarms_per_week", poisson_rate(n, weeks), unit="count", scope=scope, n=n,
               method="exact Poisson 95 %", note=unsure, evidence="posts"),
        number("alarm_hours_per_week", on.hours() / weeks, unit="count", scope=scope, n=n,
               method="replay of the rule", note=unsure, evidence="posts"),
    ]  # fmt: skip


def tradeoff(
    posts: Any,
    rule: Rule,
    *,
    quiet: tuple[datetime, datetime],
    onset: pd.Timestamp | None,
    detected: pd.Timestamp | None,
    numbers: Iterable[int] = (),
) -> pd.DataFrame:
    """Return what other numbers of the same rule would have done: sooner against more for nothing.

    The quiet weeks are cut in two: in the first half (``part`` = ``tune``) a number may be
    chosen; the second half and the crisis (``report``) tell what it is worth. Nothing is chosen
    and told on the same weeks.

    Returns:
        ``rule, at_least, fired_at, delay_minutes, lead_minutes, n_false, weeks, false_per_week,
        lower, upper, part``; delay and lead stand in ``report`` rows only.
    """
    at = knowable_us(posts, rule.metric)
    start, end = (pd.Timestamp(t) for t in quiet)
    middle = start + (end - start) / 2
    rows = []
    for n in sorted({*(numbers or _around(rule.at_least)), rule.at_least}):
        for part, low, high in (("tune", start, middle), ("report", middle, end)):
            on = alarms(_between(at, low, high), window_minutes=rule.window, at_least=n)
            count, weeks = int(on.episodes().size), (_micro(high) - _micro(low)) / _WEEK_US
            rate = poisson_rate(count, weeks)
            fired = None
            if part == "report":
                fired = first_alarm(at, rule.window, n, after=onset)
            rows.append(
                (rule.id, n, fired, _minutes(fired, onset), _minutes(detected, fired), count,
                 weeks, rate.value, rate.lower, rate.upper, part)
            )  # fmt: skip
    table = pd.DataFrame(rows, columns=CURVE)
    return table.assign(fired_at=pd.to_datetime(table["fired_at"], utc=True))


def surprise_tradeoff(
    hours: pd.DataFrame,
    *,
    quiet: tuple[datetime, datetime],
    onset: pd.Timestamp | None,
    detected: pd.Timestamp | None,
    one_in: Iterable[int] = (100, 1000, 10000),
) -> pd.DataFrame:
    """Return what a rule without a fixed number would have done, in the columns of ``tradeoff``.

    ``at_least`` is how rare an hour must be to count: one in so many (``surprise_alarms``). The
    alarm is known at the end of its hour. The first week only teaches, so the first half of two
    quiet weeks tells nothing here.
    """
    start, end = (pd.Timestamp(t) for t in quiet)
    middle = start + (end - start) / 2
    rows = []
    for n in one_in:
        found = surprise_alarms(hours, quantile=1 - 1 / n)
        known = found.loc[found["alarm"], "hour_at"] + pd.Timedelta(hours=1)
        at = np.array([_micro(t) for t in known], dtype=np.int64)
        for part, low, high in (("tune", start, middle), ("report", middle, end)):
            count = int(Alarms(_between(at, low, high), at).episodes().size)
            weeks = (_micro(high) - _micro(low)) / _WEEK_US
            rate = poisson_rate(count, weeks)
            fired = None
            if part == "report" and onset is not None and (known > onset).any():
                fired = known[known > onset].iloc[0]
            rows.append(
                ("surprise", n, fired, _minutes(fired, onset), _minutes(detected, fired), count,
                 weeks, rate.value, rate.lower, rate.upper, part)
            )  # fmt: skip
    table = pd.DataFrame(rows, columns=CURVE)
    return table.assign(fired_at=pd.to_datetime(table["fired_at"], utc=True))


def _minutes(later: pd.Timestamp | None, earlier: pd.Timestamp | None) -> float:
    if later is None or earlier is None:
        return float("nan")
    return float((later - earlier).total_seconds() / 60)


def _around(n: int) -> list[int]:
    return sorted({max(round(n * f), 2) for f in (0.25, 0.5, 0.75, 1, 1.5, 2, 3)})


def chosen_number(curve: pd.DataFrame, *, per_week: float) -> pd.Series | None:
    """Return the report row of the smallest number that was quiet enough in the weeks for tuning.

    Args:
        curve: Result of :func:`tradeoff`.
        per_week: False alarms per week that the desk can bear.
    """
    tuned = curve[(curve["part"] == "tune") & (curve["false_per_week"] <= per_week)]
    if tuned.empty:
        return None
    told = curve[(curve["part"] == "report") & (curve["at_least"] == tuned["at_least"].min())]
    found: pd.Series = told.iloc[0]
    return found


def surprise_alarms(
    hours: pd.DataFrame, *, quantile: float = 0.999, learn_hours: int = 168
) -> pd.DataFrame:
    """Return the hours a rule without a fixed number calls surprising, from the past only.

    Each hour is held against the negative-binomial quantile around the mean of all hours before
    it at the same hour of the day, dispersion likewise; the first week only teaches. Hours called
    surprising teach with their limit, so that a crisis does not become its own normal.

    Args:
        hours: ``hour_at, n_posts`` of ``measure.volume.posts_per_hour``.
        quantile: Quantile beyond which an hour is surprising.
        learn_hours: Hours that only teach.

    Returns:
        ``hour_at, n_posts, limit, alarm``; the alarm is known at the end of its hour.
    """
    n = hours["n_posts"].to_numpy(dtype=np.float64)
    limit = np.full(n.size, np.nan)
    learnt = n.copy()
    for i in range(learn_hours, n.size):
        past = learnt[i % 24 : i : 24]
        mean = max(float(past.mean()), 0.1)
        everything = learnt[:i]
        extra = max((float(everything.var()) - float(everything.mean())) / max(
            float(everything.mean()) ** 2, 1e-9), 1e-6)  # fmt: skip
        limit[i] = nbinom.ppf(quantile, 1 / extra, 1 / (1 + extra * mean))
        learnt[i] = min(n[i], limit[i])
    return hours[["hour_at", "n_posts"]].assign(limit=limit, alarm=n > limit)
