"""Bluesky."""

from collections import Counter

import pytest

URI = "at://did:plc:a/app.bsky.feed.post/1"
VIEW = {
    "uri": URI, "author": {"did": "did:plc:a", "handle": "ana.example"}, "likeCount": 4,
    "indexedAt": "2025-03-16T16:09:07.569Z",
    "record": {"$type": "app.bsky.feed.post", "text": "hola", "langs": ["es-ES"],
               "createdAt": "2025-03-16T16:09:09.779Z"},
}  # fmt: skip


def test_time_is_the_earlier_of_written_and_seen(items):
    """A client's clock may run ahead; the server saw the post no later than it was written."""
    early = VIEW | {"indexedAt": "2025-03-16T18:00:00Z"}
    late, trusted = (item.row["created_at"] for item in items("bluesky", VIEW, early))
    assert (late, trusted) == ("2025-03-16T16:09:07.569Z", "2025-03-16T16:09:09.779Z")


def test_feed_repost_is_the_act_of_another(items):
    """A repost in a feed is a row of the reposter; the original is context."""
    reason = {"$type": "app.bsky.feed.defs#reasonRepost", "indexedAt": "2025-03-17T00:00:00Z"}
    by = {"by": {"did": "did:plc:b", "handle": "marca.example"}}
    act, original = items("bluesky", {"feed": [{"post": VIEW, "reason": reason | by}]})
    assert (act.row["kind"], act.row["shared_id"], act.row["n_likes"]) == ("repost", URI, None)
    assert (act.row["author_handle"], act.row["created_at"]) == (
        "marca.example",
        "2025-03-17T00:00:00Z",
    )
    assert (original.fate, original.row["post_id"]) == ("context", URI)


def test_thread_gives_every_post_once(items):
    """A thread is read from its parents to its last answers."""
    views = [VIEW | {"uri": URI[:-1] + n} for n in "0123"]
    tree = {"post": views[1], "parent": {"post": views[0]},
            "replies": [{"post": views[2], "replies": [{"post": views[3]}]}]}  # fmt: skip
    found = items("bluesky", {"thread": tree})
    assert [item.row["post_id"][-1] for item in found] == ["0", "1", "2", "3"]


def test_stream_passes_over_what_is_no_post(items):
    """Likes in the stream are context, posts are rows named by author and key."""
    commit = {"collection": "app.bsky.feed.post", "rkey": "1", "record": VIEW["record"]}
    line = {"did": "did:plc:a", "time_us": 1742141347569000, "kind": "commit"}
    post, like = items(
        "bluesky",
        line | {"commit": commit},
        line | {"commit": {"collection": "app.bsky.feed.like"}},
    )
    assert (post.row["post_id"], post.row["lang"], like.fate) == (URI, "es", "context")
    assert post.row["created_at"].startswith("2025-03-16T16:09:07.569")


def test_minet_takes_the_earlier_time_too(rows):
    """The table holds both times; the earlier counts."""
    text = (
        "uri,timestamp_utc,user_did,text,to_post_uri,indexed_at_utc,mentioned_user_handles\n"
        f"{URI},1742141349,did:plc:a,hola,,2025-03-16T16:09:07.569Z,a.example|b.example\n"
    )
    (row,) = rows("minet-bluesky", text)
    assert row["created_at"] == "2025-03-16T16:09:07.569Z"
    assert (row["kind"], row["mentions"]) == ("post", "a.example b.example")


@pytest.mark.real_data
def test_real_views_and_stream_give_every_post(items, real):
    """123 recorded objects give 123 rows, two of them reposts with their originals beside."""
    folder = real / "twitwi_fixtures/test/resources"
    found = items("bluesky", folder / "bluesky-posts.json")
    assert Counter(item.fate for item in found) == {"load": 123, "context": 2}
    assert sum(item.row["kind"] == "repost" for item in found) == 2
    stream = items("bluesky", folder / "bluesky-firehose-posts.json")
    views = items("bluesky", folder / "bluesky-hydrated-firehose-posts.json")
    told = ("post_id", "kind", "text", "parent_id", "author_id")
    assert [[i.row[c] for c in told] for i in stream] == [[i.row[c] for c in told] for i in views]
