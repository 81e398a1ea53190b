"""The review as slides: the verdicts, what happened, what matters, and each chart."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.util import Emu, Inches, Pt

from crisislab.report.office import MADE_AT, MAX_TITLE, holdable, steady
from crisislab.report.outline import Bullets, Chart, Heading, Paragraph, Part, Table
from crisislab.report.picture import picture

_WIDE, _HIGH, _MARGIN = Inches(13.333), Inches(7.5), Inches(0.6)
_INK = RGBColor.from_string("1C2733")  # type: ignore[no-untyped-call]
_MUTED = RGBColor.from_string("566270")  # type: ignore[no-untyped-call]
_TITLE_ONLY = 5
MAX_ROWS = 9
_TEXT_HIGH = 5.5 * 72


@dataclass
class _Slide:
    title: str
    lines: list[tuple[str, bool]] = field(default_factory=list)
    chart: Chart | None = None
    table: Table | None = None
    left_out: int = 0


def pptx_bytes(parts: Sequence[Part], *, title: str, lang: str, more: str) -> bytes:
    """Return slides of a review; the same review gives the same bytes.

    Args:
        parts: Outline of the review.
        title: Title in the properties of the file.
        lang: Language of the words.
        more: Words for rows of a table that a slide has no room for, with ``{n}``.
    """
    deck = Presentation()
    deck.slide_width, deck.slide_height = _WIDE, _HIGH
    known = deck.core_properties
    known.title, known.author = holdable(title)[:MAX_TITLE], "crisislab"
    known.created = known.modified = MADE_AT
    for slide in _slides(parts):
        _draw(deck, slide, lang, more)
    out = io.BytesIO()
    deck.save(out)
    return steady(out.getvalue())


def _slides(parts: Sequence[Part]) -> Iterator[_Slide]:
    """Return the slides: the first page block by block, then charts and the targets."""
    yield from _first_page(parts[: _first_end(parts)])
    heading = Heading(2, "", "")
    for part in parts[_first_end(parts) :]:
        if isinstance(part, Heading):
            heading = part
        elif isinstance(part, Chart):
            yield _Slide(part.figure.title, chart=part)
        elif isinstance(part, Table) and heading.section == "targets":
            shown = Table(part.heads, part.rows[:MAX_ROWS], part.numeric)
            yield _Slide(heading.text, table=shown, left_out=max(len(part.rows) - MAX_ROWS, 0))


def _first_end(parts: Sequence[Part]) -> int:
    later = (
        place
        for place, part in enumerate(parts)
        if isinstance(part, Heading) and part.section not in ("", "short")
    )
    return next(later, len(parts))


def _first_page(parts: Sequence[Part]) -> Iterator[_Slide]:
    """Return a slide per block of the first page; headings without anything below are left out."""
    slide = _Slide("")
    for part in parts:
        if isinstance(part, Heading) and part.level <= 3:
            if slide.lines and slide.title:
                yield slide
            slide = _Slide(part.text)
        elif isinstance(part, Heading):
            slide.lines.append((part.text, True))
        else:
            _take(slide, part)
    if slide.lines:
        yield slide


def _take(slide: _Slide, part: Part) -> None:
    if isinstance(part, Paragraph) and part.kind not in ("hint", "code"):
        slide.lines.append((part.text, part.kind == "answer"))
    elif isinstance(part, Bullets):
        slide.lines += [(f"• {item}", False) for item in part.items]


def _draw(deck: Any, told: _Slide, lang: str, more: str) -> None:
    slide = deck.slides.add_slide(deck.slide_layouts[_TITLE_ONLY])
    title = slide.shapes.title
    title.left, title.top, title.width, title.height = (
        _MARGIN, Inches(0.4), _WIDE - 2 * _MARGIN, Inches(0.9),
    )  # fmt: skip
    title.text_frame.text = holdable(told.title)
    title.text_frame.word_wrap = True
    for paragraph in title.text_frame.paragraphs:
        paragraph.font.size, paragraph.font.bold = Pt(28), True
        paragraph.font.color.rgb = _INK
        paragraph.alignment = None
    if told.chart:
        _place_chart(slide, told.chart, lang)
    elif told.table:
        _place_table(slide, told.table, more.format(n=told.left_out) if told.left_out else "")
    else:
        _write(slide, told.lines)


def _write(slide: Any, lines: Sequence[tuple[str, bool]]) -> None:
    box = slide.shapes.add_textbox(_MARGIN, Inches(1.5), _WIDE - 2 * _MARGIN, Inches(5.5))
    frame = box.text_frame
    frame.word_wrap = True
    size = Pt(_fitting([text for text, _ in lines]))
    for place, (text, bold) in enumerate(lines):
        paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        paragraph.text = holdable(text)
        paragraph.font.size, paragraph.font.bold = size, bold
        paragraph.font.color.rgb = _INK
        paragraph.space_after = Pt(8)


def _fitting(texts: Sequence[str]) -> int:
    """Return the largest size of letters, in points, at which texts fit a slide.

    >>> _fitting(["short"]), _fitting(["a long line of words " * 12] * 9)
    (20, 13)
    """
    for size in (20, 18, 16, 15, 14, 13, 12):
        # Letters are half as wide as high, on average; a line takes 1.25 of its size.
        wide = (_WIDE - 2 * _MARGIN) / 12700 / (0.52 * size)
        lines = sum(math.ceil(max(len(text), 1) / wide) for text in texts)
        if lines * 1.25 * size + 8 * len(texts) <= _TEXT_HIGH:
            return size
    return 11


def _place_chart(slide: Any, chart: Chart, lang: str) -> None:
    drawn = slide.shapes.add_picture(
        io.BytesIO(picture(chart.figure, lang=lang)), _MARGIN, Inches(1.4)
    )
    room_wide, room_high = _WIDE - 2 * _MARGIN, _HIGH - Inches(1.7)
    scale = min(room_wide / drawn.width, room_high / drawn.height)
    drawn.width, drawn.height = Emu(int(drawn.width * scale)), Emu(int(drawn.height * scale))
    drawn.left = Emu((_WIDE - drawn.width) // 2)
    drawn._element.nvPicPr.cNvPr.set("descr", holdable(chart.figure.alt))


def _place_table(slide: Any, table: Table, more: str) -> None:
    grid = slide.shapes.add_table(
        len(table.rows) + 1, len(table.heads), _MARGIN, Inches(1.5), _WIDE - 2 * _MARGIN,
        Inches(0.4),
    ).table  # fmt: skip
    for row, texts in enumerate([table.heads, *table.rows]):
        for column, text in enumerate(texts):
            cell = grid.cell(row, column)
            cell.text = holdable(text)
            for paragraph in cell.text_frame.paragraphs:
                paragraph.font.size, paragraph.font.bold = Pt(10.5), row == 0
    if more:
        note = slide.shapes.add_textbox(_MARGIN, Inches(6.9), _WIDE - 2 * _MARGIN, Inches(0.4))
        note.text_frame.text = more
        note.text_frame.paragraphs[0].font.color.rgb = _MUTED
