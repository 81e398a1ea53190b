"""The first item of each thread, from reply links, where the export does not say it."""

from __future__ import annotations

import narwhals as nw

from crisislab.engine import Lazy, settled, small

_ITEM = ["platform", "post_id"]
# Each round doubles how far up the links reach: 2 ** 5 replies below one another.
_ROUNDS = 5


def add_roots(frame: Lazy) -> Lazy:
    """Return posts with ``root_id`` filled from their reply links where it is missing.

    Each item takes what is above its parent, again and again, so that the distance doubles each
    time (pointer jumping): threads up to 32 replies deep. A thread whose upper part is not in the
    data begins at the item that its topmost known item answers. What the platform states stands.

    Args:
        frame: Posts with ``platform, post_id, parent_id, root_id``.
    """
    if not _n_without_root(frame):
        return frame
    above = nw.coalesce(nw.col("root_id").cast(nw.String), nw.col("parent_id").cast(nw.String))
    links = frame.filter(~nw.col("parent_id").is_null()).select(*_ITEM, up=above)
    for _ in range(_ROUNDS):
        links = settled(links)
        upper = links.select("platform", up="post_id", top="up")
        links = links.join(upper, on=["platform", "up"], how="left").select(
            *_ITEM, up=nw.coalesce("top", "up")
        )
    tops = links.select(*_ITEM, found="up")
    known = nw.coalesce(nw.col("root_id").cast(nw.String), nw.col("found"))
    return frame.join(tops, on=_ITEM, how="left").with_columns(root_id=known).drop("found")


def _n_without_root(frame: Lazy) -> int:
    answering = frame.filter(~nw.col("parent_id").is_null() & nw.col("root_id").is_null())
    return int(small(answering.select(nw.len().alias("n")))["n"].iloc[0])
