"""Why two rules of the same posts give two numbers: where their conversations differ."""

from __future__ import annotations

import pandas as pd

_KEY = ["platform", "opening_id"]


def compare_rules(opening_posts: pd.DataFrame, conversations: pd.DataFrame) -> pd.DataFrame:
    """Return how one rule becomes the other, step by step, in items and answers.

    The steps add up: from the items of ``opening-posts``, less those that continue an earlier
    conversation of the same person, plus conversations that open with a post which answers
    something, to the conversations; and the same for the answered, where answers to a later post
    of the same conversation are added.

    Args:
        opening_posts: ``measure.response.waits`` with rule ``opening-posts``.
        conversations: The same posts with rule ``conversations``.

    Returns:
        ``step`` (``opening_posts, continues, opens_as_reply, answered_elsewhere, conversations``),
        ``n`` and ``n_answered``, each the change that the step makes.
    """
    one = opening_posts.set_index(_KEY)["answered"]
    other = conversations.set_index(_KEY)["answered"]
    shared = one.index.intersection(other.index)
    gone = one.drop(shared)
    new = other.drop(shared)
    gained = int(other[shared].sum()) - int(one[shared].sum())
    rows = [
        ("opening_posts", len(one), int(one.sum())),
        ("continues", -len(gone), -int(gone.sum())),
        ("opens_as_reply", len(new), int(new.sum())),
        ("answered_elsewhere", 0, gained),
        ("conversations", len(other), int(other.sum())),
    ]
    return pd.DataFrame(rows, columns=["step", "n", "n_answered"])
