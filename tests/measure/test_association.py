"""Who wrote again: answered and unanswered people watched from the same moment."""

from __future__ import annotations

import duckdb
import pandas as pd
import pytest

from crisislab.engine import lazy, small
from crisislab.measure.association import wrote_again
from crisislab.schema import POSTS

OPENED = pd.Timestamp("2026-03-05 10:00", tz="UTC")
HOUR = pd.Timedelta(hours=1)


def _case() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Twelve answered within an hour, twelve never; who writes when is told by their number."""
    waits, posts = [], []
    # Hours after the opening at which they write: watched are those after 4 up to 28.
    writes = {0: (5,), 1: (4, 28), 2: (4,), 3: (28.1,), 12: (2, 27), 13: (3.9,), 14: (10, 11)}
    for person in range(24):
        replied = OPENED + HOUR if person < 12 else pd.NaT
        waits.append(("x", str(person), OPENED, replied))
        posts += [(str(person), OPENED + at * HOUR) for at in writes.get(person, ())]
    posts += [("12", OPENED + 100 * HOUR), ("stranger", OPENED + 6 * HOUR)]
    rows = pd.DataFrame(posts, columns=["author_id", "created_at"])
    rows = rows.assign(platform="x", post_id=[str(i) for i in rows.index], own=False)
    columns = ["platform", "person", "opened_at", "replied_at"]
    return pd.DataFrame(waits, columns=columns), POSTS.conform(rows)


@pytest.mark.parametrize("engine", ["pandas", "duckdb"])
def test_only_posts_while_watched_count(engine: str) -> None:
    """From four hours after the opening, exclusive, to a day later, inclusive."""
    waits, posts = _case()
    given = posts if engine == "pandas" else duckdb.connect().from_df(small(lazy(posts)))
    found = wrote_again(waits, given).set_index("group")
    assert found["n"].to_dict() == {"answered": 12, "unanswered": 12}
    # 0 and 1 (at 28 h sharp); 12 and 14. Not 2 (at 4 h sharp), not 3, not 13.
    assert found["n_again"].to_dict() == {"answered": 2, "unanswered": 2}
