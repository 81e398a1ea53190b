"""The charts of a review, as plotly figures in plain data."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crisislab.report.drawing import (
    BLUE, GREEN, INK, MUTED, ORANGE, SKY, VERMILLION, Figure, Spec, axis, band, layout,
    local_times, numbers, plain, rgba,
)  # fmt: skip
from crisislab.report.show import Show, number_or_none
from crisislab.report.timeline import overview, public_curve
from crisislab.report.value import Review
from crisislab.words import say

MAX_STEPS = 1500
_TICKS = (5, 15, 30, 60, 120, 240, 360, 480, 720, 1440, 2880, 4320, 5760, 10080, 20160)

__all__ = ["figures", "overview", "public_curve", "reach_by_platform", "sentiment_curve", "waiting_curve"]


def figures(review: Review, show: Show | None = None) -> dict[str, Figure]:
    """Return the charts of a review that have data, by name."""
    show = show or Show(review.language, review.zone)
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
    x, shape = numbers(steps["minutes"]), {"line": {"shape": "hv"}}
    hover = [_waiting_hover(row, show) for row in steps.to_dict("records")]
    data = [
        *band(x, numbers(steps["lower"]), numbers(steps["upper"]), colour=BLUE,
              name=say("report.figure.interval", lang), **shape),
        {"type": "scatter", "mode": "lines", "x": x, "y": numbers(steps["waiting_share"]),
         "name": say("report.figure.waiting", lang), "line": {"color": BLUE, "width": 2.5, "shape": "hv"},
         "text": hover, "hovertemplate": "%{text}<extra></extra>"},
        *_target_points(review, show, end),
    ]  # fmt: skip
    ticks = waiting_ticks(end)
    down = [0, 0.25, 0.5, 0.75, 1]
    page = layout(
        380, hovermode="closest",
        xaxis=axis(say("report.figure.waited", lang), tickvals=ticks, range=[0, end],
                   ticktext=[show.duration(t) for t in ticks]),
        yaxis=axis(say("report.figure.still_waiting", lang), range=[0, 1.03], tickvals=down,
                   ticktext=[show.share(v) for v in down]),
    )  # fmt: skip
    title = say("report.figure.waiting_title", lang)
    return Figure("waiting", title, _waiting_alt(steps, show), tuple(data), page, 380)


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
        share, percent = number_or_none(target.get("at_least")), number_or_none(target.get("percentile"))
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
        label = say("report.figure.target", show.lang, name=plain(name, 48))
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
    x = local_times(table["hour_at"], show)
    counts = [("n_scored", SKY, "scored"), ("n_unscored", "#b9c1ca", "unscored")]
    data = [
        *band(x, numbers(table["lower"], 3), numbers(table["upper"], 3), colour=VERMILLION,
              name=say("report.figure.interval", lang)),
        {"type": "scatter", "mode": "lines", "x": x, "y": numbers(table["index"], 3),
         "line": {"color": VERMILLION, "width": 2.2}, "name": say("report.figure.tone", lang),
         "hovertemplate": "%{y:.2f}<extra>" + say("report.figure.tone", lang) + "</extra>"},
        *[{"type": "bar", "x": x, "y": numbers(table[column], 0), "yaxis": "y2",
           "marker": {"color": colour}, "name": say(f"report.figure.{word}", lang)}
          for column, colour, word in counts],
    ]  # fmt: skip
    title = say("report.figure.tone_axis", lang)
    page = layout(
        420, barmode="stack", bargap=0,
        xaxis=axis(f"{say('report.figure.local_time', lang)} ({show.zone})", type="date",
                   tickformat="%H:%M\n%-d %b", hoverformat="%a %-d %b %Y, %H:%M", anchor="y2",
                   fixedrange=False, nticks=9),
        yaxis=axis(title, domain=[0.34, 1]),
        yaxis2=axis(say("report.figure.posts", lang), domain=[0, 0.22], nticks=3),
        shapes=[_level(0.0)],
        annotations=[_level_name(say("report.figure.usual", lang))],
        legend={"orientation": "h", "x": 0, "y": -0.22, "yanchor": "top"},
    )  # fmt: skip
    heading = say("report.figure.tone_title", lang)
    return Figure("sentiment", heading, _tone_alt(table, show), tuple(data), page, 420)


def _level(y: float) -> Spec:
    return {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": y, "y1": y,
            "line": {"color": INK, "width": 1, "dash": "dash"}}  # fmt: skip


def _level_name(text: str) -> Spec:
    return {"xref": "paper", "x": 1, "xanchor": "right", "y": 0, "yanchor": "bottom", "text": text,
            "showarrow": False, "font": {"size": 11.5, "color": MUTED}}  # fmt: skip


def _tone_alt(table: pd.DataFrame, show: Show) -> str:
    worst = table.loc[table["index"].astype("float64").idxmax()]
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
    data, page = [], layout(height, hovermode="closest", showlegend=False, margin={"l": 20, "r": 80, "t": 30, "b": 20})
    page["annotations"] = []
    for i, (column, colour, word) in enumerate(parts):
        top = 1 - i / len(parts)
        room = [top - (each - 46) / each / len(parts), top]
        suffix = "" if i == 0 else str(i + 1)
        data.append(_bars(table, names, column=column, colour=colour, suffix=suffix, show=show))
        page[f"xaxis{suffix}"] = axis(domain=[0, 1], anchor=f"y{suffix}", showticklabels=False,
                                      showgrid=False, rangemode="tozero")  # fmt: skip
        page[f"yaxis{suffix}"] = axis(domain=room, anchor=f"x{suffix}", autorange="reversed", ticks="")
        page["annotations"].append(_heading(say(f"report.figure.{word}", lang), top))
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
        "text": [show.number(value) for value in values], "textposition": "outside",
        "cliponaxis": False, "hovertemplate": "%{y}: %{text}<extra></extra>",
    }  # fmt: skip


def _heading(text: str, top: float) -> Spec:
    return {"xref": "paper", "yref": "paper", "x": 0, "y": top, "xanchor": "left",
            "yanchor": "bottom", "text": f"<b>{text}</b>", "showarrow": False,
            "font": {"size": 12.5, "color": INK}}  # fmt: skip
