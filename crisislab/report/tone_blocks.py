"""How the brand answered: what its replies do, with the words that were matched."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from crisislab.report.block import Block
from crisislab.report.cards import Cards
from crisislab.report.grid import Cell, Grid, badge, grid
from crisislab.report.sections import cards_table
from crisislab.report.show import Show
from crisislab.report.value import Review
from crisislab.words import catalogue, say

SECTION = "tone"
CUES_SHOWN = 4
_TONES = {"met": "good", "partly met": "mixed", "not met": "bad", "cannot tell": "open"}


def tone_blocks(review: Review, cards: Cards, show: Show) -> list[Block]:
    """Return the blocks of the section on the tone of replies; none where nobody replied."""
    cues = review.tables.get("tone_cues")
    if cues is None:
        return []
    found = [
        _block("flags", _flags(cues, cards, show), show),
        _block("decisions", _decisions(review, show), show),
        _posture(review, cards, show),
        _block("principles", _shares("cerc", "tone.principle", cards, show), show, folded=True),
    ]
    return [block for block in found if block.table is not None]


def _block(name: str, table: Grid | None, show: Show, *, folded: bool = False) -> Block:
    told = (say(f"felt.{name}.{part}", show.lang) for part in ("heading", "intro"))
    heading, intro = told
    return Block(SECTION, heading, intro=intro, table=table, folded=folded)


def _names(group: str) -> list[str]:
    """Return the codes of a group in the order of the catalogue."""
    return [key.rsplit(".", 1)[1] for key in catalogue("en") if key.startswith(f"{group}.")]


def _flags(cues: pd.DataFrame, cards: Cards, show: Show) -> Grid | None:
    rows: list[list[Cell]] = []
    for flag in _names("tone.flag"):
        card = cards.find(f"tone_{flag}_share")
        if card is None:
            continue
        right = [cards.find(f"tone_{flag}_{name}") for name in ("precision", "recall")]
        known = [one.link if one else "" for one in right]
        rows.append([show.word("tone.flag", flag), card.link, card.interval, *known,
                     _matched(cues[cues["flag"] == flag], show)])  # fmt: skip
    template = cards.find("template_share")
    if template:
        rows.append([template.name, template.link, template.interval, "", "", ""])
    heads = ("felt.flags.what", "felt.flags.share", "interval", "felt.flags.precision",
             "felt.flags.recall", "felt.flags.cues")  # fmt: skip
    return grid(show, heads, rows, of="flags", numeric=range(1, 5), beside=(2,)) if rows else None


def _matched(cues: pd.DataFrame, show: Show) -> str:
    first = cues.head(CUES_SHOWN)
    told = (
        say("felt.flags.cue", show.lang, cue=cue, n=show.number(n))
        for cue, n in zip(first["cue"], first["n_replies"], strict=True)
    )
    return ", ".join(told)


def _decisions(review: Review, show: Show) -> Grid | None:
    """Return how often coders decided otherwise than the words, where there are coders."""
    coded = review.tables.get("tone_decisions")
    if coded is None or coded.empty:
        return None
    counts = ("n_coders", "n_texts", "n_disputed", "n_added", "n_removed")
    rows: list[list[Cell]] = [
        [show.word("tone.flag", row["flag"]), *(show.number(row[name]) for name in counts)]
        for row in coded.to_dict("records")
    ]
    heads = ("felt.flags.what", *(f"felt.decisions.{name}" for name in counts))
    return grid(show, heads, rows, of="tone_decisions", numeric=range(1, 6))


def _posture(review: Review, cards: Cards, show: Show) -> Block:
    block = _block("posture", _shares("posture", "tone.posture", cards, show), show)
    judged = review.tables.get("posture")
    if judged is None or judged.empty:
        return block
    row = judged.iloc[0]
    verdict = str(row["verdict"])
    sign = badge(show.word("felt.verdict", verdict), _TONES[verdict])
    shares = {
        name: cards.link(f"posture_{name}_share")
        for name in ("rebuild", "diminish", "deny", "information", "other")
    }
    intro = show.say(
        "felt.posture.judged", sign=sign, reason=show.word("tone.fit", row["reason"]), **shares
    )
    return Block(SECTION, block.heading, intro=intro, table=block.table, hint=block.intro)


def _shares(prefix: str, words: str, cards: Cards, show: Show) -> Grid | None:
    found = [cards.find(f"{prefix}_{name}_share") for name in _names(words)]
    known = [card for card in found if card is not None]
    if not known:
        return None
    named = [show.word(words, card.metric[len(prefix) + 1 : -len("_share")]) for card in known]
    table = cards_table(known, show)
    rows = tuple((name, *row[1:]) for name, row in zip(named, table.rows, strict=True))
    return replace(table, rows=rows)
