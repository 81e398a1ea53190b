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
from functools import cached_property
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
from scipy.stats import binom

from crisislab.engine import Lazy, coded, instants, lazy, small
from crisislab.errors import Problem, worst_first
from crisislab.estimate import artefacts

ALPHA = 0.01
_LEAST = 100
_DAYS = 7
_DAILY = 10
_GAP_HOURS = 3
_AROUND = 3
_STEP = 0.2
_LATE_DAYS = 7
_REPOST_SHARE = 0.05
_MOSTLY = 0.8
# A layout known by column names alone does not say whether it could hold reposts.
_NO_KINDS = ("table",)
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
    others = lazy(posts).filter(~nw.col("own") & ~nw.col("platform").is_null())
    kept = others.select("platform", file=nw.col("source_file").cast(nw.String)).unique()
    held = small(kept, by=["platform", "file"])
    found = [
        problem
        for name, part in held.groupby("platform", sort=True)
        for problem in _Series(
            str(name),
            _narrow(others, str(name), lines=part["file"].count() == 1),
            zone,
            tuple(part["file"].dropna()),
        ).problems()
    ]
    return tuple(worst_first(found))


def _narrow(others: Lazy, platform: str, *, lines: bool) -> pd.DataFrame:
    """Return what the checks look at of one platform, in order of time: as few bytes as can be.

    Args:
        others: The public's posts.
        platform: The platform.
        lines: Whether lines of a file are told.
    """
    mine = others.filter(nw.col("platform") == platform)
    said = nw.col("text").cast(nw.String).str.starts_with("RT @").fill_null(False)
    names = ("lang", "kind", "source")
    kept = ["created_us", "collected_us", *names, *(["source_row"] if lines else [])]
    order = ["created_us", "post_id"]
    rows = mine.select("post_id", *kept, retold=said).sort(order).drop("post_id")
    frame = coded(rows, names)
    at = {f"{name}_at": instants(frame.pop(f"{name}_us")) for name in ("created", "collected")}
    return frame.assign(**at)


@dataclass(frozen=True)
class _Series:
    """The posts of one platform, and the files they stand in."""

    platform: str
    posts: pd.DataFrame
    zone: str
    files: tuple[str, ...]

    def problems(self) -> list[Problem]:
        checks: tuple[Callable[[], Iterator[Problem]], ...] = (
            self._pile_up, self._cap, self._even, self._gaps, self._languages, self._reposts,
            self._repost_steps, self._late,
        )  # fmt: skip
        enough = len(self.posts) >= _LEAST
        return [problem for check in checks if enough for problem in check()]

    def _problem(self, code: str, *, row: Any = None, **what: Any) -> Problem:
        files = self.files
        place = self.platform if len(files) == 1 else ""
        file = str(files[0]) if len(files) == 1 else self.platform
        line = None if row is None or len(files) != 1 else int(self.posts["source_row"].iloc[row])
        what.setdefault("n_of", len(self.posts))
        facts = {key: what.pop(key) for key in list(what) if key not in _FIELDS}
        return Problem(code, "flagged", file, place, line, facts=facts, **what)

    # --- times -----------------------------------------------------------------------------

    @cached_property
    def _times(self) -> pd.Series:
        times = self.posts["created_at"]
        if times.is_monotonic_increasing:  # as they come, unless one is missing
            return times
        return times.sort_values(kind="stable").reset_index(drop=True)

    @cached_property
    def _timed(self) -> bool:
        """Whether most posts have a time of day, not a date alone."""
        midnight = self._times.dt.normalize().eq(self._times)
        return bool(midnight.mean() < 0.5)

    def _counts(self, period: str) -> pd.Series:
        """Return posts a period of UTC, from the first to the last, empty ones included."""
        starts = self._times.dt.floor(_PERIODS[period])
        counts: pd.Series = starts.value_counts(sort=False).sort_index()
        if period == "minute":
            return counts
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

    def _around_midnight(self, zone: str) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """Return the posts of the hours before and after each midnight of a zone."""
        local = self._times.dt.tz_convert(zone).dt.tz_localize(None)
        hours = local.dt.floor("h").value_counts(sort=False)
        midnights = pd.date_range(local.iloc[0].ceil("D"), local.iloc[-1].floor("D"), freq="D")
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
        times = self._times.drop_duplicates()
        hours = times.to_numpy(dtype="datetime64[us]").astype(np.int64) / 3.6e9
        lengths = np.diff(hours)
        usual = np.diff(self._usual(hours))
        n, p = artefacts.longest(usual)
        found = np.argsort(-usual, kind="stable")[:n]
        found = found[lengths[found] >= _GAP_HOURS]
        if p < ALPHA and len(found):
            worst = int(found[0])
            at, until = times.iloc[worst], times.iloc[worst + 1]
            yield self._problem(
                "CL-SAMPLE-GAP", value=f"{at:%Y-%m-%d %H:%M} - {until:%Y-%m-%d %H:%M} UTC",
                n=len(found), n_of=len(lengths), hours=f"{lengths[worst]:.0f}",
                expected=f"{usual[worst]:.0f}", p=_shown(p),
            )  # fmt: skip

    def _usual(self, hours: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Return how many posts are usual up to each time: by hour of day and kind of day."""
        counts = self._counts("hour")
        at = pd.DatetimeIndex(counts.index)
        weekend = at.day_of_week >= 5 if len(counts) >= 14 * 24 else np.zeros(len(at), dtype=bool)
        profile = counts.groupby([at.hour, weekend]).transform("mean").to_numpy(dtype=float)
        profile = profile * self._level().reindex(at.floor("D")).to_numpy(dtype=float)
        edges = np.arange(len(profile) + 1) + hours[0] // 1
        total = np.concatenate([[0.0], np.cumsum(profile)])
        return np.asarray(np.interp(hours, edges, total))

    def _level(self) -> pd.Series:
        """Return each day's level over the whole: the lower one of the days before and after."""
        days = self._counts("day").astype(float)
        before = days.rolling(_AROUND, min_periods=1).mean().shift()
        after = days[::-1].rolling(_AROUND, min_periods=1).mean().shift()[::-1]
        return pd.concat([before, after], axis=1).min(axis=1) / days.mean()

    # --- what the posts are ----------------------------------------------------------------

    def _steps_of(self, hits: pd.Series) -> tuple[artefacts.Step, pd.Timestamp] | None:
        """Return the largest step of a share over days, where it is one."""
        day = self.posts["created_at"].dt.floor("D")
        days = pd.DataFrame({"day": day, "hit": hits}).groupby("day")["hit"].agg(["sum", "count"])
        days = days.loc[days["count"] >= _DAILY]
        found = artefacts.step(
            days["sum"].to_numpy(dtype=float), days["count"].to_numpy(dtype=float)
        )
        if found is None or found.p >= ALPHA or abs(found.after - found.before) < _STEP:
            return None
        return found, pd.Timestamp(days.index[found.at])

    def _languages(self) -> Iterator[Problem]:
        """Find a day from which the mix of languages is another."""
        known = self.posts["lang"].notna()
        main = self.posts["lang"].mode()
        if known.sum() < _LEAST or main.empty:
            return
        hits = self.posts["lang"].eq(main.iloc[0]).where(known)
        yield from self._told_step("CL-SAMPLE-LANGUAGES", hits.dropna(), value=str(main.iloc[0]))

    def _repost_steps(self) -> Iterator[Problem]:
        yield from self._told_step("CL-SAMPLE-REPOSTS-STEP", self._is_repost, value="")

    def _told_step(self, code: str, hits: pd.Series, *, value: str) -> Iterator[Problem]:
        found = self._steps_of(hits)
        if found is not None:
            steps, day = found
            yield self._problem(
                code, value=value, n=int((self.posts["created_at"] >= day).sum()),
                day=f"{day:%Y-%m-%d}", before=f"{steps.before:.0%}", after=f"{steps.after:.0%}",
                p=_shown(steps.p),
            )  # fmt: skip

    @cached_property
    def _is_repost(self) -> pd.Series:
        return self.posts["kind"].eq("repost") | self.posts["retold"]

    def _reposts(self) -> Iterator[Problem]:
        """Find exports of X without reposts, which leave them out, and ones of little else."""
        able = ~self.posts["source"].isin(_NO_KINDS)
        n, n_of = int((self._is_repost & able).sum()), int(able.sum())
        if self.platform == "x" and binom.cdf(n, n_of, _REPOST_SHARE) < ALPHA:
            yield self._problem("CL-SAMPLE-NO-REPOSTS", n=n, n_of=n_of)
        elif n_of and n / n_of > _MOSTLY:
            yield self._problem("CL-SAMPLE-REPOSTS", value=f"{n / n_of:.0%}", n=n, n_of=n_of)

    def _late(self) -> Iterator[Problem]:
        """Find posts collected so late that many had been deleted by then."""
        gaps: pd.Series = self.posts["collected_at"] - self.posts["created_at"]
        late = (gaps > pd.Timedelta(days=_LATE_DAYS)).to_numpy()
        if late.sum() * 2 > len(gaps):
            days = gaps.dt.total_seconds().median() / 86400
            yield self._problem(
                "CL-SAMPLE-LATE", value=f"{days:.0f}", n=int(late.sum()),
                row=int(np.flatnonzero(late)[0]), days=_LATE_DAYS,
            )  # fmt: skip


_FIELDS = ("value", "n", "n_of", "column")


def _shown(p: float) -> str:
    """Return a p-value in two digits; one too small for its sum in floats is not called 0."""
    return f"{max(p, 1e-15):.2g}"
