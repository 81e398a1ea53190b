"""Actions done before others that the protocol puts first."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from crisislab.plan import Action


def out_of_order(actions: list[Action], done_at: Mapping[str, pd.Timestamp]) -> set[str]:
    """Return the actions that were done before one with a lower order.

    Only actions that were done are compared: what was left out is told as not done, once.

    Args:
        actions: Actions that were called for.
        done_at: Action -> when it was done.
    """
    done = [a for a in actions if a.order is not None and a.id in done_at]
    return {
        a.id
        for a in done
        for b in done
        if b.order is not None
        and a.order is not None
        and b.order < a.order
        and done_at[a.id] < done_at[b.id]
    }
