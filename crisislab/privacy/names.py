"""Pseudonyms by keyed hash: the same account has the same name in every export and every crisis.

A name is HMAC-SHA256 (RFC 2104) of platform and account under the organisation's secret, cut to
50 bits in base 32. Without the secret nobody can try handles until one fits; with it anybody in
the organisation can, so pseudonymised data stay personal data (EDPB Guidelines 01/2025).
"""

from __future__ import annotations

import base64
import hmac
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import pandas as pd

_LENGTH = 10


@dataclass(frozen=True)
class Names:
    """The pseudonyms that one secret gives.

    Attributes:
        secret: The secret; it is never shown.
    """

    secret: bytes = field(repr=False)

    def person(self, platform: str, account: str) -> str:
        """Return the name of an account, by handle (case and ``@`` aside) or id.

        >>> names = Names(b"0" * 32)
        >>> names.person("x", "@Ana") == names.person("x", "ana") != names.person("tiktok", "ana")
        True
        >>> names.person("x", "ana").startswith("p-")
        True
        """
        same = unicodedata.normalize("NFKC", account).strip().lstrip("@").casefold()
        return f"p-{self._hash('person', platform, same)}"

    def item(self, platform: str, item: str) -> str:
        """Return the name of a post."""
        return f"i-{self._hash('item', platform, item)}"

    def mark(self) -> str:
        """Return a mark of the secret, to tell whether two files used the same one."""
        return self._hash("secret", "", "")

    def _hash(self, *parts: str) -> str:
        # The length of each part stands before it, so that no two lists read the same.
        told = "".join(f"{len(part)}:{part}" for part in parts).encode("utf-8", "surrogatepass")
        whole = hmac.digest(self.secret, told, "sha256")
        return base64.b32encode(whole)[:_LENGTH].decode().lower()


@dataclass(frozen=True)
class People:
    """Accounts of one case: which id carries which handle, and who is public.

    Attributes:
        names: Pseudonyms.
        handles: (platform, account id) -> latest handle.
        public: Handles, ids and names that stay as they are, in small letters without ``@``.
    """

    names: Names
    handles: Mapping[tuple[str, str], str] = field(repr=False)
    public: frozenset[str] = frozenset()

    def named(self, platform: str, account: str) -> str:
        """Return what stands for an account: itself if public, else its pseudonym.

        The handle counts where the account's id is known to carry one, so that exports with ids
        and exports with handles agree.
        """
        handle = self.handles.get((platform, account), account)
        if {account.lstrip("@").casefold(), handle.casefold()} & self.public:
            return handle
        return self.names.person(platform, handle)

    def column(self, accounts: pd.Series, platforms: pd.Series) -> pd.Series:
        """Return a column of accounts as names; each different account is named once."""
        return _mapped(accounts, platforms, self.named)

    def items(self, ids: pd.Series, platforms: pd.Series) -> pd.Series:
        """Return a column of ids of posts as names."""
        return _mapped(ids, platforms, self.names.item)


def _mapped(values: pd.Series, platforms: pd.Series, name: Callable[[str, str], str]) -> pd.Series:
    told: pd.Series = values.astype("object").copy()
    for platform, part in values.dropna().groupby(platforms.reindex(values.index), dropna=False):
        where = "" if pd.isna(platform) else str(platform)
        named = {str(one): name(where, str(one)) for one in part.unique()}
        told.loc[part.index] = part.map(named)
    return told.astype("str")


def public_names(*lists: Iterable[str | None]) -> frozenset[str]:
    """Return declared public handles and ids as they are compared.

    ``x:handle`` names the account of one platform; the platform is for the reader alone.

    >>> sorted(public_names(["@Mayor", "x:Ministry"], [None]))
    ['mayor', 'ministry']
    """
    return frozenset(
        one.split(":", 1)[-1].strip().lstrip("@").casefold()
        for names in lists for one in names if one
    )  # fmt: skip
