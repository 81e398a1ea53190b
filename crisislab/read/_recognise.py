"""Which reader a file is for, by what it holds and never by its name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import pyarrow as pa

from crisislab.read._accounts_list import are_accounts
from crisislab.read._columns import fold
from crisislab.read._doubted import borne_out
from crisislab.read._ledger import Findings
from crisislab.read._nearby import tell_people, with_nearby
from crisislab.read._reader import Probe, Reader
from crisislab.read._richer import richest, tell_richer, with_post_asked, with_words
from crisislab.read._sample import Sample, sample_of, sample_of_records
from crisislab.read._timeless import hold_times
from crisislab.read._whose import same_person, whose
from crisislab.read._zones import is_zone, offsets_of
from crisislab.read.declare import Declaration
from crisislab.read.sources import generic, readers
from crisislab.read.sources._entries import who_may_not_act
from crisislab.read.sources._inside import Path, lists_inside, within
from crisislab.read.sources._pick import dig, objects
from crisislab.read.sources._records import flat, listed, unpacker
from crisislab.read.sources.tickets import left_unread, tickets_reader

Want = Literal["posts", "log"]
_KNOWN = 1000
_DECLARED = 500
_TICKETS = 5
_FIRST = 20
# Of zones by the clock, or of places: their cells say which.
_MAY_BE_ZONES = frozenset({"zona", "zone", "gmt", "utc", "offset", "horario"})
_COLUMNS = {
    "posts": '{"created_at": "...", "text": "..."}',
    "log": '{"logged_at": "...", "text": "..."}',
}


@dataclass(frozen=True)
class Wish:
    """What a call wants of a file: its kind of rows, and what is declared about it."""

    want: Want
    declared: Declaration

    def known(self, probe: Probe) -> Reader | None:
        """Return the reader of a known layout; the wanted kind before others."""
        found = [reader for reader in readers() if _fits(reader, probe)]
        rank = {self.want: 0, "other": 2}
        return min(found, key=lambda r: rank.get(r.gives, 1), default=None)

    def header_fit(self, header: tuple[str, ...]) -> int:
        """Return how well a header fits anything known; 0 for not at all."""
        if not any(header):
            return 0
        if self.known(Probe("table", columns=header)) is not None:
            return _KNOWN + len(header)
        declared = {fold(name) for name in self.declared.columns.values()}
        if declared and declared <= {fold(name) for name in header}:
            return _DECLARED + len(header)
        if self.want == "log" and (tickets := tickets_reader(header, self.declared)):
            return max(_TICKETS, len(tickets.columns))
        return generic.fit(header, self.want, self.declared)

    def for_table(
        self, header: tuple[str, ...], found: Findings, below: Iterable[Sequence[str]] = ()
    ) -> Reader | None:
        """Return the reader for a table; problems of choice go to ``found``.

        Args:
            header: Names of its columns.
            found: Where problems go.
            below: The first rows, which say whose a column is where names alone do not.
        """
        reader = self.known(Probe("table", columns=header))
        if reader is not None:
            return self._checked(reader, found)
        sample = sample_of(header, below)
        if self.want == "log" and (made := tickets_reader(header, self.declared, sample)):
            if left := left_unread(header, sample):
                found.note("CL-LOG-TICKET-LEFT", value=", ".join(left), first=left[0], n=None)
            return made
        return self._generic(header, sample, found)

    def for_records(self, records: list[Any], found: Findings) -> Reader | None:
        """Return the reader for JSON records; problems of choice go to ``found``."""
        reader = self.known(Probe("records", records=tuple(records)))
        if reader is not None:
            return self._checked(reader, found)
        names = _names_in(records)
        path = () if self._fits_names(names) else self._list_inside(records)
        if path:
            inner = [entry for record in records for entry in objects(dig(record, *path))]
            return within(self.for_records(inner[:_FIRST], found), path)
        cells = (dict(flat(record)) for record in records)
        made = self._generic(names, sample_of_records(names, cells), found)
        if made is None or made.gives == "other":
            return made
        if self.want == "posts" and (lists := listed(records, made.columns)):
            found.note("CL-COLUMN-NESTED", value=", ".join(lists), n=None)
        return replace(made, unpack=unpacker(made))

    def _fits_names(self, names: tuple[str, ...]) -> bool:
        """Return whether names hold all that is declared, and what a row needs."""
        declared = {fold(name) for name in self.declared.columns.values()}
        there = declared <= {fold(name) for name in names}
        return there and bool(generic.fit(names, self.want, self.declared))

    def names_of(self, records: list[Any]) -> tuple[str, ...]:
        """Return the names of keys to show: those of the objects in the only list there is."""
        lists = list(lists_inside(records[0])) if len(records) == 1 else []
        if len(lists) == 1:
            return _names_in(lists[0][1][:_FIRST])
        return tuple(records[0]) if records and isinstance(records[0], dict) else ()

    def _list_inside(self, records: list[Any]) -> Path:
        """Return where the one list lies whose objects can be read; nowhere if there are two.

        An object that is an item itself is none that only holds others: its comments alone would
        be read, and it would be lost.
        """
        own = generic.resolve(_names_in(records), self.want, self.declared)
        alike = {"post_id", "created_at", "text"} & {*own.columns, *own.open}
        if not records or len(alike - set(self.declared.columns)) > (len(records) == 1):
            return ()
        fits = [path for path, inner in lists_inside(records[0]) if self._reads(inner[:_FIRST])]
        return fits[0] if len(fits) == 1 else ()

    def _reads(self, records: list[Any]) -> bool:
        known = self.known(Probe("records", records=tuple(records)))
        return self._fits_names(_names_in(records)) if known is None else known.gives != "other"

    def for_lines(self, lines: list[str], found: Findings) -> Reader | None:
        """Return the reader for a plain text."""
        reader = self.known(Probe("text", lines=tuple(lines)))
        return None if reader is None else self._checked(reader, found)

    def for_members(self, members: list[str]) -> Reader | None:
        """Return the reader for a folder or archive read as a whole."""
        return self.known(Probe("archive", members=tuple(members)))

    def refuse_unknown(
        self, names: tuple[str, ...], found: Findings, line: int | None = None,
        below: Sequence[Sequence[str]] = (),
    ) -> None:  # fmt: skip
        """Refuse a file that no reader is for; rows below the names tell what is missing."""
        if found.is_refused():
            return
        joined = ", ".join(names)
        if len(names) == 1 and any(mark in joined for mark in ",;\t|"):
            found.refuse("CL-TABLE-ONE-COLUMN", line=line, value=joined)
            return
        own = generic.resolve(names, self.want, self.declared)
        if below and {"text", "post_id"} & {*own.columns, *own.open} and not hold_times(below):
            found.refuse("CL-SOURCE-NO-TIME", line=line, value=joined)
            return
        found.refuse("CL-SOURCE-UNKNOWN", line=line, value=joined, columns=_COLUMNS[self.want])

    def _checked(self, reader: Reader, found: Findings) -> Reader:
        if reader.gives not in (self.want, "other"):
            found.refuse("CL-SOURCE-KIND", value=reader.title, gives=reader.gives, want=self.want)
        return reader

    def _generic(
        self, names: tuple[str, ...], sample: Sample, found: Findings
    ) -> Reader | None:  # fmt: skip
        if not generic.fit(names, self.want, self.declared) and not self.declared.columns:
            return None
        kept = borne_out(names, self.want, sample, self.declared)
        resolved = generic.resolve(kept, self.want, self.declared)
        resolved = with_words(kept, resolved, sample, self.want, self.declared)
        if are_accounts(names, resolved, sample, self.declared):
            found.note("CL-SOURCE-ACCOUNTS", value=", ".join(names), n=None)
            return generic.ACCOUNTS
        if self.want == "posts":
            resolved = with_nearby(names, resolved, sample, self.declared)
            tell_people(names, resolved, sample, found)
            resolved = whose(names, resolved, sample, self.declared, found)
            resolved = with_post_asked(names, resolved, sample, self.declared)
        else:
            resolved = same_person(resolved, self.declared)
            if "actor" not in self.declared.columns:
                _tell_actor(names, resolved, sample, found)
        for column, own in resolved.open.items():
            found.refuse(
                "CL-COLUMN-TWO", column=column, value=" | ".join(own), first=own[0], n=len(own)
            )
        if self.want == "posts":
            _tell_unused(names, resolved, sample, found)
        tell_richer(names, resolved, sample, self.want, self.declared, found)
        made = generic.reader_of(resolved, self.want, sample)
        return replace(made, zones=_zones_in(names, resolved, sample))


def _zones_in(names: tuple[str, ...], resolved: generic.Resolved, sample: Sample) -> str:
    """Return a column whose name may be that of zones and whose cells are nothing else."""
    for name in generic.left_over(names, resolved):
        cells = list(sample.look(name).counts) if fold(name) in _MAY_BE_ZONES else []
        if cells and all(is_zone(c) or offsets_of(pa.array([c]))[1].all() for c in cells):
            return name
    return ""


def _names_in(records: list[Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for r in records for name, _ in flat(r)))


def _tell_unused(
    names: tuple[str, ...], resolved: generic.Resolved, sample: Sample, found: Findings
) -> None:  # fmt: skip
    """Tell what a review needs that no column gives, and which columns may hold it."""
    if "text" not in resolved.columns and "text" not in resolved.open:
        left = generic.left_over(names, resolved)
        found.note("CL-TEXT-NONE", value=", ".join(left) or "-", n=None,
                   first=left[0] if len(left) == 1 else
                   richest(names, resolved, sample) or "...")  # fmt: skip
    for column, name in generic.lie_inside(names, resolved).items():
        found.note("CL-COLUMN-INSIDE", column=column, value=name, first=name, n=None)


def _tell_actor(
    names: tuple[str, ...], resolved: generic.Resolved, sample: Sample, found: Findings
) -> None:  # fmt: skip
    """Tell of a column of people that may say whom a task was given to, or what it is called."""
    actor = resolved.columns.get("actor", ("",))[0]
    times = resolved.columns.get("logged_at", ())
    if beside := who_may_not_act(actor, times, names, sample.look(actor)):
        found.note("CL-LOG-ACTOR-DOUBT", column="actor", value=actor, other=beside, first=actor,
                   n=None)  # fmt: skip


def _fits(reader: Reader, probe: Probe) -> bool:
    # A reader from outside the package must not cost the load.
    try:
        return reader.recognise(probe)
    except (KeyError, TypeError, AttributeError, IndexError, ValueError):
        return False
