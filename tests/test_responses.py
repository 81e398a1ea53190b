"""Response times of the sample crisis in one call, against its known truth."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import crisislab as cl
from tests.build import entries

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


def test_response_times_removals_that_nobody_logs_are_not_observable(
    found: cl.ResponseTimes,
) -> None:
    """The sample's log tells of no removal: how many left that way is unknown, not none."""
    shares = found.numbers[found.numbers["metric"] == "exit_share"]
    gone = shares[shares["scope"].str.startswith("way=deleted")]
    assert len(gone) == 3
    assert gone["value"].isna().all()
    assert set(gone["note"]) == {"removals_not_logged"}
    others = shares.drop(gone.index)
    assert others[["value", "lower", "upper"]].notna().all().all()


def test_response_times_groups_and_tables(found: cl.ResponseTimes) -> None:
    """Waits are told apart by platform, hour, topic, language, reach, role and agent."""
    scopes = found.numbers.loc[found.numbers["metric"] == "first_response_time", "scope"]
    for by in ("platform", "hour", "topic", "lang", "reach_band", "role", "agent"):
        assert scopes.str.contains(f";{by}=").any(), by
    assert set(found.unanswered["by"]) == {"platform", "hour", "topic", "lang", "reach_band"}
    assert found.unanswered.groupby("by")["n"].sum().eq(len(found.waits)).all()
    assert found.backlog["n_waiting"].iloc[-1] == (~found.waits["answered"]).sum()
    assert (found.backlog["n_overdue"] <= found.backlog["n_waiting"]).all()


def test_response_times_declared_in_the_case() -> None:
    """Renamed accounts are one person, and what the log hid is another way out."""
    case = cl.open_case(SAMPLE)
    plain = cl.response_times(case)
    waiting = plain.waits[~plain.waits["answered"] & (plain.waits["platform"] == "x")].iloc[0]
    assert case.loaded_log is not None
    hidden = entries(
        {"logged_at": waiting["opened_at"] + pd.Timedelta(minutes=7), "text": "Ocultado",
         "actor": "Noa", "link": f"https://x.com/i/status/{waiting['opening_id']}"}
    )  # fmt: skip
    log = pd.concat([case.loaded_log.log, hidden], ignore_index=True)
    handles = case.posts.set_index("post_id").loc[plain.waits["opening_id"], "author_handle"]
    by_handle = plain.waits.assign(handle=handles.to_numpy())
    unnamed = by_handle[by_handle["person"] == by_handle["handle"]]
    one, other = unnamed.drop_duplicates("handle")["handle"].iloc[:2]
    response = case.settings.response.model_copy(update={"renamed": {one: other}})
    told = replace(
        case,
        settings=case.settings.model_copy(update={"response": response}),
        loaded_log=replace(case.loaded_log, log=log),
    )
    found = cl.response_times(told)
    left = found.waits.set_index("opening_id").loc[waiting["opening_id"]]
    assert (left["way"], left["exit_minutes"]) == ("deleted", 7)
    assert one not in set(found.waits["person"])
    assert other in set(found.waits["person"])


def test_response_times_targets_are_about_the_crisis() -> None:
    """With a rise the plan's limits are counted from it on; without one, over all the data."""
    case = cl.open_case(SAMPLE)
    onset = pd.Timestamp("2026-03-18T09:00Z")
    rated = cl.response_times(case, phases={"onset": onset})
    numbers = rated.numbers.set_index(["metric", "scope"])
    late = rated.waits[rated.waits["opened_at"] >= onset]
    scope = "within=60;rule=conversations;period=crisis"
    assert numbers.loc[("reply_rate", scope), "n"] == len(late) < len(rated.waits)
    assert ("target_attainment", "within=60;period=crisis") in numbers.index
    assert ("target_attainment", "within=60") not in numbers.index
    before = cl.response_times(case).numbers.set_index(["metric", "scope"])
    assert ("target_attainment", "within=60") in before.index
