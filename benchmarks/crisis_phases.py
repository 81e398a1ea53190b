"""Phases of real and simulated crises: onset, peak, half-life, recovery, with intervals.

Run from the project's folder::

    python benchmarks/crisis_phases.py --crisislex ../shared/data/real/crisislex_t26
    python benchmarks/crisis_phases.py --pepsi ../shared/data/real/brandcrisis_pepsi_2017
    python benchmarks/crisis_phases.py --simulated 1000

CrisisLexT26 (Olteanu et al. 2015): 26 events, each collected from about its first day on; the
days given with it are those of the collection. The quiet period is what lies more than a day
before the three-hour mean first reaches a tenth of its largest value, if that is two days or more
(chosen after seeing the curve, so the onset cannot lie before it). Where it is less there is no
daily cycle to compare with: the half-life is that of all posts, and the onset is that of a jump
past any cycle (``estimate.jump``, from where the counts leave the rate before to where they pass
ten times it), or cannot be told. The file of ids of Boston is missing from the copy at hand: its
times come from the ids of the labelled tweets.
"""

from __future__ import annotations

import argparse
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from crisislab.estimate.course import smooth3
from crisislab.estimate.jump import first_jump
from crisislab.measure.collector import collector_cap
from crisislab.measure.phases import phases
from crisislab.measure.volume import add_expected, find_onset, posts_per_hour
from crisislab.schema import POSTS
from crisislab.simulate.curves import simulated_curve

LEAST_QUIET = pd.Timedelta(days=2)
_TWITTER_EPOCH_MS = 1_288_834_974_657


def main() -> None:
    """Print what is asked for."""
    parser = argparse.ArgumentParser(description="Phases of crises.")
    parser.add_argument("--crisislex", type=Path)
    parser.add_argument("--pepsi", type=Path)
    parser.add_argument("--simulated", type=int, default=0)
    asked = parser.parse_args()
    if asked.crisislex:
        print(crisislex(asked.crisislex).to_string(index=False))
    if asked.pepsi:
        print(pepsi(asked.pepsi))
    if asked.simulated:
        print(simulated(asked.simulated).to_string(index=False))


def crisislex(folder: Path) -> pd.DataFrame:
    """Return onset, peak and half-life of each of the 26 events, or "cannot tell"."""
    rows = []
    for event in sorted(path for path in folder.iterdir() if path.is_dir()):
        at = _times(event)
        quiet = _quiet(at)
        found = _course(_posts(at), quiet, zone="UTC")
        onset = _told(found.loc["onset"]) if quiet is not None else _jumped(_posts(at))
        quiet_days = 0.0 if quiet is None else (quiet[1] - quiet[0]).total_seconds() / 86400
        rows.append(
            {"event": event.name, "n": len(at), "quiet_days": round(quiet_days, 1),
             "onset": onset, "peak": _told(found.loc["peak"]),
             "half_life": _told(found.loc["half_life"]),
             "of": "all posts" if quiet is None else "excess"}
        )  # fmt: skip
    return pd.DataFrame(rows)


def _quiet(at: pd.Series) -> tuple[datetime, datetime] | None:
    hours = posts_per_hour(_posts(at))
    smooth = smooth3(hours["n_posts"])
    loud = hours["hour_at"].iloc[int(np.argmax(smooth >= smooth.max() / 10))]
    first, end = at.min().ceil("h"), loud - pd.Timedelta(days=1)
    if end - first < LEAST_QUIET:
        return None
    return first.to_pydatetime(), end.to_pydatetime()


def _times(event: Path) -> pd.Series:
    files = list(event.glob("*tweetids_entire_period.csv"))
    if files:
        times = pd.read_csv(files[0], skipinitialspace=True)["Timestamp"]
        return pd.to_datetime(times, format="%a %b %d %H:%M:%S %z %Y", utc=True)
    labelled = pd.read_csv(next(event.glob("*tweets_labeled.csv")), skipinitialspace=True)
    ids = labelled["Tweet ID"].astype("int64")
    return pd.to_datetime((ids // 2**22) + _TWITTER_EPOCH_MS, unit="ms", utc=True)


def _posts(at: pd.Series) -> pd.DataFrame:
    return POSTS.conform(
        pd.DataFrame({"platform": "x", "post_id": np.arange(len(at)).astype(str),
                      "created_at": at.to_numpy(), "kind": "post", "own": False})
    )  # fmt: skip


def _course(
    posts: pd.DataFrame, quiet: tuple[datetime, datetime] | None, *, zone: str
) -> pd.DataFrame:
    hours = add_expected(posts_per_hour(posts), quiet=quiet, zone=zone)
    return phases(hours, quiet=quiet, zone=zone, seed=1).set_index("phase")


def _jumped(posts: pd.DataFrame) -> str:
    hours = posts_per_hour(posts)
    found = first_jump(hours["n_posts"])
    if found is None:
        return "cannot tell (no hours before, or a slow rise)"
    began, noticed = (f"{hours['hour_at'].iloc[at]:%d %b %H}h"
                      for at in (found.began, found.noticed))  # fmt: skip
    return f"{began} [{began}, {noticed}]"


def _told(row: Any) -> str:
    moment = not pd.isna(row["at"])
    if not moment and pd.isna(row["value"]):
        return f"cannot tell ({row['note']})"
    if moment:
        ends = [f"{row[c]:%d %b %H}h" if not pd.isna(row[c]) else "?" for c in
                ("at", "lower_at", "upper_at")]  # fmt: skip
    else:
        ends = ["?" if pd.isna(row[c]) else f"{row[c]:.0f}" for c in ("value", "lower", "upper")]
    return f"{ends[0]} [{ends[1]}, {ends[2]}]" + ("" if moment else " h")


def pepsi(folder: Path) -> str:
    """Return the phases of the Pepsi crisis of 2017 with the collector's cap."""
    text = (folder / "pepsi_2017_merged.ndjson").read_text("utf-8")
    rows = [json.loads(line) for line in text.split("\n") if line]
    at = pd.to_datetime(pd.Series([row["timestamp_epochs"] for row in rows]), unit="s", utc=True)
    quiet = (pd.Timestamp("2017-03-28T00:00Z").to_pydatetime(),
             pd.Timestamp("2017-04-04T00:00Z").to_pydatetime())  # fmt: skip
    found = _course(_posts(at), quiet, zone="UTC")
    cap = collector_cap(_posts(at), quiet=quiet)[["metric", "value", "note"]]
    lines = [f"{name:15} {_told(found.loc[name])}" for name in found.index]
    return "\n".join([*lines, cap.to_string(index=False)])


def simulated(runs: int) -> pd.DataFrame:
    """Return how often the onset is found within an hour, and how recoveries are told."""
    rows = []
    for extra in (0.02, 0.05, 0.1, 0.15):
        hits = false = censored = recovered = 0
        for seed in range(runs):
            curve = simulated_curve(rise=3.0, seed=seed, extra=extra)
            hours = add_expected(curve.hours, quiet=curve.quiet, zone="UTC")
            found = find_onset(hours, after=curve.quiet[1])
            hits += found is not None and abs((found - curve.onset_at).total_seconds()) <= 3600
            calm = simulated_curve(rise=1.0, seed=seed, extra=extra)
            quiet = add_expected(calm.hours, quiet=calm.quiet, zone="UTC")
            false += find_onset(quiet, after=calm.quiet[1]) is not None
            censored += not _recovers(rise=4.0, seed=seed, extra=extra, lasts=24 * 9)
            recovered += _recovers(rise=4.0, seed=seed, extra=extra, lasts=12)
        rows.append(
            {"extra_variance": extra, "runs": runs, "onset_within_1h": hits / runs,
             "onset_without_rise": false / runs, "still_on_censored": censored / runs,
             "over_recovered": recovered / runs}
        )  # fmt: skip
    return pd.DataFrame(rows)


def _recovers(*, rise: float, seed: int, extra: float, lasts: int) -> bool:
    curve = simulated_curve(rise=rise, seed=seed, extra=extra, lasts_hours=lasts)
    hours = add_expected(curve.hours, quiet=curve.quiet, zone="UTC")
    found = phases(hours, quiet=curve.quiet, zone="UTC", seed=1, n_draws=0).set_index("phase")
    return not pd.isna(found["at"]["recovery"])


if __name__ == "__main__":
    main()
