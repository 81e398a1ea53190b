"""Blocks of how far it went: phases, reach by provenance, our side, networks, who drove it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd
from markupsafe import Markup

from crisislab.read.labels import LABEL_FILE
from crisislab.report.block import Block
from crisislab.report.cards import Card, Cards
from crisislab.report.grid import Cell, Grid, grid, row_list, told_as
from crisislab.report.masks import excerpt
from crisislab.report.sections import cards_table
from crisislab.report.show import Show, is_missing
from crisislab.report.spread_figure import phases_figure
from crisislab.report.value import Review

_MOMENTS = ("onset", "alarm", "peak", "recovery")
_RATES = ("engagement_defined", "er_impressions", "er_impressions_without_top", "er_followers",
          "er_followers_without_top", "er_vendor_reach", "top_item_share")  # fmt: skip


def spread_blocks(review: Review, cards: Cards, show: Show) -> list[Block]:
    """Return the blocks of phases and reach that have data."""
    made = (
        _phases(review, show), _curve(review, show), _peaks(review, show),
        _others(review, show), _provenance(review, show), _engagement(cards, show),
        _voice(cards, show), _sides(review, cards, show),
        _reception(review, cards, show), _networks(review, show), _answers(review, show),
        _drivers(review, cards, show), _driver_items(review, show),
    )  # fmt: skip
    return [block for block in made if block is not None]


def table_of(review: Review, name: str) -> pd.DataFrame | None:
    """Return a further table of the review if it has rows."""
    found = review.tables.get(name)
    return None if found is None or found.empty else found


def heads(*names: str) -> list[str]:
    """Return the keys of column heads.

    >>> heads("n")
    ['spread.head.n']
    """
    return [f"spread.head.{name}" for name in names]


def said(show: Show, section: str, name: str, *, intro: str | Markup = "", **parts: Any) -> Block:
    """Return a block whose heading and sentence are words of ``spread.block``."""
    told = intro or show.text(f"spread.block.{name}.intro")
    table = parts.get("table")
    if table is not None and not table.of:
        parts["table"] = told_as(table, name, show)
    return Block(section, show.text(f"spread.block.{name}.heading"), told, **parts)


def _phases(review: Review, show: Show) -> Block | None:
    table = table_of(review, "phases")
    if table is None:
        return None
    rows = []
    for row in table.to_dict("records"):
        name = str(row["phase"])
        moment = name in _MOMENTS
        value, span = _moment(row, show) if moment else _length(row, show)
        note = "" if is_missing(row["note"]) else show.word("spread.note", row["note"])
        rows.append((show.word("spread.phase", name), value, span, note))
    made = grid(show, heads("phase", "value", "interval", "why"), rows)
    capped = review.metrics["note"].fillna("").eq("collector_cap").any()
    hint = show.text("spread.collector_cap") if capped else ""
    return said(show, "chronology", "phases", table=made, hint=hint)


def _curve(review: Review, show: Show) -> Block | None:
    drawn = phases_figure(review, show)
    return None if drawn is None else said(show, "chronology", "curve", figure=drawn)


def _moment(row: dict[Any, Any], show: Show) -> tuple[str, str]:
    if is_missing(row["at"]):
        return show.unknown, ""
    ends = [show.unknown if is_missing(row[c]) else show.instant(row[c])
            for c in ("lower_at", "upper_at")]  # fmt: skip
    apart = is_missing(row["upper_at"]) or row["lower_at"] != row["upper_at"]
    span = show.text("spread.between", lower=ends[0], upper=ends[1]) if apart else ""
    return show.instant(row["at"]), span


def _length(row: dict[Any, Any], show: Show) -> tuple[str, str]:
    if is_missing(row["value"]):
        word = "not_recovered" if row["note"] == "not_recovered" else ""
        return (show.text("spread.never") if word else show.unknown), ""
    low, high = (None if is_missing(row[c]) else float(row[c]) * 60 for c in ("lower", "upper"))
    return show.duration(float(row["value"]) * 60), show.span(low, high, "minutes")


def _peaks(review: Review, show: Show) -> Block | None:
    table = table_of(review, "peaks")
    if table is None:
        return None
    rows: list[tuple[Cell, ...]] = []
    for row in table.to_dict("records"):
        if is_missing(row["platform"]):
            what: Cell = show.say("spread.no_trigger")
            proof: Cell = ""
        else:
            side = "own" if row["own"] is True or str(row["own"]) == "True" else "public"
            what = show.say(
                f"spread.trigger.{side}", platform=show.word("report.platform", row["platform"]),
                share=show.share(row["hanging_share"]), n=show.number(row["n_hanging"]),
            )  # fmt: skip
            proof = row_list(row["evidence"])
        rows.append((show.instant(row["peak_at"]), show.number(row["n_posts"]), what, proof))
    made = grid(show, heads("peak", "posts", "trigger", "evidence"), rows, numeric=(1,))
    return said(show, "chronology", "peaks", table=made)


def _others(review: Review, show: Show) -> Block | None:
    table = table_of(review, "other_onsets")
    if table is None:
        return None
    rows = [
        (show.word("spread.rule", row["rule"]),
         show.text("spread.none") if is_missing(row["at"]) else show.instant(row["at"]))
        for row in table.to_dict("records")
    ]  # fmt: skip
    made = grid(show, heads("rule", "at"), rows)
    return said(show, "chronology", "others", table=made, folded=True)


def _provenance(review: Review, show: Show) -> Block | None:
    table = table_of(review, "spread")
    if table is None:
        return None
    rows = []
    for row in table.to_dict("records"):
        measured = row["provenance"] == "measured"
        figure = show.number(row["summed"]) if measured else _bounds(row, show)
        rows.append(
            (show.word("report.platform", row["platform"]), show.word("spread.side", row["side"]),
             show.word("spread.provenance", row["provenance"]), figure,
             "" if is_missing(row["independent"]) else show.about(row["independent"]),
             show.text("report.table.known", n=show.number(row["n_known"]),
                          total=show.number(row["n_of"])))
        )  # fmt: skip
    made = grid(
        show, heads("platform", "side", "provenance", "figure", "independent", "known"), rows,
        numeric=(3, 4),
    )  # fmt: skip
    return said(show, "reach", "provenance", table=made)


def _bounds(row: dict[Any, Any], show: Show) -> str:
    least, most = show.about(row["least"]), show.about(row["most"])
    return least if least == most else show.text("spread.bounds", lower=least, upper=most)


def _chosen(cards: Cards, metrics: Iterable[str]) -> list[Card]:
    wanted = list(metrics)
    return [card for name in wanted for card in cards if card.metric == name and card.number]


def _engagement(cards: Cards, show: Show) -> Block | None:
    found = _chosen(cards, _RATES)
    if not found:
        return None
    return said(show, "reach", "engagement", table=cards_table(found, show), folded=True)


def _voice(cards: Cards, show: Show) -> Block | None:
    found = _chosen(cards, ("share_of_voice",))
    return said(show, "reach", "voice", table=cards_table(found, show)) if found else None


def _sides(review: Review, cards: Cards, show: Show) -> Block | None:
    table = table_of(review, "two_sides")
    if table is None:
        return None
    rows = []
    for row in table.to_dict("records"):
        where = {"platform": row["platform"], "figure": row["figure"]}
        rows.append(
            (show.word("report.platform", row["platform"]),
             show.word("spread.figure", row["figure"]), show.number(row["narrative"]),
             show.number(row["official"]), cards.link("official_share", **where),
             cards.link("official_passed_tenth", **where),
             cards.link("heard_share", platform=row["platform"]))
        )  # fmt: skip
    made = grid(
        show,
        heads("platform", "figure_kind", "narrative", "official", "share", "passed", "heard"),
        rows, numeric=(2, 3, 4, 5, 6),
    )  # fmt: skip
    return said(show, "reach", "sides", table=made)


def _reception(review: Review, cards: Cards, show: Show) -> Block | None:
    table = table_of(review, "reception")
    if table is None:
        return None
    shares = Markup("; ").join(
        Markup("{}: {}").format(
            show.word("spread.stance", card.scope.get("stance", "")),
            card.linked(card.value + (f" ({card.interval})" if card.interval else "")),
        )
        for card in cards
        if card.metric == "reception_share"
    )
    rows = [
        (show.word("report.platform", row["platform"]),
         show.word("spread.stance", row["stance"]), show.word("spread.by", row["stance_by"]),
         excerpt(row["text"]), row_list(row["evidence"]))
        for row in table.to_dict("records")
    ]  # fmt: skip
    made = grid(show, heads("platform", "stance", "by", "words", "evidence"), rows)
    intro = show.say("spread.block.reception.intro", shares=shares)
    notes = review.metrics.loc[review.metrics["metric"] == "reception_share", "note"]
    by_cues = notes.eq("cues_only").any()
    hint = show.say("spread.block.reception.hint", file=LABEL_FILE) if by_cues else ""
    return said(show, "reach", "reception", intro=intro, table=made, folded=True, hint=hint)


def _networks(review: Review, show: Show) -> Block | None:
    table = table_of(review, "networks")
    if table is None:
        return None
    rows = [
        (excerpt(row["text"], 70), show.word("report.platform", row["platform"]),
         show.instant(row["created_at"]), show.duration(row["delay_minutes"]),
         show.number(row["impressions"]), show.number(row["reactions"]),
         show.number(row["shares"]), show.number(row["n_answers"]),
         show.number(row["n_answered"]))
        for row in table.to_dict("records")
    ]  # fmt: skip
    made = grid(
        show,
        heads("statement", "platform", "at", "delay", "displays", "reactions", "shared",
              "answers", "answered"),
        rows, numeric=range(3, 9), wide=True,
    )  # fmt: skip
    return said(show, "reach", "networks", table=made)


def _answers(review: Review, show: Show) -> Block | None:
    table = table_of(review, "network_answers")
    if table is None:
        return None
    rows = [
        (show.word("report.platform", row["platform"]), show.number(row["n_public"]),
         show.number(row["n_own"]), show.number(row["n_conversations"]),
         show.number(row["n_answered"]), _remark(row, show))
        for row in table.to_dict("records")
    ]  # fmt: skip
    made = grid(
        show, heads("platform", "with_reposts", "own", "conversations", "answered", "why"), rows,
        numeric=(1, 2, 3, 4),
    )  # fmt: skip
    return said(show, "reach", "answers", table=made)


def _remark(row: dict[Any, Any], show: Show) -> str:
    if is_missing(row["n_answered"]):
        return show.word("report.note", "no_brand_posts")
    if row["left_without_answer"]:
        return show.text("spread.left")
    return show.text("spread.nothing_ours") if row["n_own"] == 0 else ""


def _drivers(review: Review, cards: Cards, show: Show) -> Block | None:
    table = table_of(review, "drivers")
    if table is None:
        return None
    rows = [
        (account(row["author"], show), show.word("report.platform", row["platform"]),
         show.number(row["attention"]), show.number(row["n_items"]),
         show.number(row["n_reposts_made"]), show.number(row["n_followers"]),
         show.word("words", "yes" if row["newcomer"] else "no"))
        for row in table.to_dict("records")
    ]  # fmt: skip
    made = grid(
        show,
        heads("account", "platform", "attention", "items", "reposts", "followers", "newcomer"),
        rows, numeric=(2, 3, 4, 5),
    )  # fmt: skip
    known = table["attention"].notna().any()
    intro = show.say(
        f"spread.block.drivers.{'intro' if known else 'no_attention'}",
        items=cards.link("top_accounts_share", figure="n_items"),
        attention=cards.link("top_accounts_share", figure="attention"),
        newcomers=cards.link("newcomer_share"),
    )
    return said(show, "reach", "drivers", intro=intro, table=made)


def _driver_items(review: Review, show: Show) -> Block | None:
    table = table_of(review, "driver_items")
    if table is None:
        return None
    rows = [
        (account(row["author"], show), show.word("report.platform", row["platform"]),
         show.instant(row["created_at"]), show.number(row["attention"]),
         show.number(row["n_impressions"]), excerpt(row["text"]), row_list(row["evidence"]))
        for row in table.to_dict("records")
    ]  # fmt: skip
    made: Grid = grid(
        show,
        heads("account", "platform", "at", "attention", "displays", "words", "evidence"),
        rows, numeric=(3, 4),
    )  # fmt: skip
    known = table["attention"].notna().any()
    hint = "" if known else show.text("spread.block.driver_items.no_attention")
    return said(show, "reach", "driver_items", table=made, folded=True, hint=hint)


def account(name: object, show: Show) -> str:
    """Return the pseudonym of an account in words: its rank."""
    return show.text("spread.account", rank=str(name).removeprefix("a"))
