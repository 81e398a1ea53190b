"""The sheets of ``plan.xlsx``: one per part of the plan, a column per key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "list", "whole", "share", "day", "flag"]
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True)
class Field:
    """One column of a sheet.

    Attributes:
        key: Its name; titles and help are ``plan.column.KEY`` and ``plan.help.KEY``.
        path: Where the value goes in a row of the plan.
        kind: How a cell is read.
    """

    key: str
    path: tuple[str, ...]
    kind: Kind = "text"


def _own(*fields: str, **kinds: Kind) -> tuple[Field, ...]:
    return tuple(Field(name, (name,), kinds.get(name, "text")) for name in fields)


def _pattern(under: str = "", before: str = "") -> tuple[Field, ...]:
    path = (under,) if under else ()
    lists = ("channels", "words", "kinds", "by", "links")
    source = Field(f"{before}source", (*path, "source"))
    return source, *(Field(f"{before}{name}", (*path, name), "list") for name in lists)


SHEETS: Mapping[str, tuple[Field, ...]] = {
    "plan": _own("name", "version", "approved_on", "starter", approved_on="day", starter="flag"),
    "scenarios": _own("id", "name", "description", "words", "cluster", words="list"),
    "roles": _own("id", "name", "holders", "deputies", holders="list", deputies="list"),
    "shifts": (
        *_own("role", "name", "who", who="list"),
        *(Field(day, ("hours", day)) for day in DAYS),
    ),
    "milestones": (*_own("milestone"), *_pattern()),
    "actions": (
        *_own("id", "name", "scenarios", "trigger", "clock", "deadline", "owner", "order",
              scenarios="list", order="whole"),
        *_pattern("evidence"),
        *_own("approver"),
        *_pattern("approval", "approval_"),
    ),
    "monitoring": _own("id", "name", "metric", "window", "at_least", at_least="whole"),
    "drills": _own("id", "held_on", "scenario", "roles", "people", "actions", "announced",
                   held_on="day", roles="list", people="list", actions="list", announced="flag"),
    "targets": (
        *_own("id", "name", "metric", "within"),
        Field("at_least_share", ("at_least",), "share"),
        *_own("percentile", "clock", percentile="whole"),
    ),
    "capabilities": _own("id", "name", "actions", actions="list"),
}  # fmt: skip
