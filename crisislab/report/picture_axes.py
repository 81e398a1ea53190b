"""The axes of a still picture: where each panel stands, what its positions mean, how it looks."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from babel.dates import format_datetime
from matplotlib import dates
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import FuncFormatter, MaxNLocator

from crisislab.report.drawing import LINE, MUTED, Figure, Spec

DPI = 100
_RGBA = re.compile(r"rgba?\(\s*([\d.]+),\s*([\d.]+),\s*([\d.]+)(?:,\s*([\d.]+))?\s*\)")
_TAG = re.compile(r"<[^<>]*>")


def colour(text: str) -> tuple[float, float, float, float]:
    """Return a colour of the page for matplotlib.

    >>> colour("rgba(0, 114, 178, 0.5)")[3]
    0.5
    """
    found = _RGBA.fullmatch(text)
    if not found:
        return to_rgba(text)
    red, green, blue = (float(found[i]) / 255 for i in (1, 2, 3))
    return red, green, blue, float(found[4] or 1)


def plain_text(text: object) -> str:
    r"""Return what plotly would show of its text: tags are marks, entities are letters.

    >>> plain_text("<b>4 &lt; 5</b><br>x")
    '4 < 5\nx'
    """
    broken = re.sub(r"<br\s*/?>", "\n", str(text))
    return html.unescape(_TAG.sub("", broken))


@dataclass(frozen=True)
class Panel:
    """One pair of axes and how it reads positions.

    Attributes:
        axes: matplotlib's axes.
        x_look: The page's horizontal axis; ``y_look`` the vertical one.
        x_names: Names along a horizontal axis of names; ``y_names`` likewise.
    """

    axes: Axes
    x_look: Spec
    y_look: Spec
    x_names: tuple[str, ...]
    y_names: tuple[str, ...]
    lang: str

    def x(self, values: Iterable[Any]) -> Any:
        """Return horizontal positions."""
        return positions(values, self.x_look, self.x_names)

    def y(self, values: Iterable[Any]) -> Any:
        """Return vertical positions."""
        return positions(values, self.y_look, self.y_names)


def positions(values: Iterable[Any], look: Spec, names: Sequence[str]) -> Any:
    """Return values as numbers on an axis: dates as days, names as their place."""
    listed = list(values)
    if names:
        place = {name: float(i) for i, name in enumerate(names)}
        return np.array([v if isinstance(v, int | float) else place[v] for v in listed])
    if look.get("type") == "date":
        return _days(pd.to_datetime(pd.Series(listed, dtype="str")).to_numpy())
    return np.array([np.nan if v is None else float(v) for v in listed])


def _days(moments: Any) -> Any:
    return dates.date2num(moments)  # type: ignore[no-untyped-call]


def panels(canvas: Canvas, figure: Figure, *, lang: str) -> dict[tuple[str, str], Panel]:
    """Return a panel for each pair of axes that a chart uses, placed as on the page."""
    margin = {"l": 56, "r": 16, "t": 24, "b": 48} | figure.layout.get("margin", {})
    wide, high = 860, figure.height
    left, bottom = max(margin["l"], 56) / wide, margin["b"] / high
    right, top = 1 - margin["r"] / wide, 1 - margin["t"] / high
    canvas.subplots_adjust(left=left, right=right, bottom=bottom, top=top)
    found: dict[tuple[str, str], Panel] = {}
    for trace in figure.data:
        key = (trace.get("xaxis", "x"), trace.get("yaxis", "y"))
        if key in found:
            continue
        x_look, y_look = (figure.layout.get(f"{k[0]}axis{k[1:]}", {}) for k in key)
        x0, x1 = x_look.get("domain", (0, 1))
        y0, y1 = y_look.get("domain", (0, 1))
        box = (left + x0 * (right - left), bottom + y0 * (top - bottom),
               (x1 - x0) * (right - left), (y1 - y0) * (top - bottom))  # fmt: skip
        names = [_names(figure, key, letter) for letter in "xy"]
        # An axis shared by panels is written where it is anchored, under one of them.
        if x_look.get("anchor", key[1]) != key[1]:
            x_look = x_look | {"showticklabels": False, "title": ""}
        found[key] = Panel(canvas.add_axes(box), x_look, y_look, names[0], names[1], lang)
    return found


def _names(figure: Figure, key: tuple[str, str], letter: str) -> tuple[str, ...]:
    """Return the names along an axis in their order, nothing for an axis of numbers or dates."""
    look = figure.layout.get(f"{letter}axis{key['xy'.index(letter)][1:]}", {})
    if look.get("type") == "date":
        return ()
    given = look.get("categoryarray")
    mine = [t for t in figure.data if (t.get("xaxis", "x"), t.get("yaxis", "y")) == key]
    values = given or [v for trace in mine for v in trace.get(letter, ())]
    return tuple(dict.fromkeys(v for v in values if isinstance(v, str)))


def dress(panel: Panel) -> None:
    """Give a panel its titles, ticks, limits and grid."""
    axes = panel.axes
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(LINE)
    axes.tick_params(colors=MUTED, labelsize=8, length=3)
    _dress_axis(panel, "x", panel.x_look, panel.x_names)
    _dress_axis(panel, "y", panel.y_look, panel.y_names)


def _dress_axis(panel: Panel, letter: str, look: Spec, names: tuple[str, ...]) -> None:
    axes = panel.axes
    axis = axes.xaxis if letter == "x" else axes.yaxis
    title = look.get("title", {})
    title = title.get("text", "") if isinstance(title, dict) else title
    axis.set_label_text(plain_text(title), color=MUTED, fontsize=8.5)
    if look.get("showgrid", True) and not names:
        axis.grid(True, color=LINE, linewidth=0.6)
    if look.get("showticklabels", True) is False or look.get("visible", True) is False:
        axis.set_tick_params(labelbottom=False, labelleft=False, length=0)
    elif names:
        axis.set_ticks(range(len(names)), [plain_text(name) for name in names])
    elif "tickvals" in look:
        at, told = look["tickvals"], look.get("ticktext", look["tickvals"])
        axis.set_ticks(positions(at, look, names), [plain_text(text) for text in told or ()])
    else:
        _free_ticks(axis, look, panel.lang)
    _limits(axes, letter, look, names)


def _free_ticks(axis: Any, look: Spec, lang: str) -> None:
    if look.get("type") == "date":
        most = look.get("nticks", 9)
        axis.set_major_locator(dates.AutoDateLocator(minticks=3, maxticks=most))  # type: ignore[no-untyped-call]
        axis.set_major_formatter(FuncFormatter(lambda at, _: _when(at, lang)))
        return
    axis.set_major_locator(MaxNLocator(nbins=look.get("nticks", 6), integer=False))
    if str(look.get("tickformat", "")).endswith("%"):
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0%}"))


def _when(at: float, lang: str) -> str:
    moment = dates.num2date(at)  # type: ignore[no-untyped-call]
    day: str = format_datetime(moment, "d MMM", locale=lang)
    clock: str = format_datetime(moment, "HH:mm", locale=lang)
    return day if clock == "00:00" else f"{clock}\n{day}"


def _limits(axes: Axes, letter: str, look: Spec, names: tuple[str, ...]) -> None:
    set_to = axes.set_xlim if letter == "x" else axes.set_ylim
    limits = axes.get_xlim() if letter == "x" else axes.get_ylim()
    if "range" in look:
        limits = tuple(positions(look["range"], look, names))
    elif names:
        limits = (-0.6, len(names) - 0.4)
    elif look.get("rangemode") == "tozero":
        data = axes.dataLim.get_points()[:, "xy".index(letter)]
        limits = (min(0.0, float(data[0])), limits[1])
    if look.get("autorange") == "reversed":
        limits = (limits[1], limits[0])
    set_to(*limits)
