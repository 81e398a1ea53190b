"""Alarm rules on the Twitter series of the Numenta Anomaly Benchmark: what each costs.

Run from the project's folder::

    python benchmarks/alarm_rules.py --nab ../shared/data/reference/nab_twitter

Ten series of mentions of listed companies (MIT), summed to hours, replayed: every hour is judged
by the hours before it alone, from the ninth day on. A labelled window counts as found if an alarm
lies in it; alarms at most 24 hours apart are one episode, false if it touches no window. Windows
begin before the event and were labelled by hand: a regression test, no proof of quality (Wu &
Keogh 2021).
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from crisislab.estimate.charts import cusum, cusum_run_length, ewma_run_length
from crisislab.estimate.counts import chance_above, extra_variance, steady_residuals

WARM_HOURS = 8 * 24
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def main() -> None:
    """Print the table of rules and the run lengths of the charts."""
    parser = argparse.ArgumentParser(description="What alarm rules cost.")
    parser.add_argument("--nab", type=Path, required=True)
    folder = parser.parse_args().nab
    print(alarm_table(folder).to_string(index=False))
    print()
    print(run_lengths().to_string(index=False))


def alarm_table(folder: Path) -> pd.DataFrame:
    """Return per rule: windows, found, false episodes, weeks, alarm hours."""
    series = {file.name: _hours(file) for file in sorted((folder / "data").glob("*.csv"))}
    told = json.loads((folder / "labels/combined_windows.json").read_text("utf-8"))
    windows = {
        name: [(pd.Timestamp(a), pd.Timestamp(b)) for a, b in told[f"realTweets/{name}"]]
        for name in series
    }
    usual = {name: _replayed(hours) for name, hours in series.items()}
    rows = []
    for rule, alarm in RULES.items():
        scores = [_score(alarm(hours, usual[name]), hours, windows[name])
                  for name, hours in series.items()]  # fmt: skip
        rows.append({"rule": rule} | {key: sum(s[key] for s in scores) for key in scores[0]})
    table = pd.DataFrame(rows)
    table["false_per_week"] = (table["false_episodes"] / table["weeks"]).round(3)
    table["weeks"] = table["weeks"].round(1)
    return table


def _hours(file: Path) -> pd.Series:
    five = pd.read_csv(file, parse_dates=["timestamp"]).set_index("timestamp")["value"]
    return five.resample("1h").sum()


def _replayed(hours: pd.Series) -> dict[str, Floats]:
    """Return what the past leads to expect at each hour, plain and with loud hours cut."""
    x, slot = hours.to_numpy(np.float64), hours.index.hour.to_numpy()
    names = ("plain", "calm", "extra", "overall")
    found = {name: np.full(len(x), np.nan) for name in names}
    for t in range(WARM_HOURS, len(x)):
        past, of = x[:t], slot[:t]
        calm = np.minimum(past, np.quantile(past, 0.98))
        n = np.bincount(of, minlength=24)
        means = np.bincount(of, calm, 24) / n
        found["plain"][t] = past[of == slot[t]].mean()
        found["calm"][t] = means[slot[t]]
        found["extra"][t] = extra_variance(calm, means[of], weighting="equal")
        found["overall"][t] = past.mean()
    return found


def _poisson(name: str) -> Callable[[pd.Series, dict[str, Floats]], Flags]:
    def alarm(hours: pd.Series, usual: dict[str, Floats]) -> Flags:
        known = ~np.isnan(usual[name])
        chance = chance_above(hours, np.nan_to_num(usual[name], nan=1.0), None)
        return known & (chance < 1e-3)

    return alarm


def _negative_binomial(limit: float) -> Callable[[pd.Series, dict[str, Floats]], Flags]:
    def alarm(hours: pd.Series, usual: dict[str, Floats]) -> Flags:
        x = hours.to_numpy(np.float64)
        found = np.zeros(len(x), dtype=bool)
        for t in range(WARM_HOURS, len(x)):
            chance = chance_above(x[t : t + 1], usual["calm"][t : t + 1], usual["extra"][t])
            found[t] = chance[0] < limit
        return found

    return alarm


def _three_times(hours: pd.Series, usual: dict[str, Floats]) -> Flags:
    return np.asarray(hours.to_numpy(np.float64) > 3 * np.nan_to_num(usual["overall"], nan=np.inf))


def _three_deviations(hours: pd.Series, _: dict[str, Floats]) -> Flags:
    before = hours.rolling(24)
    limit = (before.mean() + 3 * before.std()).shift(1)
    found = (hours > limit.fillna(np.inf)).to_numpy().copy()
    found[:WARM_HOURS] = False
    return np.asarray(found)


def _cusum(hours: pd.Series, usual: dict[str, Floats]) -> Flags:
    x = hours.to_numpy(np.float64)
    z = np.zeros(len(x))
    for t in range(WARM_HOURS, len(x)):
        z[t] = steady_residuals(x[t : t + 1], usual["calm"][t : t + 1], usual["extra"][t])[0]
    return np.asarray(cusum(z, limit=5.0) > 5.0)


RULES: dict[str, Callable[[pd.Series, dict[str, Floats]], Flags]] = {
    "Poisson p<.001": _poisson("plain"),
    "Poisson p<.001, loud hours cut": _poisson("calm"),
    "negative binomial p<.001": _negative_binomial(1e-3),
    "negative binomial p<.0001": _negative_binomial(1e-4),
    "3 x mean": _three_times,
    "3 deviations of the last 24 h": _three_deviations,
    "CUSUM k=.5 h=5": _cusum,
}


def _score(
    alarms: Flags, hours: pd.Series, windows: list[tuple[pd.Timestamp, pd.Timestamp]]
) -> dict[str, Any]:
    at = hours.index[alarms]
    start = hours.index[0] + pd.Timedelta(hours=WARM_HOURS)
    judged = [(a, b) for a, b in windows if a >= start]
    cuts = np.flatnonzero(np.diff(at.to_numpy()) > np.timedelta64(24, "h")) + 1
    episodes = [part for part in np.split(at, cuts) if len(part)]
    false = sum(not any(part[0] <= b and part[-1] >= a for a, b in windows) for part in episodes)
    return {
        "windows": len(judged),
        "found": sum(bool(((at >= a) & (at <= b)).any()) for a, b in judged),
        "alarm_hours": len(at),
        "false_episodes": false,
        "weeks": (len(hours) - WARM_HOURS) / 168,
    }


def run_lengths() -> pd.DataFrame:
    """Return mean run lengths of the charts beside the published ones."""
    rows = []
    for limit, quiet, shifted in ((4, 168, 8.38), (5, 465, 10.4)):
        for shift, published in ((0.0, quiet), (1.0, shifted)):
            found = cusum_run_length(allowance=0.5, limit=limit, shift=shift)
            rows.append((f"CUSUM k=.5 h={limit}", shift, found, published))
    for weight, width, quiet, shifted in ((0.1, 2.814, 500, 10.3), (0.2, 2.962, 500, 10.5),
                                          (0.05, 2.615, 500, 11.4)):  # fmt: skip
        for shift, published in ((0.0, quiet), (1.0, shifted)):
            found = ewma_run_length(weight=weight, width=width, shift=shift)
            rows.append((f"EWMA {weight}/{width}", shift, found, published))
    table = pd.DataFrame(rows, columns=["chart", "shift", "run_length", "published"])
    return table.assign(off=(table["run_length"] / table["published"] - 1).round(4)).round(2)


if __name__ == "__main__":
    main()
