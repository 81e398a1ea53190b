"""Facebook and Instagram through the Graph API."""

import pytest

LINK = "https://www.facebook.com/10/posts/20/?comment_id=30"
POST = {
    "id": "10_20", "message": "Lamentamos", "created_time": "2026-03-05T14:00:00+0000",
    "reactions": {"summary": {"total_count": 5}}, "shares": {"count": 2},
    "comments": {"summary": {"total_count": 9}, "data": [
        {"id": "20_30", "message": "¿Y ahora?", "created_time": "2026-03-05T14:01:00+0000",
         "from": {"id": "77", "name": "Ana"}, "comment_count": 1, "comments": {"data": [
            {"id": "20_31", "message": "Le escribimos", "created_time": "2026-03-05T14:09:00+0000"}
         ]}},
    ]},
}  # fmt: skip


def test_facebook_post_gives_its_comments_and_their_replies(items):
    """A post with nested comments gives every one, linked upwards."""
    found = [item.row for item in items("facebook-graph", {"data": [POST], "paging": {}})]
    ids = ("post_id", "kind", "parent_id", "root_id")
    assert [tuple(row.get(c) for c in ids) for row in found] == [
        ("10_20", "post", None, None),
        ("20_30", "comment", "10_20", "10_20"),
        ("20_31", "reply", "20_30", "10_20"),
    ]
    assert (found[0]["n_likes"], found[0]["n_reposts"], found[0]["n_replies"]) == ("5", "2", "9")


def test_facebook_comments_without_ids_take_them_from_their_address(items):
    """An answer asked for without ids still tells whom a comment answers."""
    comment = {"comment_count": 0, "created_time": "2026-03-05T14:01:00+0000", "message": "a"}
    page = {
        "data": [
            comment | {"permalink_url": link} for link in (LINK, f"{LINK}&reply_comment_id=31")
        ]
    }
    top, reply = (item.row for item in items("facebook-graph", page))
    assert (top["post_id"], top["parent_id"], top["kind"]) == ("20_30", "10_20", "comment")
    assert (reply["post_id"], reply["parent_id"], reply["kind"]) == ("20_31", "20_30", "reply")


def test_facebook_answer_keyed_by_id_is_read_like_a_page(items):
    """Asked for by several ids, the API answers with an object keyed by them."""
    assert items("facebook-graph", {"10_20": POST}) == items("facebook-graph", POST)


def test_instagram_media_gives_comments_and_replies(items):
    """Comments answer the media, replies answer the comment."""
    reply = {"id": "3", "text": "@ana le escribimos", "timestamp": "2026-03-05T15:00:00+0000"}
    remark = {"id": "2", "text": "mal", "timestamp": "t", "username": "ana"}
    media = {
        "id": "1", "caption": "Nueva bebida con @luis.g", "timestamp": "t", "media_type": "IMAGE",
        "comments": {"data": [remark | {"replies": {"data": [reply]}}]},
    }  # fmt: skip
    found = [item.row for item in items("instagram-graph", {"data": [media]})]
    assert [(row["post_id"], row["kind"], row.get("parent_id")) for row in found] == [
        ("1", "post", None), ("2", "comment", "1"), ("3", "reply", "2")
    ]  # fmt: skip
    assert (found[0]["mentions"], found[2]["mentions"]) == ("luis.g", "ana")


@pytest.mark.real_data
def test_graph_real_answers_give_every_node(items, real):
    """Recorded answers give as many posts and comments as they hold."""
    folder = real / "facebook_graph_fixtures/testdata"
    several = items("facebook-graph", folder / "facebook/apidata/posts/multi_posts_data.json")
    assert [item.row["kind"] for item in several].count("comment") == 16
    comments = items("facebook-graph", folder / "facebook/apidata/comments/comments_p1.json")
    assert (len(comments), len({item.row["post_id"] for item in comments})) == (10, 10)
    media = items("instagram-graph", folder / "instagram/apidata/users/tagged_medias.json")
    assert len(media) == 5
