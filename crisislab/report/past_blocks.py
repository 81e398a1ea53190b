"""The section on past crises: where this one lies among them, and what limits the comparison."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from crisislab.report.block import Block
from crisislab.report.cards import Cards
from crisislab.report.grid import grid, opened
from crisislab.report.show import Show, is_missing, number_or_none
from crisislab.report.value import Review
from crisislab.words import say

SECTION = "comparison"
_HOURS = ("hours_to_peak", "half_life_hours", "recovery_hours", "detected_hours",
          "first_reply_hours", "first_statement_hours", "first_response_hours")  # fmt: skip
# From the hourly curve: never finer than an hour.
_WHOLE = ("hours_to_peak", "half_life_hours", "recovery_hours")
Row = Mapping[Any, Any]


def past_blocks(review: Review, _cards: Cards, show: Show) -> list[Block]:
    """Return the section on past crises; none where the case could not be placed."""
    table = review.tables.get("past")
    if table is None or table.empty:
        return []
    rows = [
        (say(f"compare.indicator.{row['indicator']}", show.lang), _value(row, show),
         _interval(row, show), place_words(row, show))
        for row in table.to_dict("records")
    ]  # fmt: skip
    heads = [f"compare.head.{name}" for name in ("indicator", "value", "interval", "place")]
    made = grid(show, heads, rows, of="past", numeric=(1, 2))
    return [
        Block(SECTION, say("past.heading", show.lang), show.say("past.intro"), table=made,
              hint=_limits(review, show))
    ]  # fmt: skip


def _value(row: Row, show: Show) -> str:
    return indicator_words(str(row["indicator"]), row["value"], str(row["note"]), show)


def indicator_words(name: str, value: object, note: str, show: Show) -> str:
    """Return an indicator as shown: lengths as durations, the rest as numbers.

    >>> indicator_words("hours_to_peak", 7.0, "", Show("en", "UTC"))
    '7 h'
    """
    number = number_or_none(value)
    if number is None:
        return say(f"compare.note.{note}", show.lang) if note else show.unknown
    if name in _HOURS:
        return show.duration(60 * number, 60.0 if name in _WHOLE else 1.0)
    if name == "deadline_adherence":
        return show.share(number)
    return show.number(number, 1 if number < 10 else 0)


def _interval(row: Row, show: Show) -> str:
    ends = (number_or_none(row["lower"]), number_or_none(row["upper"]))
    if None in ends or ends[0] == ends[1]:
        return ""
    low, high = (indicator_words(str(row["indicator"]), end, "", show) for end in ends)
    return say("report.range", show.lang, lower=low, upper=high)


def place_words(row: Row, show: Show) -> str:
    """Return how many past crises had a lower value, in words."""
    n = show.number(row["n_others"])
    if not is_missing(row["listed"]):
        return show.text(
            "compare.listed", n=n, values=listed_words(str(row["indicator"]), row["listed"], show)
        )
    below = int(row["n_others"]) - int(row["lower_than"])
    share = 1 - float(row["share"])
    ends = (1 - float(row["share_upper"]), 1 - float(row["share_lower"]))
    return show.text("past.place", n=n, below=show.number(below), share=show.share(share),
                     lower=show.share(ends[0]), upper=show.share(ends[1]))  # fmt: skip


def listed_words(name: str, listed: str, show: Show) -> str:
    """Return the values of the few others as shown; infinite ones were not reached.

    >>> listed_words("first_reply_hours", "1.82; inf", Show("en", "UTC"))
    '1 h 49 min; not reached'
    """
    values = map(float, listed.split("; "))
    return "; ".join(indicator_words(name, value, "not_reached", show) for value in values)


def _limits(review: Review, show: Show) -> Markup:
    table = review.tables.get("past_limits")
    if table is None:
        return Markup("")
    told = (
        show.say(f"compare.warning.{row['code']}",
                 n=opened("past", "place", show.number(row["n"])))
        for row in table.to_dict("records")
    )  # fmt: skip
    return Markup(" ").join(told)
