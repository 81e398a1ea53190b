"""Scrapers: twitterscraper, minet, ExportComments, 4CAT, Zeeschuimer."""

from collections import Counter

import pytest


def test_minet_takes_the_instant_and_not_the_local_time(rows):
    """The epoch counts, not the collector's clock; a repost's counters are the original's."""
    text = (
        "id,timestamp_utc,local_time,user_screen_name,text,to_tweetid,retweeted_id,quoted_id,"
        "mentioned_names,like_count\n"
        "1,1610005273.0,2021-01-07T08:41:13,ana,hola,9,,,marca|luis,2\n"
        "2,1610005274.0,2021-01-07T08:41:14,ana,RT @marca: a,,8,,marca,50\n"
    )
    reply, repost = rows("minet-x", text)
    assert reply["created_at"] == "1610005273.0"
    assert (reply["kind"], reply["parent_id"], reply["mentions"]) == ("reply", "9", "marca luis")
    assert (repost["kind"], repost["shared_id"], repost["n_likes"]) == ("repost", "8", None)


def test_exportcomments_profile_ids_lose_their_label(rows):
    """The id is written with a label before it."""
    text = "Name (click to view profile),Profile ID,Date,Likes,Comment\nAna,ID: 809570028,d,0,a\n"
    (row,) = rows("exportcomments", text)
    assert (row["author_id"], row["kind"]) == ("809570028", "comment")


def test_4cat_rows_take_their_platform_from_their_address(rows):
    """A 4CAT table tells the platform by the address only, and replies by the thread."""
    text = (
        "id,thread_id,timestamp,unix_timestamp,link,body,author,is_retweet,mentions\n"
        '2,1,2026-03-05 14:00:00,1772719200,https://x.com/ana/status/2,hola,ana,no,"marca,luis"\n'
    )
    (row,) = rows("4cat", text)
    assert (row["platform"], row["kind"], row["root_id"]) == ("x", "reply", "1")
    assert (row["created_at"], row["mentions"]) == ("1772719200", "marca luis")
    assert row["parent_id"] is None


def test_zeeschuimer_maps_each_platform_and_rejects_the_rest(items):
    """Lines of known platforms are rows with their platform, others are set aside."""
    said = {"full_text": "hola", "in_reply_to_status_id_str": "1", "conversation_id_str": "1"}
    tweet = {"rest_id": "2", "legacy": said}
    clip = {"id": "7", "desc": "baile", "createTime": 1, "author": {"uniqueId": "ana"}}
    media = {"pk": "5", "code": "C", "taken_at": 1, "user": {"username": "luis"}}
    captured = [
        {"timestamp_collected": 9, "source_platform": "p", "data": d}
        for d in (tweet, clip, media, {})
    ]
    found = items("zeeschuimer", *captured)
    assert [item.row.get("platform") for item in found] == ["x", "tiktok", "instagram", None]
    assert [item.fate for item in found] == ["load", "load", "load", "reject"]
    assert (found[0].row["kind"], found[0].row["parent_id"]) == ("reply", "1")
    assert found[0].row["collected_at"] == "9"


@pytest.mark.real_data
def test_twitterscraper_real_file_gives_every_post(items, real):
    """The Pepsi collection holds 4,757 posts, 1,465 of them replies."""
    found = items("twitterscraper", real / "brandcrisis_pepsi_2017/pepsi_2017_merged.ndjson")
    assert Counter(item.row["kind"] for item in found) == {"post": 3292, "reply": 1465}
    assert found[0].row["created_at"] == "1490691607"


@pytest.mark.real_data
def test_minet_real_table_gives_every_kind(rows, real):
    """The four posts of the recorded table are two replies, a quote and a repost."""
    table = rows("minet-x", real / "twitwi_fixtures/test/resources/tweet-export.csv")
    assert Counter(row["kind"] for row in table) == {"reply": 2, "quote": 1, "repost": 1}
