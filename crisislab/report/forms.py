"""The forms of a review beside the page: PDF, Word, slides, workbook, wiki text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, get_args

from crisislab.errors import CrisisLabError, Problem
from crisislab.report.blocks import all_figures
from crisislab.report.cards import Card, Cards
from crisislab.report.html import by_metric
from crisislab.report.outline import Heading, Paragraph, Part, Table, outline
from crisislab.report.show import Show, show_for
from crisislab.report.value import Review
from crisislab.words import catalogue, say

Form = Literal["pdf", "docx", "pptx", "xlsx", "md", "scorecard", "learning"]
# A review is not an inspection: each can be handed on without the other.
_ALONE = {"scorecard": "values", "learning": "learning"}
FORMS: tuple[Form, ...] = get_args(Form)


def form_files(review: Review, page: str, forms: Iterable[str]) -> dict[str, bytes]:
    """Return the files of the forms asked for, by name.

    Args:
        review: The review.
        page: Its page, from which documents, slides and wiki text are made.
        forms: Any of ``pdf``, ``docx``, ``pptx``, ``xlsx``, ``md``; ``scorecard`` and ``learning``
            are Word documents of that section alone.

    Raises:
        CrisisLabError: ``CL-OUT-FORM`` for a form that does not exist; ``CL-OUT-NO-BROWSER`` for
            a PDF with neither a browser nor Typst.
    """
    asked = set(forms)
    unknown = sorted(asked - set(FORMS))
    if unknown:
        known = ", ".join(FORMS)
        raise CrisisLabError(Problem("CL-OUT-FORM", value=unknown[0], facts={"known": known}))
    show = show_for(review)
    cards = Cards(review, show)
    files: dict[str, bytes] = {}
    if asked & {"docx", "pptx", "md", *_ALONE}:
        files |= _from_outline(review, page, cards, show, asked)
    if "xlsx" in asked:
        from crisislab.report.workbook import workbook_bytes

        files["review.xlsx"] = workbook_bytes(review, cards, show)
    if "pdf" in asked:
        files["review.pdf"] = _pdf(review, page, cards, show)
    return files


def _pdf(review: Review, page: str, cards: Cards, show: Show) -> bytes:
    """Return the page printed by a browser; without one, its outline set by Typst."""
    from crisislab.report.pdf import browser, pdf_bytes
    from crisislab.report.typeset import can_typeset, typeset_pdf

    if browser() is None and can_typeset():
        parts = [*outline(page, all_figures(review)), *numbers_part(cards, show)]
        return typeset_pdf(parts, title=review.title, lang=review.language)
    return pdf_bytes(page.encode("utf-8", "replace"))


def _from_outline(
    review: Review, page: str, cards: Cards, show: Show, asked: set[str]
) -> dict[str, bytes]:
    figures, lang = all_figures(review), review.language
    parts = outline(page, figures)
    files: dict[str, bytes] = {}
    if "docx" in asked:
        from crisislab.report.docx import docx_bytes

        whole = [*parts, *numbers_part(cards, show)]
        files["review.docx"] = docx_bytes(whole, title=review.title, lang=lang)
    for form in sorted(asked & set(_ALONE)):
        from crisislab.report.docx import docx_bytes

        only = section_parts(parts, _ALONE[form])
        files[f"{form}.docx"] = docx_bytes(only, title=review.title, lang=lang)
    if "pptx" in asked:
        from crisislab.report.pptx import pptx_bytes

        more = catalogue(lang)["report.book.more_rows"]
        files["review.pptx"] = pptx_bytes(parts, title=review.title, lang=lang, more=more)
    if "md" in asked:
        from crisislab.report.markdown import markdown_text
        from crisislab.report.picture import picture

        text = markdown_text([*parts, *numbers_part(cards, show)])
        files["review.md"] = text.encode("utf-8", "replace")
        files |= {f"review_{name}.png": picture(f, lang=lang) for name, f in figures.items()}
    return files


def section_parts(parts: Sequence[Part], section: str) -> list[Part]:
    """Return the title of a review and the parts of one section, as a document of its own."""
    kept: list[Part] = []
    inside = ""
    for part in parts:
        if isinstance(part, Heading):
            inside = part.section
        if inside == section or (isinstance(part, Heading) and part.level == 1):
            kept.append(part)
    return kept


def numbers_part(cards: Cards, show: Show) -> list[Part]:
    """Return every number with its definition, as the last part of a document."""
    lang = show.lang
    heads = tuple(say(f"report.book.{key}", lang) for key in ("about", "value", "interval", "n"))
    parts: list[Part] = [Heading(2, say("report.section.numbers", lang), "numbers")]
    for group in by_metric(cards, show):
        parts.append(Heading(3, group.name, "numbers"))
        told = (("definition", group.definition), ("formula", group.formula),
                ("left_out", group.left_out))  # fmt: skip
        for key, text in told:
            if text:
                parts.append(Paragraph(f"{say(f'report.card.{key}', lang)}: {text}"))
        parts.append(Table(heads, tuple(map(_row, group.cards)), frozenset({1, 2, 3})))
        methods = " ".join(dict.fromkeys(card.method for card in group.cards if card.method))
        if methods:
            parts.append(Paragraph(methods, "hint"))
    return parts


def _row(card: Card) -> tuple[str, str, str, str]:
    return card.about or card.name, card.value, card.interval, card.n
