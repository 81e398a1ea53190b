"""X: API v2, API v1.1, archive, twarc-csv, Analytics."""

from collections import Counter

import pytest

USER = {"id": "7", "name": "Ana", "username": "ana", "public_metrics": {"followers_count": 12}}
CUT = {
    "id": "2", "author_id": "7", "text": "RT @marca: Lamentamos lo ocurri…", "lang": "es",
    "created_at": "2026-03-05T14:02:11.000Z", "conversation_id": "2",
    "public_metrics": {"retweet_count": 41, "reply_count": 0, "like_count": 0, "quote_count": 0},
    "entities": {"mentions": [{"username": "marca"}]},
    "referenced_tweets": [{"type": "retweeted", "id": "1"}],
}  # fmt: skip
WHOLE = {
    "id": "1", "author_id": "8", "text": "Lamentamos lo ocurrido con @luis",
    "created_at": "2026-03-05T13:00:00.000Z", "entities": {"mentions": [{"username": "luis"}]},
}  # fmt: skip
REPLY = {
    "id": "3", "author_id": "9", "text": "@marca ¿y el reembolso?", "conversation_id": "1",
    "created_at": "2026-03-05T14:05:00.000Z", "lang": "qme",
    "referenced_tweets": [{"type": "quoted", "id": "5"}, {"type": "replied_to", "id": "1"}],
    "public_metrics": {"retweet_count": 2, "like_count": 3, "impression_count": 77},
}  # fmt: skip
PAGE = {
    "data": [CUT, REPLY],
    "includes": {"users": [USER], "tweets": [WHOLE, CUT]},
    "__twarc": {"retrieved_at": "2026-03-06T00:00:00+00:00"},
}


def test_v2_page_gives_its_data_and_counts_the_rest_as_context(items):
    """Rows are the entries of data; what stands in includes is context, all of it counted."""
    found = items("x-v2", PAGE)
    assert [(i.row.get("post_id"), i.fate) for i in found][:3] == [
        ("2", "load"), ("3", "load"), ("1", "context")
    ]  # fmt: skip
    assert len(found) == len(PAGE["data"]) + len(PAGE["includes"]["tweets"])


def test_v2_repost_has_the_whole_text_and_none_of_the_original_counters(items):
    """The cut text is completed, and counters that are the original's are left out."""
    row = items("x-v2", PAGE)[0].row
    assert row["text"] == "RT @marca: Lamentamos lo ocurrido con @luis"
    assert (row["kind"], row["shared_id"], row["parent_id"]) == ("repost", "1", None)
    assert row["mentions"] == "marca luis"
    assert "n_reposts" not in row
    assert (row["author_handle"], row["n_followers"]) == ("ana", "12")
    assert row["url"] == "https://x.com/ana/status/2"
    assert row["collected_at"] == "2026-03-06T00:00:00+00:00"


def test_v2_reply_that_quotes_keeps_both_ids(items):
    """An answer stays an answer though it quotes, and an unknown language is missing."""
    row = items("x-v2", PAGE)[1].row
    assert (row["kind"], row["parent_id"], row["shared_id"]) == ("reply", "1", "5")
    assert (row["root_id"], row["lang"], row["n_impressions"]) == ("1", None, "77")
    assert row["author_handle"] is None


def test_v2_reads_streaming_and_flattened_lines(items):
    """A single post is read from ``data`` as an object and from a line of its own."""
    flat = CUT | {"author": USER, "referenced_tweets": [{"type": "retweeted"} | WHOLE]}
    found = items("x-v2", {"data": CUT, "includes": PAGE["includes"]}, flat)
    streamed, flattened = (item for item in found if item.fate == "load")
    assert streamed.row["text"] == flattened.row["text"]
    assert flattened.row["author_handle"] == "ana"


def test_v2_rejects_an_error_and_passes_an_empty_page(items):
    """A line with errors alone is set aside; a search without results is neither."""
    found = items("x-v2", {"errors": [{"title": "Stream disconnected"}]})
    assert [(i.fate, i.reason) for i in found] == [("reject", "CL-ROW-NOT-DATA")]
    assert items("x-v2", {"meta": {"result_count": 0}}) == []


def test_v1_reads_every_place_of_the_text(items):
    """The longest form of the text wins, of the post and of the original."""
    user = {"id_str": "7", "screen_name": "ana", "name": "Ana", "followers_count": 12}
    long = {"full_text": "Un texto largo para @marca", "entities": {"user_mentions": []}}
    streamed = {"id_str": "1", "text": "Un texto…", "extended_tweet": long, "user": user}
    shared = {"id_str": "2", "text": "RT @ana: Un te…", "retweeted_status": streamed, "user": user}
    texts = [item.row["text"] for item in items("x-v1", streamed, shared)]
    assert texts == ["Un texto largo para @marca", "RT @ana: Un texto largo para @marca"]


def test_v1_ids_come_from_text_not_from_rounded_numbers(items):
    """The exact id is the string; the number beside it may have been rounded."""
    post = {"id": 1.2e18, "id_str": "1200000000000000123", "text": "a", "user": {"id": 1}}
    row = items("x-v1", post | {"in_reply_to_status_id_str": "9"})[0].row
    assert (row["post_id"], row["kind"], row["parent_id"]) == ("1200000000000000123", "reply", "9")


def test_archive_posts_are_the_accounts_own(items):
    """With or without its wrapper, an archive entry is an outbound post."""
    post = {"id_str": "1", "full_text": "RT @otra: hola", "favorite_count": "3", "entities": {}}
    wrapped, bare = items("x-archive", {"tweet": post}, post)
    assert wrapped == bare
    assert (bare.row["kind"], bare.row["inbound"]) == ("repost", "false")


TWARC = """id,conversation_id,referenced_tweets.replied_to.id,referenced_tweets.retweeted.id,\
author_id,text,lang,entities.mentions,author.username,public_metrics.like_count,created_at
3,1,1,,9,"@marca hola",und,"[""@marca"", ""@luis""]",luis,4,2026-03-05T14:05:00.000Z
4,4,,1,9,Lamentamos,es,,luis,99,2026-03-05T14:06:00.000Z
"""
OLD_TWARC = """id,conversation_id,author_id,text,author.username,referenced_tweets,entities.mentions
5,5,9,"""+'"""dos\\nl\\u00edneas"""'+""",luis,"[{""type"": ""quoted"", ""id"": ""1""}]",\
"[{""username"": ""marca""}]"
"""  # fmt: skip


def test_twarc_csv_maps_references_and_lists(rows):
    """Ids of the referenced posts give the kind; lists are JSON in a cell."""
    reply, repost = rows("x-twarc-csv", TWARC)
    assert (reply["kind"], reply["parent_id"], reply["mentions"]) == ("reply", "1", "marca luis")
    assert (reply["lang"], reply["n_likes"]) == (None, "4")
    assert (repost["kind"], repost["shared_id"], repost["n_likes"]) == ("repost", "1", None)


def test_twarc_csv_reads_its_first_versions(rows):
    """Early tables hold the references, the mentions and the text as JSON."""
    (row,) = rows("x-twarc-csv", OLD_TWARC)
    assert (row["kind"], row["shared_id"], row["mentions"]) == ("quote", "1", "marca")
    assert row["text"] == "dos\nlíneas"


def test_analytics_content_leaves_rows_without_an_id_out(rows):
    """Rows without an id occur in the export and are not items."""
    header = "Post id,Date,Post text,Post Link,Likes\n"
    text = header + '1,"Tue, Jul 14, 2026",@ana hola,u,"1,234"\n,"x",,,\n'
    kept, left = rows("x-analytics-content", text)
    assert (kept["kind"], kept["n_likes"], left) == ("reply", "1,234", None)


@pytest.mark.real_data
def test_v2_real_files_give_what_they_hold(items, real):
    """Pages, flattened and streaming lines of real collections give every post once."""
    folder = real / "twarc_csv_testdata/test-data"
    paged, flat = (items("x-v2", folder / f"{name}.jsonl") for name in ("noflat", "flat"))
    loaded = [item.row for item in paged if item.fate == "load"]
    assert (len(loaded), len(paged) - len(loaded)) == (100, 66)
    assert [r["text"] for r in loaded] == [item.row["text"] for item in flat]
    assert [r["parent_id"] for r in loaded] == [item.row["parent_id"] for item in flat]
    kinds = Counter(row["kind"] for row in loaded)
    assert kinds == {"repost": 47, "reply": 31, "post": 14, "quote": 8}
    stream = items("x-v2", folder / "streaming_output_with_error.jsonl")
    assert sum(item.fate == "load" for item in stream) == 7


@pytest.mark.real_data
def test_twarc_csv_real_file_agrees_with_its_json(items, rows, real):
    """The table made from a collection gives the same ids, links and kinds as the collection."""
    folder = real / "twarc_csv_testdata"
    table = rows("x-twarc-csv", folder / "csv_made_with_twarc_csv/noflat.csv")
    pages = items("x-v2", folder / "test-data/noflat.jsonl")
    shared = ("post_id", "parent_id", "root_id", "shared_id", "kind", "author_handle", "lang")
    told = {r["post_id"]: [r[c] for c in shared] for r in table}
    assert told == {i.row["post_id"]: [i.row[c] for c in shared] for i in pages if i.fate == "load"}


@pytest.mark.real_data
def test_v1_real_file_gives_every_line(items, real):
    """The Napa collection holds 409 posts, of which 142 are reposts and 8 replies."""
    found = items("x-v1", real / "tweets_v11_napa_jsonl/TweetsRetrievalTool-1.2/output.txt")
    kinds = Counter(item.row["kind"] for item in found)
    assert (len(found), kinds["repost"], kinds["reply"]) == (409, 142, 8)
