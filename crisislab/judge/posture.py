"""Whether the posture of the replies fits the kind of crisis (SCCT)."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from crisislab.schema import VERDICTS

Cluster = Literal["victim", "accidental", "preventable"]
MIN_REPLIES = 30
_CLEAR, _MOST = 0.1, 0.5
_BY_MOST = ("posture_fits", "posture_partly")


def judge_posture(metrics: pd.DataFrame, *, cluster: Cluster | None) -> pd.DataFrame:
    """Return whether the replies' posture fits the crisis cluster, as a row of verdicts.

    Coombs 2007: the more responsibility people attribute, the more a response must accommodate.
    Preventable: rebuild; denial does not fit. Accidental: diminish or rebuild; denial does not
    fit. Victim: information and care are enough; denial fits only where there is nothing to deny
    but a rumour, which words cannot show. "Fits" means that at least half of the replies (lower end
    of the interval) take the posture asked for and denial is under a tenth (upper end); "partly"
    that at least a tenth take it. Coombs gives no number: half is where most replies do it, a
    tenth where it is a habit and no slip. It says what the theory asks for, not what worked.

    Args:
        metrics: Rows of ``measure.tone_of_replies``.
        cluster: Kind of the crisis, as the plan or the analyst says; missing: cannot tell.
    """
    rows = metrics.drop_duplicates("metric").set_index("metric").T
    rebuild, deny, diminish = (
        rows[f"posture_{name}_share"] for name in ("rebuild", "deny", "diminish")
    )
    verdict, reason = _fit(cluster, rebuild, deny, diminish)
    fact = deny if reason == "posture_denial" else rebuild
    return VERDICTS.conform(
        pd.DataFrame(
            [
                {
                    "subject": "posture_fits",
                    "verdict": verdict,
                    "confidence": "none" if verdict == "cannot tell" else "low",
                    "reason": reason,
                    "value": fact["value"],
                    "lower": fact["lower"],
                    "upper": fact["upper"],
                    "threshold": _MOST if reason in _BY_MOST else _CLEAR,
                    "unit": "share",
                    "n": fact["n"],
                    "evidence": "metrics",
                }
            ]
        )
    )


def _fit(
    cluster: Cluster | None, rebuild: pd.Series, deny: pd.Series, diminish: pd.Series
) -> tuple[str, str]:
    if cluster is None:
        return "cannot tell", "no_cluster"
    if pd.isna(rebuild["n"]) or rebuild["n"] < MIN_REPLIES:
        return "cannot tell", "few_replies"
    if deny["lower"] >= _CLEAR and cluster != "victim":
        return "not met", "posture_denial"
    if cluster == "victim":
        return "met", "posture_victim"
    wanted = [rebuild] if cluster == "preventable" else [rebuild, diminish]
    # A reply has one posture, so shares add up; so do the lower ends, on the safe side.
    if sum(row["lower"] for row in wanted) >= _MOST and deny["upper"] < _CLEAR:
        return "met", "posture_fits"
    if any(row["lower"] >= _CLEAR for row in wanted) and deny["upper"] < _CLEAR:
        return "partly met", "posture_partly"
    if all(row["upper"] < _CLEAR for row in wanted):
        return "not met", "posture_missing"
    return "cannot tell", "posture_unclear"
