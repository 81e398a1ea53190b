"""Blocks about watching and practising: the back-test of the alarm, and drills."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from crisislab.report.block import Block
from crisislab.report.cards import Cards
from crisislab.report.drawing import BLUE, GREEN, PURPLE, VERMILLION, Figure, axis, layout, numbers
from crisislab.report.drawing import plain as harmless
from crisislab.report.grid import badge
from crisislab.report.plan_blocks import Record, block, records, state_badge
from crisislab.report.sections import cards_table
from crisislab.report.show import Show, clean, is_missing
from crisislab.report.value import Review
from crisislab.words import say

_COLOURS = (BLUE, VERMILLION, GREEN, PURPLE)
_CHANGES = {"same": "none", "worse": "mixed", "better": "good", "other fault": "mixed",
            "not comparable": "open"}  # fmt: skip


def practice_blocks(review: Review, cards: Cards, show: Show) -> list[Block]:
    """Return the blocks of the sections on monitoring and drills."""
    made = (_backtest(review, cards, show), _tradeoff(review, show), _drills(review, show),
            _practice(cards, show), _attendance(review, show))  # fmt: skip
    return [one for one in made if one is not None]


def _rule_names(review: Review) -> dict[str, str]:
    plan = review.manifest.get("plan") or {}
    return {str(r["id"]): clean(r["name"]) for r in plan.get("monitoring", ())}


def _backtest(review: Review, cards: Cards, show: Show) -> Block | None:
    rows = []
    for rule, name in _rule_names(review).items():
        told = [cards.find(m, rule=rule) for m in (
            "alert_delay", "monitoring_lead_time", "false_alarms_per_week",
            "alarm_hours_per_week")]  # fmt: skip
        if any(told):
            cells = [card.link if card else show.unknown for card in told]
            rate = told[2]
            if rate is not None and rate.interval:
                cells[2] = rate.linked(f"{rate.value} ({rate.interval})")
            rows.append((name, *cells))
    heads = ("rule", "delay", "lead", "false", "burden")
    return block(show, "monitoring", "backtest", heads, rows, numeric=(1, 2, 3, 4))


def _tradeoff(review: Review, show: Show) -> Block | None:
    table = review.tables.get("tradeoff")
    if table is None or table.empty:
        return None
    told = table[(table["part"] == "report") & table["delay_minutes"].notna()]
    if told.empty:
        return None
    names = _rule_names(review) | {"surprise": say("followed.block.surprise", show.lang)}
    rows = [
        (names.get(str(row["rule"]), str(row["rule"])), show.number(row["at_least"]),
         show.duration(row["delay_minutes"]), show.number(row["false_per_week"], 2),
         show.span(row["lower"], row["upper"], "count"))
        for row in told.to_dict("records")
    ]  # fmt: skip
    heads = ("rule", "number", "delay", "false", "report.table.interval")
    made = block(show, "monitoring", "tradeoff", heads, rows, numeric=(1, 2, 3, 4))
    if made is None:
        return None
    return replace(made, figure=_figure(told, names, show))


def _figure(told: pd.DataFrame, names: dict[str, str], show: Show) -> Figure:
    traces = []
    for i, (rule, part) in enumerate(told.groupby("rule", sort=True)):
        name = harmless(names.get(str(rule), str(rule)), 50)
        hover = [
            show.text("followed.figure.tradeoff_hover", rule=name, n=show.number(r["at_least"]),
                      delay=show.duration(r["delay_minutes"]),
                      rate=show.number(r["false_per_week"], 2),
                      span=show.span(r["lower"], r["upper"], "count"))
            for r in part.to_dict("records")
        ]  # fmt: skip
        traces.append(
            {"type": "scatter", "mode": "lines+markers", "name": name,
             "x": numbers(part["false_per_week"]), "y": numbers(part["delay_minutes"], 2),
             "line": {"color": _COLOURS[i % 4], "width": 1.5}, "marker": {"size": 8},
             "hovertext": hover, "hovertemplate": "%{hovertext}<extra></extra>"}
        )  # fmt: skip
    page = layout(
        360, hovermode="closest", showlegend=True,
        xaxis=axis(say("followed.figure.tradeoff_x", show.lang), rangemode="tozero"),
        yaxis=axis(say("followed.figure.tradeoff_y", show.lang), rangemode="tozero"),
    )  # fmt: skip
    alt = show.text(
        "followed.figure.tradeoff_alt", low=show.number(told["delay_minutes"].min()),
        high=show.number(told["delay_minutes"].max()),
        least=show.number(told["false_per_week"].min(), 1),
        most=show.number(told["false_per_week"].max(), 1),
    )  # fmt: skip
    title = say("followed.figure.tradeoff_title", show.lang)
    return Figure("tradeoff", title, alt, tuple(traces), page)


def _drills(review: Review, show: Show) -> Block | None:
    rows = [
        (clean(row["name"]), state_badge(row["drill_state"], show), _minutes(row, "drill", show),
         state_badge(row["real_state"], show), _minutes(row, "real", show),
         badge(show.word("followed.change", row["change"]),
               _CHANGES.get(str(row["change"]), "open")))
        for row in records(review, "drills")
    ]  # fmt: skip
    heads = ("report.table.action", "drill", "drill_took", "crisis", "crisis_took", "comparison")
    return block(show, "drills", "drills", heads, rows, numeric=(2, 4))


def _minutes(row: Record, which: str, show: Show) -> str:
    value = row[f"{which}_minutes"]
    return "" if is_missing(value) else show.duration(value)


def _practice(cards: Cards, show: Show) -> Block | None:
    wanted = ("on_time_drilled", "on_time_undrilled", "on_time_drilled_minus_undrilled",
              "days_since_drill")  # fmt: skip
    found = [card for name in wanted if (card := cards.known(name))]
    if not cards.known("on_time_drilled"):
        return None
    return Block(
        "drills", say("followed.block.practice", show.lang),
        show.say("followed.block.practice_intro"), table=cards_table(found, show),
    )  # fmt: skip


def _attendance(review: Review, show: Show) -> Block | None:
    rows = [
        (clean(row["drill"]), show.day(row["held_on"]), clean(row["name"]),
         say("words.yes" if row["took_part"] else "words.no", show.lang))
        for row in records(review, "drill_attendance")
    ]  # fmt: skip
    heads = ("drill", "held", "role", "took_part")
    return block(show, "drills", "attendance", heads, rows, folded=True)
