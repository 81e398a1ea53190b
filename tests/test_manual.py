"""The plan as a workbook: the same plan, the same mistakes, with sheet, row and column."""

from __future__ import annotations

from pathlib import Path

import pytest
import python_calamine
import xlsxwriter

from crisislab.errors import CrisisLabError
from crisislab.manual import plan_schema, read_manual, starting_point
from crisislab.manual.book import write_book
from crisislab.manual.sheets import read_book
from crisislab.plan import Plan, read_plan

SAMPLES = sorted((Path(__file__).parent.parent / "data" / "sample").glob("*/plan.toml"))


def cells(path: Path) -> dict[str, list[list[str]]]:
    """Return the sheets of a workbook as text."""
    book = python_calamine.CalamineWorkbook.from_path(str(path))
    return {
        name: [[str(c) for c in row] for row in book.get_sheet_by_name(name).to_python()]
        for name in book.sheet_names
    }


def write(path: Path, sheets: dict[str, list[list[str]]]) -> Path:
    """Write sheets of text as a workbook."""
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for i, row in enumerate(rows):
                for j, cell in enumerate(row):
                    sheet.write(i, j, cell)
    return path


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.parent.name)
def test_book_says_the_same_as_the_text(path: Path, lang: str, tmp_path: Path) -> None:
    """A plan written as a workbook in either language is read back equal."""
    plan = read_plan(path)
    assert read_book(write_book(plan, tmp_path / "plan.xlsx", lang=lang)) == plan


def test_book_keeps_shifts_approvals_and_capabilities(tmp_path: Path) -> None:
    """What the samples do not use survives the round trip as well."""
    data = starting_point("en").model_dump(mode="json", exclude_none=True)
    for action in data["actions"]:
        action["deadline"] = "30 min"
    for rule in data["monitoring"]:
        rule["window"] = "1 h"
    for target in data["targets"]:
        target["within"] = "1 h 30 min"
    hours = {"mon": "22:00-24:00", "tue": "00:00-06:00"}
    data["roles"][0]["shifts"] = [{"name": "night", "who": ["Ana"], "hours": hours}]
    data["actions"][0] |= {"approver": "lead", "approval": {"source": "log", "words": ["ok; go"]}}
    data["actions"][0]["approval"]["words"] = ["approved", "go ahead"]
    data["capabilities"] = [{"id": "warn", "name": "Warn", "actions": ["first-statement"]}]
    data["drills"] = [{"id": "d", "held_on": "2026-02-01", "scenario": "service",
                       "people": ["Ana"], "announced": False}]  # fmt: skip
    plan = Plan.model_validate_json(__import__("json").dumps(data))
    assert read_book(write_book(plan, tmp_path / "plan.xlsx", lang="es")) == plan


@pytest.mark.parametrize(
    ("sheet", "title", "value", "code"),
    [
        ("Actions", "deadline", "30", "CL-SET-DURATION"),
        ("Actions", "deadline", "1:30", "CL-SET-DURATION"),
        ("Actions", "owner", "nobody", "CL-PLAN-UNKNOWN-REF"),
        ("Actions", "clock starts at", "", "CL-PLAN-NO-CLOCK"),
        ("Actions", "called for by", "convene", "CL-PLAN-CIRCLE"),
        ("Actions", "where it shows", "mail", "CL-SET-TYPE"),
        ("Actions", "order", "first", "CL-SET-TYPE"),
        ("Scenarios", "name", "", "CL-SET-MISSING-KEY"),
    ],
)
def test_book_names_sheet_row_and_column(
    tmp_path: Path, sheet: str, title: str, value: str, code: str
) -> None:
    """Each mistake is one coded problem at its sheet, its row and, where it has one, its column."""
    sheets = cells(write_book(starting_point("en"), tmp_path / "a.xlsx", lang="en"))
    column = sheets[sheet][0].index(title)
    sheets[sheet][1][column] = value
    with pytest.raises(CrisisLabError) as refused:
        read_book(write(tmp_path / "plan.xlsx", sheets))
    problem = next(p for p in refused.value.problems if p.code == code)
    assert (problem.file, problem.place, problem.line) == ("plan.xlsx", sheet, 2)
    assert problem.column == ("deadline" if code == "CL-PLAN-NO-CLOCK" else title)


def test_book_names_a_repeated_id_and_unknown_titles(tmp_path: Path) -> None:
    """A second row with the same id, an unknown column and an unknown sheet are refused."""
    sheets = cells(write_book(starting_point("en"), tmp_path / "a.xlsx", lang="en"))
    twice = {name: [list(row) for row in rows] for name, rows in sheets.items()}
    twice["Actions"].append(twice["Actions"][1])
    with pytest.raises(CrisisLabError) as refused:
        read_book(write(tmp_path / "b.xlsx", twice))
    assert ("CL-PLAN-DUPLICATE", "Actions", 4) in {
        (p.code, p.place, p.line) for p in refused.value.problems
    }
    sheets["Actions"][0][5] = "deadlin"
    sheets["Notes"] = [["mine"]]
    sheets["# mine"] = [["not read"]]
    with pytest.raises(CrisisLabError) as refused:
        read_book(write(tmp_path / "c.xlsx", sheets))
    found = {(p.code, p.place) for p in refused.value.problems}
    assert found == {("CL-SET-UNKNOWN-KEY", "Actions"), ("CL-PLAN-SHEET", "Notes")}


def test_read_manual_takes_the_one_that_was_filled_in(tmp_path: Path) -> None:
    """The untouched starting point gives way; two different plans are refused."""
    toml = tmp_path / "plan.toml"
    toml.write_text(SAMPLES[0].read_text("utf-8"), "utf-8")
    sample = read_plan(toml)
    write_book(starting_point("es"), tmp_path / "plan.xlsx", lang="es")
    assert read_manual(tmp_path) == sample
    toml.unlink()
    assert read_manual(tmp_path) == starting_point("es")
    write_book(sample, tmp_path / "plan.xlsx", lang="es")
    changed = SAMPLES[0].read_text("utf-8").replace("version =", 'version = "9" #', 1)
    toml.write_text(changed, "utf-8")
    with pytest.raises(CrisisLabError, match="CL-PLAN-TWO"):
        read_manual(tmp_path)


def test_plan_schema_asks_for_durations_as_text() -> None:
    """Editors are told that a deadline is text with a unit, and that keys are closed."""
    import json

    schema = json.loads(plan_schema())
    deadline = schema["$defs"]["Action"]["properties"]["deadline"]
    assert deadline["anyOf"][0]["type"] == "string"
    assert schema["$defs"]["Action"]["additionalProperties"] is False


@pytest.mark.parametrize("lang", ["en", "es"])
def test_book_reads_the_former_name_of_the_targets(lang: str, tmp_path: Path) -> None:
    """The Spanish sheet of targets is "Objetivos"; a book that has it as "Metas" still opens."""
    plan = read_plan(SAMPLES[0])
    book = cells(write_book(plan, tmp_path / "new.xlsx", lang=lang))
    name = {"en": "Targets", "es": "Objetivos"}[lang]
    assert name in book
    assert "Metas" not in book
    former = {"Metas" if sheet == name else sheet: rows for sheet, rows in book.items()}
    assert read_book(write(tmp_path / "plan.xlsx", former)) == plan
