"""The benchmark: every contender gives the same answers, and the page says what was measured."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from crisislab.enrich.vader import VaderScorer
from crisislab.read import read_posts
from crisislab.simulate import simulate_large

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"


@pytest.fixture
def bench() -> Iterator[Any]:
    """Give the program, imported from its folder."""
    sys.path.insert(0, str(BENCHMARKS))
    try:
        import bench

        yield bench
    finally:
        sys.path.remove(str(BENCHMARKS))
        for name in ("bench", "_contenders", "_alone", "_forms", "reading"):
            sys.modules.pop(name, None)


def test_contenders_give_the_same_answers(tmp_path: Path, bench: Any) -> None:
    """Ours, pandas and the hand-written query agree on a small seeded case."""
    truth = simulate_large(tmp_path / "case", n_posts=5000, seed=3, repost_share=0.6)
    import _contenders as contenders

    ours = contenders.ours(tmp_path / "case")
    posts = contenders._read(tmp_path / "case")
    compound = VaderScorer().polarity(posts["text"].tolist())["compound"].tolist()
    pandas = contenders._five(posts, compound)
    assert ours["posts"] == truth["n_posts"]
    assert ours["answered"] > 20
    assert ours["scored"] > ours["english"] > 100
    assert ours["negative"] > 0
    assert ours == pytest.approx(pandas)
    assert ours == pytest.approx(contenders.raw_duckdb(tmp_path / "case"))
    assert ours == contenders.again(tmp_path / "case")
    lexicon = contenders.ours_lexicon(tmp_path / "case")
    assert lexicon == {name: ours[name] for name in lexicon}
    assert not {"english", "compound", "negative"} & set(lexicon)


@pytest.mark.parametrize("form", ["csv", "x-jsonl"])
def test_a_case_in_another_form_holds_the_same_posts(tmp_path: Path, bench: Any, form: str) -> None:
    """What is written anew from the drawn case reads as if it had been drawn in that form."""
    for name in ("parquet", form):
        simulate_large(tmp_path / name, n_posts=4000, seed=3, form=name)
    from _forms import rewritten

    rewritten(tmp_path / "parquet", tmp_path / "anew", form)
    anew, drawn = (read_posts(tmp_path / name / "posts").posts for name in ("anew", form))
    pd.testing.assert_frame_equal(anew, drawn)


def test_scorers_alone_tell_their_scores(tmp_path: Path, bench: Any) -> None:
    """What stands before the ratio of the scorers tells one changed score from none."""
    from _alone import compounds

    told = compounds([0.5, -0.1234])
    assert told == compounds(np.array([0.5, -0.1234]))
    assert told["compounds"] == 0.3766
    for other in ([0.5, -0.1235], [-0.1234, 0.5]):
        with pytest.raises(SystemExit, match="vader: the answers differ"):
            bench._same("vader", told, compounds(other))


def test_no_ratio_without_equal_answers(bench: Any) -> None:
    """Answers that differ end the run before any ratio."""
    with pytest.raises(SystemExit, match="notebook: the answers differ"):
        bench._same("notebook", {"posts": 5}, {"posts": 6})


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_page_says_what_was_measured(lang: str, bench: Any) -> None:
    """Peers over ours, ours over the raw engines; what was not met stands there as not met."""
    run = bench.Run
    lines = [
        bench.Line("notebook", run({}, 80.0, 80.0, 400.0), run({}, 8.0, 16.0, 200.0), ">= 8"),
        bench.Line("ingest", run({}, 2.0, 4.0, 100.0), run({}, 6.0, 8.0, 100.0), "<= 2.5"),
    ]
    grown = [(100_000, "csv", run({}, 20.0, 30.0, 700.0), 37_000_000)]
    text = bench.page(lang, 1000, lines, grown, (1000, run({"same_metrics": 1}, 1.0, 1.0, 1.0)))
    yes, no = ("yes", "no") if lang == "en" else ("sí", "no")
    assert f"| >= 8 | 10.0 | 5.0 | 2.0 | 80.0 / 8.0 | {yes} |" in text
    assert f"| <= 2.5 | 3.0 | 2.0 | 1.0 | 2.0 / 6.0 | {no} |" in text
    assert "| 100,000 | csv | 37 | 20 | 30 | 700 |" in text
    assert text.count(f": {yes}.") == 1
