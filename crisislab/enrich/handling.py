"""Who was given a conversation, when it was closed or its post removed, from the incident log."""

from __future__ import annotations

import re

import pandas as pd

from crisislab.enrich.evidence import plain, references

EVENTS = ("assigned", "closed", "reopened", "removed")
COLUMNS = ["post_id", "at", "event", "agent", "evidence"]
_NAMED = {
    "assigned": r"assign(?:ed)?\b|asignad[oa]\b",
    "reopened": r"reopen(?:ed)?\b|reabiert[oa]\b",
    "removed": r"(?:deleted|removed|hidden)\b|(?:borrad|eliminad|ocultad)[oa]\b",
    "closed": r"(?:closed?|resolved?)\b|(?:cerrad[oa]|resuelt[oa])\b",
}
_TO = re.compile(r"(?:\bto|\ba)\s+@?([\w.\-]+)")
_LAST = re.compile(r"([\w:.\-]+)/?$")


def handling(log: pd.DataFrame) -> pd.DataFrame:
    """Return the entries of the log that assign, close or reopen a conversation, or remove a post.

    An entry counts when its ``action`` is one of ``EVENTS``, or else its text begins with such a
    word (``assigned to ana``, ``asignada a ana``, ``cerrado``, ``hidden``). The conversation is
    the last part of its link, else its thread; the agent is who it was assigned to, else the
    actor. Entries that name no conversation say nothing here.

    Returns:
        ``post_id`` (any item of the conversation), ``at``, ``event``, ``agent``, ``evidence``.
    """
    entries = log[~log["drill"]].reset_index(drop=True)
    texts = [plain(text) for text in entries["text"].fillna("")]
    named = entries["action"].fillna("").str.casefold()
    events = [_event(action, text) for action, text in zip(named, texts, strict=True)]
    links = [_LAST.search(link) for link in entries["link"].fillna("")]
    posts = [found[1] if found else None for found in links]
    table = pd.DataFrame(
        {
            "post_id": pd.Series(posts, dtype="str").fillna(entries["thread_id"]),
            "at": entries["logged_at"],
            "event": pd.Series(events, dtype="str"),
            "agent": pd.Series(
                [_agent(event, text) for event, text in zip(events, texts, strict=True)],
                dtype="str",
            ).fillna(entries["actor"]),
            "evidence": references(entries),
        }
    )
    kept = table[table["event"].isin(EVENTS) & table["post_id"].notna()]
    return kept.sort_values(["at", "post_id"], kind="stable").reset_index(drop=True)[COLUMNS]


def _event(action: str, text: str) -> str | None:
    if action in EVENTS:
        return action
    for event, pattern in _NAMED.items():
        if re.match(pattern, text):
            return event
    return None


def _agent(event: str | None, text: str) -> str | None:
    found = _TO.search(text) if event == "assigned" else None
    return found[1] if found else None
