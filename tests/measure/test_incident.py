"""PagerDuty's durations from a plain log, to the second."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from crisislab.measure.incident import incident_durations
from crisislab.read import read_log
from tests.build import entries

LOG = """when,who,what,action
2026-03-05T10:00:00Z,monitor,Too many complaints,triggered
2026-03-05T10:04:10Z,Ana,On it,acknowledged
2026-03-05T10:05:00Z,Luis,Just looking,
2026-03-05T10:10:30Z,Luis,I join,accepted
2026-03-05T10:12:00Z,Ana,Second line,escalated
2026-03-05T10:20:00Z,Ana,Waiting for the lab,snoozed
2026-03-05T10:35:00Z,monitor,Back,woken
2026-03-05T11:00:05Z,Eva,I join too,accepted
2026-03-05T12:00:00Z,Ana,Done,resolved
"""


@pytest.mark.parametrize("source", ["csv", "words"])
def test_incident_durations_hand_worked(tmp_path: Path, source: str) -> None:
    """From a plain CSV file, or from what entries say, each duration is that of the hand."""
    if source == "csv":
        path = tmp_path / "log.csv"
        path.write_text(LOG, "utf-8")
        from crisislab.read.declare import Declaration

        columns = {"logged_at": "when", "actor": "who", "text": "what", "action": "action"}
        log = read_log([path], declared={"log.csv": Declaration(columns=columns)}).log
    else:
        rows = [line.split(",") for line in LOG.splitlines()[1:]]
        log = entries(
            *({"logged_at": at, "actor": who, "text": f"{action}: {what}"}
              for at, who, what, action in rows)
        )  # fmt: skip
    row = incident_durations(log).iloc[0]
    assert row["seconds_to_first_ack"] == 250
    assert row["seconds_to_engage"] == 55 * 60 + 55
    assert row["seconds_to_mobilize"] == 3605
    assert row["seconds_to_resolve"] == 7200
    assert row["engaged_seconds"] == (7200 - 250) + (7200 - 630) + (7200 - 3605)
    assert row["snoozed_seconds"] == 900
    assert (row["engaged_user_count"], row["escalation_count"]) == (3, 1)


def test_incident_durations_need_two_people() -> None:
    """With one responder nobody was mobilised: missing, never 0; unresolved stays missing."""
    log = entries(
        {"logged_at": "2026-03-05T10:00:00Z", "actor": "m", "text": "triggered: x"},
        {"logged_at": "2026-03-05T10:03:00Z", "actor": "Ana", "text": "acknowledged: x"},
    )
    row = incident_durations(log).iloc[0]
    assert row["seconds_to_first_ack"] == 180
    missing = row[["seconds_to_engage", "seconds_to_mobilize", "seconds_to_resolve"]]
    assert missing.isna().all()
    assert np.isnan(row["engaged_seconds"])


def test_incident_durations_per_thread_and_without_drills() -> None:
    """Each thread is an incident; a drill is none."""
    base = {"logged_at": "2026-03-05T10:00:00Z", "text": "triggered", "actor": "m"}
    log = entries(base | {"thread_id": "A"}, base | {"thread_id": "B"}, base | {"drill": True})
    assert incident_durations(log)["incident"].tolist() == ["A", "B"]
    assert incident_durations(entries()).empty
