"""The numbers of groups of people, found among the cards of a review."""

from __future__ import annotations

from dataclasses import dataclass

from crisislab.report.cards import Card, Cards

COMPARED = ("platform", "phase", "topic", "lang", "reach_band")
ANSWERERS = ("role", "agent")
_LENGTHS = {"percentile", "within", "limit"}
_METRICS = {
    "first_response_time": "median",
    "reply_rate": "rate",
    "mean_wait_difference": "gap",
    "unanswered_share": "unanswered",
}
_PHASES = {name: i for i, name in enumerate(("before", "onset", "activated", "resolved"))}


@dataclass
class Group:
    """One group with its numbers, each with its card.

    Attributes:
        by: What the groups are told apart by, such as ``platform``.
        key: The group, as in the scope.
        name: The group, in words.
        n: Waits in it, as a number.
    """

    by: str
    key: str
    name: str
    n: float | None = None
    median: Card | None = None
    rate: Card | None = None
    gap: Card | None = None
    unanswered: Card | None = None


def groups_of(cards: Cards, by: tuple[str, ...]) -> list[Group]:
    """Return the groups of some columns, in the order of the columns and of their names.

    Args:
        cards: All numbers of the review.
        by: Columns wanted.
    """
    found: dict[tuple[str, str], Group] = {}
    for card in cards:
        named = [key for key in card.scope if key not in _LENGTHS]
        if card.metric not in _METRICS or len(named) != 1 or named[0] not in by:
            continue
        key = (named[0], card.scope[named[0]])
        group = found.setdefault(key, Group(*key, name=card.words[named[0]]))
        setattr(group, _METRICS[card.metric], card)
        if card.metric == "first_response_time":
            group.n = card.total
    return sorted(found.values(), key=lambda group: (by.index(group.by), _place(group)))


def _place(group: Group) -> tuple[int, str]:
    if group.key == "unknown":
        return 1_000, ""
    if group.by == "hour":
        return int(group.key), ""
    return _PHASES.get(group.key, 0) if group.by == "phase" else 0, group.name.casefold()
