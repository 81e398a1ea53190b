"""Blocks of the parts that people added."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from crisislab.report.block import Block
from crisislab.report.cards import Cards, file_row
from crisislab.report.extra import Extra
from crisislab.report.grid import Grid, opened
from crisislab.report.prose import prose
from crisislab.report.show import Show, clean, is_missing
from crisislab.report.value import Review

MAX_ROWS = 200


def extra_blocks(review: Review, cards: Cards, show: Show) -> list[Block]:
    """Return a block for each part that somebody added."""
    return [_block(extra, review, cards, show) for extra in review.extras]


def _block(extra: Extra, review: Review, cards: Cards, show: Show) -> Block:
    table = review.tables.get(extra.table)
    return Block(
        section=extra.place,
        heading=clean(extra.title) or show.text("report.extra.untitled"),
        body=prose(extra.text, lambda metric, scope: _number(cards, metric, scope)),
        figure=extra.figure,
        table=None if table is None else _grid(table, extra, show),
        hint=_hint(extra, table, show),
    )


def _number(cards: Cards, metric: str, scope: str) -> Markup | None:
    card = cards.named(metric, scope)
    return card.link if card else None


def _hint(extra: Extra, table: pd.DataFrame | None, show: Show) -> Markup:
    if extra.source:
        return show.say("report.extra.by_hand", source=file_row(extra.source))
    if table is None:
        return Markup("")
    shown = opened(extra.table, "0", show.number(MAX_ROWS))
    cut = show.say("report.extra.cut", n=shown) if len(table) > MAX_ROWS else ""
    told = show.say("report.extra.table", about=clean(extra.about), name=extra.table)
    return told + (Markup(" ") + cut if cut else "")


def _grid(table: pd.DataFrame, extra: Extra, show: Show) -> Grid:
    numeric = frozenset(
        place for place, name in enumerate(table) if pd.api.types.is_numeric_dtype(table[name])
    )
    rows = [
        tuple(_cell(value, show) for value in row)
        for row in table.head(MAX_ROWS).itertuples(index=False, name=None)
    ]
    heads = tuple(clean(name) for name in table)
    columns = tuple(str(place) for place in range(len(heads)))
    told = tuple(f"{head}: {clean(extra.about)}" if extra.about else "" for head in heads)
    return Grid(heads, tuple(rows), numeric, wide=len(heads) > 4, of=extra.table, columns=columns,
                told=told)  # fmt: skip


def _cell(value: object, show: Show) -> str:
    if is_missing(value):
        return show.unknown
    if isinstance(value, pd.Timestamp):
        return show.instant(value) if value.tzinfo else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, bool | str):
        return clean(value)
    if isinstance(value, int):
        return show.number(value)
    number = float(value)  # type: ignore[arg-type]
    return show.number(number, 0 if abs(number) >= 100 else 2)
