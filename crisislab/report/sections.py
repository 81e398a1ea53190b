"""The sections below the first page, as tables ready to print."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup

from crisislab.report.cards import Card, Cards
from crisislab.report.figures import waiting_limit, waiting_ticks
from crisislab.report.grid import Grid, badge, grid, row_list
from crisislab.report.judged import STATE_TONES, targets
from crisislab.report.masks import excerpt
from crisislab.report.show import Show, clean, is_missing, number_or_none
from crisislab.report.value import Review
from crisislab.words import say

TIMES = (
    "time_to_detect", "time_to_activate", "time_to_first_reply", "time_to_first_statement",
    "time_to_resolve",
)  # fmt: skip
STARTS = ("onset", "detected", "activated")
# What the public wrote is never quoted: the words of a post lead back to its author.
QUOTED = ("detected", "activated", "first_statement", "resolved")


def clock_table(review: Review, show: Show) -> Grid:
    """Return the moments of the crisis with what proves them, in time; unknown ones last."""
    rows, ids = [], []
    for row in review.clock.sort_values("at", kind="stable").to_dict("records"):
        name, unsure = str(row["milestone"]), number_or_none(row["uncertain_minutes"])
        why: list[Markup] = [Markup("{}").format(show.word("report.clock", row["reason"]))]
        if name in QUOTED and not is_missing(row["text"]) and not is_missing(row["at"]):
            why.append(Markup("<q>{}</q>").format(excerpt(row["text"])))
        rows.append(
            (show.word("report.milestone", name),
             show.unknown if is_missing(row["at"]) else _moment(row["at"], show),
             show.duration(unsure) if unsure else "", Markup("<br>").join(why),
             row_list(row["evidence"]))
        )  # fmt: skip
        ids.append(f"clock-{name}")
    return grid(
        show, ("milestone", "at", "uncertain", "why", "evidence"), rows, of="clock", ids=ids
    )


def times_table(cards: Cards, show: Show) -> Grid | None:
    """Return the lengths between moments, from each start."""
    rows = []
    for metric in TIMES:
        found = [cards.find(metric, **{"from": start}) for start in STARTS]
        if any(found):
            named = next(card for card in found if card)
            rows.append((named.name, *(card.link if card else "" for card in found)))
    if not rows:
        return None
    starts = [
        say("report.scope.from", show.lang, value=show.word("report.milestone", start))
        for start in STARTS
    ]
    return Grid((say("report.table.time", show.lang), *starts), tuple(rows),
                frozenset({1, 2, 3}), of="times")  # fmt: skip


def is_daily(review: Review) -> bool:
    """Return whether the posts per hour are shown per day: there are very many hours."""
    return len(review.volume) > 400


def hours_table(review: Review, show: Show) -> Grid:
    """Return the posts per hour; per day where there are very many hours.

    The limit of the usual is one of hours: a day has none.
    """
    volume = review.volume
    columns = ["n_posts", "n_own", "expected", "upper"]
    daily = is_daily(review)
    if daily:
        local = volume["hour_at"].dt.tz_convert(show.zone).dt.floor("D", ambiguous=True)
        volume = volume.groupby(local)[["n_posts", "n_own", "expected"]].sum(min_count=1)
        volume = volume.reset_index().assign(upper=float("nan"))
    pattern = "d MMM y" if daily else "d MMM y, HH:mm"
    rows = (
        (show.instant(row["hour_at"], pattern),
         *(_of_hours(row[c], c, show) if c != "upper" or not daily else "" for c in columns))
        for row in volume.to_dict("records")
    )  # fmt: skip
    heads = ("day" if daily else "hour", "posts", "own", "expected", "upper")
    return grid(show, heads, rows, of="hours", numeric=range(1, 5), wide=True)


def _of_hours(value: object, column: str, show: Show) -> str:
    return show.number(value, 1 if column == "expected" else 0)


def curve_table(review: Review, show: Show) -> Grid | None:
    """Return the waiting curve at round lengths with how many people it rests on there."""
    curve = review.response_curve.sort_values("minutes", kind="stable")
    if curve.empty:
        return None
    at, waited = curve["minutes"].astype("float64"), review.waits["minutes"].astype("float64")
    answered = review.waits["answered"].astype(bool)
    rows = []
    for tick in waiting_ticks(waiting_limit(review)):
        before = curve[at <= tick]
        share = 1.0 if before.empty else before["waiting_share"].iloc[-1]
        gone = waited <= tick
        # Just after the length: whoever was answered at it stands beside, and all adds up.
        counts = (~gone, gone & answered, gone & ~answered)
        told = (show.number(int(count.sum())) for count in counts)
        rows.append((show.duration(tick), show.share(share), *told))
    heads = ("wait", "waiting", "at_risk", "response.answered", "response.censored")
    return grid(show, heads, rows, of="curve", numeric=range(1, 5))


def cards_table(cards: list[Card], show: Show) -> Grid:
    """Return numbers with their interval and what they rest on."""
    several = len({card.metric for card in cards}) > 1
    names = (f"{c.name}: {c.brief}" if several and c.brief else c.brief or c.name for c in cards)
    rows = ((name, c.link, c.interval, c.n) for name, c in zip(names, cards, strict=True))
    heads = ("value", "measured", "interval", "n")
    return grid(show, heads, rows, of="cards", numeric=(1, 2, 3), beside=(0, 2, 3))


def response_cards(cards: Cards, metric: str) -> tuple[list[Card], list[Card]]:
    """Return the cards of a metric by the case's own rule, and those by another rule."""
    found = [
        card
        for card in cards
        if card.metric == metric
        and "rule" in card.scope
        and not {"clock", "interval"} & set(card.scope)
    ]
    main = found[0].scope.get("rule", "") if found else ""
    own = [card for card in found if card.scope.get("rule", "") == main]
    return own, [card for card in found if card not in own]


def main_rule(cards: Cards, show: Show) -> str:
    """Return the rule by which the case counts conversations, in words; empty if not known."""
    card = cards.find("first_response_time")
    rule = card.scope.get("rule", "") if card else ""
    return show.rule(rule) if rule else ""


def tone_table(review: Review, show: Show) -> Grid:
    """Return the sentiment curve as a table."""
    rows = (
        (show.instant(row["hour_at"]), show.number(row["index"], 2),
         show.span(row["lower"], row["upper"], "index"), show.number(row["n_scored"]),
         show.number(row["n_unscored"]))
        for row in review.sentiment.to_dict("records")
    )  # fmt: skip
    heads = ("hour", "index", "interval", "scored", "unscored")
    return grid(show, heads, rows, of="index", numeric=range(1, 5), wide=True)


def reach_table(review: Review, cards: Cards, show: Show) -> Grid:
    """Return reach per platform, each figure with how many items reported it."""
    rows = []
    for row in review.reach.to_dict("records"):
        where = str(row["platform"])
        cells: list[str | Markup] = [
            show.word("report.platform", where),
            show.number(row.get("n_posts")),
        ]
        for metric, known, total in (
            ("impressions", "n_impressions_known", "n_posts"),
            ("engagement", "n_engagement_known", "n_posts"),
            ("potential_reach", "n_authors_known", "n_authors"),
        ):
            card = cards.find(metric, platform=where)
            if card is None or card.number is None:
                cells.append(show.unknown)
                continue
            facts = {"n": show.number(row.get(known)), "total": show.number(row.get(total))}
            cells.append(_lines(card.link, show.say("report.table.known", **facts)))
        rows.append(cells)
    heads = ("platform", "without_reposts", "impressions", "engagement", "potential")
    return grid(show, heads, rows, of="reach", numeric=range(1, 5))


def role_names(review: Review) -> dict[str, str]:
    """Return what the plan calls its roles, by their ids."""
    plan: Mapping[str, Any] = review.manifest.get("plan") or {}
    return {str(role["id"]): clean(role["name"]) for role in plan.get("roles", ())}


def actions_table(review: Review, show: Show) -> Grid:
    """Return the plan action by action; people as the plan and the log name them."""
    roles = role_names(review)
    rows = [_action(row, roles, show) for row in review.actions.to_dict("records")]
    heads = ("action", "due", "done", "people", "evidence")
    ids = [f"action-{i}" for i in range(1, len(rows) + 1)]
    return grid(show, heads, rows, of="actions", ids=ids)


def _action(
    row: Mapping[Any, Any], roles: Mapping[str, str], show: Show
) -> tuple[str | Markup, ...]:
    state, owner = str(row["state"]), str(row["owner"])
    return (
        _named(
            row["name"], badge(show.word("verdicts.state", state), STATE_TONES.get(state, "open"))
        ),
        "" if is_missing(row["due_at"]) else _moment(row["due_at"], show),
        _done(row, show),
        _lines(roles.get(owner, clean(owner)), _by(row, show)),
        _lines(_why(row, show), row_list(row["evidence"])),
    )


def _done(row: Mapping[Any, Any], show: Show) -> Markup:
    if is_missing(row["done_at"]):
        return Markup("")
    late = number_or_none(row["late_minutes"])
    length = "" if late is None else show.duration(abs(late), 1.0)
    if length and late is not None:
        length = show.say(f"report.table.{'late' if late > 0 else 'early'}", length=length)
    return _lines(_moment(row["done_at"], show), length)


def _by(row: Mapping[Any, Any], show: Show) -> str:
    if is_missing(row["done_by"]):
        return ""
    return show.say("report.table.done_by", name=clean(row["done_by"]))


def _why(row: Mapping[Any, Any], show: Show) -> str:
    # Whether it was in time stands in the state and beside the time it was done.
    further = "; ".join(
        show.word("followed.also", code) for code in str(row.get("also") or "").split()
    )
    if further:
        further = f" {further[:1].upper()}{further[1:]}."
    known = row["reason"] in ("within_deadline", "after_deadline")
    reason = "" if known or is_missing(row["reason"]) else row["reason"]
    told = show.word("verdicts.action", reason) if reason else ""
    if is_missing(row["confidence"]):
        return told + further
    source = show.word("verdicts.evidence", row["confidence"])
    source = f"{source[:1].upper()}{source[1:]}."
    proved = f"{told} {source}" if told else source
    return proved + further


def _named(name: object, sign: Markup) -> Markup:
    return Markup("{}<br>{}").format(clean(name), sign)


def _moment(at: object, show: Show) -> Markup:
    return Markup('<span class="at">{}</span>').format(show.instant(at))


def _lines(first: str, second: str) -> Markup:
    lines = Markup("{}").format(first)
    return lines + Markup("<br><small>{}</small>").format(second) if second else lines


def states_summary(review: Review, show: Show) -> list[tuple[str, str, int]]:
    """Return how many actions ended in each state: code, word, count; states in fixed order."""
    counts = review.actions["state"].value_counts()
    return [
        (state, show.word("verdicts.state", state), int(counts[state]))
        for state in STATE_TONES
        if state in counts.index
    ]


def targets_table(review: Review, cards: Cards, show: Show) -> Grid:
    """Return the targets with what was measured and how they were judged."""
    found = targets(review, cards, show)
    rows = (
        (
            _named(t.name, badge(f"{t.sign} {t.verdict}", t.tone)),
            t.asked,
            _lines(t.value, t.interval),
            t.n,
            t.reason,
        )
        for t in found
    )
    heads = ("target", "asked", "measured", "n", "why")
    return grid(show, heads, rows, of="targets", numeric=(2, 3), ids=[t.id for t in found])


def manifest_table(manifest: Mapping[str, Any], show: Show) -> Grid:
    """Return the manifest as rows, its nested parts as dotted names.

    Settings and plan are left to ``manifest.json``: on the page they would be its longest part.
    """
    told = {key: part for key, part in manifest.items() if key not in ("settings", "plan")}
    return grid(show, ("key", "value"), _flat(told, ""), wide=True)


def _flat(tree: object, path: str) -> Iterator[tuple[str, Markup]]:
    if isinstance(tree, Mapping) and tree:
        for key in tree:
            yield from _flat(tree[key], f"{path}.{key}" if path else str(key))
    elif isinstance(tree, list | tuple) and any(isinstance(v, Mapping) for v in tree):
        for i, value in enumerate(tree, start=1):
            yield from _flat(value, f"{path}[{i}]")
    else:
        values = tree if isinstance(tree, list | tuple) else [tree]
        shown = ", ".join(
            "" if is_missing(v) else clean(v) for v in values if not isinstance(v, Mapping)
        )
        yield clean(path), Markup("<code>{}</code>").format(shown)
