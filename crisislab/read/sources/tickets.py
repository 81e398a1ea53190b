"""Tables of tickets, incidents or tasks as trackers export them, told by names of columns.

A row is no entry of a log but a ticket with several: when it was opened, by whom, and when it was
acknowledged, solved and closed. Whom it was given to did none of that, unless a column says so.
The names stand in ``tickets.toml``; what has a reader of its own (Jira, say) never comes here.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from importlib import resources

from crisislab.read._columns import bare, fold
from crisislab.read._reader import Item, Reader, Row, Times
from crisislab.read._sample import Sample
from crisislab.read._zones import without_zone, zone_named
from crisislab.read.declare import Declaration
from crisislab.read.sources import generic
from crisislab.read.sources._day_time import hours_of

_WORD = re.compile(r"[a-z]+")
_DIGITS = re.compile(r"\d")
_FEW_DIGITS, _SECONDS = 2, 9
# Steps of a ticket after it was opened: column of its time, of who did it, and kind of the entry.
_STEPS = (
    ("acknowledged", "acknowledged_by", "action"),
    ("solved", "solved_by", "status"),
    ("closed", "closed_by", "status"),
)
_SAID = {"solved": "resolved"}
_READER = Reader(
    "ticket-table", "Tickets by column names", "log", "public parser", generic.never,
    times={"logged_at": Times("any", None)},
)  # fmt: skip


@lru_cache(maxsize=1)
def _told() -> Mapping[str, Mapping[str, list[str]]]:
    return tomllib.loads((resources.files(__package__) / "tickets.toml").read_text("utf-8"))


def ticket_columns(names: Sequence[str]) -> Mapping[str, str]:
    """Return what columns of a table of tickets are; nothing for any other table.

    >>> ticket_columns(["Issue ID", "Title", "Created At (UTC)", "State"])["opened"]
    'Created At (UTC)'
    >>> ticket_columns(["Fecha", "Hora", "Responsable", "Acción", "Estado"])
    {}
    """
    own = {bare(without_zone(name)): name for name in reversed(names) if name.strip()}
    found = {
        role: next((own[bare(name)] for name in known if bare(name) in own), "")
        for role, known in _told()["names"].items()
    }
    number = found["number"] or found["weak_number"]
    ended = bool(found["solved"] or found["closed"])
    much = bool(found["number"] or (number and found["state"] and ended))
    named = found["title"] or (found["weak_title"] if much else "")
    named = named or (found["name"] if found["number"] else "")
    words = found["body"] if much and not found["name"] else ""
    title = named or found["last_title"] or words
    other = ended or any(found[role] for role in ("beside", "opener", "acknowledged"))
    proven = (much and (found["state"] or other)) or (number and found["state"] and other)
    if not (title and found["opened"] and proven) or _of_customers(names):
        return {}
    body = found["body"] if found["body"] != title else ""
    return {role: name for role, name in found.items() if name} | {
        "title": title, "body": body, "number": number,
    }  # fmt: skip


def _of_customers(names: Sequence[str]) -> bool:
    words = frozenset(_told()["customers"]["words"])
    return any(not words.isdisjoint(_WORD.findall(fold(name))) for name in names)


def tickets_reader(
    names: Sequence[str], declared: Declaration, sample: Sample | None = None
) -> Reader | None:
    """Return the reader for a table of tickets; ``None`` for any other table.

    What is declared about its columns says that rows are entries, and so does a number that
    comes twice: those rows are what was said of one ticket.
    """
    columns = {} if declared.columns else ticket_columns(names)
    if not columns:
        return None
    numbers = sample.look(columns["number"]) if sample is not None else None
    if numbers is not None and numbers.n_different < len(numbers.filled):
        return None
    found = generic.resolve(names, "log", declared)
    hours = {name: hours_of(name, names) for name in columns.values()}
    if _of_entries(hours, found) or _of_posts(names, declared):
        return None
    # A log of a crisis says what was reached, trackers which release a ticket is for.
    if "milestone" in found.columns and "state" not in columns:
        return None
    # How much of a log there is in it is weighed as for any table, against what there is of posts.
    there = found.columns if generic.fit(names, "log", declared) else {}
    steps = _steps(columns)

    def unfold(header: Sequence[str], cells: Sequence[str]) -> Iterable[Item]:
        return _unfold(columns, hours, steps, header, cells)

    own = {**there, "logged_at": (columns["opened"],)}
    return replace(_READER, columns=own, unfold=unfold)


def _of_entries(hours: Mapping[str, str], found: generic.Resolved) -> bool:
    """Return whether rows have a time, or words, that no ticket has: those of an entry.

    >>> names = ["ID", "Created", "Author", "Title", "Text", "Status"]
    >>> found = generic.resolve(names, "log", Declaration())
    >>> _of_entries({}, found)
    True
    """
    told = _told()["names"]
    of_tickets = {bare(name) for known in told.values() for name in known}
    of_tickets |= {bare(name) for name in hours.values() if name}
    kinds = ["logged_at"] if generic.is_last("text", found, "log") else ["logged_at", "text"]
    taken = [*(found.day_and_time or ())]
    for kind in kinds:
        taken += (*found.columns.get(kind, ()), *found.open.get(kind, ()))
    return any(bare(without_zone(name)) not in of_tickets for name in taken)


def _of_posts(names: Sequence[str], declared: Declaration) -> bool:
    found = generic.resolve(names, "posts", declared)
    known = _told()["posts"]["columns"]
    # Tickets have votes too.
    return any(
        column in {*found.columns, *found.open} and not generic.is_last(column, found, "posts")
        for column in known
    )


def _steps(columns: Mapping[str, str]) -> tuple[tuple[str, str, str], ...]:
    """Return the steps that have a time, in the zone that the name of the first time says."""
    zone = zone_named(columns["opened"])
    known = (step for step in _STEPS if step[0] in columns)
    return tuple(step for step in known if zone_named(columns[step[0]]) == zone)


def left_unread(names: Sequence[str], sample: Sample) -> list[str]:
    """Return the columns of a table of tickets with times or words that no entry says.

    Comments have no time of their own; a step in another zone than the opening is not reckoned.
    """
    columns = ticket_columns(names)
    steps = {step for step, _, _ in _steps(columns)}
    late = [columns[step] for step, _, _ in _STEPS if step in columns and step not in steps]
    free = [name for name in names if name not in columns.values()]
    return [*late, *(name for name in free if sample.look(name).has_words())]


def _unfold(
    columns: Mapping[str, str], hours: Mapping[str, str], steps: Iterable[tuple[str, str, str]],
    header: Sequence[str], cells: Sequence[str],
) -> Iterator[Item]:  # fmt: skip
    pairs = list(zip(header, cells, strict=False))
    own = {name: cell.strip() for name, cell in reversed(pairs)}
    told = {role: own.get(name, "") for role, name in columns.items()}
    number, title = told["number"], told["title"]
    common: Row = {"thread_id": number or None}
    words = dict.fromkeys(filter(None, (title, told["body"])))
    yield Item(common | {
        "entry_id": f"{number}/opened" if number else None,
        "logged_at": _moment(columns["opened"], hours, own),
        "actor": told.get("opener") or None,
        "text": "\n".join(words) or None,
        "kind": "note",
    })  # fmt: skip
    for step, who, kind in steps:
        moment = _moment(columns[step], hours, own)
        if moment and _is_moment(moment):
            yield Item(common | {
                "entry_id": f"{number}/{step}" if number else None,
                "logged_at": moment,
                "actor": told.get(who) or None,
                "text": ": ".join(filter(None, (_SAID.get(step, step), title))),
                "kind": kind,
            })  # fmt: skip


def _moment(name: str, hours: Mapping[str, str], own: Mapping[str, str]) -> str | None:
    """Return a moment, with the hours that stand in a column of their own."""
    if not own.get(name):
        return None
    return " ".join(filter(None, (own[name], own.get(hours[name], "") if hours[name] else "")))


def _is_moment(cell: str) -> bool:
    """Return whether a cell may be a moment: "Closed" is yes or no in some trackers.

    >>> _is_moment("5/3/26"), _is_moment("true"), _is_moment("1"), _is_moment("1772701512000")
    (True, False, False, True)
    """
    n = len(_DIGITS.findall(cell))
    return n >= _SECONDS or (n >= _FEW_DIGITS and not cell.isdigit())


READERS: tuple[Reader, ...] = (_READER,)
