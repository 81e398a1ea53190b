"""Numbers of a review where there is no page: in words, with unit, interval and n."""

from __future__ import annotations

import fnmatch
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from markupsafe import escape

from crisislab.report.cards import Card, Cards
from crisislab.report.show import show_for
from crisislab.report.value import Review
from crisislab.words import say

_NAMES = ("number", "of", "value", "interval", "n", "remark")
_WIDTH = 110


@dataclass(frozen=True, repr=False)
class Numbers:
    """Some numbers of a review; a notebook shows them as a table of words.

    Attributes:
        frame: The rows as they are (``schema.METRICS``).
        heads: Titles of the columns, as words.
        rows: Cells as words, a row for each of ``frame``.
    """

    frame: pd.DataFrame
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def _repr_html_(self) -> str:
        head = "".join(_cell("th", text) for text in self.heads)
        body = "".join(
            "<tr>" + "".join(_cell("td", text) for text in row) + "</tr>" for row in self.rows
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"

    def __repr__(self) -> str:
        """Return a line per number, and its remarks below it."""
        return "\n".join(_lines(self.heads, self.rows))

    def __len__(self) -> int:
        """Return how many numbers there are."""
        return len(self.rows)


def numbers_of(review: Review, metrics: Sequence[str], scope: Mapping[str, object]) -> Numbers:
    """Return numbers of a review in words; see :meth:`Review.numbers`."""
    show = show_for(review)
    wanted = {key: None if value is None else str(value) for key, value in scope.items()}
    cards = Cards(review, show).all
    for name in metrics:
        if not any(fnmatch.fnmatchcase(card.metric, name) for card in cards):
            raise KeyError(f"no number {name!r}; review.metrics['metric'] has all names")
    fitting = [
        i for name in metrics or ("*",) for i, card in enumerate(cards)
        if fnmatch.fnmatchcase(card.metric, name)
        and all(card.scope.get(key) == value for key, value in wanted.items())
    ]  # fmt: skip
    chosen = list(dict.fromkeys(fitting))
    return Numbers(
        review.metrics.iloc[chosen].reset_index(drop=True),
        tuple(say(f"numbers.head.{name}", show.lang) for name in _NAMES),
        tuple(_row(cards[i]) for i in chosen),
    )


def _row(card: Card) -> tuple[str, ...]:
    value = (card.name, card.about, card.value, card.interval, card.n, " ".join(card.notes))
    return tuple(str(text) for text in value)


def _cell(tag: str, text: str) -> str:
    return f'<{tag} style="text-align:left">{escape(text)}</{tag}>'


def _lines(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    for name, of, value, interval, n, remark in rows:
        known = [value, f"({interval})" if interval else "", f"{heads[4]} {n}" if n else ""]
        yield f"{name}{f', {of}' if of else ''}: {' '.join(filter(None, known))}"
        yield from textwrap.wrap(remark, _WIDTH, initial_indent="    ", subsequent_indent="    ")
