"""Teams with known conduct: states right, omissions never invented, doubt asked."""

from __future__ import annotations

import pandas as pd

from benchmarks.conduct import judged, summary


def test_conduct_is_judged_as_it_was() -> None:
    """Of ten fresh teams at least 98 % of observable actions get their true state."""
    table = pd.concat([judged(seed) for seed in range(2001, 2011)], ignore_index=True)
    found = summary(table)
    right, seen = found["observable and right"]
    assert seen >= 100
    assert right >= 0.98 * seen
    omitted, hidden = found["not done where the channel is missing"]
    assert (omitted, hidden >= 15) == (0, True)
    asked, ambiguous = found["ambiguous and asked"]
    assert asked == ambiguous > 5


def test_conduct_truth_holds_every_state() -> None:
    """The simulated teams do everything a team can do."""
    table = pd.concat([judged(seed) for seed in range(2011, 2021)], ignore_index=True)
    assert set(table["state"]) == {
        "on time", "late", "out of order", "wrong owner", "not done", "improvised",
        "not triggered", "ambiguous", "no evidence",
    }  # fmt: skip
