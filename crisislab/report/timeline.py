"""The public curve with what the team did below it, on one time axis."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crisislab.report.drawing import (
    BLUE,
    GREEN,
    INK,
    LINE,
    MUTED,
    ORANGE,
    PURPLE,
    VERMILLION,
    Figure,
    Spec,
    axis,
    held,
    label_side,
    largest,
    layout,
    levels,
    local_times,
    numbers,
    pixels,
    plain,
    rgba,
    step_edges,
    time_axis,
)  # fmt: skip
from crisislab.report.show import Show, is_missing
from crisislab.report.value import Review
from crisislab.words import say

_TOP, _LANE, _HEAD = 260, 36, 20
_LABEL, _BUTTONS = 0.19, 0.85  # of the width of the chart
_STATES = {
    "on time": (GREEN, "circle"),
    "late": (ORANGE, "square"),
    "wrong owner": (PURPLE, "diamond"),
    "not done": (VERMILLION, "x"),
    "no evidence": (MUTED, "circle-open"),
}
Window = tuple[pd.Timestamp, pd.Timestamp]


def overview(review: Review, show: Show) -> Figure | None:
    """Return posts per hour over the whole time, if the chart with the actions shows less of it."""
    if review.volume.empty or close_window(review) == whole_window(review):
        return None
    window = whole_window(review)
    marks = _milestones(review.clock, window, show)
    head, height = _head(marks), 250 + _head(marks)
    page = layout(
        height, margin={"l": 56, "r": 16, "t": head, "b": 72}, hovermode="closest",
        xaxis=time_axis(show, say("report.figure.local_time", show.lang),
                        range=local_times(window, show)),
        yaxis=axis(say("report.figure.posts_per_hour", show.lang), rangemode="tozero", nticks=5),
        shapes=[m["shape"] for m in marks], annotations=[m["label"] for m in marks],
        showlegend=False,
    )  # fmt: skip
    top = largest(review.volume, "n_posts")
    alt = say("report.alt.overview", show.lang, peak=show.number(top["n_posts"]),
              at=show.instant(top["hour_at"]))  # fmt: skip
    data = tuple(_volume_traces(review.volume, show))
    return Figure(
        "overview", say("report.figure.overview_title", show.lang), alt, data, page, height
    )


def public_curve(review: Review, show: Show) -> Figure | None:
    """Return posts per hour with milestones, and below each action from due to done.

    Both parts share one axis of local time. Actions without any instant are left to the table.
    """
    if review.volume.empty:
        return None
    window, lanes = close_window(review), drawn_actions(review)
    marks = _milestones(review.clock, window, show)
    head = _head(marks)
    below = _LANE * len(lanes) + 12 if len(lanes) else 0
    inner = _TOP + below + (30 if below else 0)
    split = (below + 30) / inner if below else 0.0
    height = head + inner + 100
    data = [*_volume_traces(review.volume, show), *_lane_traces(lanes, show)]
    page = layout(
        height, margin={"l": 56, "r": 16, "t": head, "b": 84}, hovermode="closest",
        xaxis=time_axis(show, say("report.figure.local_time", show.lang),
                        range=local_times(window, show), anchor="y2" if below else "y"),
        yaxis=axis(say("report.figure.posts_per_hour", show.lang), domain=[split, 1],
                   rangemode="tozero", nticks=5),
        shapes=[m["shape"] for m in marks], annotations=[m["label"] for m in marks],
        legend={"orientation": "h", "x": 0, "y": -58 / inner, "yanchor": "top"},
    )  # fmt: skip
    if below:
        page["yaxis2"] = axis(domain=[0, below / inner], range=[len(lanes) - 0.35, -0.85],
                              showticklabels=False, showgrid=False, ticks="")  # fmt: skip
        page["shapes"] = [*page["shapes"], *_lane_lines(len(lanes))]
        outside = _outside(lanes, window, show)
        page["annotations"] = [*page["annotations"], *_lane_names(lanes), *outside]
    title = say("report.figure.public_title", show.lang)
    return Figure("public", title, _alt(review, show, len(lanes)), tuple(data), page, height)


def _head(marks: list[dict[str, Any]]) -> int:
    """Return the room above a chart for the labels of its marks, below the buttons at its right."""
    top = max((m["level"] for m in marks), default=0)
    buttons = any(m["level"] == top and m["end"] > _BUTTONS for m in marks)
    return _HEAD + 16 * (1 + top) + (16 if buttons else 0)


def whole_window(review: Review) -> Window:
    """Return the time from half a day before the crisis to its end or the end of the data.

    Where the rise is not known, all of it.
    """
    hours = review.volume["hour_at"]
    first, last = hours.min(), hours.max() + pd.Timedelta(hours=1)
    marks = _marks(review)
    onset = onset_of(review)
    if onset is None:
        return first, max([last, *marks[-1:]])
    end = max(marks[-1], onset + pd.Timedelta(hours=36)) + pd.Timedelta(hours=12)
    return max(first, marks[0] - pd.Timedelta(hours=12)), max(min(end, last), marks[-1])


def close_window(review: Review) -> Window:
    """Return the part of the time in which most was done, the whole of it if that is not shorter.

    A crisis is acted on within hours and fades over days: on the whole axis all actions would
    fall on one another.
    """
    start, end = whole_window(review)
    marks = _marks(review)
    if not marks:
        return start, end
    onset = onset_of(review)
    since = marks[0] if onset is None else onset
    most = max(marks[int(0.85 * (len(marks) - 1))], since + pd.Timedelta(hours=24))
    begin = max(start, marks[0] - pd.Timedelta(hours=3))
    close = min(most + (most - begin) * 0.06, end)
    whole = end - (start if onset is None else begin)
    return (begin, close) if whole > 1.6 * (close - begin) else (start, end)


def _marks(review: Review) -> list[pd.Timestamp]:
    """Return every instant that the chart marks, in order."""
    parts = (review.clock["at"], review.actions["due_at"], review.actions["done_at"])
    return sorted(at for part in parts for at in part.dropna())


def onset_of(review: Review) -> pd.Timestamp | None:
    """Return when the rise began, or nothing where that is not known."""
    found = review.clock.loc[review.clock["milestone"].eq("onset"), "at"].dropna()
    return None if found.empty else found.iloc[0]


def drawn_actions(review: Review) -> pd.DataFrame:
    """Return the actions that have a place in time, the earliest on top."""
    actions = review.actions[review.actions["state"].ne("not triggered").fillna(True)]
    first = actions[["due_at", "done_at"]].min(axis=1)
    order = actions.assign(first=first).dropna(subset=["first"])
    return order.sort_values(["first", "action"], kind="stable").reset_index(drop=True)


def _volume_traces(volume: pd.DataFrame, show: Show) -> list[Spec]:
    x, lang = local_times(step_edges(volume["hour_at"]), show), show.lang
    line: Spec = {"type": "scatter", "mode": "lines", "x": x}
    posts = say("report.figure.posts", lang)
    traces: list[Spec] = []
    if volume["upper"].notna().any():
        traces = [
            line | {"y": held(numbers(volume["upper"], 1)),
                    "name": say("report.figure.usual_range", lang), "hoverinfo": "skip",
                    "fill": "tozeroy", "fillcolor": rgba(MUTED, 0.16),
                    "line": {"color": MUTED, "width": 1, "dash": "dot", "shape": "hv"}},
            line | {"y": held(numbers(volume["expected"], 1)), "hoverinfo": "skip",
                    "name": say("report.figure.expected", lang),
                    "line": {"color": MUTED, "width": 1.4, "shape": "hv"}},
        ]  # fmt: skip
    return [
        *traces,
        line | {"y": held(numbers(volume["n_posts"], 0)), "name": posts, "fill": "tozeroy",
                "fillcolor": rgba(BLUE, 0.12), "line": {"color": BLUE, "width": 2, "shape": "hv"},
                # The end of the last hour tells of that hour, not of one without data.
                "text": held([show.instant(at) for at in volume["hour_at"]]),
                "hovertemplate": "%{text}: <b>%{y:,}</b><extra>" + posts + "</extra>"},
    ]  # fmt: skip


def _milestones(stones: pd.DataFrame, window: Window, show: Show) -> list[dict[str, Any]]:
    rows = stones.dropna(subset=["at"]).sort_values("at", kind="stable").to_dict("records")
    rows = [row for row in rows if window[0] <= row["at"] <= window[1]]
    places = [pixels(row["at"], *window) for row in rows]
    sides = [label_side(place, _LABEL) for place in places]
    chosen = levels([begin for _, begin in sides], width=_LABEL)
    return [_milestone(row, level, side, show) | {"end": begin + _LABEL}
            for row, level, (side, begin) in zip(rows, chosen, sides, strict=True)]  # fmt: skip


def _milestone(row: dict[Any, Any], level: int, side: str, show: Show) -> dict[str, Any]:
    x = local_times([row["at"]], show)[0]
    shape = {"type": "line", "x0": x, "x1": x, "yref": "paper", "y0": 0, "y1": 1, "layer": "below",
             "line": {"color": INK, "width": 1, "dash": "dot"}}  # fmt: skip
    text = show.word("report.milestone", row["milestone"])
    label = {"x": x, "yref": "paper", "y": 1, "yshift": 4 + 16 * level, "showarrow": False,
             "xanchor": side, "yanchor": "bottom", "xshift": -2,
             "text": f"<b>{plain(text)}</b>", "font": {"size": 11.5, "color": INK}}  # fmt: skip
    return {"level": level, "shape": shape, "label": label}


def _lane_traces(lanes: pd.DataFrame, show: Show) -> list[Spec]:
    if lanes.empty:
        return []
    due, done = local_times(lanes["due_at"], show), local_times(lanes["done_at"], show)
    traces = [_due_trace(due, show), _links(lanes, due, done)]
    for state, (colour, symbol) in _STATES.items():
        rows = [i for i, found in enumerate(lanes["state"]) if found == state]
        if rows:
            where = [done[i] or due[i] for i in rows]
            told = [_lane_hover(lanes.iloc[i], show) for i in rows]
            traces.append(
                {"type": "scatter", "mode": "markers", "x": where, "y": rows, "yaxis": "y2",
                 "name": show.word("verdicts.state", state), "text": told,
                 "hovertemplate": "%{text}<extra></extra>",
                 "marker": {"size": 10, "color": colour, "symbol": symbol,
                            "line": {"width": 1.5, "color": colour}}}
            )  # fmt: skip
    return traces


def _due_trace(due: list[str | None], show: Show) -> Spec:
    return {
        "type": "scatter", "mode": "markers", "x": due, "y": list(range(len(due))), "yaxis": "y2",
        "name": say("report.figure.due", show.lang), "hoverinfo": "skip",
        "marker": {"symbol": "line-ns-open", "size": 14, "color": INK, "line": {"width": 2}},
    }  # fmt: skip


def _links(lanes: pd.DataFrame, due: list[str | None], done: list[str | None]) -> Spec:
    x: list[str | None] = []
    y: list[int | None] = []
    for i in range(len(lanes)):
        if due[i] and done[i]:
            x += [due[i], done[i], None]
            y += [i, i, None]
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "yaxis": "y2", "hoverinfo": "skip",
            "showlegend": False, "line": {"color": MUTED, "width": 2}}  # fmt: skip


def _lane_hover(row: pd.Series, show: Show) -> str:
    return say(
        "report.figure.action_hover", show.lang, name=plain(row["name"], 70),
        state=show.word("verdicts.state", row["state"]), due=show.instant(row["due_at"]),
        done=show.instant(row["done_at"]),
    )  # fmt: skip


def _lane_lines(n: int) -> list[Spec]:
    return [
        {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "yref": "y2", "y0": i, "y1": i,
         "layer": "below", "line": {"color": LINE, "width": 1}}
        for i in range(n)
    ]  # fmt: skip


def _lane_names(lanes: pd.DataFrame) -> list[Spec]:
    return [
        {"xref": "paper", "x": 0, "xanchor": "left", "yref": "y2", "y": i, "yanchor": "bottom",
         "yshift": 6, "text": plain(name, 60), "showarrow": False,
         "font": {"size": 11.5, "color": MUTED}}
        for i, name in enumerate(lanes["name"])
    ]  # fmt: skip


def _outside(lanes: pd.DataFrame, window: Window, show: Show) -> list[Spec]:
    """Return when an action was done that lies outside the part of the time shown."""
    notes = []
    for i, row in enumerate(lanes.to_dict("records")):
        at = row["due_at"] if is_missing(row["done_at"]) else row["done_at"]
        if window[0] <= at <= window[1]:
            continue
        late = at > window[1]
        told = f"{show.word('verdicts.state', row['state'])}, {show.instant(at)}"
        text = say(f"report.figure.{'later' if late else 'earlier'}", show.lang, at=told)
        notes.append(
            {"xref": "paper", "x": 1 if late else 0, "xanchor": "right" if late else "left",
             "yref": "y2", "y": i, "yanchor": "bottom", "yshift": 6, "text": text,
             "showarrow": False, "font": {"size": 11.5, "color": INK}}
        )  # fmt: skip
    return notes


def _alt(review: Review, show: Show, n_lanes: int) -> str:
    top = largest(review.volume, "n_posts")
    stones = review.clock[review.clock["at"].notna()]
    told = [
        f"{show.word('report.milestone', row['milestone'])} {show.instant(row['at'])}"
        for row in stones.to_dict("records")
    ]
    return say(
        "report.alt.public", show.lang, peak=show.number(top["n_posts"]),
        at=show.instant(top["hour_at"]), milestones="; ".join(told) or show.unknown,
        n=show.number(n_lanes),
    )  # fmt: skip
