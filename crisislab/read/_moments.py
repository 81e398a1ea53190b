"""A column of written times, what it comes to, and how what stays open is asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from crisislab.read._clock import Mask, Micros
from crisislab.read._ledger import Findings
from crisislab.read._reader import Times
from crisislab.read.declare import DateOrder


@dataclass(frozen=True)
class TimeColumn:
    """One column of written times.

    Attributes:
        column: Column of the schema.
        name: Its own name in the file.
        values: The texts.
        lines: Line of each row.
        times: How the layout writes it.
        clock: Time told by the id of each row; ``NAT`` where none is.
        ids: The ids themselves.
        required: Whether a row without it is set aside.
        floor: Earliest possible time, microseconds.
        ceiling: Latest possible time, microseconds.
        by_id: Whether the platform is known to be one whose ids tell the time.
        beside: Order of numeric dates that another column of the file settled.
        zones: Name of a column of the file that tells the zone of each row; no reader takes it.
    """

    column: str
    name: str
    values: Any
    lines: Micros
    times: Times
    clock: Micros
    ids: Any
    required: bool
    floor: int
    ceiling: int
    by_id: bool = False
    beside: DateOrder | None = None
    zones: str = ""


ORIGINS = ("", "in the file", "epoch", "declared", "layout", "id clock")
NOWHERE, IN_FILE, EPOCH, DECLARED, LAYOUT, ID_CLOCK = range(len(ORIGINS))


@dataclass
class TypedTimes:
    """Times in UTC with how each zone is known.

    Attributes:
        us: Microseconds since 1970, ``NAT`` where there is none.
        origin: How the zone is known, row by row: places in ``ORIGINS``.
        rejects: Reason -> rows set aside.
        flags: Code -> rows flagged.
        order: Order of numeric dates, where there are some and it was settled.
        written: Microseconds as the clock in the file showed them.
    """

    us: Micros
    origin: np.ndarray[Any, np.dtype[np.int8]]
    rejects: dict[str, Mask] = field(default_factory=dict)
    flags: dict[str, Mask] = field(default_factory=dict)
    order: DateOrder | None = None
    written: Micros | None = None


def ask(column: TimeColumn, found: Findings, code: str, rows: Mask) -> None:
    """Refuse what an analyst must settle; in a column that is not needed, only tell."""
    at = int(np.flatnonzero(rows)[0])
    found.evidence.whole(code)
    found.note(
        code if column.required else "CL-TIME-LEFT-OUT",
        "refused" if column.required else "flagged",
        line=int(column.lines[at]), column=column.name, value=column.values[at].as_py(),
        n=int(rows.sum()), n_of=len(rows), wanted=column.column,
    )  # fmt: skip
