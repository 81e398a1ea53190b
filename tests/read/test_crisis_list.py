"""A real list of corporate crises with its genuine errors; and a hand-made one."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from crisislab.errors import CrisisLabError
from crisislab.measure.past_replies import first_reply_by_year
from crisislab.read.crisis_list import CrisisList, read_crisis_list


@pytest.fixture
def real(real_data: Path) -> CrisisList:
    """Return the public list of 57 crises."""
    folder = real_data / "real" / "corporate_crisis_list" / "Corporate_Crisis_Risk_Management"
    return read_crisis_list(folder / "Project_detail.csv")


@pytest.mark.real_data
def test_real_list_loads_whole_and_names_every_fault(real: CrisisList) -> None:
    """All 57 crises are loaded; each genuine error is named with its line."""
    assert len(real.crises) == 57
    lines = {(p.code, p.line) for p in real.problems}
    assert {line for code, line in lines if code == "CL-LIST-REVERSED"} == {5, 6, 21, 23, 31, 48}
    assert ("CL-LIST-DATE", 22) in lines  # 1/0/1900
    assert ("CL-LIST-DATE", 54) in lines  # 0/11/2019
    assert ("CL-LIST-NO-YEAR", 53) in lines  # 26-Sep
    assert {line for code, line in lines if code == "CL-LIST-YEAR"} == {15, 28}
    assert ("CL-LIST-PERIOD", 52) in lines
    assert {15, 45, 48} <= {line for code, line in lines if code == "CL-LIST-OUTSIDE"}
    counts = Counter(p.code for p in real.problems)
    assert counts["CL-LIST-DATE"] == 2
    values = {p.value for p in real.problems if p.code in ("CL-LIST-DATE", "CL-LIST-NO-YEAR")}
    assert values == {"1/0/1900", "0/11/2019", "26-Sep"}


@pytest.mark.real_data
def test_real_list_is_a_log(real: CrisisList) -> None:
    """An entry for each known incident and first reply: 56 and 56."""
    counts = real.log["milestone"].value_counts()
    assert counts.to_dict() == {"onset": 56, "first_reply": 56}
    assert real.crises["apology"].notna().sum() == 35


@pytest.mark.real_data
def test_real_list_reply_time_by_year(real: CrisisList) -> None:
    """47 crises count, 10 are left out and said; years add up; small years have no interval."""
    table = first_reply_by_year(real.crises)
    found = table.set_index(["metric", "scope"])
    whole = found.loc[("past_first_reply", "all")]
    days = real.crises["days"]
    kept = days[(days >= 0) & ~days.isin([361, 371])].dropna()
    assert whole["n"] == len(kept) == 47
    assert whole["value"] == kept.median() * 1440
    assert whole["lower"] <= whole["value"] <= whole["upper"]
    assert found.loc[("n_past_left_out", "all"), "value"] == 10
    years = table[(table["metric"] == "past_first_reply") & (table["scope"] != "all")]
    assert years["n"].sum() == 47
    assert years.loc[years["n"] < 6, "lower"].isna().all()
    share = found.loc[("past_reply_share", "within=1440;all")]
    assert share["value"] == pytest.approx((kept <= 1).mean())


def test_first_reply_by_year_by_hand(tmp_path: Path) -> None:
    """Three crises of 2020, one of 2021, one reversed."""
    file = tmp_path / "list.csv"
    file.write_text(
        "Company,Actual Date,Reply_date,apology\n"
        "A,1/2/2020,1/2/2020,1\nB,1/2/2020,1/4/2020,\nC,5/5/2020,5/6/2020,0\n"
        "D,2/1/2021,2/11/2021,1\nE,3/3/2021,3/1/2021,1\n",
        "utf-8",
    )
    crises = read_crisis_list(file).crises
    found = first_reply_by_year(crises).set_index(["metric", "scope"])["value"]
    assert found["past_first_reply", "year=2020"] == 1440
    assert found["past_first_reply", "year=2021"] == 14400
    assert found["past_reply_share", "within=1440;year=2020"] == pytest.approx(2 / 3)
    assert found["n_past_left_out", "all"] == 1
    assert pd.isna(crises["apology"].iloc[1])


def test_read_crisis_list_needs_both_dates(tmp_path: Path) -> None:
    """Without a reply date nothing is loaded, and the columns found are named."""
    file = tmp_path / "list.csv"
    file.write_text("Company,Actual Date\nA,1/2/2020\n", "utf-8")
    with pytest.raises(CrisisLabError, match="CL-LIST-COLUMNS"):
        read_crisis_list(file)
