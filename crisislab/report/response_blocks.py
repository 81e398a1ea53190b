"""Everything the page says about response times beyond the waiting curve."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from crisislab.report.block import Block
from crisislab.report.cards import Cards
from crisislab.report.judged import targets_period
from crisislab.report.response_figures import backlog_figure, groups_figure, unanswered_figure
from crisislab.report.response_groups import ANSWERERS, COMPARED, groups_of
from crisislab.report.response_sections import (
    clocks_table,
    counts_table,
    days_table,
    further_table,
    groups_table,
    hours_table,
    incidents_table,
    limits_table,
    people_table,
    reconcile_table,
    rules_table,
    steps_table,
    unanswered_table,
    ways_table,
)
from crisislab.report.response_timeline import time_figure
from crisislab.report.show import Show
from crisislab.report.timeline import whole_window
from crisislab.report.value import Review


def response_blocks(review: Review, cards: Cards, show: Show) -> list[Block]:
    """Return the blocks about response times; without any answer to look at, none.

    What matters to every reader stands open, what only some want is folded.
    """
    if "backlog" not in review.tables:
        return []
    made = (
        *_chronology(review, cards, show),
        *_open(review, cards, show),
        *_folded(review, cards, show),
    )
    return [block for block in made if block.figure or block.table]


def _chronology(review: Review, cards: Cards, show: Show) -> list[Block]:
    return [
        Block("chronology", show.say("response.where"), show.say("response.where_intro"),
              figure=time_figure(review, show), table=steps_table(cards, show)),
        Block("chronology", show.say("response.incidents"), show.say("response.incidents_intro"),
              table=incidents_table(review.tables.get("incidents"), show), folded=True),
    ]  # fmt: skip


def _open(review: Review, cards: Cards, show: Show) -> list[Block]:
    groups = groups_of(cards, COMPARED)
    empty = pd.DataFrame()
    hours = review.tables.get("unanswered_hours", empty)
    waiting = review.tables["backlog"]
    return [
        Block("response", show.say("response.clocks"), show.say("response.clocks_intro"),
              table=clocks_table(cards, show)),
        Block("response", show.say("response.backlog"), _most(cards, show),
              figure=backlog_figure(waiting, whole_window(review), show),
              table=days_table(waiting, show)),
        Block("response", show.say("response.never"), show.say("response.never_intro"),
              figure=unanswered_figure(hours, show), table=hours_table(hours, show)),
        Block("response", show.say("response.never_groups"),
              show.say("response.never_groups_intro"), table=unanswered_table(cards, show)),
        Block("response", show.say("response.groups"), show.say("response.groups_intro"),
              figure=groups_figure(groups, show), table=groups_table(groups, show),
              hint=_tests(cards, show)),
    ]  # fmt: skip


def _limits(review: Review, cards: Cards, show: Show) -> Markup:
    told = (show.say("response.limits_intro"), targets_period(review, cards, show))
    return Markup(" ").join(part for part in told if part)


def _folded(review: Review, cards: Cards, show: Show) -> list[Block]:
    hours, people = groups_of(cards, ("hour",)), groups_of(cards, ANSWERERS)
    tools = review.tables.get("other_tools")
    return [
        Block("response", show.say("reconcile.title"), show.say("reconcile.intro"), folded=True,
              table=None if tools is None else reconcile_table(tools, show, cards)),
        Block("response", show.say("response.rules"), show.say("response.rules_intro"),
              table=rules_table(review.tables.get("rules"), show), folded=True),
        Block("response", show.say("response.limits"), _limits(review, cards, show),
              table=limits_table(cards, show), folded=True),
        Block("response", show.say("response.further"), show.say("response.further_intro"),
              table=further_table(cards, show), folded=True),
        Block("response", show.say("response.people"), show.say("response.people_intro"),
              table=people_table(cards, show), folded=True),
        Block("response", show.say("response.ways"), show.say("response.ways_intro"),
              table=ways_table(cards, show), folded=True),
        Block("response", show.say("response.by_hour"), show.say("response.groups_intro"),
              table=groups_table(hours, show), folded=True),
        Block("response", show.say("response.by_person"), show.say("response.by_person_intro"),
              table=groups_table(people, show), folded=True),
        Block("response", show.say("response.counts"), show.say("response.counts_intro"),
              table=counts_table(review.metrics, show, cards), folded=True),
    ]  # fmt: skip


def _most(cards: Cards, show: Show) -> Markup:
    most, fresh = cards.known("most_waiting"), cards.known("most_waiting_in_time")
    if most is None or fresh is None:
        return Markup("")
    return show.say("response.backlog_intro", n=most.link, fresh=fresh.link)


def _tests(cards: Cards, show: Show) -> Markup:
    """Return the log-rank tests of the groups as one sentence, with how many looks that makes."""
    found = [card for card in cards if card.metric == "log_rank_p" and card.scope.get("rho") == "0"]
    told = [
        Markup("{} {}").format(card.words["by"].lower(), card.link)
        for card in found
        if card.number is not None
    ]
    if not told:
        return Markup("")
    return show.say("response.tests", tests=Markup("; ").join(told),
                    n=found[0].linked(show.number(len(told))))  # fmt: skip
