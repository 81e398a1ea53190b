"""Every number of the page opens, or there is no page."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from markupsafe import Markup

import crisislab as cl
from crisislab.errors import CrisisLabError
from crisislab.metrics import metrics, number
from crisislab.report import blocks as page_blocks
from crisislab.report import findings as page_findings
from crisislab.report.block import Block
from crisislab.report.blocks import MakeBlocks
from crisislab.report.cards import Cards
from crisislab.report.findings import Finding, Known, all_findings, main_findings
from crisislab.report.formulas import formula_words, left_out_words
from crisislab.report.grid import Grid
from crisislab.report.html import review_html
from crisislab.report.show import MARKS, Show, show_for, unmarked
from crisislab.report.table_cards import table_cards
from crisislab.report.value import Review
from tests.report.fake import make_review

SAMPLES = Path(__file__).parents[2] / "data" / "sample"


@pytest.fixture(scope="module")
def case() -> cl.Case:
    """Return the opened sample."""
    return cl.open_case(SAMPLES / "brumaria")


@pytest.fixture(scope="module")
def review(case: cl.Case) -> Review:
    """Return a review in which every theme has something to say."""
    made = cl.review(case).with_section("Shops", "There were {n_posts} posts.")
    return replace(made, language="en")


def _spoilt(block: Block, show: Show) -> list[Block]:
    """Return three blocks: a number typed, a number nobody links, a column nobody defines."""
    plain = replace(block, figure=None, table=None)
    table = Grid(("a", "a column"), (("x", show.share(0.5)),))
    return [
        replace(plain, intro=Markup("{} It was 73912846.").format(block.intro)),
        replace(plain, hint=Markup("{} In all {}.").format(block.hint, show.number(98765))),
        replace(plain, table=table),
    ]


@pytest.mark.parametrize("theme", page_blocks.THEMES, ids=lambda theme: theme.__name__)
def test_review_html_refuses_a_naked_number_of_any_theme(
    theme: MakeBlocks, review: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A number that nothing defines, in a sentence or a table of any theme: no page."""

    def spoilt(review: Review, cards: Cards, show: Show) -> list[Block]:
        first, *rest = theme(review, cards, show)
        return [*_spoilt(first, show), *rest]

    others = tuple(spoilt if one is theme else one for one in page_blocks.THEMES)
    monkeypatch.setattr(page_blocks, "THEMES", others)
    with pytest.raises(CrisisLabError) as refused:
        review_html(review)
    found = [(problem.code, problem.value) for problem in refused.value.problems]
    for code, words in (
        ("CL-REPORT-NAKED", "73912846"), ("CL-REPORT-NAKED", "98,765"),
        ("CL-REPORT-COLUMN", "a column"),
    ):  # fmt: skip
        assert any(one == code and words in value for one, value in found), (code, words)


def test_review_html_refuses_a_claim_without_evidence(
    review: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A finding that links to nothing is no finding."""
    claim = Finding("plan", 2.0, Markup("Everything went wrong."))
    monkeypatch.setattr(page_findings, "THEMES", (lambda _known: iter((claim,)),))
    with pytest.raises(CrisisLabError) as refused:
        review_html(review)
    assert refused.value.codes == ("CL-REPORT-CLAIM",)
    assert "Everything went wrong" in refused.value.problems[0].value


def test_review_html_keeps_the_earlier_page_when_it_refuses(
    review: Review, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A refused page leaves what was written before as it was."""
    make_review().write(tmp_path)
    before = (tmp_path / "review.html").read_bytes()
    claim = Finding("plan", 2.0, Markup("Everything went wrong."))
    monkeypatch.setattr(page_findings, "THEMES", (lambda _known: iter((claim,)),))
    with pytest.raises(CrisisLabError, match="CL-REPORT-CLAIM"):
        review.write(tmp_path)
    assert (tmp_path / "review.html").read_bytes() == before


@pytest.mark.parametrize("lang", ["en", "es"])
def test_review_html_leaves_no_mark_behind(review: Review, lang: str) -> None:
    """The marks that the check needs are on no page."""
    page = review_html(replace(review, language=lang))
    assert not set(MARKS) & set(page)


@pytest.mark.parametrize("lang", ["en", "es"])
def test_every_metric_of_the_sample_has_a_formula_and_says_what_it_leaves_out(
    review: Review, lang: str
) -> None:
    """A card tells definition, formula and exclusions of every number, in both languages."""
    show = show_for(replace(review, language=lang))
    names = sorted(set(review.metrics["metric"]))
    assert [name for name in names if not formula_words(name, show)] == []
    assert [name for name in names if not left_out_words(name, show)] == []
    assert [card.metric for card in Cards(review, show) if not card.definition] == []


def test_calls_of_table_cards_give_their_table(case: cl.Case, review: Review) -> None:
    """Every call printed on the card of a table, pasted, returns something."""
    show = replace(show_for(review), marked=True)
    further = page_blocks.blocks(review, Cards(review, show), show)
    made = table_cards(review, {}, [one for found in further.values() for one in found], show)
    assert len(made) > 25
    known = {"cl": cl, "case": case, "review": review}
    for card in made:
        found = eval(card.call, known)
        assert isinstance(found, pd.DataFrame | dict), card.id
        assert len(found), card.id
    for call in sorted({card.lines for card in made}):
        found = eval(call, known)
        assert found is not None
        if isinstance(found, pd.DataFrame) and call.startswith("case."):
            assert "source_file" in found.columns or call == "case.labels"


def test_a_marked_number_keeps_its_text() -> None:
    """Marks stand around the number and nothing else changes."""
    plain, marked = Show("es", "UTC"), Show("es", "UTC", marked=True)
    ways = (lambda s: s.duration(279), lambda s: s.share(0.4), lambda s: s.about(871356),
            lambda s: s.span(1, 9, "count"), lambda s: s.instant("2026-03-05T13:02Z"))  # fmt: skip
    for told in ways:
        assert unmarked(told(marked)) == told(plain)
        around = re.sub(f"{MARKS[0]}[^{MARKS[1]}]*{MARKS[1]}", "", told(marked))
        assert not re.search(r"\d", around)


def test_main_findings_take_the_heaviest_of_each_theme() -> None:
    """Five findings at most, one of a theme, heaviest first, ties in the order of the page."""
    weights = [("a", 0.2), ("b", 1.0), ("b", 0.9), ("c", 1.0), ("d", 0.4), ("e", 0.3), ("f", 0.1)]
    found = [Finding(theme, weight, Markup(str(i))) for i, (theme, weight) in enumerate(weights)]
    assert [str(one.text) for one in main_findings(found)] == ["1", "3", "4", "5", "0"]


def test_all_findings_come_from_every_part(review: Review) -> None:
    """The sample offers findings of plan, waits, feeling, tone, reach, stories, watching, past."""
    show = show_for(review)
    themes = {one.theme for one in all_findings(review, Cards(review, show), show)}
    assert themes >= {
        "plan", "targets", "promises", "response", "sentiment", "tone", "reach", "narratives",
        "monitoring", "comparison",
    }  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "es"])
def test_rows_of_a_table_of_numbers_are_told_apart(review: Review, lang: str) -> None:
    """No two rows of one table read the same: what a number is computed over is never dropped."""
    show = Show(lang, "UTC")
    told = page_blocks.blocks(review, Cards(review, show), show)
    for block in (one for found in told.values() for one in found):
        if block.table is not None and block.table.of == "cards":
            names = [str(row[0]) for row in block.table.rows]
            assert len(names) == len(set(names)), (block.heading, names)


@pytest.mark.parametrize(("late", "broken", "said"), [
    (0, 1, "Of 4 promises that can be told, broken: 1."),
    (2, 0, "Of 4 promises that can be told, kept late: 2."),
    (1, 1, "Of 4 promises that can be told, broken: 1; kept late: 1."),
])  # fmt: skip
def test_a_finding_counts_nothing_that_did_not_happen(late: int, broken: int, said: str) -> None:
    """Of promises only those late or broken are named that there are."""
    rows = [number("promises_kept_share", 0.5, unit="share", n=4)]
    rows += [number("n_promises", n, unit="count", n=4, scope=f"promise={state}")
             for state, n in (("late", late), ("broken", broken))]  # fmt: skip
    made = make_review(language="en", metrics=metrics(rows))
    show = Show("en", "UTC")
    [found] = [one for one in all_findings(made, Cards(made, show), show)
               if one.theme == "promises"]  # fmt: skip
    assert found.text.striptags() == said


def test_findings_weigh_what_the_rule_says(review: Review) -> None:
    """860 of 1,644 conversations without an answer: twice that share, capped at 1."""
    show = show_for(review)
    known = Known(review, Cards(review, show), show)
    opened, answered = known.number("n_conversations"), known.number("n_answered")
    assert opened is not None
    assert answered is not None
    [waits] = [one for one in all_findings(review, known.cards, show) if one.theme == "response"]
    assert waits.weight == pytest.approx(min(2 * (1 - answered[1] / opened[1]), 1), abs=1e-4)
