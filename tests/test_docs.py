"""The documentation says what the package does: generated pages, calls and links that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import crisislab
from crisislab.reference import PAGES
from crisislab.report.forms import FORMS

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
WRITTEN = sorted({*DOCS.rglob("*.md"), ROOT / "README.md", ROOT / "README.es.md"})


@pytest.mark.parametrize("name", PAGES)
def test_generated_pages_are_up_to_date(name: str) -> None:
    """A page made from the package is what the package says: python -m crisislab.reference docs."""
    assert (DOCS / name).read_text("utf-8") == PAGES[name]()


@pytest.mark.parametrize("page", WRITTEN, ids=lambda p: p.name)
def test_pages_name_only_what_exists(page: Path) -> None:
    """Every call of the package and every form of the report named on a page exists."""
    text = page.read_text("utf-8")
    named = set(re.findall(r"\bcl\.([a-z_]+)", text))
    assert {name for name in named if not hasattr(crisislab, name)} == set()
    assert set(re.findall(r"--form (\w+)", text)) <= {*FORMS, "all"}


@pytest.mark.parametrize("page", WRITTEN, ids=lambda p: p.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    """A link to a file of the project finds it."""
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_page_is_in_the_contents() -> None:
    """No page is written that nobody finds."""
    listed = set(re.findall(r": ([\w./]+\.md)$", (ROOT / "mkdocs.yml").read_text("utf-8"), re.M))
    assert listed == {str(p.relative_to(DOCS)) for p in DOCS.rglob("*.md")}


def test_glossary_pages_have_both_languages() -> None:
    """Every page of reference in words exists in Spanish and English with the same entries."""
    for page in ("error_codes", "numbers"):
        entries = [
            re.findall(r"^## (\S+)|<br>`(\w+)`", (DOCS / name).read_text("utf-8"), re.M)
            for name in (f"{page}.md", f"{page}.es.md")
        ]
        assert entries[0] == entries[1] != []
