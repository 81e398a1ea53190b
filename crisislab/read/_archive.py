"""Folders and archives that are one export together, such as a Slack workspace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from crisislab.errors import CrisisLabError
from crisislab.read._bytes import Input
from crisislab.read._json import read_whole
from crisislab.read._part import Draft, Part
from crisislab.read._reader import Item, Reader
from crisislab.read._source import Reading
from crisislab.read._text import Lines, Survey, survey


class Members(Mapping[str, Any]):
    """The JSON members of an export by their name inside it, parsed when asked for."""

    def __init__(self, inputs: list[Input], base: str) -> None:
        """Keep the members; ``base`` is the part of their names that is not theirs."""
        self._inputs = {source.name[len(base) :]: source for source in inputs}
        self.faults: dict[str, CrisisLabError | str] = {}
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
            self.faults[name] = fault
            return []
        if whole.fault or len(whole.records) != 1 or whole.records[0].fault:
            self.faults[name] = whole.fault or "CL-JSON-BAD"
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
    inside = Members([m for m in members if m.name.endswith(".json")], base)
    reader = reading.wish.for_members([m.name[len(base) :] for m in members])
    if reader is None or reader.unpack is None:
        return None
    drafts = {name: _draft(reading, reader, inside, name) for name in inside}
    for item in reader.unpack(inside):
        name = item.row.get("source_file") or ""
        line = int(item.row.get("source_row") or 0)
        drafts[name].put(_bare(item), line, line)
    for name, draft in drafts.items():
        _close(draft, inside, name)
    return [draft.finish() for draft in drafts.values()]


def _base(members: list[Input]) -> str:
    """Return the part of the names up to the folder that holds all members."""
    paths = [member.name.split("/")[:-1] for member in members]
    shared = []
    for parts in zip(*paths, strict=False):
        if len(set(parts)) > 1:
            break
        shared.append(parts[0])
    return "/".join(shared) + "/" if shared else ""


def _bare(item: Item) -> Item:
    row = {k: v for k, v in item.row.items() if k not in ("source_file", "source_row")}
    return Item(row, item.fate, item.reason, item.value)


def _draft(reading: Reading, reader: Reader, inside: Members, name: str) -> Draft:
    source = inside.input(name)
    draft = Reading(source, reading.want, reading.declared).draft()
    draft.reader = reader
    draft.tally.unit = "item"
    if reader.gives != reading.want:
        want = reading.want
        draft.found.refuse("CL-SOURCE-KIND", value=reader.title, gives=reader.gives, want=want)
    return draft


def _close(draft: Draft, inside: Members, name: str) -> None:
    """Count the entries of a member, apart from what was made of them."""
    value = inside[name]
    draft.tally.n_lines = len(value) if isinstance(value, list) else 1
    draft.tally.sha256 = inside.seen[name].sha256 if name in inside.seen else ""
    fault = inside.faults.get(name)
    if isinstance(fault, str):
        draft.found.refuse(fault, value=name)
    elif fault is not None:
        for problem in fault.problems:
            draft.found.refuse(problem.code, value=problem.value)
    elif not draft.tally.n_told and not draft.rows.n:
        draft.tally.add("context", draft.tally.n_lines)

