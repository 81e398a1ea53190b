"""What hand labels allow to say about sentiment, as blocks of the page."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
from markupsafe import Markup

from crisislab.report.block import Block
from crisislab.report.cards import Card, Cards
from crisislab.report.drawing import (
    BLUE,
    ORANGE,
    VERMILLION,
    Figure,
    Spec,
    axis,
    band,
    largest,
    layout,
    local_times,
    numbers,
    time_axis,
)
from crisislab.report.grid import Cell, Grid, grid, opened
from crisislab.report.sections import cards_table
from crisislab.report.show import Show
from crisislab.report.value import Review
from crisislab.words import say

SECTION = "sentiment"
CURVE = "negative_curve"
SHARES = ("negative_share", "net_sentiment_all", "net_sentiment_polar")
SHAPE = (
    "sentiment_baseline", "sentiment_depth", "sentiment_trough", "sentiment_area",
    "sentiment_recovery",
)  # fmt: skip
CHANGE = ("negative_change", "negative_change_mix", "negative_change_rate")
AGREEMENT = ("label_alpha", "label_raw_agreement", "label_prevalence", "unsure_share")
NEXT = ("interval_half_width", "labels_to_aim")


def feeling_blocks(review: Review, cards: Cards, show: Show) -> list[Block]:
    """Return the blocks of the section on sentiment; without labels one that says why."""
    curve = review.tables.get(CURVE)
    found = [] if curve is None else [_percent(curve, review, cards, show)]
    if curve is None and len(review.sentiment):
        found.append(Block(SECTION, _heading("unlabelled", show), intro=_told("unlabelled", show)))
    found += _tabled("shares", _shares(cards, show), show)
    found += _tabled("shape", _listed(cards, SHAPE, show), show)
    found += _tabled("change", _change(cards, show), show)
    found += _tabled("sensitivity", _listed(cards, ("mean_negative",), show), show, folded=True)
    found += _tabled("agreement", _listed(cards, AGREEMENT, show), show, folded=True)
    found += _tabled("next", _listed(cards, NEXT, show), show, folded=True)
    return found + _tabled("languages", _languages(cards, show), show, folded=True)


def _heading(name: str, show: Show) -> str:
    return say(f"felt.{name}.heading", show.lang)


def _told(name: str, show: Show) -> str:
    return say(f"felt.{name}.intro", show.lang)


def _tabled(name: str, table: Grid | None, show: Show, *, folded: bool = False) -> list[Block]:
    if table is None:
        return []
    block = Block(
        SECTION, _heading(name, show), intro=_told(name, show), table=table, folded=folded
    )
    return [block]


def _listed(cards: Iterable[Card], metrics: tuple[str, ...], show: Show) -> Grid | None:
    found = [card for name in metrics for card in cards if card.metric == name]
    return cards_table(found, show) if found else None


def _shares(cards: Cards, show: Show) -> Grid | None:
    """Return the three named sentiments, a row per period."""
    first = [card for card in cards if card.metric == SHARES[0]]
    rows: list[list[Cell]] = []
    for card in first:
        beside = [cards.find(name, **card.scope) for name in SHARES]
        rows.append([card.brief or say("felt.shares.all", show.lang)])
        rows[-1] += [_with_interval(one, show) for one in beside] + [card.n]
    heads = ("felt.shares.period", *(f"report.metric.{name}.name" for name in SHARES), "n")
    made = grid(show, heads, rows, of="cards", numeric=range(1, 5), beside=(0, 4))
    return made if rows else None


def _with_interval(card: Card | None, show: Show) -> Cell:
    if card is None:
        return show.unknown
    return show.say("felt.with_interval", value=card.link, interval=card.interval) if (
        card.interval
    ) else card.link  # fmt: skip


def _change(cards: Cards, show: Show) -> Grid | None:
    """Return the change and its two parts, a row per way to split it."""
    rows = [
        [card.brief, *(_points(cards.find(name, **card.scope), show) for name in CHANGE), card.n,
         " ".join(card.notes)]
        for card in cards
        if card.metric == CHANGE[0]
    ]  # fmt: skip
    heads = ("felt.change.by", *(f"felt.change.{n}" for n in ("total", "mix", "rate")), "n",
             "felt.change.note")  # fmt: skip
    made = grid(show, heads, rows, of="cards", numeric=range(1, 5), beside=(0, 4, 5))
    return made if rows else None


def _points(card: Card | None, show: Show) -> Cell:
    if card is None or card.number is None:
        return show.unknown
    # What rounds to nothing has no sign.
    value = round(100 * card.number, 1) or 0.0
    sign = "+" if value > 0 else ""
    told = say("felt.points", show.lang, value=sign + show.number(value, 1))
    return card.linked(told)


def _languages(cards: Cards, show: Show) -> Grid | None:
    found = [card for card in cards if card.metric == "unscored_share"]
    rows = ((card.about, card.link, card.n) for card in found)
    heads = ("felt.languages.language", "felt.languages.unscored", "n")
    return grid(show, heads, rows, of="cards", numeric=(1, 2), beside=(2,)) if found else None


def _percent(curve: pd.DataFrame, review: Review, cards: Cards, show: Show) -> Block:
    share = cards.known("negative_share")
    hint = Markup()
    if share is not None:
        n = share.linked(show.number(share.n_labels))
        hint = show.say("felt.curve.hint", share=share.link, n=n)
    hint = (hint + " " + _other_peak(curve, review.sentiment, show)).strip()
    return Block(
        SECTION, _heading("curve", show), intro=_told("curve", show), figure=_figure(curve, show),
        table=_curve_table(curve, show), hint=hint,
    )  # fmt: skip


def _other_peak(curve: pd.DataFrame, index: pd.DataFrame, show: Show) -> Markup:
    """Return why the word list and the labelled share peak at two times, where they do."""
    if index["index"].isna().all():
        return Markup()
    at, top = largest(index, "index")["hour_at"], largest(curve, "smooth")
    ends = curve["hour_at"] + pd.to_timedelta(curve["hours"].astype("float64"), unit="h")
    there = curve[(curve["hour_at"] <= at) & (at < ends)]
    if there.empty or there.index[0] == curve["smooth"].idxmax():
        return Markup()
    share = float(there["smooth"].iloc[0])
    place = "within" if top["lower"] <= share <= top["upper"] else "outside"
    return show.say(
        f"felt.curve.other_peak_{place}", at=opened("index", "index", show.instant(at)),
        there=opened(CURVE, "smooth", show.share(share, 0.001)),
        share=opened(CURVE, "smooth", show.share(top["smooth"], 0.001)),
        top=opened(CURVE, "smooth", show.instant(top["hour_at"])),
    )  # fmt: skip


def _figure(curve: pd.DataFrame, show: Show) -> Figure:
    """Return the curve in percent with its band and the two estimates it lies between."""
    middle = curve["hour_at"] + pd.to_timedelta(curve["hours"].astype("float64") / 2, unit="h")
    x, ticks = local_times(middle, show), [0, 0.25, 0.5, 0.75, 1]
    page = layout(
        430,
        xaxis=time_axis(show, say("report.figure.local_time", show.lang)),
        yaxis=axis(say("felt.curve.axis", show.lang), range=[0, 1], tickvals=ticks,
                   ticktext=[show.share(tick) for tick in ticks]),
        legend={"orientation": "h", "x": 0, "y": -0.22, "yanchor": "top",
                "traceorder": "normal"},
    )  # fmt: skip
    data = (
        *band(x, numbers(curve["lower"]), numbers(curve["upper"]), colour=VERMILLION,
              name=say("felt.curve.band", show.lang)),
        _line(x, curve, "negative_share", show, color=VERMILLION, width=2),
        _line(x, curve, "smooth", show, color=BLUE, width=2.4),
        _line(x, curve, "pcc", show, color=ORANGE, width=1, dash="dot"),
        _line(x, curve, "emq", show, color=ORANGE, width=1, dash="dash"),
    )  # fmt: skip
    top = largest(curve, "smooth")
    alt = say("felt.curve.alt", show.lang, share=show.share(top["smooth"]),
              at=show.instant(top["hour_at"]))  # fmt: skip
    return Figure("negative", say("felt.curve.title", show.lang), alt, data, page, 430)


def _line(
    x: list[str | None], curve: pd.DataFrame, column: str, show: Show, **look: object
) -> Spec:
    shares = [show.share(value, 0.01) for value in curve[column]]
    posts = [show.number(n) for n in curve["n"]]
    told = [
        say("felt.curve.hover", show.lang, share=share, n=n)
        for share, n in zip(shares, posts, strict=True)
    ]
    name = say(f"felt.curve.{column}", show.lang)
    return {"type": "scatter", "mode": "lines", "x": x, "y": numbers(curve[column]), "name": name,
            "line": look, "text": told,
            "hovertemplate": "%{text}<extra>" + name + "</extra>"}  # fmt: skip


def _curve_table(curve: pd.DataFrame, show: Show) -> Grid:
    rows = (
        (show.instant(row["hour_at"]), show.number(row["hours"]),
         *(show.share(row[c], 0.01) for c in ("negative_share", "lower", "upper", "smooth")),
         show.number(row["n"]))
        for row in curve.to_dict("records")
    )  # fmt: skip
    heads = ("hour", "felt.curve.hours", "felt.curve.negative_share", "felt.curve.lower",
             "felt.curve.upper", "felt.curve.smooth", "n")  # fmt: skip
    return grid(show, heads, rows, of="negative_curve", numeric=range(1, 7), wide=True)
