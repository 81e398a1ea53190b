"""Where the time went: the public and people waiting above, what the team did below, one axis."""

from __future__ import annotations

from typing import Any

import pandas as pd

from crisislab.report.drawing import (
    BLUE,
    INK,
    LINE,
    MUTED,
    ORANGE,
    Figure,
    Spec,
    axis,
    held,
    layout,
    local_times,
    numbers,
    plain,
    step_edges,
    time_axis,
)  # fmt: skip
from crisislab.report.response_figures import waiting_areas
from crisislab.report.show import Show, number_or_none
from crisislab.report.timeline import Window, close_window
from crisislab.report.value import Review
from crisislab.words import say

_TOP, _GAP, _LANE = 170, 34, 34
_MOST = 8
COLUMNS = ["lane", "at", "end_at", "value", "code"]


def where_time_went(
    backlog: pd.DataFrame, clock: pd.DataFrame, actions: pd.DataFrame
) -> pd.DataFrame:
    """Return one table of everything the figure draws.

    Args:
        backlog: Result of ``measure.groups.backlog``.
        clock: Moments of the crisis (``measure.clock.crisis_clock``).
        actions: Actions with their state (``schema.ACTIONS``).

    Returns:
        ``lane`` (``waiting``: people waiting at ``at``, in ``value``; ``overdue``: those of them
        who have waited long; ``clock``: a moment at
        ``at``, from the one before it in ``end_at``, minutes between in ``value``; ``action``:
        due at ``at``, done at ``end_at``, minutes late in ``value``), ``code`` (the moment or the
        action), in order of lane and time. What is not known is not in it.
    """
    waiting = pd.concat(
        [
            pd.DataFrame(
                {"lane": lane, "at": backlog["at"], "value": backlog[count].astype("float64")}
            )
            for lane, count in (("waiting", "n_waiting"), ("overdue", "n_overdue"))
        ]
    )
    known = clock[clock["at"].notna()].sort_values("at", kind="stable")
    gap = known["at"].diff().dt.total_seconds() / 60
    moments = pd.DataFrame(
        {
            "lane": "clock",
            "at": known["at"],
            "end_at": known["at"].shift(1),
            "value": gap,
            "code": known["milestone"],
        }
    )
    done = actions[actions["done_at"].notna()].sort_values("done_at", kind="stable")
    steps = pd.DataFrame(
        {
            "lane": "action",
            "at": done["due_at"].fillna(done["done_at"]),
            "end_at": done["done_at"],
            "value": done["late_minutes"],
            "code": done["action"],
        }
    )
    parts = [
        part.reindex(columns=COLUMNS).astype({"code": "str"}) for part in (waiting, moments, steps)
    ]
    for part in parts:
        for column in ("at", "end_at"):
            part[column] = pd.to_datetime(part[column], utc=True).astype("datetime64[us, UTC]")
    return pd.concat([p for p in parts if len(p)] or parts[:1], ignore_index=True)


def time_figure(review: Review, show: Show) -> Figure | None:
    """Return the public curve, people waiting and every internal wait on one time axis.

    Above posts per hour, in the middle people waiting, below one bar for each step from moment to
    moment and for each action done late (from due to done). ``None`` where nothing is known.

    Args:
        review: A review with the table ``backlog``.
        show: Language and zone.
    """
    backlog = review.tables.get("backlog")
    if backlog is None or review.volume.empty:
        return None
    data = where_time_went(backlog, review.clock, review.actions)
    window = close_window(review)
    bars = _bars(data, review, window, show)
    if not bars:
        return None
    below = _LANE * len(bars)
    inner = 2 * _TOP + 2 * _GAP + below
    rooms = [1 - _TOP / inner, (below + _GAP) / inner, below / inner]
    height = inner + 120
    page = layout(
        height, margin={"l": 56, "r": 16, "t": 20, "b": 100}, hovermode="closest",
        xaxis=time_axis(show, say("report.figure.local_time", show.lang),
                        range=local_times(window, show), anchor="y3"),
        yaxis=axis(say("report.figure.posts_per_hour", show.lang), domain=[rooms[0], 1],
                   rangemode="tozero", nticks=4),
        yaxis2=axis(say("response.figure.waiting_axis", show.lang), rangemode="tozero", nticks=4,
                    domain=[rooms[1], rooms[1] + _TOP / inner]),
        yaxis3=axis(domain=[0, rooms[2]], range=[len(bars) - 0.35, -0.75], showticklabels=False,
                    showgrid=False, ticks=""),
        legend={"orientation": "h", "x": 0, "y": -62 / inner, "yanchor": "top",
                "traceorder": "normal"},
        shapes=_guides(review.clock, window, show),
        annotations=[_label(bar, i, show) for i, bar in enumerate(bars)],
    )  # fmt: skip
    traces = (*_public(review, window, show), *_people(data, window, show), *_waits(bars, show))
    title = say("response.figure.where_title", show.lang)
    alt = say("response.alt.where", show.lang, n=len(bars), longest=_longest(bars, show))
    return Figure("where", title, alt, traces, page, height)


def _bars(data: pd.DataFrame, review: Review, window: Window, show: Show) -> list[dict[str, Any]]:
    """Return the waits to draw: moment to moment in order, then the actions latest first."""
    bars: list[dict[str, Any]] = []
    before = ""
    for row in data[data["lane"] == "clock"].to_dict("records"):
        name = show.word("report.milestone", row["code"])
        if pd.notna(row["end_at"]) and row["end_at"] < window[1]:
            facts = {"start": before, "end": name}
            bars.append(
                {"start": row["end_at"], "end": row["at"], "minutes": row["value"], "late": False,
                 "name": say("response.figure.step", show.lang, **facts)}
            )  # fmt: skip
        before = name
    names = dict(zip(review.actions["action"], review.actions["name"], strict=True))
    late = data[(data["lane"] == "action") & (data["value"] > 0) & (data["at"] < window[1])]
    late = late.sort_values("value", ascending=False, kind="stable").head(_MOST)
    rows = late.sort_values("at", kind="stable").to_dict("records")
    return bars + [
        {"start": row["at"], "end": row["end_at"], "minutes": row["value"], "late": True,
         "name": say("response.figure.late", show.lang, name=plain(names[row["code"]], 48))}
        for row in rows
    ]  # fmt: skip


def _longest(bars: list[dict[str, Any]], show: Show) -> str:
    worst = max(bars, key=lambda bar: number_or_none(bar["minutes"]) or 0.0)
    return f"{worst['name']}, {show.duration(worst['minutes'], 1.0)}"


def _public(review: Review, window: Window, show: Show) -> tuple[Spec, ...]:
    begun = window[0].floor("h"), window[1]
    hours = review.volume[review.volume["hour_at"].between(*begun)]
    return (
        {"type": "scatter", "mode": "lines", "x": local_times(step_edges(hours["hour_at"]), show),
         "y": held(numbers(hours["n_posts"], 0)),
         "line": {"color": BLUE, "width": 2, "shape": "hv"},
         "text": held([show.instant(at) for at in hours["hour_at"]]),
         "hovertemplate": "%{text}: %{y:,}<extra></extra>",
         "name": say("report.figure.posts", show.lang)},
    )  # fmt: skip


def _people(data: pd.DataFrame, window: Window, show: Show) -> tuple[Spec, ...]:
    shown = data[data["at"].between(*window)]
    counts = shown[shown["lane"].isin(["waiting", "overdue"])].pivot(
        index="at", columns="lane", values="value"
    )
    if counts.empty:
        return ()
    at = counts.index.to_series()
    return waiting_areas(at, counts["waiting"], counts["overdue"], show, yaxis="y2")


def _waits(bars: list[dict[str, Any]], show: Show) -> tuple[Spec, ...]:
    traces = []
    for late, colour, word in ((False, MUTED, "steps"), (True, ORANGE, "delays")):
        own = [(i, bar) for i, bar in enumerate(bars) if bar["late"] is late]
        if not own:
            continue
        x: list[str | None] = []
        y: list[int | None] = []
        for i, bar in own:
            x += [*local_times((bar["start"], bar["end"]), show), None]
            y += [i, i, None]
        traces.append(
            {"type": "scatter", "mode": "lines", "x": x, "y": y, "yaxis": "y3",
             "line": {"color": colour, "width": 9}, "hoverinfo": "skip",
             "name": say(f"response.figure.{word}", show.lang)}
        )  # fmt: skip
    return tuple(traces)


def _label(bar: dict[str, Any], lane: int, show: Show) -> Spec:
    text = f"{bar['name']}: <b>{show.duration(bar['minutes'], 1.0)}</b>"
    return {"xref": "paper", "x": 0, "xanchor": "left", "yref": "y3", "y": lane, "text": text,
            "yanchor": "bottom", "yshift": 4, "showarrow": False,
            "font": {"size": 11.5, "color": INK}}  # fmt: skip


def _guides(clock: pd.DataFrame, window: Window, show: Show) -> list[Spec]:
    known = clock.loc[clock["at"].notna(), "at"]
    inside = known[known.between(*window)]
    return [
        {"type": "line", "xref": "x", "x0": at, "x1": at, "yref": "paper", "y0": 0, "y1": 1,
         "layer": "below", "line": {"color": LINE, "width": 1.2, "dash": "dot"}}
        for at in local_times(inside, show)
    ]  # fmt: skip
