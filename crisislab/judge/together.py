"""Followed and helped are two questions; what both answers say together."""

from __future__ import annotations

import pandas as pd

_FOLLOWED = {"followed": "followed", "not followed": "not_followed", "partly followed": "partly"}
# Words of the verdict on the effect, whichever ladder gives them.
_HELPED = {
    "helped": "yes", "worked": "yes", "supported": "yes", "yes": "yes", "met": "yes",
    "no sign": "no", "made it worse": "no", "contradicted": "no", "did not help": "no",
    "not met": "no",
}  # fmt: skip


def together(verdicts: pd.DataFrame) -> str:
    """Return the code of what "followed" and "helped" say together.

    The answers are independent: a plan may be followed and not help, and a response may help that
    did not follow it. Without an answer on the effect only the first is told.

    >>> rows = [("plan_followed", "followed"), ("response_helped", "made it worse")]
    >>> together(pd.DataFrame(rows, columns=["subject", "verdict"]))
    'followed_no'
    """
    told = dict(zip(verdicts["subject"], verdicts["verdict"], strict=True))
    followed = _FOLLOWED.get(str(told.get("plan_followed")))
    if followed is None:
        return "unknown"
    return f"{followed}_{_HELPED.get(str(told.get('response_helped')), 'unknown')}"
