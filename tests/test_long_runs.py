"""The published tables that the programs under benchmarks/ reproduce."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent
DATA = ROOT.parent / "shared" / "data"
beside = pytest.mark.skipif(not DATA.exists(), reason="the data are not beside the project")


def _program(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "benchmarks" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.real_data
@beside
def test_alarm_rules_of_ten_twitter_series() -> None:
    """Poisson alarms in about 1,930 hours for 25 windows; a negative binomial in 157 for 21."""
    table = _program("alarm_rules").alarm_table(DATA / "reference/nab_twitter").set_index("rule")
    counted = table[["windows", "found", "alarm_hours", "false_episodes"]]
    assert counted.loc["negative binomial p<.001"].tolist() == [25, 21, 157, 49]
    assert counted.loc["negative binomial p<.0001", "found"] == 18
    assert counted.loc["negative binomial p<.0001", "alarm_hours"] == 92
    assert counted.loc["3 deviations of the last 24 h"].tolist() == [25, 24, 363, 149]
    assert counted.loc["3 x mean", ["found", "alarm_hours"]].tolist() == [23, 376]
    assert counted.loc["Poisson p<.001", "found"] == 25
    assert counted.loc["Poisson p<.001", "alarm_hours"] == pytest.approx(1936, rel=0.005)


@pytest.mark.real_data
@beside
def test_every_crisislex_event_is_told_or_said_not_to_be() -> None:
    """26 events: onset, peak and half-life each with an interval or "cannot tell"."""
    table = _program("crisis_phases").crisislex(DATA / "real/crisislex_t26")
    assert len(table) == 26
    for column in ("onset", "peak", "half_life"):
        told = table[column].str.contains(r"\[.+, .+\]", regex=True)
        assert (told | table[column].str.startswith("cannot tell (")).all()
    assert table["peak"].str.contains("[", regex=False).all()
    # With a quiet period an onset is told; without one only where the jump is plain.
    told = table["onset"].str.contains("[", regex=False)
    assert told[table["of"] == "excess"].all()
    assert told.sum() > (table["of"] == "excess").sum()
