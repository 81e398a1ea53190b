"""The same statement on several networks: own items matched by near-equal text and time."""

from __future__ import annotations

import pandas as pd

from crisislab.enrich.copies import normal_text
from crisislab.enrich.stories import jaccard, shingles

WITHIN_HOURS, ALIKE, _SHORTEST = 24, 0.6, 20


def same_statements(posts: pd.DataFrame) -> pd.DataFrame:
    """Return the brand's own top-level items that say one thing on two networks or more.

    Two items belong together when they share three fifths of their five-character pieces (a
    shorter version on one network still matches) and lie at most a day apart; each network
    counts with its first. Items under 20 characters are left out: a greeting is no statement.

    Returns:
        ``statement`` (``s1``, ... by time), ``platform, post_id, created_at,
        delay_minutes`` (after the first network), ``text``.
    """
    own = posts[posts["own"] & ~posts["automated"] & ~posts["kind"].isin(["reply", "repost"])]
    own = own.sort_values(["created_at", "platform"], kind="stable", ignore_index=True)
    words = [normal_text(text) if isinstance(text, str) else "" for text in own["text"]]
    at = [stamp.timestamp() for stamp in own["created_at"]]
    pieces = [shingles(word) for word in words]
    groups: list[list[int]] = []
    for place, word in enumerate(words):
        if len(word) < _SHORTEST:
            continue
        for group in groups:
            near = at[place] - at[group[0]] <= WITHIN_HOURS * 3600
            if near and jaccard(pieces[place], pieces[group[0]]) >= ALIKE:
                group.append(place)
                break
        else:
            groups.append([place])
    return _table([own.iloc[group] for group in groups])


def _table(groups: list[pd.DataFrame]) -> pd.DataFrame:
    columns = ["statement", "platform", "post_id", "created_at", "delay_minutes", "text"]
    found: list[pd.DataFrame] = []
    for group in groups:
        part = group.drop_duplicates("platform")
        if len(part) > 1:
            delay = (part["created_at"] - part["created_at"].min()).dt.total_seconds() / 60
            found.append(part.assign(delay_minutes=delay, statement=f"s{len(found) + 1}"))
    if not found:
        return pd.DataFrame(columns=columns)
    whole: pd.DataFrame = pd.concat(found)[columns].reset_index(drop=True)
    return whole
