"""What the collector did to the data: caps, pile-ups, gaps, breaks, late and partial exports.

Half of what looks like a finding in real exports is the tool that collected them: a cap filled
newest first makes every day peak at 23:00. These checks run before any metric. They change no
number: each finding is a row of the issues.

Every test is made so that clean data raise it in at most one series of a hundred
(``estimate.artefacts``); a simulation in the tests shows the rate.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import bdtr

from crisislab.check._tallies import LATE_DAYS, Tally, tallies
from crisislab.engine import instants
from crisislab.errors import Problem, worst_first
from crisislab.estimate import artefacts
from crisislab.estimate.artefacts import Numbers

ALPHA = 0.01
_LEAST = 100
_DAYS = 7
_DAILY = 10
_GAP_HOURS = 3
_AROUND = 3
_STEP = 0.2
_REPOST_SHARE = 0.05
_MOSTLY = 0.8
_PERIODS = {"day": "D", "hour": "h", "minute": "min"}
_LENGTHS = {"day": "24 h", "hour": "1 h", "minute": "1 min"}


def check_sampling(posts: Any, *, zone: str = "UTC") -> tuple[Problem, ...]:
    """Return what the times, languages and kinds of posts tell about their collection.

    The brand's own posts are left out; each platform is looked at by itself.

    Args:
        posts: Posts of any engine, with ``own`` set where it is known.
        zone: Time zone of the case, whose midnights are looked at beside those of UTC.

    Returns:
        Findings with codes ``CL-SAMPLE-...``, none of which refuses anything.
    """
    found = [problem for tally in tallies(posts) for problem in _Series(tally, zone).problems()]
    return tuple(worst_first(found))


@dataclass(frozen=True)
class _Series:
    """The posts of one platform as counted, and the zone of the case."""

    tally: Tally
    zone: str

    def problems(self) -> list[Problem]:
        checks: tuple[Callable[[], Iterator[Problem]], ...] = (
            self._pile_up, self._cap, self._even, self._gaps, self._languages, self._reposts,
            self._repost_steps, self._late,
        )  # fmt: skip
        enough = self.tally.n >= _LEAST
        return [problem for check in checks if enough for problem in check()]

    def _problem(self, code: str, *, line: int | None = None, **what: Any) -> Problem:
        files, platform = self.tally.files, self.tally.platform
        file, place = (files[0], platform) if len(files) == 1 else (platform, "")
        what.setdefault("n_of", self.tally.n)
        facts = {key: what.pop(key) for key in list(what) if key not in _FIELDS}
        return Problem(code, "flagged", file, place, line, facts=facts, **what)

    # --- times -----------------------------------------------------------------------------

    @property
    def _timed(self) -> bool:
        """Whether most posts have a time of day, not a date alone."""
        return not self.tally.minutes.empty and self.tally.n_midnight / self.tally.n < 0.5

    def _counts(self, period: str) -> pd.Series:
        """Return posts a period of UTC, from the first to the last, empty ones included."""
        minutes = self.tally.minutes
        if period == "minute" or minutes.empty:
            return minutes
        counts = _summed(minutes, pd.DatetimeIndex(minutes.index).floor(_PERIODS[period]))
        whole = pd.date_range(counts.index[0], counts.index[-1], freq=_PERIODS[period])
        filled: pd.Series = counts.reindex(whole, fill_value=0)
        return filled

    def _whole_days(self) -> pd.Series:
        """Return posts a day without the first and the last, which may be cut."""
        return self._counts("day").iloc[1:-1]

    def _pile_up(self) -> Iterator[Problem]:
        """Find a last (or first) hour of the day that holds what belongs to all of it."""
        if not self._timed:
            return
        for zone in dict.fromkeys(("UTC", self.zone)):
            last, first = self._around_midnight(zone)
            for hour, here, beyond in (("23:00", last, first), ("00:00", first, last)):
                used = here + beyond >= _DAILY
                p = artefacts.jump(here, beyond, least=_DAILY)
                if used.sum() >= _DAYS and p < ALPHA:
                    yield self._problem(
                        "CL-SAMPLE-PILE-UP", value=f"{hour} {zone}", n=int(here[used].sum()),
                        n_other=int(beyond[used].sum()), days=int(used.sum()),
                        usual=int(np.median(here[used])), p=_shown(p),
                    )  # fmt: skip
                    return

    def _around_midnight(self, zone: str) -> tuple[Numbers, Numbers]:
        """Return the posts of the hours before and after each midnight of a zone."""
        starts = _local(self.tally.minutes.index, zone)
        hours = _summed(self.tally.minutes, starts.floor("h"))
        ends = pd.to_datetime([self.tally.first, self.tally.last], unit="us", utc=True)
        first, last = _local(ends, zone)
        midnights = pd.date_range(first.ceil("D"), last.floor("D"), freq="D")
        before = hours.reindex(midnights - pd.Timedelta(hours=1), fill_value=0)
        after = hours.reindex(midnights, fill_value=0)
        return before.to_numpy(dtype=float), after.to_numpy(dtype=float)

    def _cap(self) -> Iterator[Problem]:
        """Find a number of posts that is reached exactly, time and again, and never passed."""
        for period in _PERIODS:
            counts = self._counts(period)
            largest, n, p = artefacts.tied_maximum(counts.to_numpy())
            if p < ALPHA:
                first = counts.index[int(np.argmax(counts.to_numpy()))]
                yield self._problem(
                    "CL-SAMPLE-CAP", value=str(largest), n=n, n_of=int((counts > 0).sum()),
                    period=_LENGTHS[period], first=str(first)[:16], p=_shown(p),
                )  # fmt: skip
                return

    def _even(self) -> Iterator[Problem]:
        """Find days that are more alike than chance makes them."""
        days = self._whole_days().to_numpy(dtype=float)
        p = artefacts.evenness(days, window=_DAYS) if len(days) >= _DAYS else 1.0
        if p < ALPHA:
            yield self._problem(
                "CL-SAMPLE-EVEN", value=f"{np.median(days):.0f}", n=len(days), n_of=None,
                days=_DAYS, p=_shown(p),
            )  # fmt: skip

    def _gaps(self) -> Iterator[Problem]:
        """Find holes out of line with the other pauses, by the posts usual at those hours."""
        if not self._timed:
            return
        pauses, n_pauses = self._pauses()
        n, p = artefacts.longest(pauses["usual"].to_numpy())
        found = pauses.head(n)
        found = found.loc[found["hours"] >= _GAP_HOURS]
        if p < ALPHA and len(found):
            at, until = (instants(found[end]).iloc[0] for end in ("at", "until"))
            yield self._problem(
                "CL-SAMPLE-GAP", value=f"{at:%Y-%m-%d %H:%M} - {until:%Y-%m-%d %H:%M} UTC",
                n=len(found), n_of=n_pauses, hours=f"{found['hours'].iloc[0]:.0f}",
                expected=f"{found['usual'].iloc[0]:.0f}", p=_shown(p),
            )  # fmt: skip

    def _pauses(self) -> tuple[pd.DataFrame, int]:
        """Return the largest pauses by the posts usual in them, and how many there are in all.

        Times are read through batch by batch: no more is kept than ``artefacts.longest`` asks for.
        """
        usual = self._usual()
        last = np.array([], dtype=np.int64)
        largest, n = _between(last, *usual), 0
        for times in self.tally.times():
            pauses = _between(np.concatenate([last, times]), *usual)
            n, last = n + len(pauses), times[-1:]
            largest = pd.concat([largest, pauses]).nlargest(artefacts.LOOKED_AT, "usual")
        return largest, n

    def _usual(self) -> tuple[Numbers, Numbers]:
        """Return hours, and how many posts are usual up to each: by hour of day and kind of day."""
        counts = self._counts("hour")
        at = pd.DatetimeIndex(counts.index)
        weekend = at.day_of_week >= 5 if len(counts) >= 14 * 24 else np.zeros(len(at), dtype=bool)
        profile = counts.groupby([at.hour, weekend]).transform("mean").to_numpy(dtype=float)
        profile = profile * self._level().reindex(at.floor("D")).to_numpy(dtype=float)
        edges = np.arange(len(profile) + 1) + self.tally.first / 3.6e9 // 1
        return edges, np.concatenate([[0.0], np.cumsum(profile)])

    def _level(self) -> pd.Series:
        """Return each day's level over the whole: the lower one of the days before and after.

        The first and the last day have one side only. There the quietest day of it stands in: a
        rise or a fall goes on past the end of the data, and its mean would be no usual day.
        """
        days = self._counts("day").astype(float)
        sides = []
        for ordered in (days, days[::-1]):
            around = ordered.rolling(_AROUND, min_periods=1)
            sides.append((around.mean().shift(), around.min().shift()))
        (before, lowest_before), (after, lowest_after) = sides
        told = pd.concat([before.fillna(lowest_after), after.fillna(lowest_before)], axis=1)
        return told.min(axis=1) / days.mean()

    # --- what the posts are ----------------------------------------------------------------

    def _languages(self) -> Iterator[Problem]:
        """Find a day from which the mix of languages is another."""
        known = self.tally.kinds.dropna(subset=["lang"])
        if known["n"].sum() >= _LEAST:
            most = known.groupby("lang", observed=True)["n"].sum()
            tied = most.index[most == most.max()].tolist()
            main = str(tied[0]) if len(tied) == 1 else self.tally.first_of(tied)
            yield from self._step("CL-SAMPLE-LANGUAGES", known, known["lang"].eq(main), value=main)

    def _repost_steps(self) -> Iterator[Problem]:
        kinds = self.tally.kinds
        yield from self._step("CL-SAMPLE-REPOSTS-STEP", kinds, kinds["repost"], value="")

    def _step(
        self, code: str, kinds: pd.DataFrame, hit: pd.Series, *, value: str
    ) -> Iterator[Problem]:
        """Find the largest step over days of the share that is hit, where it is one."""
        days = kinds.assign(hits=kinds["n"] * hit).groupby("day")[["hits", "n"]].sum()
        days = days.loc[days["n"] >= _DAILY]
        step = artefacts.step(days["hits"].to_numpy(dtype=float), days["n"].to_numpy(dtype=float))
        if step is None or step.p >= ALPHA or abs(step.after - step.before) < _STEP:
            return
        day, every = pd.Timestamp(days.index[step.at]), self.tally.kinds
        yield self._problem(
            code, value=value, n=int(every.loc[every["day"] >= day, "n"].sum()),
            day=f"{day:%Y-%m-%d}", before=f"{step.before:.0%}", after=f"{step.after:.0%}",
            p=_shown(step.p),
        )  # fmt: skip

    def _reposts(self) -> Iterator[Problem]:
        """Find exports of X without reposts, which leave them out, and ones of little else."""
        able = self.tally.kinds.loc[self.tally.kinds["able"]]
        n, n_of = int(able.loc[able["repost"], "n"].sum()), int(able["n"].sum())
        if self.tally.platform == "x" and bdtr(n, n_of, _REPOST_SHARE) < ALPHA:
            yield self._problem("CL-SAMPLE-NO-REPOSTS", n=n, n_of=n_of)
        elif n_of and n / n_of > _MOSTLY:
            yield self._problem("CL-SAMPLE-REPOSTS", value=f"{n / n_of:.0%}", n=n, n_of=n_of)

    def _late(self) -> Iterator[Problem]:
        """Find posts collected so late that many had been deleted by then."""
        n = self.tally.n_late
        if n * 2 > self.tally.n:
            line = self.tally.late_row() if len(self.tally.files) == 1 else None
            yield self._problem(
                "CL-SAMPLE-LATE", value=f"{self.tally.late_days():.0f}", n=n, line=line,
                days=LATE_DAYS,
            )  # fmt: skip


def _between(times: Numbers, edges: Numbers, total: Numbers) -> pd.DataFrame:
    """Return the pauses between times, and how many posts are usual in each."""
    hours = times / 3.6e9
    lengths, usual = np.diff(hours), np.diff(np.interp(hours, edges, total))
    return pd.DataFrame({"at": times[:-1], "until": times[1:], "hours": lengths, "usual": usual})


def _summed(minutes: pd.Series, periods: pd.DatetimeIndex) -> pd.Series:
    """Return posts a period, in order of time."""
    counts: pd.Series = minutes.groupby(periods).sum()
    return counts


def _local(times: pd.Index, zone: str) -> pd.DatetimeIndex:
    """Return what a clock in a zone shows."""
    return pd.DatetimeIndex(times).tz_convert(zone).tz_localize(None)


_FIELDS = ("value", "n", "n_of", "column")


def _shown(p: float) -> str:
    """Return a p-value in two digits; one too small for its sum in floats is not called 0."""
    return f"{max(p, 1e-15):.2g}"
