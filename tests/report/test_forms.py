"""The other forms of a review: the same words and figures, nothing live, the same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from docx import Document
from markdown_it import MarkdownIt
from pptx import Presentation
from python_calamine import CalamineWorkbook

from crisislab.errors import CrisisLabError
from crisislab.report import pdf
from crisislab.report.blocks import all_figures
from crisislab.report.drawing import Figure
from crisislab.report.forms import FORMS, form_files, section_parts
from crisislab.report.html import review_html
from crisislab.report.markdown import markdown_text
from crisislab.report.outline import Bullets, Chart, Heading, Paragraph, Table, outline
from crisislab.report.picture import draw, picture
from crisislab.report.typeset import typst_text
from crisislab.report.value import Review
from tests.report.fake import HOSTILE, empty_review, hostile_review, make_review

OFFICE = ("docx", "pptx", "xlsx", "md", "scorecard", "learning")


def _forms(review: Review, *forms: str) -> dict[str, bytes]:
    return form_files(review, review_html(review), forms or OFFICE)


def _words(data: bytes) -> str:
    """Return all the text of an office file."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        names = [name for name in packed.namelist() if name.endswith(".xml")]
        parts = [packed.read(name).decode("utf-8") for name in names]
    return re.sub(r"<[^>]+>", " ", " ".join(parts))


@pytest.mark.parametrize(("make", "lang"), [(empty_review, "es"), (hostile_review, "en")])
def test_forms_are_the_same_bytes_twice(make: Callable[..., Review], lang: str) -> None:
    """Empty and hostile reviews give every form, and the same bytes each time."""
    first = _forms(make(language=lang))
    assert {"review.docx", "review.pptx", "review.xlsx", "review.md"} <= set(first)
    assert first == _forms(make(language=lang))


def test_outline_has_every_section_table_and_chart_of_the_page() -> None:
    """Nothing of the page is lost on the way into a document but what belongs to the screen."""
    review = make_review(language="en")
    parts = outline(review_html(review), all_figures(review))
    sections = [p.section for p in parts if isinstance(p, Heading) and p.level == 2]
    page = review_html(review)
    own = [name for name in re.findall(r'<section id="([a-z]+)"', page) if name != "numbers"]
    assert sections == own
    assert {"short", "chronology", "response", "plan", "data"} <= set(own)
    drawn = [part.figure.name for part in parts if isinstance(part, Chart)]
    assert sorted(drawn) == sorted(all_figures(review))
    assert all(len(row) == len(p.heads) for p in parts if isinstance(p, Table) for row in p.rows)


def _sheets(data: bytes) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_workbook_says_the_same_in_both_languages() -> None:
    """Only the sheet in words differs between Spanish and English."""
    spanish, english = (
        list(_sheets(_forms(make_review(language=lang), "xlsx")["review.xlsx"]).items())[1:]
        for lang in ("es", "en")
    )
    assert spanish == english


def test_workbook_holds_numbers_as_numbers_and_no_formula() -> None:
    """A text that looks like a formula stays text; a missing number is an empty cell."""
    data = _forms(hostile_review(), "xlsx")["review.xlsx"]
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        sheets = [packed.read(n) for n in packed.namelist() if n.startswith("xl/worksheets/")]
    assert not any(b"<f>" in sheet or b"<hyperlink" in sheet for sheet in sheets)
    book = _sheets(data)
    assert HOSTILE[-1] in [value for rows in book.values() for row in rows for value in row]
    heads, *rows = book["metrics"]
    found = pd.to_numeric(pd.DataFrame(rows, columns=heads)["value"].replace("", None))
    np.testing.assert_allclose(found, hostile_review().metrics["value"].astype("float64"))


def test_markdown_has_no_live_part() -> None:
    """Hostile texts make no element, link or picture in the wiki text."""
    text = _forms(hostile_review(), "md")["review.md"].decode("utf-8")
    drawn = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    tags = set(re.findall(r"<([a-z0-9]+)", drawn))
    known = "h1 h2 h3 h4 p strong em ul ol li table thead tbody tr th td img blockquote pre code br"
    assert tags <= set(known.split())
    assert set(re.findall(r'<img src="([^"]*)"', drawn)) <= {
        f"review_{name}.png" for name in all_figures(hostile_review())
    }
    assert "<a " not in drawn


def test_markdown_keeps_a_value_and_its_interval_apart() -> None:
    """Two lines of a cell stay two: "2 h 10 min to 3 h" would be another number."""
    table = Table(("Wait",), (("2 h\n10 min to 3 h",), ("13.8%",)), frozenset({0}))
    text = markdown_text([table])
    assert "| 2 h · 10 min to 3 h |" in text
    assert "| 13.8% |" in text


def test_documents_show_every_chart_with_its_words() -> None:
    """Each chart of the page is in the document and the slides, with its alt text."""
    review = make_review()
    files = _forms(review, "docx", "pptx")
    alts = {figure.alt for figure in all_figures(review).values()}
    document = Document(io.BytesIO(files["review.docx"]))
    assert {shape._inline.docPr.get("descr") for shape in document.inline_shapes} == alts
    deck = Presentation(io.BytesIO(files["review.pptx"]))
    shown = {
        shape._element.nvPicPr.cNvPr.get("descr")
        for slide in deck.slides
        for shape in slide.shapes
        if shape.shape_type == 13
    }
    assert shown == alts
    assert all(slide.shapes.title.text for slide in deck.slides)


def test_documents_tell_the_verdicts_and_every_number() -> None:
    """The words of the verdicts are in every form, and each number stands in the document."""
    review = make_review(language="en")
    files = _forms(review, "docx", "pptx", "md")
    for name in ("review.docx", "review.pptx"):
        assert "Partly followed" in _words(files[name])
    assert "Partly followed" in files["review.md"].decode("utf-8")
    assert "68.9" in _words(files["review.docx"])


def test_picture_draws_the_data_of_the_chart() -> None:
    """The lines of the still picture hold the numbers of the page's chart, at its limits."""
    figure = all_figures(make_review())["waiting"]
    axes = draw(figure, lang="en").axes[0]
    lines = {line.get_label(): line for line in axes.get_lines()}
    traces = [t for t in figure.data if t.get("mode") == "lines" and t["line"].get("width")]
    for trace in traces:
        drawn = lines[trace["name"]]
        np.testing.assert_allclose(np.asarray(drawn.get_ydata(), dtype="float64"), trace["y"])
    assert list(axes.get_ylim()) == figure.layout["yaxis"]["range"]


def test_picture_takes_signs_as_signs() -> None:
    """A dollar sign begins no formula, and plotly's marks are not printed."""
    chart = Figure(
        "one", "t", "alt",
        ({"type": "bar", "x": ["$\\frac{1}{$", "<b>b</b>"], "y": [1, None], "text": ["$20", "y"]},),
        {},
    )  # fmt: skip
    assert picture(chart, lang="es").startswith(b"\x89PNG")
    labels = [text.get_text() for text in draw(chart, lang="es").axes[0].get_xticklabels()]
    assert labels == ["$\\frac{1}{$", "b"]


def test_picture_refuses_what_it_cannot_draw() -> None:
    """A chart is never drawn half: an unknown kind of trace is an error."""
    chart = Figure("pie", "t", "alt", ({"type": "pie", "values": [1]},), {})
    with pytest.raises(ValueError, match="'pie' trace cannot be drawn still"):
        picture(chart, lang="en")


def test_forms_that_do_not_exist_are_refused() -> None:
    """A misspelt form is named, with those there are."""
    with pytest.raises(CrisisLabError) as refused:
        form_files(make_review(), "", ["odt"])
    assert refused.value.problems[0].code == "CL-OUT-FORM"
    assert ", ".join(FORMS) in refused.value.message("en")


def test_pdf_without_a_browser_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """No browser is a coded message, not a broken file."""
    monkeypatch.setenv("CRISISLAB_BROWSER", "no-such-browser")
    monkeypatch.setattr("crisislab.report.typeset.find_spec", lambda _: None)
    with pytest.raises(CrisisLabError) as refused:
        _forms(make_review(), "pdf")
    assert refused.value.problems[0].code == "CL-OUT-NO-BROWSER"


def test_pdf_without_a_browser_is_set_by_typst(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the extra installed the outline becomes the same PDF twice; hostile texts are text."""
    pytest.importorskip("typst", reason="the extra typst is not installed")
    monkeypatch.setenv("CRISISLAB_BROWSER", "no-such-browser")
    first, second = (_forms(hostile_review(), "pdf")["review.pdf"] for _ in range(2))
    assert first == second
    assert first.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", first)) >= 3


def test_typst_reads_texts_as_texts() -> None:
    """What is outside the strings is written by the program alone; a hostile text stays whole."""
    text = '#read("/etc/passwd") \\ "quoted" $x$ @name <label> \u202e'
    made = typst_text([Paragraph(text), Bullets((text,), numbered=False)], title=text, lang="en")
    outside = re.sub(r'"(?:[^"\\]|\\.)*"', "", made)
    for sign in ("read", "passwd", "quoted", "$", "@", "<label>", "\u202e"):
        assert sign not in outside, sign
    assert made.count('#read(\\"/etc/passwd\\")') == 3


def test_pdf_of_a_browser_that_fails_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A browser that ends without a file leaves a coded message."""
    monkeypatch.setenv("CRISISLAB_BROWSER", "true")
    with pytest.raises(CrisisLabError) as refused:
        _forms(make_review(), "pdf")
    assert refused.value.problems[0].code == "CL-OUT-PDF"


@pytest.mark.browser
def test_pdf_is_printed_by_the_browser() -> None:
    """With a browser on the machine the page becomes a PDF of A4 pages."""
    if pdf.browser() is None:
        pytest.skip("no browser is installed")
    data = _forms(make_review(), "pdf")["review.pdf"]
    assert data.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", data)) >= 3


def test_scorecard_and_learning_review_are_two_documents() -> None:
    """Each holds its own section and nothing of the other."""
    parts = [Heading(1, "T", ""), Heading(2, "Score", "values"), Paragraph("s"),
             Heading(2, "Learn", "learning"), Paragraph("l")]  # fmt: skip
    assert section_parts(parts, "values") == parts[:3]
    assert section_parts(parts, "learning") == [parts[0], *parts[3:]]
    assert {"scorecard.docx", "learning.docx"} <= set(_forms(make_review()))
