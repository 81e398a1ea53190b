"""A block of the page: a heading, a sentence, a chart, a table. Sections are made of blocks."""

from __future__ import annotations

from dataclasses import dataclass, field

from markupsafe import Markup

from crisislab.report.drawing import Figure
from crisislab.report.grid import Grid


@dataclass(frozen=True)
class Block:
    """One thing a section shows beside its fixed parts.

    Attributes:
        section: Section it belongs to; one that the page does not have yet is added before the
            data (its name is said as ``report.section.NAME``).
        heading: Heading, as words.
        intro: Sentence under the heading; plain text is escaped, ``Markup`` is kept.
        body: Paragraphs and lists, as HTML made here, instead of a sentence.
        figure: Chart, or ``None``. Its name is unique on the page.
        table: Table, or ``None``; under a chart it is folded as the data of the chart.
        hint: Small print below.
        folded: Whether the block opens by a click; for what only some readers want.
    """

    section: str
    heading: str
    intro: str | Markup = ""
    body: Markup = field(default_factory=Markup)
    figure: Figure | None = None
    table: Grid | None = None
    hint: str | Markup = ""
    folded: bool = False
