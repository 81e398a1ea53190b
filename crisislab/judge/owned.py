"""The brand's own posts over time: corrected, edited, taken down; and who spoke first."""

from __future__ import annotations

import pandas as pd

from crisislab.enrich.commitments import holds
from crisislab.enrich.evidence import references
from crisislab.metrics import metrics, number
from crisislab.schema import OWNED


def owned_changes(
    posts: pd.DataFrame,
    log: pd.DataFrame,
    *,
    versions: pd.DataFrame,
    since: pd.Timestamp | None,
) -> pd.DataFrame:
    """Return what was done to own posts: corrections, edits and removals, with their rows.

    A correction is a public post that says so. An edit is the same post with another text in
    another export, or an entry of the log that says so; a removal is told by the log. Posts gone
    before the first export leave no trace: none found is not none made.

    Args:
        posts: Posts of the case.
        log: Log of the case.
        versions: Rows left out because the same post with another text was kept.
        since: From when on.

    Returns:
        A table ``schema.OWNED``.
    """
    own = posts[posts["own"] & ~posts["automated"]]
    corrections = own[_holding(own, "correction")]
    rows = _rows(corrections, "correction", "created_at")
    own_ids = set(zip(own["platform"], own["post_id"], strict=True))
    pairs = list(zip(versions["platform"], versions["post_id"], strict=True))
    edits = versions[pd.Series([p in own_ids for p in pairs], index=versions.index, dtype=bool)]
    rows += _rows(edits, "edit", "collected_at")
    said = log[~log["drill"]]
    for what in ("removed", "edited"):
        told = said[_holding(said, what)]
        rows += _rows(told, {"removed": "removal", "edited": "edit"}[what], "logged_at")
    table = OWNED.conform(pd.DataFrame(rows, columns=OWNED.names))
    if since is not None:
        table = table[table["at"].isna() | (table["at"] >= since)]
    return table.sort_values(["at", "rows"], kind="stable").reset_index(drop=True)


def _holding(rows: pd.DataFrame, cue: str) -> pd.Series:
    hits = [holds(str(text), cue) for text in rows["text"].fillna("")]
    return pd.Series(hits, index=rows.index, dtype=bool)


def _rows(found: pd.DataFrame, change: str, at: str) -> list[dict[str, object]]:
    by = "log" if at == "logged_at" else "posts"
    where = "channel" if by == "log" else "platform"
    return [
        {"change": change, "at": row[at], "where": row[where], "text": row["text"],
         "known_by": by, "rows": place}
        for row, place in zip(found.to_dict("records"), references(found), strict=True)
    ]  # fmt: skip


def spoke_first(*, onset: pd.Timestamp | None, statement: pd.Timestamp | None) -> pd.DataFrame:
    """Return by how long the brand spoke before (negative: after) the public's rise.

    ``thunder_lead``: first statement to onset, minutes. Positive is "stealing thunder"; whether it
    helped is not told by that (Coombs and colleagues: the effect hangs on what follows).
    """
    lead = None
    if onset is not None and statement is not None:
        lead = (onset - statement).total_seconds() / 60
    return metrics(
        [number("thunder_lead", lead, unit="minutes", n=0 if lead is None else 1,
                method="onset minus first statement", evidence="clock",
                note="" if lead is not None else "clock_missing")]
    )  # fmt: skip
