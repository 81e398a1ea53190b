"""The verdicts where there is no page: in a notebook and in the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from markupsafe import escape

from crisislab.report.cards import Cards
from crisislab.report.judged import Judged, main_verdicts, targets, targets_period
from crisislab.report.sections import states_summary
from crisislab.report.show import Show, clean, show_for
from crisislab.report.value import Review
from crisislab.words import say

WIDTH = 96


def verdicts_table(review: Review) -> str:
    """Return the verdicts as a small HTML table, safe to show in a notebook."""
    show = show_for(review)
    cards = Cards(review, show)
    heads = [show.text(f"report.table.{key}") for key in ("verdict", "why")]
    rows = [
        (v.name, v.verdict, " ".join(filter(None, [v.summary.striptags(), v.reason])))
        for v in main_verdicts(review, cards, show)
    ]
    judged = targets(review, cards, show)
    asked = [show.text(f"report.table.{key}") for key in ("asked", "measured", "interval", "n")]
    goals = [(t.name, t.verdict, t.asked, t.plain_value, t.interval, t.n, t.reason) for t in judged]
    parts = [_table(["", *heads], rows)]
    if goals:
        title = say("verdicts.text.targets", show.lang)
        parts.append(_table([title, heads[0], *asked, heads[1]], goals))
    return (
        f"<div><p><b>{escape(clean(review.title))}</b> · {escape(clean(review.brand))}</p>"
        + "".join(parts)
        + "</div>"
    )


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    left = ' style="text-align:left"'
    head = "".join(f"<th{left}>{escape(h)}</th>" for h in heads)
    body = "".join(
        "<tr>" + "".join(f"<td{left}>{escape(clean(cell))}</td>" for cell in row) + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def verdicts_text(review: Review) -> str:
    """Return the verdicts as plain text for the terminal.

    Nothing in it can steer a terminal: control characters in names are taken out.
    """
    show = show_for(review)
    cards = Cards(review, show)
    judged = targets(review, cards, show)
    lines = [clean(review.title), f"{clean(review.brand)} · {clean(review.plan_name)}", ""]
    lines += _main(main_verdicts(review, cards, show), show)
    if judged:
        lines += ["", say("verdicts.text.targets", show.lang), *_targets(judged)]
        period = clean(targets_period(review, cards, show).striptags())
        lines += textwrap.wrap(period, WIDTH, initial_indent="  ", subsequent_indent="  ")
    counted = states_summary(review, show)
    if counted:
        lines += ["", say("verdicts.text.actions", show.lang)]
        lines += [f"  {n:>4}  {word}" for _, word, n in counted]
    return "\n".join(line.rstrip() for line in lines)


def _main(verdicts: Sequence[Judged], show: Show) -> Iterator[str]:
    left = max(len(v.name) for v in verdicts) + 2
    for v in verdicts:
        tail = ""
        if v.confidence:
            tail = f" ({say('verdicts.confidence.title', show.lang).lower()}: {v.confidence})"
        yield f"{v.name:<{left}}{v.verdict.upper()}{tail}"
        # Its number is what a verdict says; the reason where there is none.
        numbered = v.code != "cannot tell" and v.id != "verdict-response_helped"
        told = v.summary.striptags() if numbered or not v.reason else v.reason
        yield from textwrap.wrap(told, WIDTH, initial_indent=" " * left,
                                 subsequent_indent=" " * left) if told else ()  # fmt: skip


def _targets(judged: Sequence[Judged]) -> Iterator[str]:
    rows = []
    for t in judged:
        value = t.plain_value + (f" ({t.interval})" if t.interval else "")
        rows.append((t.verdict, _cut(clean(t.name), 44), value, t.asked))
    wide = [max(len(row[i]) for row in rows) for i in range(3)]
    for verdict, name, value, asked in rows:
        yield f"  {verdict:<{wide[0]}}  {name:<{wide[1]}}  {value:<{wide[2]}}  [{asked}]"


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
