"""HSEEP ratings P, S, M, U per task and capability: proposed from evidence, decided by people."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from crisislab.errors import CrisisLabError, Problem
from crisislab.estimate.agreement import Agreement, agreement
from crisislab.plan import Plan
from crisislab.read.edited import edited_rows
from crisislab.schema import RATINGS

LETTERS = ("P", "S", "M", "U")
NOT_OBSERVED = "O"
PROPOSAL = "evidence"
FILE = "ratings.csv"
_SLIGHTLY = 0.5


def proposed_rating(
    state: str, *, also: str = "", late_minutes: float | None = None, allowed: float | None = None
) -> str:
    """Return the best rating the evidence allows.

    P performed without challenges: on time, nothing else to say. S with some challenges: on time
    but out of order, by another role or without approval first; or late by at most half the
    deadline. M with major challenges: later than that, or several of these. U unable to be
    performed: not done where it would show. O not observed: everything else.
    Source: HSEEP 2020, exercise evaluation.

    >>> proposed_rating("on time"), proposed_rating("late", late_minutes=40, allowed=60)
    ('P', 'M')
    """
    faults = len(also.split())
    if state == "on time":
        return "P" if not faults else "S" if faults == 1 else "M"
    if state in ("wrong owner", "out of order"):
        return "S" if not faults else "M"
    if state == "late":
        known = late_minutes is not None and allowed is not None
        slight = known and (late_minutes or 0) <= _SLIGHTLY * (allowed or 0)
        return "S" if slight and not faults else "M"
    return "U" if state == "not done" else NOT_OBSERVED


def propose_ratings(actions: pd.DataFrame, *, plan: Plan) -> pd.DataFrame:
    """Return the proposal for every action that was called for; a table ``schema.RATINGS``."""
    allowed = {a.id: a.deadline for a in plan.actions}
    called = actions[~actions["state"].isin(["not triggered", "improvised"])]
    rows = []
    for row in called.to_dict("records"):
        late = None if pd.isna(row["late_minutes"]) else float(row["late_minutes"])
        letter = proposed_rating(
            str(row["state"]), also=str(row["also"] or ""), late_minutes=late,
            allowed=allowed[str(row["action"])],
        )  # fmt: skip
        rows.append({"action": row["action"], "rater": PROPOSAL, "rating": letter,
                     "rows": row["evidence"], "note": row["reason"]})  # fmt: skip
    return RATINGS.conform(pd.DataFrame(rows, columns=RATINGS.names))


def write_ratings(proposed: pd.DataFrame, path: str | Path, *, raters: Sequence[str]) -> Path:
    """Write a sheet with a line per action and rater, the proposal beside an empty rating.

    Raises:
        FileExistsError: If the file is there: it may hold ratings.
    """
    file = Path(path)
    with file.open("x", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["action", "rater", "proposed", "rating", "rows", "note"])
        for row in proposed.to_dict("records"):
            rows = "" if pd.isna(row["rows"]) else row["rows"]
            for rater in raters:
                writer.writerow([row["action"], rater, row["rating"], "", rows, ""])
    return file


def read_ratings(path: str | Path, *, proposed: pd.DataFrame) -> pd.DataFrame:
    """Return the ratings of people; lines without a rating are not rated yet.

    Args:
        path: ``ratings.csv``.
        proposed: Result of :func:`propose_ratings`: the ceiling.

    Raises:
        CrisisLabError: CL-RATING-COLUMNS, or CL-RATING-VALUE, CL-RATING-ACTION, CL-RATING-ABOVE
            (better than the evidence allows) and CL-RATING-BARE (rated without evidence and
            without rows) for every line at once.
    """
    file = Path(path)
    ceiling = dict(zip(proposed["action"], proposed["rating"], strict=True))
    rows: list[dict[str, str]] = []
    problems: list[Problem] = []
    for line, record in edited_rows(file, needed=("action", "rating"), code="CL-RATING-COLUMNS"):
        letter = record["rating"].strip().upper()
        code = _mistake(letter, record, ceiling) if letter else ""
        if code:
            facts = {"known": "P, S, M, U, O", "best": ceiling.get(record["action"], "-")}
            problems.append(
                Problem(code, file=file.name, line=line, column="rating",
                        value=f"{record['action']}: {letter}", facts=facts)
            )  # fmt: skip
        elif letter:
            rows.append({k: record.get(k, "") for k in RATINGS.names} | {"rating": letter})
    if problems:
        raise CrisisLabError(*problems)
    return RATINGS.conform(pd.DataFrame(rows, columns=RATINGS.names))


def _mistake(letter: str, record: dict[str, str], ceiling: dict[str, str]) -> str:
    action = record["action"]
    if letter not in (*LETTERS, NOT_OBSERVED):
        return "CL-RATING-VALUE"
    if action not in ceiling:
        return "CL-RATING-ACTION"
    best = ceiling[action]
    if best == NOT_OBSERVED and letter != NOT_OBSERVED and not record.get("rows", "").strip():
        return "CL-RATING-BARE"
    if letter in LETTERS and best in LETTERS and LETTERS.index(letter) < LETTERS.index(best):
        return "CL-RATING-ABOVE"
    return ""


def rated_capabilities(ratings: pd.DataFrame, *, plan: Plan) -> pd.DataFrame:
    """Return each capability with the distribution of its tasks' ratings and the worst of them.

    Letters are never averaged. Of several raters the worse rating of a task counts. O is counted
    and shown, and decides nothing.

    Returns:
        ``capability, name, n_tasks, P, S, M, U, O, worst``.
    """
    order = {letter: i for i, letter in enumerate((NOT_OBSERVED, *LETTERS))}
    ranked = ratings.assign(rank=ratings["rating"].map(order))
    task = ranked.sort_values("rank").groupby("action")["rating"].last()
    rows = []
    for capability in plan.capabilities:
        letters = task.reindex([a for a in capability.actions if a in task.index])
        counts = letters.value_counts()
        seen = [letter for letter in LETTERS if letter in counts.index]
        rows.append(
            {"capability": capability.id, "name": capability.name, "n_tasks": len(letters)}
            | {letter: int(counts.get(letter, 0)) for letter in (*LETTERS, NOT_OBSERVED)}
            | {"worst": seen[-1] if seen else NOT_OBSERVED}
        )
    names = ["capability", "name", "n_tasks", *LETTERS, NOT_OBSERVED, "worst"]
    return pd.DataFrame(rows, columns=names)


def rating_agreement(ratings: pd.DataFrame, *, seed: int) -> Agreement:
    """Return how far people agree: Krippendorff's alpha, ordinal, with raw agreement beside it.

    The proposal is no rater; O is missing, not a letter.
    """
    people = ratings[(ratings["rater"] != PROPOSAL) & ratings["rating"].isin(LETTERS)]
    codes = people.pivot_table(index="action", columns="rater", values="rating", aggfunc="last")
    return agreement(codes, level="ordinal", order=LETTERS, seed=seed)
