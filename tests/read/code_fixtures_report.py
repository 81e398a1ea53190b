"""Fixtures that raise the codes of the report's own check."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from markupsafe import Markup

from crisislab.report import blocks as page_blocks
from crisislab.report import findings as page_findings
from crisislab.report.block import Block
from crisislab.report.findings import Finding
from crisislab.report.grid import Grid
from crisislab.report.html import review_html
from tests.report.fake import make_review

Fixture = Callable[[Path, pytest.MonkeyPatch], object]


def _theme(block: Block) -> Fixture:
    def fixture(_folder: Path, patch: pytest.MonkeyPatch) -> object:
        patch.setattr(page_blocks, "THEMES", (lambda *_: [block],))
        return review_html(make_review(language="en"))

    return fixture


def _claim(_folder: Path, patch: pytest.MonkeyPatch) -> object:
    claim = Finding("plan", 1.0, Markup("Everything went wrong."))
    patch.setattr(page_findings, "THEMES", (lambda _: iter((claim,)),))
    return review_html(make_review(language="en"))


REPORT: dict[str, Fixture] = {
    "CL-REPORT-NAKED": _theme(Block("plan", "A heading", "It was 73912846.")),
    "CL-REPORT-COLUMN": _theme(
        Block("plan", "A heading", table=Grid(("a", "b"), (("x", "5"),), frozenset({1})))
    ),
    "CL-REPORT-CLAIM": _claim,
    "CL-SECTION-SCOPE": lambda _folder, _: make_review().with_section(
        "S", "As many as {reply_rate[within=61]}."
    ),
}
