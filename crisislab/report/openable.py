"""The check that holds a page together: every number on it opens, or the page is not built.

Numbers are marked where they are written (:class:`crisislab.report.show.Show`), so that the check
knows a number that was computed from a digit in a name, a quotation or a definition.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Set

from lxml import html
from lxml.html import HtmlElement

from crisislab.errors import CrisisLabError, Problem
from crisislab.report.show import MARKS, unmarked
from crisislab.report.value import Review
from crisislab.words import catalogue

_DIGITS = re.compile(r"\d+")
_MARKED = re.compile(f"{MARKS[0]}[^{MARKS[1]}]*{MARKS[1]}")
# What a person or a file said, a place in a file, a call: no numbers of the review.
_SAID = {"q", "code", "pre", "script", "style", "footer", "blockquote"}
_AROUND = 60


def checked(page: str, review: Review) -> str:
    """Return a page without its marks, after every number of it was found to open.

    A number opens if it stands in a link to its card or to the row that shows it, in the card
    itself, or in a table whose column has a card (or belongs to the number of its row). Digits
    that carry no mark must be words of the catalogue or stand in what people wrote (names, the
    plan, the log): anything else was computed and slipped past the marks.

    Raises:
        CrisisLabError: ``CL-REPORT-NAKED`` for a number in a text, ``CL-REPORT-COLUMN`` for a
            column of numbers without a definition, ``CL-REPORT-CLAIM`` for a finding without
            evidence; all of them at once.
    """
    problems = naked_numbers(page, known_digits(review))
    if problems:
        raise CrisisLabError(*problems)
    return unmarked(page)


def naked_numbers(page: str, known: Set[str]) -> list[Problem]:
    """Return what does not open on a marked page, as problems.

    Args:
        page: The page, numbers marked.
        known: Digits that may stand without a mark.
    """
    start, end = page.index("<main>"), page.index("</main>")
    main = html.fragment_fromstring(page[start:end] + "</main>")
    ids = set(main.xpath(".//@id"))
    found = (*_columns(main, ids), *_texts(main, ids, known), *_claims(main))
    return list({(p.code, p.value): p for p in found}.values())


def known_digits(review: Review) -> set[str]:
    """Return the digits of the catalogue and of everything that people wrote."""
    texts = [*catalogue(review.language).values(), review.title, review.brand, review.plan_name]
    texts += [f"{extra.title} {extra.text} {extra.about}" for extra in review.extras]
    texts += [json.dumps(part, default=str) for part in review.manifest.values()]
    tables = (review.actions, review.clock, review.verdicts, *review.tables.values())
    for table in tables:
        for name in table.select_dtypes(["str", "object"]):
            texts += table[name].dropna().astype("str").tolist()
    return set(_DIGITS.findall(" ".join(texts)))


def _texts(main: HtmlElement, ids: set[str], known: Set[str]) -> Iterator[Problem]:
    for element in main.iter():
        if not isinstance(element.tag, str):
            continue
        for text, place in ((element.text, element), (element.tail, element.getparent())):
            at = _place(text or "", known)
            if at is not None and place is not None and not _opens(place, ids):
                yield _naked(place, text or "", at)


def _place(text: str, known: Set[str]) -> int | None:
    """Return where a text has a number of the review, or ``None``."""
    if MARKS[0] in text:
        return text.index(MARKS[0])
    found = (m for m in _DIGITS.finditer(_MARKED.sub("", text)) if m[0] not in known)
    first = next(found, None)
    return None if first is None else first.start()


def _naked(element: HtmlElement, text: str, at: int) -> Problem:
    around = " ".join(unmarked(text[max(at - _AROUND, 0) : at + _AROUND]).split())
    return Problem("CL-REPORT-NAKED", value=around, facts={"section": _section(element)})


def _opens(element: HtmlElement, ids: set[str]) -> bool:
    for one in (element, *element.iterancestors()):
        if one.tag == "a" and (one.get("href") or "").removeprefix("#") in ids:
            return True
        if one.tag in {"td", "th", *_SAID} or one.get("id") == "numbers":
            return True  # cells are looked at by column
    return False


def _columns(main: HtmlElement, ids: set[str]) -> Iterator[Problem]:
    for table in main.iter("table"):
        heads = table.xpath("./thead/tr/th")
        known = [_head_opens(head, ids) for head in heads]
        if all(known):
            continue
        bad = {
            i
            for row in table.xpath("./tbody/tr")
            for i, cell in enumerate(row)
            if not known[i] and _bare(cell, heads[i]) and not _by_row(cell, heads[i], ids)
        }
        for i in sorted(bad):
            head = unmarked(" ".join(heads[i].text_content().split()))
            yield Problem(
                "CL-REPORT-COLUMN", value=head, facts={"section": _section(table)}
            )  # fmt: skip


def _head_opens(head: HtmlElement, ids: set[str]) -> bool:
    return any(str(href).removeprefix("#") in ids for href in head.xpath("./a/@href"))


def _bare(cell: HtmlElement, head: HtmlElement) -> bool:
    """Return whether a cell holds a number that is in no link: marked, or in a number column."""
    if cell.xpath("boolean(.//a[contains(@class, 'num')])"):
        return False  # the whole cell opens its number
    told = "".join(_told(cell))
    numeric = "right" in (head.get("class") or "")
    return MARKS[0] in told or (numeric and bool(_DIGITS.search(told)))


def _told(element: HtmlElement) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag not in _SAID and child.tag != "a":
            yield from _told(child)
        yield child.tail or ""


def _by_row(cell: HtmlElement, head: HtmlElement, ids: set[str]) -> bool:
    """Return whether a cell belongs to the number of its row, and that number opens."""
    if head.get("data-beside") is None:
        return False
    hrefs = cell.getparent().xpath(".//a[contains(@class, 'num')]/@href")
    return any(str(href).removeprefix("#") in ids for href in hrefs)


def _claims(main: HtmlElement) -> Iterator[Problem]:
    for claim in main.xpath(".//*[@data-claim]"):
        if not claim.xpath("boolean(.//a[starts-with(@href, '#')])"):
            told = unmarked(" ".join(claim.text_content().split()))[:_AROUND]
            yield Problem("CL-REPORT-CLAIM", value=told, facts={"section": _section(claim)})


def _section(element: HtmlElement) -> str:
    found = element.xpath("ancestor-or-self::section/@id")
    return str(found[-1]) if found else "top"
