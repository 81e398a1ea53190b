"""The onset without a quiet period: a jump past any daily cycle."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from crisislab.estimate.jump import Jump, first_jump

# Instants of sudden events, UTC: earthquakes by the catalogue of the US Geological Survey, the
# others by the reports of their investigators.
SUDDEN = {
    "2012_Costa_Rica_earthquake": "2012-09-05T14:42",
    "2012_Guatemala_earthquake": "2012-11-07T16:35",
    "2012_Italy_earthquakes": "2012-05-20T02:03",
    "2013_Bohol_earthquake": "2013-10-15T00:12",
    "2013_Glasgow_helicopter_crash": "2013-11-29T22:22",
    "2013_LA_airport_shootings": "2013-11-01T16:20",
    "2013_Spain_train_crash": "2013-07-24T18:41",
    "2013_West_Texas_explosion": "2013-04-18T00:50",
    "2013_Russia_meteor": "2013-02-15T03:20",
}


def test_first_jump_by_hand() -> None:
    """Gamma(4.5): 13.94 at 99.9 %, over 5 hours 2.79; ten times it is passed by 30, not by 27."""
    before = [1, 1, 0, 1, 1]
    assert first_jump([*before, 27, 27, 27]) is None
    assert first_jump([*before, 30, 27, 27]) is None
    assert first_jump([*before, 30, 27, 28]) == Jump(began=5, noticed=5)
    assert first_jump([*before, 4, 4, 80, 80]) == Jump(began=5, noticed=7)


def test_first_jump_needs_hours_before() -> None:
    """Where the collection began with the event, or within three hours of it, nothing is told."""
    assert first_jump([]) is None
    assert first_jump([5, 400, 400, 400]) is None
    assert first_jump([0, 0, 0, 400, 400]) == Jump(began=3, noticed=3)


def test_first_jump_knows_no_later_hours() -> None:
    """What comes after the jump and two hours more changes nothing; one loud hour is no jump."""
    dice = np.random.default_rng(5)
    quiet = dice.poisson(2, 20)
    found = first_jump([*quiet, 200, 300, 250])
    assert found is not None
    assert found.noticed == 20
    assert first_jump([*quiet, 200, 300, 250, *dice.poisson(500, 30)]) == found
    assert first_jump([*quiet, 200, *dice.poisson(2, 30)]) is None


def test_daily_cycles_are_no_jumps() -> None:
    """Records that begin at night do not alarm in the morning: six times as many posts."""
    hour = np.arange(72)
    mean = 10 * (1 - 0.72 * np.cos(hour / 24 * 2 * np.pi))
    dice = np.random.default_rng(8)
    assert all(first_jump(dice.poisson(mean)) is None for _ in range(100))


@pytest.mark.real_data
@pytest.mark.parametrize("event", sorted(SUDDEN))
def test_first_jump_of_sudden_events(event: str, real_data: Path) -> None:
    """Noticed within two hours after the event where the collection began hours before it."""
    file = next((real_data / "real" / "crisislex_t26" / event).glob("*entire_period.csv"))
    times = pd.read_csv(file, skipinitialspace=True)["Timestamp"]
    at = pd.to_datetime(times, format="%a %b %d %H:%M:%S %z %Y", utc=True).dt.floor("h")
    hours = at.value_counts().sort_index().asfreq("h", fill_value=0)
    found = first_jump(hours.to_numpy())
    assert found is not None
    happened = pd.Timestamp(SUDDEN[event], tz="UTC").floor("h")
    late = (hours.index[found.noticed] - happened) / pd.Timedelta(hours=1)
    assert 0 <= late <= 2
