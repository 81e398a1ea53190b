"""The brand's accounts, and which posts are theirs."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import datetime
from typing import Self

import narwhals as nw
from pydantic import StrictBool, model_validator
from pydantic_core import PydanticCustomError

from crisislab.settings import LocalInstant, Settings, to_utc


class Account(Settings):
    """An account of the brand: by id, handle or both, with the dates it was the brand's.

    Attributes:
        since: First day, local time of the case; missing: always.
        until: End, exclusive; missing: still.
        automated: Whether the account only posts automatic replies.
    """

    platform: str
    id: str | None = None
    handle: str | None = None
    since: LocalInstant | None = None
    until: LocalInstant | None = None
    automated: StrictBool = False

    @model_validator(mode="after")
    def _named(self) -> Self:
        if not (self.id or self.handle):
            raise PydanticCustomError("CL-CASE-ACCOUNT", "account")
        return self


def plain_handle(handle: str) -> str:
    """Return a handle as handles compare: without @, case aside, as engines make small letters.

    Letters and accents are one sign, as reading makes them.

    >>> plain_handle("@Marca_ES"), plain_handle("Weiß")
    ('marca_es', 'weiß')
    """
    return unicodedata.normalize("NFC", handle).strip().lstrip("@").lower()


def plain_handles(handles: Iterable[str]) -> list[str]:
    """Return handles as they compare, each once, in order."""
    return sorted({plain_handle(handle) for handle in handles})


def own_marks(
    accounts: Iterable[Account], *, zone: str, outbound: bool = False
) -> dict[str, nw.Expr]:
    """Return ``own`` and ``automated`` as expressions over posts of any engine.

    An account matches by id where both have one, else by handle (case does not matter), on its
    platform and within its dates.

    Args:
        accounts: The accounts of the brand.
        zone: Zone of their dates.
        outbound: Whether rows that the export marks as outbound are the brand's.
    """
    own = automated = _never()
    for account in accounts:
        match = _is_account(account, zone=zone)
        own = own | match
        automated = automated | match if account.automated else automated
    if outbound:
        own = own | _same("inbound", "false")
    return {"own": own, "automated": automated}


def _never() -> nw.Expr:
    # A plain literal has no length of its own on pandas.
    return nw.col("created_us").is_null() & ~nw.col("created_us").is_null()


def _same(name: str, value: str) -> nw.Expr:
    text = nw.col(name).cast(nw.String).str.to_lowercase()
    return (text == value.lower()).fill_null(False)


def _is_account(account: Account, *, zone: str) -> nw.Expr:
    author, at = nw.col("author_id").cast(nw.String), nw.col("created_us")
    match = _never()
    if account.id:
        match = match | (author == account.id).fill_null(False)
    if account.handle:
        same = _same("author_handle", plain_handle(account.handle))
        match = match | (same & author.is_null() if account.id else same)
    match = match & (nw.col("platform").cast(nw.String) == account.platform).fill_null(False)
    if account.since is not None:
        match = match & (at >= _micros(to_utc(account.since, zone=zone)))
    if account.until is not None:
        match = match & (at < _micros(to_utc(account.until, zone=zone)))
    return match


def _micros(at: datetime) -> int:
    return round(at.timestamp() * 1_000_000)
