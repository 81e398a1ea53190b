"""Rows of the log or posts of the brand that match what the plan counts as evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pandas as pd

from crisislab.enrich.doubt import doubt, plain
from crisislab.plan import Evidence, Plan

__all__ = ["FOUND", "channel_key", "find_evidence", "plain", "references"]
FOUND = ["at", "actor", "roles", "text", "channel", "source", "evidence", "named", "doubt"]


def find_evidence(
    evidence: Evidence, *, posts: pd.DataFrame, log: pd.DataFrame, plan: Plan, action: str = ""
) -> pd.DataFrame:
    """Return the rows that match an evidence pattern, earliest first.

    A word matches where it begins a word of the text. Entries of the log that name the action
    themselves (column ``action``) match without words. Drill entries never match.

    Returns:
        ``at, actor, roles (blank-separated), text, channel, source, evidence (file:row)``;
        ``named``: the entry itself names the action; ``doubt``: why the text does not say that
        it was done (``question, negated, planned``), empty when it does.
    """
    found = (
        _in_posts(evidence, posts)
        if evidence.source == "posts"
        else _in_log(evidence, log, action=action)
    )
    roles = ["" if pd.isna(who) else " ".join(plan.role_of(who)) for who in found["actor"]]
    said = zip(found["text"].fillna(""), found["named"], strict=True)
    published = evidence.source == "posts"
    unsure = [
        "" if named else doubt(text, evidence.words, published=published) for text, named in said
    ]
    found = found.assign(
        roles=pd.Series(roles, index=found.index, dtype="str"),
        doubt=pd.Series(unsure, index=found.index, dtype="str"),
    )
    if evidence.by:
        allowed = set(evidence.by)
        fits = [bool(allowed & set(roles.split())) for roles in found["roles"]]
        found = found[pd.Series(fits, index=found.index, dtype=bool)]
    return found.sort_values(["at", "evidence"], kind="stable").reset_index(drop=True)[FOUND]


def _in_log(evidence: Evidence, log: pd.DataFrame, *, action: str) -> pd.DataFrame:
    entries = log[~log["drill"] & (log["kind"] != "system").fillna(True)]
    named = entries["action"].fillna("").eq(action) if action else _never(entries)
    match = _says(entries["text"], entries["link"], evidence)
    if evidence.channels:
        match &= _among(entries["channel"], evidence.channels)
    if evidence.kinds:
        match &= entries["kind"].isin(evidence.kinds)
    entries = entries[match | named]
    named = named[entries.index]
    return pd.DataFrame(
        {
            "at": entries["logged_at"],
            "actor": entries["actor"],
            "text": entries["text"],
            "channel": entries["channel"],
            "source": entries["source"],
            "evidence": references(entries),
            "named": named,
        }
    )


def _in_posts(evidence: Evidence, posts: pd.DataFrame) -> pd.DataFrame:
    own = posts[posts["own"] & ~posts["automated"]]
    match = _says(own["text"], own["url"], evidence)
    if evidence.channels:
        match &= _among(own["platform"], evidence.channels)
    if evidence.kinds:
        match &= own["kind"].isin(evidence.kinds)
    own = own[match]
    return pd.DataFrame(
        {
            "at": own["created_at"],
            "actor": own["author_handle"],
            "text": own["text"],
            "channel": own["platform"],
            "source": own["source"],
            "evidence": references(own),
            "named": False,
        }
    )


def channel_key(channel: object) -> str:
    """Return a channel name for comparing: case, accents and ``#`` do not matter."""
    return "" if pd.isna(channel) else plain(str(channel)).strip().lstrip("#")  # type: ignore[call-overload]


def _among(channels: pd.Series, wanted: Iterable[str]) -> pd.Series:
    keys = {channel_key(channel) for channel in wanted}
    return pd.Series([channel_key(c) in keys for c in channels], index=channels.index, dtype=bool)


def references(rows: pd.DataFrame) -> pd.Series:
    """Return ``file:row`` for each row."""
    return rows["source_file"].fillna("?") + ":" + rows["source_row"].astype("str")


def _never(rows: pd.DataFrame) -> pd.Series:
    return pd.Series(False, index=rows.index)


def _says(texts: pd.Series, links: pd.Series, evidence: Evidence) -> pd.Series:
    if not evidence.links:
        return _has_words(texts, evidence.words)
    begins = tuple(link.casefold() for link in evidence.links)
    points = [
        str(link).casefold().startswith(begins) or any(b in str(text).casefold() for b in begins)
        for link, text in zip(links.fillna(""), texts.fillna(""), strict=True)
    ]
    linked = pd.Series(points, index=texts.index, dtype=bool)
    return linked | _has_words(texts, evidence.words) if evidence.words else linked


def _has_words(texts: pd.Series, words: Iterable[str]) -> pd.Series:
    patterns = [re.escape(plain(word)) for word in words]
    if not patterns:
        return pd.Series(True, index=texts.index)
    any_word = re.compile(r"(?<!\w)(?:" + "|".join(patterns) + ")")
    hits = [bool(any_word.search(plain(text))) for text in texts.fillna("")]
    return pd.Series(hits, index=texts.index, dtype=bool)
