"""Tables of the page about response times: counts, clocks, limits, groups, other tools."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from markupsafe import Markup

from crisislab.report.cards import Card, Cards
from crisislab.report.grid import Cell, Grid, grid
from crisislab.report.response_groups import COMPARED, Group, groups_of
from crisislab.report.show import Show

_COUNTED = ("n_eligible", "n_excluded")
_EDGES = ("n_unmatched", "n_unmatched_replies", "n_backward", "n_left_edge")
_FURTHER = (
    "mean_wait", "next_response_time", "next_reply_rate", "agent_response_time",
    "resolution_time", "resolved_share", "handle_time", "n_reopened",
)  # fmt: skip
_WAYS = ("answered", "moved", "deleted")
_STEPS = (
    "time_to_visible", "time_to_acknowledge", "time_to_mobilise", "time_to_draft",
    "time_to_approve", "time_to_publish", "time_to_stabilise", "time_to_close", "approval_wait",
)  # fmt: skip


def reconcile_table(table: pd.DataFrame, show: Show, cards: Cards | None = None) -> Grid:
    """Return what each tool would print of the same events and why it differs.

    Args:
        table: Result of ``measure.reconcile.reconcile``.
        show: Language and zone.
        cards: All numbers of the review, so that these open; missing: they do not.
    """
    rows: list[tuple[Cell, ...]] = []
    for row in table.to_dict("records"):
        told = "share" if row["prints"] == "share" else "duration"
        value: Cell = getattr(show, told)(row["value"])
        card = _tool(str(row["rule"]), cards) if cards else None
        value = card.link if card else value
        name = show.say(f"reconcile.{row['rule']}.name")
        if row["source"]:
            name = Markup('<a href="{}">{}</a>').format(row["source"], name)
        lacks = str(row.get("lacks") or "")
        printed = show.say(f"reconcile.lacks_{lacks}") if lacks else show.say(
            f"reconcile.{row['prints']}", value=value
        )  # fmt: skip
        if card and card.number is None and row["prints"] == "median":
            printed = card.linked(show.text("reconcile.median_not_reached"))
        rows.append(
            (name, printed, show.number(row["n"]), show.say(f"reconcile.{row['rule']}.why"))
        )
    heads = [f"reconcile.{key}" for key in ("rule", "prints", "n", "why")]
    return grid(show, heads, rows, of="other_tools", numeric=(2,))


def _tool(rule: str, cards: Cards) -> Card | None:
    if rule == "crisislab":
        return cards.find("first_response_time", percentile=50, rule="conversations")
    for metric in ("other_tool_wait", "other_tool_in_time"):
        card = cards.find(metric, tool=rule)
        if card:
            return card
    return None


def counts_table(metrics: pd.DataFrame, show: Show, cards: Cards | None = None) -> Grid | None:
    """Return what was counted and what was left out, each with its number.

    Args:
        metrics: Metrics with those of ``measure.eligible.eligible_items``.
        show: Language and zone.
        cards: All numbers of the review, so that these open; missing: they do not.
    """
    rows: list[tuple[Cell, ...]] = []
    for row in metrics.to_dict("records"):
        metric, code = str(row["metric"]), str(row["scope"]).partition("=")[2]
        if metric in _COUNTED:
            key = f"response.excluded.{code or 'eligible'}"
        elif metric == "n_replies":
            key = f"response.kind.{code}"
        elif metric == "n_first_answers":
            key = f"response.first.{code}"
        elif metric in _EDGES:
            key = f"response.count.{metric}"
        else:
            continue
        card = cards.find(metric, **dict([str(row["scope"]).split("=")])) if cards and code else (
            cards.find(metric) if cards else None
        )  # fmt: skip
        value: Cell = card.link if card else show.number(row["value"])
        rows.append((show.say(key), value, show.number(row["n"])))
    heads = [f"response.{key}" for key in ("reason", "n", "of")]
    return grid(show, heads, rows, of="counts", numeric=(1, 2), beside=(2,)) if rows else None


def limits_table(cards: Cards, show: Show) -> Grid | None:
    """Return how many were answered within the limits the plan sets, by either clock."""
    rows = []
    for card in (c for c in cards if c.metric == "target_attainment" and "clock" not in c.scope):
        within = card.scope["within"]
        beside = [cards.link(metric, within=within) for metric in ("n_overdue", "n_not_yet_due")]
        business = cards.find("target_attainment", within=within, clock="business")
        rows.append(
            (card.words["within"], _with_interval(card), *beside,
             _with_interval(business) if business else "")
        )  # fmt: skip
    heads = [f"response.{key}" for key in ("limit", "in_time", "overdue", "not_due", "open_hours")]
    made = grid(show, heads, rows, of="limits", numeric=range(1, 5), beside=(0,))
    return made if rows else None


def clocks_table(cards: Cards, show: Show) -> Grid | None:
    """Return waits and shares answered by elapsed time and by opening hours, side by side."""
    rows = []
    wanted = [("first_response_time", "percentile", p) for p in (50, 75, 90)]
    wanted += [("reply_rate", "within", w) for w in (60, 240, 1440)]
    for metric, key, value in wanted:
        business = cards.find(metric, clock="business", **{key: value})
        if business is None:
            continue
        elapsed = cards.find(metric, rule=business.scope["rule"], **{key: value})
        name = business.words[key]
        if metric == "reply_rate":
            name = show.say("response.answered_within", time=name)
        rows.append((name, _with_interval(elapsed), _with_interval(business), business.n))
    heads = ["response.what", "response.clock.elapsed", "response.clock.business", "n"]
    made = grid(show, heads, rows, of="clocks", numeric=(1, 2, 3), beside=(0, 3))
    return made if rows else None


def people_table(cards: Cards, show: Show) -> Grid | None:
    """Return the intervals as if each conversation were another person's, and by people."""
    rows = []
    rule = main_rule(cards)
    for card in cards:
        if card.scope.get("interval") != "people" or {"clock", "period"} & set(card.scope):
            continue
        key = "within" if "within" in card.scope else "percentile"
        apart = cards.find(card.metric, rule=card.scope["rule"], **{key: card.scope[key]})
        if apart is None or card.scope["rule"] != rule:
            continue
        name = card.words[key]
        if key == "within":
            name = show.say("response.answered_within", time=name)
        rows.append((name, card.link, apart.interval, card.interval))
    heads = ["response.what", "measured", "response.apart", "response.together"]
    made = grid(show, heads, rows, of="people", numeric=(1, 2, 3), beside=(0, 2, 3))
    return made if rows else None


def main_rule(cards: Cards) -> str:
    """Return the rule by which the case counts conversations; empty if there is none."""
    card = cards.find("first_response_time", percentile=50)
    return card.scope.get("rule", "") if card else ""


def _with_interval(card: Card | None) -> Cell:
    if card is None:
        return ""
    return _lines(card.link, card.interval)


def _lines(first: Cell, second: str) -> Markup:
    if not second:
        return Markup("{}").format(first)
    return Markup("{}<br><small>{}</small>").format(first, second)


def groups_table(groups: Sequence[Group], show: Show) -> Grid | None:
    """Return each group with its numbers; below ten waits it has none, and no rank ever.

    Args:
        groups: Result of ``report.response_groups.groups_of``.
        show: Language and zone.
    """
    rows = []
    several = len({group.by for group in groups}) > 1
    for group in groups:
        name = f"{int(group.key):02d}:00" if group.by == "hour" else group.name
        if several:
            name = show.say("response.group", by=show.word("response.by", group.by), name=name)
        few = group.rate is None
        told = [show.say("response.few")] * 3 if few else [
            _with_interval(card) for card in (group.median, group.rate, group.gap)
        ]  # fmt: skip
        rows.append((name, show.number(group.n), *told))
    heads = [f"response.{key}" for key in ("group_head", "n", "median", "hour", "gap")]
    made = grid(show, heads, rows, of="groups", numeric=range(1, 5), beside=(0,))
    return made if rows else None


def unanswered_table(cards: Cards, show: Show) -> Grid | None:
    """Return the share of every group that was never answered; small groups without a share."""
    rows = []
    for group in groups_of(cards, COMPARED):
        card = group.unanswered
        if card is None:
            continue
        name = show.say("response.group", by=show.word("response.by", group.by), name=group.name)
        told = show.say("response.few") if card.number is None else _with_interval(card)
        rows.append((name, show.number(card.total), told))
    heads = ["response.group_head", "response.decided", "response.unanswered"]
    made = grid(show, heads, rows, of="never_groups", numeric=(1, 2), beside=(0,))
    return made if rows else None


def hours_table(table: pd.DataFrame, show: Show) -> Grid | None:
    """Return the unanswered by platform and local hour, the data of their chart."""
    if table.empty:
        return None
    ordered = table.sort_values(["platform", "hour"], kind="stable")
    rows = (
        (show.word("report.platform", row["platform"]), f"{int(row['hour']):02d}:00",
         show.number(row["n_decided"]), show.number(row["n_unanswered"]),
         show.share(row["unanswered_share"]) if pd.notna(row["unanswered_share"])
         else show.say("response.few"))
        for row in ordered.to_dict("records")
    )  # fmt: skip
    heads = ["platform", "hour", "response.decided", "response.unanswered_n", "response.unanswered"]
    return grid(show, heads, rows, of="unanswered_hours", numeric=range(2, 5), wide=True)


def days_table(table: pd.DataFrame, show: Show) -> Grid | None:
    """Return the people waiting at the end of each local day, the data of their chart.

    Args:
        table: Result of ``measure.groups.backlog``: each row is the end of its step.
        show: Language and zone.
    """
    if table.empty:
        return None
    # The step that ends at midnight is the last of the day before it: its middle tells the day.
    middle = (table["at"] - table["at"].diff() / 2).fillna(table["at"])
    days = middle.dt.tz_convert(show.zone).dt.strftime("%Y-%m-%d")
    opened = table.groupby(days)[["n_opened", "n_answered"]].sum()
    last = table.assign(day=middle).groupby(days)[["day", "n_waiting", "n_overdue"]].last()
    columns = ("n_opened", "n_answered", "n_waiting", "n_overdue")
    rows = (
        (show.instant(row["day"], "d MMM y"), *(show.number(row[c]) for c in columns))
        for row in last.join(opened).to_dict("records")
    )
    heads = ["day", *(f"response.{key}" for key in ("opened", "answered", "waiting", "long"))]
    return grid(show, heads, rows, of="backlog", numeric=range(1, 5), wide=True)


def further_table(cards: Cards, show: Show) -> Grid | None:
    """Return the waits after the first: next answers, agents, resolution, handling."""
    rows = [
        (card.name, _rest(card), _with_interval(card), card.n)
        for card in cards
        if card.metric in _FURTHER and card.scope.get("percentile", "50") == "50"
    ]
    heads = ["response.what", "response.over", "measured", "n"]
    made = grid(show, heads, rows, of="further", numeric=(2, 3), beside=(1, 3))
    return made if rows else None


def _rest(card: Card) -> str:
    return "; ".join(words for key, words in card.words.items() if key not in ("rule", "closing"))


def rules_table(table: pd.DataFrame | None, show: Show) -> Grid | None:
    """Return step by step how one rule of counting conversations becomes the other.

    Args:
        table: Result of ``measure.rules.compare_rules``.
        show: Language and zone.
    """
    if table is None:
        return None
    whole = ("opening_posts", "conversations")
    rows = (
        (show.say(f"response.step.{row['step']}"),
         *(show.number(n) if row["step"] in whole else _change(n, show)
           for n in (row["n"], row["n_answered"])))
        for row in table.to_dict("records")
    )  # fmt: skip
    heads = ["response.step_head", "response.n", "response.told"]
    return grid(show, heads, rows, of="rules", numeric=(1, 2))


def _change(n: int, show: Show) -> str:
    return f"+{show.number(n)}" if n > 0 else show.number(n).replace("-", "\u2212")


def ways_table(cards: Cards, show: Show) -> Grid | None:
    """Return how waiting ended within an hour, four and a day: the shares add up with waiting."""
    rows = []
    limits = (60, 240, 1440)
    for way in _WAYS:
        found = [cards.find("exit_share", way=way, within=limit) for limit in limits]
        if any(found):
            rows.append((show.say(f"response.way.{way}"), *map(_with_interval, found)))
    titles = [show.text("report.scope.within", value=show.duration(t)) for t in limits]
    if not rows:
        return None
    heads = (show.text("response.way_head"), *titles)
    return Grid(heads, tuple(rows), frozenset({1, 2, 3}), of="ways")


def steps_table(cards: Cards, show: Show) -> Grid | None:
    """Return the lengths to the further moments of the clock, from every start."""
    rows = [
        (card.name, card.about, card.link, card.interval)
        for card in cards
        if card.metric in _STEPS and card.number is not None
    ]
    heads = ("time", "response.over", "measured", "interval")
    return grid(show, heads, rows, of="steps", beside=(1, 3)) if rows else None


def incidents_table(table: pd.DataFrame | None, show: Show) -> Grid | None:
    """Return the durations of each incident as PagerDuty defines them, where the log says them."""
    if table is None:
        return None
    lengths = [c for c in table.columns if "seconds" in c and c != "snoozed_seconds"]
    known = table[table[lengths].notna().any(axis=1)]
    if known.empty:
        return None
    rows = (
        (str(row["incident"]), show.instant(row["started_at"]),
         *(show.duration(row[c] / 60) if pd.notna(row[c]) else "" for c in lengths))
        for row in known.to_dict("records")
    )  # fmt: skip
    heads = ["response.incident", "response.started"]
    return grid(show, [*heads, *(f"response.duration.{c}" for c in lengths)], rows, of="incidents",
                numeric=range(2, 2 + len(lengths)))  # fmt: skip
