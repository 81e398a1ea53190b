"""Incident logs: Teams, PagerDuty, Opsgenie, Statuspage, Jira."""

import pytest

TEAMS = {
    "Id": "1759320958611", "CreatedDateTime": "2025-10-01T12:15:58.611+00:00", "Subject": "Recall",
    "Body": {"ContentType": "html", "Content": "<p>Activado el <b>comité</b></p>"},
    "From": {"User": {"Id": "u1", "DisplayName": "Ana"}}, "MessageType": "message",
    "ChannelIdentity": {"ChannelId": "19:a"}, "ReplyToId": None,
}  # fmt: skip


def _camel(value: object) -> object:
    if isinstance(value, dict):
        return {k[0].lower() + k[1:]: _camel(v) for k, v in value.items()}
    return value


def test_teams_reads_both_writings_alike(items):
    """The tenant export and Graph differ in the first letter of each name."""
    exported = items("teams", TEAMS)
    assert exported == items("teams", {"value": [_camel(TEAMS)]})
    row = exported[0].row
    assert (row["text"], row["actor"], row["kind"]) == (
        "Recall\nActivado el comité",
        "Ana",
        "message",
    )


def test_teams_notices_are_system_entries(items):
    """Joins and calls are entries of the system, without an actor."""
    notice = TEAMS | {
        "From": None,
        "Body": {"ContentType": "html", "Content": "<systemEventMessage/>"},
    }
    row = items("teams", notice)[0].row
    assert (row["kind"], row["actor"]) == ("system", None)


def test_pagerduty_incident_gives_each_of_its_times(items):
    """An incident is triggered, acknowledged by each responder, and resolved."""
    incident = {
        "id": "P1", "incident_number": 1, "title": "Caída", "created_at": "t0", "resolved_at": "t2",
        "service": {"summary": "Web"}, "last_status_change_by": {"summary": "Ana"},
        "acknowledgements": [{"at": "t1", "acknowledger": {"id": "U", "summary": "Luis"}}],
    }  # fmt: skip
    found = [item.row for item in items("pagerduty-api", {"incidents": [incident]})]
    assert [(r["logged_at"], r["actor"], r["kind"]) for r in found] == [
        ("t0", "Web", "alert"), ("t1", "Luis", "action"), ("t2", "Ana", "status")
    ]  # fmt: skip
    assert found[0]["automated"] == "true"
    assert items("pagerduty-api", {"incident": incident}) == items("pagerduty-api", incident)


def test_pagerduty_analytics_take_the_zone_of_their_answer(items):
    """The answer names the zone once for all its times."""
    incident = {
        "id": "P1", "incident_number": 1, "created_at": "2023-05-31T10:05:00",
        "seconds_to_first_ack": 5, "resolved_at": None,
    }  # fmt: skip
    told = items("pagerduty-analytics", {"data": [incident], "time_zone": "Etc/UTC"})
    silent = items("pagerduty-analytics", {"data": [incident]})
    assert [i.row["logged_at"] for i in told] == ["2023-05-31T10:05:00Z", "2023-05-31T10:05:05Z"]
    assert silent[0].row["logged_at"] == "2023-05-31T10:05:00"


def test_pagerduty_table_reads_old_names(unfolded):
    """Older tables name the times otherwise."""
    text = (
        "id,incident_number,description,service_name,created_on,resolved_on\n"
        "P1,1,Caída,Web,2018-07-30 23:33:00,2018-07-31 00:10:00\n"
    )
    found = [item.row for item in unfolded("pagerduty-table", text)]
    assert [r["text"] for r in found] == ["triggered: Caída", "resolved: Caída"]
    assert found[1]["logged_at"] == "2018-07-31 00:10:00"


JIRA = (
    "Summary,Issue key,Created,Reporter,Resolved,Comment,Labels,Labels,Comment,Comment\n"
    "Recall,CR-1,12/Apr/26 3:30 PM,ana,13/Apr/26 9:00 AM,"
    "12/Apr/26 3:31 PM;luis;Avisado; en camino,a,b,12/Apr/26 4:00 PM;ana;Hecho,\n"
)


def test_jira_comments_are_entries_of_their_own(unfolded):
    """Repeated headers hold the comments, and a comment may hold semicolons."""
    found = [item.row for item in unfolded("jira-csv", JIRA)]
    assert [(r["logged_at"], r["actor"], r["text"]) for r in found] == [
        ("12/Apr/26 3:30 PM", "ana", "Recall"),
        ("12/Apr/26 3:31 PM", "luis", "Avisado; en camino"),
        ("12/Apr/26 4:00 PM", "ana", "Hecho"),
        ("13/Apr/26 9:00 AM", None, "resolved: Recall"),
    ]
    assert {r["thread_id"] for r in found} == {"CR-1"}


def test_jira_reads_spanish_headers(unfolded, reader):
    """The interface's language is that of the headers."""
    text = (
        "Clave de incidencia,Resumen,Informador,Creada,Resuelta,Comentario\n"
        "CR-1,Recall,ana,25/ago/26 03:45 PM,,suelto\n"
    )
    opened, loose = unfolded("jira-csv", text)
    assert (opened.row["logged_at"], opened.row["actor"]) == ("25/ago/26 03:45 PM", "ana")
    assert (loose.fate, loose.value) == ("reject", "suelto")


def test_jira_api_gives_changes_of_status_and_comments(items):
    """An issue of the API gives its opening, its changes of status and its comments."""
    body = {"type": "doc", "content": [
        {"type": "paragraph", "content": [{"type": "text", "text": "Hecho"}]}]}  # fmt: skip
    issue = {
        "key": "CR-1", "fields": {"summary": "Recall", "created": "t0",
            "comment": {"comments": [{"id": "5", "created": "t2", "body": body}]}},
        "changelog": {"histories": [{"id": "4", "created": "t1", "items": [
            {"field": "status", "fromString": "Abierta", "toString": "Cerrada"},
            {"field": "labels"}]}]},
    }  # fmt: skip
    found = [item.row for item in items("jira-api", {"issues": [issue]})]
    assert [(r["logged_at"], r["text"]) for r in found] == [
        ("t0", "Recall"), ("t1", "Abierta → Cerrada"), ("t2", "Hecho")
    ]  # fmt: skip


def test_opsgenie_action_is_dated_by_the_update(items):
    """A call about an older alert happened when the alert was changed, not when it began."""
    alert = {"alertId": "a", "message": "m", "createdAt": 1420452191104, "note": "n",
             "updatedAt": 1420452275002000962, "username": "ana"}  # fmt: skip
    made, noted = items(
        "opsgenie-webhook",
        {"action": "Create", "alert": alert},
        {"action": "AddNote", "alert": alert},
    )
    assert made.row["logged_at"] == "1420452191104"
    assert (noted.row["logged_at"], noted.row["text"]) == ("1420452275002000962", "AddNote: n")


def test_statuspage_takes_what_the_public_saw(items):
    """The time shown to readers counts, even where the update was written later."""
    update = {
        "id": "u",
        "status": "identified",
        "body": "b",
        "created_at": "t9",
        "display_at": "t1",
    }
    incident = {"id": "i", "name": "Caída", "incident_updates": [update]}
    hook = items("statuspage", {"page": {"id": "p"}, "incident": incident})
    assert hook[0].row["logged_at"] == "t1"
    listed = items("statuspage", {"page": {"id": "p"}, "incidents": [incident]})
    assert listed == hook
    bare = items(
        "statuspage", {"incidents": [incident | {"incident_updates": [], "created_at": "t0"}]}
    )
    assert bare[0].row["logged_at"] == "t0"


@pytest.mark.real_data
def test_logs_real_files_give_every_entry(items, real):
    """Recorded calls and answers give as many entries as they hold."""
    folder = real / "incident_fixtures_zulip"
    assert len(items("teams", folder / "msteams_messages_excerpt.json")) == 2
    told = items("statuspage", folder / "statuspage_webhook_incident_update.json")
    assert [item.fate for item in told] == ["load", "load", "context"]
    note = items("opsgenie-webhook", folder / "opsgenie_webhook_addnote.json")[0].row
    assert (note["kind"], note["actor"]) == ("note", "fili@ifountain.com")
    folder = real / "pagerduty_api_examples"
    assert len(items("pagerduty-analytics", folder / "analytics_raw_incidents.json")) == 6
    assert len(items("pagerduty-api", folder / "incidents_id_notes.json")) == 2
