"""The curve of posts with its phases marked."""

from __future__ import annotations

import pandas as pd

from crisislab.report.drawing import (
    BLUE,
    INK,
    MUTED,
    SKY,
    VERMILLION,
    Figure,
    Spec,
    axis,
    band,
    held,
    label_side,
    layout,
    levels,
    local_times,
    numbers,
    pixels,
    step_edges,
    time_axis,
)
from crisislab.report.show import Show, is_missing
from crisislab.report.value import Review
from crisislab.words import say

_MARKED = ("onset", "peak", "recovery")
_HEIGHT = 460
_LABEL = 0.22  # of the width of the chart


def phases_figure(review: Review, show: Show) -> Figure | None:
    """Return posts per hour with the onset, the peaks and the recovery marked; or ``None``."""
    hours, table = review.volume, review.tables.get("phases")
    if hours.empty or table is None or table.empty:
        return None
    lang = show.lang
    known = table[table["phase"].isin(_MARKED) & table["at"].notna()]
    start, end = _window(hours, known)
    shown = hours[(hours["hour_at"] >= start) & (hours["hour_at"] <= end)]
    x = local_times(step_edges(shown["hour_at"]), show)
    data: list[Spec] = []
    if shown["upper"].notna().any():
        usual = say("spread.figure.usual", lang)
        data += band(x, held(numbers(shown["expected"], 2)), held(numbers(shown["upper"], 2)),
                     colour=SKY, name=usual, line={"shape": "hv"})  # fmt: skip
    posts = say("spread.figure.posts", lang)
    data.append(
        {"type": "scatter", "mode": "lines", "x": x, "y": held(numbers(shown["n_posts"], 0)),
         "line": {"color": BLUE, "width": 1.8, "shape": "hv"}, "name": posts,
         "hovertemplate": "%{y}<extra>" + posts + "</extra>"}
    )  # fmt: skip
    data += _further(review, show, start, end)
    marks = [(str(row["phase"]), row["at"]) for row in known.to_dict("records")]
    lines, labels = _marks(marks, show, start, end)
    page = layout(
        _HEIGHT, shapes=lines, annotations=labels, margin={"l": 56, "r": 16, "t": 104, "b": 96},
        legend={"orientation": "h", "x": 0, "y": -0.32, "yanchor": "top"},
        xaxis=time_axis(show, say("report.figure.local_time", lang)),
        yaxis=axis(posts, rangemode="tozero"),
    )  # fmt: skip
    title = say("spread.figure.title", lang)
    told = "; ".join(f"{show.word('spread.phase', name)}: {show.instant(at)}" for name, at in marks)
    alt = say("spread.figure.alt", lang, marks=told or show.unknown)
    return Figure("phases", title, alt, tuple(data), page, _HEIGHT)


def _window(hours: pd.DataFrame, known: pd.DataFrame) -> tuple[pd.Timestamp, pd.Timestamp]:
    first, last = hours["hour_at"].min(), hours["hour_at"].max()
    if known.empty:
        return first, last
    return max(first, known["at"].min() - pd.Timedelta(days=2)), last


def _further(review: Review, show: Show, start: pd.Timestamp, end: pd.Timestamp) -> list[Spec]:
    peaks = review.tables.get("peaks")
    if peaks is None or peaks.empty:
        return []
    kept = peaks[(peaks["peak_at"] >= start) & (peaks["peak_at"] <= end)]
    name = say("spread.figure.peaks", show.lang)
    return [
        {"type": "scatter", "mode": "markers", "x": local_times(kept["peak_at"], show),
         "y": numbers(kept["n_posts"], 0), "name": name,
         "marker": {"symbol": "triangle-down", "size": 10, "color": VERMILLION},
         "hovertemplate": "%{y}<extra>" + name + "</extra>"}
    ]  # fmt: skip


def _marks(
    marks: list[tuple[str, pd.Timestamp]], show: Show, start: pd.Timestamp, end: pd.Timestamp
) -> tuple[list[Spec], list[Spec]]:
    marks = [(name, at) for name, at in marks if not is_missing(at)]
    sides = [label_side(pixels(at, start, end), _LABEL) for _, at in marks]
    heights = levels([begin for _, begin in sides], width=_LABEL)
    lines: list[Spec] = []
    labels: list[Spec] = []
    for (name, at), level, (side, _) in zip(marks, heights, sides, strict=True):
        when = local_times([at], show)[0]
        lines.append(
            {
                "type": "line",
                "x0": when,
                "x1": when,
                "yref": "paper",
                "y0": 0,
                "y1": 1,
                "line": {"color": INK, "width": 1, "dash": "dot"},
            }
        )
        labels.append({"x": when, "xanchor": side, "yref": "paper", "y": 1,
                       "yshift": 8 + 20 * level, "yanchor": "bottom", "showarrow": False,
                       "text": show.word("spread.phase", name),
                       "font": {"size": 11.5, "color": MUTED}})  # fmt: skip
    return lines, labels
