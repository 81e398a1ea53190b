"""The first page: what happened, the verdicts, what matters, what to change, what is unknown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from crisislab.report.cards import Cards
from crisislab.report.changes import what_to_change
from crisislab.report.drawing import largest
from crisislab.report.findings import all_findings, main_findings
from crisislab.report.grid import opened
from crisislab.report.judged import Judged, linked_count, main_verdicts, targets
from crisislab.report.sections import is_daily
from crisislab.report.show import Show, is_missing, number_or_none
from crisislab.report.value import Review


@dataclass(frozen=True)
class Story:
    """The first page in words; every number in it links to its card."""

    happened: tuple[Markup, ...]
    verdicts: tuple[Judged, ...]
    findings: tuple[Markup, ...]
    changes: tuple[Markup, ...]
    limits: tuple[Markup, ...]


def tell_story(review: Review, cards: Cards, show: Show) -> Story:
    """Return the first page of a review."""
    teller = _Teller(review, cards, show)
    return Story(
        happened=tuple(teller.happened()),
        verdicts=main_verdicts(review, cards, show),
        findings=tuple(one.text for one in main_findings(all_findings(review, cards, show))),
        changes=what_to_change(review, show),
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
        yield _joined(*self._spoken())
        yield self._people()
        end = self.at("resolved")
        yield (
            self.say("happened.resolved", resolved=end)
            if end
            else self._missing("resolved", "happened.not_resolved")
        )

    def _spoken(self) -> tuple[Markup, ...]:
        brand = (self.review.manifest.get("settings") or {}).get("brand") or {}
        if brand.get("absent_from_exports") and not (
            self.at("first_reply") or self.at("first_statement")
        ):
            # What is not in the exports was not left undone.
            return (self._missing("first_reply", "happened.brand_absent"),)
        return (
            self._step("first_reply", "time_to_first_reply", yes="replied", no="not_replied"),
            self._step("first_statement", "time_to_first_statement", yes="stated", no="not_stated"),
        )

    def _missing(self, milestone: str, key: str, **facts: object) -> Markup:
        """Say that a moment is not known, with its row of the clock as evidence."""
        place = f"clock-{milestone}" if milestone in self.clock else "chronology"
        return Markup('<a class="said" href="#{}">{}</a>').format(place, self.say(key, **facts))

    def _scope(self) -> Markup:
        card = self.cards.find("n_posts")
        counted = self.show.number(self.review.n_posts)
        n = card.link if card else opened("ledger", "lines", counted)
        hours = self.review.volume
        if hours.empty or (card is not None and card.number == 0):
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
            return self._missing("detected", f"happened.{self._unlogged('not_detected')}")
        length = self.cards.known("time_to_detect", **{"from": "onset"})
        if length is None or length.number is None:
            return self.say("happened.detected", detected=detected)
        if length.number < 0:
            link = Markup('<a class="num" href="#{}">{}</a>')
            shown = link.format(length.id, self.show.duration(-length.number))
            return self.say("happened.detected_before", length=shown, detected=detected)
        return self.say("happened.detected_after", length=length.link, detected=detected)

    def _unlogged(self, key: str) -> str:
        """Return the sentence for a case without a log, where nothing can be in it."""
        alone = key in ("not_detected", "not_activated") and not self.review.n_entries
        return f"{key}_no_log" if alone else key

    def _unlinked(self) -> bool:
        """Return whether people were answered though no post is marked as a reply."""
        answered = self.cards.find("n_answered", period="crisis")
        return bool(answered and answered.number)

    def _step(self, milestone: str, metric: str, *, yes: str, no: str) -> Markup:
        at = self.at(milestone)
        if at is None:
            if no == "not_replied" and self._unlinked():
                no = "not_replied_unlinked"
            return self._missing(milestone, f"happened.{self._unlogged(no)}")
        name = {"first_reply": "reply", "first_statement": "statement"}.get(milestone, milestone)
        length = self.cards.known(metric, **{"from": "onset"})
        if length is None or length.number is None or length.number < 0:
            return self.say(f"happened.{yes}", **{name: at})
        return self.say(f"happened.{yes}_after", length=length.link, **{name: at})

    def _people(self) -> Markup:
        # A crisis is told by those who wrote in it; the quiet weeks before were answered otherwise.
        late = self.cards.known("n_conversations", period="crisis")
        known = self.cards.known("n_answered", period="crisis")
        since = {"period": "crisis"} if known and late and late.number else {}
        opened = self.cards.known("n_conversations", **since)
        answered = self.cards.find("n_answered", **since)
        if opened is None or not opened.number:
            return Markup('<a class="said" href="#response">{}</a>').format(
                self.say("happened.people_none")
            )
        if answered is None or answered.number is None:
            return self.say("happened.people_unknown", n=opened.link)
        key = "happened.people_since" if since else "happened.people"
        said = self.say(key, n=opened.link, answered=answered.link)
        half = self.cards.find("first_response_time", percentile=50, **since)
        if half is None:
            return said
        if half.number is None:
            return _joined(said, self.say("happened.half_not_reached"))
        return _joined(said, self.say("happened.half", wait=half.link))

    def _n_actions(self, state: str, n: int) -> Markup:
        return linked_count(self.cards.known("n_actions", state=state), n, self.show)

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
