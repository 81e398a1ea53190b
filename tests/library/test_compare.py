"""Crises side by side."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from crisislab.errors import CrisisLabError
from crisislab.library.book import PastCase, Value, read_library
from crisislab.library.compare import compare_cases
from crisislab.library.desk import compare
from crisislab.library.page import comparison_html

HOURS = np.arange(130)


def _crisis(key: str, *, half: float = 8, height: float = 400, **changes: object) -> PastCase:
    since = HOURS - 24
    excess = np.where(since >= 4, height * 2.0 ** (-(since - 4) / half), 0)
    excess = np.where((since >= 0) & (since < 4), height * (since + 1) / 5, excess)
    base: dict[str, object] = {
        "id": key, "name": key.upper(), "kind": "brand", "era": "2026", "collector": "a",
        "platforms": ("x",), "onset": 24, "onset_hour": 10, "ordinary": (20.0,) * 24,
        "extra": 0.01, "counts": tuple(int(n) for n in np.round(20 + excess)),
    }  # fmt: skip
    return PastCase.model_validate(base | changes)


def test_indicators_by_hand() -> None:
    """Four hours to the peak, half of the excess after eight, peak 21 times the ordinary."""
    found = compare_cases([_crisis("a")]).indicators.set_index("indicator")["value"]
    assert found["hours_to_peak"] == 4
    assert found["half_life_hours"] == pytest.approx(8, abs=1)
    assert found["peak_multiple"] == pytest.approx(21)


def test_place_is_the_share_with_its_interval() -> None:
    """Lower than 9 of 12: 75 % [47 %, 91 %], as Wilson has it."""
    past = [_crisis(f"p{i}", detected_after=float(i)) for i in range(12)]
    found = compare_cases([_crisis("own", detected_after=2.5)], past).places
    row = found[found["indicator"] == "detected_hours"].iloc[0]
    assert (row["lower_than"], row["n"]) == (9, 12)
    assert (row["share"], row["lower"], row["upper"]) == pytest.approx(
        (0.75, 0.468, 0.911), abs=1e-3
    )


def test_seven_others_are_listed() -> None:
    """Under eight there is no share but the values themselves."""
    past = [_crisis(f"p{i}", detected_after=float(i)) for i in range(7)]
    found = compare_cases([_crisis("own", detected_after=2.5)], past).places
    row = found[found["indicator"] == "detected_hours"].iloc[0]
    assert np.isnan(row["share"])
    assert row["listed"] == "0; 1; 2; 3; 4; 5; 6"
    page = comparison_html(compare_cases([_crisis("own", detected_after=2.5)], past[:2]), lang="en")
    assert "too few for a share; the 2 others: 0 min; 1 h<" in page


def test_not_reached_is_higher_than_whatever_was() -> None:
    """A case in which half the people never got an answer is lower than nobody."""
    past = [_crisis(f"p{i}", values={"first_response_time": Value(value=60.0 * i)})
            for i in range(1, 10)]  # fmt: skip
    never = _crisis("own", values={"first_response_time": Value(value=None)})
    found = compare_cases([never], past).places
    assert found.set_index("indicator").loc["first_response_hours", "lower_than"] == 0


def test_waits_of_another_period_are_no_measure() -> None:
    """A wait from the rise on lies among such waits only; that others were kept is said."""

    def one(key: str, value: float, period: str) -> PastCase:
        wait = Value.model_validate({"value": value, "n": 9, "period": period})
        return _crisis(key, values={"first_response_time": wait})

    past = [*(one(f"p{i}", 60.0 * i, "crisis") for i in range(1, 10)), one("old", 600.0, "")]
    found = compare_cases([one("own", 30.0, "crisis")], past)
    row = found.places.set_index("indicator").loc["first_response_hours"]
    assert (row["lower_than"], row["n"]) == (9, 9)
    assert found.warnings["periods_differ"] == 1
    for lang, words in (("en", "quiet weeks included"), ("es", "semanas tranquilas incluidas")):
        page = comparison_html(compare_cases([past[-1]], past[:-1]), lang=lang)
        assert words in page
    assert "periods_differ" not in compare_cases([past[0]], past[1:-1]).warnings


def test_without_a_quiet_period_no_multiple_is_told() -> None:
    """What was ordinary is not known, so neither multiple nor recovery is."""
    found = compare_cases([_crisis("a", ordinary=(), notes=("no_baseline",))]).indicators
    notes = found.set_index("indicator")["note"]
    assert notes[["peak_multiple", "recovery_hours"]].tolist() == ["no_baseline"] * 2


def test_the_slow_crisis_leaves_the_band() -> None:
    """Nine crises that fade alike and one that grows for days: it is the outlier."""
    alike = [_crisis(f"p{i}", half=7 + i / 4) for i in range(9)]
    late = _crisis("late", counts=tuple(int(20 + 5 * max(h - 24, 0)) for h in HOURS))
    found = compare_cases([late], alike).box
    assert found.set_index("case").loc["late", "outlier"]
    assert found["case"].iloc[-1] == "late"


def test_the_nearest_crisis_is_its_twin() -> None:
    """A crisis with the same shape is the most similar one."""
    past = [_crisis("twin", half=8.1), *(_crisis(f"p{i}", half=20.0 + i) for i in range(8))]
    assert compare_cases([_crisis("own")], past).alike["other"].iloc[0] == "twin"


def test_comparison_does_not_hang_on_order() -> None:
    """Past crises in another order give the same places, band and warnings."""
    past = [_crisis(f"p{i}", half=6 + i) for i in range(9)]
    one = compare_cases([_crisis("own")], past)
    other = compare_cases([_crisis("own")], past[::-1])
    for name in ("lower_than", "share"):
        assert one.places[name].tolist() == other.places[name].tolist()
    assert one.band.equals(other.band)
    assert one.warnings == other.warnings


def test_warnings_name_what_forbids_it() -> None:
    """Other collectors, kinds, networks and years are said."""
    past = [_crisis("b", collector="b", kind="ticker", era="2012", platforms=("facebook",))]
    found = compare_cases([_crisis("a")], past).warnings
    assert {"collectors_differ", "kinds_differ", "platforms_differ", "eras_differ",
            "few_cases"} <= set(found)  # fmt: skip


def test_nothing_is_ranked_and_nothing_is_tested() -> None:
    """Neither a table nor the page holds a p-value or a rank of cases."""
    found = compare(library="reference", kinds=["public emergency"])
    page = comparison_html(found, lang="en")
    assert "p-value" not in page
    assert "rank" not in found.indicators.columns
    assert found.places.empty


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_page_is_written_whole(tmp_path: Path, lang: str) -> None:
    """One page that loads nothing, its tables beside it; the same bytes twice."""
    past = read_library("reference")
    found = compare([past.cases[0]], library=past, kinds=["ticker"])
    path = found.write(tmp_path, lang=lang)
    page = path.read_text("utf-8")
    assert "default-src &#39;none&#39;" in page
    assert "<script src" not in page
    assert page == comparison_html(found, lang=lang)
    assert (tmp_path / "indicators.csv").read_bytes().startswith(b"\xef\xbb\xbfcase,indicator")


def test_names_of_cases_cannot_run_on_the_page() -> None:
    """A case whose name is a script stands there as text."""
    evil = _crisis("evil", name="<script>alert(1)</script>")
    page = comparison_html(compare_cases([evil], [_crisis("b")]), lang="en")
    assert "<script>alert" not in page


def test_two_crises_of_one_name_are_refused_and_one_named_twice_is_one() -> None:
    """Two folders called "case" hold two crises: which of them a row is about could not be told."""
    with pytest.raises(CrisisLabError, match="CL-LIB-CLASH"):
        compare_cases([_crisis("case"), _crisis("case", height=90)])
    found = compare_cases([_crisis("case"), _crisis("case")])
    assert found.asked == ("case",)
