"""The blocks of the page, in the order in which they stand in their section."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from crisislab.report.block import Block
from crisislab.report.cards import Cards
from crisislab.report.drawing import Figure
from crisislab.report.effect_blocks import effect_blocks
from crisislab.report.extra_blocks import extra_blocks
from crisislab.report.feeling_blocks import feeling_blocks
from crisislab.report.figures import figures
from crisislab.report.learning_blocks import learning_blocks
from crisislab.report.narrative_blocks import narrative_blocks
from crisislab.report.past_blocks import past_blocks
from crisislab.report.plan_blocks import plan_blocks
from crisislab.report.practice_blocks import practice_blocks
from crisislab.report.response_blocks import response_blocks
from crisislab.report.show import Show, show_for
from crisislab.report.spread_blocks import spread_blocks
from crisislab.report.tone_blocks import tone_blocks
from crisislab.report.value import Review

MakeBlocks = Callable[[Review, Cards, Show], list[Block]]

# One function per theme, each in a file of its own; a theme without data returns no block.
THEMES: tuple[MakeBlocks, ...] = (
    response_blocks, feeling_blocks, tone_blocks, spread_blocks, narrative_blocks, plan_blocks,
    practice_blocks, effect_blocks, past_blocks, learning_blocks, extra_blocks,
)  # fmt: skip


def blocks(review: Review, cards: Cards, show: Show) -> dict[str, list[Block]]:
    """Return the blocks of a review by section.

    Raises:
        ValueError: If two charts have one name.
    """
    found: dict[str, list[Block]] = {}
    names: set[str] = set()
    for block in (block for make in THEMES for block in make(review, cards, show)):
        if block.figure and block.figure.name in names:
            raise ValueError(f"two charts are called {block.figure.name!r}")
        names |= {block.figure.name} if block.figure else set()
        found.setdefault(block.section, []).append(block)
    return found


def drawn(review: Review, further: Mapping[str, list[Block]], show: Show) -> dict[str, Figure]:
    """Return every chart of the page by name."""
    found = (block.figure for part in further.values() for block in part)
    return figures(review, show) | {figure.name: figure for figure in found if figure}


def all_figures(review: Review) -> dict[str, Figure]:
    """Return every chart of a review by name, those of the blocks as well."""
    show = show_for(review)
    return drawn(review, blocks(review, Cards(review, show), show), show)
