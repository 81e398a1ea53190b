"""Zendesk: tickets, audits and ticket comments of the API, and the table of a view.

Layout: developer.zendesk.com, Tickets and Ticket Audits; facetoe/zenpy ``tests`` (recorded
answers); of views, public importers. A ticket's description is its first comment: the audit
that creates the ticket gives that comment the ticket's id, so that both count once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crisislab.read._reader import Item, Reader, Row, Times, has_columns
from crisislab.read.sources._pick import at, dig, entries, first, objects, of_records, rejected

_TICKET = frozenset({"id", "requester_id", "subject", "description", "created_at"})
_AUDIT = frozenset({"ticket_id", "events", "created_at", "author_id"})
_COMMENT = frozenset({"id", "author_id", "body", "public", "created_at", "audit_id"})
_TIMES = {"created_at": Times("iso", "UTC")}
_VIEW = {
    "post_id": ("Id",),
    "created_at": ("Created at",),
    "author_id": ("Requester id",),
    "author_name": ("Requester",),
    "text": ("Subject",),
}


def _ticket(ticket: dict[str, Any]) -> Row:
    requester = at(ticket, "requester_id")
    words = dict.fromkeys((at(ticket, "subject"), at(ticket, "description")))
    return {
        "post_id": at(ticket, "id"),
        "created_at": at(ticket, "created_at"),
        "kind": "message",
        "author_id": requester,
        "text": "\n".join(part for part in words if part),
        "root_id": at(ticket, "id"),
        "url": at(ticket, "url"),
        # Tickets that the company opens itself, for a call or a campaign, are not incoming.
        "inbound": "true" if requester == at(ticket, "submitter_id") else None,
    }


def _comments(audit: dict[str, Any]) -> Iterator[Item]:
    """Return an audit's comments; internal notes are context, changes are nothing."""
    events, ticket = objects(audit.get("events")), at(audit, "ticket_id")
    opening = any(event.get("type") == "Create" for event in events)
    for event in events:
        if event.get("type") != "Comment":
            yield Item({}, "context", of=event)
            continue
        number = ticket if opening else at(event, "id")
        row = {
            "post_id": number,
            "created_at": at(audit, "created_at"),
            "kind": "message" if opening else "reply",
            "author_id": first(at(event, "author_id"), at(audit, "author_id")),
            "text": first(at(event, "plain_body"), at(event, "body")),
            "parent_id": None if opening else ticket,
            "root_id": ticket,
        }
        yield Item(row, "load" if event.get("public", True) else "context", of=event)
        opening = False


def _conversation(record: dict[str, Any]) -> Iterator[Item]:
    """Return the comments of one ticket: the oldest opens it, the others answer it.

    The answer does not say which ticket it is of, so the opening comment keeps its own id.
    """
    listed = [entry for entry in objects(record["comments"]) if entry.keys() >= _COMMENT]
    opening = at(min(listed, key=lambda entry: at(entry, "created_at") or ""), "id")
    for entry in objects(record["comments"]):
        if not entry.keys() >= _COMMENT:
            yield rejected(entry)
            continue
        number = at(entry, "id")
        row = {
            "post_id": number,
            "created_at": at(entry, "created_at"),
            "kind": "message" if number == opening else "reply",
            "author_id": at(entry, "author_id"),
            "text": first(at(entry, "plain_body"), at(entry, "body")),
            "parent_id": None if number == opening else opening,
            "root_id": opening,
        }
        yield Item(row, "load" if entry["public"] else "context", of=entry)


def _is_conversation(record: object) -> bool:
    return any(entry.keys() >= _COMMENT for entry in objects(dig(record, "comments")))


def _unpack(record: Any) -> Iterator[Item]:
    if _is_conversation(record):
        yield from _conversation(record)
        return
    for entry in entries(record, "tickets", "audits"):
        if entry.keys() >= _TICKET:
            yield Item(_ticket(entry), of=entry)
        elif entry.keys() >= _AUDIT:
            yield from _comments(entry)
        elif at(entry, "ticket", "id"):
            yield from _unpack(entry["ticket"])
        else:
            yield rejected(entry)


def _holds_tickets(record: dict[str, Any]) -> bool:
    listed = entries(record, "tickets", "audits")
    if _is_conversation(record):
        return True
    return any(entry.keys() >= _TICKET or entry.keys() >= _AUDIT for entry in listed)


READERS: tuple[Reader, ...] = (
    Reader(
        name="zendesk-api",
        title="Zendesk API: tickets, audits, and the comments of a ticket",
        gives="posts",
        confirmed="real file",
        recognise=of_records(_holds_tickets),
        platform="zendesk",
        times=_TIMES,
        unpack=_unpack,
    ),
    Reader(
        name="zendesk-view",
        title="Zendesk view as a table (zone of the account)",
        gives="posts",
        confirmed="public parser",
        recognise=has_columns("Id", "Requester", "Subject", "Status", "Created at"),
        platform="zendesk",
        columns=_VIEW,
        times={"created_at": Times("any", None)},
        constants={"kind": "message"},
    ),
)
