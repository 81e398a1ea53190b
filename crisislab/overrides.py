"""Decisions of people about single rows, as ``case.toml`` holds them."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import Literal

import pandas as pd
from pydantic import Field

from crisislab.errors import Problem
from crisislab.settings import LocalInstant, Settings


class Confirm(Settings):
    """A decision by people: this row (or this instant) is when an action was done.

    Attributes:
        action: Action of the plan.
        row: ``file:line`` as the report shows it.
        at: When it was done, local time, for what stands in no export.
        by: Who did it, where the row does not say.
        reason: Why; the report shows it.
    """

    action: str
    row: str | None = None
    at: LocalInstant | None = None
    by: str | None = None
    reason: str = Field(min_length=1)


class Reject(Settings):
    """A decision by people: this row does not prove the action; without a row, none does."""

    action: str
    row: str | None = None
    reason: str = Field(min_length=1)


class Promise(Settings):
    """A promise coded by hand: its row, by when, and what became of it.

    Attributes:
        row: ``file:line`` of the post that promised.
        due: By when, local time; missing: as the text says.
        state: ``kept, late, broken, open``, or ``none`` when the row promises nothing.
        kept: ``file:line`` of what kept it.
        reason: Why; the report shows it.
    """

    row: str
    due: LocalInstant | None = None
    state: Literal["kept", "late", "broken", "open", "none"]
    kept: str | None = None
    reason: str = Field(min_length=1)


def undecidable(
    confirmed: Sequence[Confirm], rejected: Sequence[Reject], actions: set[str]
) -> list[Problem]:
    """Return what is wrong with decisions by themselves: unknown actions, nothing to go by."""
    decided: list[Confirm | Reject] = [*confirmed, *rejected]
    known = {"known": ", ".join(sorted(actions))}
    problems = [
        Problem("CL-CASE-OVERRIDE-ACTION", file="case.toml", value=one.action, facts=known)
        for one in decided
        if one.action not in actions
    ]
    problems += [
        Problem("CL-CASE-OVERRIDE-EMPTY", file="case.toml", value=one.action)
        for one in confirmed
        if one.row is None and one.at is None
    ]
    barred = {(one.action, one.row) for one in rejected}
    problems += [
        Problem("CL-CASE-OVERRIDE-CLASH", file="case.toml", value=one.row or one.action)
        for one in confirmed
        if (one.action, one.row) in barred
    ]
    return problems


def unknown_rows(
    decided: Sequence[Confirm | Reject | Promise], tables: Sequence[pd.DataFrame]
) -> list[Problem]:
    """Return the rows that decisions name and no table has."""
    wanted = [one.row for one in decided if one.row is not None]
    if not wanted:
        return []
    known = {
        f"{file}:{row}"
        for table in tables
        for file, row in zip(table["source_file"], table["source_row"], strict=True)
    }
    return [
        Problem(
            "CL-CASE-OVERRIDE-ROW",
            file="case.toml",
            value=row,
            facts={
                "near": next(
                    iter(difflib.get_close_matches(row, known, n=1)), min(known, default="-")
                )
            },
        )
        for row in wanted
        if row not in known
    ]
