"""Charts of a comparison: the functional boxplot, and multiples of the ordinary on two clocks."""

from __future__ import annotations

from crisislab.library.compare import Comparison
from crisislab.report.drawing import (
    BLUE,
    GREEN,
    INK,
    MUTED,
    ORANGE,
    PURPLE,
    VERMILLION,
    Figure,
    Spec,
    axis,
    band,
    layout,
    numbers,
    plain,
    rgba,
)
from crisislab.report.show import Show
from crisislab.words import say

_COLOURS = (VERMILLION, BLUE, PURPLE, INK)
_TICKS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
_HEIGHT = 440


def done_chart(found: Comparison, show: Show) -> Figure | None:
    """Return how much of the excess had occurred by each hour, with the deepest half."""
    if found.curves.empty:
        return None
    data: list[Spec] = []
    if len(found.band):
        hours = [int(hour) for hour in found.band["hour"]]
        data += band(hours, numbers(found.band["lower"]), numbers(found.band["upper"]),
                     colour=GREEN, name=say("compare.chart.band", show.lang))  # fmt: skip
        middle = say("compare.chart.median", show.lang)
        data.append(_line(hours, numbers(found.band["median"]), middle, GREEN, 2, dash="dash"))
    outside = set(found.box.loc[found.box["outlier"].astype(bool), "case"])
    own = {case: _COLOURS[i % len(_COLOURS)] for i, case in enumerate(found.asked)}
    for case, part in found.curves[found.curves["hour"] >= 0].groupby("case", sort=True):
        name = plain(found.short(str(case)), 48)
        hours, values = [int(h) for h in part["hour"]], numbers(part["done"])
        if case in own:
            data.append(_line(hours, values, name, own[str(case)], 3))
        elif case in outside:
            data.append(_line(hours, values, name, ORANGE, 1.4, dash="dot", legend=False))
        else:
            data.append(_line(hours, values, name, MUTED, 0.7, faint=True, legend=False))
    ticks = [0, 0.25, 0.5, 0.75, 1]
    page = layout(
        _HEIGHT, hovermode="closest", margin={"l": 64, "r": 16, "t": 20, "b": 130},
        legend={"orientation": "h", "x": 0, "y": -0.22, "yanchor": "top",
                "traceorder": "normal"},
        xaxis=axis(say("compare.chart.hours_onset", show.lang), dtick=12),
        yaxis=axis(say("compare.chart.done", show.lang), range=[0, 1.02], tickvals=ticks,
                   ticktext=[show.share(t) for t in ticks]),
    )  # fmt: skip
    alt = say("compare.chart.done_alt", show.lang, n=show.number(found.curves["case"].nunique()),
              outside=show.number(len(outside)))  # fmt: skip
    return Figure("done", say("compare.chart.done", show.lang), alt, tuple(data), page, _HEIGHT)


def multiple_chart(found: Comparison, show: Show, *, clock: str) -> Figure | None:
    """Return posts as multiples of the ordinary, hours since onset or since detection."""
    known = found.curves.dropna(subset=["multiple", clock])
    if known.empty:
        return None
    own = {case: _COLOURS[i % len(_COLOURS)] for i, case in enumerate(found.asked)}
    data = [
        _line(numbers(part[clock], 2), numbers(part["multiple"].where(part["multiple"] > 0), 3),
              plain(found.short(str(case)), 48), own.get(str(case), MUTED),
              2.5 if case in own else 0.8, faint=case not in own, legend=case in own)
        for case, part in known.groupby("case", sort=True)
    ]  # fmt: skip
    page = layout(
        _HEIGHT, hovermode="closest", margin={"l": 64, "r": 16, "t": 20, "b": 120},
        legend={"orientation": "h", "x": 0, "y": -0.22, "yanchor": "top"},
        xaxis=axis(say(f"compare.chart.{clock}", show.lang), dtick=12),
        yaxis=axis(say("compare.chart.multiple", show.lang), type="log", tickvals=list(_TICKS),
                   ticktext=[show.number(t, 1 if t < 1 else 0) for t in _TICKS]),
    )  # fmt: skip
    title = say("compare.chart.multiple", show.lang)
    alt = say("compare.chart.multiple_alt", show.lang, n=show.number(known["case"].nunique()))
    return Figure(f"multiple-{clock}", title, alt, tuple(data), page, _HEIGHT)


def _line(
    x: list[int] | list[float | None], y: list[float | None], name: str, colour: str, width: float,
    *, dash: str = "solid", faint: bool = False, legend: bool = True,
) -> Spec:  # fmt: skip
    ink = rgba(colour, 0.35) if faint else colour
    return {
        "type": "scatter", "mode": "lines", "x": x, "y": y, "name": name, "showlegend": legend,
        "line": {"color": ink, "width": width, "dash": dash},
        "hovertemplate": "%{fullData.name}<br>%{x} h: %{y}<extra></extra>",
    }  # fmt: skip
