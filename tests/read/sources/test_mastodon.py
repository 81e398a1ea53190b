"""Mastodon."""

import pytest

STATUS = {
    "id": "9", "uri": "https://s.example/users/ana/statuses/9", "content": "<p>mal &amp; tarde</p>",
    "account": {"id": "1", "acct": "ana", "followers_count": 3}, "visibility": "public",
    "spoiler_text": "aviso", "created_at": "2026-08-01T13:52:44.180Z", "favourites_count": 2,
}  # fmt: skip


def test_status_text_is_its_warning_and_its_words(items):
    """The warning above a status is part of what it says; markup is not."""
    row = items("mastodon-api", STATUS)[0].row
    assert (row["text"], row["kind"], row["n_likes"]) == ("aviso\nmal & tarde", "post", "2")


def test_context_gives_ancestors_and_descendants(items):
    """A context is a thread without its middle; an empty one is no fault."""
    reply = STATUS | {"id": "10", "in_reply_to_id": "9"}
    found = items("mastodon-api", {"ancestors": [STATUS], "descendants": [reply]})
    assert [(i.row["kind"], i.row["parent_id"]) for i in found] == [("post", None), ("reply", "9")]
    assert items("mastodon-api", {"ancestors": [], "descendants": []}) == []


def test_boost_has_the_words_but_not_the_counters_of_the_original(items):
    """A boost repeats another status, and its counters are not the boost's."""
    row = items("mastodon-api", STATUS | {"id": "11", "content": "", "reblog": STATUS})[0].row
    assert (row["kind"], row["shared_id"], row["text"]) == ("repost", "9", "aviso\nmal & tarde")
    assert "n_likes" not in row


def test_outbox_gives_own_posts_by_their_local_ids(items):
    """Local ids end the addresses, so that an archive meets what was collected by the API."""
    note = {"type": "Note", "id": STATUS["uri"], "content": "<p>a</p>", "published": "t"}
    answer = note | {"inReplyTo": "https://s.example/users/luis/statuses/3"}
    acts = [
        {"type": "Create", "object": answer},
        {"type": "Announce", "object": "https://o.example/users/x/statuses/7", "published": "t",
         "id": "https://s.example/users/ana/statuses/12/activity"},
        {"type": "Delete"},
    ]  # fmt: skip
    own, boost, other = items("mastodon-outbox", {"orderedItems": acts})
    assert (own.row["post_id"], own.row["kind"], own.row["parent_id"]) == ("9", "reply", "3")
    assert (boost.row["post_id"], boost.row["shared_id"]) == ("12", "7")
    assert (own.row["inbound"], other.fate) == ("false", "reject")


@pytest.mark.real_data
def test_api_real_answers_give_every_status(items, real):
    """85 recorded statuses hold three replies and two direct messages."""
    kinds = [i.row["kind"] for i in items("mastodon-api", real / "mastodon_api/statuses.json")]
    assert (len(kinds), kinds.count("reply"), kinds.count("message")) == (85, 3, 2)
