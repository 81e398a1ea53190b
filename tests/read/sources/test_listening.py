"""Listening tools: what they estimate is kept apart."""

import pytest

BRANDWATCH = (
    "Query Id,Query Name,Date,Url,Sentiment,Page Type,Language,Added,Author,Full Text,Snippet,"
    "Resource Id,Reach (new),Mentioned Authors,{0} Followers,{0} {1},{0} Reply to,Engagement Type,"
    "Thread Entry Type\n"
    "1,Marca,2021-03-04 10:22:33.0,http://twitter.com/ana/statuses/1367424,negative,twitter,es,"
    '2021-03-04T10:30:00.000+0000,ana,,¿y mi dinero?,abc,150,"@marca, @luis",12,3,'
    "http://twitter.com/marca/statuses/1367000,REPLY,\n"
    "1,Marca,2021-03-04 11:00:00.0,http://blog.example/a,neutral,blog,es,,,El caso,,def,,,,,,,"
    "post\n"
)


@pytest.mark.parametrize("names", [("Twitter", "Retweets"), ("X", "Reposts")])
def test_brandwatch_reads_old_and_new_names(rows, names):
    """The columns of Twitter became those of X and say the same."""
    reply, article = rows("brandwatch", BRANDWATCH.format(*names))
    assert (reply["platform"], reply["post_id"], reply["parent_id"]) == ("x", "1367424", "1367000")
    assert (reply["kind"], reply["text"], reply["mentions"]) == (
        "reply",
        "¿y mi dinero?",
        "marca luis",
    )
    assert (reply["n_followers"], reply["n_reposts"]) == ("12", "3")
    assert (reply["vendor_sentiment"], reply["vendor_reach"]) == ("negative", "150")
    assert reply["collected_at"] == "2021-03-04T10:30:00.000+0000"
    assert (article["platform"], article["post_id"], article["kind"]) == ("blog", "def", "post")


def test_talkwalker_tells_the_network_by_address_or_type(rows):
    """The type of the source names the network where the address does not."""
    text = (
        "url,published,search_indexed,content,source_type,sentiment,reach,parent_url,lang\n"
        "https://twitter.com/ana/status/5,2026-03-05 10:00,2026-03-05 10:05,hola,S,-3,10,"
        "https://twitter.com/marca/status/4,es\n"
        'tw://1,2026-03-05 10:00,,hola,"SOCIALMEDIA,SOCIALMEDIA_INSTAGRAM",0,,,es\n'
    )
    reply, other = rows("talkwalker", text)
    assert (reply["platform"], reply["post_id"], reply["parent_id"]) == ("x", "5", "4")
    assert (reply["vendor_sentiment"], reply["collected_at"]) == ("-3", "2026-03-05 10:05")
    assert (other["platform"], other["kind"]) == ("instagram", "post")


def test_meltwater_joins_day_and_hour_and_unquotes_ids(rows):
    """The moment is in two columns and the id in quotation marks of its own."""
    text = (
        "Date,Headline,URL,Opening Text,Hit Sentence,Source,Sentiment,Reach,Tweet Id,Language,"
        "Alternate Date Format,Time,Influencer\n"
        "12-Feb-2024,,http://twitter.com/ana/statuses/7,hola @marca,hola @marca,Twitter,Negative,9,"
        '"""137""",Spanish,12-Feb-24,3:10 PM,@ana\n'
    )
    (row,) = rows("meltwater", text)
    assert (row["post_id"], row["created_at"], row["lang"]) == ("137", "12-Feb-24 3:10 PM", "es")
    assert (row["text"], row["mentions"], row["author_handle"]) == ("hola @marca", "marca", "ana")
    assert (row["vendor_sentiment"], row["vendor_reach"]) == ("Negative", "9")


def test_brand24_joins_date_and_hour(rows):
    """The address is in the column of the source, the moment in two."""
    text = (
        ",ID,Date,Hrs,Title,Content,Source,Domain,Category,Sentiment,Tags\n"
        ",3,2026-03-05,10:22,T,,https://www.reddit.com/r/a/,reddit.com,Forums,-1,\n"
    )
    (row,) = rows("brand24", text)
    assert (row["created_at"], row["text"], row["platform"]) == ("2026-03-05 10:22", "T", "reddit")
