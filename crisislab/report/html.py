"""The review as one page: everything in it, nothing loaded from anywhere."""

from __future__ import annotations

import html
import importlib.metadata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from itertools import chain, groupby
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from crisislab.report import data_page, sections
from crisislab.report.block import Block
from crisislab.report.blocks import blocks, drawn
from crisislab.report.cards import Card, Cards
from crisislab.report.drawing import Figure
from crisislab.report.formulas import formula_words, left_out_words
from crisislab.report.grid import Grid
from crisislab.report.judged import STATE_TONES, linked_count, targets_period
from crisislab.report.openable import checked
from crisislab.report.scripts import (
    boot_source,
    content_policy,
    inert_json,
    packed_json,
    packed_plotly,
    plotly_config,
    plotly_locale,
)  # fmt: skip
from crisislab.report.show import Show, clean, show_for
from crisislab.report.story import tell_story
from crisislab.report.table_cards import table_cards
from crisislab.report.value import Language, Review
from crisislab.words import say

SECTIONS = (
    "short", "chronology", "response", "sentiment", "reach", "plan", "targets", "data", "numbers",
    "again",
)  # fmt: skip


def review_html(review: Review) -> str:
    """Return the review as one self-contained HTML page.

    The same review gives the same bytes: no time of writing, no random id.

    Raises:
        CrisisLabError: If a number of the page would not open, or a finding has no evidence
            (:mod:`crisislab.report.openable`).
    """
    show = replace(show_for(review), marked=True)
    cards = Cards(review, show)
    further = _opened(blocks(review, cards, show))
    tables = _tables(review, cards, show)
    added = tuple(name for name in further if name not in SECTIONS)
    page = environment().get_template("review.html.j2")
    made = page.render(
        review=_shown(review), lang=review.language, zone=review.zone,
        sections=_order(added, review.look.order), added=added, look=review.look, blocks=further,
        say=lambda key, **facts: show.say(f"report.{key}", **facts),
        word=lambda key, **facts: say(key, review.language, **facts),
        story=tell_story(review, cards, show), tables=tables,
        cards=by_metric(cards, show), drawn=drawn(review, further, show),
        **_lists(review, cards, show),
        table_cards=table_cards(review, tables, chain.from_iterable(further.values()), show),
        **machinery(review.language),
    )  # fmt: skip
    return checked(made, review)


def _opened(further: dict[str, list[Block]]) -> dict[str, list[Block]]:
    """Return blocks by section, none folded where a section would have nothing else to show."""
    return {
        name: [replace(block, folded=False) for block in found]
        if name not in SECTIONS and all(block.folded for block in found) else found
        for name, found in further.items()
    }  # fmt: skip


def _order(added: tuple[str, ...], wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Return the sections in their order: the first page first, the data and the numbers last."""
    end = SECTIONS.index("data")
    middle = (*SECTIONS[1:end], *added)
    chosen = [name for name in wanted if name in middle]
    left = [name for name in middle if name not in chosen]
    return (SECTIONS[0], *chosen, *left, *SECTIONS[end:])


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Return the templates, every value escaped."""
    environment = Environment(
        loader=PackageLoader("crisislab.report", "templates"), autoescape=True,
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.globals["css"] = _file("review.css")
    environment.globals["bare"] = _bare
    return environment


def _file(name: str) -> Markup:
    folder = resources.files("crisislab.report") / "templates"
    return Markup((folder / name).read_text("utf-8").strip())


def _bare(text: str) -> Markup:
    """Return text escaped for an element, where quotation marks need nothing."""
    return Markup(html.escape(text, quote=False))


def _shown(review: Review) -> dict[str, str]:
    names = ("title", "brand", "scenario", "plan_name")
    return {name: clean(getattr(review, name) or "") for name in names}


def machinery(lang: Language) -> dict[str, Any]:
    """Return what a page needs to draw and to be safe: scripts, their policy, plotly."""
    return {
        "policy": content_policy(),
        "boot": boot_source(),
        "plotly": packed_plotly(),
        "settings": inert_json({"locale": plotly_locale(lang), "config": plotly_config(lang)}),
        "as_json": _figure_json,
        "version": importlib.metadata.version("crisislab"),
    }


def _figure_json(figure: Figure) -> Markup:
    return packed_json(figure.spec())


def _tables(review: Review, cards: Cards, show: Show) -> dict[str, Grid | None]:
    return {
        "clock": sections.clock_table(review, show),
        "times": sections.times_table(cards, show),
        "hours": sections.hours_table(review, show),
        "curve": sections.curve_table(review, show),
        "tone": sections.tone_table(review, show),
        "reach": sections.reach_table(review, cards, show),
        "actions": sections.actions_table(review, show),
        "targets": sections.targets_table(review, cards, show),
        "ledger": data_page.ledger_table(review, show),
        "issues": data_page.issues_table(review, show),
        "rejects": data_page.rejects_table(review, show),
        "manifest": sections.manifest_table(review.manifest, show),
    } | _response_tables(cards, show)


def _response_tables(cards: Cards, show: Show) -> dict[str, Grid | None]:
    waits, other_waits = sections.response_cards(cards, "first_response_time")
    rates, other_rates = sections.response_cards(cards, "reply_rate")
    own = {"waits": waits, "rates": rates, "beside": [*other_waits, *other_rates]}
    return {
        name: sections.cards_table(found, show) if found else None for name, found in own.items()
    }


def _lists(review: Review, cards: Cards, show: Show) -> dict[str, Any]:
    counted = sections.states_summary(review, show)
    return {
        "states": [
            (STATE_TONES[code], word, linked_count(cards.known("n_actions", state=code), n, show))
            for code, word, n in counted
        ],
        "adds_up": data_page.adds_up(review.ledger),
        "targets_period": targets_period(review, cards, show),
        "answered_only": cards.known("answered_only_median"),
        "no_brand": not cards.known("n_answered"),
        "rule": sections.main_rule(cards, show),
        "scored": cards.known("scored_share"),
        "unscored": cards.known("n_unscored"),
        "highest": cards.known("negative_index"),
    }


@dataclass(frozen=True)
class Metric:
    """The cards of one metric, with what they share."""

    name: str
    definition: str
    formula: str
    left_out: str
    cards: tuple[Card, ...]


def by_metric(cards: Iterable[Card], show: Show) -> list[Metric]:
    """Return the cards in groups of one metric."""
    ordered = sorted(cards, key=lambda card: card.metric)
    first: dict[str, str] = {}
    for card in ordered:
        first[card.metric] = min(first.get(card.metric, card.id), card.id)
    ordered.sort(key=lambda card: (first[card.metric], card.id))
    return [
        Metric(found[0].name, found[0].definition, formula_words(metric, show),
               left_out_words(metric, show), found)
        for metric, found in (
            (metric, tuple(group)) for metric, group in groupby(ordered, key=lambda c: c.metric)
        )
    ]  # fmt: skip
