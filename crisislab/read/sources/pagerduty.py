"""PagerDuty: incidents, log entries, notes and alerts of the REST API, and status pages.

Layout: PagerDuty/api-schema ``reference/REST/openapiv3.json`` (PagerDuty's own examples).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from crisislab.read._reader import Item, Reader, Row, Times
from crisislab.read.sources._pick import (
    at,
    dig,
    first,
    objects,
    of_records,
    plain,
    rejected,
)

_LOGGED = {
    "trigger_log_entry": "alert",
    "annotate_log_entry": "note",
    "resolve_log_entry": "status",
    "urgency_change_log_entry": "status",
    "notify_log_entry": "system",
    "snooze_log_entry": "action",
}
Rows = Callable[[dict[str, Any]], Iterator[Row]]


def _incident(incident: dict[str, Any]) -> Iterator[Row]:
    """Return what an incident's own times tell: triggered, acknowledged, resolved."""
    name = first(at(incident, "title"), at(incident, "summary"), at(incident, "description")) or ""
    common: Row = {
        "channel": first(at(incident, "service", "summary"), "PagerDuty"),
        "thread_id": at(incident, "id"),
        "link": at(incident, "html_url"),
    }
    yield common | {
        "entry_id": f"{at(incident, 'id')}/triggered",
        "logged_at": at(incident, "created_at"),
        "actor": at(incident, "service", "summary"),
        "text": f"triggered: {name}",
        "kind": "alert",
        "automated": "true",
    }
    for number, ack in enumerate(objects(incident.get("acknowledgements")), start=1):
        yield common | {
            "entry_id": f"{at(incident, 'id')}/acknowledged/{number}",
            "logged_at": at(ack, "at"),
            "actor": at(ack, "acknowledger", "summary"),
            "actor_id": at(ack, "acknowledger", "id"),
            "text": f"acknowledged: {name}",
            "kind": "action",
        }
    if at(incident, "resolved_at"):
        yield common | {
            "entry_id": f"{at(incident, 'id')}/resolved",
            "logged_at": at(incident, "resolved_at"),
            "actor": at(incident, "last_status_change_by", "summary"),
            "actor_id": at(incident, "last_status_change_by", "id"),
            "text": f"resolved: {name}",
            "kind": "status",
        }


def _log_entry(entry: dict[str, Any]) -> Iterator[Row]:
    kind = at(entry, "type") or ""
    words = (at(entry, "summary"), at(entry, "channel", "summary"), at(entry, "channel", "content"))
    person = (at(entry, "agent", "type") or "").startswith("user")
    row: Row = {
        "entry_id": at(entry, "id"),
        "logged_at": at(entry, "created_at"),
        "actor": at(entry, "agent", "summary"),
        "actor_id": at(entry, "agent", "id"),
        "text": "\n".join(dict.fromkeys(part for part in words if part)),
        "channel": first(at(entry, "service", "summary"), "PagerDuty"),
        "kind": _LOGGED.get(kind, "action"),
        "thread_id": at(entry, "incident", "id"),
        "link": at(entry, "html_url"),
    }
    yield row if person else row | {"automated": "true"}


def _note(note: dict[str, Any]) -> Iterator[Row]:
    row: Row = {
        "entry_id": at(note, "id"),
        "logged_at": at(note, "created_at"),
        "actor": at(note, "user", "summary"),
        "actor_id": at(note, "user", "id"),
        "text": at(note, "content"),
        "channel": "PagerDuty",
        "kind": "note",
    }
    yield row | {"automated": "true"} if at(note, "user", "type") == "bot_user_reference" else row


def _alert(alert: dict[str, Any]) -> Iterator[Row]:
    yield {
        "entry_id": at(alert, "id"),
        "logged_at": at(alert, "created_at"),
        "actor": first(at(alert, "integration", "summary"), at(alert, "service", "summary")),
        "text": at(alert, "summary"),
        "channel": at(alert, "service", "summary"),
        "kind": "alert",
        "thread_id": at(alert, "incident", "id"),
        "link": at(alert, "html_url"),
        "automated": "true",
    }


def _post(post: dict[str, Any]) -> Iterator[Row]:
    yield {
        "entry_id": at(post, "id"),
        "logged_at": at(post, "starts_at"),
        "text": at(post, "title"),
        "channel": "status page",
        "kind": "status",
        "thread_id": at(post, "id"),
    }


def _post_update(update: dict[str, Any]) -> Iterator[Row]:
    yield {
        "entry_id": at(update, "id"),
        "logged_at": at(update, "reported_at"),
        "text": plain(at(update, "message")),
        "channel": "status page",
        "kind": "status",
        "thread_id": at(update, "post", "id"),
    }


# Key of the answer -> keys that its entries have, and how they are mapped.
_ANSWERS: dict[str, tuple[frozenset[str], Rows]] = {
    "incidents": (frozenset({"incident_number", "created_at", "service"}), _incident),
    "log_entries": (frozenset({"type", "created_at", "agent"}), _log_entry),
    "notes": (frozenset({"content", "created_at", "user"}), _note),
    "alerts": (frozenset({"alert_key", "created_at"}), _alert),
    "posts": (frozenset({"post_type", "starts_at", "status_page"}), _post),
    "post_updates": (frozenset({"message", "reported_at", "post"}), _post_update),
}
_ONE = {"incident": "incidents", "log_entry": "log_entries", "note": "notes", "alert": "alerts"}


def _answer(record: object) -> tuple[str, list[dict[str, Any]]]:
    """Return which answer a record is, and its entries."""
    for key in _ANSWERS:
        if isinstance(dig(record, key), list):
            return key, objects(dig(record, key))
    for key, several in _ONE.items():
        if isinstance(dig(record, key), dict):
            return several, [dig(record, key)]
    bare = record if isinstance(record, dict) else {}
    key = next((k for k, (keys, _) in _ANSWERS.items() if keys <= bare.keys()), "")
    return key, [bare] if key else []


def _unpack(record: Any) -> Iterator[Item]:
    key, found = _answer(record)
    if not key:
        yield rejected(record)
        return
    keys, mapper = _ANSWERS[key]
    for entry in found:
        if keys <= entry.keys():
            yield from (Item(row, of=entry) for row in mapper(entry))
        else:
            yield rejected(entry)


def _is_answer(record: dict[str, Any]) -> bool:
    key, found = _answer(record)
    return any(_ANSWERS[key][0] <= entry.keys() for entry in found)


def _is_users(record: dict[str, Any]) -> bool:
    return any({"contact_methods", "role"} <= user.keys() for user in objects(record.get("users")))


READERS: tuple[Reader, ...] = (
    Reader(
        name="pagerduty-api",
        title="PagerDuty REST API: incidents, log entries, notes, alerts, status pages",
        gives="log",
        confirmed="documentation",
        recognise=of_records(_is_answer),
        times={"logged_at": Times("iso", "UTC")},
        unpack=_unpack,
    ),
    Reader(
        name="pagerduty-users",
        title="PagerDuty users",
        gives="other",
        confirmed="documentation",
        recognise=of_records(_is_users),
    ),
)
