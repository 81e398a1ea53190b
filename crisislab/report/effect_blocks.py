"""The section on the response: what was asked, what was found, what else could explain it."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from crisislab.report.block import Block
from crisislab.report.cards import Cards
from crisislab.report.drawing import (
    BLUE,
    GREEN,
    MUTED,
    ORANGE,
    Figure,
    Spec,
    axis,
    layout,
    local_times,
    numbers,
    time_axis,
)
from crisislab.report.grid import Grid, grid, opened
from crisislab.report.masks import masked
from crisislab.report.show import Show, is_missing, number_or_none, precision
from crisislab.report.value import Review
from crisislab.words import say

SECTION = "effect"
_METRICS = ("effect_ratio", "effect_lag", "effect_smallest", "effect_placebo_rank")


def effect_blocks(review: Review, cards: Cards, show: Show) -> list[Block]:
    """Return the section on the response; it is there even when nothing was asked."""
    table = review.tables.get("effect_question")
    if table is None:
        intro = Markup(" ").join([show.say("effect.expected"), show.say("effect.not_asked")])
        return [Block(SECTION, say("effect.numbers", show.lang), intro)]
    asked = {str(key): value for key, value in table.iloc[0].items()}
    found = [Block(SECTION, say("effect.numbers", show.lang), _intro(asked, show),
                   table=_numbers(cards, show), hint=_past(asked, show))]  # fmt: skip
    figure = _figure(review, asked, show)
    if figure is not None:
        found.append(
            Block(
                SECTION, say("effect.chart", show.lang), figure=figure, table=_course(review, show)
            )
        )
    found += [
        Block(SECTION, say(f"effect.{name}", show.lang), show.say(f"effect.{name}_intro"),
              table=made, folded=True, hint=hint)
        for name, made, hint in (("controls", *_controls(review, show)),
                                 ("sensitivity", _sensitivity(review, show), ""),
                                 ("association", _association(review, show), ""))
        if made is not None
    ]  # fmt: skip
    beside = _beside(review, show)
    about = "effect.beside_intro" if beside else "effect.beside_none"
    found.append(Block(SECTION, say("effect.beside", show.lang), show.say(about), table=beside))
    return found


def _intro(asked: dict[str, Any], show: Show) -> Markup:
    parts = [show.say("effect.expected"), show.say("effect.asked", question=asked["question"])]
    if not is_missing(asked["decided_at"]):
        parts.append(
            show.say("effect.asked_on", at=_linked("decided", show.instant(asked["decided_at"])))
        )
    if asked["blocked"]:
        parts.append(show.say(f"verdicts.reason.{asked['blocked']}"))
    elif not is_missing(asked["hours_after"]):
        outcome = say(f"effect.outcome.{asked['outcome']}", show.lang)
        hours = _linked("hours", show.number(asked["hours_after"]))
        parts.append(show.say("effect.counts", outcome=outcome, hours=hours))
    return Markup(" ").join(parts)


def _past(asked: dict[str, Any], show: Show) -> Markup:
    if not number_or_none(asked["n_past"]):
        return Markup("")
    share, n = show.share(asked["past_share"]), show.number(asked["n_past"])
    return show.say("effect.past", n=_linked("past", n), share=_linked("past", share))


def _linked(column: str, text: str) -> Markup:
    return opened("effect_question", column, text)


def _numbers(cards: Cards, show: Show) -> Grid | None:
    rows = [
        (f"{card.name}, {card.about}" if card.about else card.name, card.link, card.interval)
        for metric in _METRICS
        for card in cards
        if card.metric == metric
    ]
    heads = ("report.table.value", "report.table.measured", "report.table.interval")
    return grid(show, heads, rows, of="cards", numeric=(1, 2), beside=(0, 2)) if rows else None


def _controls(review: Review, show: Show) -> tuple[Grid | None, str | Markup]:
    table = review.tables.get("effect_controls")
    if table is None:
        return None, ""
    rows = [
        (masked(row["series"]) if row["kind"] == "one" else say(f"effect.control.{row['kind']}",
                                                                show.lang),
         "" if is_missing(row["weight"]) else show.share(row["weight"]),
         "" if is_missing(row["ratio"]) else show.share(row["ratio"]),
         "" if is_missing(row["lower"]) else show.span(row["lower"], row["upper"], "share"))
        for row in table.to_dict("records")
    ]  # fmt: skip
    heads = ("effect.series", "effect.weight", "effect.ratio", "effect.interval")
    mix = table[table["kind"] == "mix"]
    hint: str | Markup = ""
    if len(mix):
        n = int((table["kind"] == "one").sum()) + 1
        share, among = show.share(mix["rank"].iloc[0]), show.number(n)
        hint = show.say(
            "effect.mix_rank",
            share=opened("effect_controls", "rank", share),
            n=opened("effect_controls", "rank", among),
        )
    return grid(show, heads, rows, of="effect_controls", numeric=(1, 2, 3)), hint


def _sensitivity(review: Review, show: Show) -> Grid | None:
    table = review.tables.get("effect_sensitivity")
    if table is None:
        return None
    rows = [
        (say(f"effect.choices.{row['choice']}", show.lang),
         show.share(row["ratio"], precision(row["lower"], row["upper"])),
         show.span(row["lower"], row["upper"], "share"))
        for row in table.to_dict("records")
    ]  # fmt: skip
    heads = ("effect.choice", "effect.ratio", "effect.interval")
    return grid(show, heads, rows, of="effect_sensitivity", numeric=(1, 2))


def _association(review: Review, show: Show) -> Grid | None:
    table = review.tables.get("effect_association")
    if table is None:
        return None
    rows = [
        (say(f"effect.people.{row['group']}", show.lang), show.number(row["n"]),
         show.share(row["share"]), show.span(row["lower"], row["upper"], "share"))
        for row in table.to_dict("records")
    ]  # fmt: skip
    heads = ("effect.group", "effect.n", "effect.again", "effect.interval")
    return grid(show, heads, rows, of="effect_association", numeric=(1, 2, 3))


def _beside(review: Review, show: Show) -> Grid | None:
    table = review.tables.get("effect_beside")
    if table is None:
        return None
    rows = [
        (show.instant(row["at"]), show.say(f"effect.kinds.{row['kind']}", what=masked(row["what"])))
        for row in table.to_dict("records")
    ]
    return grid(show, ("effect.at", "effect.what"), rows, of="effect_beside")


def _course(review: Review, show: Show) -> Grid | None:
    table = review.tables["effect_course"]
    names = ("n_posts", "ordinary", "exponential", "power_law")
    rows = [
        (show.instant(row["hour_at"]),
         *("" if is_missing(row[n]) else show.number(row[n], 0) for n in names))
        for row in table.to_dict("records")
    ]  # fmt: skip
    heads = ("report.table.hour", "effect.seen", "effect.ordinary", "effect.form.exponential",
             "effect.form.power_law")  # fmt: skip
    return grid(show, heads, rows, of="effect_course", numeric=range(1, 5), wide=True)


def _figure(review: Review, asked: dict[str, Any], show: Show) -> Figure | None:
    table = review.tables.get("effect_course")
    if table is None:
        return None
    times = local_times(table["hour_at"], show)
    lines = (
        ("n_posts", "effect.seen", BLUE, "solid"),
        ("ordinary", "effect.ordinary", MUTED, "dot"),
        ("exponential", "effect.form.exponential", ORANGE, "dash"),
        ("power_law", "effect.form.power_law", GREEN, "dash"),
    )
    data: tuple[Spec, ...] = tuple(
        {"type": "scatter", "mode": "lines", "x": times, "y": numbers(table[name], 2),
         "name": say(word, show.lang), "line": {"color": colour, "width": 2, "dash": dash}}
        for name, word, colour, dash in lines
    )  # fmt: skip
    at = local_times(pd.Series([asked["response_at"]]), show)[0]
    page = layout(
        430, margin={"l": 56, "r": 16, "t": 34, "b": 130},
        legend={"orientation": "h", "x": 0, "y": -0.22, "yanchor": "top"},
        xaxis=time_axis(show, say("report.figure.local_time", show.lang)),
        yaxis=axis(say("effect.axis", show.lang), rangemode="tozero"),
        shapes=[{"type": "line", "x0": at, "x1": at, "yref": "paper", "y0": 0, "y1": 1,
                 "line": {"color": MUTED, "width": 1.5}}],
        annotations=[{"x": at, "yref": "paper", "y": 1.0, "yanchor": "bottom", "showarrow": False,
                      "text": say("effect.response", show.lang)}],
    )  # fmt: skip
    alt = say("effect.chart_alt", show.lang, at=show.instant(asked["response_at"]))
    return Figure("effect", say("effect.axis", show.lang), alt, data, page, 430)
