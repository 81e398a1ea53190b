"""What became of what the brand promised in public: kept, late, broken or open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pandas as pd

from crisislab.enrich.commitments import Commitment, find_commitments, holds
from crisislab.enrich.doubt import plain
from crisislab.enrich.evidence import references
from crisislab.schema import PROMISES

_GRACE = pd.Timedelta(days=14)
_DAY = pd.Timedelta(days=1)


@dataclass(frozen=True)
class HandPromise:
    """A promise coded by hand: its row, by when, and what became of it.

    Attributes:
        row: ``file:row`` of the post that promised.
        due: By when, UTC; missing: as the text says.
        kept: ``file:row`` of what kept it.
        state: ``kept, late, broken, open`` or ``none`` (the row promises nothing).
        reason: Why.
    """

    row: str
    reason: str
    state: str
    due: pd.Timestamp | None = None
    kept: str | None = None


def judge_promises(
    posts: pd.DataFrame,
    *,
    zone: str,
    since: pd.Timestamp | None,
    until: pd.Timestamp | None,
    by_hand: Sequence[HandPromise] = (),
) -> pd.DataFrame:
    """Return every promise with a time in the brand's own posts, and what became of it.

    A promise to inform is *kept* by the first later own post that speaks of the same thing by its
    due instant, *late* by one after it, *broken* when the exports reach past it and no own post
    was made at all, or none speaks of it; where own posts were made but the promise says no more
    than "we will report", it is *open*: people decide. A promise of a deed (a refund, a call) does
    not show in posts: *open*. The same sentence on several networks is one promise.

    Args:
        posts: Posts of the case.
        zone: Zone of the case.
        since: From when on; earlier posts belong to no crisis.
        until: To when the exports reach; the last post by default.
        by_hand: Promises coded by hand, by row.

    Returns:
        A table ``schema.PROMISES``.
    """
    own = posts[posts["own"] & ~posts["automated"] & posts["text"].notna()]
    own = own.assign(row=references(own)).sort_values(["created_at", "platform", "row"])
    said = own[own["kind"].isin(["post"])]
    if since is not None:
        said = said[said["created_at"] >= since]
    end = until if until is not None else posts["created_at"].max()
    coded = {one.row: one for one in by_hand}
    rows: dict[str, dict[str, object]] = {}
    for post in said.to_dict("records"):
        local = post["created_at"].tz_convert(zone).to_pydatetime()
        for found in find_commitments(str(post["text"]), at=local):
            key = f"{plain(found.text)}|{found.due.date()}"
            if key in rows:
                rows[key]["rows"] = f"{rows[key]['rows']} {post['row']}"
                continue
            rows[key] = _row(post, found, said, end) | _decided(coded.pop(post["row"], None))
    rows |= {row: _unread(one, own) for row, one in coded.items()}
    kept = [row for row in rows.values() if row["state"] != "none"]
    return PROMISES.conform(pd.DataFrame(kept, columns=PROMISES.names))


def _row(
    post: Mapping[Any, Any],
    found: Commitment,
    said: pd.DataFrame,
    end: pd.Timestamp,
) -> dict[str, object]:
    row = post
    due = _utc(found.due)
    state, reason, kept_at, kept_by = _fate(found, due, row, said, end)
    return {
        "said_at": row["created_at"], "platform": row["platform"], "text": found.text,
        "kind": found.kind, "due_at": due, "state": state, "reason": reason,
        "kept_at": kept_at, "rows": row["row"], "kept_by": kept_by, "override": "",
    }  # fmt: skip


def _utc(due: datetime) -> pd.Timestamp:
    return pd.Timestamp(due).tz_convert("UTC")


def _fate(
    found: Commitment,
    due: pd.Timestamp,
    row: Mapping[Any, Any],
    said: pd.DataFrame,
    end: pd.Timestamp,
) -> tuple[str, str, pd.Timestamp | None, str]:
    if found.kind == "deed":
        return "open", "not_public", None, ""
    later = said[(said["created_at"] > row["created_at"]) & (said["created_at"] <= due + _GRACE)]
    # The same promise on another network keeps nothing; "we report on Monday" is not kept before.
    again = [plain(found.text) in plain(str(text)) for text in later["text"]]
    later = later[~pd.Series(again, index=later.index, dtype=bool)]
    if not found.about:
        later = later[later["created_at"] > due - _DAY]
    fits = [_speaks_of(str(text), found) for text in later["text"]]
    kept = later[pd.Series(fits, index=later.index, dtype=bool)]
    if len(kept):
        # Of posts of one instant that of the same network counts.
        away = kept["platform"].ne(row["platform"])
        first = kept.assign(away=away).sort_values(["created_at", "away"], kind="stable").iloc[0]
        state = "kept" if first["created_at"] <= due else "late"
        return state, "followed_up", first["created_at"], str(first["row"])
    if end < due:
        return "open", "not_due_yet", None, ""
    if not found.about and (later["created_at"] <= due).any():
        return "open", "posts_but_unclear", None, ""
    return "broken", "no_follow_up", None, ""


def _speaks_of(text: str, found: Commitment) -> bool:
    flat = plain(text)
    if not found.about:
        return holds(text, "update")
    hits = sum(flat.find(word[: max(len(word) - 1, 4)]) >= 0 for word in found.about)
    return hits * 2 >= len(found.about) and (holds(text, "done") or hits == len(found.about))


def _decided(one: HandPromise | None) -> dict[str, object]:
    if one is None:
        return {}
    told: dict[str, object] = {"state": one.state, "reason": "by_hand", "override": one.reason}
    if one.due is not None:
        told["due_at"] = one.due
    return told | ({"kept_by": one.kept} if one.kept else {})


def _unread(one: HandPromise, own: pd.DataFrame) -> dict[str, object]:
    post = own[own["row"] == one.row]
    base: dict[str, object] = dict.fromkeys(PROMISES.names)
    if len(post):
        first = post.iloc[0]
        base |= {"said_at": first["created_at"], "platform": first["platform"],
                 "text": first["text"]}  # fmt: skip
    return base | {"rows": one.row, "kind": "deed", "kept_by": ""} | _decided(one)
