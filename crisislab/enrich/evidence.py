"""Rows of the log or posts of the brand that match what the plan counts as evidence."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

import pandas as pd

from crisislab.plan import Evidence, Plan

FOUND = ["at", "actor", "roles", "text", "channel", "source", "evidence"]


def plain(text: str) -> str:
    """Return text casefolded and without accents, for comparing words.

    >>> plain("Petición PÚBLICA")
    'peticion publica'
    """
    split = unicodedata.normalize("NFD", text.casefold())
    return "".join(c for c in split if not unicodedata.combining(c))


def find_evidence(
    evidence: Evidence, *, posts: pd.DataFrame, log: pd.DataFrame, plan: Plan, action: str = ""
) -> pd.DataFrame:
    """Return the rows that match an evidence pattern, earliest first.

    A word matches where it begins a word of the text. Entries of the log that name the action
    themselves (column ``action``) match without words. Drill entries never match.

    Returns:
        ``at, actor, roles (blank-separated), text, channel, source, evidence (file:row)``.
    """
    found = (
        _in_posts(evidence, posts)
        if evidence.source == "posts"
        else _in_log(evidence, log, action=action)
    )
    roles = ["" if pd.isna(who) else " ".join(plan.role_of(who)) for who in found["actor"]]
    found = found.assign(roles=pd.Series(roles, index=found.index, dtype="str"))
    if evidence.by:
        allowed = set(evidence.by)
        found = found[[bool(allowed & set(roles.split())) for roles in found["roles"]]]
    return found.sort_values(["at", "evidence"], kind="stable").reset_index(drop=True)[FOUND]


def _in_log(evidence: Evidence, log: pd.DataFrame, *, action: str) -> pd.DataFrame:
    entries = log[~log["drill"] & (log["kind"] != "system").fillna(True)]
    named = entries["action"].fillna("").eq(action) if action else _never(entries)
    match = _has_words(entries["text"], evidence.words)
    if evidence.channels:
        match &= _among(entries["channel"], evidence.channels)
    if evidence.kinds:
        match &= entries["kind"].isin(evidence.kinds)
    entries = entries[match | named]
    return pd.DataFrame(
        {
            "at": entries["logged_at"],
            "actor": entries["actor"],
            "text": entries["text"],
            "channel": entries["channel"],
            "source": entries["source"],
            "evidence": references(entries),
        }
    )


def _in_posts(evidence: Evidence, posts: pd.DataFrame) -> pd.DataFrame:
    own = posts[posts["own"] & ~posts["automated"]]
    match = _has_words(own["text"], evidence.words)
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


def _has_words(texts: pd.Series, words: Iterable[str]) -> pd.Series:
    patterns = [re.escape(plain(word)) for word in words]
    if not patterns:
        return pd.Series(True, index=texts.index)
    any_word = re.compile(r"(?<!\w)(?:" + "|".join(patterns) + ")")
    hits = [bool(any_word.search(plain(text))) for text in texts.fillna("")]
    return pd.Series(hits, index=texts.index, dtype=bool)
