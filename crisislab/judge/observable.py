"""Whether an action would show in the exports: an omission counts only where it would."""

from __future__ import annotations

import pandas as pd

from crisislab.enrich.evidence import channel_key
from crisislab.plan import Evidence, Plan


def unobservable(
    evidence: Evidence,
    *,
    posts: pd.DataFrame,
    log: pd.DataFrame,
    plan: Plan,
    complete: tuple[str, ...] = (),
    due: pd.Timestamp | None = None,
) -> str:
    """Return why an action could have been done without a trace; empty when it would show.

    Every channel (or network) where it may stand must be in the exports: with one of two missing,
    it may stand in the other. A pattern without channels needs every channel the plan names. The
    exports that hold those channels must reach past the due instant, and begin before it, unless
    the channels are declared to be exported whole.

    Returns:
        ``channel_not_exported``, ``log_ends_before_due``, ``log_begins_after_due`` or empty.
    """
    rows, key, at = _rows(evidence, posts, log)
    # Of a log that holds nothing, no channel can have been exported whole.
    told = key == "channel" and not rows.empty
    declared = {channel_key(c) for c in complete} if told else set()
    seen = set(rows[key]) | declared
    wanted = {channel_key(c) for c in evidence.channels}
    if not wanted and evidence.source == "log":
        wanted = _named_channels(plan)
    if not seen or not wanted <= seen:
        return "channel_not_exported"
    if due is None or rows.empty or (wanted and wanted <= declared):
        return ""
    within = rows if not wanted else rows[rows["file"].isin(_files(rows, key, wanted))]
    if within.empty:
        return ""
    reach = within.groupby("file")[at].agg(["min", "max"])
    if (reach["max"] < due).all():
        return "log_ends_before_due"
    return "log_begins_after_due" if (reach["min"] > due).all() else ""


def _rows(
    evidence: Evidence, posts: pd.DataFrame, log: pd.DataFrame
) -> tuple[pd.DataFrame, str, str]:
    if evidence.source == "posts":
        own = posts.loc[posts["own"], "platform"].dropna().unique()
        rows = posts[posts["platform"].isin(own)]
        return rows.assign(file=rows["platform"]), "platform", "created_at"
    rows = log[~log["drill"] & log["channel"].notna()]
    rows = rows.assign(channel=[channel_key(c) for c in rows["channel"]])
    return rows.assign(file=[_whole(f) for f in rows["source_file"]]), "channel", "logged_at"


def _whole(file: object) -> str:
    """Return the export a member belongs to: channels of one archive were exported together."""
    name = str(file)
    end = name.casefold().find(".zip")
    return name if end < 0 else name[: end + 4]


def _files(rows: pd.DataFrame, key: str, wanted: set[str]) -> set[str]:
    return set(rows.loc[rows[key].isin(wanted), "file"])


def _named_channels(plan: Plan) -> set[str]:
    patterns = [*(a.evidence for a in plan.actions), *plan.milestones.values()]
    return {channel_key(c) for p in patterns if p.source == "log" for c in p.channels}
