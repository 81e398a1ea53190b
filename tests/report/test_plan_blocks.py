"""The sections about the plan: everything said, in both languages, with the same figures."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

import crisislab as cl
from crisislab.judge.together import together
from crisislab.report.blocks import blocks
from crisislab.report.cards import Cards
from crisislab.report.html import review_html
from crisislab.report.show import show_for
from tests.warm import warm_case, warm_review

KESTREL = Path(__file__).parent.parent.parent / "data" / "sample" / "kestrel"


@pytest.fixture(scope="module")
def reviews() -> dict[str, cl.Review]:
    """Return the review of the second sample in both languages."""
    case = warm_case(KESTREL)
    return {"en": warm_review(case, lang="en"), "es": warm_review(case, lang="es")}


def made(review: cl.Review) -> dict[str, list[str]]:
    """Return the headings of the blocks by section."""
    show = show_for(review)
    found = blocks(review, Cards(review, show), show)
    return {name: [b.heading for b in part] for name, part in found.items()}


def test_sections_hold_their_blocks(reviews: dict[str, cl.Review]) -> None:
    """Monitoring, drills, scorecard and learning review are there; the last two are apart."""
    found = made(reviews["en"])
    assert {"plan", "monitoring", "drills", "values", "learning"} <= set(found)
    assert found["plan"][0] == "To be chosen by people"
    assert found["learning"][0] == "What was in place?"
    assert {k: len(v) for k, v in made(reviews["es"]).items()} == {
        k: len(v) for k, v in found.items()
    }


def test_both_languages_show_the_same_figures(reviews: dict[str, cl.Review]) -> None:
    """Numbers and rows of the blocks do not depend on the language."""
    figures = []
    for review in reviews.values():
        show = show_for(review)
        cells = [
            str(cell)
            for part in blocks(review, Cards(review, show), show).values()
            for block in part
            if block.table is not None
            for row in block.table.rows
            for cell in row
        ]
        figures.append(sorted(re.findall(r"(?:log|posts)/[\w.<>/]+:\d+", " ".join(cells))))
    assert figures[0] == figures[1]
    assert len(figures[0]) >= 10


def test_page_leaves_no_code_untranslated(reviews: dict[str, cl.Review]) -> None:
    """Codes of states, reasons and flags are said in words; nothing is escaped twice."""
    page = review_html(reviews["es"])
    body = re.sub(r"(?s)<(script|style|code|pre).*?</\1>", "", page)
    shown = re.sub(r"<[^>]+>", " ", body)
    for code in (
        "not_public", "posts_but_unclear", "named_after_another", "out_of_order",
        "not comparable", "only_doubtful", "proposed", "not_randomised", "&amp;#39;",
    ):  # fmt: skip
        assert code not in shown, code


def test_roles_are_named_and_rows_told_apart(reviews: dict[str, cl.Review]) -> None:
    """Shifts carry the name of the role, not its id; two rules of monitoring are two rows."""
    show = show_for(reviews["en"])
    found = blocks(reviews["en"], Cards(reviews["en"], show), show)
    tables = [b.table for part in found.values() for b in part if b.table is not None]
    shifts = next(table for table in tables if table.of == "shifts")
    assert {row[0] for row in shifts.rows} == {"Social listening"}
    for table in tables:
        names = [str(row[0]) for row in table.rows]
        assert table.of != "cards" or len(names) == len(set(names)), names


def test_followed_and_helped_are_said_together(reviews: dict[str, cl.Review]) -> None:
    """All four ends are sayable; without an effect told only the first is."""
    from crisislab.words import say

    verdicts = reviews["en"].verdicts
    assert together(verdicts) == "partly_unknown"
    for followed in ("followed", "not followed"):
        for helped in ("worked", "made it worse"):
            asked = verdicts["subject"].eq("plan_followed")
            changed = verdicts.assign(
                verdict=verdicts["verdict"]
                .mask(asked, followed)
                .mask(verdicts["subject"].eq("response_helped"), helped)
            )
            assert say(f"followed.together.{together(changed)}", "es")
    assert together(verdicts.iloc[:0]) == "unknown"


def test_questions_about_the_scenario_are_answered_by_yes_or_no(
    reviews: dict[str, cl.Review],
) -> None:
    """A scenario that was foreseen is not "met"."""
    for lang, yes in (("en", "Yes"), ("es", "Sí")):
        show = show_for(reviews[lang])
        found = blocks(reviews[lang], Cards(reviews[lang], show), show)["plan"]
        (told,) = [
            str(b.hint) for b in found if "verdicts" in str(b.hint) or "badge" in str(b.hint)
        ]
        assert f">{yes}<" in told


def test_the_rules_of_a_chart_are_named_however_few(reviews: dict[str, cl.Review]) -> None:
    """A plan without rules leaves one line in the chart of numbers: the legend says which."""
    review = reviews["en"]
    table = review.tables["tradeoff"]
    few = replace(
        review, tables=review.tables | {"tradeoff": table[table["rule"] == table["rule"].iloc[-1]]}
    )
    show = show_for(few)
    found = blocks(few, Cards(few, show), show)["monitoring"]
    (figure,) = [b.figure for b in found if b.figure is not None and b.figure.name == "tradeoff"]
    assert len(figure.data) == 1
    assert figure.layout["showlegend"] is True
