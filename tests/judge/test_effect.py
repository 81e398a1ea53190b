"""The ladder of verdicts on a response."""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd
import pytest

from crisislab.estimate.controls import Difference
from crisislab.estimate.decay import Step
from crisislab.estimate.natural import NaturalDecay
from crisislab.estimate.survival import Estimate
from crisislab.judge.effect import judge_effect
from crisislab.measure.effect import Evidence
from crisislab.simulate.effect_study import METHODS, verdicts


def _step(effect: float, se: float = 0.1) -> Step:
    return Step("exponential", math.nan, effect, se, 30, 0.0, 0.1, (0.0, 0.0, effect))


def _evidence(effect: float, *, rank: float = 0.04, rise: float = 0.9) -> Evidence:
    ratio = Estimate(math.exp(effect), math.exp(effect - 0.2), math.exp(effect + 0.2))
    return Evidence("", 20, 24, (_step(effect), _step(effect)), ratio, rank, rise, 30)


def _control(effect: float, trend_p: float = 0.5) -> Difference:
    return Difference(effect, 0.2, 20, 0.0, trend_p)


def _library(effect: float, rank: float = 0.024) -> NaturalDecay:
    return NaturalDecay(effect, 0.3, 38, 40, rank)


@pytest.mark.parametrize(
    ("evidence", "verdict"),
    [
        (Evidence("response_too_soon", 6), "not assessable"),
        (_evidence(-0.5), "supported"),
        (_evidence(-0.5, rank=0.2), "consistent with"),
        (_evidence(-0.1), "cannot tell"),
        (_evidence(0.5, rise=0.04), "contradicted"),
        (_evidence(0.5, rise=0.3), "cannot tell"),
        (replace(_evidence(-0.1), control=_control(-0.6)), "supported"),
        (replace(_evidence(-0.1), control=_control(-0.6, trend_p=0.001)), "consistent with"),
        (replace(_evidence(0.5), control=_control(-0.6)), "consistent with"),
        (replace(_evidence(-0.5), control=_control(0.0)), "cannot tell"),
        (replace(_evidence(0.1), control=_control(0.6)), "contradicted"),
        (replace(_evidence(-0.1), library=_library(-0.7)), "supported"),
        (replace(_evidence(0.1), library=_library(-0.7)), "consistent with"),
        (replace(_evidence(-0.1), library=_library(-0.7, rank=0.1)), "consistent with"),
        (replace(_evidence(-0.5), library=_library(-0.1)), "cannot tell"),
    ],
)
def test_judge_effect_ladder(evidence: Evidence, verdict: str) -> None:
    """Each rung is reached by its gate and by nothing less."""
    found = judge_effect(evidence)
    assert found.verdict == verdict
    assert found.subject == "response_helped"


def test_a_small_library_does_not_decide() -> None:
    """With 19 past crises the curve alone decides."""
    small = replace(_library(-0.9), n=19)
    assert judge_effect(replace(_evidence(-0.1), library=small)).verdict == "cannot tell"


def test_the_value_is_that_of_the_deciding_route() -> None:
    """The ratio of the verdict is the control's where a control decides."""
    found = judge_effect(replace(_evidence(-0.1), control=_control(-0.6)))
    assert found.value == pytest.approx(math.exp(-0.6))


def test_error_rate_and_power() -> None:
    """Small seeded study: never supported too soon, rarely by chance, more often when true."""
    table = verdicts(runs=40, seed=11, lags=(6, 18))
    ours = table[table["method"].isin(METHODS)]
    null, cut = (ours[ours["effect"] == name] for name in ("none", "cut by 40 %"))
    assert (ours.loc[ours["lag"] == 6, "not_assessable"] == 1).all()
    # 40 runs at a true rate of 5 %: six or more of them would be one in a hundred.
    assert (null.loc[null["lag"] == 18, "supported"] <= 5 / 40).all()
    control = cut[(cut["lag"] == 18) & (cut["method"] == METHODS[2])]["supported"].item()
    assert control >= 0.25
    naive = table[(table["method"].str.startswith("12 h")) & (table["effect"] == "none")]
    assert (naive["supported"] > 0.3).all()


def test_harmful_responses_are_found() -> None:
    """A response that raised posts by two thirds is contradicted, hardly ever supported."""
    table = verdicts(runs=40, seed=12, lags=(24,))
    harm = table[(table["effect"] == "raised by two thirds") & (table["method"] == METHODS[2])]
    assert isinstance(harm, pd.DataFrame)
    assert harm["contradicted"].item() > 0.25
    assert harm["supported"].item() <= 0.05
