"""Zendesk."""

from collections import Counter

import pytest

TICKET = {
    "id": 28, "requester_id": 5, "submitter_id": 5, "subject": "Reembolso", "description": "¿Y?",
    "created_at": "2023-09-18T15:57:42Z",
}  # fmt: skip


def test_ticket_is_a_message_from_its_requester(items):
    """A ticket that a customer opened is incoming; one that an agent opened need not be."""
    own, ours = items("zendesk-api", {"tickets": [TICKET, TICKET | {"submitter_id": 9}]})
    assert (own.row["text"], own.row["inbound"]) == ("Reembolso\n¿Y?", "true")
    assert (ours.row["author_id"], ours.row["inbound"]) == ("5", None)


def test_audit_comments_answer_the_ticket(items):
    """The first comment is the ticket itself, later ones answer it, internal ones are context."""
    events = [
        {"id": 1, "type": "Create"},
        {"id": 2, "type": "Comment", "body": "¿Y?", "author_id": 5},
    ]
    later = [
        {"id": 3, "type": "Comment", "body": "Ya", "author_id": 9, "public": True},
        {"id": 4, "type": "Comment", "body": "ojo", "author_id": 9, "public": False},
        {"id": 5, "type": "Change"},
    ]
    audits = [
        {"ticket_id": 28, "created_at": "t", "author_id": 5, "events": e} for e in (events, later)
    ]
    found = items("zendesk-api", {"audits": audits})
    assert [i.fate for i in found if not i.row] == ["context"] * (len(found) - 3)
    assert [(i.row["post_id"], i.row["parent_id"], i.fate) for i in found if i.row] == [
        ("28", None, "load"), ("3", "28", "load"), ("4", "28", "context")
    ]  # fmt: skip


def test_view_maps_requester_and_subject(rows):
    """A view has the subject only."""
    text = (
        "Summation column,Id,Requester,Requester id,Assignee,Subject,Status,Created at\n"
        "1,28,Ana,5,Luis,Reembolso,Open,2023-09-18 15:57\n"
    )
    (row,) = rows("zendesk-view", text)
    assert (row["post_id"], row["author_name"], row["text"]) == ("28", "Ana", "Reembolso")


@pytest.mark.real_data
def test_api_real_pages_give_every_ticket(items, real):
    """A page of the incremental export holds 1,000 tickets; audits hold comments."""
    folder = real / "zendesk_api_fixtures/decoded"
    assert len(items("zendesk-api", folder / "tickets.json")) == 1000
    audits = items("zendesk-api", folder / "audits.json")
    assert Counter(item.fate for item in audits)["reject"] == 0
    assert all(item.row["root_id"] for item in audits if item.row)
    assert {item.fate for item in audits if not item.row} == {"context"}
