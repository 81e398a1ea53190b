"""Opsgenie: webhook calls and alerts of the REST API.

Layout: zulip/zulip ``zerver/webhooks/opsgenie/fixtures`` (a real call, with ``createdAt`` in
milliseconds and ``updatedAt`` in nanoseconds) and docs.opsgenie.com, Alert API.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crisislab.read._reader import Item, Reader, Row, Times
from crisislab.read.sources._pick import at, entries, first, of_records, rejected

_KINDS = {
    "Create": "alert",
    "Acknowledge": "action",
    "UnAcknowledge": "action",
    "AssignOwnership": "action",
    "TakeOwnership": "action",
    "Escalate": "action",
    "AddNote": "note",
    "Close": "status",
    "Delete": "status",
}
_ALERT = frozenset({"tinyId", "message", "createdAt", "status"})


def _call(record: dict[str, Any]) -> Row:
    alert, action = record["alert"], at(record, "action") or ""
    began = action == "Create"
    moments = (at(alert, "createdAt"), at(alert, "updatedAt"))
    return {
        "entry_id": f"{at(alert, 'alertId')}/{action}/{first(*moments[::-1])}",
        "logged_at": first(*(moments if began else moments[::-1])),
        "actor": at(alert, "username"),
        "actor_id": at(alert, "userId"),
        "text": f"{action}: {first(at(alert, 'note'), at(alert, 'message')) or ''}",
        "channel": "Opsgenie",
        "kind": _KINDS.get(action, "system"),
        "thread_id": at(alert, "alertId"),
    }


def _alert(alert: dict[str, Any]) -> Row:
    return {
        "entry_id": at(alert, "id"),
        "logged_at": at(alert, "createdAt"),
        "actor": first(at(alert, "source"), at(alert, "integration", "name")),
        "text": at(alert, "message"),
        "channel": "Opsgenie",
        "kind": "alert",
        "thread_id": at(alert, "id"),
    }


def _is_call(record: dict[str, Any]) -> bool:
    return "action" in record and at(record, "alert", "alertId") is not None


def _unpack_calls(record: Any) -> Iterator[Item]:
    known = isinstance(record, dict) and _is_call(record)
    yield Item(_call(record), of=record) if known else rejected(record)


def _unpack_alerts(record: Any) -> Iterator[Item]:
    for alert in entries(record, "data"):
        yield Item(_alert(alert), of=alert) if alert.keys() >= _ALERT else rejected(alert)


READERS: tuple[Reader, ...] = (
    Reader(
        name="opsgenie-webhook",
        title="Opsgenie webhook calls",
        gives="log",
        confirmed="real file",
        recognise=of_records(_is_call),
        times={"logged_at": Times("epoch", "UTC")},
        unpack=_unpack_calls,
    ),
    Reader(
        name="opsgenie-alerts",
        title="Opsgenie alerts (REST API)",
        gives="log",
        confirmed="documentation",
        recognise=of_records(lambda r: any(a.keys() >= _ALERT for a in entries(r, "data"))),
        times={"logged_at": Times("iso", "UTC")},
        unpack=_unpack_alerts,
    ),
)
