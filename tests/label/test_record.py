"""The file of labels: it only grows, survives a torn line and a new session."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from crisislab.errors import CrisisLabError
from crisislab.label.desk import Desk
from crisislab.label.draw import draw_sample
from crisislab.label.record import record
from crisislab.label.sheets import read_label_sheet, write_label_sheet
from crisislab.label.widget import label_posts, state
from crisislab.read.labels import read_labels
from tests.label.test_draw import stream

AT = datetime(2026, 3, 20, 10, 0, tzinfo=UTC)
SAMPLE = draw_sample(stream(60), n=20, seed=1, n_repeats=4)


def desk(folder: Path, coder: str = "ana") -> Desk:
    """Return a desk whose clock moves a second per answer."""
    ticks = iter(range(1000))
    return Desk(
        SAMPLE, folder / "labels.csv", coder=coder, now=lambda: AT + timedelta(seconds=next(ticks))
    )


def test_answers_survive_a_new_session(tmp_path: Path) -> None:
    """A second desk on the same file goes on where the first stopped."""
    first = desk(tmp_path)
    for name in ("negative", "unsure", "positive"):
        first.answer(name, position=first.position)
    again = desk(tmp_path)
    assert again.position == 3
    assert again.answers == {0: "negative", 1: "unsure", 2: "positive"}


def test_each_answer_is_on_the_disk(tmp_path: Path) -> None:
    """After every answer the file holds one more line, with chance, coder and time."""
    one = desk(tmp_path)
    for n, name in enumerate(("negative", "neutral"), start=1):
        one.answer(name, position=one.position)
        labels = read_labels(tmp_path / "labels.csv")
        assert len(labels) == n
    row = labels.iloc[0]
    assert row["probability"] == pytest.approx(SAMPLE["probability"].iloc[0])
    assert (row["coder"], row["labelled_at"]) == ("ana", pd.Timestamp(AT))


def test_a_correction_is_a_further_line(tmp_path: Path) -> None:
    """Going back and answering again keeps both lines; the last one counts."""
    one = desk(tmp_path)
    one.answer("negative", position=0)
    one.back()
    one.answer("positive", position=0)
    assert read_labels(tmp_path / "labels.csv")["label"].tolist() == ["negative", "positive"]
    assert desk(tmp_path).answers == {0: "positive"}


def test_a_key_for_a_text_no_longer_shown_is_ignored(tmp_path: Path) -> None:
    """Two quick keys never label the next text unseen."""
    one = desk(tmp_path)
    one.answer("negative", position=0)
    one.answer("negative", position=0)
    assert len(read_labels(tmp_path / "labels.csv")) == 1


def test_a_torn_last_line_is_dropped(tmp_path: Path) -> None:
    """A line cut by a crash was never confirmed: reading and writing go on without it."""
    file = tmp_path / "labels.csv"
    one = desk(tmp_path)
    one.answer("negative", position=0)
    with file.open("ab") as stream_:
        stream_.write(b"sentiment,abc,x")
    assert len(read_labels(file)) == 1
    again = desk(tmp_path)
    again.answer("neutral", position=1)
    assert read_labels(file)["label"].tolist() == ["negative", "neutral"]


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("label", "angry", "CL-LABEL-VALUE"),
        ("labelled_at", "2026-03-20 10:00", "CL-LABEL-TIME"),
        ("probability", "0", "CL-LABEL-PROBABILITY"),
    ],
)
def test_read_labels_names_the_bad_line(tmp_path: Path, column: str, value: str, code: str) -> None:
    """A bad value is refused with its line; nothing is read around it."""
    file = tmp_path / "labels.csv"
    shown = SAMPLE.astype(object).iloc[0].to_dict()
    record(file, [(shown, "negative")], coder="ana", at=AT)
    table = pd.read_csv(file, dtype=str)
    table.loc[0, column] = value
    table.to_csv(file, index=False)
    with pytest.raises(CrisisLabError, match=code) as refused:
        read_labels(file)
    assert refused.value.problems[0].line == 2


def test_read_labels_needs_its_columns(tmp_path: Path) -> None:
    """A file without coder and chance is refused as a whole."""
    file = tmp_path / "labels.csv"
    file.write_text("text,label\nhola,negative\n", encoding="utf-8")
    with pytest.raises(CrisisLabError, match="CL-LABEL-COLUMNS"):
        read_labels(file)


def test_record_refuses_a_time_without_zone(tmp_path: Path) -> None:
    """When is written with its zone or not at all."""
    with pytest.raises(CrisisLabError, match="CL-LABEL-TIME"):
        record(tmp_path / "l.csv", [({}, "neutral")], coder="ana", at=AT.replace(tzinfo=None))
    assert not (tmp_path / "l.csv").exists()


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_sheets_go_out_and_come_in(tmp_path: Path, suffix: str) -> None:
    """A sheet filled in by hand becomes labels; empty cells stay unlabelled."""
    shifty = SAMPLE.assign(text=["=1+1", *SAMPLE["text"].tolist()[1:]])
    sheet = write_label_sheet(shifty, tmp_path / f"leo.{suffix}", lang="es")
    filled = _fill(sheet, ["Negativo", "3", "", "no se"])
    n = read_label_sheet(filled, SAMPLE, into=tmp_path / "labels.csv", coder="leo", at=AT)
    assert n == 3
    labels = read_labels(tmp_path / "labels.csv")
    assert labels["label"].tolist() == ["negative", "positive", "unsure"]
    assert labels["text_key"].tolist() == SAMPLE["text_key"].iloc[[0, 1, 3]].tolist()


def _fill(sheet: Path, answers: list[str]) -> Path:
    import csv

    import python_calamine

    if sheet.suffix == ".csv":
        with sheet.open(encoding="utf-8-sig", newline="") as lines:
            rows: list[list[str]] = list(csv.reader(lines))
        assert rows[1][4] == "'=1+1"
    else:
        book = python_calamine.CalamineWorkbook.from_path(str(sheet))
        rows = [[str(c) for c in row] for row in book.get_sheet_by_index(0).to_python()]
        assert rows[1][4] == "=1+1"
    for row, answer in zip(rows[1:], answers, strict=False):
        row[5] = answer
    filled = sheet.with_name("filled.csv")
    with filled.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines, delimiter=";").writerows(rows)
    return filled


def test_sheets_never_overwrite(tmp_path: Path) -> None:
    """A sheet that exists may hold hours of work."""
    write_label_sheet(SAMPLE, tmp_path / "ana.csv")
    with pytest.raises(FileExistsError, match=r"ana\.csv"):
        write_label_sheet(SAMPLE, tmp_path / "ana.csv")


def test_a_bad_sheet_records_nothing(tmp_path: Path) -> None:
    """One unknown word or text refuses the sheet, with every bad row."""
    sheet = write_label_sheet(SAMPLE, tmp_path / "ana.csv", lang="en")
    filled = _fill_plain(sheet, ["negative", "meh", "bad"])
    with pytest.raises(CrisisLabError, match="CL-LABEL-VALUE") as refused:
        read_label_sheet(filled, SAMPLE, into=tmp_path / "labels.csv", coder="ana", at=AT)
    assert [problem.line for problem in refused.value.problems] == [3, 4]
    assert not (tmp_path / "labels.csv").exists()


def _fill_plain(sheet: Path, answers: list[str]) -> Path:
    table = pd.read_csv(sheet, dtype=str, encoding="utf-8-sig", keep_default_na=False)
    table["label"] = answers + [""] * (len(table) - len(answers))
    table.to_csv(sheet.with_name("f.csv"), index=False)
    return sheet.with_name("f.csv")


def test_widget_shows_only_what_python_has_saved(tmp_path: Path) -> None:
    """The widget's state follows the desk; a refused answer stays at the same text."""
    widget = label_posts(SAMPLE, tmp_path / "labels.csv", coder="ana", lang="es", now=lambda: AT)
    assert widget.state["position"] == 0
    widget._heard(widget, {"answer": "negative", "position": 0}, [])
    assert (widget.state["position"], widget.state["done"]) == (1, 1)
    widget._heard(widget, {"answer": "furious", "position": 1}, [])
    assert widget.state["position"] == 1
    assert "CL-LABEL-VALUE" in widget.state["note"]
    widget._heard(widget, {"back": True, "position": 1}, [])
    assert widget.state["position"] == 0


def test_widget_never_reads_a_text_as_html() -> None:
    """The script sets text, never HTML."""
    from crisislab.label.widget import script

    source = script("widget.js")
    assert "textContent" in source
    for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert way not in source


def test_finished_desk_says_so(tmp_path: Path) -> None:
    """After the last text the screen says that all is done, and where."""
    one = desk(tmp_path)
    while not one.finished:
        one.answer("neutral", position=one.position)
    shown = state(one, "en")
    assert shown["finished"]
    assert "labels.csv" in str(shown["text"])
