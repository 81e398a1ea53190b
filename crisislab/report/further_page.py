"""A page of blocks that is not a review: the same look, escaping and policy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crisislab.report.block import Block
from crisislab.report.html import environment, machinery
from crisislab.report.show import Show, clean


@dataclass(frozen=True)
class Part:
    """One section of a page: its anchor, its heading and its blocks."""

    id: str
    title: str
    blocks: tuple[Block, ...]


def further_page(parts: Sequence[Part], show: Show, *, title: str, kind: str) -> str:
    """Return blocks as one self-contained HTML page, a review's machinery under it.

    Args:
        parts: Sections in order.
        show: Language and zone.
        title: Title of the page.
        kind: What the page is, above the title.

    Raises:
        ValueError: If two charts have one name.
    """
    figures = [block.figure for part in parts for block in part.blocks if block.figure]
    names = [figure.name for figure in figures]
    if len(set(names)) < len(names):
        raise ValueError(f"two charts have one name: {', '.join(sorted(names))}")
    template = environment().get_template("compare.html.j2")
    return template.render(
        lang=show.lang, title=clean(title), kind=kind, parts=parts, figures=figures,
        say=lambda key, **facts: show.say(f"report.{key}", **facts), **machinery(show.lang),
    )  # fmt: skip
