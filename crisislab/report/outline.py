"""The page as an outline, from which documents, slides and wiki text are made.

Every other form is made from the page itself, so that none can say something else: the page's own
elements are read back (they are few, and made here) and whatever is not known is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import html
from lxml.html import HtmlElement

from crisislab.report.drawing import Figure

_SPACE = re.compile(r"[ \t\r\n\f]+")
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4}
# What belongs to the screen: the data of charts (they are in the tables), notes on scripts.
_SCREEN = (
    ".//details[@class='screen']", ".//noscript", ".//script", ".//footer", ".//img",
    ".//*[@aria-hidden]", ".//*[@hidden]", ".//*[@id='numbers']",
)  # fmt: skip
_THROUGH = {"main", "header", "section", "div", "article", "details", "blockquote"}


@dataclass(frozen=True)
class Heading:
    """A heading: 1 the title, 2 a section, 3 a block, 4 a verdict."""

    level: int
    text: str
    section: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; ``kind`` is ``text``, ``hint``, ``notice``, ``answer`` or ``code``."""

    text: str
    kind: str = "text"


@dataclass(frozen=True)
class Bullets:
    """A list."""

    items: tuple[str, ...]
    numbered: bool


@dataclass(frozen=True)
class Table:
    """A table of texts; ``numeric`` are the columns set to the right."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int]


@dataclass(frozen=True)
class Chart:
    """A chart, with its title and its alt text."""

    figure: Figure


Part = Heading | Paragraph | Bullets | Table | Chart


def outline(page: str, figures: Mapping[str, Figure]) -> list[Part]:
    """Return the parts of a page in the order of reading.

    Args:
        page: The page (``review_html``).
        figures: Its charts by name.

    Raises:
        ValueError: If the page has an element that has no place in a document.
    """
    start, end = page.index("<main>"), page.index("</main>")
    main = html.fragment_fromstring(page[start:end] + "</main>")
    for path in _SCREEN:
        for found in main.xpath(path):
            found.drop_tree()
    return list(_parts(main, "", figures))


def _parts(element: HtmlElement, section: str, figures: Mapping[str, Figure]) -> Iterator[Part]:
    for child in element:
        tag = str(child.tag)
        if tag in _HEADINGS:
            yield Heading(_HEADINGS[tag], text_of(child), section)
        elif tag == "summary":
            yield Heading(3, text_of(child), section)
        elif tag == "dl":
            yield from (Paragraph(": ".join(map(text_of, pair))) for pair in child)
        elif tag in ("p", "pre"):
            yield from _paragraph(child)
        elif tag in ("ul", "ol"):
            yield Bullets(tuple(text_of(item) for item in child), numbered=tag == "ol")
        elif tag == "table":
            yield _table(child)
        elif tag == "figure":
            [name] = child.xpath(".//@data-figure")
            yield Chart(figures[name.removeprefix("data-")])
        elif tag in _THROUGH:
            inside = child.get("id", section) if tag == "section" else section
            yield from _parts(child, inside, figures)
        else:
            raise ValueError(f"the page has a <{tag}>, which has no place in a document")


def _paragraph(element: HtmlElement) -> Iterator[Paragraph]:
    kinds = set((element.get("class") or "").split()) & {"hint", "notice", "answer"}
    kind = "code" if element.tag == "pre" else min(kinds, default="text")
    text = element.text_content().strip("\n") if kind == "code" else text_of(element)
    if text:
        yield Paragraph(text, kind)


def _table(element: HtmlElement) -> Table:
    heads = element.xpath("./thead/tr/th")
    numeric = frozenset(i for i, head in enumerate(heads) if "right" in (head.get("class") or ""))
    rows = (tuple(text_of(cell) for cell in row) for row in element.xpath("./tbody/tr"))
    return Table(tuple(text_of(head) for head in heads), tuple(rows), numeric)


def text_of(element: HtmlElement) -> str:
    """Return the text of an element as it is read: one line per ``<br>``, quotes round a quote."""
    told = _SPACE.sub(" ", "".join(_told(element)))
    return "\n".join(line.strip() for line in told.split("\u2028")).strip()


def _told(element: HtmlElement) -> Iterator[str]:
    before, after = {"br": ("\u2028", ""), "q": ("“", "”")}.get(str(element.tag), ("", ""))
    yield before + (element.text or "")
    for child in element:
        yield from _told(child)
        yield child.tail or ""
    yield after
