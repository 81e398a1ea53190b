"""The blocks of how far it went: hostile texts, missing figures, both languages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal

import pandas as pd
import pytest

from crisislab.report.html import review_html
from crisislab.report.show import Show
from crisislab.report.spread_blocks import _bounds
from crisislab.report.write import review_files
from crisislab.spread import published
from tests.report.fake import HOSTILE, make_review

AT = pd.Timestamp("2026-03-05T10:00Z")


def _tables(text: str) -> dict[str, pd.DataFrame]:
    """Return every table of the spread with a hostile text wherever the data have their say."""
    row: dict[str, Any] = {
        "platform": text,
        "created_us": 1_772_000_000_000_000,
        "text": text,
        "evidence": f"{text}:1",
        "post_id": "leads-back-1",
        "item_id": "leads-back-2",
        "story": "leads-back-3",
    }
    moments = [
        {"phase": p, "at": AT, "lower_at": AT, "upper_at": pd.NaT, "value": 3.0, "lower": 2.0,
         "upper": float("nan"), "note": ""}
        for p in ("onset", "alarm", "peak", "recovery", "half_life", "half_peak")
    ]  # fmt: skip
    never = moments[0] | {"phase": "recovery_hours", "at": pd.NaT, "value": float("nan"),
                          "note": "not_recovered"}  # fmt: skip
    reach = {"side": "public", "n_known": 3, "n_of": 4, "least": 10.0, "most": 20.0,
             "independent": float("nan"), "summed": 5.0}  # fmt: skip
    return {
        "phases": pd.DataFrame([*moments, never]),
        "peaks": pd.DataFrame([row | {"peak_at": AT, "n_posts": 9, "n_hours_posts": 20,
                                      "own": True, "n_hanging": 4, "hanging_share": 0.2}]),
        "other_onsets": pd.DataFrame([{"rule": "cusum", "at": pd.NaT}]),
        "spread": pd.DataFrame([row | reach | {"provenance": p}
                                for p in ("measured", "modelled", "potential")]),
        "two_sides": pd.DataFrame([row | {"figure": "impressions", "narrative": 1.0,
                                          "official": 2.0}]),
        "reception": pd.DataFrame([row | {"stance": "mocked", "stance_by": "cue"}]),
        "networks": pd.DataFrame([row | {"statement": "s1", "created_at": AT, "delay_minutes": 1.0,
                                         "impressions": float("nan"), "reactions": 1.0,
                                         "shares": 1.0, "n_answers": 2.0, "n_answered": 0.0}]
                                 ).drop(columns="created_us"),
        "network_answers": pd.DataFrame([{"platform": text, "n_public": 1, "n_own": 0,
                                          "n_conversations": 1, "n_answered": 0,
                                          "left_without_answer": True}]),
        "drivers": pd.DataFrame([{"author": "a1", "platform": text, "attention": 3, "n_items": 1,
                                  "n_reposts_made": 0, "n_followers": float("nan"),
                                  "newcomer": True}]),
        "driver_items": pd.DataFrame([row | {"author": "a1", "attention": 3,
                                             "n_impressions": float("nan")}]),
        "stories": pd.DataFrame([row | {"n_authors": 4, "n_posts": 3, "n_reposts": 1,
                                        "n_platforms": 1, "first_at": AT}]),
        "topics": pd.DataFrame([{"topic": "t1", "terms": text, "stability": 0.5, "shown": True,
                                 "n_texts": 5},
                                {"topic": "t2", "terms": "hidden-topic", "stability": 0.1,
                                 "shown": False, "n_texts": 5}]),
        "topic_exemplars": pd.DataFrame([row | {"topic": "t1", "weight": 1.0}]),
        "topic_times": pd.DataFrame([{"day": "2026-03-05", "group": text, "topic": "t1", "n": 3,
                                      "n_of": 9, "share": float("nan")}]),
        "words": pd.DataFrame([{"word": text, "n_first": 3, "n_second": 0, "z": 2.0}]),
        "co_sharing": pd.DataFrame([{"seconds": 10, "n_pairs": 1, "n_accounts": 2,
                                     "expected": 0.1, "lower": 0.0, "upper": 1.0}]),
    }  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("text", HOSTILE)
def test_spread_blocks_build_no_element_from_the_data(text: str, lang: Literal["en", "es"]) -> None:
    """Every block prints a hostile text as text, and names no item."""
    page = review_html(make_review(language=lang, tables=published(_tables(text))))
    if text.startswith("<") or '">' in text:
        assert text not in page
    assert "leads-back" not in page
    assert "hidden-topic" not in page
    for anchor in ("data-phases", "data-topics", '<section id="narratives"'):
        assert anchor in page or anchor == "data-phases"


def test_published_tables_carry_no_ids_and_no_whole_texts() -> None:
    """The files beside the page hold no id of an item, no handle and no long text."""
    long = "@somebody " + "palabra " * 80
    files = review_files(make_review(tables=published(_tables(long))))
    written = "\n".join(
        content.decode("utf-8") if isinstance(content, bytes) else content
        for name, content in files.items()
        if name.endswith(".csv")
    )
    assert "leads-back" not in written
    quoted = [line for line in written.splitlines() if "palabra" in line]
    assert quoted
    stories = published(_tables(long))["stories"]["text"]
    assert stories.str.len().max() <= 241
    assert not stories.str.contains("somebody").any()


def test_review_without_spread_tables_has_none_of_its_blocks() -> None:
    """Without tables there is no section of narratives and no phases."""
    page = review_html(make_review(language="en"))
    assert '<section id="narratives"' not in page
    assert "Phases of the crisis" not in page


def test_words_of_a_page_are_escaped_once() -> None:
    """A hint with an apostrophe stands as a reader reads it, and passes the look for numbers."""
    made = make_review(language="en", tables=published(_tables("plain")))
    capped = made.metrics.assign(note="collector_cap")
    page = review_html(replace(made, metrics=capped))
    assert "The volumes are the tool&#39;s as much" in page
    assert "&amp;#39;" not in page


def test_bounds_that_agree_are_said_once() -> None:
    """One account has as many followers at least as at most: no "between 2,100 and 2,100"."""
    show = Show("en", "UTC")
    assert "between" not in _bounds({"least": 2100.0, "most": 2100.0}, show)
    assert "between" in _bounds({"least": 94.0, "most": 3240.0}, show)
