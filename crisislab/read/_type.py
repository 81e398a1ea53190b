"""Mapped rows of one file, all text, to typed rows: each loaded right, flagged or set aside."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crisislab.read import _clock, _composed, _keys, _mojibake, _values, _wording, _wrapped
from crisislab.read._ahead import LOST, NUL, ahead
from crisislab.read._clock import NAT, Mask, Micros
from crisislab.read._collected import tell_collected
from crisislab.read._columns import fold
from crisislab.read._counts import CountColumn, type_counts
from crisislab.read._dates import type_times
from crisislab.read._flat import Search, are_like, are_same, is_ascii
from crisislab.read._frame import Typed
from crisislab.read._handles import bare_handles, damaged_numbers, without_point
from crisislab.read._ids import plain_ids, tidy_ids
from crisislab.read._kinds import set_kinds, tell_reposts
from crisislab.read._ledger import Findings
from crisislab.read._log_order import by_person, out_of_order
from crisislab.read._losses import tell_losses, tell_spilled
from crisislab.read._moments import ORIGINS, TimeColumn, TypedTimes
from crisislab.read._platform import name_platform
from crisislab.read._reader import Reader, Times
from crisislab.read._rows import numbers
from crisislab.read._shared import YES
from crisislab.read._years import wrong_years
from crisislab.read.declare import DateOrder, Declaration
from crisislab.read.sources import generic
from crisislab.schema import POSTS, Table

_TEXTS = ("text", "author_name", "actor")
_CLOCKED = ("", "x", "twitter", "unknown")
_BEGAN = {
    "x": 2006, "facebook": 2004, "instagram": 2010, "youtube": 2005, "tiktok": 2016,
    "reddit": 2005, "telegram": 2013, "mastodon": 2008, "bluesky": 2006,
}  # fmt: skip
_FIRST_YEAR = 1995
_ORIGINS = pa.array(ORIGINS, pa.large_string())
_ZONES = ("timezone", "time zone", "tz", "utc offset", "zona horaria", "huso horario",
          "huso", "fuso horario", "fuseau horaire")  # fmt: skip


def _micros(year: int) -> int:
    return int(np.datetime64(f"{year}-01-01", "us").astype(np.int64))


def _tomorrow() -> int:
    now = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    return int(now.timestamp() * 1_000_000)


@dataclass
class Typing:
    """The typing of one file; each step reads ``raw`` and fills ``done``.

    Attributes:
        raw: Mapped text columns with ``source_row`` and ``_unit``.
        names: Own name of the column behind each schema column.
        reader: Layout of the file.
        declared: What the analyst declares about it.
        table: Schema table the rows are for.
        found: Where findings go.
        told_lost: Whether lost characters are told already, line by line.
        header: Names of all columns of the file, as written.
        own_parents: Rows whose parent was the item itself.
    """

    raw: Any
    names: dict[str, str]
    reader: Reader
    declared: Declaration
    table: Table
    found: Findings
    told_lost: bool = False
    header: tuple[str, ...] = ()
    own_parents: Mask | None = None
    done: dict[str, Any] = field(default_factory=dict)
    rejects: dict[str, tuple[str, Mask]] = field(default_factory=dict)
    flags: dict[str, Mask] = field(default_factory=dict)
    _texts: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def lines(self) -> Micros:
        """Line of each row."""
        return numbers(self.raw.column("source_row"))

    @property
    def key(self) -> str:
        """The id column of the table."""
        return "post_id" if self.table is POSTS else "entry_id"

    @property
    def time(self) -> str:
        """The time column every row needs."""
        return "created_at" if self.table is POSTS else "logged_at"

    def text(self, column: str) -> Any:
        """Return a mapped column as text."""
        if column not in self._texts:
            array = self.raw.column(column)
            # Columns come in one piece; combine_chunks would copy it.
            one = array.num_chunks == 1
            self._texts[column] = array.chunk(0) if one else array.combine_chunks()
        return self._texts[column]

    def has(self, column: str) -> bool:
        """Return whether any row has a value in a column."""
        return column in self._present

    @cached_property
    def _present(self) -> frozenset[str]:
        named = zip(self.raw.column_names, self.raw.columns, strict=True)
        return frozenset(name for name, cells in named if cells.null_count < len(cells))

    def name(self, column: str) -> str:
        """Return the own name of a column."""
        return self.names.get(column, column)

    @cached_property
    def search(self) -> Search:
        """What searches the texts; they are looked through from when it is first asked for."""
        return ahead(self.text("text"))

    def run(self) -> Typed:
        """Return the typed rows that are kept; the others are in ``found.rejects``."""
        _ = self.search
        written = {column: self.text(column) for column in filter(self.has, _keys.IDS)}
        self._texts |= plain_ids(written, names=self.names, lines=self.lines, found=self.found)
        self._platform()
        self._times()
        _keys.set_keys(self)
        self._numbers()
        self._words()
        if self.table is POSTS:
            name_platform(self)
            tell_reposts(self)
            tell_collected(self)
        return self._typed()

    # --- steps -----------------------------------------------------------------------------

    def _platform(self) -> None:
        if self.table is not POSTS:
            return
        fixed = self.reader.platform or self.declared.platform or ""
        if self.reader.platform or not self.has("platform"):
            own = _values.platforms(pa.array([fixed], pa.large_string()))
            self.done["platform"] = _repeated(own[0].as_py(), len(self.raw))
        else:
            self.done["platform"] = _values.platforms(pc.fill_null(self.text("platform"), fixed))

    @cached_property
    def clock(self) -> Micros:
        """Time told by each id; ``NAT`` where the platform has no id clock."""
        if self.table is not POSTS or not self.has("post_id"):
            return np.full(len(self.raw), NAT, dtype=np.int64)
        told = _clock.id_clock(tidy_ids(self.text("post_id")))
        if self._is_of_x:
            return told
        on = pc.is_in(self.done["platform"], pa.array(_CLOCKED, pa.large_string()))
        return np.where(on.to_numpy(zero_copy_only=False), told, NAT)

    def _times(self) -> None:
        ids = self.text(self.key)
        order: DateOrder | None = None
        for column in (c.name for c in self.table.columns if c.type == "instant"):
            if not self.has(column) and column != self.time:
                continue
            required = column == self.time
            nothing = np.full(len(self.raw), NAT, dtype=np.int64)
            typed = type_times(
                TimeColumn(
                    column, self.name(column), self.text(column), self.lines,
                    self.reader.times.get(column, Times()), self.clock if required else nothing,
                    ids, required, self._floor(), _tomorrow(),
                    self._is_of_x, order, self._zones,
                ),
                self.declared, self.found,
            )  # fmt: skip
            order = order or typed.order
            if required and self.reader.recognise is generic.never:
                self._tell_order(typed, column)
            self._keep_times(column, typed)

    def _tell_order(self, typed: TypedTimes, column: str) -> None:
        """Flag entries of a log kept by people hours before those above them, and wrong years."""
        told = self.found.evidence
        # The steps of a ticket stand in its row, and not in order with those of the next one.
        if column == "logged_at" and self.reader.unfold is None:
            wrong = out_of_order(typed.us, typed.written)
            if wrong.any() and self.has("actor"):
                wrong &= not by_person(typed.us, self.text("actor").to_pylist())
            told.same["entries in order"] = not wrong.any()
            if wrong.any():
                typed.flags["CL-LOG-BACK"] = wrong
        aside = [rows for rows in typed.rejects.values() if len(rows)]
        us = np.where(np.logical_or.reduce(aside), NAT, typed.us) if aside else typed.us
        years, may_be = wrong_years(us)
        told.same["years in order"] = not years.any()
        if may_be:
            told.whole("a year that may be wrong")
        if (years & ~typed.flags.get("CL-LOG-BACK", np.zeros_like(years))).any():
            typed.flags["CL-TIME-YEAR"] = years

    @cached_property
    def _is_of_x(self) -> bool:
        """Return whether all rows are known to be of X, whose ids tell the time."""
        platform = self.done["platform"] if self.table is POSTS else None
        return platform is not None and are_same(platform) and platform[0].as_py() == "x"

    @cached_property
    def _zones(self) -> str:
        """Return the column of a table that tells the zone of each row, if there is one."""
        if self.reader.recognise is not generic.never:
            return ""
        named = (name for name in self.header if fold(name).replace("_", " ") in _ZONES)
        return next(named, self.reader.zones)

    def _floor(self) -> int:
        return _micros(_BEGAN.get(self.reader.platform, _FIRST_YEAR))

    def _keep_times(self, column: str, typed: TypedTimes) -> None:
        nothing = typed.us == NAT
        self.done[column] = pa.array(typed.us, mask=nothing if nothing.any() else None)
        for code, rows in typed.rejects.items():
            self.rejects.setdefault(code, (column, rows))
        for code, rows in typed.flags.items():
            self.flag(code, rows, column)
        if column == self.time:
            self.done["zone_origin"] = _ORIGINS.take(pa.array(typed.origin))

    def flag(self, code: str, rows: Mask, column: str) -> None:
        """Flag rows, and tell the first of them."""
        if not rows.any():
            return
        at = int(np.flatnonzero(rows)[0])
        self.flags[code] = self.flags.get(code, np.zeros(len(rows), dtype=bool)) | rows
        value = self.text(column)[at].as_py() or ""
        self.found.note(
            code, line=int(self.lines[at]), column=self.name(column), value=value,
            n=int(rows.sum()), n_of=len(rows),
        )  # fmt: skip

    def _numbers(self) -> None:
        for spec in self.table.columns:
            if spec.type not in ("count", "number") or spec.name == "source_row":
                continue
            if not self.has(spec.name):
                continue
            written = CountColumn(spec.name, self.name(spec.name), self.text(spec.name), self.lines)
            values, unread = type_counts(written, decimal=self.declared.decimal, found=self.found)
            if spec.type == "count":
                below = _below_zero(self.text(spec.name), values, unread)
                self._tell_negative(below, spec.name)
                unread = unread & ~below
                values = np.where(below, np.nan, values) if below.any() else values
                broken = (values < 0) | (~np.isnan(values) & (values != np.trunc(values)))
                unread = unread | broken
                values = np.where(broken, np.nan, values) if broken.any() else values
            if not self.found.has("CL-COUNT-SEPARATOR"):
                self.flag("CL-COUNT-UNREADABLE", unread, spec.name)
                tell_spilled(self, unread, spec.name)
            self.done[spec.name] = values

    def _tell_negative(self, below: Mask, column: str) -> None:
        """Flag counts below 0; on Reddit they are scores, and as they should be."""
        if not below.any():
            return
        if self.table is not POSTS or self.done["platform"].unique().to_pylist() != ["reddit"]:
            self.flag("CL-COUNT-NEGATIVE", below, column)
        else:
            at = int(np.flatnonzero(below)[0])
            self.found.note("CL-COUNT-NEGATIVE", "fixed", line=int(self.lines[at]),
                            column=self.name(column), value=self.text(column)[at].as_py(),
                            n=int(below.sum()), n_of=len(below))  # fmt: skip

    def _words(self) -> None:
        for spec in self.table.columns:
            if spec.type == "text" and spec.name not in self.done and self.has(spec.name):
                self.done[spec.name] = self.text(spec.name)
        _wrapped.unwrap(self)
        _wording.without_entities(self)
        for column in (*_TEXTS, "author_handle"):
            if column in self.done and (column in _TEXTS or not is_ascii(self.done[column])):
                self.done[column], changed = _mojibake.repair(self.done[column], self.search)
                self.flag("CL-TEXT-MOJIBAKE", changed, column)
                self._told_characters(column)
        _composed.compose(self)
        _wording.without_equals(self)
        _wording.without_apostrophes(self)
        _wording.tell_formulas(self)
        _wording.keep_exported(self)
        self._handles()
        _values.tell_mentioned(self)
        if "lang" in self.done:
            self.done["lang"] = _values.tongues(self.done["lang"])
        _values.tell_ways(self)
        tell_losses(self)
        for column in ("own", "automated", "drill"):
            if column in self.raw.column_names and self.has(column):
                low = pc.utf8_lower(pc.fill_null(self.text(column), ""))
                self.done[column] = pc.is_in(low, pa.array(YES, pa.large_string()))
        set_kinds(self)

    def _handles(self) -> None:
        """Take accounts out of what stands around them; a name before one is the author's."""
        if "author_handle" not in self.done:
            return
        before = self._plain_numbers("author_handle")
        self.done["author_handle"], names, more = bare_handles(before)
        if more.any():
            at = int(np.flatnonzero(more)[0])
            self.found.note("CL-IDS-TIDIED", "fixed", line=int(self.lines[at]),
                            column=self.name("author_handle"), value=before[at].as_py(),
                            n=int(more.sum()))  # fmt: skip
            known = self.done.get("author_name", names)
            self.done["author_name"] = pc.coalesce(known, names)

    def _plain_numbers(self, column: str) -> Any:
        """Return accounts that are numbers as far as they are: without .0, and none with E+18."""
        before = self.done[column]
        after, changed = without_point(before)
        if before.null_count < len(before):
            self.found.evidence.same[f"{column} as decimals"] = bool(changed.any())
        _wording.tell_fixed(self, "CL-IDS-FLOAT-REPAIRED", changed, before, column)
        bad, shared = damaged_numbers(after, self.found.evidence)
        self.flag("CL-IDS-ACCOUNT", bad, column)
        return pc.if_else(pa.array(shared), None, after) if shared.any() else after

    def _told_characters(self, column: str) -> None:
        for code, mark in (("CL-TEXT-NUL", NUL), ("CL-TEXT-LOST", LOST)):
            if code != "CL-TEXT-LOST" or not self.told_lost:
                rows = np.zeros(len(self.raw), dtype=bool)
                rows[self.search(self.done[column], mark)] = True
                self.flag(code, rows, column)

    # --- result ----------------------------------------------------------------------------

    def _typed(self) -> Typed:
        kept = np.ones(len(self.raw), dtype=bool)
        for code, (column, rows) in self.rejects.items():
            gone = rows & kept
            values = self.text(column)
            for at in np.flatnonzero(gone):
                self.found.reject(
                    int(self.lines[at]), code, self.name(column), values[int(at)].as_py() or ""
                )
            kept &= ~gone
        n = len(self.raw)
        told = {"source": self.reader.name, "source_file": self.found.file}
        columns = self.done | {name: _repeated(value, n) for name, value in told.items()}
        columns |= {"source_row": self.lines, "flags": self._flag_words()}
        typed = Typed(self.table, columns, numbers(self.raw.column("_unit")))
        return typed if kept.all() else typed.filtered(kept)

    def _flag_words(self) -> Any:
        if not self.flags and not self.has("flags"):
            return self.text("flags")
        words = np.array(self.text("flags").to_pylist(), dtype=object)
        for code in sorted({word for told in words if told for word in told.split()}):
            own = np.array([bool(told) and code in told.split() for told in words], dtype=bool)
            at = int(np.flatnonzero(own)[0])
            self.found.note(code, line=int(self.lines[at]), n=int(own.sum()), n_of=len(own))
        for code, rows in self.flags.items():
            for at in np.flatnonzero(rows).tolist():
                words[at] = f"{words[at]} {code}" if words[at] else code
        return pa.array(words, pa.large_string())


def _below_zero(written: Any, values: Any, unread: Mask) -> Mask:
    """Return where a count is a whole number below zero, as scores of votes may be."""
    below = np.asarray(values < 0, dtype=bool)
    if unread.any():
        texts = written.cast(pa.large_string())
        below = below | (unread & are_like(texts, r"[-−]\d", r"^\s*[-−]\d+(?:\.0+)?\s*$"))
    return below


def _repeated(value: str, n: int) -> Any:
    """Return a column of one text; columns of the same share what they hold."""
    return _many(value, 1 << (n - 1).bit_length()).slice(0, n)


@lru_cache(maxsize=8)
def _many(value: str, n: int) -> Any:
    return pa.repeat(pa.scalar(value, pa.large_string()), n)
