"""The rows that may prove an action, and which of them does; what is doubtful is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from crisislab.enrich.evidence import find_evidence
from crisislab.enrich.near import nearly_holds
from crisislab.judge.decisions import Decision, of_action
from crisislab.plan import Action, Evidence, Plan


@dataclass(frozen=True)
class Chosen:
    """Which rows prove an action.

    Attributes:
        rows: Every candidate with ``standing`` (``proof, later, doubtful, elsewhere, misspelt,
            confirmed, rejected``) and ``why`` (the reason of a decision).
        proof: The row that proves it first, or ``None``.
        by_owner: Whether somebody of the owner's role wrote it (public posts: always).
        reason: Why it cannot be told which row proves it; empty when it can.
        override: Reason of the decision that settled it; empty: the rules did.
    """

    rows: pd.DataFrame
    proof: pd.Series | None = None
    by_owner: bool = True
    reason: str = ""
    override: str = ""


def choose(
    action: Action,
    *,
    posts: pd.DataFrame,
    log: pd.DataFrame,
    plan: Plan,
    since: pd.Timestamp | None,
    due: pd.Timestamp | None,
    decided: Sequence[Decision] = (),
) -> Chosen:
    """Return which row proves an action; where the rows allow two answers, none does.

    Proof is the earliest row in the place the plan names whose text says that it was done, by a
    holder of the owner's role; failing that, by anybody. It is ambiguous, and asked, when all
    matching rows are questions, refusals or plans (``only_doubtful``); when the words stand in
    another channel only (``told_elsewhere``); when nothing matches but a row comes close by a
    letter or two (``only_similar``); when somebody else did it in time and the owner wrote of it
    too late (``owner_or_other``). A decision of ``case.toml`` stands before all.

    Args:
        action: The action.
        posts: Posts of the case.
        log: Log of the case.
        plan: The manual.
        since: Rows before the crisis are no proof.
        due: When it was due.
        decided: Decisions of people.
    """
    rows = _candidates(action, posts, log, plan, since)
    barred = of_action(decided, action.id, proves=False)
    rows = _barred(rows, barred)
    if confirmed := of_action(decided, action.id, proves=True):
        return _confirmed(rows, confirmed[0], action, posts, log, plan)
    why = "; ".join(one.reason for one in barred)
    open_ = rows[rows["standing"] != "rejected"]
    strong = open_[open_["standing"] == "later"]
    if strong.empty:
        reason = "" if open_.empty else _unsettled(open_)
        return Chosen(rows, reason=reason, override=why)
    public = action.evidence.source == "posts"
    owned = strong[[public or action.owner in roles.split() for roles in strong["roles"]]]
    first = (strong if owned.empty else owned).iloc[0]
    if due is not None and first["at"] > due and strong.iloc[0]["at"] <= due:
        return Chosen(rows, reason="owner_or_other", override=why)
    rows.loc[first.name, "standing"] = "proof"
    return Chosen(rows, first, by_owner=not owned.empty, override=why)


def _candidates(
    action: Action,
    posts: pd.DataFrame,
    log: pd.DataFrame,
    plan: Plan,
    since: pd.Timestamp | None,
) -> pd.DataFrame:
    def find(pattern: Evidence) -> pd.DataFrame:
        found = find_evidence(pattern, posts=posts, log=log, plan=plan, action=action.id)
        return found if since is None else found[found["at"] >= since]

    here = find(action.evidence)
    here = here.assign(standing=["doubtful" if d else "later" for d in here["doubt"]])
    rows = here
    # The words on another network say nothing; in another channel the team may speak of it.
    if action.evidence.source == "log" and action.evidence.channels and action.evidence.words:
        everywhere = find(action.evidence.model_copy(update={"channels": ()}))
        away = everywhere[~everywhere["evidence"].isin(here["evidence"])]
        rows = pd.concat([here, away.assign(standing="elsewhere")], ignore_index=True)
    if rows.empty and action.evidence.source == "log" and action.evidence.words:
        # In any channel: a slip of the keyboard may also stand in another one.
        anything = find(action.evidence.model_copy(update={"words": (), "channels": ()}))
        near = [nearly_holds(text, action.evidence.words) for text in anything["text"].fillna("")]
        rows = anything[pd.Series(near, index=anything.index, dtype=bool)]
        rows = rows.assign(standing="misspelt")
    rows = rows.sort_values(["at", "evidence"], kind="stable").reset_index(drop=True)
    return rows.assign(why="")


def _barred(rows: pd.DataFrame, barred: Sequence[Decision]) -> pd.DataFrame:
    for one in barred:
        hit = rows["evidence"].eq(one.row) if one.row is not None else rows["evidence"].notna()
        rows = rows.assign(
            standing=rows["standing"].where(~hit, "rejected"),
            why=rows["why"].where(~hit, one.reason),
        )
    return rows


def _unsettled(rows: pd.DataFrame) -> str:
    for standing, reason in (("elsewhere", "told_elsewhere"), ("misspelt", "only_similar")):
        if rows["standing"].eq(standing).all():
            return reason
    return "only_doubtful"


def _confirmed(
    rows: pd.DataFrame,
    one: Decision,
    action: Action,
    posts: pd.DataFrame,
    log: pd.DataFrame,
    plan: Plan,
) -> Chosen:
    hit = rows["evidence"].eq(one.row) if one.row else pd.Series(False, index=rows.index)
    if not hit.any():
        added = pd.DataFrame([_written(one, posts, log, plan)])
        rows = pd.concat([rows, added], ignore_index=True) if len(rows) else added
        hit = rows.index == rows.index[-1]
    rows = rows.assign(
        standing=rows["standing"].where(~hit, "confirmed"), why=rows["why"].where(~hit, one.reason)
    )
    proof = rows[hit].iloc[0]
    if one.by is not None:
        proof = proof.copy()
        proof["actor"], proof["roles"] = one.by, " ".join(plan.role_of(one.by))
    public = action.evidence.source == "posts" and one.by is None
    return Chosen(
        rows, proof, by_owner=public or action.owner in str(proof["roles"]).split(),
        override=one.reason,
    )  # fmt: skip


def _written(
    one: Decision, posts: pd.DataFrame, log: pd.DataFrame, plan: Plan
) -> dict[str, object]:
    """Return a row that the patterns do not match, or what stands in no export."""
    told: dict[str, object] = {
        "at": one.at, "actor": one.by or "", "text": one.reason, "channel": "",
        "source": "generic", "evidence": "case.toml", "named": True, "doubt": "",
        "roles": " ".join(plan.role_of(one.by)) if one.by else "", "standing": "", "why": "",
    }  # fmt: skip
    file, _, line = (one.row or "").rpartition(":")
    for table, at, who, where in (
        (log, "logged_at", "actor", "channel"),
        (posts, "created_at", "author_handle", "platform"),
    ):
        row = table[(table["source_file"] == file) & (table["source_row"].astype("str") == line)]
        if len(row):
            first = row.iloc[0]
            name = first[who]
            told |= {
                "at": one.at if one.at is not None else first[at],
                "actor": name, "text": first["text"], "channel": first[where],
                "source": first["source"], "evidence": one.row,
                "roles": "" if pd.isna(name) else " ".join(plan.role_of(str(name))),
            }  # fmt: skip
    return told
