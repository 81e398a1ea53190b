"""What is fuzzed, each target with what has to hold for any input; a coded message is an answer."""

from __future__ import annotations

import contextlib
import io
import json
import os
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from crisislab.errors import CrisisLabError, Problem

Target = Callable[[bytes], None]
# Memory instead of a disk, where the system has such a folder.
_SHM = Path("/dev/shm")
_PLACE = str(_SHM) if _SHM.is_dir() and os.access(_SHM, os.W_OK) else None
_SCRATCH = tempfile.TemporaryDirectory(dir=_PLACE, prefix="fuzz-")


@contextlib.contextmanager
def as_file(name: str, data: bytes) -> Iterator[Path]:
    """Give the bytes as a file; nothing may change it or lay another one beside it."""
    folder = Path(_SCRATCH.name)
    path = folder / name
    path.write_bytes(data)
    try:
        yield path
    finally:
        left, inside = path.read_bytes(), [p.name for p in folder.iterdir()]
        path.unlink()
    assert left == data, "the input was changed"
    assert inside == [name], f"beside the input: {inside}"


def hold(problems: tuple[Problem, ...] | list[Problem]) -> None:
    """Every problem has words in both languages, and none moves a cursor."""
    for problem in problems[:4]:
        for lang in ("en", "es"):
            said = problem.message(lang)
            assert problem.code in said
            assert all(c.isprintable() or c == "\n" for c in said), problem.code


def _read(data: bytes, name: str, want: str) -> None:
    from crisislab.read._load import Loading
    from crisislab.read.declare import Declaration

    with as_file(name, data) as path, warnings.catch_warnings():
        warnings.simplefilter("error")
        loading = Loading(want, None, Declaration(zone="Europe/Madrid"))  # type: ignore[arg-type]
        found = loading.run(path, root=None)
    hold([problem for problem in found.problems if problem.severity == "refused"])
    for part in found.parts:
        assert part.tally.n_told == part.tally.n_lines, "the ledger does not add up"
        assert part.n_units <= max(part.tally.n_lines, 1), "rows out of nothing"
        assert part.tally.counts["loaded"] <= part.n_units, "more loaded than read"
    rows, names = found.kept, set(found.table.names)
    assert names <= set(rows.columns), "a column is missing"
    assert len(rows) == 0 or any(c.isalnum() for c in _decoded(data)), "rows out of nothing"
    main = "created_at" if want == "posts" else "logged_at"
    assert rows[main].notna().all(), "a row without its time"
    if want == "posts":
        assert not rows.duplicated(["platform", "post_id"]).any(), "an item twice"
        assert rows["post_id"].notna().all(), "a post without id"


def _decoded(data: bytes) -> str:
    return data.decode("latin-1")


def posts(data: bytes) -> None:
    """Read bytes as posts, without a program of its own for anything."""
    _read(data, "a.csv", "posts")


def log(data: bytes) -> None:
    """Read bytes as an incident log."""
    _read(data, "a.csv", "log")


def archive(data: bytes) -> None:
    """Read bytes as an archive, posts or log by its length."""
    _read(b"PK\x03\x04" + data if not data.startswith(b"PK") else data, "a.zip",
          "log" if len(data) % 2 else "posts")  # fmt: skip


@cache
def _readers() -> tuple[Any, ...]:
    from crisislab.read.sources import readers

    return readers()


def mapping(data: bytes) -> None:
    """Send records, rows and lines through each reader that recognises them, nothing else."""
    from benchmarks.fuzz_changes import _records, _text
    from crisislab.read._reader import Probe
    from crisislab.schema import LOG, POSTS

    known = {"posts": set(POSTS.names), "log": set(LOG.names), "other": set()}
    records = _records(data)[0]
    lines = _text(data)[0].splitlines(keepends=True)
    probe = Probe("records", records=tuple(records[:20])) if records else None
    for reader in _readers():
        if probe is not None and reader.unpack is not None and reader.recognise(probe):
            for record in records:
                for item in reader.unpack(record) if reader.name != "slack-export" else ():
                    _check_item(item, known[reader.gives])
        elif reader.unroll is not None and reader.recognise(Probe("text", lines=tuple(lines[:50]))):
            for line, item in reader.unroll(lines):
                assert 1 <= line <= len(lines)
                _check_item(item, known[reader.gives])
    if not records:
        _map_rows(data, known)


def _map_rows(data: bytes, known: dict[str, set[str]]) -> None:
    import csv

    from benchmarks.fuzz_changes import _text
    from crisislab.read._reader import Probe

    text, delimiter = _text(data)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))[:30]
    head = rows[0] if rows else []
    probe = Probe("table", columns=tuple(head))
    for reader in _readers():
        if not head or not reader.recognise(probe):
            continue
        for cells in rows[1:]:
            named = dict(zip(head, cells, strict=False))
            if reader.unfold is not None:
                for item in reader.unfold(head, cells):
                    _check_item(item, known[reader.gives])
            elif reader.finish is not None:
                row = {c: next((named[n] or None for n in names if n in named), None)
                       for c, names in reader.columns.items()}  # fmt: skip
                done = reader.finish(row, named)
                assert done is None or all(v is None or isinstance(v, str) for v in done.values())


def _check_item(item: Any, known: set[str]) -> None:
    assert item.fate in ("load", "reject", "context")
    assert item.fate != "reject" or item.reason.startswith("CL-"), "a rejection without a code"
    assert item.fate != "load" or item.row.keys() <= known, item.row.keys() - known
    assert all(v is None or isinstance(v, str) for v in item.row.values()), "a value is no text"


# --- workbooks, in this process ----------------------------------------------------------------


def _sheets_here(command: list[str], **_: object) -> SimpleNamespace:
    """Run the program that reads workbooks as a function: a process each would be all the time."""
    from crisislab.read.children import sheets

    sheets.limit = lambda *_: None
    out = io.StringIO()
    try:
        with contextlib.redirect_stdout(out):
            sheets.main(command[-1])
    except BaseException as fault:
        if isinstance(fault, KeyboardInterrupt):
            raise
        return SimpleNamespace(returncode=1, stdout=b"", stderr=repr(fault).encode())
    return SimpleNamespace(returncode=0, stdout=out.getvalue().encode(), stderr=b"")


@contextlib.contextmanager
def _one_process() -> Iterator[None]:
    import crisislab.read._xlsx as xlsx

    kept = xlsx.subprocess
    xlsx.subprocess = SimpleNamespace(run=_sheets_here, TimeoutExpired=TimeoutError)  # type: ignore[assignment]
    try:
        yield
    finally:
        xlsx.subprocess = kept


def book(data: bytes) -> None:
    """Read bytes as a workbook of posts."""
    with _one_process():
        _read(data, "a.xlsx", "log" if len(data) % 2 else "posts")


def plan_book(data: bytes) -> None:
    """Read bytes as the workbook of a plan."""
    from crisislab.manual.sheets import read_book

    with _one_process(), as_file("plan.xlsx", data) as path:
        try:
            read_book(path)
        except CrisisLabError as error:
            hold(error.problems)


# --- settings ----------------------------------------------------------------------------------


def plan(data: bytes) -> None:
    """Read bytes as a plan and what contradicts itself in it."""
    from crisislab.manual import read_manual

    with as_file("plan.toml", data) as path:
        try:
            read_manual(path.parent)
        except CrisisLabError as error:
            hold(error.problems)


def case(data: bytes) -> None:
    """Read bytes as the settings of a case."""
    from crisislab.case_file import read_case_file

    with as_file("case.toml", data) as path:
        try:
            hold(read_case_file(path.parent)[1])
        except CrisisLabError as error:
            hold(error.problems)


def labels(data: bytes) -> None:
    """Read bytes as hand labels."""
    from crisislab.read.labels import latest, read_labels

    with as_file("labels.csv", data) as path:
        try:
            found = read_labels(path)
            assert len(latest(found)) <= len(found) <= data.count(b"\n") + data.count(b"\r")
        except CrisisLabError as error:
            hold(error.problems)


def ratings(data: bytes) -> None:
    """Read bytes as the ratings of people."""
    import pandas as pd

    from crisislab.judge.ratings import rating_agreement, read_ratings

    proposed = pd.DataFrame({"action": ["call", "tell", "check"], "rating": ["P", "M", "U"]})
    with as_file("ratings.csv", data) as path:
        try:
            found = read_ratings(path, proposed=proposed)
            assert found["rating"].isin(list("PSMUO")).all()
            rating_agreement(found, seed=1)
        except CrisisLabError as error:
            hold(error.problems)


def library(data: bytes) -> None:
    """Read bytes as the library of past crises."""
    from crisislab.library.book import read_library

    with as_file("library.json", data) as path:
        try:
            read_library(path)
        except CrisisLabError as error:
            hold(error.problems)


# --- texts -------------------------------------------------------------------------------------


def _said(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def words(data: bytes) -> None:
    """Put bytes into the places of a message: nothing moves a cursor or turns a direction."""
    from crisislab.words import catalogue

    said = _said(data)
    codes = [key.split(".")[1] for key in catalogue("en") if key.startswith("problems.")]
    code = codes[sum(data) % len(codes)]
    facts = {"known": said, "want": said, "call": said, "limit": said}
    hold([Problem(code, file=said, place=said, column=said, value=said, facts=facts)])


def text(data: bytes) -> None:
    """Send bytes through the patterns of personal data and secrets; what is hidden stays hidden."""
    from crisislab.privacy.patterns import find
    from crisislab.privacy.redact import redact
    from crisislab.privacy.secrets import secrets_in, without_secrets
    from crisislab.report.masks import excerpt, masked

    said = _said(data)[:4000]
    hidden = redact(without_secrets(said))
    assert redact(hidden).count("@") <= hidden.count("@")
    assert not secrets_in(without_secrets(said)), "a secret is left"
    at = 0
    for span in find(said):
        assert at <= span.start < span.end <= len(said)
        at = span.end
    masked(said), excerpt(said)


@cache
def _names() -> Any:
    from crisislab.privacy.names import Names, People

    return People(Names(b"0" * 32), {("x", "7"): "ana_perez"}, frozenset({"marca"}))


def guard(data: bytes) -> None:
    """Guard a text in which accounts and ids of a case stand: none of them is left."""
    import re

    from crisislab.privacy.guard import Guard

    people = _names()
    known = {"ana_perez": "p-aaaaaaaaaa", "1898234417263910912": "i-bbbbbbbbbb",
             "Ana Pérez Gil": "p-aaaaaaaaaa", "luis.m88": "p-cccccccccc"}  # fmt: skip
    said = _said(data)[:2000]
    whole = f"{said} ana_perez {said} 1898234417263910912 luis.m88 Ana Pérez Gil {said}"
    told = Guard(people, known).text(whole, platform="x")
    words = set(re.findall(r"[\w.\-]{4,}", told))
    assert not words & {"ana_perez", "1898234417263910912", "luis.m88"}, "an account is left"
    assert "Ana Pérez Gil" not in told


def page(data: bytes) -> None:
    """Print bytes in the page, Markdown, Typst and CSV: they stay one text, and no mark."""
    from lxml import html as lxml_html

    from crisislab.report.drawing import plain
    from crisislab.report.html import environment
    from crisislab.report.markdown import markdown_text
    from crisislab.report.outline import Bullets, Heading, Paragraph, Table
    from crisislab.report.sheets import read_text, safe_text
    from crisislab.report.show import clean
    from crisislab.report.typeset import typst_text

    said = _said(data)[:2000]
    shown = clean(said)
    made = environment().from_string('<p title="{{ t }}">{{ t }}</p>').render(t=shown)
    [element] = lxml_html.fragments_fromstring(f"<div>{made}</div>")[0]
    assert (element.tag, list(element), sorted(element.attrib)) == ("p", [], ["title"])
    assert "<" not in plain(said)
    table = Table((shown,), ((shown,),), frozenset())
    parts = [Heading(2, shown, "a"), Paragraph(shown), Paragraph(shown, "code"),
             Bullets((shown,), numbered=False), table]  # fmt: skip
    _one_outline(markdown_text(parts))
    typed = typst_text(parts, title=said, lang="es")
    assert _strings_close(typed), "a string of Typst is left open"
    whole = said.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")
    assert read_text(safe_text(said)) == whole
    assert safe_text(said)[:1] not in tuple("=+-@\t\r\n＝＋－＠")


@cache
def _markdown() -> Any:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": True}).enable("table")


def _one_outline(told: str) -> None:
    """Markdown holds what was put in: one heading, no link, no picture, no HTML."""
    kinds = [token.type for token in _markdown().parse(told)]
    inside = [child.type for token in _markdown().parse(told) for child in token.children or ()]
    assert kinds.count("heading_open") <= 1, "a heading out of a text"
    bad = {"html_block"} & set(kinds) | {"html_inline", "link_open", "image"} & set(inside)
    assert not bad, bad


def _strings_close(typed: str) -> bool:
    """Whether quotation marks of Typst come in pairs and nothing but ours stands outside."""
    import re

    return re.sub(r'"(?:[^"\\]|\\.)*"', "", typed, flags=re.DOTALL).count('"') == 0


def office(data: bytes) -> None:
    """Write bytes into Word, slides and a workbook: they are read back, and no formula is live."""
    import docx
    import pandas as pd
    import xlsxwriter

    from crisislab.report.docx import docx_bytes
    from crisislab.report.office import holdable
    from crisislab.report.outline import Bullets, Heading, Paragraph, Table
    from crisislab.report.show import clean
    from crisislab.report.workbook import _write

    said = clean(_said(data)[:1000])
    parts = [Heading(2, said, "a"), Paragraph(said), Bullets((said,), numbered=False),
             Table((said, "b"), ((said, "c"),), frozenset())]  # fmt: skip
    document = docx.Document(io.BytesIO(docx_bytes(parts, title=said, lang="es")))
    assert document.tables[0].cell(1, 0).text.split() == holdable(said).split()
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet("a")
        for row, value in enumerate((said, _said(data)[:1000], pd.NA)):
            _write(sheet, row, 0, value, {})
    with zipfile.ZipFile(out) as packed:
        assert b"<f>" not in packed.read("xl/worksheets/sheet1.xml"), "a formula"


def drawn(data: bytes) -> None:
    """Draw bytes as texts of a chart: never mathematics, never a crash."""
    from crisislab.report.drawing import Figure, plain
    from crisislab.report.picture import picture

    said = plain(_said(data)[:200])
    data_ = ({"type": "bar", "orientation": "h", "x": [1.0, 2.0], "y": [said or "a", "b"],
              "name": said, "text": [said, "b"]},)  # fmt: skip
    layout = {"xaxis": {"title": {"text": said}}, "yaxis": {}, "annotations": [
        {"x": 0.5, "y": 0.5, "xref": "paper", "yref": "paper", "text": said, "showarrow": False}
    ]}  # fmt: skip
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")
        assert picture(Figure("a", said or "a", "alt", data_, layout), lang="es")[:4] == b"\x89PNG"


def told_json(data: bytes) -> None:
    """Set a text into JSON inside the page and of the command line: it is read back unchanged."""
    from crisislab.report.scripts import inert_json
    from crisislab.report.show import clean

    said = clean(_said(data))
    told = str(inert_json({"a": said}))
    assert json.loads(told)["a"] == said
    assert not set(told) & set("<>&")


TARGETS: dict[str, Target] = {
    "posts": posts, "log": log, "mapping": mapping, "archive": archive, "book": book, "plan": plan,
    "plan_book": plan_book, "case": case, "labels": labels, "ratings": ratings, "library": library,
    "words": words, "text": text, "guard": guard, "page": page, "office": office, "drawn": drawn,
    "told_json": told_json,
}  # fmt: skip
