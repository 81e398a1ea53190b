"""Whether the accounts of the brand are those that write: silent ones, undeclared ones."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import pandas as pd

from crisislab.accounts import Account, own_marks
from crisislab.case import Case
from crisislab.check.brand import who_else
from crisislab.check.undeclared import named_alike, names_of, undeclared_accounts
from crisislab.engine import Lazy, lazy, small
from crisislab.errors import Problem
from crisislab.handles import plain_handle


def check_accounts(case: Case, posts: Any = None) -> tuple[Problem, ...]:
    """Return what is wrong with the declared accounts of the brand, in one pass over the posts.

    A further pass is made only where something is found. ``CL-BRAND-ACCOUNT`` for each declared
    account that wrote none of the posts: one wrong digit makes the brand's own answers the
    public's; as long as another account is right, nothing else would tell.
    ``CL-BRAND-UNDECLARED`` for accounts with the brand's name that answer people
    (``check.undeclared``).

    Args:
        case: An opened case.
        posts: Its posts, of any engine; those in memory by default.
    """
    brand = case.settings.brand
    if brand.absent_from_exports or not brand.accounts:
        return ()
    frame = lazy(case.posts if posts is None else posts)
    names = names_of(one.handle for one in brand.accounts if one.handle)
    wrote = [own_marks([one], zone=case.zone)["own"].cast(nw.Int64).sum().alias(f"n{i}")
             for i, one in enumerate(brand.accounts)]  # fmt: skip
    alike = named_alike(names).cast(nw.Int64).sum().alias("alike")
    counts = small(frame.select(nw.len().alias("n"), alike, *wrote)).iloc[0]
    silent = [one for i, one in enumerate(brand.accounts) if not float(counts[f"n{i}"] or 0)]
    found = _silent(silent, frame, n=int(counts["n"])) if silent else ()
    return found + (undeclared_accounts(frame, names) if float(counts["alike"] or 0) else ())


def _silent(silent: list[Account], frame: Lazy, *, n: int) -> tuple[Problem, ...]:
    others = who_else(frame, [plain_handle(one.handle) for one in silent if one.handle])
    return tuple(
        Problem("CL-BRAND-ACCOUNT", "flagged", "case.toml", value=_named(one), n=0, n_of=n,
                facts={"seen": _seen(one, others)})
        for one in silent
    )  # fmt: skip


def _named(account: Account) -> str:
    handle = f"@{account.handle.lstrip('@')}" if account.handle else ""
    return f"{account.platform}:" + "/".join(filter(None, [account.id, handle]))


def _seen(account: Account, others: pd.DataFrame) -> str:
    """Return what the posts have instead: the handle elsewhere, else the networks."""
    handle = plain_handle(account.handle or "")
    same = others[others["handle"].eq(handle).fillna(False)] if handle else others.iloc[:0]
    if len(same):
        rows = same.fillna({"author_id": "?"}).to_dict("records")
        return ", ".join(f"{r['platform']}:{r['author_id']}/@{handle} ({r['n']})" for r in rows)
    return ", ".join(sorted(map(str, others["platform"].dropna().unique())))
