"""The review as a Word document."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from crisislab.report.office import MADE_AT, MAX_TITLE, holdable, steady
from crisislab.report.outline import Bullets, Chart, Heading, Paragraph, Part, Table
from crisislab.report.picture import picture

_LOCALES = {"es": "es-ES", "en": "en-GB"}
_WIDTH = Cm(17)


def docx_bytes(parts: Sequence[Part], *, title: str, lang: str) -> bytes:
    """Return a Word document of a review; the same review gives the same bytes.

    Args:
        parts: Outline of the review.
        title: Title in the properties of the file.
        lang: Language of the words.
    """
    document = docx.Document()
    _set_up(document, title=title, lang=lang)
    for part in parts:
        _add(document, part, lang)
    out = io.BytesIO()
    document.save(out)
    return steady(out.getvalue())


def _set_up(document: Document, *, title: str, lang: str) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2)
    page.top_margin = page.bottom_margin = Cm(2)
    known = document.core_properties
    known.title, known.author, known.language = (
        holdable(title)[:MAX_TITLE],
        "crisislab",
        _LOCALES[lang],
    )
    known.created = known.modified = MADE_AT
    plain: Any = document.styles["Normal"]
    plain.font.name, plain.font.size = "Calibri", Pt(10.5)
    for level in (1, 2, 3, 4):
        style: Any = document.styles[f"Heading {level}"]
        style.font.name, style.font.color.rgb = "Calibri", RGBColor(0x1C, 0x27, 0x33)
    _number_pages(page.footer.paragraphs[0])


def _number_pages(paragraph: Any) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = paragraph.add_run()
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)


def _add(document: Document, part: Part, lang: str) -> None:
    if isinstance(part, Heading):
        document.add_heading(holdable(part.text), level=part.level)
    elif isinstance(part, Paragraph):
        _add_paragraph(document, part)
    elif isinstance(part, Bullets):
        _add_list(document, part)
    elif isinstance(part, Table):
        _add_table(document, part)
    else:
        _add_chart(document, part, lang)


def _add_list(document: Document, part: Bullets) -> None:
    number = _list_from_one(document) if part.numbered else None
    for item in part.items:
        style = "List Number" if part.numbered else "List Bullet"
        paragraph: Any = document.add_paragraph(holdable(item), style=style)
        if number is not None:
            properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
            properties.get_or_add_numId().val = number
            properties.get_or_add_ilvl().val = 0


def _list_from_one(document: Any) -> int:
    """Return the id of a new numbered list: lists of one style would count on from each other."""
    style = document.styles["List Number"].element.pPr.numPr.numId.val
    lists = document.part.numbering_part.element
    made = lists.add_num(lists.num_having_numId(style).abstractNumId.val)
    made.add_lvlOverride(ilvl=0).add_startOverride(1)
    return int(made.numId)


def _add_paragraph(document: Document, part: Paragraph) -> None:
    run = document.add_paragraph().add_run(holdable(part.text))
    if part.kind == "code":
        run.font.name, run.font.size = "Consolas", Pt(9)
    elif part.kind == "answer":
        run.bold = True
    elif part.kind in ("hint", "notice"):
        run.italic = True


def _add_chart(document: Document, part: Chart, lang: str) -> None:
    caption = document.add_paragraph(holdable(part.figure.title))
    caption.runs[0].bold = True
    caption.paragraph_format.keep_with_next = True
    drawn = document.add_picture(io.BytesIO(picture(part.figure, lang=lang)), width=_WIDTH)
    if drawn.height > Cm(23):
        drawn.width, drawn.height = int(drawn.width * Cm(23) / drawn.height), Cm(23)
    drawn._inline.docPr.set("descr", holdable(part.figure.alt))


def _add_table(document: Document, part: Table) -> None:
    table = document.add_table(rows=1, cols=len(part.heads), style="Table Grid")
    mark = OxmlElement("w:tblHeader")  # repeated on each page, and read out as the head
    mark.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(mark)
    _fill(table.rows[0], part.heads, part, bold=True)
    for texts in part.rows:
        _fill(table.add_row(), texts, part, bold=False)
    for column, width in zip(table.columns, _widths(part), strict=True):
        column.width = width
        for cell in column.cells:
            cell.width = width
    document.add_paragraph()


def _widths(part: Table) -> list[int]:
    """Return the widths of columns: room for the longest word, and more for long texts."""
    weights = []
    for cells in zip(part.heads, *part.rows, strict=True):
        word = max((len(word) for cell in cells for word in cell.split()), default=1)
        text = sum(map(len, cells)) / len(cells)
        weights.append(max(min(word, 16), 2.5 * text**0.5, 5))
    return [int(_WIDTH * weight / sum(weights)) for weight in weights]


def _fill(row: Any, texts: Sequence[str], part: Table, *, bold: bool) -> None:
    for place, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
        paragraph = cell.paragraphs[0]
        run = paragraph.add_run(holdable(text))
        run.bold, run.font.size = bold, Pt(8.5)
        if place in part.numeric:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
