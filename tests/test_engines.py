"""Every measure over posts gives the same on pandas, polars and DuckDB (Spark: its own tests)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import narwhals as nw
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import crisislab as cl
from crisislab import engine
from crisislab.check.sampling import check_sampling
from crisislab.engine import connect, few, lazy, settled, small
from crisislab.enrich.conversations import conversations, exchanges
from crisislab.enrich.events import events
from crisislab.enrich.inbox import inbox
from crisislab.enrich.sentiment import add_language, add_sentiment
from crisislab.measure.collector import collector_cap
from crisislab.measure.drivers import amplification, authors, items, reposts, reposts_seen
from crisislab.measure.eligible import eligible_items
from crisislab.measure.engagement import engagement, engagement_items
from crisislab.measure.reach import reach_by_platform
from crisislab.measure.response import waits
from crisislab.measure.sentiment import negativity_per_hour, unscored_languages
from crisislab.measure.service import next_waits
from crisislab.measure.share_of_voice import share_of_voice
from crisislab.measure.volume import posts_per_hour
from crisislab.session import brought
from tests.enrich.test_near_brand import HANDLES, crowd, with_near

SAMPLE = Path(__file__).parent.parent / "data" / "sample" / "brumaria"
QUIET = (datetime(2026, 3, 1, 23, tzinfo=UTC), datetime(2026, 3, 15, 23, tzinfo=UTC))
PANEL = {"us": ["brumaria_sim"], "them": ["gracias", "pedido"]}


def on_duckdb(frame: pd.DataFrame) -> Any:
    """Return posts as a lazy frame over a table of a connection of their own."""
    native: Any = lazy(frame).to_native()
    connection = connect()
    connection.register("given", pa.Table.from_pandas(native, preserve_index=False))
    connection.execute("create table posts as from given")
    return nw.from_native(connection.table("posts")).lazy()


def on_polars(frame: pd.DataFrame) -> Any:
    """Return posts as a lazy frame of polars."""
    native: Any = lazy(frame).to_native()
    table = pa.Table.from_pandas(native, preserve_index=False)
    return nw.from_native(pl.from_arrow(table)).lazy()


@pytest.fixture(scope="module")
def sample() -> pd.DataFrame:
    """Posts of the sample with language and scores."""
    posts = cl.open_case(SAMPLE).posts
    return add_sentiment(add_language(posts), scorer=cl.LexiconScorer())


def _until(frame: pd.DataFrame) -> pd.Series:
    found: pd.Series = frame.groupby("platform")["created_at"].max()
    return found


def _told(found: Any) -> Any:
    """Return what a measure gives, engines' order of rows aside."""
    if isinstance(found, nw.LazyFrame):
        found = small(found)
    if not isinstance(found, pd.DataFrame):
        return found
    told = found[sorted(found)].astype("object").where(found[sorted(found)].notna(), None)
    rows = [tuple(map(_plain, row)) for row in told.itertuples(index=False)]
    return list(found[sorted(found)]), sorted(rows, key=repr)


def _plain(value: Any) -> Any:
    if isinstance(value, pd.Timestamp):
        return value.isoformat()
    if value is None or isinstance(value, str):
        return value
    return round(float(value), 9)


MEASURES: dict[str, Callable[[Any, pd.DataFrame], Any]] = {
    "posts per hour": lambda posts, _: posts_per_hour(posts),
    "negativity per hour": lambda posts, _: negativity_per_hour(posts),
    "unscored languages": lambda posts, _: unscored_languages(posts, scorer="s 1"),
    "reach": lambda posts, _: reach_by_platform(posts),
    "collector cap": lambda posts, _: collector_cap(posts, quiet=QUIET),
    "authors": lambda posts, _: authors(posts),
    "items": lambda posts, _: items(posts, authors(posts)),
    "reposts": lambda posts, _: reposts(posts),
    "amplification": lambda posts, _: amplification(posts),
    "reposts seen": lambda posts, _: reposts_seen(posts),
    "engagement items": lambda posts, _: engagement_items(posts),
    "engagement": lambda posts, _: engagement(posts, seed=7),
    "share of voice": lambda posts, _: share_of_voice(
        posts, panel=PANEL, locked=date(2026, 1, 1)
    ),
    "sampling": lambda posts, _: [str(problem) for problem in check_sampling(posts)],
    "eligible": lambda posts, _: eligible_items(posts, handles=["brumaria_sim"]),
    "conversations": lambda posts, _: conversations(posts, handles=["brumaria_sim"]),
    "exchanges": lambda posts, _: exchanges(posts, handles=["brumaria_sim"]),
    "waits": lambda posts, frame: waits(posts, until=_until(frame), handles=["brumaria_sim"]),
    "next waits": lambda posts, frame: next_waits(
        posts, until=_until(frame), handles=["brumaria_sim"]
    ),
    "events": lambda posts, _: events(posts, handled=pd.DataFrame(), handles=["brumaria_sim"]),
}  # fmt: skip


@pytest.mark.parametrize("name", MEASURES)
def test_a_measure_is_the_same_on_every_engine(name: str, sample: pd.DataFrame) -> None:
    """What pandas tells of the sample, polars and DuckDB tell."""
    measure = MEASURES[name]
    wanted = _told(measure(sample, sample))
    assert wanted[1] if isinstance(wanted, tuple) else wanted
    assert _told(measure(on_polars(sample), sample)) == wanted
    assert _told(measure(on_duckdb(sample), sample)) == wanted


@pytest.mark.parametrize("most", [engine.FEW, 0])
@pytest.mark.parametrize("seed", range(25))
def test_few_posts_of_duckdb_are_worked_on_by_polars(
    seed: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What waits, what was answered and what is counted are those of pandas, however many rows."""
    monkeypatch.setattr(engine, "FEW", most)
    frame = crowd(seed)
    who: dict[str, Any] = {"handles": HANDLES, "renamed": {"Ana": "Eva"} if seed % 2 else None}
    wanted, found = inbox(frame, **who), inbox(on_duckdb(with_near(frame)), **who, near=True)
    assert found.items.implementation.is_polars() == (most > 0)
    assert found.every.implementation.is_duckdb()
    both = (wanted, found)
    one, other = (_told(box.items) for box in both)
    assert len(one[1]) > 5
    assert one == other
    one, other = (_told(box.told.drop("near_brand", strict=False)) for box in both)
    assert one == other
    for measure in (
        eligible_items, conversations, exchanges,
        lambda box: events(box, handled=pd.DataFrame()),
        lambda box: waits(box, until=_until(frame), rule="opening-posts"),
    ):  # fmt: skip
        one, other = (_told(measure(box)) for box in both)
        assert one == other


def test_without_polars_duckdb_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where polars is missing, or was built for another processor, nothing is changed."""
    posts = on_duckdb(crowd(1))
    assert few(posts).implementation.is_polars()
    monkeypatch.setattr(engine, "has_polars", lambda: False)
    assert few(posts) is posts


def test_polars_that_warns_of_the_processor_is_not_used(tmp_path: Path) -> None:
    """It would crash there: the warning is taken for what it is."""
    import subprocess
    import sys

    stand_in = tmp_path / "polars.py"
    stand_in.write_text("import warnings\nwarnings.warn('no AVX2', RuntimeWarning)\n")
    asked = "from crisislab.engine import has_polars; print(has_polars())"
    for path, wanted in ((f"import sys; sys.path.insert(0, {str(tmp_path)!r}); ", "False"),
                         ("", "True")):  # fmt: skip
        ran = subprocess.run([sys.executable, "-c", path + asked], capture_output=True, text=True,
                             check=True)  # fmt: skip
        assert ran.stdout.strip() == wanted


def test_few_rows_are_brought_to_another_engine() -> None:
    """The rows are the same there; those of the same engine are left as they are."""
    frame = crowd(2)[["platform", "post_id"]]
    here, there = on_polars(frame), on_duckdb(frame)
    assert brought(here, here) is here
    for one, other in ((here, there), (there, here), (lazy(frame), here)):
        found = brought(one, other)
        assert found.implementation is other.implementation
        assert _told(found) == _told(frame)
    assert settled(here).implementation.is_polars()
