"""Competing ways out against R, by hand, and by brute force."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from crisislab.estimate.competing import exit_curves
from crisislab.estimate.survival import waiting_curve

WAYS = ("pcm", "death")


def mgus2(folder: Path) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.str_]]:
    """Return times and ways out of R's mgus2: progression, else death."""
    m = pd.read_csv(folder / "reference" / "survival" / "mgus2.csv")
    time = np.where(m["pstat"] == 1, m["ptime"], m["futime"]).astype(float)
    way = np.where(m["pstat"] == 1, "pcm", np.where(m["death"] == 1, "death", "-"))
    return time, way


def test_exit_curves_mgus2_as_r(real_data: Path) -> None:
    """R: Aalen-Johansen at 60, 120, 240, 360 months, exact ties."""
    curves = exit_curves(*mgus2(real_data), ways=WAYS)
    pcm = [0.034103713, 0.063722168, 0.099813716, 0.13404164]
    death = [0.320367010, 0.531817704, 0.724027976, 0.78420825]
    for months, p, d in zip((60, 120, 240, 360), pcm, death, strict=True):
        assert curves.at(months, "pcm").value == pytest.approx(p, abs=1e-6)
        assert curves.at(months, "death").value == pytest.approx(d, abs=1e-6)


def test_exit_curves_below_naive(real_data: Path) -> None:
    """Taking the dead as still waiting would say .424837 where .134042 is true (R)."""
    time, way = mgus2(real_data)
    curve = waiting_curve(time, way == "pcm")
    naive = [1 - curve.waiting_at(months).value for months in (60, 120, 240, 360)]
    assert naive == pytest.approx([0.042154, 0.095222, 0.209562, 0.424837], abs=1e-6)


def test_exit_curves_se_is_the_infinitesimal_jackknife() -> None:
    """The closed form equals the sum of squared derivatives by each person's weight.

    R 3.5-3 prints variances of mgus2 within 0.1 % of it at 60 months (2.392e-05 for 2.390e-05).
    """
    rng = np.random.default_rng(3)
    time, way = rng.integers(1, 12, 60).astype(float), rng.choice(["a", "b", "-"], 60)

    def share(weight: npt.NDArray[np.float64]) -> float:
        left, gone = 1.0, 0.0
        for u in np.unique(time[time <= 8]):
            y = weight[time >= u].sum()
            gone += left * weight[(time == u) & (way == "a")].sum() / y
            left *= 1 - weight[(time == u) & (way != "-")].sum() / y
        return gone

    ones = np.ones(60)
    slopes = [(share(ones + 1e-6 * row) - share(ones)) / 1e-6 for row in np.eye(60)]
    curves = exit_curves(time, way, ways=("a", "b"))
    last = np.searchsorted(curves.minutes, 8, side="right") - 1
    assert curves.se["a"][last] == pytest.approx(np.sqrt(np.sum(np.square(slopes))), rel=1e-4)


def test_exit_curves_one_way_is_kaplan_meier() -> None:
    """With one way out the share gone is one minus the share waiting, and so is its error."""
    minutes, answered = [1, 3, 3, 5, 8, 8], np.array([True, True, False, True, True, False])
    km = waiting_curve(minutes, answered)
    aj = exit_curves(minutes, np.where(answered, "r", "-"), ways=("r",))
    assert aj.share["r"].tolist() == pytest.approx((1 - km.waiting).tolist())
    assert aj.se["r"].tolist() == pytest.approx(km.se.tolist())


def test_exit_curves_of_nobody() -> None:
    """No people: no steps, and shares are missing."""
    curves = exit_curves([], [], ways=WAYS)
    assert curves.steps().empty
    assert np.isnan(curves.at(60, "pcm").value)


def test_exit_curves_none_and_all_have_exact_intervals() -> None:
    """None of 50 watched so long: 0 to .0711; people who left before count, as far as watched."""
    known = [("a", 1)] * 60 + [("-", 1)] * 20 + [("a", 10)] * 20
    curves = exit_curves([t for _, t in known], [w for w, _ in known], ways=("a", "b"))
    none = curves.at(10, "b")
    assert (none.value, none.lower) == (0, 0)
    assert none.upper == pytest.approx(1 - 0.025 ** (1 / 50))
    assert curves.at(1, "b").upper == pytest.approx(1 - 0.025 ** (1 / 100))
    every = curves.at(10, "a")
    assert (every.value, every.upper) == (1, 1)
    assert every.lower == pytest.approx(0.025 ** (1 / 50))
    cut = exit_curves([5.0, 5], ["-", "-"], ways=("a",))
    assert np.isnan(cut.at(6, "a").upper)
