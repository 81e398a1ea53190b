"""The comparison as one page, and its tables beside it."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, cast

import pandas as pd
from markupsafe import Markup

from crisislab.library.charts import done_chart, multiple_chart
from crisislab.library.compare import Comparison, tables
from crisislab.library.indicators import CURVE, TEAM
from crisislab.report.block import Block
from crisislab.report.further_page import Part, further_page
from crisislab.report.grid import Grid, grid
from crisislab.report.past_blocks import indicator_words, listed_words
from crisislab.report.replace import replace_files
from crisislab.report.sheets import csv_bytes
from crisislab.report.show import Show
from crisislab.report.value import Language
from crisislab.words import say

PAGE = "compare.html"
_ORDER = (*TEAM, *CURVE)
_NAMED = 3


def write_comparison(found: Comparison, folder: Path, *, lang: str) -> Path:
    """Write the page and its tables, all or none, and return the path of the page.

    Raises:
        CrisisLabError: If the folder cannot be written.
    """
    files = {f"{name}.csv": csv_bytes(table) for name, table in tables(found).items()}
    files[PAGE] = comparison_html(found, lang=lang).encode("utf-8", "replace")
    replace_files(files, folder)
    return folder / PAGE


def comparison_html(found: Comparison, *, lang: str) -> str:
    """Return the comparison as one self-contained page; the same comparison, the same bytes."""
    show = Show(cast("Language", lang), "UTC")
    parts = [
        Part("before", say("compare.section.before", lang), _before(found, show)),
        Part("places", say("compare.section.places", lang), _places(found, show)),
        Part("curves", say("compare.section.curves", lang), _curves(found, show)),
        Part("alike", say("compare.section.alike", lang), _alike(found, show)),
        Part("pooled", say("compare.section.pooled", lang), _pooled(found, show)),
        Part("cases", say("compare.section.cases", lang), _cases(found, show)),
    ]
    names = ", ".join(found.short(case) for case in found.asked[:3])
    title = say("compare.title", lang, names=names) if names else say("compare.all", lang)
    return further_page(parts, show, title=title, kind=say("compare.kind", lang))


def _before(found: Comparison, show: Show) -> tuple[Block, ...]:
    items = [
        Markup("<li>{}</li>").format(show.say(f"compare.warning.{code}", n=show.number(n)))
        for code, n in found.warnings.items()
    ]
    n = show.number(len(found.cases))
    intro = show.say("compare.before", n=n) + Markup("<ul>{}</ul>").format(Markup("").join(items))
    return (Block("before", say("compare.limits", show.lang), intro),)


def _places(found: Comparison, show: Show) -> tuple[Block, ...]:
    if not found.asked:
        return (Block("places", say("compare.nobody", show.lang), show.say("compare.nobody_why")),)
    return tuple(
        Block("places", found.name(case), show.say("compare.places") if i == 0 else "",
              table=_place_table(found, case, show))
        for i, case in enumerate(found.asked)
    )  # fmt: skip


def _place_table(found: Comparison, case: str, show: Show) -> Grid:
    values, places = _by_name(found.indicators, case), _by_name(found.places, case)
    nothing = say("compare.nothing", show.lang)
    rows = []
    for name in (name for name in _ORDER if name in values):
        row = values[name]
        told = indicator_words(name, row["value"], row["note"], show)
        span = span_words(name, row["lower"], row["upper"], show)
        place = _place_words(name, places[name], show) if name in places else nothing
        rows.append((_indicator_words(name, row["period"], show), told, span, place))
    heads = ("compare.head.indicator", "compare.head.value", "compare.head.interval",
             "compare.head.place")  # fmt: skip
    return grid(show, heads, rows, numeric=(1, 2))


def _indicator_words(name: str, period: str, show: Show) -> str:
    whole = name == "first_response_hours" and not period
    return say(f"compare.indicator.{name}{'_whole' if whole else ''}", show.lang)


def _by_name(table: pd.DataFrame, case: str) -> dict[str, dict[str, Any]]:
    found = table[table["case"] == case].to_dict("records")
    return {str(row["indicator"]): {str(k): v for k, v in row.items()} for row in found}


def _place_words(name: str, row: Any, show: Show) -> Markup:
    n, below = show.number(row["n"]), show.number(row["lower_than"])
    if row["listed"]:
        return show.say("compare.listed", n=n, values=listed_words(name, row["listed"], show))
    ends = (show.share(row["share"]), show.share(row["lower"]), show.share(row["upper"]))
    return show.say("compare.place", n=n, below=below, share=ends[0], lower=ends[1], upper=ends[2])


def span_words(name: str, lower: float, upper: float, show: Show) -> str:
    """Return the interval of an indicator, or nothing where there is none."""
    if math.isnan(lower) or math.isnan(upper) or lower == upper:
        return ""
    low, high = (indicator_words(name, end, "", show) for end in (lower, upper))
    return say("report.range", show.lang, lower=low, upper=high)


def _curves(found: Comparison, show: Show) -> tuple[Block, ...]:
    blocks = [Block("curves", say("compare.done", show.lang), show.say("compare.done_intro"),
                    figure=done_chart(found, show), table=_box_table(found, show))]  # fmt: skip
    for clock in ("hour", "since_detection"):
        figure = multiple_chart(found, show, clock=clock)
        title = say(f"compare.multiple_{clock}", show.lang)
        if figure is None:
            blocks.append(Block("curves", title, show.say(f"compare.no_{clock}")))
        else:
            blocks.append(Block("curves", title, show.say("compare.multiple_intro"), figure=figure))
    return tuple(blocks)


def _box_table(found: Comparison, show: Show) -> Grid | None:
    if found.box.empty:
        return None
    rows = [
        (found.short(row["case"]), show.number(row["depth"], 3),
         say("compare.outside" if row["outlier"] else "compare.inside", show.lang))
        for row in found.box.to_dict("records")
    ]  # fmt: skip
    heads = ("compare.head.case", "compare.head.depth", "compare.head.band")
    return grid(show, heads, rows, numeric=(1,))


def _alike(found: Comparison, show: Show) -> tuple[Block, ...]:
    rows = [
        (found.short(row["case"]), found.short(row["other"]), show.number(row["distance"], 2),
         say(f"compare.feature.{row['furthest']}", show.lang))
        for row in found.alike.to_dict("records")
    ]  # fmt: skip
    heads = ("compare.head.case", "compare.head.other", "compare.head.distance",
             "compare.head.furthest")  # fmt: skip
    table = grid(show, heads, rows, numeric=(2,), wide=len(rows) > 12) if rows else None
    return (Block("alike", say("compare.nearest", show.lang), show.say("compare.alike"),
                  table=table),)  # fmt: skip


def _pooled(found: Comparison, show: Show) -> tuple[Block, ...]:
    rows = [
        (say(f"compare.indicator.{row['indicator']}", show.lang),
         say(f"compare.group.{row['kind'].replace(' ', '_')}", show.lang), show.number(row["n"]),
         show.duration(60 * row["common"], 60.0),
         span_words(row["indicator"], row["lower"], row["upper"], show),
         show.number(row["between"], 2),
         span_words(row["indicator"], row["ahead_lower"], row["ahead_upper"], show))
        for row in found.pooled.to_dict("records")
    ]  # fmt: skip
    names = ("indicator", "kind", "n", "common", "interval", "between", "ahead")
    table = grid(show, [f"compare.head.{name}" for name in names], rows, numeric=range(2, 7))
    return (Block("pooled", say("compare.together", show.lang), show.say("compare.pooled"),
                  table=table if rows else None, hint=show.say("compare.no_tests")),)  # fmt: skip


def _cases(found: Comparison, show: Show) -> tuple[Block, ...]:
    rows = []
    for case in sorted(found.cases, key=lambda one: (one.kind, one.name)):
        known = _by_name(found.indicators, case.id)
        told = [indicator_words(n, known[n]["value"], known[n]["note"], show) for n in CURVE]
        kind = say(f"compare.group.{case.kind.replace(' ', '_')}", show.lang)
        rows.append((found.short(case.id), kind, case.era, *told))
    heads = [f"compare.head.{name}" for name in ("case", "kind", "era")]
    heads += [f"compare.indicator.{name}" for name in CURVE]
    table = grid(show, heads, rows, numeric=range(3, 8))
    return (Block("cases", say("compare.every", show.lang), show.say("compare.cases"),
                  table=table, hint=_collectors(found, show)),)  # fmt: skip


def _collectors(found: Comparison, show: Show) -> Markup:
    """Return who collected which crises; of many the number."""
    of: dict[str, list[str]] = {}
    for case in found.cases:
        of.setdefault(case.collector, []).append(found.short(case.id))
    return Markup(" ").join(
        show.say("compare.head.collected", collector=collector,
                 names=", ".join(names) if len(names) <= _NAMED else show.number(len(names)))
        for collector, names in sorted(of.items())
    )  # fmt: skip
