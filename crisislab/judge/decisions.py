"""What people decided about single rows, with their reasons (``case.toml``)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from crisislab.case_file import CaseFile
from crisislab.settings import to_utc


@dataclass(frozen=True)
class Decision:
    """One decision.

    Attributes:
        action: Action of the plan.
        proves: Whether the row (or the instant) is the proof; else it is none.
        row: ``file:row``; missing in a rejection: no row proves the action.
        at: Instant of what stands in no export, UTC.
        by: Who did it.
        reason: Why.
    """

    action: str
    proves: bool
    reason: str
    row: str | None = None
    at: pd.Timestamp | None = None
    by: str | None = None


def decisions(settings: CaseFile) -> tuple[Decision, ...]:
    """Return the decisions of ``case.toml``."""
    zone = settings.case.zone
    confirmed = (
        Decision(
            one.action,
            True,
            one.reason,
            one.row,
            None if one.at is None else pd.Timestamp(to_utc(one.at, zone=zone)),
            one.by,
        )
        for one in settings.confirm
    )
    rejected = (Decision(one.action, False, one.reason, one.row) for one in settings.reject)
    return (*confirmed, *rejected)


def of_action(found: Iterable[Decision], action: str, *, proves: bool) -> list[Decision]:
    """Return the decisions about one action."""
    return [one for one in found if one.action == action and one.proves == proves]
