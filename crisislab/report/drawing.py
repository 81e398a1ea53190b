"""What all figures share: colours, axes, escaping and local time."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from crisislab.report.show import Show, clean, number_or_none

Spec = dict[str, Any]

# Okabe and Ito (2008): told apart with every common form of colour vision.
BLUE, SKY, GREEN, ORANGE = "#0072B2", "#56B4E9", "#009E73", "#E69F00"
VERMILLION, PURPLE, BLACK = "#D55E00", "#CC79A7", "#000000"
INK, MUTED, LINE = "#1c2733", "#566270", "#dfe4ea"
FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'

# What keeps plotly from offering or calling its cloud, on the page and in notebooks.
NO_CLOUD: Spec = {
    "displaylogo": False, "showSendToCloud": False,
    "showEditInChartStudio": False, "plotlyServerURL": "", "showLink": False, "sendData": False,
}  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """A chart as data: JupyterLab draws it, ``plotly()`` builds on it, a screen reader has ``alt``.

    Attributes:
        name: Stable id of the chart on the page.
        title: What the chart shows.
        alt: The chart in words; never empty.
        data: Traces, as plain dicts.
        layout: Layout, as a plain dict.
        height: Height in pixels.
    """

    name: str
    title: str
    alt: str
    data: tuple[Spec, ...]
    layout: Spec = field(repr=False)
    height: int = 360

    def __post_init__(self) -> None:
        """Refuse a figure that a screen reader could not tell.

        Raises:
            ValueError: If there is no alt text.
        """
        if not self.alt.strip():
            raise ValueError(f"figure {self.name!r} needs an alt text")

    def spec(self) -> Spec:
        """Return the figure as plotly takes it: ``plotly.graph_objects.Figure(f.spec())``."""
        return {"data": [dict(trace) for trace in self.data], "layout": dict(self.layout)}

    def plotly(self) -> Any:
        """Return the chart as a ``plotly.graph_objects.Figure``, to build on."""
        from plotly.graph_objects import Figure as PlotlyFigure

        return PlotlyFigure(self.spec())

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Spec:
        """Return the chart for a notebook: drawn by plotly without its cloud, or as words."""
        del include, exclude
        spec = self.spec()
        # JupyterLab gives a chart no height of its own: one that follows its place has none.
        spec["layout"].pop("autosize", None)
        room = dict(spec["layout"].get("margin", {}))
        spec["layout"] |= {
            "title": {"text": html.escape(self.title), "x": 0, "xref": "paper", "y": 1,
                      "yref": "container", "yanchor": "top", "pad": {"t": 8}},
            "margin": room | {"t": room.get("t", 24) + 32},
            "height": self.height + 32,
        }  # fmt: skip
        return {
            "application/vnd.plotly.v1+json": spec | {"config": dict(NO_CLOUD)},
            "text/plain": f"{self.title}\n{self.alt}",
        }


def plain(text: object, limit: int = 0) -> str:
    """Return text from the data fit for plotly, which reads text as HTML.

    plotly drops scripts but keeps links and ``style="background:url(...)"``, which would call
    the network when the text is drawn.

    >>> plain("<b>a & b</b>", limit=6)
    '&lt;b&gt;a …'
    """
    whole = clean(text)
    short = whole if not limit or len(whole) <= limit else whole[: limit - 1].rstrip() + " …"
    return html.escape(short)


def local_times(at: Iterable[object], show: Show) -> list[str | None]:
    """Return instants as local wall time of the review, converted once; the axis names the zone."""
    stamps = (show.local(value) for value in at)
    return [None if stamp is None else f"{stamp:%Y-%m-%dT%H:%M:%S}" for stamp in stamps]


def step_edges(at: pd.Series) -> pd.Series:
    """Return the beginnings of steps and the end of the last, which else would have no width."""
    if at.empty:
        return at
    width = at.iloc[-1] - at.iloc[-2] if len(at) > 1 else pd.Timedelta(hours=1)
    return pd.concat([at, pd.Series([at.iloc[-1] + width])], ignore_index=True)


def held(values: list[Any]) -> list[Any]:
    """Return the values of steps with the last once more, for the end of its step.

    >>> held([1, 2]), held([])
    ([1, 2, 2], [])
    """
    return [*values, *values[-1:]]


def numbers(values: Iterable[object], digits: int = 4) -> list[float | None]:
    """Return numbers as plain floats, ``None`` where there is none (drawn as a gap)."""
    found = (number_or_none(value) for value in values)
    return [None if value is None else round(value, digits) for value in found]


def rgba(colour: str, opacity: float) -> str:
    """Return a hex colour with an opacity.

    >>> rgba("#0072B2", 0.2)
    'rgba(0,114,178,0.2)'
    """
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity})"


def axis(title: str = "", **changes: Any) -> Spec:
    """Return the look of an axis."""
    look: Spec = {
        "title": {"text": html.escape(title), "standoff": 8,
                  "font": {"size": 12.5, "color": MUTED}},
        "gridcolor": LINE, "linecolor": LINE, "zeroline": False, "automargin": True,
        "tickfont": {"size": 12, "color": MUTED}, "fixedrange": True,
    }  # fmt: skip
    return look | changes


def time_axis(show: Show, title: str, **changes: Any) -> Spec:
    """Return a time axis that names the zone its wall times are in."""
    named = f"{title} ({show.zone})"
    look = axis(named, type="date", tickformat="%H:%M\n%-d %b", hoverformat="%a %-d %b %Y, %H:%M")
    return look | {"fixedrange": False, "nticks": 9} | changes


def layout(height: int, **parts: Any) -> Spec:
    """Return the layout every figure starts from."""
    base: Spec = {
        "height": height, "autosize": True, "paper_bgcolor": "#ffffff", "plot_bgcolor": "#ffffff",
        "font": {"family": FONT, "size": 13, "color": INK},
        "margin": {"l": 56, "r": 16, "t": 24, "b": 48},
        "hovermode": "x unified", "dragmode": "zoom",
        "hoverlabel": {"bgcolor": "#ffffff", "bordercolor": LINE, "font": {"size": 12.5}},
        "legend": {"orientation": "h", "x": 0, "y": -0.16, "yanchor": "top",
                   "font": {"size": 12.5}},
    }  # fmt: skip
    return base | parts


def band(
    x: Sequence[object], lower: Sequence[object], upper: Sequence[object], **look: Any
) -> list[Spec]:
    """Return an interval as two traces, the space between them filled."""
    name, colour = look.pop("name"), look.pop("colour")
    edge: Spec = {
        "type": "scatter", "mode": "lines", "x": list(x), "hoverinfo": "skip",
        "line": {"width": 0, "color": colour} | look.pop("line", {}), **look,
    }  # fmt: skip
    return [
        edge | {"y": list(lower), "showlegend": False, "name": name},
        edge | {"y": list(upper), "fill": "tonexty", "fillcolor": rgba(colour, 0.18), "name": name},
    ]


def levels(positions: Sequence[float], width: float, most: int = 14) -> list[int]:
    """Return a level for each label so that labels on one level do not overlap.

    Args:
        positions: Where each label begins, left to right; one that ends at its mark begins before.
        width: Width of a label.
        most: Levels there are.

    >>> levels([0.0, 0.05, 0.5], width=0.2), levels([0.7, 0.95 - 0.2], width=0.2)
    ([0, 1, 0], [0, 1])
    """
    ends: list[float] = []
    chosen = []
    for position in positions:
        free = [i for i, end in enumerate(ends) if position >= end]
        level = free[0] if free else min(len(ends), most - 1)
        if level == len(ends):
            ends.append(0.0)
        ends[level] = position + width
        chosen.append(level)
    return chosen


def label_side(place: float, width: float) -> tuple[str, float]:
    """Return on which side of its mark a label is anchored, and where it begins.

    >>> label_side(0.5, 0.2), label_side(0.95, 0.2)
    (('left', 0.5), ('right', 0.75))
    """
    return ("left", place) if place + width <= 1 else ("right", place - width)


def largest(table: pd.DataFrame, column: str) -> dict[str, Any]:
    """Return the row with the largest number in a column, the first of several."""
    place = int(table[column].astype("float64").argmax())
    return {str(key): value for key, value in table.iloc[place].items()}


def pixels(at: pd.Timestamp, start: pd.Timestamp, end: pd.Timestamp) -> float:
    """Return where an instant lies between two others, 0 to 1."""
    whole = (end - start).total_seconds()
    return (at - start).total_seconds() / whole if whole else 0.0
