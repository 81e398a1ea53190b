"""A chart as a still picture: the data and the look of the page's chart, drawn by matplotlib.

A page's chart is a plotly figure in plain data; this draws the part of plotly's language that the
report uses (lines, bands, markers, bars, heat maps, lines and boxes across, notes) and refuses the
rest, so that a chart is never drawn half.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure as Canvas
from matplotlib.transforms import blended_transform_factory

from crisislab.report.drawing import BLUE, INK, MUTED, Figure, Spec
from crisislab.report.picture_axes import DPI, Panel, colour, dress, panels, plain_text

# Post texts may hold a dollar sign; matplotlib would read what stands between two as a formula.
_STYLE: Any = {
    "text.parse_math": False, "font.family": "DejaVu Sans", "font.size": 9, "text.color": INK,
    "axes.edgecolor": MUTED, "savefig.facecolor": "white", "svg.hashsalt": "crisislab",
}  # fmt: skip
_DASHES = {"solid": "-", "dash": "--", "dot": ":", "dashdot": "-.", "longdash": "--"}
_MARKS = {"circle": "o", "square": "s", "diamond": "D", "x": "x", "cross": "P", "star": "*",
          "triangle-up": "^", "triangle-down": "v", "triangle-right": ">", "triangle-left": "<",
          "line-ns": "|", "line-ew": "_", "hexagon": "h"}  # fmt: skip
_STEPS = {"hv": "post", "vh": "pre", "hvh": "mid"}


def picture(figure: Figure, *, lang: str, form: str = "png") -> bytes:
    """Return a chart as a still picture; the same chart gives the same bytes.

    Args:
        figure: Chart of a review.
        lang: Language of dates on the axes, ``es`` or ``en``.
        form: ``png`` or ``svg``.

    Raises:
        ValueError: If the chart has a part that cannot be drawn still.
    """
    with mpl.rc_context(_STYLE):
        canvas = draw(figure, lang=lang)
        out = io.BytesIO()
        made_by = {"Software": None} if form == "png" else {"Date": None, "Creator": None}
        canvas.savefig(
            out, format=form, dpi=2 * DPI, bbox_inches="tight", pad_inches=0.08, metadata=made_by
        )
    return out.getvalue()


def draw(figure: Figure, *, lang: str) -> Canvas:
    """Return a chart as a matplotlib figure, to build on."""
    canvas = Canvas(figsize=(8.6, figure.height / DPI), dpi=DPI)
    FigureCanvasAgg(canvas)
    found = panels(canvas, figure, lang=lang)
    for place, trace in enumerate(figure.data):
        key = (trace.get("xaxis", "x"), trace.get("yaxis", "y"))
        kind = str(trace["type"])
        if kind not in _KINDS:
            raise ValueError(f"chart {figure.name!r}: a {kind!r} trace cannot be drawn still")
        _KINDS[kind](found[key], dict(trace), figure, place)
    for panel in found.values():
        dress(panel)
    for shape in figure.layout.get("shapes", ()):
        _shape(found, shape, figure.name)
    for note in figure.layout.get("annotations", ()):
        _note(canvas, found, note)
    _legend(canvas, found, figure)
    return canvas


def _scatter(panel: Panel, trace: Spec, figure: Figure, place: int) -> None:
    axes, mode = panel.axes, str(trace.get("mode", "lines"))
    x, y = panel.x(trace["x"]), panel.y(trace["y"])
    line, mark = trace.get("line", {}), trace.get("marker", {})
    if "fill" in trace:
        _fill(panel, x, y, trace, figure.data[place - 1])
    name = plain_text(trace.get("name", ""))
    shown = name if trace.get("showlegend", True) and name else "_"
    if "lines" in mode and line.get("width", 1.5):
        axes.plot(
            x, y, color=colour(line.get("color", BLUE)), linewidth=line.get("width", 1.5) * 0.8,
            linestyle=_DASHES[line.get("dash", "solid")], label=shown,
            drawstyle=f"steps-{_STEPS[line['shape']]}" if line.get("shape") in _STEPS else None,
        )  # fmt: skip
        shown = "_"
    if "markers" in mode:
        _marks(axes, x, y, mark, shown)
    if "text" in mode:
        for at, level, text in zip(x, y, trace["text"], strict=True):
            axes.annotate(plain_text(text), (at, level), (4, 0), textcoords="offset points",
                          va="center", fontsize=8, annotation_clip=True)  # fmt: skip


def _fill(panel: Panel, x: Any, y: Any, trace: Spec, before: Spec) -> None:
    step = _STEPS.get(trace.get("line", {}).get("shape", ""))
    base = panel.y(before["y"]) if trace["fill"] == "tonexty" else np.zeros(len(y))
    name = plain_text(trace.get("name", ""))
    own_line = trace.get("line", {}).get("width", 1.5)
    shaded = trace.get("fillcolor", BLUE)
    panel.axes.fill_between(
        x, base, y, color=colour(shaded), linewidth=0, step=step,  # type: ignore[arg-type]
        label=name if name and not own_line and trace.get("showlegend", True) else "_",
    )  # fmt: skip


def _marks(axes: Axes, x: Any, y: Any, mark: Spec, label: str) -> None:
    symbols = mark.get("symbol", "circle")
    each = symbols if isinstance(symbols, list | tuple) else [symbols] * len(x)
    colours = mark.get("color", BLUE)
    tints = colours if isinstance(colours, list | tuple) else [colours] * len(x)
    for i, (symbol, tint) in enumerate(zip(each, tints, strict=True)):
        bare = str(symbol).removesuffix("-open")
        hollow = str(symbol) != bare and bare not in ("line-ns", "line-ew")
        axes.plot(
            x[i : i + 1], y[i : i + 1], linestyle="none", marker=_MARKS[bare],
            markersize=_size(mark, i) * 0.7, color=colour(tint), clip_on=True,
            markerfacecolor="white" if hollow else colour(tint), label="_" if i else label,
        )  # fmt: skip


def _size(mark: Spec, place: int) -> float:
    size = mark.get("size", 8)
    return float(size[place] if isinstance(size, list | tuple) else size)


def _bar(panel: Panel, trace: Spec, figure: Figure, place: int) -> None:
    across = trace.get("orientation") == "h"
    where = panel.y(trace["y"]) if across else panel.x(trace["x"])
    long = np.nan_to_num(panel.x(trace["x"]) if across else panel.y(trace["y"]))
    stacked = figure.layout.get("barmode") == "stack"
    base = _below(panel, figure, place, across) if stacked else np.zeros(len(long))
    mark = trace.get("marker", {})
    thick = _thickness(where, figure)
    look: dict[str, Any] = {
        "color": _tints(mark.get("color", BLUE)), "label": plain_text(trace.get("name", "")) or "_",
        "hatch": mark.get("pattern", {}).get("shape") or None, "edgecolor": "white",
        "linewidth": 0.4,
    }  # fmt: skip
    if across:
        panel.axes.barh(where, long, height=thick, left=base, **look)
    else:
        panel.axes.bar(where, long, width=thick, bottom=base, **look)
    known = [value is not None for value in trace["x" if across else "y"]]
    _bar_texts(panel.axes, trace, where, np.where(known, long + base, np.nan), across=across)


def _tints(found: Any) -> Any:
    return [colour(c) for c in found] if isinstance(found, list | tuple) else colour(found)


def _below(panel: Panel, figure: Figure, place: int, across: bool) -> Any:
    """Return where a stacked bar begins: on top of the bars before it in the same panel."""
    own = figure.data[place]
    total = np.zeros(len(own["y"]))
    for other in figure.data[:place]:
        same = all(other.get(k, k[0]) == own.get(k, k[0]) for k in ("xaxis", "yaxis"))
        if other["type"] == "bar" and same:
            total += np.nan_to_num(panel.x(other["x"]) if across else panel.y(other["y"]))
    return total


def _thickness(where: Any, figure: Figure) -> float:
    steps = np.diff(np.unique(np.asarray(where, dtype="float64")))
    room = float(steps.min()) if len(steps) else 1.0
    return room * (1 - float(figure.layout.get("bargap", 0.2)))


def _bar_texts(axes: Axes, trace: Spec, where: Any, ends: Any, *, across: bool) -> None:
    for at, end, text in zip(where, ends, trace.get("text", ()), strict=False):
        if np.isnan(end):
            continue
        spot = (end, at) if across else (at, end)
        axes.annotate(
            plain_text(text), spot, (4, 0) if across else (0, 3), textcoords="offset points",
            va="center" if across else "bottom", ha="left" if across else "center", fontsize=8,
        )  # fmt: skip


def _heatmap(panel: Panel, trace: Spec, figure: Figure, place: int) -> None:  # noqa: ARG001
    cells = np.array(trace["z"], dtype="float64")
    stops = [(float(at), colour(c)) for at, c in trace["colorscale"]]
    shades = LinearSegmentedColormap.from_list(figure.name, stops)
    x, y = panel.x(trace["x"]), panel.y(trace["y"])
    panel.axes.pcolormesh(
        x, y, np.ma.masked_invalid(cells), cmap=shades, edgecolors="white", shading="nearest",
        vmin=trace.get("zmin"), vmax=trace.get("zmax"),
    )  # fmt: skip
    for row, line in enumerate(trace.get("text", ())):
        for column, text in enumerate(line):
            panel.axes.text(x[column], y[row], plain_text(text), ha="center", va="center",
                            fontsize=8)  # fmt: skip


_KINDS: dict[str, Callable[[Panel, Spec, Figure, int], None]] = {
    "scatter": _scatter, "bar": _bar, "heatmap": _heatmap,
}  # fmt: skip


def _shape(found: dict[tuple[str, str], Panel], shape: Spec, name: str) -> None:
    panel = _panel(found, shape)
    axes, line = panel.axes, shape.get("line", {})
    x = _ends(shape, "x", panel)
    y = _ends(shape, "y", panel)
    frame = _frame(axes, shape)
    behind = 0.5 if shape.get("layer") == "below" else 3
    if shape["type"] == "line":
        axes.plot(x, y, color=colour(line.get("color", INK)), linewidth=line.get("width", 1) * 0.8,
                  linestyle=_DASHES[line.get("dash", "solid")], transform=frame, zorder=behind,
                  scalex=False, scaley=False, label="_")  # fmt: skip
    elif shape["type"] == "rect":
        axes.fill([x[0], x[1], x[1], x[0]], [y[0], y[0], y[1], y[1]], transform=frame,
                  facecolor=colour(shape.get("fillcolor", "rgba(0,0,0,0)")), linewidth=0,
                  zorder=behind, label="_")  # fmt: skip
    else:
        raise ValueError(f"chart {name!r}: a {shape['type']!r} shape cannot be drawn still")


def _panel(found: dict[tuple[str, str], Panel], part: Spec) -> Panel:
    """Return the panel a shape or note belongs to; the first for what hangs on the paper."""
    wanted = [part.get("xref", "x"), part.get("yref", "y")]
    for key, panel in found.items():
        if all(w in (k, f"{k} domain", "paper") for w, k in zip(wanted, key, strict=True)):
            return panel
    return next(iter(found.values()))


def _ends(shape: Spec, letter: str, panel: Panel) -> Any:
    values = [shape[f"{letter}0"], shape[f"{letter}1"]]
    if shape.get(f"{letter}ref", letter) in ("paper", f"{letter} domain"):
        return values
    return (panel.x if letter == "x" else panel.y)(values)


def _frame(axes: Axes, part: Spec) -> Any:
    own = {"x": axes.transData, "y": axes.transData}
    for letter in own:
        ref = part.get(f"{letter}ref", letter)
        if ref == "paper" or ref.endswith("domain"):
            own[letter] = axes.transAxes
    return blended_transform_factory(own["x"], own["y"])


def _note(canvas: Canvas, found: dict[tuple[str, str], Panel], note: Spec) -> None:
    panel = _panel(found, note)
    on_paper = note.get("xref") == note.get("yref") == "paper"
    spot = (_place(note, "x", panel), _place(note, "y", panel))
    if on_paper:
        spot = _on_paper(canvas, spot)
    frame = canvas.transSubfigure if on_paper else _frame(panel.axes, note)
    shift = (note.get("xshift", 0) * 0.72, note.get("yshift", 0) * 0.72)
    weight = "bold" if "<b>" in str(note["text"]) else "normal"
    panel.axes.annotate(
        plain_text(note["text"]), spot, shift, xycoords=frame, textcoords="offset points",
        ha=note.get("xanchor", "center").replace("auto", "center"),
        va=note.get("yanchor", "center").replace("middle", "center").replace("auto", "center"),
        fontsize=8, weight=weight, color=colour(note.get("font", {}).get("color", INK)),
        annotation_clip=False,
    )  # fmt: skip


def _place(note: Spec, letter: str, panel: Panel) -> Any:
    ref = note.get(f"{letter}ref", letter)
    if ref == "paper" or ref.endswith("domain"):
        return note[letter]
    return (panel.x if letter == "x" else panel.y)([note[letter]])[0]


def _on_paper(canvas: Canvas, spot: tuple[float, float]) -> tuple[float, float]:
    left, bottom = canvas.subplotpars.left, canvas.subplotpars.bottom
    wide, high = canvas.subplotpars.right - left, canvas.subplotpars.top - bottom
    return left + spot[0] * wide, bottom + spot[1] * high


def _legend(canvas: Canvas, found: dict[tuple[str, str], Panel], figure: Figure) -> None:
    if figure.layout.get("showlegend", True) is False:
        return
    handles: dict[str, Any] = {}
    for panel in found.values():
        for handle, name in zip(*panel.axes.get_legend_handles_labels(), strict=True):
            handles.setdefault(name, handle)
    if len(handles) > 1 or figure.layout.get("showlegend"):
        canvas.legend(
            list(handles.values()), list(handles), loc="upper left", frameon=False, fontsize=8,
            bbox_to_anchor=(0.02, canvas.subplotpars.bottom - 46 / figure.height), ncols=2,
        )  # fmt: skip
