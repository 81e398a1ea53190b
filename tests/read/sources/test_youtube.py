"""YouTube: Data API and YouTube Data Tools."""

import pytest


def _comment(id_: str, **said: object) -> dict[str, object]:
    return {
        "kind": "youtube#comment",
        "id": id_,
        "snippet": {"textDisplay": "a<br />b", "likeCount": 2, "publishedAt": "t"} | said,
    }


def test_thread_gives_its_comment_and_the_replies_shown(items):
    """Replies answer the comment, the comment answers the video."""
    thread = {
        "kind": "youtube#commentThread", "id": "A",
        "snippet": {"videoId": "V", "topLevelComment": _comment("A"), "totalReplyCount": 3},
        "replies": {"comments": [_comment("A.b", parentId="A", textOriginal="c")]},
    }  # fmt: skip
    top, reply = (item.row for item in items("youtube-api", {"items": [thread]}))
    assert (top["kind"], top["parent_id"], top["n_replies"]) == ("comment", "V", "3")
    assert top["text"] == "a\nb"
    assert (reply["kind"], reply["parent_id"], reply["root_id"]) == ("reply", "A", "V")
    assert reply["text"] == "c"


def test_video_statistics_are_text_already(items):
    """The API writes the counters of a video as strings; they stay as they are."""
    video = {
        "kind": "youtube#video", "id": "V",
        "snippet": {"title": "Recall", "description": "d", "channelId": "C", "publishedAt": "t"},
        "statistics": {"viewCount": "12345678901", "commentCount": "4"},
    }  # fmt: skip
    row = items("youtube-api", video)[0].row
    assert (row["n_impressions"], row["n_replies"], row["kind"]) == ("12345678901", "4", "post")


def test_search_counts_channels_as_context(items):
    """A search mixes videos with channels; only the videos are posts."""
    found = [
        {
            "kind": "youtube#searchResult",
            "id": {"kind": f"youtube#{k}", f"{k}Id": "1"},
            "snippet": {},
        }
        for k in ("video", "channel")
    ]
    assert [item.fate for item in items("youtube-api", {"items": found})] == ["load", "context"]


def test_data_tools_replies_name_their_parent(rows):
    """A comment of YouTube Data Tools is a reply where it names another."""
    text = "id,publishedAt,authorName,text,isReply,isReplyTo\nA,t,Ana,hola,0,\nB,t,Luis,sí,1,A\n"
    top, reply = rows("youtube-data-tools-comments", text)
    assert [(r["kind"], r["parent_id"]) for r in (top, reply)] == [
        ("comment", None),
        ("reply", "A"),
    ]


@pytest.mark.real_data
def test_api_real_answers_give_every_comment(items, real):
    """Recorded answers give the thread, its reply, and five threads a page."""
    folder = real / "youtube_api_fixtures/testdata"
    thread = items("youtube-api", folder / "modeldata/comments/comment_thread_info.json")
    assert [item.row["kind"] for item in thread] == ["comment", "reply"]
    page = items(
        "youtube-api", folder / "apidata/comment_threads/comment_threads_by_video_paged_1.json"
    )
    assert len(page) == 5
