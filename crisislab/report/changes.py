"""What to change: the improvement plan in a few lines for the first page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from crisislab.report.grid import opened
from crisislab.report.show import Show, clean, is_missing
from crisislab.report.value import Review

SHOWN, MAX_NAMES = 5, 3
# What was not done comes first, what only left no trace last.
_ORDER = {"not done": 0, "late": 1, "out of order": 2, "wrong owner": 3, "no evidence": 5}
Row = Mapping[Any, Any]


def what_to_change(review: Review, show: Show) -> tuple[Markup, ...]:
    """Return the corrective actions of the improvement plan, each once with what it is for.

    Lines that ask for the same are one line; those about what was not done come first.
    """
    table = review.tables.get("improvements")
    if table is None or table.empty:
        return ()
    states = dict(zip(review.actions["action"], review.actions["state"], strict=True))
    groups: dict[str, list[Row]] = {}
    for row in table.to_dict("records"):
        groups.setdefault(clean(row["corrective_action"]), []).append(row)
    ordered = sorted(groups.items(), key=lambda item: min(_worst(row, states) for row in item[1]))
    lines = [_line(action, rows, review, show) for action, rows in ordered[:SHOWN]]
    n = opened("plan", "improvements", show.number(len(table)))
    return (*lines, show.say("findings.change.more", n=n))


def _worst(row: Row, states: Mapping[str, str]) -> int:
    found = [_ORDER.get(str(states.get(name, "")), 4) for name in _actions(row)]
    return min(found, default=4)


def _actions(row: Row) -> list[str]:
    return [] if is_missing(row["actions"]) else str(row["actions"]).split()


def _line(action: str, rows: list[Row], review: Review, show: Show) -> Markup:
    place = {name: i for i, name in enumerate(review.actions["action"], start=1)}
    titles = dict(zip(review.actions["action"], review.actions["name"], strict=True))
    named = [name for row in rows for name in _actions(row) if name in place]
    link = Markup('<a href="#action-{}">{}</a>')
    shown = [link.format(place[name], clean(titles[name])) for name in named[:MAX_NAMES]]
    if len(named) > MAX_NAMES:
        more = opened("plan", "improvements", show.number(len(named) - MAX_NAMES))
        shown.append(show.say("report.finding.and_more", n=more))
    if not shown:
        issue = clean(rows[0]["issue"])
        shown = [Markup('<a href="#learning">{}</a>').format(issue)]
    return show.say("findings.change.line", action=action, names=Markup("; ").join(shown))
