"""CrowdTangle and Meta Business Suite."""

import pytest

from crisislab.read._reader import Probe

SUITE = (
    '"Post ID","Page ID","Page name",Title,Description,"Publish time",Permalink,"Is share",'
    "Views,Reach,Reactions,Comments,Shares\n"
    '12345678901234567,99,Marca,,"Lamentamos, mucho",09/28/2026 18:12,u,1,"1,234",900,5,6,7\n'
)


def test_suite_takes_the_longer_caption_and_a_whole_id(rows):
    """The caption is in one of two columns; with the page the id is that of the Graph API."""
    (row,) = rows("meta-suite-facebook", SUITE)
    assert (row["post_id"], row["text"]) == ("99_12345678901234567", "Lamentamos, mucho")
    assert (row["kind"], row["inbound"], row["vendor_reach"]) == ("repost", "false", "900")
    assert (row["n_impressions"], row["created_at"]) == ("1,234", "09/28/2026 18:12")


def test_suite_reads_older_names(rows):
    """Older exports say impressions where newer ones say views."""
    (row,) = rows("meta-suite-facebook", SUITE.replace("Views", "Impressions"))
    assert row["n_impressions"] == "1,234"


def test_series_are_known_and_are_no_posts(reader):
    """A page series has two columns and no posts."""
    series = reader("meta-suite-series")
    assert series.gives == "other"
    assert series.recognise(Probe("table", columns=("Date", "Primary")))
    assert not series.recognise(Probe("table", columns=("Date", "Primary", "Text")))


def test_crowdtangle_posts_without_a_message_keep_their_words(rows):
    """Where the message is empty the words are in the link or the image."""
    text = (
        "Page Name,Post Created,Shares,Message,URL,Link Text\n"
        "Marca,2023-10-27 15:00:03 EDT,6,,https://www.facebook.com/10/posts/20,Recall\n"
    )
    (row,) = rows("crowdtangle-facebook", text)
    assert (row["post_id"], row["author_id"], row["text"]) == ("10_20", "10", "Recall")
    assert row["created_at"] == "2023-10-27 15:00:03 EDT"


@pytest.mark.real_data
def test_crowdtangle_real_rows_have_ids_and_zones(rows, real):
    """2,203 rows have distinct ids and mix EST with EDT."""
    table = rows("crowdtangle-facebook", real / "crowdtangle_derived/db1_rows_with_genocide.csv")
    assert len(table) == 2203
    assert {row["created_at"].rpartition(" ")[2] for row in table} == {"EST", "EDT"}
    assert all(row["post_id"] for row in table)
