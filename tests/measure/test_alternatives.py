"""Other rules for the onset, on crises with known truth."""

from __future__ import annotations

import pandas as pd

from crisislab.measure.alternatives import RULES, other_onsets
from crisislab.simulate.curves import simulated_curve


def test_every_rule_finds_a_fourfold_rise() -> None:
    """Within three hours of the truth in nine of ten crises; CUSUM, which is early, in 3 of 4."""
    rules = [rule for rule in RULES if rule != "jump"]
    hits = dict.fromkeys(rules, 0)
    for seed in range(40):
        curve = simulated_curve(rise=4.0, seed=seed)
        found = other_onsets(curve.hours, quiet=curve.quiet, zone="UTC")
        at = found.drop_duplicates("rule").set_index("rule")["at"]
        for rule in rules:
            gap = (at[rule] - curve.onset_at).total_seconds() / 3600 if pd.notna(at[rule]) else 99
            hits[rule] += abs(gap) <= 3
    assert all(n >= (30 if rule == "cusum" else 36) for rule, n in hits.items()), hits


def test_breaks_are_found_without_the_daily_cycle() -> None:
    """The daily cycle is no break: a quiet stretch has few, a crisis one near its onset."""
    calm = simulated_curve(rise=1.0, seed=4)
    quiet = other_onsets(calm.hours, quiet=calm.quiet, zone="UTC")
    assert (quiet["rule"] == "break").sum() <= 1
    curve = simulated_curve(rise=4.0, seed=4)
    found = other_onsets(curve.hours, quiet=curve.quiet, zone="UTC")
    breaks = found.loc[found["rule"] == "break", "at"]
    assert (abs((breaks - curve.onset_at).dt.total_seconds()) <= 2 * 3600).any()


def test_without_a_quiet_period_only_a_jump_is_told() -> None:
    """No quiet period, no residuals: a fortyfold rise is told by the jump, a threefold is not."""
    for rise, told in ((40.0, True), (3.0, False)):
        curve = simulated_curve(rise=rise, seed=1)
        found = other_onsets(curve.hours, quiet=None, zone="UTC")
        assert found["rule"].tolist() == ["jump"]
        assert found["at"].notna().tolist() == [told]
        if told:
            assert abs(found["at"].iloc[0] - curve.onset_at) <= pd.Timedelta(hours=1)
