"""Incident logs: chat exports, tickets and sheets kept by hand."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from tests.read.nasty.base import MADRID, Nasty, case, sheet
from tests.read.nasty.books import book
from tests.read.nasty.spreadsheets import _zip as zipped

START = dt.datetime(2026, 3, 25, 9, 7, 21, tzinfo=dt.UTC)
STEPS = ("Detectada la queja", "Avisado el comité", "Comunicado; publicado", 'Cierre "provisional"')
AT = [START + dt.timedelta(minutes=37 * i) for i in range(len(STEPS))]
TRUTH = [{"text": t, "logged_at": a.strftime("%Y-%m-%d %H:%M:%S")}
         for t, a in zip(STEPS, AT, strict=True)]  # fmt: skip
MINUTE = [{"text": t, "logged_at": a.strftime("%Y-%m-%d %H:%M:00")}
          for t, a in zip(STEPS, AT, strict=True)]  # fmt: skip
HOW: dict[str, Any] = {"want": "log", "key": "text"}
HOW_ES = HOW | {"zone": "Europe/Madrid"}


def _local(at: dt.datetime, form: str) -> str:
    return at.astimezone(MADRID).strftime(form)


def _slack() -> list[Nasty]:
    said = [{"type": "message", "user": "U1", "text": t, "ts": f"{a.timestamp():.6f}"}
            for t, a in zip(STEPS, AT, strict=True)]  # fmt: skip
    more = [*said, {"type": "message", "subtype": "channel_join", "user": "U1",
                    "ts": "1774430000.1",
                    "text": "<@U1> has joined"}]  # fmt: skip
    base: dict[str, str | bytes] = {
        "users.json": json.dumps([{"id": "U1", "name": "ana", "real_name": "Ana"}]),
        "channels.json": "[]", "crisis/2026-03-25.json": json.dumps(said),
    }  # fmt: skip
    told = [t | {"actor": "Ana", "channel": "#crisis"} for t in TRUTH]
    mac = base | {"__MACOSX/._users.json": b"\0\5\x16\7", ".DS_Store": b"\0\0\0\1"}
    nested = {f"Export/{k}": v for k, v in mac.items()}
    cut = base | {"crisis/2026-03-26.json": json.dumps(said)[:-9]}
    twice = base | {"crisis/2026-03-26.json": json.dumps(said)}
    joined = base | {"crisis/2026-03-25.json": json.dumps(more)}
    return [
        case("slack", "s.zip", zipped(base), told, **HOW),
        case("slack packed again on a mac", "s.zip", zipped(nested), told, **HOW),
        case("slack with a cut day", "s.zip", zipped(cut), [], "refused", **HOW),
        case("slack with a day twice", "s.zip", zipped(twice), told, **HOW),
        case("slack with a join", "s.zip", zipped(joined), [*told, {"text": "@Ana has joined",
             "kind": "system"}], **HOW),
    ]  # fmt: skip


def _tickets() -> list[Nasty]:
    jira = ("Resumen", "Clave de incidencia", "Creada", "Informador", "Comentario", "Comentario")
    when = [_local(a, "%d/mar/%y %I:%M ") + ("AM" if a.astimezone(MADRID).hour < 12 else "PM")
            for a in AT]  # fmt: skip
    rows = [
        ["Fallo", "CR-1", when[0], "Ana", f"{when[1]};ana;{STEPS[1]}", f"{when[2]};luis;{STEPS[2]}"]
    ]
    told = [{"text": "Fallo", "logged_at": MINUTE[0]["logged_at"]}, MINUTE[1], MINUTE[2]]
    pager = ("id", "incident_number", "description", "service_name", "created_at", "resolved_at",
             "seconds_to_first_ack")  # fmt: skip
    duty = [["P1", 7, "Caída", "web", _local(AT[0], "%Y-%m-%d %H:%M:%S"),
             _local(AT[1], "%Y-%m-%d %H:%M:%S"), 60]]  # fmt: skip
    steps = [{"text": "triggered: Caída", "logged_at": TRUTH[0]["logged_at"]},
             {"text": "acknowledged: Caída", "logged_at": "2026-03-25 09:08:21"},
             {"text": "resolved: Caída", "logged_at": TRUTH[1]["logged_at"]}]  # fmt: skip
    retyped = [
        [*duty[0][:4], _local(AT[0], "%d/%m/%Y %H:%M:%S"), _local(AT[1], "%d/%m/%Y %H:%M:%S"), 60]
    ]
    teams = {"value": [{"id": str(i), "createdDateTime": a.isoformat(), "messageType": "message",
             "body": {"contentType": "html", "content": f"<p>{t}</p>"}, "from": {"user":
             {"displayName": "Ana", "id": "1"}}} for i, (t, a) in enumerate(zip(STEPS, AT,
             strict=True))]}  # fmt: skip
    genie = "".join(json.dumps({"action": "AddNote", "alert": {"alertId": "a", "note": t,
            "createdAt":
            int(AT[0].timestamp() * 1000), "updatedAt": int(a.timestamp()) * 10**9 + 962}}) + "\n"
            for t, a in zip(STEPS, AT, strict=True))  # fmt: skip
    notes = [t | {"text": f"AddNote: {t['text']}"} for t in TRUTH]
    page = {"incidents": [{"id": "i", "name": "Caída", "created_at": AT[0].isoformat(),
            "incident_updates": [{"id": str(i), "status": "monitoring", "body": t, "created_at":
            a.isoformat(), "display_at": a.isoformat()} for i, (t, a) in enumerate(zip(STEPS, AT,
            strict=True))]}]}  # fmt: skip
    shown = [t | {"text": f"Caída [monitoring] {t['text']}"} for t in TRUTH]
    return [
        case("jira in spanish", "j.csv", sheet(jira, rows), told, **HOW_ES),
        case("jira in spanish, semicolons", "j.csv", sheet(jira, rows, sep=";"), told, **HOW_ES),
        case("pagerduty table", "p.csv", sheet(pager, duty), steps, **HOW_ES),
        case("pagerduty through a spanish excel", "p.csv", sheet(pager, retyped, sep=";"), steps,
             "flagged", "CL-LOG-ACK-OPEN", **HOW_ES),
        case("teams", "t.json", json.dumps(teams), TRUTH, **HOW),
        case("opsgenie", "o.json", genie, notes, **HOW),
        case("statuspage", "s.json", json.dumps(page), shown, **HOW),
    ]  # fmt: skip


def _kept() -> list[Nasty]:
    header = ("Fecha", "Hora", "Quién", "Canal", "Qué se hizo")
    days = [_local(a, "%d/%m/%Y") for a in AT]
    rows = [[d, _local(a, "%H:%M"), "Ana", "Teléfono", t] for d, a, t in
            zip(days, AT, STEPS, strict=True)]  # fmt: skip
    filled = [
        [d if i == 0 else "", *r[1:]] for i, (d, r) in enumerate(zip(days, rows, strict=True))
    ]
    english = [[_local(a, "%d %b %Y %I:%M %p"), "Ana", t] for a, t in zip(AT, STEPS, strict=True)]
    made = [list(header), *([a.astimezone(MADRID).replace(tzinfo=None).date(),
            a.astimezone(MADRID).replace(tzinfo=None).time(), "Ana", "Teléfono", t]
            for a, t in zip(AT, STEPS, strict=True))]  # fmt: skip
    return [
        case("sheet by hand", "l.csv", sheet(header, rows, sep=";"), MINUTE, "flagged",
             encoding="cp1252", **HOW_ES),
        case("sheet by hand, dates only once", "l.csv", sheet(header, filled, sep=";"),
             MINUTE, "flagged", "CL-LOG-DAY-ABOVE", **HOW_ES),
        case("sheet by hand, english", "l.csv", sheet(("When", "Who", "What"), english), MINUTE,
             **HOW_ES),
        case("workbook by hand", "l.xlsx", book(("Diario", made)), TRUTH, **HOW_ES),
        case("workbook by hand, notes below", "l.xlsx", book(("Diario", [*made, [], ["Fin del parte"
             ]])), TRUTH, "flagged", **HOW_ES),
    ]  # fmt: skip


def cases() -> list[Nasty]:
    """Everything here."""
    return [*_slack(), *_tickets(), *_kept()]
