"""Folders and archives that are one export together, such as a Slack workspace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from crisislab.errors import CrisisLabError
from crisislab.read._bytes import Input
from crisislab.read._json import read_whole
from crisislab.read._ledger import Units
from crisislab.read._part import Draft, Part
from crisislab.read._reader import Item, Reader
from crisislab.read._source import Reading
from crisislab.read._survey import Survey, survey
from crisislab.read._text import Lines


class Members(Mapping[str, Any]):
    """The JSON members of an export by their name inside it, parsed when asked for."""

    def __init__(self, inputs: list[Input], base: str) -> None:
        """Keep the members; ``base`` is the part of their names that is not theirs."""
        self._inputs = {source.name[len(base) :]: source for source in inputs}
        self.faults: dict[str, tuple[str]] = {}
        self.seen: dict[str, Survey] = {}

    def __getitem__(self, name: str) -> Any:
        """Return the parsed member; an empty list when it cannot be read."""
        source = self._inputs[name]
        if name in self.faults:
            return []
        try:
            self.seen[name] = seen = survey(source)
            whole = read_whole(Lines(source, seen).whole(), "document")
        except CrisisLabError as fault:
            self.faults[name] = (fault.codes[0],)
            return []
        if whole.fault or len(whole.records) != 1 or whole.records[0].fault:
            self.faults[name] = (whole.fault or "CL-JSON-BAD",)
            return []
        return whole.records[0].value

    def __iter__(self) -> Iterator[str]:
        """Yield the names."""
        return iter(self._inputs)

    def __len__(self) -> int:
        """Return how many members there are."""
        return len(self._inputs)

    def input(self, name: str) -> Input:
        """Return the input of a member."""
        return self._inputs[name]


def read_archive(reading: Reading, members: list[Input]) -> list[Part] | None:
    """Return the parts of an export that is read as a whole; ``None`` when it is not one."""
    base = _base(members)
    reader = reading.wish.for_members([m.name[len(base) :] for m in members])
    if reader is None or reader.unpack is None:
        return None
    inside = Members([m for m in members if m.name.endswith(".json")], base)
    export = _Export(reading, reader, inside)
    closed = _closed(reader, inside, reading.declared.private_channels)
    for item in reader.unpack(inside):
        export.put(item, closed)
    return export.parts()


def _closed(reader: Reader, inside: Members, named: tuple[str, ...]) -> frozenset[str]:
    """Return the channels that stay unread: private ones that nobody named."""
    if reader.private is None:
        return frozenset()
    return reader.private(inside) - {f"#{name.lstrip('#')}" for name in named}


class _Export:
    """All members of one export: typed together, counted member by member."""

    def __init__(self, reading: Reading, reader: Reader, inside: Members) -> None:
        self._inside = inside
        self._whole = reading.draft()
        self._whole.reader = reader
        self._places: list[tuple[str, int]] = []
        self._drafts = {name: self._draft(reading, reader, name) for name in inside}
        if reader.gives != reading.want:
            self._whole.found.refuse(
                "CL-SOURCE-KIND", value=reader.title, gives=reader.gives, want=reading.want
            )

    def _draft(self, reading: Reading, reader: Reader, name: str) -> Draft:
        draft = replace(reading, source=self._inside.input(name)).draft()
        draft.reader = reader
        draft.tally.unit = "item"
        draft.tally.source = reader.name
        return draft

    def put(self, item: Item, closed: frozenset[str] = frozenset()) -> None:
        """Keep one item, which says its member and its place in it."""
        name = item.row.get("source_file") or ""
        line = int(item.row.get("source_row") or 0)
        channel = item.row.get("channel") or ""
        if channel in closed:
            item = replace(item, fate="context")
            self._whole.found.note("CL-LOG-PRIVATE", column=channel, value=channel)
        if item.fate != "load":
            self._drafts[name].put(item, line, line)
            return
        row = {k: v for k, v in item.row.items() if k not in ("source_file", "source_row")}
        self._whole.rows.add(row, len(self._places))
        self._places.append((name, line))

    def parts(self) -> list[Part]:
        """Type everything and return a part for each member."""
        whole = self._whole.finish()
        refused = whole.found.is_refused()
        for reject in whole.found.rejects:
            name, line = self._places[reject.line or 0]
            self._drafts[name].tally.add("rejected")
            self._drafts[name].found.rejects.append(replace(reject, line=line))
        whole.found.rejects.clear()
        frames = self._split(whole.frame)
        parts = [self._part(name, frames.get(name, whole.frame.iloc[:0])) for name in self._drafts]
        if refused:
            for part in parts:
                part.refuse()
        if parts:
            parts[0].found.adopt(whole.found)
        return parts

    def _split(self, frame: pd.DataFrame) -> dict[str, pd.DataFrame]:
        """Return the rows of each member, with the place of each row in it."""
        if frame.empty:
            return {}
        at = frame["source_row"].to_numpy(dtype=np.int64)
        names = np.array([name for name, _ in self._places], dtype=object)[at]
        lines = np.array([line for _, line in self._places], dtype=np.int64)[at]
        files = {name: draft.tally.file for name, draft in self._drafts.items()}
        placed = frame.assign(
            source_row=pd.array(lines, dtype="Int64"),
            source_file=pd.array([files[name] for name in names], dtype="str"),
        )
        return {str(name): rows for name, rows in placed.groupby(names, sort=False)}

    def _part(self, name: str, frame: pd.DataFrame) -> Part:
        """Close the counts of a member, whose entries are counted apart from the mapping."""
        draft = self._drafts[name]
        value = self._inside[name]
        sha256 = self._inside.seen[name].sha256 if name in self._inside.seen else ""
        draft.tally.counted = Units(len(value) if isinstance(value, list) else 1, sha256)
        if not draft.tally.n_told and frame.empty:
            draft.tally.add("context", draft.tally.n_lines)
        part = Part(frame, draft.tally, draft.found, len(frame), draft.reader)
        fault = self._inside.faults.get(name)
        if fault is not None:
            draft.found.refuse(*fault)
            part.refuse()
        return part


def _base(members: list[Input]) -> str:
    """Return the part of the names up to the folder that holds all members."""
    paths = [member.name.split("/")[:-1] for member in members]
    shared = []
    for parts in zip(*paths, strict=False):
        if len(set(parts)) > 1:
            break
        shared.append(parts[0])
    return "/".join(shared) + "/" if shared else ""
