"""Further tries of crafted texts, names and files: engines, office files, messages, archives."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from lxml import etree
from lxml import html as lxml_html

from benchmarks import fuzz_targets
from crisislab.cli import main
from crisislab.cli.options import print_json
from crisislab.enrich import model_folder
from crisislab.read import read_posts
from crisislab.report.blocks import all_figures
from crisislab.report.docx import docx_bytes
from crisislab.report.html import review_html
from crisislab.report.outline import outline
from crisislab.report.pptx import pptx_bytes
from crisislab.report.sheets import csv_bytes, read_text
from crisislab.session import open_session
from crisislab.store import store_posts
from tests.report.fake import HOSTILE, hostile_review

POSTS = b"id,created_at,text\n1,2026-03-05T10:00:00Z,hola\n"
TEXTS = [
    # markup, links, addresses of other schemes
    "<https://evil.example>", "https://evil.example/a", "www.evil.example", "a@evil.example",
    "[a]: https://evil.example", "[a][b]\n\n[b]: javascript:alert(1)", "<!-- a -->", "<?php 1 ?>",
    "data:text/html,<script>1</script>", "vbscript:x", "<svg/onload=1>",
    "<math href='data:x'>",
    "```\n# out\n```", "~~~", "a\n===", "a\n---", "    code", "1) a", "+ a", "> a", "\\<b\\>",
    "&#60;b&#62;",
    "<a href=x>y</a>", "<b>x</b><br><sub>1</sub>", "%{x|<b>}", "</span><img src=x>",
    "<![CDATA[x]]>",
    # mathematics and Typst
    "$\\frac{1}{", "$$" * 200, "$" + "{" * 300 + "$", "\\input{/etc/passwd}", "$\\sqrt" * 50,
    "_^_^",
    '#read("/etc/passwd")', '"); #panic("x', '\\u{202e}"', "#import \"@preview/x\"", "*a* _b_ `c`",
    # formulas, also where another separator splits
    "=1+1", "+1", "-1", "@a", "\t=1", "\r=1", "＝1", "a;=1+1", "a\n=1+1", "a|@SUM(1)", "a;'=1",
    ";-)", "a;-1",
    "DDE(\"cmd\";\"/C calc\";\"x\")", "=IMPORTXML(CONCAT(\"http://a\",A1),\"//a\")",
    # terminals: CSI, titles, links of OSC 8, eight bits, directions
    "\x1b[2J", "\x1b]8;;http://a\x07b\x1b]8;;\x07", "\x9b31m", "\x9d0;t\x9c", "\x8d", "\u202ea",
    "\u2066a\u2069",
    "\x7f", "\x08\x08", "\u0085", "\u2028", "a\x1b", "\ud83d", "\U000e0041",
]  # fmt: skip
LAYERS = ("page", "office", "words", "guard", "text", "told_json")


def _breaks(target: Callable[[bytes], object], text: str) -> str:
    """Return what goes wrong where a text is given to a layer, or nothing."""
    try:
        target(text.encode("utf-8", "surrogatepass"))
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever it is, it is told
        return f"{text!r}: {type(error).__name__} {error}"
    return ""


@pytest.mark.parametrize("layer", LAYERS)
def test_no_text_gets_through_a_layer(layer: str) -> None:
    """What holds for any input of fuzzing holds for each crafted text."""
    texts = [*TEXTS, *(f"a {text} b" for text in (*TEXTS, *HOSTILE))]
    # Making a Word document takes its time: there a few texts stand together.
    step = 20 if layer == "office" else 1
    parts = ["\n".join(texts[at : at + step]) for at in range(0, len(texts), step)]
    told = [_breaks(fuzz_targets.TARGETS[layer], part) for part in parts]
    assert [broken for broken in told if broken] == []


@pytest.mark.parametrize("text", ["$\\frac{1}{", "$$" * 60, "a $20 b $10", "\\alpha_1^{", "%{x}"])
def test_a_chart_draws_a_text_as_it_is(text: str) -> None:
    """Mathematics in a name breaks no chart, and is not drawn as mathematics."""
    assert _breaks(fuzz_targets.drawn, text) == ""


def test_a_text_that_breaks_a_layer_is_told() -> None:
    """The two tests above see a claim that does not hold, and an error of any kind."""

    def held(data: bytes) -> None:
        assert b"evil" not in data

    assert _breaks(held, "evil")
    assert _breaks(lambda data: data.decode("ascii"), "\u00e9")
    assert not _breaks(held, "good")


def test_an_export_is_as_dead_where_semicolons_separate() -> None:
    """Split at commas, semicolons, tabs or line ends, no cell of a table begins like a formula."""
    table = pd.DataFrame({text: [text] for text in TEXTS if "\ud83d" not in text})
    lines = csv_bytes(table).decode("utf-8-sig")
    for separator in ";\t|":
        for cell in lines.replace("\r", "\n").replace("\n", separator).split(separator):
            assert not cell.startswith(("=", "@", "＝", "＠")), cell
    back = pd.read_csv(io.BytesIO(csv_bytes(table)), encoding="utf-8-sig", dtype="str", nrows=1,
                       keep_default_na=False)  # fmt: skip
    assert [read_text(name) for name in back.columns] == list(table.columns)


# --- engines -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["case[1]", "case*", "case?", "it's", "a;drop table posts", "{a,b}"]
)
def test_the_name_of_a_folder_is_neither_pattern_nor_sql(tmp_path: Path, name: str) -> None:
    """A case named like a pattern reads its own posts, though others would match."""
    for folder, text in (("case1", "another"), (name, "own")):
        (tmp_path / folder).mkdir()
        rows = "".join(f"{i},2026-03-05T10:00:0{i}Z,{text}\n" for i in (1, 2, 2))
        for file in ("a.csv", "b.csv"):
            (tmp_path / folder / file).write_text("id,created_at,text\n" + rows, "utf-8")
        files = [tmp_path / folder / file for file in ("a.csv", "b.csv")]
        store = store_posts(files, tmp_path / folder / ".crisislab")
    with open_session("duckdb", store.folder) as session:
        found = session.table(store.posts).collect("pandas").to_native()
    assert found["text"].tolist() == ["own", "own"]


@pytest.mark.parametrize(
    "name", ['x"); drop table posts; --', "a' or '1'='1", "posts", "select", "c1", "_unit", "_part"]
)
def test_a_column_of_an_export_is_never_a_column_of_ours(tmp_path: Path, name: str) -> None:
    """Names that are SQL, or that the program uses itself, change nothing that is read."""
    head = name.replace('"', '""')
    (tmp_path / "a.csv").write_text(
        f'id,created_at,text,"{head}"\n1,2026-03-05T10:00:00Z,hola,9\n', "utf-8"
    )
    loaded = read_posts(tmp_path / "a.csv")
    assert loaded.posts["text"].tolist() == ["hola"]
    assert loaded.ledger["n_loaded"].tolist() == [1]


# --- what people see ---------------------------------------------------------------------------


def test_a_chart_for_the_browser_holds_no_element_of_a_text() -> None:
    """Charts of plotly read texts as HTML: no link, picture or style of a text is among them."""

    def strings(value: Any) -> list[str]:
        if isinstance(value, dict):
            return [s for part in value.values() for s in strings(part)]
        if isinstance(value, list | tuple | np.ndarray):
            return [s for part in value for s in strings(part)]
        return [value] if isinstance(value, str) else []

    review = hostile_review()
    for figure in all_figures(review).values():
        for text in strings(figure.spec()):
            made = lxml_html.fragment_fromstring(text, create_parent="div")
            kinds = {str(element.tag) for element in made.iterdescendants()}
            assert kinds <= {"br", "b", "i", "extra", "sub", "sup"}, text


def test_office_files_hold_no_link_no_field_and_nothing_from_elsewhere() -> None:
    """Word and slides made of hostile texts refer to no address and run no field but the page's."""
    review = hostile_review()
    parts = outline(review_html(review), all_figures(review))
    word = docx_bytes(parts, title=review.title, lang="es")
    deck = pptx_bytes(parts, title=review.title, lang="es", more="…")
    for packed in (word, deck):
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            for name in archive.namelist():
                if name.endswith((".xml", ".rels")):
                    data = archive.read(name)
                    etree.fromstring(data, etree.XMLParser(resolve_entities=False))
                    assert b'TargetMode="External"' not in data, name
                    assert b"<w:hyperlink" not in data, name
                    assert b"hlinkClick" not in data, name
                    fields = data.count(b"<w:instrText")
                    assert fields <= (1 if "footer" in name else 0), name


def test_tables_of_a_notebook_hold_no_element_of_a_text(tmp_path: Path) -> None:
    """The HTML of what was read escapes names of files, columns and values."""
    odd = "<img src=x onerror=alert(1)>"
    (tmp_path / f"{odd.replace('/', '')}.csv").write_bytes(
        f"id,created_at,text,{odd}\n1,{odd},{odd}\n2,2026-03-05T10:00:00Z,<script>1</script>\n".encode()
    )
    loaded = read_posts(tmp_path, strict=False)
    made = lxml_html.fragment_fromstring(loaded._repr_html_(), create_parent="div")
    kinds = {str(element.tag) for element in made.iterdescendants()}
    assert kinds <= {"table", "thead", "tbody", "tr", "th", "td", "br"}, kinds


@pytest.mark.parametrize("json_", [False, True])
def test_the_command_line_moves_no_cursor(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], json_: bool
) -> None:
    """A file, a column and a value with escapes of a terminal are printed as escapes."""
    odd = "\x1b]8;;http://a\x07b\x9b31m\u202e"
    (tmp_path / f"{odd.replace('/', '')}.csv").write_text(
        f"id,created_at,text,{odd}\n1,{odd},{odd}\n", "utf-8"
    )
    main(["check", str(tmp_path), "--lang", "en", *(["--json"] if json_ else [])])
    printed = "".join(capsys.readouterr())
    assert printed.strip()
    assert [c for c in printed if not (c.isprintable() or c == "\n")] == []


def test_json_is_read_back_unchanged(capsys: pytest.CaptureFixture[str]) -> None:
    """Every crafted text comes back from the JSON of the command line as it was."""
    print_json(TEXTS)
    printed = capsys.readouterr().out
    assert all(c.isprintable() or c == "\n" for c in printed)
    assert json.loads(printed) == TEXTS


# --- archives and models -----------------------------------------------------------------------


def _zip(*members: tuple[str, bytes]) -> bytearray:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, data in members:
            packed.writestr(zipfile.ZipInfo(name), data)
    return bytearray(out.getvalue())


def _with(data: bytearray, mark: bytes, at: int, value: bytes) -> bytes:
    place = data.index(mark) + at
    data[place : place + len(value)] = value
    return bytes(data)


CENTRAL, LOCAL = b"PK\x01\x02", b"PK\x03\x04"
ZIP64 = struct.pack("<HHQQ", 1, 16, 2**60, 2**60)
LIES = {
    "smaller": _with(_zip(("a.csv", POSTS)), CENTRAL, 24, struct.pack("<I", 5)),
    "larger": _with(_zip(("a.csv", POSTS)), CENTRAL, 24, struct.pack("<I", 2**31)),
    "zip64": _with(_zip(("a.csv", POSTS)), CENTRAL, 20, b"\xff" * 8),
    "elsewhere": _with(_zip(("a.csv", POSTS)), CENTRAL, 42, struct.pack("<I", 2**30)),
    "checksum": _with(_zip(("a.csv", POSTS)), CENTRAL, 16, b"\0\0\0\0"),
    "method": _with(_zip(("a.csv", POSTS)), CENTRAL, 10, b"\x63\0"),
    "locked": _with(_zip(("a.csv", POSTS)), CENTRAL, 8, b"\x01\0"),
    "other name": _with(_zip(("a.csv", POSTS)), LOCAL, 30, b"b.csv"),
    "nested up": bytes(_zip(("b.zip", bytes(_zip(("../a.csv", POSTS)))))),
    "a folder with rows": bytes(_zip(("a.csv/", POSTS))),
}  # fmt: skip


@pytest.mark.parametrize("name", LIES)
def test_an_archive_that_lies_is_refused(tmp_path: Path, name: str) -> None:
    """Wrong sizes, sums, places, names and methods end in a code; nothing is loaded or written."""
    (tmp_path / "a.zip").write_bytes(LIES[name])
    loaded = read_posts(tmp_path / "a.zip", strict=False)
    assert loaded.posts.empty
    assert len(loaded.issues)
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]


def test_members_that_differ_in_case_are_two_files(tmp_path: Path) -> None:
    """Nothing is extracted, so no member overwrites another on any file system."""
    other = POSTS.replace(b"1,2026", b"2,2026")
    (tmp_path / "a.zip").write_bytes(_zip(("a.csv", POSTS), ("A.CSV", other)))
    assert read_posts(tmp_path / "a.zip").posts["post_id"].tolist() == ["1", "2"]


def test_weights_are_never_pickles(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The library of models is told to take safetensors only, and no code of the folder."""
    asked: list[dict[str, Any]] = []

    def refused(_: object, **options: Any) -> Any:
        asked.append(options)
        if "use_safetensors" in options:
            raise OSError("no file named model.safetensors")
        return SimpleNamespace()

    made = SimpleNamespace(from_pretrained=refused)
    library = SimpleNamespace(AutoTokenizer=made, AutoModelForSequenceClassification=made)
    monkeypatch.setattr(model_folder, "import_module", lambda _: library)
    (tmp_path / "pytorch_model.bin").write_bytes(b"\x80\x04.")
    with pytest.raises(OSError, match="safetensors"):
        model_folder.classify(tmp_path, ["a"])
    assert all(o["local_files_only"] and o["trust_remote_code"] is False for o in asked)
    assert asked[-1]["use_safetensors"] is True
