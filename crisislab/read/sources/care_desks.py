"""Customer care: the tables that Freshdesk, HubSpot and Salesforce export of their tickets.

Layout: public importers and reports that name these columns. Times are in the zone of the account.
"""

from __future__ import annotations

from collections.abc import Mapping

from crisislab.read._reader import Reader, Times, has_columns

_TIMES = {"created_at": Times("any", None)}
_MESSAGE = {"kind": "message"}


def _reader(name: str, title: str, required: tuple[str, ...], columns: Mapping[str, str]) -> Reader:
    return Reader(
        name=name,
        title=title,
        gives="posts",
        confirmed="public parser",
        recognise=has_columns(*required),
        platform=name.partition("-")[0],
        columns={column: (own,) for column, own in columns.items()},
        times=_TIMES,
        constants=_MESSAGE,
    )


_CASE = {"post_id": "Case Number", "author_name": "Contact Name", "title": "Subject",
         "text": "Description"}  # fmt: skip

READERS: tuple[Reader, ...] = (
    _reader(
        "freshdesk-tickets",
        "Freshdesk tickets as a table (zone of the account)",
        ("Ticket ID", "Subject", "Status", "Source", "Created time", "Last update time"),
        {"post_id": "Ticket ID", "created_at": "Created time", "author_id": "Contact ID",
         "author_name": "Full name", "title": "Subject", "text": "Description"},
    ),
    _reader(
        "hubspot-tickets",
        "HubSpot tickets as a table (zone of the account)",
        ("Ticket ID", "Ticket name", "Pipeline", "Create date"),
        {"post_id": "Ticket ID", "created_at": "Create date", "title": "Ticket name",
         "author_name": "Associated Contact", "text": "Ticket description"},
    ),
    _reader(
        "salesforce-cases",
        "Salesforce report of cases (zone of the user)",
        ("Case Number", "Subject", "Date/Time Opened"),
        _CASE | {"created_at": "Date/Time Opened"},
    ),
)  # fmt: skip
