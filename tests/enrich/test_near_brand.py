"""Looking among the posts near the brand alone changes nothing that is found."""

from __future__ import annotations

import random
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

import crisislab as cl
from crisislab.engine import small
from crisislab.enrich.inbox import Inbox, inbox
from crisislab.enrich.near_brand import circle_of, near_brand, together
from crisislab.enrich.people import NEAR_BRAND
from crisislab.responses import inbox_of
from crisislab.scored import scored_posts
from crisislab.session import open_session
from tests.build import at, posts
from tests.test_engine_review import copied

HANDLES = ["marca", "marca_ayuda"]
_ORDER = {"items": ["created_us", "post_id"], "told": ["created_us", "post_id"]}


def crowd(seed: int, *, rooted: bool = True, silent: bool = False) -> pd.DataFrame:
    """Return posts at random: links of every kind, to anything, in two files on two networks."""
    chance = random.Random(seed)
    some = [f"{chance.randrange(10**6)}" for _ in range(60)]
    rows: list[dict[str, Any]] = []
    for i, own_id in enumerate(some):
        link = {name: chance.choice([None, None, chance.choice(some), "999"])
                for name in ("parent_id", "shared_id", "root_id")}  # fmt: skip
        if rooted and link["parent_id"] and not link["root_id"]:
            link["root_id"] = link["parent_id"]
        own = chance.random() < 0.15
        mentions = chance.choice([None, None, "ana", "Marca luis", "MARCA_AYUDA", "marca.tienda"])
        row = {
            "platform": chance.choice(["x", "facebook"]), "post_id": own_id, **link, "own": own,
            "created_at": at(f"{10 + i % 9}:{i % 60:02}"),
            "author_id": chance.choice(["ana", "luis", "eva", None]) if not own else "m",
            "author_handle": chance.choice(["Ana", "Luis", None]) if not own else "Marca",
            "kind": chance.choice(["post", "reply", "repost", "review"]),
            "inbound": chance.choice([None, None, None, None, "true", "false"]),
            "mentions": None if silent else mentions,
            "text": chance.choice(["@marca hola", "hola", "@Ana gracias", "@marca_ayuda ¿y?"]),
            "source_file": chance.choice(["a.csv", "b.csv"]),
        }  # fmt: skip
        rows.append(row)
    return posts(*rows)


def with_near(frame: pd.DataFrame) -> pd.DataFrame:
    """Return posts with what scoring tells of them, half by half."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    own = table.column("own").combine_chunks()
    half = len(table) // 2
    parts = [circle_of(table.slice(a, half), own.slice(a, half)) for a in (0, half)]
    near = near_brand(table, own, together(parts, handles=HANDLES))
    return frame.assign(**{NEAR_BRAND: near.to_pandas()})


def assert_equal(first: Inbox, second: Inbox) -> None:
    """Hold what waits, what was answered and why posts are left out against one another."""
    for name, order in _ORDER.items():
        one, other = (small(getattr(box, name), by=order) for box in (first, second))
        pd.testing.assert_frame_equal(one.drop(columns=NEAR_BRAND, errors="ignore"), other)
    one, other = (
        small(box.every.select("platform", "post_id", "excluded"), by=["post_id", "platform"])
        for box in (first, second)
    )
    pd.testing.assert_frame_equal(one, other)


@pytest.mark.parametrize("seed", range(40))
def test_what_is_found_near_the_brand_is_all_there_is(seed: int) -> None:
    """Items, answers and exclusions are those of looking at all posts; most are looked at once."""
    frame = crowd(seed)
    told = with_near(frame)
    renamed = {"Ana": "Eva"} if seed % 2 else None
    assert 0 < told[NEAR_BRAND].sum() < len(told)
    near = inbox(told, handles=HANDLES, renamed=renamed, near=True)
    assert_equal(near, inbox(frame, handles=HANDLES, renamed=renamed))
    assert len(small(near.items)) > 5


@pytest.mark.parametrize("seed", range(5))
def test_threads_that_are_not_stated_are_followed_among_all_posts(seed: int) -> None:
    """Where the root of a reply is not stated, every post may stand below one of the brand."""
    frame = crowd(seed, rooted=False)
    told = with_near(frame)
    assert told[NEAR_BRAND].all()
    assert_equal(inbox(told, handles=HANDLES, near=True), inbox(frame, handles=HANDLES))


@pytest.mark.parametrize("seed", range(5))
def test_exports_that_name_nobody_are_read_whole(seed: int) -> None:
    """Without mentions the texts name the brand, so posts that were not told to be near count."""
    frame = crowd(seed, silent=True)
    told = with_near(frame)
    near = inbox(told, handles=HANDLES, near=True)
    assert_equal(near, inbox(frame, handles=HANDLES))
    named = frame["text"].str.startswith("@marca") & ~told[NEAR_BRAND]
    assert named.any()


def test_handles_beyond_ascii_let_every_mention_count() -> None:
    """Small letters of these are another matter: whoever names anybody is near."""
    frame = crowd(3)
    table = pa.Table.from_pandas(frame, preserve_index=False)
    own = table.column("own").combine_chunks()
    near = near_brand(table, own, together([circle_of(table, own)], handles=["marça"]))
    assert near.to_pandas()[frame["mentions"].notna()].all()


@pytest.mark.parametrize(("name", "most"), [("brumaria", 0.8), ("kestrel", 1.0)])
def test_stored_samples_wait_for_the_same(name: str, most: float, tmp_path: Any) -> None:
    """What scoring tells of the samples leaves posts out where threads are stated, no answer."""
    case = cl.open_case(copied(name, tmp_path), stored=True)
    with open_session("duckdb", case.folder / ".crisislab") as session:
        told = scored_posts(case, session, scorer=cl.LexiconScorer())
        n_near = small(told.select("near_brand"))[NEAR_BRAND].mean()
        assert 0.02 < n_near <= most
        assert_equal(inbox_of(case, told), inbox_of(case, told.drop(NEAR_BRAND)))
