"""Atlassian Statuspage: incidents with their updates, from the webhook or the public API.

Layout: zulip/zulip ``zerver/webhooks/statuspage/fixtures`` (a real call) and
developer.statuspage.io. ``display_at`` is what readers see and can be dated back;
``created_at`` is when the update was written, and is taken where there is no other.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from crisislab.read._reader import Item, Reader, Row, Times
from crisislab.read.sources._pick import at, dig, first, objects, of_records, rejected


def _incidents(record: object) -> list[dict[str, Any]]:
    listed = dig(record, "incidents")
    if isinstance(listed, list):
        return objects(listed)
    one = dig(record, "incident") or record
    return [one] if isinstance(one, dict) and "incident_updates" in one else []


def _update(update: dict[str, Any], incident: dict[str, Any], page: str | None) -> Row:
    status, words = at(update, "status"), at(update, "body") or ""
    return {
        "entry_id": at(update, "id"),
        "logged_at": first(at(update, "display_at"), at(update, "created_at")),
        "text": f"{at(incident, 'name')} [{status}] {words}".strip(),
        "channel": page or "Statuspage",
        "kind": "status",
        "thread_id": first(at(update, "incident_id"), at(incident, "id")),
        "link": at(incident, "shortlink"),
    }


def _opening(incident: dict[str, Any], page: str | None) -> Row:
    return _update(incident, incident, page) | {
        "logged_at": first(at(incident, "started_at"), at(incident, "created_at"))
    }


def _unpack(record: Any) -> Iterator[Item]:
    found = _incidents(record)
    page = first(at(record, "page", "name"), at(record, "page", "id"))
    for incident in found:
        updates = objects(incident.get("incident_updates"))
        for update in updates:
            yield Item(_update(update, incident, page), of=update)
        # An incident that tells its updates is only their frame.
        yield (
            Item({}, "context", of=incident)
            if updates
            else Item(_opening(incident, page), of=incident)
        )
    if not found and dig(record, "incidents") is None:
        yield rejected(record)


def _is_page(record: dict[str, Any]) -> bool:
    return any("incident_updates" in incident for incident in _incidents(record))


READERS: tuple[Reader, ...] = (
    Reader(
        name="statuspage",
        title="Statuspage incidents and their updates",
        gives="log",
        confirmed="real file",
        recognise=of_records(_is_page),
        times={"logged_at": Times("iso", "UTC")},
        unpack=_unpack,
    ),
)
