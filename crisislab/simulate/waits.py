"""Conversations with known waits: to see what each rule makes of the same events."""

from __future__ import annotations

import numpy as np
import pandas as pd

START = pd.Timestamp("2026-03-05T08:00:00Z")
# Chosen so that the answered wait 130 minutes in the middle and a third is never answered.
MEDIAN_MINUTES = 130.0
SPREAD = 1.056
NEVER_SHARE = 0.35


def simulated_events(
    n: int = 4000, *, seed: int, hours: float = 48.0
) -> tuple[pd.DataFrame, pd.Timestamp]:
    """Return events of ``n`` conversations of one crisis and the end of the data.

    The true wait is log-normal (median 130 minutes); 35 % are never answered; a third get an
    automatic reply at once; whoever waits long asks again; three in four are assigned on the way;
    the quicker half of the answered is closed.

    Args:
        n: Conversations.
        seed: Seed.
        hours: Length of the crisis.

    Returns:
        A table as ``enrich.events.events`` gives it, and the instant at which the data end.
    """
    rng = np.random.default_rng(seed)
    end = hours * 60
    opened = end * rng.beta(1.2, 3.0, n)
    wait = MEDIAN_MINUTES * np.exp(SPREAD * rng.standard_normal(n))
    wait[rng.random(n) < NEVER_SHARE] = np.inf
    replied = np.where(opened + wait <= end, opened + wait, np.nan)
    until = np.where(np.isnan(replied), end, replied)
    again = opened + (until - opened) * rng.uniform(0.1, 0.9, n)
    again[rng.random(n) > 1 - np.exp(-(until - opened) / 150)] = np.nan
    given = opened + (until - opened) * rng.beta(2, 2, n)
    given[rng.random(n) > 0.75] = np.nan
    auto = np.where(rng.random(n) < 0.36, opened + rng.uniform(0.02, 1.0, n), np.nan)
    quick = np.clip(1.1 - wait / 900, 0.2, 0.9)
    closed = np.where(rng.random(n) < quick, replied + rng.exponential(60, n), np.nan)
    closed[closed > end] = np.nan
    parts = {"inbound": (opened, again), "reply": (replied,), "auto": (auto,),
             "assigned": (given,), "closed": (closed,)}  # fmt: skip
    names = pd.Series([f"x:{i}" for i in range(n)], dtype="str")
    tables = [
        pd.DataFrame({"conversation": names, "minute": minutes, "kind": kind}).dropna()
        for kind, columns in parts.items()
        for minutes in columns
    ]
    table = pd.concat(tables, ignore_index=True)
    at = START + pd.to_timedelta(table["minute"] * 60, unit="s")
    table = table.assign(at=at.astype("datetime64[us, UTC]"), agent=None)
    table = table.sort_values(["at", "conversation", "kind"], kind="stable").reset_index(drop=True)
    return table[["conversation", "at", "kind", "agent"]], START + pd.Timedelta(minutes=end)
