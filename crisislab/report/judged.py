"""Verdicts in words: what was asked, what was measured, how it was judged and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from crisislab.report.cards import Card, Cards, read_rows, read_scope
from crisislab.report.grid import opened
from crisislab.report.show import Show, clean, is_missing, number_or_none, precision
from crisislab.report.value import Review
from crisislab.words import has_words, say

MAIN = ("plan_followed", "targets_met", "response_helped")
JUDGED_STATES = ("on time", "late", "out of order", "not done", "wrong owner")
_TONES = {
    "followed": "good", "met": "good", "partly followed": "mixed", "partly met": "mixed",
    "not followed": "bad", "not met": "bad", "not all met": "bad",
    "supported": "good", "consistent with": "mixed", "contradicted": "bad",
}  # fmt: skip
_SIGNS = {"good": "✓", "mixed": "◐", "bad": "✕", "open": "?"}
STATE_TONES = {
    "on time": "good", "late": "mixed", "out of order": "mixed", "wrong owner": "mixed",
    "not done": "bad", "improvised": "mixed", "ambiguous": "open", "no evidence": "open",
    "not triggered": "none",
}  # fmt: skip


@dataclass(frozen=True)
class Judged:
    """One verdict as the page and the terminal show it.

    Attributes:
        id: Anchor on the page.
        code: Verdict as in ``schema.VERDICTS``; ``verdict`` is its word.
        tone: ``good``, ``mixed``, ``bad`` or ``open``, for colour and sign.
        summary: The verdict's number in a sentence (the three main ones only).
        value: What was measured, linked to its card where it has one.
        plain_value: The same without the link.
    """

    id: str
    name: str
    code: str
    verdict: str
    tone: str
    sign: str
    confidence: str
    reason: str
    summary: Markup
    value: Markup
    plain_value: str
    interval: str
    n: str
    asked: str
    rows: tuple[str, ...]
    card: Card | None


def main_verdicts(review: Review, cards: Cards, show: Show) -> tuple[Judged, ...]:
    """Return the three verdicts in their order; one that is missing cannot be told."""
    rows = {str(row["subject"]): row for row in review.verdicts.to_dict("records")}
    empty = {"verdict": "cannot tell", "reason": "not_observable"}
    return tuple(
        _judged(f"verdict-{name}", say(f"verdicts.question.{name}", show.lang),
                rows.get(name, empty), show, card=_main_card(name, cards),
                summary=_summary(name, review, cards, show))
        for name in MAIN
    )  # fmt: skip


def _main_card(name: str, cards: Cards) -> Card | None:
    own = {"plan_followed": "deadline_adherence", "response_helped": "effect_ratio"}.get(name)
    return cards.find(own) if own else None


def _summary(name: str, review: Review, cards: Cards, show: Show) -> Markup:
    if name == "plan_followed":
        states = review.actions["state"]
        judged, on_time = int(states.isin(JUDGED_STATES).sum()), int(states.eq("on time").sum())
        if not judged:
            return show.say("verdicts.summary.plan_followed_none")
        facts = {
            "on_time": linked_count(cards.known("n_actions", state="on time"), on_time, show),
            "judged": linked_count(cards.known("deadline_adherence"), judged, show),
        }
        return show.say("verdicts.summary.plan_followed", **facts)
    if name == "targets_met":
        found = review.verdicts[review.verdicts["subject"].str.startswith("target=").fillna(False)]
        if found.empty:
            return show.say("verdicts.summary.targets_none")
        n = {code: int(found["verdict"].eq(code).sum()) for code in ("met", "not met")}
        n |= {"n": len(found), "unknown": len(found) - n["met"] - n["not met"]}
        told = {code.replace(" ", "_"): opened("targets", "measured", show.number(count))
                for code, count in n.items()}  # fmt: skip
        key = "targets_met" if n["unknown"] else "targets_all_told"
        return show.say(f"verdicts.summary.{key}", **told)
    return show.say("verdicts.summary.response_helped")


def linked_count(card: Card | None, n: int, show: Show) -> Markup:
    """Return a count of actions as a link: to its card, else to the plan's table."""
    told = show.number(n)
    return card.linked(told) if card else opened("actions", "done", told)


def targets(review: Review, cards: Cards, show: Show) -> tuple[Judged, ...]:
    """Return every judged target of the plan, in the order of the verdicts."""
    plan: Mapping[str, Any] = review.manifest.get("plan") or {}
    known = {str(target["id"]): target for target in plan.get("targets", ())}
    rows = [
        row
        for row in review.verdicts.to_dict("records")
        if str(row["subject"]).startswith("target=")
    ]
    return tuple(
        _target(i, row, known.get(str(row["subject"]).removeprefix("target="), {}), cards, show)
        for i, row in enumerate(rows, start=1)
    )


def _target(
    i: int, row: Mapping[Any, Any], target: Mapping[str, Any], cards: Cards, show: Show
) -> Judged:
    name = clean(target.get("name") or str(row["subject"]).removeprefix("target="))
    asked = target_words(target, show) if target else show.amount(row["threshold"], row["unit"])
    card = _target_card(target, row, cards)
    made = _judged(f"target-{i}", name, row, show, card=card, asked=asked)
    if card is None or card.number is None or number_or_none(row.get("value")) is not None:
        return made
    # The plan that crisislab wrote is not judged by; what was measured is known all the same.
    return replace(made, plain_value=card.value, interval=card.interval, n=card.n or made.n)


def _target_card(target: Mapping[str, Any], row: Mapping[Any, Any], cards: Cards) -> Card | None:
    evidence = "" if is_missing(row.get("evidence")) else str(row["evidence"])
    metric, _, scope = evidence.partition("[")
    named = cards.find(metric, **read_scope(scope.rstrip("]"))) if scope else None
    if named is not None or not target:
        return named
    pairs = {key: f"{target[key]:g}" for key in ("within", "percentile") if target.get(key)}
    if str(target["metric"]) != "reply_rate":
        pairs.pop("within", None)
    metric = str(target["metric"])
    # Waits are those of the crisis where its rise is known, as everywhere beside the targets.
    crisis = cards.find(metric, **pairs, period="crisis")
    return crisis or cards.find(metric, **pairs)


def targets_period(review: Review, cards: Cards, show: Show) -> Markup:
    """Return which waits the targets of waiting are judged by; empty without such a target."""
    plan: Mapping[str, Any] = review.manifest.get("plan") or {}
    metrics = {target.get("metric") for target in plan.get("targets", ())}
    total = cards.known("n_conversations")
    # Without any post of the brand no waiting is told, over whichever period.
    if (
        total is None
        or not cards.known("n_answered")
        or not metrics & {"reply_rate", "first_response_time"}
    ):
        return Markup("")
    crisis = cards.known("n_conversations", period="crisis")
    at = review.clock.drop_duplicates("milestone").set_index("milestone")["at"].get("onset")
    if crisis is None or is_missing(at):
        return show.say("report.targets.whole", total=total.link)
    onset = Markup('<a class="fact" href="#clock-onset">{}</a>').format(show.instant(at))
    return show.say("report.targets.crisis", onset=onset, n=crisis.link, total=total.link)


def target_words(target: Mapping[str, Any], show: Show) -> str:
    """Return what a target of the plan asks for, in words."""
    time = show.duration(target.get("within"))
    share = number_or_none(target.get("at_least"))
    percent = number_or_none(target.get("percentile"))
    metric = target.get("metric")
    if metric == "deadline_adherence" and share is not None:
        return say("report.targets.adherence", show.lang, share=show.share(share))
    if metric == "reply_rate" and share is not None:
        return say("report.targets.share_within", show.lang, share=show.share(share), time=time)
    if metric == "first_response_time" and percent is not None:
        part = show.share(percent / 100)
        return say("report.targets.percentile", show.lang, share=part, time=time)
    return say("report.targets.within", show.lang, time=time)


def _judged(
    key: str, name: str, row: Mapping[Any, Any], show: Show, *, card: Card | None = None,
    summary: Markup | None = None, asked: str = "",
) -> Judged:  # fmt: skip
    code = str(row["verdict"])
    tone = _TONES.get(code, "open")
    unit, step = row.get("unit"), precision(row.get("lower"), row.get("upper"))
    told = show.amount(row.get("value"), unit, step)
    reason = row.get("reason")
    if number_or_none(row.get("value")) is None and reason == "not_reached":
        told = say("report.not_reached", show.lang)
    evidence = row.get("evidence")
    return Judged(
        id=key, name=name, code=code, verdict=_verdict_word(key, code, show), tone=tone,
        sign=_SIGNS[tone], confidence=_confidence(row.get("confidence"), show),
        reason=reason_words(reason, show), summary=summary or Markup(""),
        value=card.link if card and unit != "count" else Markup("{}").format(told),
        plain_value=told,
        interval=show.span(row.get("lower"), row.get("upper"), unit), n=show.number(row.get("n")),
        asked=asked, rows=tuple(read_rows(evidence)), card=card,
    )  # fmt: skip


def _verdict_word(key: str, code: str, show: Show) -> str:
    # Of several targets together the words are in the plural.
    several = key == "verdict-targets_met" and has_words(
        f"verdicts.several.{code.replace(' ', '_')}"
    )
    return show.word("verdicts.several" if several else "verdicts.verdict", code)


def _confidence(code: object, show: Show) -> str:
    return "" if is_missing(code) or code == "none" else show.word("verdicts.confidence", code)


def reason_words(code: object, show: Show) -> str:
    """Return the sentence of a reason; an unknown code stands for itself, none is empty.

    >>> reason_words("no-such-reason", Show("en", "UTC")), reason_words(None, Show("en", "UTC"))
    ('no-such-reason', '')
    """
    if is_missing(code):
        return ""
    for part in ("verdicts.reason", "verdicts.action", "report.clock"):
        if has_words(f"{part}.{code}"):
            return show.word(part, code)
    return clean(code)
