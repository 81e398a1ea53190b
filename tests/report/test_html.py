"""The page: what it holds, what it hides, what it never does."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pandas as pd
import pytest

from crisislab.report.html import review_html
from crisislab.report.scripts import boot_source, plotly_source, script_hash, unpacked
from tests.report.fake import empty_review, hostile_review, make_review


class _Page(HTMLParser):
    """What a browser would build: elements with their attributes, and text outside scripts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._inside = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = tag if tag in ("script", "style") else ""

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - the parser gives it
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self.text += data

    @property
    def ids(self) -> list[str]:
        return [attrs["id"] or "" for _, attrs in self.tags if "id" in attrs]


@pytest.mark.parametrize("lang", ["es", "en"])
@pytest.mark.parametrize("made", [make_review, empty_review, hostile_review])
def test_review_html_is_well_formed(lang: str, made: object) -> None:
    """Full, empty and hostile reviews give unique ids, and every link leads somewhere."""
    assert callable(made)
    page = _Page(review_html(replace(made(), language=lang)))
    ids = page.ids
    assert len(ids) == len(set(ids))
    links = {str(a["href"]) for tag, a in page.tags if tag == "a"}
    assert {link.removeprefix("#") for link in links} <= set(ids)


def test_review_html_builds_no_element_from_data() -> None:
    """Hostile texts everywhere add no element, attribute or script to the page."""
    page = _Page(review_html(hostile_review()))
    assert {tag for tag, _ in page.tags}.isdisjoint({"img", "b style", "iframe", "object", "form"})
    assert not [a for _, attrs in page.tags for a in attrs if a.startswith("on")]
    hrefs = [str(attrs["href"]) for tag, attrs in page.tags if tag == "a"]
    assert all(href.startswith("#") for href in hrefs)
    assert "{{ 7 * 7 }}" in page.text
    assert "<script>document" in page.text


def test_review_html_names_its_scripts_and_nothing_else() -> None:
    """The policy allows the two scripts of the page by hash; the page has no address."""
    page = _Page(review_html(make_review()))
    policy = next(a["content"] for tag, a in page.tags if tag == "meta" and "http-equiv" in a)
    assert policy is not None
    assert policy.startswith("default-src 'none'")
    assert script_hash(boot_source()) in policy
    assert script_hash(plotly_source()) in policy
    outside = [v for _, attrs in page.tags for k, v in attrs.items() if k in ("src", "srcset")]
    assert outside == []


def test_review_html_is_the_same_twice() -> None:
    """The same review gives the same bytes."""
    assert review_html(make_review()) == review_html(make_review())


def test_review_html_numbers_are_equal_in_both_languages() -> None:
    """Spanish and English draw the same data and link the same cards."""

    def data(lang: str) -> tuple[list[object], list[str]]:
        text = review_html(make_review(language=lang))
        pattern = r'<script type="text/plain" id="data-[\w-]+">\n(.*?)\n</script>'
        found = [json.loads(unpacked(part)) for part in re.findall(pattern, text, re.DOTALL)]
        traces = [[[trace.get("x"), trace.get("y")] for trace in part["data"]] for part in found]
        assert len(traces) >= 4
        return traces, re.findall(r'class="num" href="#(m\d+)"', text)

    assert data("es") == data("en")


def test_review_html_hides_who_wrote() -> None:
    """No author, handle or raw row of the public stands on the page."""
    page = review_html(make_review())
    for secret in ("secret-person", "cliente_enfadada", "Inés Privada", "jamás citar", "@somebody"):
        assert secret not in page
    assert "Paz Ruiz" in page


def test_review_html_never_prints_unknown_as_zero() -> None:
    """What was not reached or is not known says so."""
    text = _Page(review_html(make_review())).text
    assert "no alcanzado" in text
    assert "desconocido" in text
    cannot = _Page(review_html(empty_review())).text
    assert "la espera no puede saberse" in cannot or "así que la espera" in cannot


def test_review_html_makes_no_causal_claim() -> None:
    """The third verdict cannot be told and says why."""
    page = review_html(make_review())
    start = page.index('id="verdict-response_helped"')
    verdict = page[start : page.index("</article>", start)]
    assert "No puede saberse" in verdict
    assert "se apagan también sin hacer nada" in verdict


def test_review_html_every_metric_has_a_card() -> None:
    """Every row of the metrics has its card with the call that gives it again."""
    review = make_review()
    page = _Page(review_html(review))
    cards = [key for key in page.ids if re.fullmatch(r"m\d+", key)]
    assert len(cards) == len(review.metrics)
    assert page.text.count("review.metrics.query(") == len(review.metrics)


def test_review_html_calls_give_the_row() -> None:
    """A printed call, pasted, returns exactly its row."""
    review = make_review()
    calls = re.findall(r"review\.metrics\.query\('(.*?)'\)", _Page(review_html(review)).text)
    for call, (_, row) in zip(calls, _in_page_order(review.metrics).iterrows(), strict=True):
        found = review.metrics.query(call)
        assert len(found) == 1
        assert found["metric"].iloc[0] == row["metric"]
        assert found["scope"].iloc[0] == row["scope"]


def _in_page_order(metrics: pd.DataFrame) -> pd.DataFrame:
    first = metrics.reset_index().groupby("metric")["index"].min()
    return metrics.assign(first=metrics["metric"].map(first)).sort_values("first", kind="stable")
