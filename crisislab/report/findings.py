"""The findings of the first page: from every theme, weighed by one stated rule.

Each theme offers what it found with a weight from 0 to 1: how far it lies from what the plan asks,
from the quiet period or from past crises, times how much the question is the team's own:

- 1: what the plan asks for (targets, actions, promises) and the share of people left waiting;
- 0.8: what people felt and how they were answered;
- 0.6: what could have been seen or heard (monitoring, networks, reach, stories);
- 0.4: what is learnt beside it (drills, effect, past crises).

The five heaviest are shown, one of a theme, so that many missed targets do not hide what was not
done; ties stand in the order of the page. What rests on few cases weighs less: n / (n + 5).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from markupsafe import Markup

from crisislab.report.cards import Card, Cards
from crisislab.report.grid import opened
from crisislab.report.judged import JUDGED_STATES, Judged, linked_count, targets
from crisislab.report.past_blocks import indicator_words
from crisislab.report.show import Show, clean, number_or_none
from crisislab.report.value import Review

SHOWN = 5
MAX_NAMES = 3
ASKED, FELT, SEEN, LEARNT = 1.0, 0.8, 0.6, 0.4
_STATES = ("not done", "late", "wrong owner")


@dataclass(frozen=True)
class Finding:
    """One finding.

    Attributes:
        theme: Section it comes from.
        weight: How much it matters, 0 to 1, by the rule of this module.
        text: The finding; every number in it opens.
    """

    theme: str
    weight: float
    text: Markup


def main_findings(found: Iterable[Finding]) -> list[Finding]:
    """Return the heaviest finding of each theme, the five heaviest of these."""
    first: dict[str, Finding] = {}
    for one in sorted(found, key=lambda one: -one.weight):
        first.setdefault(one.theme, one)
    return list(first.values())[:SHOWN]


def all_findings(review: Review, cards: Cards, show: Show) -> list[Finding]:
    """Return what every theme found, in the order of the page, each with its weight."""
    known = Known(review, cards, show)
    return [one for make in THEMES for one in make(known) if one.weight > 0]


@dataclass(frozen=True)
class Known:
    """What a theme may look at."""

    review: Review
    cards: Cards
    show: Show

    def say(self, key: str, **facts: object) -> Markup:
        """Return words of ``findings``."""
        return self.show.say(f"findings.{key}", **facts)

    def rows(self, name: str) -> list[Mapping[Any, Any]]:
        """Return the rows of a further table; none where the review does not have it."""
        table = self.review.tables.get(name)
        return [] if table is None else list(table.to_dict("records"))

    def number(self, metric: str, **scope: object) -> tuple[Card, float] | None:
        """Return a card with its number, if it is known."""
        card = self.cards.known(metric, **scope)
        return None if card is None or card.number is None else (card, card.number)


def _weight(share: float, factor: float) -> float:
    return round(min(max(share, 0.0), 1.0) * factor, 4)


def _targets(known: Known) -> Iterator[Finding]:
    judged = targets(known.review, known.cards, known.show)
    missed = [target for target in judged if target.code == "not met"]
    met = [target for target in judged if target.code == "met"]
    if missed:
        furthest = max(missed, key=lambda target: _missed_by(target, known))
        share = len(missed) / (len(missed) + len(met))
        yield Finding("targets", _weight(2 * share, ASKED),
                      _missed_words(furthest, len(missed), len(judged), known))  # fmt: skip
    elif met:
        n = opened("targets", "measured", known.show.number(len(met)))
        yield Finding("targets", _weight(0.05, ASKED), known.say("all_met", n=n))


def _missed_by(target: Judged, known: Known) -> float:
    """Return how far a target was missed, as a share of what was asked (or of what it took)."""
    rows = known.review.verdicts
    place = int(target.id.removeprefix("target-")) - 1
    row = rows[rows["subject"].str.startswith("target=").fillna(False)].iloc[place]
    asked, value = number_or_none(row["threshold"]), number_or_none(row["value"])
    if not asked or value == 0:
        return 0.5
    if value is None:
        return 1.0  # not reached in the data
    return 1 - value / asked if row["unit"] == "share" else 1 - asked / value


def _missed_words(target: Judged, n: int, of: int, known: Known) -> Markup:
    fact = Markup('<a class="said" href="#{}">{}</a>')
    card = target.card
    value = target.value if card else fact.format(target.id, target.plain_value)
    if target.interval:
        span = card.linked(target.interval) if card else fact.format(target.id, target.interval)
        value += Markup(" ({})").format(span)
    counts = [opened("targets", "measured", known.show.number(one)) for one in (n, of)]
    return known.say(
        "targets", n=counts[0], of=counts[1], name=fact.format(target.id, target.name), value=value,
        asked=fact.format(target.id, target.asked),
    )  # fmt: skip


def _actions(known: Known) -> Iterator[Finding]:
    actions = known.review.actions
    found = {state: actions[actions["state"].eq(state).fillna(False)] for state in _STATES}
    told = [_action_words(state, rows, known) for state, rows in found.items() if len(rows)]
    judged = int(actions["state"].isin(JUDGED_STATES).sum())
    if told:
        # Half of the actions is as bad as it gets: no plan counts on that.
        share = sum(map(len, found.values())) / max(judged, 1)
        yield Finding("plan", _weight(2 * share, ASKED), Markup(" ").join(told))


def _action_words(state: str, rows: pd.DataFrame, known: Known) -> Markup:
    card = known.cards.known("n_actions", state=state)
    n = linked_count(card, len(rows), known.show)
    if state == "late":
        worst = rows.sort_values("late_minutes", ascending=False, kind="stable").iloc[0]
        length = opened("actions", "done", known.show.duration(worst["late_minutes"]))
        name = _action_links(rows.loc[[worst.name]], known)
        return known.show.say("report.finding.late", n=n, length=length, name=name)
    names = _action_links(rows, known)
    return known.show.say(f"report.finding.{state.replace(' ', '_')}", n=n, names=names)


def _action_links(rows: pd.DataFrame, known: Known) -> Markup:
    link = Markup('<a href="#action-{}">{}</a>')
    place = {name: i for i, name in enumerate(known.review.actions["action"], start=1)}
    shown = [
        link.format(place[row["action"]], clean(row["name"]))
        for row in rows.head(MAX_NAMES).to_dict("records")
    ]
    if len(rows) > MAX_NAMES:
        more = opened("actions", "done", known.show.number(len(rows) - MAX_NAMES))
        shown.append(known.show.say("report.finding.and_more", n=more))
    return Markup("; ").join(shown)


def _promises(known: Known) -> Iterator[Finding]:
    kept = known.number("promises_kept_share")
    counts = [known.cards.known("n_promises", promise=state) for state in ("late", "broken")]
    if kept and kept[1] < 1 and all(counts):
        late, broken = (card for card in counts if card)
        # What did not happen is no finding: a sentence that counts to 0 says nothing.
        key = "promises" if late.number and broken.number else (
            "promises_late" if late.number else "promises_broken"
        )  # fmt: skip
        n = kept[0].linked(kept[0].n)
        text = known.say(key, n=n, late=late.link, broken=broken.link)
        few = _few(1 - kept[1], kept[0].total or 0.0)
        yield Finding("promises", _weight(few, ASKED), text)


def _few(share: float, n: float) -> float:
    """Return a share drawn towards 0 where it rests on few cases."""
    return share * n / (n + 5)


def _waits(known: Known) -> Iterator[Finding]:
    since = {"period": "crisis"} if known.number("n_answered", period="crisis") else {}
    opened_ = known.number("n_conversations", **since)
    answered = known.number("n_answered", **since)
    tail = known.cards.find("first_response_time", percentile=90, **since)
    if not opened_ or not answered or not opened_[1] or tail is None:
        return
    key = "waits" if tail.number is not None else "waits_not_reached"
    key = key if answered[1] else "waits_none"
    key = f"{key}_since" if since else key
    text = known.say(key, n=opened_[0].link, answered=answered[0].link, wait=tail.link)
    # Half of the people without an answer is as bad as it gets.
    yield Finding("response", _weight(2 * (1 - answered[1] / opened_[1]), ASKED), text)


def _feeling(known: Known) -> Iterator[Finding]:
    depth, index = known.number("sentiment_depth"), known.number("negative_index")
    if depth:
        trough = known.cards.known("sentiment_trough")
        back = known.cards.known("sentiment_recovery")
        at = trough.link if trough else known.show.unknown
        text = known.say("feeling_back" if back else "feeling_not_back", depth=depth[0].link, at=at,
                         back=back.link if back else "")  # fmt: skip
        yield Finding("sentiment", _weight(depth[1], FELT), text)
    elif index:
        text = known.say("tone", index=index[0].link)
        yield Finding("sentiment", _weight(index[1] / 3, FELT), text)


def _answers(known: Known) -> Iterator[Finding]:
    template = known.number("template_share")
    if template:
        text = known.say("template", share=template[0].link)
        yield Finding("tone", _weight(template[1], FELT), text)


def _networks(known: Known) -> Iterator[Finding]:
    found = [
        c for c in known.cards if c.metric == "network_answered_share" and c.number is not None
    ]
    if len(found) > 1:
        worst = min(found, key=lambda card: (card.number or 0.0, card.id))
        key = "network" if worst.number else "network_none"
        text = known.say(key, network=worst.words["platform"], share=worst.link)
        far = _few(1 - (worst.number or 0.0), worst.total or 0.0)
        yield Finding("reach", _weight(far, SEEN), text)


def _heard(known: Known) -> Iterator[Finding]:
    rows = known.rows("two_sides")
    if not rows:
        return
    # Where the crisis had most attention; of several counters the first.
    row = max(rows, key=lambda one: float(one["narrative"]))
    card = known.cards.known("official_share", platform=row["platform"], figure=row["figure"])
    if card is not None:
        figure = known.show.word("spread.figure", row["figure"]).lower()
        text = known.say("heard", share=card.link, network=card.words["platform"], figure=figure)
        # Half of the attention would be a full hearing.
        yield Finding("reach", _weight(1 - 2 * (card.number or 0.0), SEEN), text)


def _stories(known: Known) -> Iterator[Finding]:
    copied, n = known.number("copied_share"), known.number("n_stories")
    if copied and n and n[1]:
        text = known.say("stories", share=copied[0].link, n=n[0].link)
        yield Finding("narratives", _weight(copied[1], SEEN), text)


def _unseen(known: Known) -> Iterator[Finding]:
    plan = known.review.manifest.get("plan") or {}
    rules = {str(r["id"]): clean(r["name"]) for r in plan.get("monitoring", ())}
    leads = [card for card in known.cards
             if card.metric == "monitoring_lead_time" and (card.number or 0.0) >= 1]  # fmt: skip
    if leads:
        card = max(leads, key=lambda one: one.number or 0.0)
        rule, lead = card.scope.get("rule", ""), card.number or 0.0
        name = rules.get(rule, clean(rule))
        text = known.show.say("report.finding.unseen", name=name, length=card.link)
        # An hour given away weighs a half.
        yield Finding("monitoring", _weight(lead / (lead + 60), SEEN), text)


def _drills(known: Known) -> Iterator[Finding]:
    gap = known.number("on_time_drilled_minus_undrilled")
    both = [known.cards.known(name) for name in ("on_time_drilled", "on_time_undrilled")]
    if gap and both[0] and both[1]:
        text = known.say("drills", drilled=both[0].link, undrilled=both[1].link, gap=gap[0].link)
        yield Finding("drills", _weight(_few(abs(gap[1]), gap[0].total or 0.0), LEARNT), text)


def _effect(known: Known) -> Iterator[Finding]:
    rows = known.review.verdicts
    told = rows.loc[rows["subject"].eq("response_helped"), "verdict"]
    ratio = known.number("effect_ratio")
    if ratio and len(told) and told.iloc[0] != "cannot tell":
        word = known.show.word("verdicts.verdict", told.iloc[0])
        text = known.say("effect", ratio=ratio[0].link, verdict=word)
        yield Finding("effect", _weight(abs(1 - ratio[1]), LEARNT), text)


def _past(known: Known) -> Iterator[Finding]:
    rows = [row for row in known.rows("past") if number_or_none(row["share"]) is not None]
    if rows:
        far = max(rows, key=lambda row: abs(float(row["share"]) - 0.5))
        n, below = int(far["n_others"]), int(far["n_others"]) - int(far["lower_than"])
        name, show = str(far["indicator"]), known.show
        value = indicator_words(name, far["value"], str(far["note"]), show)
        text = known.say(
            "past", name=show.word("compare.indicator", name), value=opened("past", "value", value),
            below=opened("past", "place", show.number(below)),
            n=opened("past", "place", show.number(n)),
        )  # fmt: skip
        yield Finding("comparison", _weight(2 * abs(float(far["share"]) - 0.5), LEARNT), text)


def _again(known: Known) -> Iterator[Finding]:
    seen, carried = (
        known.number("n_improvements_seen_again"),
        known.number("n_improvements_carried"),
    )
    if seen and carried and carried[1]:
        text = known.say("again", n=seen[0].link, carried=carried[0].link)
        yield Finding("learning", _weight(seen[1] / carried[1], ASKED), text)


Theme = Callable[[Known], Iterator[Finding]]
THEMES: tuple[Theme, ...] = (
    _waits, _feeling, _networks, _heard, _actions, _promises, _targets, _answers, _stories,
    _unseen, _drills, _effect, _past, _again,
)  # fmt: skip
