"""Charts about response times: groups side by side, who was never answered, people waiting."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from crisislab.report.drawing import (
    BLUE,
    INK,
    MUTED,
    ORANGE,
    SKY,
    VERMILLION,
    Figure,
    Spec,
    axis,
    layout,
    local_times,
    numbers,
    plain,
    rgba,
    time_axis,
)  # fmt: skip
from crisislab.report.response_groups import Group
from crisislab.report.show import Show, number_or_none
from crisislab.report.timeline import Window
from crisislab.words import say

_ROW = 26


def groups_figure(groups: Sequence[Group], show: Show) -> Figure | None:
    """Return the share answered within the hour of every group, with its interval.

    Groups stand in the order of their names, never of their numbers; those below ten waits have
    no point.

    Args:
        groups: Result of ``report.response_groups.groups_of``.
        show: Language and zone.
    """
    told = [g for g in groups if g.rate and g.rate.number is not None]
    if len(told) < 2:
        return None
    lines: list[str] = []
    data: list[Spec] = []
    for by in dict.fromkeys(g.by for g in told):
        own = [g for g in told if g.by == by]
        lines.append(f"<b>{show.word('response.by', by)}</b>")
        names = [f"{plain(g.name, 34)} ({show.number(g.n)})" for g in own]
        data += _dots(own, [len(lines) + i for i in range(len(own))])
        lines += names
    most = max(g.rate.upper or g.rate.number or 0.0 for g in told if g.rate)
    step = 0.2 if most > 0.4 else 0.1
    ticks = [round(step * i, 1) for i in range(math.ceil(max(most, step) / step - 1e-9) + 1)]
    height = _ROW * len(lines) + 70
    page = layout(
        height, hovermode="closest", showlegend=False, margin={"l": 20, "r": 16, "t": 8, "b": 52},
        xaxis=axis(say("response.figure.rate_axis", show.lang), range=[0, ticks[-1]],
                   tickvals=ticks, ticktext=[show.share(t) for t in ticks]),
        yaxis=axis(range=[len(lines) - 0.4, -0.6], tickvals=list(range(len(lines))),
                   ticktext=lines, showgrid=False, ticks=""),
    )  # fmt: skip
    title = say("response.figure.groups_title", show.lang)
    alt = say("response.alt.groups", show.lang, n=len(told))
    return Figure("groups", title, alt, tuple(data), page, height)


def _dots(own: Sequence[Group], at: list[int]) -> tuple[Spec, Spec]:
    """Return the intervals as lines and the shares as points."""
    cards = [g.rate for g in own if g.rate]
    told = [
        f"{plain(g.name)}: {card.value}" + (f" ({card.interval})" if card.interval else "")
        for g, card in zip(own, cards, strict=True)
    ]
    ends = [end for card in cards for end in (card.lower, card.upper, None)]
    levels = [level for place in at for level in (place, place, None)]
    look: Spec = {"type": "scatter", "showlegend": False}
    line = look | {"mode": "lines", "x": numbers(ends), "y": levels, "hoverinfo": "skip",
                   "line": {"color": BLUE, "width": 2}}  # fmt: skip
    points = look | {
        "mode": "markers", "x": numbers(card.number for card in cards), "y": at,
        "marker": {"color": BLUE, "size": 9}, "text": told, "cliponaxis": False,
        "hovertemplate": "%{text}<extra></extra>",
    }  # fmt: skip
    return line, points


def unanswered_figure(table: pd.DataFrame, show: Show) -> Figure | None:
    """Return the share never answered by platform and local hour; below ten items the n alone.

    Args:
        table: ``unanswered_hours`` of the review.
        show: Language and zone.
    """
    if table.empty:
        return None
    platforms = sorted(table["platform"].unique())
    hours = list(range(24))
    cells = {(r["platform"], int(r["hour"])): r for r in table.to_dict("records")}
    rows = [[cells.get((platform, hour)) for hour in hours] for platform in platforms]
    share = [[_share(cell) for cell in row] for row in rows]
    text = [[_cell_text(cell, show) for cell in row] for row in rows]
    hover = [
        [_cell_hover(cell, platform, hour, show) for hour, cell in zip(hours, row, strict=True)]
        for platform, row in zip(platforms, rows, strict=True)
    ]
    names = [plain(show.word("report.platform", p)) for p in platforms]
    height = 44 * len(platforms) + 120
    heat: Spec = {
        "type": "heatmap", "x": hours, "y": names, "z": share, "text": text, "customdata": hover,
        "texttemplate": "%{text}", "textfont": {"size": 10.5}, "zmin": 0, "zmax": 1, "xgap": 2,
        "ygap": 2, "hoverongaps": False, "hovertemplate": "%{customdata}<extra></extra>",
        "colorscale": [[0, "#ffffff"], [0.5, rgba(ORANGE, 0.55)], [1, VERMILLION]],
        "showscale": False,
    }  # fmt: skip
    page = layout(
        height, hovermode="closest", margin={"l": 20, "r": 10, "t": 8, "b": 52},
        xaxis=axis(say("response.figure.hour_axis", show.lang, zone=show.zone), dtick=2,
                   showgrid=False),
        yaxis=axis(autorange="reversed", showgrid=False, ticks=""),
        annotations=_few(rows, names, hours),
    )  # fmt: skip
    title = say("response.figure.unanswered_title", show.lang)
    told = table[table["unanswered_share"].notna()]
    alt = say("response.alt.unanswered", show.lang, n=len(told))
    return Figure("unanswered", title, alt, (heat,), page, height)


def _share(cell: dict[Any, Any] | None) -> float | None:
    value = None if cell is None else number_or_none(cell["unanswered_share"])
    return None if value is None else round(value, 4)


def _cell_text(cell: dict[Any, Any] | None, show: Show) -> str:
    value = _share(cell)
    return "" if value is None else show.number(round(100 * value))


def _cell_hover(cell: dict[Any, Any] | None, platform: str, hour: int, show: Show) -> str:
    if cell is None:
        return ""
    value = _share(cell)
    return say(
        "response.figure.unanswered_hover", show.lang, hour=hour,
        platform=plain(show.word("report.platform", platform)),
        n=show.number(cell["n_unanswered"]), total=show.number(cell["n_decided"]),
        share=say("response.few", show.lang) if value is None else show.share(value),
    )  # fmt: skip


def _few(rows: list[list[Any]], names: list[str], hours: list[int]) -> list[Spec]:
    """Return a small n in the cells that have too few items for a share."""
    return [
        {"x": hour, "y": name, "text": f"n={int(cell['n_decided'])}", "showarrow": False,
         "font": {"size": 9, "color": MUTED}}
        for name, row in zip(names, rows, strict=True)
        for hour, cell in zip(hours, row, strict=True)
        if cell is not None and _share(cell) is None
    ]  # fmt: skip


def backlog_figure(table: pd.DataFrame, window: Window, show: Show) -> Figure | None:
    """Return how many people were waiting over time, those of more than a day apart.

    Args:
        table: ``backlog`` of the review.
        window: Time shown.
        show: Language and zone.
    """
    if table.empty:
        return None
    shown = table[(table["at"] >= window[0]) & (table["at"] <= window[1])]
    shown = table if shown.empty else shown
    data = waiting_areas(shown["at"], shown["n_waiting"], shown["n_overdue"], show)
    page = layout(
        340,
        xaxis=time_axis(show, say("report.figure.local_time", show.lang)),
        yaxis=axis(say("response.figure.waiting_axis", show.lang), rangemode="tozero", nticks=5),
        legend={"orientation": "h", "x": 0, "y": -0.26, "yanchor": "top", "traceorder": "normal",
                "font": {"size": 12.5, "color": INK}},
    )  # fmt: skip
    title = say("response.figure.backlog_title", show.lang)
    alt = say(
        "response.alt.backlog", show.lang, n=show.number(table["n_waiting"].max()),
        overdue=show.number(table["n_overdue"].max()),
    )  # fmt: skip
    return Figure("backlog", title, alt, data, page, 340)


def waiting_areas(
    at: pd.Series, waiting: pd.Series, overdue: pd.Series, show: Show, **look: Any
) -> tuple[Spec, Spec]:
    """Return people waiting as two areas on top of one another, those of more than a day below.

    Args:
        at: Instants.
        waiting: People waiting.
        overdue: Those of them who have waited for more than a day.
        show: Language and zone.
        look: Further keys of both traces, such as their axis.
    """
    x = local_times(at, show)
    parts = (
        (overdue, overdue, VERMILLION, "overdue", "tozeroy"),
        (waiting, waiting - overdue, SKY, "fresh", "tonexty"),
    )
    below, above = (
        {"type": "scatter", "mode": "lines", "x": x, "y": numbers(top, 0), "fill": fill,
         "line": {"color": colour, "width": 1}, "fillcolor": rgba(colour, 0.55),
         "text": [show.number(n) for n in own], "hovertemplate": "%{x}: %{text}",
         "name": say(f"response.figure.{word}", show.lang)} | look
        for top, own, colour, word, fill in parts
    )  # fmt: skip
    return below, above
