"""What a reader is: one small description of one export layout.

A reader only maps what a layout holds onto the columns of ``schema``; encodings, dialects,
dates, ids, counts, ledgers and problems are the shared work of ``crisislab.read``. Every value
a reader gives is text (or ``None``), exactly as the file has it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Row = dict[str, str | None]
Confirmed = Literal["real file", "public parser", "documentation"]


@dataclass(frozen=True)
class Times:
    """How a layout writes one time column.

    Attributes:
        form: ``iso``, ``twitter`` (``Wed Oct 31 22:10:47 +0000 2017``), ``epoch`` (unit told by
            its size) or ``any`` (settled by rule over the whole file).
        zone: IANA name where the layout fixes the zone of naive times (``UTC`` for many APIs);
            ``None`` where it does not: then the value must carry an offset, or the zone be
            declared or proven.
    """

    form: Literal["iso", "twitter", "epoch", "any"] = "any"
    zone: str | None = None


@dataclass(frozen=True)
class Item:
    """One row found in a record of a JSON export.

    Attributes:
        row: Values by schema column, as text.
        fate: ``load``, ``reject`` (with ``reason``) or ``context`` (present beside the data only).
        reason: Problem code of the rejection.
        value: Example of the offending value.
        of: The object inside the record that the item was made of: it gives the item its line,
            and its neighbours are counted apart from the reader. ``None``: the record as a whole.
    """

    row: Row
    fate: Literal["load", "reject", "context"] = "load"
    reason: str = ""
    value: str = ""
    of: object = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class Probe:
    """What recognition may look at: the beginning of a parsed file, never its name.

    Attributes:
        shape: ``table`` (CSV, TSV, XLSX), ``records`` (JSON, JSON lines) or ``text``.
        columns: Header cells of a table, as written.
        records: The first records of a JSON file (at most 20).
        lines: The first lines of a text (at most 50).
        members: Names inside an archive or folder, empty otherwise.
    """

    shape: Literal["table", "records", "text", "archive"]
    columns: tuple[str, ...] = ()
    records: tuple[Any, ...] = ()
    lines: tuple[str, ...] = ()
    members: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reader:
    """One export layout.

    Attributes:
        name: Short name, kept in the column ``source``: ``x-v2``, ``twcs``, ``slack-export``.
        title: Name for people: "X API v2 (twarc2)".
        gives: ``posts``, ``log``, or ``other`` for a known layout that holds neither (profiles,
            counts, compliance): set aside whole, with its reason.
        platform: Value of the column ``platform``; empty when rows carry their own.
        confirmed: How well the layout is known.
        recognise: Says whether a file has this layout, by a required subset of columns or keys.
        columns: For tables: schema column -> header names in order of preference (compared
            casefolded, without accents and doubled blanks).
        times: For each time column of the schema, how it is written.
        unpack: For records: one JSON record -> the items in it, in order.
        finish: Optional last step on each mapped row of a table (or item): a new row, or ``None``
            to reject it as not an item. The second argument is the row's cells by their own names.
        constants: Values for schema columns that the layout implies.
        default_kind: Kind of rows that no column and no parent tells; a post, or a note of a log.
        escaped: Whether the interface behind it writes ``&``, ``<`` and ``>`` in texts as
            ``&amp;``, ``&lt;`` and ``&gt;``.
        zones: Own name of a column whose cells are zones; it is told that no reader takes it.
        unfold: For tables whose rows hold several entries (Jira comments, the times of an
            incident): the header as written, repeated names and all, and one row's cells -> the
            items in the row. Takes the place of ``columns``; the row counts once in the ledger.
        unmarked: Whether the layout does not tell reposts of X from posts: their words do.
        bulk: Name of the layout in ``children/layouts.py`` that reads plain records of large JSON
            lines just as ``unpack`` does, many at a time; empty where there is none.
        unroll: For texts: the lines of the file -> (first line, item), in order and from 1. Lines
            up to the next item continue it.
        private: For exports of several files: the channels that are not open to everybody in the
            organisation. Their entries are left out unless the analyst names the channel.
    """

    name: str
    title: str
    gives: Literal["posts", "log", "other"]
    confirmed: Confirmed
    recognise: Callable[[Probe], bool]
    platform: str = ""
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    times: Mapping[str, Times] = field(default_factory=dict)
    unpack: Callable[[Any], Iterable[Item]] | None = None
    finish: Callable[[Row, Mapping[str, str]], Row | None] | None = None
    zones: str = ""
    constants: Mapping[str, str] = field(default_factory=dict)
    default_kind: str = ""
    escaped: bool = False
    # At most one of `unpack`, `unfold` and `unroll` is set: each is for one shape.
    unfold: Callable[[Sequence[str], Sequence[str]], Iterable[Item]] | None = None
    unroll: Callable[[Iterable[str]], Iterable[tuple[int, Item]]] | None = None
    private: Callable[[Mapping[str, Any]], frozenset[str]] | None = None
    unmarked: bool = False
    bulk: str = ""


def has_columns(*required: str) -> Callable[[Probe], bool]:
    """Return a test for a table whose header holds all these columns (casefolded).

    >>> has_columns("id", "text")(Probe("table", columns=("ID", "Text", "likes")))
    True
    """
    wanted = {name.casefold() for name in required}

    def test(probe: Probe) -> bool:
        return probe.shape == "table" and wanted <= {c.strip().casefold() for c in probe.columns}

    return test


def has_keys(*required: str) -> Callable[[Probe], bool]:
    """Return a test for records whose first object holds all these keys.

    >>> has_keys("id_str", "user")(Probe("records", records=({"id_str": "1", "user": {}},)))
    True
    """

    def test(probe: Probe) -> bool:
        first = next((r for r in probe.records if isinstance(r, dict)), None)
        return probe.shape == "records" and first is not None and set(required) <= first.keys()

    return test
