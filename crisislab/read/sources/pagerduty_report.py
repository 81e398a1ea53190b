"""PagerDuty's analytics of incidents, as JSON and as the table its pages export.

Layout: PagerDuty/api-schema, ``/analytics/raw/incidents`` (PagerDuty's own example); the table
has the same fields, and older tables ``created_on``, as public importers read them. Its times
name no zone; an answer of the API names one for all of them. The example's
``seconds_to_resolve`` contradicts its own times, so only the times are taken, and the first
acknowledgement is reckoned from ``seconds_to_first_ack``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from crisislab.read._reader import Item, Probe, Reader, Row, Times, has_columns
from crisislab.read.sources._pick import at, first, objects, of_records, rejected, text

_FIELDS = frozenset({"incident_number", "seconds_to_first_ack", "created_at"})
_UTC_NAMES = frozenset({"UTC", "Etc/UTC"})


def _later(moment: str | None, seconds: str | None) -> str | None:
    """Return a moment some seconds later, written alike.

    >>> _later("2023-05-31T10:05:00", "5")
    '2023-05-31T10:05:05'
    """
    try:
        return (
            datetime.fromisoformat(moment or "") + timedelta(seconds=float(seconds or ""))
        ).isoformat(sep=(moment or "T")[10])
    except (ValueError, OverflowError, IndexError):
        return None


def _rows(incident: Mapping[str, str | None]) -> Iterator[Row]:
    number = first(incident.get("id"), incident.get("incident_number"))
    name = incident.get("description") or ""
    created = first(incident.get("created_at"), incident.get("created_on"))
    resolved = first(incident.get("resolved_at"), incident.get("resolved_on"))
    acked = _later(created, incident.get("seconds_to_first_ack"))
    common: Row = {
        "channel": first(incident.get("service_name"), "PagerDuty"),
        "thread_id": number,
    }
    service = incident.get("service_name")
    steps = (
        ("triggered", created, service, "alert"),
        ("acknowledged", acked, None, "action"),
        ("resolved", resolved, incident.get("resolved_by_user_name"), "status"),
    )
    for step, moment, actor, kind in steps:
        if moment:
            yield common | {
                "entry_id": f"{number}/{step}",
                "logged_at": moment,
                "actor": actor,
                "text": f"{step}: {name}",
                "kind": kind,
            }


def _unpack(record: Any) -> Iterator[Item]:
    zoned = at(record, "time_zone") in _UTC_NAMES
    for incident in objects(record.get("data") if isinstance(record, dict) else None):
        if not incident.keys() >= _FIELDS:
            yield rejected(incident)
            continue
        for row in _rows({key: text(value) for key, value in incident.items()}):
            yield Item(row | {"logged_at": f"{row['logged_at']}Z"} if zoned else row, of=incident)


def _unfold(header: Sequence[str], cells: Sequence[str]) -> Iterable[Item]:
    named = {name.strip().casefold(): cell for name, cell in zip(header, cells, strict=False)}
    yield from (Item(row) for row in _rows(named))
    created = first(named.get("created_at"), named.get("created_on"))
    waited = named.get("seconds_to_first_ack")
    if waited and created and _later(created, waited) is None:
        yield Item({}, "reject", "CL-LOG-ACK-OPEN", f"{created} + {waited} s")


def _is_report(record: dict[str, Any]) -> bool:
    return any(incident.keys() >= _FIELDS for incident in objects(record.get("data")))


def _is_table(probe: Probe) -> bool:
    made = has_columns("created_at")(probe) or has_columns("created_on")(probe)
    return made and has_columns("incident_number", "description", "service_name")(probe)


READERS: tuple[Reader, ...] = (
    Reader(
        name="pagerduty-analytics",
        title="PagerDuty analytics of incidents (JSON)",
        gives="log",
        confirmed="documentation",
        recognise=of_records(_is_report),
        times={"logged_at": Times("iso", None)},
        unpack=_unpack,
    ),
    Reader(
        name="pagerduty-table",
        title="PagerDuty incidents table (no zone)",
        gives="log",
        confirmed="public parser",
        recognise=_is_table,
        times={"logged_at": Times("any", None)},
        unfold=_unfold,
    ),
)
