"""Response times of the sample crisis in one call, against its known truth."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import crisislab as cl

SAMPLE = Path(__file__).parent.parent / "data" / "sample" / "brumaria"


@pytest.fixture(scope="module")
def found() -> cl.ResponseTimes:
    """Return the response times of the sample."""
    return cl.response_times(cl.open_case(SAMPLE))


def test_response_times_of_the_sample(found: cl.ResponseTimes) -> None:
    """Waits are the true ones, and the first of the next waits are the first response times."""
    true = pd.read_csv(SAMPLE / "truth" / "conversations.csv")
    assert len(found.waits) == len(true)
    assert found.waits["answered"].sum() == true["minutes"].notna().sum()
    answered = found.waits.loc[found.waits["answered"], "minutes"]
    np.testing.assert_allclose(np.sort(answered), np.sort(true["minutes"].dropna()), atol=1e-5)
    first = found.next_waits.sort_values("asked_at").drop_duplicates(
        ["platform", "person", "round"]
    )
    assert sorted(first["asked_id"]) == sorted(found.waits["opening_id"])


def test_response_times_business_clock(found: cl.ResponseTimes) -> None:
    """Business minutes are never longer than elapsed ones, and both stand side by side."""
    waited = found.waits
    assert (waited["business_minutes"] <= waited["minutes"] + 1e-9).all()
    scopes = found.numbers.loc[found.numbers["metric"] == "first_response_time", "scope"]
    assert "percentile=50;rule=conversations" in set(scopes)
    assert "percentile=50;rule=conversations;clock=business" in set(scopes)


def test_response_times_agree_with_other_tools_where_they_should(found: cl.ResponseTimes) -> None:
    """Zendesk's rule counts the answered of the true conversations; ours counts everybody."""
    rows = found.reconciled.set_index("rule")
    assert rows.loc["zendesk", "n"] == found.waits["answered"].sum()
    assert rows.loc["crisislab", "n"] == len(found.waits)
    only = found.waits.loc[found.waits["answered"], "minutes"].median()
    assert rows.loc["zendesk", "median"] == pytest.approx(only)


def test_response_times_counts_add_up(found: cl.ResponseTimes) -> None:
    """Eligible and excluded items are all the posts; ways out add up to at most one."""
    counts = found.numbers[found.numbers["metric"].isin(["n_eligible", "n_excluded"])]
    assert counts["value"].sum() == counts["n"].iloc[0]
    shares = found.numbers[found.numbers["metric"] == "exit_share"]
    assert shares["scope"].str.contains("within=60").sum() == 3
    assert shares.loc[shares["scope"].str.contains("within=1440"), "value"].sum() <= 1
