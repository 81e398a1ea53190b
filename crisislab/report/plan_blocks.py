"""Blocks about the plan: what is to be chosen, roles, scenario, promises, improvisation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from crisislab.report.block import Block
from crisislab.report.cards import Cards
from crisislab.report.grid import Cell, Grid, badge, grid, row_list
from crisislab.report.judged import STATE_TONES, reason_words
from crisislab.report.masks import excerpt
from crisislab.report.show import Show, clean, is_missing
from crisislab.report.value import Review
from crisislab.words import say

_PROMISE_TONES = {"kept": "good", "late": "mixed", "broken": "bad", "open": "open"}
_MET = {"met": "good", "partly met": "mixed", "not met": "bad"}
Record = Mapping[Any, Any]


def plan_blocks(review: Review, _cards: Cards, show: Show) -> list[Block]:
    """Return the blocks of the section of the plan."""
    makers = (_choose, _decided, _scenario, _roles, _shifts, _promises, _owned, _improvised)
    made = (make(review, show) for make in makers)
    return [block for block in made if block is not None]


def block(
    show: Show, section: str, name: str, heads: Sequence[str], rows: Iterable[Sequence[Cell]],
    *, numeric: Iterable[int] = (), folded: bool = False, hint: str | Markup = "",
) -> Block | None:  # fmt: skip
    """Return a block of a table, or ``None`` when the table is empty."""
    body = list(rows)
    if not body:
        return None
    table: Grid = grid(show, [f"followed.head.{h}" if "." not in h else h for h in heads], body,
                       of=name, numeric=numeric)  # fmt: skip
    return Block(
        section, say(f"followed.block.{name}", show.lang), show.say(f"followed.block.{name}_intro"),
        table=table, folded=folded, hint=hint,
    )  # fmt: skip


def records(review: Review, name: str) -> list[Record]:
    """Return the rows of a further table; none where the review does not have it."""
    table = review.tables.get(name)
    return [] if table is None else list(table.to_dict("records"))


def state_badge(state: object, show: Show) -> Markup:
    """Return the state of an action as a badge."""
    code = str(state)
    return badge(show.word("verdicts.state", code), STATE_TONES.get(code, "open"))


def moment(at: object, show: Show) -> str:
    """Return an instant, or nothing."""
    return "" if is_missing(at) else show.instant(at)


def quoted(text: object) -> Markup:
    """Return an excerpt of what the team wrote."""
    return Markup("<q>{}</q>").format(excerpt(text))


def _choose(review: Review, show: Show) -> Block | None:
    names = dict(zip(review.actions["action"], review.actions["name"], strict=True))
    states = dict(zip(review.actions["action"], review.actions["state"], strict=True))
    rows = [
        (clean(names[row["action"]]), quoted(row["text"]), _place(row, show),
         Markup("{}<br><small>{}</small>").format(state_badge(row["would_be"], show),
                                                  _doubt(row, show)),
         row_list(row["row"]))
        for row in records(review, "candidates")
        if states[row["action"]] == "ambiguous" and row["standing"] != "rejected"
    ]  # fmt: skip
    heads = ("report.table.action", "text", "where", "would_be", "row")
    return block(show, "plan", "choose", heads, rows)


def _place(row: Record, show: Show) -> Markup:
    parts = [moment(row["at"], show), clean(row["actor"]), clean(row["channel"])]
    return Markup("<br>").join(part for part in parts if part)


def _doubt(row: Record, show: Show) -> str:
    code = row["doubt"] or (row["standing"] if row["standing"] in ("elsewhere", "misspelt") else "")
    return show.word("followed.doubt", code) if code else ""


def _decided(review: Review, show: Show) -> Block | None:
    rows = [
        (clean(row["name"]), state_badge(row["state"], show), clean(row["override"]),
         row_list(row["evidence"]))
        for row in review.actions.to_dict("records")
        if "override" in row and not is_missing(row["override"]) and row["override"]
    ]  # fmt: skip
    heads = ("report.table.action", "report.table.state", "reason", "row")
    return block(show, "plan", "decided", heads, rows)


def _scenario(review: Review, show: Show) -> Block | None:
    rows = [
        (moment(row["at"], show), clean(row["name"]), clean(row["actor"]), quoted(row["text"]),
         row_list(row["rows"]))
        for row in records(review, "recognised")
    ]  # fmt: skip
    subjects = ("scenario_foreseen", "scenario_recognised", "protocol_started")
    told = {str(r["subject"]): r for r in review.verdicts.to_dict("records")}
    lines = [
        Markup("{} {} {}").format(
            show.say(f"verdicts.question.{s}"),
            badge(show.word("verdicts.answer", told[s]["verdict"]),
                  _MET.get(str(told[s]["verdict"]), "open")),
            reason_words(told[s]["reason"], show),
        )
        for s in subjects if s in told
    ]  # fmt: skip
    heads = ("report.table.at", "named", "who", "text", "row")
    return block(show, "plan", "scenario", heads, rows, hint=Markup("<br>").join(lines))


def _roles(review: Review, show: Show) -> Block | None:
    names = dict(zip(review.actions["action"], review.actions["name"], strict=True))
    rows = [
        (clean(row["name"]),
         f"{show.number(row['n_on_time'])} / {show.number(row['n_actions'])}",
         clean(row["stood_in"] or ""), show.number(row["n_entries"]), moment(row["first_at"], show),
         "; ".join(clean(names.get(a, a)) for a in str(row["waited"] or "").split()))
        for row in records(review, "roles")
    ]  # fmt: skip
    heads = ("role", "judged", "stood_in", "entries", "first", "waited")
    return block(show, "plan", "roles", heads, rows, numeric=(1, 3))


def _shifts(review: Review, show: Show) -> Block | None:
    plan = review.manifest.get("plan") or {}
    roles = {str(role["id"]): str(role["name"]) for role in plan.get("roles", ())}
    rows = [
        (clean(roles.get(str(row["role"]), row["role"])), clean(row["shift"]), clean(row["people"]),
         moment(row["begins_at"], show), moment(row["ends_at"], show),
         show.number(row["n_entries"]))
        for row in records(review, "shifts")
    ]  # fmt: skip
    heads = ("role", "shift", "report.table.people", "begins", "ends", "entries")
    return block(show, "plan", "shifts", heads, rows, numeric=(5,), folded=True)


def _promises(review: Review, show: Show) -> Block | None:
    rows = [
        (quoted(row["text"]), moment(row["said_at"], show), moment(row["due_at"], show),
         badge(show.word("followed.promise", row["state"]),
               _PROMISE_TONES.get(str(row["state"]), "open")),
         Markup("{} {}").format(show.word("followed.why", row["reason"]),
                                clean(row["override"] or "")),
         row_list(f"{row['rows']} {row['kept_by'] or ''}"))
        for row in records(review, "promises")
    ]  # fmt: skip
    heads = ("promise", "report.table.at", "report.table.due", "status", "reason", "row")
    return block(show, "plan", "promises", heads, rows)


def _owned(review: Review, show: Show) -> Block | None:
    rows = [
        (show.word("followed.change", row["change"]), moment(row["at"], show),
         show.word("report.platform", row["where"]), quoted(row["text"]), row_list(row["rows"]))
        for row in records(review, "owned")
    ]  # fmt: skip
    heads = ("change", "report.table.at", "where", "text", "row")
    return block(show, "plan", "owned", heads, rows, folded=True)


def _improvised(review: Review, show: Show) -> Block | None:
    rows: list[tuple[Cell, ...]] = [
        (moment(row["at"], show), clean(row["actor"]), clean(row["action"] or ""),
         quoted(row["text"]), row_list(row["rows"]))
        for row in records(review, "improvised")
    ]  # fmt: skip
    rows += [
        (moment(row["done_at"], show), clean(row["done_by"] or ""), clean(row["name"]),
         reason_words(row["reason"], show), row_list(row["evidence"]))
        for row in review.actions.to_dict("records")
        if row["state"] == "improvised"
    ]  # fmt: skip
    heads = ("report.table.at", "report.table.people", "act", "text", "row")
    return block(show, "plan", "improvised", heads, rows)
