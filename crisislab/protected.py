"""Joins the rooms for privacy: whose names a case keeps, and what may leave it."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import pandas as pd

from crisislab.case import Case
from crisislab.engine import lazy, small
from crisislab.privacy.names import Names, People, public_names
from crisislab.report.guarded import guarded
from crisislab.report.value import Review


def people_of(case: Case, posts: Any, *, names: Names) -> People:
    """Return the accounts of a case: public are the brand's own and those it declares."""
    own = _columns(posts, ["author_id", "author_handle", "author_name"], own=True)
    accounts = case.settings.brand.accounts
    public = public_names(
        case.settings.privacy.public,
        [case.settings.brand.name],
        [name for account in accounts for name in (account.id, account.handle)],
        own.melt()["value"].dropna().unique(),
    )
    return People(names, _handles(posts), public)


def staff_of(case: Case) -> list[str]:
    """Return the people that log and plan name."""
    holders = [name for role in case.plan.roles for name in role.holders]
    actors = pd.concat([case.log["actor"], case.log["actor_id"]]).dropna().unique()
    return sorted({*holders, *map(str, actors)})


def guard_review(review: Review, case: Case, posts: Any, *, names: Names) -> Review:
    """Return a review of a case without real accounts, ids and contacts of the public."""
    hidden = case.settings.privacy.staff == "pseudonyms"
    own = _columns(posts, ["post_id"], own=True)["post_id"].dropna()
    return guarded(
        review, posts, people_of(case, posts, names=names), own=frozenset(map(str, own)),
        staff=staff_of(case) if hidden else None,
    )  # fmt: skip


def _columns(posts: Any, names: list[str], *, own: bool) -> pd.DataFrame:
    frame = lazy(posts)
    mine = frame.filter(nw.col("own")) if own else frame
    return small(mine.select(*(nw.col(name).cast(nw.String) for name in names)).unique())


def _handles(posts: Any) -> dict[tuple[str, str], str]:
    """Return the latest handle of each account id."""
    known = lazy(posts).filter(
        ~nw.col("author_id").is_null(), ~nw.col("author_handle").is_null()
    )  # fmt: skip
    keys = ["platform", "author_id", "author_handle"]
    last = known.group_by(*keys).agg(nw.col("created_us").max().alias("last"))
    table = small(last).sort_values(["last", *keys], kind="stable")
    told = zip(*(table[key].astype(str) for key in keys), strict=True)
    return {(platform, account): handle for platform, account, handle in told}
