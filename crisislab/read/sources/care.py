"""Customer care on X: the public twcs table (Customer Support on Twitter).

Layout: thoughtvector/customer-support-on-twitter, real file. Ids are small serial numbers, so
the id clock does not apply; a re-saved copy has a nameless index column and ids such as ``3.0``.
"""

from __future__ import annotations

from crisislab.read._reader import Reader, Times, has_columns

READERS: tuple[Reader, ...] = (
    Reader(
        name="twcs",
        escaped=True,
        title="Customer Support on Twitter (twcs.csv)",
        gives="posts",
        confirmed="real file",
        recognise=has_columns(
            "tweet_id", "author_id", "inbound", "created_at", "text", "in_response_to_tweet_id"
        ),
        platform="x",
        columns={
            "post_id": ("tweet_id",),
            "author_id": ("author_id",),
            "author_handle": ("author_id",),
            "inbound": ("inbound",),
            "created_at": ("created_at",),
            "text": ("text",),
            "parent_id": ("in_response_to_tweet_id",),
        },
        times={"created_at": Times("twitter", "UTC")},
    ),
)
