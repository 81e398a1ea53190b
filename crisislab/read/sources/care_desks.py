"""Customer care: tables of tickets as Freshdesk, HubSpot, Salesforce and osTicket export them.

Layout: public importers and reports with these columns. Times are in the zone of the account.
"""

from __future__ import annotations

from collections.abc import Mapping

from crisislab.read._reader import Reader, Row, Times, has_columns
from crisislab.read.sources._days import Finish

_TIMES = {"created_at": Times("any", None)}
_MESSAGE = {"kind": "message"}


def _joined(subject: str, body: str) -> Finish:
    """Return the last step that puts the subject of a ticket before its words."""

    def finish(row: Row, cells: Mapping[str, str]) -> Row:
        own = {name.strip().casefold(): cell for name, cell in cells.items()}
        words = dict.fromkeys(filter(None, (own.get(name.casefold()) for name in (subject, body))))
        return row | {"text": "\n".join(words) or None}

    return finish


def _reader(
    name: str, title: str, required: tuple[str, ...], columns: Mapping[str, str],
    words: tuple[str, str],
) -> Reader:  # fmt: skip
    return Reader(
        name=name,
        title=title,
        gives="posts",
        confirmed="public parser",
        recognise=has_columns(*required),
        platform=name.partition("-")[0],
        columns={column: (own,) for column, own in columns.items()} | {"text": words[:1]},
        times=_TIMES,
        constants=_MESSAGE,
        finish=_joined(*words),
    )


READERS: tuple[Reader, ...] = (
    _reader(
        "freshdesk-tickets",
        "Freshdesk tickets as a table (zone of the account)",
        ("Ticket ID", "Subject", "Status", "Source", "Created time", "Last update time"),
        {"post_id": "Ticket ID", "created_at": "Created time", "author_id": "Contact ID",
         "author_name": "Full name"},
        ("Subject", "Description"),
    ),
    _reader(
        "hubspot-tickets",
        "HubSpot tickets as a table (zone of the account)",
        ("Ticket ID", "Ticket name", "Pipeline", "Create date"),
        {"post_id": "Ticket ID", "created_at": "Create date", "author_name": "Associated Contact"},
        ("Ticket name", "Ticket description"),
    ),
    _reader(
        "salesforce-cases",
        "Salesforce report of cases (zone of the user)",
        ("Case Number", "Subject", "Date/Time Opened"),
        {"post_id": "Case Number", "created_at": "Date/Time Opened",
         "author_name": "Contact Name"},
        ("Subject", "Description"),
    ),
    _reader(
        "osticket-tickets",
        "osTicket queue as a table (zone of the account)",
        ("Ticket Number", "Date Created", "Subject", "From", "Current Status"),
        {"post_id": "Ticket Number", "created_at": "Date Created", "author_name": "From"},
        ("Subject", "Description"),
    ),
)  # fmt: skip
