"""What hand labels buy on streams that no setting was chosen on.

Run from the project's folder, with the data beside it (none of it ships with crisislab)::

    python benchmarks/held_out.py --data ../shared/data/real --draws 12

Estimator, band, neighbourhood and weights of features were chosen on the two airline streams of
``labels_card.py``; nothing was chosen on these, which were run once all settings stood. Of each set
only what was kept apart while the word lists were written (``report_card.py``) is used: InterTASS
dev, the odd half of VADER's tweets, and VADER's Amazon reviews, whose errors nobody read.

InterTASS has a true course: its ids hold the time of each tweet (July 2016 to January 2017); days
are joined until 30 posts stand in a bin. A *swing* is that of ``labels_card.py``: 72 hours of these
texts drawn anew by class, negative share .30, .90, .45; *level*: the same hours at the set's own
share. Columns as there.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from labels_card import as_posts, card, swing
from report_card import halves, read_rated, read_tass

_DAY = 24
# An id divided by 2^22 is its time in milliseconds since this one (Snowflake).
_FIRST_MS, _SINCE = 1288834974657, 2**22


def streams(folder: Path) -> Iterator[tuple[str, pd.DataFrame, int]]:
    """Yield name, posts with ``truth`` and bin width (hours) of each stream held out."""
    tass = sorted((folder / "intertass_es" / "pysentimiento" / "data" / "sent" / "dev").glob("*"))
    if tass:
        posts = timed(pd.concat([read_tass(path) for path in tass], ignore_index=True))
        yield "es InterTASS, daily", posts, _DAY
        yield "es InterTASS, swing", swing(posts, seed=5), 1
    for name in ("tweets", "amazonReviewSnippets"):
        path = folder / "hutto_ICWSM_2014" / f"{name}_GroundTruth.txt"
        if path.exists():
            parts = {part: rows for part, _, rows in halves("VADER", "en", read_rated(path))}
            rows = parts["VADER held out" if name == "tweets" else "VADER all"]
            posts = as_posts(rows.rename(columns={"label": "truth"}).assign(
                post_id=[str(i) for i in range(len(rows))],
                created_at=pd.Timestamp("2026-03-05", tz="UTC")), lang="en")  # fmt: skip
            yield f"en VADER's {name}, swing", swing(posts, seed=5), 1
            level = float((posts["truth"] == "negative").mean())
            yield f"en VADER's {name}, level", swing(posts, seed=6, shares=np.full(72, level)), 1


def timed(rows: pd.DataFrame) -> pd.DataFrame:
    """Return InterTASS as posts at the time that is in each id."""
    at = pd.to_datetime(rows["id"].astype("int64") // _SINCE + _FIRST_MS, unit="ms", utc=True)
    return as_posts(
        rows.assign(post_id=rows["id"].astype(str), created_at=at, truth=rows["label"]), lang="es"
    )


if __name__ == "__main__":
    card(streams, title="What hand labels buy, on streams held out.")
