"""What an analyst declares about a file that does not say it itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

DateOrder = Literal["day-first", "month-first", "year-first"]


@dataclass(frozen=True)
class Declaration:
    """Facts about one export that come from the analyst (``[[sources]]`` in ``case.toml``).

    Attributes:
        zone: IANA zone of times written without one, such as ``Europe/Madrid``.
        dates: Order of numeric dates: ``day-first``, ``month-first`` or ``year-first``.
        platform: Platform of the rows, for layouts that do not imply it.
        columns: Schema column -> column of the file by its own name.
        decimal: ``","`` or ``"."`` where counts such as ``1.234`` cannot be settled.
        ids: ``damaged`` to go on with ids a spreadsheet rounded, without reply matching.
        encoding: Encoding of the text, such as ``latin-1`` or ``mac-roman``, if the rule is wrong.
        partial: Whether to read what is there of a file that stops in the middle.
        private_channels: Private channels and direct messages to be read all the same, by name.
    """

    zone: str | None = None
    dates: DateOrder | None = None
    platform: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    decimal: Literal[",", "."] | None = None
    ids: Literal["damaged"] | None = None
    partial: bool = False
    encoding: str | None = None
    private_channels: tuple[str, ...] = ()


NOTHING = Declaration()
# By file name, or for all files.
Declared = Mapping[str, Declaration] | Declaration | None
