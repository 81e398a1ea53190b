"""TikTok."""

import pytest


def test_research_ids_stay_exact(items):
    """Ids beyond 2 to the 53 keep every digit."""
    video = {"id": 7028743950684949659, "username": "marca", "create_time": 1633823999}
    row = items("tiktok-research", {"data": {"videos": [video]}, "error": {"code": "ok"}})[0].row
    assert row["post_id"] == "7028743950684949659"
    assert row["url"] == "https://www.tiktok.com/@marca/video/7028743950684949659"


def test_research_comment_answers_the_video_or_a_comment(items):
    """A comment whose parent is the video is no reply."""
    comments = [{"id": 2, "video_id": 1, "parent_comment_id": p, "text": "a"} for p in (1, 5)]
    top, reply = items("tiktok-research", {"data": {"comments": comments}})
    assert (top.row["kind"], top.row["parent_id"]) == ("comment", "1")
    assert (reply.row["kind"], reply.row["parent_id"], reply.row["root_id"]) == ("reply", "5", "1")


def test_research_page_without_items_is_no_fault(items):
    """An answer that found nothing is empty; an error is set aside."""
    assert items("tiktok-research", {"data": {"videos": []}, "error": {"code": "ok"}}) == []
    assert items("tiktok-research", {"error": {"code": "access_token_invalid"}})[0].fate == "reject"


@pytest.mark.real_data
def test_research_examples_of_the_documentation(items, real):
    """The documentation's examples give two videos and a comment."""
    folder = real / "tiktok_research_fixtures/tests/testthat"
    videos = items("tiktok-research", folder / "example_resp_q_videos.json")
    assert [item.row["post_id"] for item in videos] == ["702874395068494965"] * 2
    assert len(items("tiktok-research", folder / "example_resp_comments.json")) == 1
