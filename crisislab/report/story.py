"""The first page: what happened, the three verdicts, what matters, what the data cannot say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from crisislab.report.cards import Cards
from crisislab.report.drawing import largest
from crisislab.report.grid import opened
from crisislab.report.judged import Judged, linked_count, main_verdicts, targets
from crisislab.report.sections import is_daily
from crisislab.report.show import Show, clean, is_missing, number_or_none
from crisislab.report.value import Review

MAX_FINDINGS = 5
MAX_NAMES = 3


@dataclass(frozen=True)
class Story:
    """The first page in words; every number in it links to its card."""

    happened: tuple[Markup, ...]
    verdicts: tuple[Judged, ...]
    findings: tuple[Markup, ...]
    limits: tuple[Markup, ...]


def tell_story(review: Review, cards: Cards, show: Show) -> Story:
    """Return the first page of a review."""
    teller = _Teller(review, cards, show)
    return Story(
        happened=tuple(teller.happened()),
        verdicts=main_verdicts(review, cards, show),
        findings=tuple(teller.findings())[:MAX_FINDINGS],
        limits=tuple(teller.limits()),
    )


class _Teller:
    def __init__(self, review: Review, cards: Cards, show: Show) -> None:
        self.review, self.cards, self.show = review, cards, show
        rows = review.clock.drop_duplicates("milestone").to_dict("records")
        self.clock = {str(row["milestone"]): row for row in rows}

    def say(self, key: str, **facts: object) -> Markup:
        return self.show.say(f"report.{key}", **facts)

    def at(self, milestone: str) -> Markup | None:
        """Return a milestone as a link to its row, or ``None`` if it is not known."""
        row = self.clock.get(milestone)
        if row is None or is_missing(row["at"]):
            return None
        link = Markup('<a class="fact" href="#clock-{}">{}</a>')
        return link.format(milestone, self.show.instant(row["at"]))

    def happened(self) -> Iterator[Markup]:
        """Give six lines."""
        yield _joined(self._scope(), self._peak())
        yield _joined(self._onset(), self._detected())
        yield self._step("activated", "time_to_activate", yes="activated", no="not_activated")
        yield _joined(
            self._step("first_reply", "time_to_first_reply", yes="replied", no="not_replied"),
            self._step("first_statement", "time_to_first_statement", yes="stated", no="not_stated"),
        )
        yield self._people()
        end = self.at("resolved")
        yield (
            self.say("happened.resolved", resolved=end)
            if end
            else self._missing("resolved", "happened.not_resolved")
        )

    def _missing(self, milestone: str, key: str, **facts: object) -> Markup:
        """Say that a moment is not known, with its row of the clock as evidence."""
        place = f"clock-{milestone}" if milestone in self.clock else "chronology"
        return Markup('<a class="said" href="#{}">{}</a>').format(place, self.say(key, **facts))

    def _scope(self) -> Markup:
        card = self.cards.find("n_posts")
        n: object = card.link if card else self.show.number(self.review.n_posts)
        hours = self.review.volume
        if hours.empty:
            return self.say("happened.scope_empty", n=n)
        places = [self.show.word("report.platform", p) for p in self.review.reach["platform"]]
        ends = (hours["hour_at"].min(), hours["hour_at"].max())
        column = "day" if is_daily(self.review) else "hour"
        first, last = (opened("hours", column, self.show.instant(at, "d MMM y")) for at in ends)
        return self.say(
            "happened.scope", n=n, first=first, last=last,
            platforms=", ".join(places) or self.show.unknown,
        )  # fmt: skip

    def _peak(self) -> Markup:
        peak = self.cards.known("peak_posts_per_hour")
        hours = self.review.volume
        if peak is None or hours.empty:
            return Markup("")
        at = self.cards.known("peak_at")
        top = largest(hours, "n_posts")["hour_at"]
        when: object = at.link if at else self.show.instant(top)
        return self.say("happened.peak", at=when, peak=peak.link)

    def _onset(self) -> Markup:
        onset, row = self.at("onset"), self.clock.get("onset", {})
        if onset is None:
            reason = self.show.word("report.clock", row.get("reason"))
            return self._missing("onset", "happened.no_onset", reason=reason)
        declared = row.get("reason") == "declared"
        return self.say("happened.onset_declared" if declared else "happened.onset", onset=onset)

    def _detected(self) -> Markup:
        detected = self.at("detected")
        if detected is None:
            return self._missing("detected", "happened.not_detected")
        length = self.cards.known("time_to_detect", **{"from": "onset"})
        if length is None or length.number is None:
            return self.say("happened.detected", detected=detected)
        if length.number < 0:
            link = Markup('<a class="num" href="#{}">{}</a>')
            shown = link.format(length.id, self.show.duration(-length.number))
            return self.say("happened.detected_before", length=shown, detected=detected)
        return self.say("happened.detected_after", length=length.link, detected=detected)

    def _step(self, milestone: str, metric: str, *, yes: str, no: str) -> Markup:
        at = self.at(milestone)
        if at is None:
            return self._missing(milestone, f"happened.{no}")
        name = {"first_reply": "reply", "first_statement": "statement"}.get(milestone, milestone)
        length = self.cards.known(metric, **{"from": "onset"})
        if length is None or length.number is None or length.number < 0:
            return self.say(f"happened.{yes}", **{name: at})
        return self.say(f"happened.{yes}_after", length=length.link, **{name: at})

    def _people(self) -> Markup:
        opened, answered = self.cards.known("n_conversations"), self.cards.find("n_answered")
        if opened is None or not opened.number:
            return Markup('<a class="said" href="#response">{}</a>').format(
                self.say("happened.people_none")
            )
        if answered is None or answered.number is None:
            return self.say("happened.people_unknown", n=opened.link)
        said = self.say("happened.people", n=opened.link, answered=answered.link)
        half = self.cards.find("first_response_time", percentile=50)
        if half is None:
            return said
        if half.number is None:
            return _joined(said, self.say("happened.half_not_reached"))
        return _joined(said, self.say("happened.half", wait=half.link))

    def findings(self) -> Iterator[Markup]:
        """Give what matters most, the worst first."""
        judged = targets(self.review, self.cards, self.show)
        missed = [self._target(t) for t in judged if t.code == "not met"]
        # Two targets, then actions: many missed targets must not hide what was not done.
        yield from missed[:2]
        yield from self._actions()
        yield from missed[2:]
        yield from self._unseen()
        yield from self._tail()
        yield from (self._target(t) for t in judged if t.code == "met")

    def _target(self, target: Judged) -> Markup:
        key = "finding.target_met" if target.code == "met" else "finding.target_not_met"
        link = Markup('<a href="#{}">{}</a>').format(target.id, target.name)
        fact = Markup('<a class="fact" href="#{}">{}</a>')
        card = target.card
        value = target.value if card else fact.format(target.id, target.plain_value)
        if target.interval:
            span = card.linked(target.interval) if card else fact.format(target.id, target.interval)
            value += Markup(" ({})").format(span)
        return self.say(key, name=link, value=value, asked=fact.format(target.id, target.asked))

    def _actions(self) -> Iterator[Markup]:
        actions = self.review.actions
        for state in ("not done", "late", "wrong owner"):
            rows = actions[actions["state"].eq(state).fillna(False)]
            if rows.empty:
                continue
            n = self._n_actions(state, len(rows))
            if state == "late":
                worst = rows.sort_values("late_minutes", ascending=False, kind="stable").iloc[0]
                link = self._action_links(rows.loc[[worst.name]])
                length = opened("actions", "done", self.show.duration(worst["late_minutes"]))
                yield self.say("finding.late", n=n, length=length, name=link)
            else:
                key = state.replace(" ", "_")
                yield self.say(f"finding.{key}", n=n, names=self._action_links(rows))

    def _n_actions(self, state: str, n: int) -> Markup:
        return linked_count(self.cards.known("n_actions", state=state), n, self.show)

    def _action_links(self, rows: pd.DataFrame) -> Markup:
        link = Markup('<a href="#action-{}">{}</a>')
        place = {name: i for i, name in enumerate(self.review.actions["action"], start=1)}
        shown = [
            link.format(place[row["action"]], clean(row["name"]))
            for row in rows.head(MAX_NAMES).to_dict("records")
        ]
        if len(rows) > MAX_NAMES:
            more = self.show.number(len(rows) - MAX_NAMES)
            shown.append(self.say("finding.and_more", n=more))
        return Markup("; ").join(shown)

    def _tail(self) -> Iterator[Markup]:
        tail = self.cards.find("first_response_time", percentile=90)
        answered = self.cards.known("n_answered")
        if tail is None or answered is None:
            return
        if tail.number is not None:
            yield self.say("finding.tail", wait=tail.link)
        elif self.cards.known("n_conversations"):
            yield self.say("finding.tail_not_reached")

    def _unseen(self) -> Iterator[Markup]:
        rules = {r["id"]: r["name"] for r in self._plan("monitoring")}
        for card in self.cards:
            if card.metric == "monitoring_lead_time" and (card.number or 0) >= 1:
                name = clean(rules.get(card.scope.get("rule", ""), card.scope.get("rule", "")))
                yield self.say("finding.unseen", name=name, length=card.link)

    def _plan(self, part: str) -> list[dict[str, str]]:
        return list((self.review.manifest.get("plan") or {}).get(part) or ())

    def limits(self) -> Iterator[Markup]:
        """Give what cannot be said from these files."""
        yield self.say("limit.natural_decay")
        n = int(self.review.actions["state"].eq("no evidence").sum())
        if n:
            yield self.say("limit.no_evidence", n=self._n_actions("no evidence", n))
        unclear = [
            t for t in targets(self.review, self.cards, self.show) if t.code == "cannot tell"
        ]
        if unclear:
            link = opened("targets", "measured", self.show.number(len(unclear)))
            yield self.say("limit.targets", n=link)
        yield from self._clock_limits()
        unscored = self.cards.known("n_unscored")
        if unscored and unscored.number:
            yield self.say("limit.unscored", n=unscored.link)
        notes = self.review.metrics["note"].dropna().astype("str")
        labelled = self.review.metrics["metric"].eq("negative_share").any()
        if not labelled and notes.str.contains("unlabelled_index").any():
            yield self.say("limit.index")
        if any(card.metric == "potential_reach" and card.number for card in self.cards):
            yield self.say("limit.reach")
        rejected = number_or_none(self.review.ledger["n_rejected"].sum())
        if rejected:
            link = opened("ledger", "n_rejected", self.show.number(rejected))
            yield self.say("limit.rejects", n=link)
        yield self.say("limit.collection")

    def _clock_limits(self) -> Iterator[Markup]:
        open_ = [name for name, row in self.clock.items() if is_missing(row["at"])]
        if open_:
            names = ", ".join(self.show.word("report.milestone", name) for name in open_)
            yield self.say("limit.clock", names=names)


def _joined(*sentences: Markup) -> Markup:
    return Markup(" ").join(s for s in sentences if s)
