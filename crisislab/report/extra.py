"""Parts people add to a review: sections from a notebook, and what they wrote by hand."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from crisislab.errors import CrisisLabError, Problem
from crisislab.report.cards import fits_scope
from crisislab.report.drawing import Figure
from crisislab.schema import METRICS

if TYPE_CHECKING:
    from crisislab.report.value import Review

# {metric} or {metric[scope]}: a number of the review, shown with its card.
NUMBER = re.compile(r"\{([a-z_]+)(?:\[([^\]{}]*)\])?\}")
_DIGIT = re.compile(r"\d[\d.,:%]*")
# Marks of plotly's own that carry no address; everything else in a text is escaped.
_MARKS = re.compile(r"&lt;(/?(?:b|i|sub|sup|extra)|br)&gt;")
_SCOPES_SHOWN = 3
PLACES = ("chronology", "response", "sentiment", "reach", "plan", "targets", "added")


@dataclass(frozen=True)
class Extra:
    """A part that somebody added.

    Attributes:
        title: Heading.
        text: Markdown; never HTML.
        place: Section it stands in; ``added`` is one of its own.
        figure: Chart, or nothing.
        table: Name of one of the review's tables, or empty.
        about: What the numbers of the table are and where they come from.
        source: File and line of a text written by hand, or empty.
    """

    title: str
    text: str = ""
    place: str = "added"
    figure: Figure | None = field(default=None, repr=False)
    table: str = ""
    about: str = ""
    source: str = ""


def add_section(
    review: Review,
    title: str,
    text: str = "",
    *,
    figure: Any = None,
    alt: str = "",
    table: pd.DataFrame | None = None,
    about: str = "",
    metrics: pd.DataFrame | None = None,
    place: str = "added",
) -> Review:
    """Return a review with one more section; see :meth:`Review.with_section`."""
    n = 1 + sum(not extra.source for extra in review.extras)
    _check(title, text, table=table, about=about, place=place)
    tables = dict(review.tables)
    if table is not None:
        tables[f"added_{n}"] = table.copy()
    own = review.metrics
    if metrics is not None:
        own = METRICS.conform(pd.concat([own, METRICS.conform(metrics)], ignore_index=True))
    _check_numbers(text, own)
    extra = Extra(
        title=title, text=text, place=place, about=about,
        figure=None if figure is None else _figure(figure, name=f"added-{n}", title=title, alt=alt),
        table="" if table is None else f"added_{n}",
    )  # fmt: skip
    return replace(review, metrics=own, tables=tables, extras=(*review.extras, extra))


def _check(title: str, text: str, *, table: pd.DataFrame | None, about: str, place: str) -> None:
    if place not in PLACES:
        known = ", ".join(PLACES)
        raise CrisisLabError(Problem("CL-SECTION-PLACE", value=place, facts={"known": known}))
    if table is not None and not about.strip():
        raise CrisisLabError(Problem("CL-SECTION-ABOUT", value=title))
    bare = _DIGIT.search(NUMBER.sub("", text))
    if bare:
        raise CrisisLabError(Problem("CL-SECTION-NUMBER", value=bare[0], facts={"title": title}))


def _check_numbers(text: str, metrics: pd.DataFrame) -> None:
    for name, scope in NUMBER.findall(text):
        scopes = metrics.loc[metrics["metric"] == name, "scope"].fillna("").tolist()
        if not scopes:
            raise CrisisLabError(Problem("CL-SECTION-METRIC", value=name))
        if not any(fits_scope(one, scope) for one in scopes):
            shown = ", ".join(f"{{{name}[{one}]}}" for one in scopes[:_SCOPES_SHOWN])
            value = f"{{{name}[{scope}]}}"
            raise CrisisLabError(Problem("CL-SECTION-SCOPE", value=value, facts={"known": shown}))


def _figure(figure: Any, *, name: str, title: str, alt: str) -> Figure:
    """Return a figure of the report: a crisislab one as it is, a plotly one with alt text."""
    if isinstance(figure, Figure):
        return replace(figure, name=name)
    if not alt.strip():
        raise CrisisLabError(Problem("CL-SECTION-ALT", value=title))
    if not hasattr(figure, "to_dict"):
        raise CrisisLabError(Problem("CL-SECTION-FIGURE", value=type(figure).__name__))
    spec = json.loads(json.dumps(figure.to_dict(), default=_listed))
    layout = _tame(spec["layout"])
    for loading in ("images", "template", "mapbox", "map", "geo"):
        layout.pop(loading, None)
    height = int(layout.get("height") or 400)
    return Figure(name, title, alt, tuple(_tame(spec["data"])), layout | {"height": height}, height)


def _listed(value: Any) -> Any:
    if hasattr(value, "tolist"):
        return value.tolist()
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _tame(value: Any) -> Any:
    """Return a figure's data with every text escaped: plotly would read it as HTML."""
    if isinstance(value, dict):
        return {key: _tame(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_tame(item) for item in value]
    if isinstance(value, str):
        return _MARKS.sub(r"<\1>", html.escape(value, quote=False))
    return None if isinstance(value, float) and value != value else value
