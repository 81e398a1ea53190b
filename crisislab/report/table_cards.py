"""A card for every table of the page: what its columns are, what is left out, its source.

The numbers of ``review.metrics`` have cards of their own (:mod:`crisislab.report.cards`). Every
other number of the page stands in a table, and opens the card of that table at its column.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from crisislab.report.block import Block
from crisislab.report.grid import Grid, column_anchor, column_words
from crisislab.report.show import Show
from crisislab.report.value import Review
from crisislab.words import has_words, say

# Table -> what its rows were counted from. One that is not here is counted from posts.
_FROM = {
    "clock": "log", "actions": "log", "roles": "log", "shifts": "log", "recognised": "log",
    "improvised": "log", "incidents": "log", "choose": "log", "decided": "log", "scenario": "log",
    "drills": "log", "capabilities": "log", "carried": "log", "effect_beside": "log",
    "plan": "plan", "attendance": "plan",
    "curve": "waits", "backlog": "waits", "unanswered_hours": "waits", "never_groups": "waits",
    "groups": "waits", "other_tools": "waits", "rules": "waits", "limits": "waits",
    "clocks": "waits", "people": "waits", "further": "waits", "ways": "waits", "counts": "waits",
    "answers": "waits", "effect_association": "waits",
    "cards": "metrics", "times": "metrics", "steps": "metrics", "targets": "metrics",
    "negative_curve": "labels", "tone_decisions": "labels",
    "ledger": "files", "issues": "files", "rejects": "files",
    "past": "library", "findings": "metrics",
}  # fmt: skip
# Table -> the call that gives it again, where it is not review.tables["NAME"].
_CALLS = {
    "hours": "review.volume", "clock": "review.clock", "curve": "review.response_curve",
    "index": "review.sentiment", "reach": "review.reach", "actions": "review.actions",
    "targets": 'review.verdicts.query(\'subject.str.startswith("target=")\')',
    "ledger": "review.ledger", "issues": "review.issues", "rejects": "review.rejects",
    "plan": 'review.manifest["plan"]', "decided": "review.actions",
    "never_groups": 'review.tables["unanswered"]', "choose": 'review.tables["candidates"]',
    "scenario": 'review.tables["recognised"]', "others": 'review.tables["other_onsets"]',
    "provenance": 'review.tables["spread"]', "sides": 'review.tables["two_sides"]',
    "answers": 'review.tables["network_answers"]', "over_time": 'review.tables["topic_times"]',
    "fast": 'review.tables["co_sharing"]', "attendance": 'review.tables["drill_attendance"]',
    "carried": 'review.tables["carried_over"]', "flags": 'review.tables["tone_cues"]',
}  # fmt: skip
# What the rows are, as a call that names file and line.
_LINES = {
    "posts": 'case.posts[["source_file", "source_row", "platform", "created_at"]]',
    "waits": "cl.response_times(case).events",
    "log": 'case.log[["source_file", "source_row", "logged_at", "text"]]',
    "plan": "case.plan", "labels": "case.labels", "files": "case.ledger",
    "metrics": "review.metrics", "library": 'cl.read_library("reference")',
}  # fmt: skip


# What is told in sentences of tables, and stands in no column of the page.
_SAID = {
    "plan": ("actions", "roles", "rules", "held", "improvements"),
    "effect_question": ("hours", "decided", "past"),
    "effect_controls": ("rank",),
}


@dataclass(frozen=True)
class TableCard:
    """The card of a table.

    Attributes:
        id: Anchor on the page.
        name: What the table is called.
        about: What its rows are.
        left_out: What is not counted in it.
        source: What it was counted from; ``lines`` is the call that lists those rows.
        call: The call that gives the table again.
        columns: Anchor, title and definition of every column that holds numbers.
    """

    id: str
    name: str
    about: str | Markup
    left_out: str
    source: str
    lines: str
    call: str
    columns: tuple[tuple[str, str, str], ...]


def table_cards(
    review: Review, tables: Mapping[str, Grid | None], further: Iterable[Block], show: Show
) -> tuple[TableCard, ...]:
    """Return the card of every table of the page, each once, in the order of the page.

    Args:
        review: The review.
        tables: The tables of the template.
        further: The blocks.
        show: Language.
    """
    found: dict[str, list[Grid]] = {}
    about: dict[str, tuple[str, str | Markup]] = {}
    for table, name, told in _placed(tables, further, show):
        found.setdefault(table.of, []).append(table)
        about.setdefault(table.of, (name, told))
    for of, columns in _SAID.items():
        if of == "plan" or of in review.tables:
            found.setdefault(of, []).append(_said_table(of, columns, show))
            about.setdefault(of, _words(of, show))
    return tuple(_card(of, about[of], grids, review, show) for of, grids in found.items())


def _placed(
    tables: Mapping[str, Grid | None], further: Iterable[Block], show: Show
) -> Iterator[tuple[Grid, str, str | Markup]]:
    for table in tables.values():
        if table is not None and table.of:
            yield (table, *_words(table.of, show))
    for block in further:
        if block.table is not None and block.table.of:
            own = has_words(f"tables.{block.table.of}.card_name")
            told = _words(block.table.of, show) if own else (block.heading, block.intro)
            yield (block.table, *told)


def _words(of: str, show: Show) -> tuple[str, str]:
    parts = (f"tables.{of}.card_{part}" for part in ("name", "about"))
    name, about = (say(key, show.lang) if has_words(key) else "" for key in parts)
    return name or of, about


def _said_table(of: str, columns: tuple[str, ...], show: Show) -> Grid:
    """Return the numbers of sentences that stand in no table, as columns of a card."""
    heads = tuple(show.text(f"tables.{of}.head.{name}") for name in columns)
    told = tuple(column_words(of, name, show) for name in columns)
    return Grid(heads, (), of=of, columns=columns, told=told)


def _card(
    of: str, about: tuple[str, str | Markup], grids: Sequence[Grid], review: Review, show: Show
) -> TableCard:
    columns = {
        table.columns[i]: (column_anchor(of, table.columns[i]), head, table.told[i])
        for table in grids
        for i, head in enumerate(table.heads)
        if table.anchor(i)
    }
    kind = _FROM.get(of, "posts")
    return TableCard(
        id=f"t-{of}", name=about[0], about=about[1],
        left_out=say(f"tables.left_out.{kind}", show.lang),
        source=say(f"tables.source.{kind}", show.lang), lines=_LINES[kind],
        call=_call(of, review), columns=tuple(columns.values()),
    )  # fmt: skip


def _call(of: str, review: Review) -> str:
    if of in _CALLS:
        return _CALLS[of]
    return f'review.tables["{of}"]' if of in review.tables else "review.metrics"
