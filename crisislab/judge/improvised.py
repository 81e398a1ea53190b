"""What the team did that no action of the plan foresees."""

from __future__ import annotations

import pandas as pd

from crisislab.enrich.evidence import references
from crisislab.plan import Plan
from crisislab.schema import IMPROVISED


def improvised_entries(
    log: pd.DataFrame, *, plan: Plan, since: pd.Timestamp | None, proofs: set[str]
) -> pd.DataFrame:
    """Return entries that the log itself calls actions and no action of the plan claims.

    Such are entries of kind ``action`` and those whose column ``action`` names something that the
    plan does not have. Improvising is no fault: what worked belongs into the next plan.

    Args:
        log: Log of the case.
        plan: The manual.
        since: From when on.
        proofs: Rows that prove actions of the plan.

    Returns:
        A table ``schema.IMPROVISED``.
    """
    known = {action.id for action in plan.actions}
    said = log[~log["drill"]]
    if since is not None:
        said = said[said["logged_at"] >= since]
    named = said["action"].notna() & ~said["action"].isin(known) & said["action"].ne("")
    claimed = references(said).isin(proofs)
    free = said[(named | said["kind"].eq("action").fillna(False)) & ~claimed]
    free = free[~free["action"].isin(known)]
    return IMPROVISED.conform(
        pd.DataFrame(
            {"at": free["logged_at"], "actor": free["actor"], "action": free["action"],
             "channel": free["channel"], "text": free["text"], "rows": references(free)}
        )
    )  # fmt: skip
