"""Reach by provenance, engagement by definition, share of voice: by hand."""

from __future__ import annotations

from datetime import date

import duckdb
import pandas as pd
import pytest

from crisislab.engine import _with_microseconds
from crisislab.epochs import register
from crisislab.errors import CrisisLabError
from crisislab.measure.engagement import compare_periods, engagement
from crisislab.measure.share_of_voice import share_of_voice
from crisislab.measure.spread import spread_by_provenance, spread_numbers
from tests.build import posts

DAY = pd.Timestamp("2026-03-05T10:00Z")


def _table() -> pd.DataFrame:
    rows = [
        ("a", 100_000, 500, 10), ("a", 100_000, 300, 0), ("b", 50_000, 200, 5),
        ("c", 50_000, None, None), ("d", None, 40, 1),
    ]  # fmt: skip
    return posts(
        *({"post_id": str(i), "created_at": DAY, "author_id": who, "n_followers": followers,
           "n_impressions": shown, "n_likes": likes, "vendor_reach": 900.0 if i == 0 else None}
          for i, (who, followers, shown, likes) in enumerate(rows))
    )  # fmt: skip


def test_spread_counts_an_author_once_and_types_each_figure() -> None:
    """Followers of unique authors as bounds; displays summed; the vendor's figure apart."""
    table = spread_by_provenance(_table(), population={"x": 1_000_000}).set_index("provenance")
    potential = table.loc["potential"]
    assert potential[["least", "most", "independent"]].tolist() == [100_000, 200_000, 187_750]
    assert (potential["n_known"], potential["n_of"]) == (3, 4)
    assert table.loc["measured", "summed"] == 1040
    assert table.loc["modelled", "most"] == 900
    numbers = spread_numbers(table.reset_index())
    assert set(numbers["metric"]) == {"reach_at_least", "reach_at_most", "reach_if_independent"}
    assert numbers["scope"].str.startswith("platform=").all()


def test_spread_is_the_same_on_duckdb_shuffled_and_empty() -> None:
    """Engine and order change nothing; nothing gives nothing."""
    frame = _table()
    first = spread_by_provenance(frame)
    pd.testing.assert_frame_equal(spread_by_provenance(frame.sample(frac=1, random_state=2)), first)
    connection = duckdb.connect()
    connection.register("posts", _with_microseconds(frame))
    other = spread_by_provenance(connection.sql("select * from posts"))
    pd.testing.assert_frame_equal(other, first, check_dtype=False)
    assert spread_by_provenance(posts()).empty


def _reactions(day: str, **counts: int) -> pd.DataFrame:
    return posts({"post_id": day, "created_at": pd.Timestamp(day + "T12:00Z")} | counts)


COUNTS = {"n_likes": 10, "n_reposts": 5, "n_replies": 3, "n_quotes": 2}


@pytest.mark.parametrize(
    ("day", "counted"),
    [("2023-06-12", 15), ("2023-06-13", 17), ("2023-12-31", 17), ("2024-01-01", 20)],
)
def test_engagement_counts_by_the_definition_of_the_day(day: str, counted: int) -> None:
    """On X quotes count from 13 June 2023 and replies from 1 January 2024."""
    found = engagement(_reactions(day, **COUNTS), seed=1).set_index("metric")
    assert found["value"]["engagement_defined"] == counted


def test_engagement_rates_are_ratios_of_sums_with_the_top_item_apart() -> None:
    """(10 + 90) / (1000 + 1000) is 5 %, not a mean of rates; without the top item it is 1 %."""
    frame = posts(
        {"post_id": "1", "created_at": DAY, "n_likes": 10, "n_impressions": 1000},
        {"post_id": "2", "created_at": DAY, "n_likes": 90, "n_impressions": 1000},
        {"post_id": "3", "created_at": DAY, "n_likes": 7},
        {"post_id": "4", "created_at": DAY, "n_likes": 90, "n_impressions": 5, "kind": "repost"},
    )
    found = engagement(frame, seed=1).set_index("metric")
    assert found["value"]["er_impressions"] == 0.05
    assert found["value"]["er_impressions_without_top"] == 0.01
    assert found["n"]["er_impressions"] == 2
    assert found["value"]["top_item_share"] == pytest.approx(90 / 107)
    assert found["lower"]["er_impressions"] <= 0.05 <= found["upper"]["er_impressions"]


def test_comparison_across_a_break_is_refused_or_bridged() -> None:
    """Before and after 1 July 2024 do not compare, unless by what all definitions share."""
    before, after = _reactions("2023-05-01", **COUNTS), _reactions("2024-08-01", **COUNTS)
    with pytest.raises(CrisisLabError, match="2023-06-13, 2024-01-01, 2024-07-01"):
        compare_periods(before, after, platform="x")
    bridged = compare_periods(before, after, platform="x", bridge=True)
    assert bridged["total"].tolist() == [15, 15]
    assert bridged["note"].tolist() == ["bridged", "bridged"]
    within = compare_periods(after, after, platform="x")
    assert within["total"].tolist() == [20, 20]


def test_views_of_meta_do_not_compare_with_impressions() -> None:
    """Displays on Facebook before and after November 2024 count different things: refused."""
    before, after = (
        posts({"post_id": day, "platform": "facebook", "n_impressions": n,
               "created_at": pd.Timestamp(day + "T12:00Z")})
        for day, n in (("2024-10-01", 100), ("2024-12-01", 150))
    )  # fmt: skip
    with pytest.raises(CrisisLabError, match="2024-11-14"):
        compare_periods(before, after, platform="facebook", metric="impressions")
    told = compare_periods(before, after, platform="facebook", metric="impressions", bridge=True)
    assert told["total"].tolist() == [100, 150]
    assert set(told["note"]) == {"definition_changed"}


def test_register_is_dated_and_sourced() -> None:
    """Every definition names its day, its owner and a page."""
    known = {(e.platform, e.metric, e.since) for e in register()}
    assert ("x", "engagement", date(2024, 7, 1)) in known
    assert any(e.platform == "facebook" and e.since.year == 2024 and e.since.month == 11
               for e in register())  # fmt: skip
    assert all(e.source.startswith("https://") and e.says and e.counts for e in register())


def test_share_of_voice_three_ways() -> None:
    """Shares by posts, authors and displays differ; all are of the locked panel."""
    frame = posts(
        *({"post_id": f"a{i}", "created_at": DAY, "author_id": "one", "text": "Acme falla",
           "n_impressions": 10} for i in range(3)),
        {"post_id": "b", "created_at": DAY, "author_id": "two", "text": "Ácme o Beta",
         "n_impressions": 70},
    )  # fmt: skip
    found = share_of_voice(
        frame, panel={"Acme": ["acme"], "Beta": ["beta"]}, locked=date(2026, 1, 1)
    ).set_index("scope")
    value = found["value"].to_dict()
    assert value["name=Acme;by=posts;locked=2026-01-01"] == 0.8
    assert value["name=Acme;by=authors;locked=2026-01-01"] == pytest.approx(2 / 3)
    assert value["name=Acme;by=impressions;locked=2026-01-01"] == pytest.approx(100 / 170)
    assert found["lower"]["name=Beta;by=posts;locked=2026-01-01"] < 0.2
    with pytest.raises(ValueError, match="panel"):
        share_of_voice(frame, panel={"Acme": ["acme"]}, locked=date(2026, 1, 1))
