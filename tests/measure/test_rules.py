"""Two rules of the same posts: the public sample by both, with the difference explained."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from crisislab.case import mark_own
from crisislab.measure.response import curve, waits
from crisislab.measure.rules import compare_rules
from crisislab.new import new_case
from crisislab.opening import open_case
from tests.measure.test_service import talk


def both(posts: pd.DataFrame, **who: object) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the waits of the same posts by either rule."""
    until = posts.groupby("platform")["created_at"].max()
    return tuple(  # type: ignore[return-value]
        waits(posts, until=until, rule=rule, **who)  # type: ignore[arg-type]
        for rule in ("opening-posts", "conversations")
    )


def test_customer_support_sample_by_both_rules(real_data: Path, tmp_path: Path) -> None:
    """twcs_first5000, opening posts: 1,285 items, 1,154 answered, median 15.42 (13.05-19.62),
    .689 within the hour where the answered alone say .767. Conversations: 1,536, 1,387, 18.83:
    23 openings continue a conversation, 274 conversations open with a post that answers
    something and are answered slowly, 68 were answered under a later post.
    """
    new_case(tmp_path / "case", [real_data / "real/twcs_first5000/twcs.csv"])
    case = open_case(tmp_path / "case")
    openings, talks = both(mark_own(case.posts, settings=case.settings))
    km, answered = curve(openings), openings[openings["answered"]]["minutes"]
    median = km.percentile(50)
    found = (median.value, median.lower, median.upper)
    assert found == pytest.approx((15.4167, 13.05, 19.6167), abs=1e-4)
    assert 1 - km.waiting_at(60).value == pytest.approx(0.6887, abs=5e-5)
    assert (answered <= 60).mean() == pytest.approx(0.7669, abs=5e-5)
    steps = compare_rules(openings, talks)
    assert steps.to_numpy().tolist() == [
        ["opening_posts", 1285, 1154],
        ["continues", -23, -14],
        ["opens_as_reply", 274, 179],
        ["answered_elsewhere", 0, 68],
        ["conversations", 1536, 1387],
    ]
    assert steps["n"].iloc[:-1].sum() == 1536
    assert steps["n_answered"].iloc[:-1].sum() == 1387
    assert curve(talks).percentile(50).value == pytest.approx(18.8333, abs=1e-4)


def test_compare_rules_adds_up() -> None:
    """The steps add up on a hand-worked talk: five opening posts become two conversations."""
    openings, talks = both(talk(), handles=["marca"])
    steps = compare_rules(openings, talks).set_index("step")
    assert steps["n"].to_dict() == {
        "opening_posts": 5, "continues": -3, "opens_as_reply": 0, "answered_elsewhere": 0,
        "conversations": 2,
    }  # fmt: skip
    assert steps["n_answered"].tolist() == [3, -2, 0, 1, 2]
