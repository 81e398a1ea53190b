"""Two outputs kept apart: the scorecard (values, ratings) and the learning review."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from crisislab.judge.together import together
from crisislab.report.block import Block
from crisislab.report.cards import Card, Cards, read_scope
from crisislab.report.grid import Cell, Grid, grid, opened, told_as
from crisislab.report.plan_blocks import block, records, state_badge
from crisislab.report.sections import cards_table, role_names
from crisislab.report.show import Show, clean
from crisislab.report.value import Review
from crisislab.words import say

_LETTERS = ("P", "S", "M", "U", "O")
_PLANNED = {"roles": "roles", "actions": "actions", "rules": "monitoring"}
_LESS = ("late", "out of order", "wrong owner", "not done")


def learning_blocks(review: Review, cards: Cards, show: Show) -> list[Block]:
    """Return the blocks of the scorecard and of the learning review; neither uses the other."""
    if "values" not in review.tables:
        return []
    card = [*_values(review, cards, show), _capabilities(review, show)]
    learning = [
        _place(review, show), _went("well", ("on time",), review, show),
        _went("less", _LESS, review, show), _why(review, show), _improve(review, show),
        _carried(review, show),
    ]  # fmt: skip
    return [one for one in (*card, *learning) if one is not None]


def _values(review: Review, cards: Cards, show: Show) -> list[Block]:
    found: dict[str, list[Card]] = {}
    for row in records(review, "values"):
        card = cards.find(str(row["metric"]), **read_scope(row["scope"]))
        if card is not None:
            found.setdefault(str(row["value_of"]), []).append(card)
    intro = show.say("followed.block.values_intro")
    blocks = []
    for i, (value, told) in enumerate(found.items()):
        name = say(f"followed.value.{value}", show.lang)
        blocks.append(Block("values", name, intro if i == 0 else "", table=cards_table(told, show)))
    return blocks


def _capabilities(review: Review, show: Show) -> Block | None:
    rows = [
        (clean(row["name"]), *(show.number(row[letter]) for letter in _LETTERS), str(row["worst"]))
        for row in records(review, "capabilities")
    ]  # fmt: skip
    if not rows:
        return None
    heads = [say("followed.head.capability", show.lang), *_LETTERS,
             say("followed.head.worst", show.lang)]  # fmt: skip
    ratings = review.tables["ratings"]
    people = bool(len(ratings) and ratings["rater"].ne("evidence").any())
    made = Grid(tuple(heads), tuple(rows), frozenset(range(1, 6)))
    table = told_as(made, "capabilities", show, ("capability", *_LETTERS, "worst"))
    hint = show.say("followed.block.rated" if people else "followed.block.proposed")
    return Block("values", say("followed.block.capabilities", show.lang),
                 show.say("followed.block.capabilities_intro"), table=table, hint=hint)  # fmt: skip


def _place(review: Review, show: Show) -> Block:
    plan = review.manifest.get("plan") or {}
    held = sorted(str(drill["held_on"]) for drill in plan.get("drills", ()))
    last = show.day(held[-1]) if held else say("followed.block.no_drill", show.lang)
    told = show.say(
        "followed.block.place_intro", plan=clean(review.plan_name),
        **{name: opened("plan", name, show.number(len(plan.get(part, ()))))
           for name, part in _PLANNED.items()},
        drill=opened("plan", "held", last),
    )  # fmt: skip
    both = show.say(f"followed.together.{together(review.verdicts)}")
    about = Markup("{} {}").format(both, show.say("followed.block.about"))
    return Block("learning", say("followed.block.place", show.lang), told, hint=about)


def _went(name: str, states: Sequence[str], review: Review, show: Show) -> Block | None:
    rows: list[tuple[Cell, ...]] = [
        (clean(row["name"]), state_badge(row["state"], show), _also(row["also"], show))
        for row in review.actions.to_dict("records")
        if row["state"] in states
    ]
    heading = say(f"followed.block.{name}", show.lang)
    if not rows:
        return Block("learning", heading, show.say("followed.block.none"))
    heads = ("report.table.action", "report.table.state", "followed.head.reason")
    return Block("learning", heading, table=grid(show, heads, rows))


def _also(codes: object, show: Show) -> str:
    return "; ".join(show.word("followed.also", code) for code in str(codes or "").split())


def _why(review: Review, show: Show) -> Block:
    names = dict(zip(review.actions["action"], review.actions["name"], strict=True))
    waits = [
        show.say(
            "followed.block.waits", role=clean(row["name"]),
            actions=", ".join(clean(names.get(a, a)) for a in str(row["waited"]).split()),
        )
        for row in records(review, "roles")
        if row["waited"]
    ]  # fmt: skip
    told = Markup("; ").join(waits) if waits else show.say("followed.block.no_waits")
    heading = say("followed.block.why", show.lang)
    return Block("learning", heading, show.say("followed.block.why_intro", waits=told))


def _improve(review: Review, show: Show) -> Block | None:
    roles = role_names(review)
    rows = [
        (clean(row["issue"]), clean(row["corrective_action"]),
         show.word("followed.element", row["element"]),
         roles.get(str(row["owner"]), clean(row["owner"] or "")),
         show.word("followed.status", row["status"]))
        for row in records(review, "improvements")
    ]  # fmt: skip
    heads = ("issue", "corrective", "element", "report.table.owner", "status")
    return block(show, "learning", "improve", heads, rows)


def _carried(review: Review, show: Show) -> Block | None:
    rows = [
        (clean(row["issue"]), clean(row["corrective_action"]),
         show.word("followed.status", "overdue" if row["overdue"] else row["status"]),
         clean(row["due_on"] or ""),
         Markup(" ").join(state_badge(s, show) for s in str(row["state_now"]).split("; ") if s),
         show.word("followed.again", row["seen_again"]))
        for row in records(review, "carried_over")
    ]  # fmt: skip
    heads = ("issue", "corrective", "status", "report.table.due", "now", "again")
    return block(show, "learning", "carried", heads, rows)
