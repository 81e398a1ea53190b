"""Which accounts are likely the brand's: proposed to the analyst, never taken for granted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from crisislab.new.proposals import quoted
from crisislab.words import say

_FEWEST = 10
_TIMES = 3
_AT_MOST = 3


@dataclass(frozen=True)
class Likely:
    """An account that stands out on its platform.

    Attributes:
        how: ``wrote`` or ``named``: what was counted.
        n: How many posts it wrote, or how many name it.
    """

    platform: str
    id: str | None
    handle: str | None
    how: str
    n: int

    def __str__(self) -> str:
        """Return it as ``platform:handle``, or by its id where it has no handle."""
        return f"{self.platform}:{self.handle or self.id}"


def likely_accounts(posts: pd.DataFrame) -> tuple[Likely, ...]:
    """Return the accounts that write far more than any other, else those most posts name.

    A brand answers many: it stands out where it wrote at least ten posts and three times as many
    as the next account (up to three such, for accounts of announcements beside the main one).
    """
    writers = _writers(posts)
    seen = {(a.platform, (a.handle or "").casefold()) for a in writers}
    named = [a for a in _named(posts) if (a.platform, a.handle) not in seen]
    return (*writers, *named)


def _writers(posts: pd.DataFrame) -> list[Likely]:
    found = []
    for platform, rows in posts[posts["author_id"].notna()].groupby("platform"):
        counts = rows["author_id"].value_counts().head(_AT_MOST + 1)
        ahead = _ahead(counts.tolist())
        handles = rows.groupby("author_id")["author_handle"].last()
        for account in counts.index[:ahead]:
            handle = handles[account]
            known = None if pd.isna(handle) else str(handle)
            found.append(Likely(str(platform), str(account), known, "wrote", int(counts[account])))
    return found


def _ahead(counts: Sequence[int]) -> int:
    """Return how many of the largest counts stand clear of the rest.

    >>> _ahead([343, 220, 29, 20]), _ahead([16, 14, 13]), _ahead([50])
    (2, 0, 1)
    """
    if len(counts) == 1:
        return int(counts[0] >= _FEWEST)
    padded = [*counts, 0]
    return max(
        (k for k in range(1, min(_AT_MOST, len(counts) - 1) + 1)
         if padded[k - 1] >= max(_FEWEST, _TIMES * padded[k])), default=0,
    )  # fmt: skip


def _named(posts: pd.DataFrame) -> list[Likely]:
    """Return per platform the account most posts name, where one stands out."""
    words = posts[["platform", "mentions"]]
    # Where the export names nobody, the handles stand in the text.
    written = posts["text"].fillna("").str.findall(r"(?<![\w.@/])@(\w{2,})").str.join(" ")
    words = words.assign(mentions=words["mentions"].fillna(written)).dropna()
    words = words.assign(mentions=words["mentions"].str.casefold().str.split()).explode("mentions")
    found = []
    for platform, names in words.dropna().groupby("platform")["mentions"]:
        counts = names.value_counts()
        if len(counts) and counts.iloc[0] >= max(_FEWEST, 2 * counts.iloc[1:2].sum()):
            handle = str(counts.index[0])
            found.append(Likely(str(platform), None, handle, "named", int(counts.iloc[0])))
    return found


def brand_named(accounts: Sequence[str], likely: Sequence[Likely]) -> str:
    """Return the name to begin with: of the account told, else of the one that stands out most.

    An account that wrote stands before one that was named; nothing where no handle is known.

    >>> named, wrote = Likely("x", None, "acme", "named", 90), Likely("x", "1", "Acme", "wrote", 20)
    >>> brand_named((), [named, wrote]), brand_named(["x:@acme_uk"], [wrote]), brand_named((), ())
    ('Acme', 'acme_uk', '')
    """
    if accounts:
        return accounts[0].partition(":")[2].lstrip("@")
    known = [account for account in likely if account.handle]
    best = max(known, key=lambda account: (account.how == "wrote", account.n), default=None)
    return best.handle or "" if best else ""


def account_blocks(accounts: Sequence[str], likely: Sequence[Likely], lang: str) -> str:
    """Return the accounts for ``case.toml``: those told, else the likely ones as comments."""
    if accounts:
        return "".join(_told(account) for account in accounts)
    blocks = [_proposed(account, lang) for account in likely]
    return "".join(blocks) or '\n# [[brand.accounts]]\n# platform = "x"\n# handle = "..."\n'


def _told(account: str) -> str:
    platform, handle = account.split(":", 1)
    name = quoted(handle.lstrip("@"))
    return f"\n[[brand.accounts]]\nplatform = {quoted(platform)}\nhandle = {name}\n"


def _proposed(account: Likely, lang: str) -> str:
    lines = [f"platform = {quoted(account.platform)}"]
    lines += [f"id = {quoted(account.id)}"] if account.id else []
    lines += [f"handle = {quoted(account.handle)}"] if account.handle else []
    commented = "".join(f"# {line}\n" for line in ("[[brand.accounts]]", *lines))
    return f"\n# {say(f'new.{account.how}', lang, n=account.n)}\n{commented}"
