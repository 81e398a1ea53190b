"""The charts of a review, as plotly figures in plain data."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crisislab.metrics import in_crisis
from crisislab.report.drawing import (
    BLUE,
    GREEN,
    INK,
    MUTED,
    ORANGE,
    SKY,
    VERMILLION,
    Figure,
    Spec,
    axis,
    band,
    held,
    largest,
    layout,
    local_times,
    numbers,
    plain,
    rgba,
    time_axis,
)  # fmt: skip
from crisislab.report.show import Show, number_or_none, show_for
from crisislab.report.timeline import onset_of, overview, public_curve, whole_window
from crisislab.report.value import Review
from crisislab.words import say

MAX_STEPS = 1500
_TICKS = (5, 15, 30, 60, 120, 240, 360, 480, 720, 1440, 2880, 4320, 5760, 10080, 20160)

__all__ = [
    "figures",
    "overview",
    "public_curve",
    "reach_by_platform",
    "sentiment_curve",
    "waiting_curve",
]


def figures(review: Review, show: Show | None = None) -> dict[str, Figure]:
    """Return the charts of a review that have data, by name."""
    show = show or show_for(review)
    drawn = (draw(review, show) for draw in (overview, public_curve, waiting_curve,
                                             sentiment_curve, reach_by_platform))  # fmt: skip
    return {figure.name: figure for figure in drawn if figure is not None}


def waiting_curve(review: Review, show: Show) -> Figure | None:
    """Return the share of people still waiting, with the plan's targets; ``None`` without data."""
    curve = review.response_curve
    if curve.empty:
        return None
    lang, end = show.lang, waiting_limit(review)
    steps = _thinned(curve[curve["minutes"].astype("float64") <= end])
    x, shape = _to_the_end(steps, review.waits, end), {"line": {"shape": "hv"}}
    hover = [_waiting_hover(row, show) for row in steps.to_dict("records")]
    lower, upper = held(numbers(steps["lower"])), held(numbers(steps["upper"]))
    data = [
        *band(x, lower, upper, colour=BLUE,
              name=say("report.figure.interval", lang), **shape),
        {"type": "scatter", "mode": "lines", "x": x, "y": held(numbers(steps["waiting_share"])),
         "name": say("report.figure.waiting", lang),
         "line": {"color": BLUE, "width": 2.5, "shape": "hv"},
         "text": held(hover), "hovertemplate": "%{text}<extra></extra>"},
        *_crisis_curve(review, show, end),
        *_target_points(review, show, end),
    ]  # fmt: skip
    ticks = waiting_ticks(end)
    down = [0, 0.25, 0.5, 0.75, 1]
    under = 62 + 20 * (len(data) - 1)
    height = 320 + under
    page = layout(
        height, hovermode="closest", margin={"l": 56, "r": 16, "t": 24, "b": under},
        legend={"x": 0, "y": -56 / 296, "yanchor": "top", "traceorder": "normal"},
        xaxis=axis(say("report.figure.waited", lang), tickvals=ticks, range=[0, end],
                   ticktext=[show.duration(t) for t in ticks]),
        yaxis=axis(say("report.figure.still_waiting", lang), range=[0, 1.03], tickvals=down,
                   ticktext=[show.share(v) for v in down]),
    )  # fmt: skip
    title = say("report.figure.waiting_title", lang)
    return Figure("waiting", title, _waiting_alt(steps, show), tuple(data), page, height)


def _to_the_end(steps: pd.DataFrame, waits: pd.DataFrame, end: float) -> list[float | None]:
    """Return where steps begin and, people being watched beyond the last answer, where it ends."""
    longest = number_or_none(waits["minutes"].max()) if len(waits) else None
    begun = numbers(steps["minutes"])
    return [*begun, *([min(end, longest)] if longest is not None else begun[-1:])]


def _crisis_curve(review: Review, show: Show, end: float) -> list[Spec]:
    """Return the curve that the targets are judged by: of those who wrote from the rise on."""
    curve = review.tables.get("crisis_curve")
    if curve is None or curve.empty:
        return []
    steps = _thinned(curve[curve["minutes"].astype("float64") <= end])
    hover = [_waiting_hover(row, show) for row in steps.to_dict("records")]
    late = in_crisis(review.waits, onset_of(review))
    return [
        {"type": "scatter", "mode": "lines", "x": _to_the_end(steps, late, end),
         "y": held(numbers(steps["waiting_share"])),
         "name": say("report.figure.waiting_crisis", show.lang),
         "line": {"color": INK, "width": 2, "dash": "dash", "shape": "hv"},
         "text": held(hover), "hovertemplate": "%{text}<extra></extra>"}
    ]  # fmt: skip


def waiting_limit(review: Review) -> float:
    """Return how far the time axis goes: to where a tenth is still watched, past every target."""
    curve = review.response_curve
    minutes = curve["minutes"].astype("float64")
    at_risk = curve["n_at_risk"].astype("float64")
    watched = minutes[at_risk >= 0.1 * at_risk.max()]
    targets = [point[0] for point in _targets(review)]
    furthest = max([float(watched.max()) if len(watched) else 60.0, *(1.3 * t for t in targets)])
    return max(furthest * 1.02, 10.0)


def waiting_ticks(end: float) -> list[float]:
    """Return marks at round lengths, about six of them.

    >>> waiting_ticks(300)
    [0.0, 60.0, 120.0, 180.0, 240.0, 300.0]
    """
    step = next((t for t in _TICKS if end / t <= 8), _TICKS[-1])
    return [float(step * i) for i in range(int(end / step) + 1)]


def _thinned(steps: pd.DataFrame) -> pd.DataFrame:
    if len(steps) <= MAX_STEPS:
        return steps
    # Of the steps that fall on the same pixel, the last one is what a reader sees.
    return steps.iloc[sorted({i * (len(steps) - 1) // MAX_STEPS for i in range(MAX_STEPS + 1)})]


def _waiting_hover(row: dict[Any, Any], show: Show) -> str:
    return say(
        "report.figure.waiting_hover", show.lang, time=show.duration(row["minutes"]),
        share=show.share(row["waiting_share"]), n=show.number(row["n_at_risk"]),
    )  # fmt: skip


def _targets(review: Review) -> list[tuple[float, float, str]]:
    plan = review.manifest.get("plan") or {}
    points = []
    for target in plan.get("targets", ()):
        within = number_or_none(target.get("within"))
        share, percent = (
            number_or_none(target.get("at_least")),
            number_or_none(target.get("percentile")),
        )
        if within is None:
            continue
        if target.get("metric") == "reply_rate" and share is not None:
            points.append((within, 1 - share, str(target["name"])))
        elif target.get("metric") == "first_response_time" and percent is not None:
            points.append((within, 1 - percent / 100, str(target["name"])))
    return points


def _target_points(review: Review, show: Show, end: float) -> list[Spec]:
    traces: list[Spec] = []
    for i, (within, left, name) in enumerate(p for p in _targets(review) if p[0] <= end):
        colour = (VERMILLION, ORANGE, GREEN, SKY)[i % 4]
        label = say("report.figure.target", show.lang, name=plain(name, 60))
        told = say("report.figure.target_hover", show.lang, name=plain(name),
                   time=show.duration(within), share=show.share(left))  # fmt: skip
        traces.append(
            {"type": "scatter", "mode": "lines+markers", "x": [0, within, within],
             "y": [round(left, 4), round(left, 4), 0], "name": label,
             "line": {"color": colour, "width": 1.5, "dash": "dot"},
             "marker": {"size": [0, 11, 0], "symbol": "diamond", "color": colour, "opacity": 1},
             "text": [told] * 3, "hovertemplate": "%{text}<extra></extra>"}
        )  # fmt: skip
    return traces


def _waiting_alt(steps: pd.DataFrame, show: Show) -> str:
    last = steps.iloc[-1]
    return say(
        "report.alt.waiting", show.lang, time=show.duration(last["minutes"]),
        share=show.share(last["waiting_share"]),
    )  # fmt: skip


def sentiment_curve(review: Review, show: Show) -> Figure | None:
    """Return the tone of posts against the quiet period; an index, never a percentage."""
    table, lang = review.sentiment, show.lang
    if table.empty or table["index"].isna().all():
        return None
    title, lines = say("report.figure.tone_axis", lang), _tone_lines(table, show)
    first, last = table["hour_at"].min(), table["hour_at"].max()
    shown = (
        max(first, whole_window(review)[0] - pd.Timedelta(days=3)),
        last + pd.Timedelta(hours=12),
    )
    page = layout(
        430, barmode="stack", bargap=0,
        xaxis=time_axis(show, say("report.figure.local_time", lang), anchor="y2",
                        range=local_times(shown, show)),
        yaxis=axis(title, domain=[0.34, 1]),
        yaxis2=axis(say("report.figure.posts", lang), domain=[0, 0.2], nticks=3),
        shapes=[_level(0.0)], annotations=[_level_name(say("report.figure.usual", lang))],
        legend={"orientation": "h", "x": 0, "y": -0.22, "yanchor": "top", "traceorder": "normal"},
    )  # fmt: skip
    heading = say("report.figure.tone_title", lang)
    data = (*lines, *_tone_counts(table, show))
    return Figure("sentiment", heading, _tone_alt(table, show), data, page, 430)


def _tone_lines(table: pd.DataFrame, show: Show) -> list[Spec]:
    # A bin joins hours until it holds enough posts: its mean belongs to its middle.
    x, tone = (
        local_times(table["hour_at"] + _widths(table) / 2, show),
        say("report.figure.tone", show.lang),
    )
    return [
        *band(x, numbers(table["lower"], 3), numbers(table["upper"], 3), colour=VERMILLION,
              name=say("report.figure.interval", show.lang)),
        {"type": "scatter", "mode": "lines", "x": x, "y": numbers(table["index"], 3),
         "line": {"color": VERMILLION, "width": 2.2}, "name": tone,
         "hovertemplate": "%{y:.2f}<extra>" + tone + "</extra>"},
    ]  # fmt: skip


def _tone_counts(table: pd.DataFrame, show: Show) -> list[Spec]:
    x = local_times(table["hour_at"], show)
    width = [value.total_seconds() * 1000 for value in _widths(table)]
    counts = (("n_scored", SKY, "scored"), ("n_unscored", "#b9c1ca", "unscored"))
    return [
        {"type": "bar", "x": x, "y": numbers(table[column], 0), "yaxis": "y2", "offset": 0,
         "width": width, "marker": {"color": colour},
         "name": say(f"report.figure.{word}", show.lang)}
        for column, colour, word in counts
    ]  # fmt: skip


def _widths(table: pd.DataFrame) -> pd.Series:
    hours = table["hours"] if "hours" in table else pd.Series(1.0, index=table.index)
    return pd.to_timedelta(hours.astype("float64"), unit="h")


def _level(y: float) -> Spec:
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": y, "y1": y,
            "line": {"color": INK, "width": 1, "dash": "dash"}}  # fmt: skip


def _level_name(text: str) -> Spec:
    return {"xref": "paper", "x": 1, "xanchor": "right", "y": 0, "yanchor": "bottom", "text": text,
            "showarrow": False, "font": {"size": 11.5, "color": MUTED}}  # fmt: skip


def _tone_alt(table: pd.DataFrame, show: Show) -> str:
    worst = largest(table, "index")
    return say("report.alt.sentiment", show.lang, at=show.instant(worst["hour_at"]))


def reach_by_platform(review: Review, show: Show) -> Figure | None:
    """Return reach per platform: what was measured above, what is estimated below."""
    table, lang = review.reach, show.lang
    parts = [p for p in _REACH if p[0] in table and table[p[0]].notna().any()]
    if table.empty or not parts:
        return None
    names = [plain(show.word("report.platform", p)) for p in table["platform"]]
    each = 46 + 30 * len(names)
    height = each * len(parts) + 60
    data, page = (
        [],
        layout(
            height,
            hovermode="closest",
            showlegend=False,
            margin={"l": 20, "r": 80, "t": 30, "b": 20},
        ),
    )
    page["annotations"] = []
    for i, (column, colour, word) in enumerate(parts):
        top = 1 - i / len(parts)
        room = [top - (each - 46) / each / len(parts), top]
        suffix = "" if i == 0 else str(i + 1)
        data.append(_bars(table, names, column=column, colour=colour, suffix=suffix, show=show))
        page[f"xaxis{suffix}"] = axis(domain=[0, 1], anchor=f"y{suffix}", showticklabels=False,
                                      showgrid=False, rangemode="tozero")  # fmt: skip
        page[f"yaxis{suffix}"] = axis(
            domain=room, anchor=f"x{suffix}", autorange="reversed", ticks="", showgrid=False
        )
        page["annotations"].append(_heading(say(f"report.figure.{word}", lang), top))
        page["annotations"] += _unknown(table[column], names, suffix, show)
    title = say("report.figure.reach_title", lang)
    return Figure("reach", title, say("report.alt.reach", lang), tuple(data), page, height)


_REACH = (
    ("impressions", BLUE, "impressions"),
    ("engagement", GREEN, "engagement"),
    ("potential_reach", ORANGE, "potential_reach"),
)


def _bars(
    table: pd.DataFrame, names: list[str], *, column: str, colour: str, suffix: str, show: Show
) -> Spec:
    estimated = column == "potential_reach"
    values = numbers(table[column], 0)
    pattern = {"shape": "/", "fgcolor": colour, "bgcolor": rgba(colour, 0.25)} if estimated else {}
    return {
        "type": "bar", "orientation": "h", "x": values, "y": names, "xaxis": f"x{suffix}",
        "yaxis": f"y{suffix}", "marker": {"color": colour, "pattern": pattern},
        "text": [show.about(v) if estimated else show.number(v) for v in values],
        "textposition": "outside", "cliponaxis": False,
        "hovertemplate": "%{y}: %{text}<extra></extra>",
    }  # fmt: skip


def _unknown(values: pd.Series, names: list[str], suffix: str, show: Show) -> list[Spec]:
    """Return the word for unknown where a platform has no figure: no bar would read as 0."""
    return [
        {"xref": f"x{suffix}", "x": 0, "xanchor": "left", "yref": f"y{suffix}", "y": name,
         "xshift": 3, "text": show.unknown, "showarrow": False,
         "font": {"size": 12, "color": MUTED}}
        for name, missing in zip(names, values.isna(), strict=True)
        if missing
    ]  # fmt: skip


def _heading(text: str, top: float) -> Spec:
    return {"xref": "paper", "yref": "paper", "x": 0, "y": top, "xanchor": "left",
            "yanchor": "bottom", "text": f"<b>{text}</b>", "showarrow": False,
            "font": {"size": 12.5, "color": INK}}  # fmt: skip
