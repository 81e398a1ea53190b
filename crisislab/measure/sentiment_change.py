"""Why the negative share changed: who is talking, how they talk, and whose voice is loud."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

import pandas as pd

from crisislab.estimate.kitagawa import Split, kitagawa
from crisislab.estimate.survival import Estimate
from crisislab.handles import plain_handle
from crisislab.metrics import Row, metrics, number

Period = tuple[datetime | pd.Timestamp, datetime | pd.Timestamp]
LOUDEST = 0.01
_MIN_POSTS = 30
# A part that prints as 0.0 points hides nothing, whatever its sign.
_LEAST_PART = 0.005


def sentiment_change(
    spoken: pd.DataFrame,
    *,
    before: Period,
    after: Period,
    by: tuple[str, ...] = ("platform", "lang"),
    groups: Mapping[str, Iterable[str]] | None = None,
    method: str = "",
) -> pd.DataFrame:
    """Return the change of the mean negative score between two periods, split.

    ``mix``: other people are talking; ``rate``: the same kind of people talk otherwise
    (Kitagawa 1955, exact). By platform, language, declared group, and by whether an author was
    heard before (``authors``: same authors or newcomers). The split of newcomers is exact too,
    but before there are none: their part is all mix. The scores are calibrated to the whole
    case, so a part of a small group carries the scorer's error for that group: the parts
    describe, they carry no interval and name no cause.

    Args:
        spoken: The public's own words with ``neg`` (``add_crisis_sentiment``).
        before: Period to compare with, usually the quiet one.
        after: Period that is explained.
        by: Columns to split by.
        groups: Group, such as employees, customers or media -> ids or handles of its accounts.
        method: Name and version of the scorer.

    Returns:
        Rows of ``schema.METRICS``: ``negative_change``, ``negative_change_rate``,
        ``negative_change_mix`` with scope ``by=<column>``; note ``parts_opposed`` where the
        signs differ, ``few_posts`` where a side has under 30 posts (no number then).
    """
    scored = spoken.dropna(subset=["neg"])
    sides = [_during(scored, period) for period in (before, after)]
    known = set(sides[0]["author_id"].dropna())
    splits: dict[str, list[pd.Series]] = {
        name: [side[name].fillna("unknown") for side in sides] for name in by
    }
    splits["authors"] = [
        side["author_id"].map(lambda a: "same" if a in known else "new") for side in sides
    ]
    if groups:
        splits["group"] = [_group(side, groups) for side in sides]
    rows: list[Row] = []
    for name, keys in splits.items():
        rows += _rows(sides, keys, scope=f"by={name}", method=method)
    return metrics(rows)


def split_of(sides: list[pd.DataFrame], keys: list[pd.Series]) -> Split:
    """Return the split of the mean of ``neg`` between two tables of posts by a key each."""
    tables = [
        pd.DataFrame({"group": key.to_numpy(), "n": 1, "total": side["neg"].to_numpy()})
        for side, key in zip(sides, keys, strict=True)
    ]
    return kitagawa(*tables)


def sensitivity(
    spoken: pd.DataFrame, posts: pd.DataFrame, *, period: Period, method: str = ""
) -> pd.DataFrame:
    """Return the mean negative score with and without copies, reposts and the loudest accounts.

    A figure that moves much rests on few voices or on one text. Nobody is deleted: all variants
    stand side by side. The loudest are the 1 % of accounts with most posts in the period (at
    least one); reposts count with the score of the words they repeat.

    Args:
        spoken: The public's own words with ``text_key`` and ``neg``.
        posts: All posts, for the reposts.
        period: Start and end (exclusive).
        method: Name and version of the scorer.

    Returns:
        Rows ``mean_negative`` with scopes ``own_words``, ``without_copies``, ``with_reposts``,
        ``without_loudest``.
    """
    inside = _during(spoken.dropna(subset=["neg"]), period)
    loud = inside["author_id"].value_counts()
    loudest = (
        loud.sort_index()
        .sort_values(ascending=False, kind="stable")
        .index[: max(int(len(loud) * LOUDEST), 1)]
    )
    variants = {
        "own_words": inside["neg"],
        "without_copies": inside.drop_duplicates("text_key")["neg"],
        "with_reposts": pd.concat([inside["neg"], _reposted(spoken, posts, period)]),
        "without_loudest": inside.loc[~inside["author_id"].isin(loudest), "neg"],
    }
    return metrics(
        number(
            "mean_negative",
            float(scores.mean()) if len(scores) >= _MIN_POSTS else None,
            unit="share",
            scope=name,
            n=len(scores),
            method=method,
            note="" if len(scores) >= _MIN_POSTS else "few_posts",
        )
        for name, scores in variants.items()
    )


def _reposted(spoken: pd.DataFrame, posts: pd.DataFrame, period: Period) -> pd.Series:
    again = _during(posts[(posts["kind"] == "repost") & ~posts["own"]], period)
    score = spoken.drop_duplicates(["platform", "post_id"]).set_index(["platform", "post_id"])[
        "neg"
    ]
    pairs = pd.MultiIndex.from_arrays([again["platform"], again["shared_id"]])
    return score.reindex(pairs).dropna().reset_index(drop=True)


def _during(posts: pd.DataFrame, period: Period) -> pd.DataFrame:
    at = posts["created_at"]
    return posts[(at >= period[0]) & (at < period[1])]


def _group(side: pd.DataFrame, groups: Mapping[str, Iterable[str]]) -> pd.Series:
    known = {plain_handle(name): group for group, names in groups.items() for name in names}
    told = [side[name].map(plain_handle, na_action="ignore").map(known)
            for name in ("author_id", "author_handle")]  # fmt: skip
    return told[0].fillna(told[1]).fillna("other")


def _rows(
    sides: list[pd.DataFrame], keys: list[pd.Series], *, scope: str, method: str
) -> list[Row]:
    n = min(len(side) for side in sides)
    names = ("negative_change", "negative_change_rate", "negative_change_mix")
    if n < _MIN_POSTS:
        return [
            number(name, None, unit="share", scope=scope, n=n, method=method, note="few_posts")
            for name in names
        ]
    split = split_of(sides, keys)
    told = min(abs(split.rate), abs(split.mix)) >= _LEAST_PART
    note = "parts_opposed" if split.opposed and told else ""
    values = (split.total, split.rate, split.mix)
    return [
        number(
            name, Estimate(value, float("nan"), float("nan")), unit="share", scope=scope,
            n=sum(map(len, sides)), method=f"{method}, Kitagawa".lstrip(", "), note=note,
        )
        for name, value in zip(names, values, strict=True)
    ]  # fmt: skip
