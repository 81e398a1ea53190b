"""Which replies a human wrote: automatic, instant and template replies told apart."""

from __future__ import annotations

from typing import Any

import narwhals as nw

from crisislab.engine import Lazy

KINDS = ("automatic", "instant", "template", "human")
_SECOND_US = 1_000_000
_MINUTE_US = 60 * _SECOND_US


def instant() -> nw.Expr:
    """Return whether an own item answers within a second: no human does.

    Where both times are whole minutes the export does not know seconds, and nothing is said.
    """
    gap = nw.col("created_us") - nw.col("parent_us")
    fine = (nw.col("created_us") % _MINUTE_US != 0) | (nw.col("parent_us") % _MINUTE_US != 0)
    return ((gap >= 0) & (gap < _SECOND_US) & fine).fill_null(False)


def human(told: Lazy) -> Lazy:
    """Return the own items that answer something and that no machine sent.

    Args:
        told: Result of ``enrich.people.answers``.
    """
    something = ~nw.col("parent_id").is_null() | ~nw.col("addressee").is_null()
    return told.filter(~nw.col("automated") & something).filter(~instant())


def add_reply_kind(told: Lazy, *, copies: int = 5) -> Lazy:
    """Return the own items that answer somebody, each with ``reply_kind``.

    ``automatic``: from a declared automatic account; ``instant``: within a second; ``template``:
    the same words at least ``copies`` times, handles, links and signatures aside; else ``human``.
    A template may have been sent by hand, so it counts as an answer and is counted apart.

    Args:
        told: Result of ``enrich.people.answers``.
        copies: How often the same words make a template.
    """
    own = told.filter(~nw.col("addressee").is_null())
    own = own.with_columns(words=_words())
    counts = own.group_by("words").agg(nw.len().alias("n_copies"))
    own = own.join(counts, on="words", how="left")
    repeated = (nw.col("n_copies") >= copies) & (nw.col("words") != "")
    kind = nw.when(repeated.fill_null(False)).then(nw.lit("template")).otherwise(nw.lit("human"))
    kind = nw.when(instant()).then(nw.lit("instant")).otherwise(kind)
    kind = nw.when(nw.col("automated")).then(nw.lit("automatic")).otherwise(kind)
    return own.with_columns(reply_kind=kind)


def _words() -> nw.Expr:
    text: Any = nw.col("text").cast(nw.String).fill_null("").str.to_lowercase()
    text = text.str.replace_all(r"@[a-z0-9_.]+|https?://[^ ]+", " ")
    text = text.str.replace_all(r"[ \t\r\n]+", " ").str.strip_chars()
    signed: nw.Expr = text.str.replace_all(r" ?[\^*/~–-] ?[a-z]{1,3}$", "").str.strip_chars()
    return signed
