"""Every code of a problem: raised by a fixture, worded as agreed, and mended by its own advice.

After a wanted change of words: ``CRISISLAB_GOLDEN=write python -m pytest tests/read/test_codes.py``
writes the golden texts anew; read the difference before keeping it.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

import crisislab
from crisislab.errors import CrisisLabError, Problem
from crisislab.opening import open_case
from crisislab.read import read_log, read_posts
from crisislab.words import catalogue
from tests.read.code_fixtures import EDITED, OTHER, READ, case_folder, found

PACKAGE = Path(crisislab.__file__).parent
GOLDEN = Path(__file__).with_name("golden")
LANGUAGES = ("en", "es")
FIXTURES = sorted({*READ, *EDITED, *OTHER})
CALL = re.compile(r"(read_(?:posts|log)\([^()]*\))")
# What the advice leaves to the analyst: the name of the right column in each fixture.
COLUMNS = {
    "CL-TIME-FORMAT": ("c2",), "CL-SOURCE-UNKNOWN": ("c1", "c2"), "CL-COLUMN-MISSING": ("idiomas",),
    "CL-IDS-MADE": ("c0",), "CL-IDS-CLASH": ("c0",), "CL-AUTHOR-EMAIL": ("c4",),
    "CL-SOURCE-ACCOUNTS": ("created_at", "description"),
}  # fmt: skip
OPEN = re.compile(r'"(?:name of the column|nombre de la columna|\.\.\.)"')


def golden(lang: str) -> dict[str, str]:
    """The agreed words by code."""
    path = GOLDEN / f"codes.{lang}.txt"
    parts = path.read_text("utf-8").split("\n=== ") if path.exists() else []
    pairs = (part.removeprefix("=== ").split("\n", 1) for part in parts if part.strip())
    return {code.strip(): text.strip("\n") for code, text in pairs}


def worded(problem: Problem, lang: str, folder: Path) -> str:
    """The words of a problem, without what depends on the machine."""
    text = problem.message(lang).replace(str(folder), "FOLDER")
    detail = str(problem.facts.get("detail", ""))
    return text.replace(detail, "DETAIL") if detail else text


def codes_in_words(lang: str) -> set[str]:
    """Codes that have words."""
    return {key.split(".")[1] for key in catalogue(lang) if key.startswith("problems.CL-")}


def codes_in_source() -> set[str]:
    """Codes that stand in the package."""
    text = "".join(path.read_text("utf-8") for path in PACKAGE.rglob("*.py"))
    return set(re.findall(r'"(CL-[A-Z0-9-]+)"', text))


def test_every_code_has_words_a_fixture_and_golden_texts() -> None:
    """Words, fixtures, golden texts and the codes of the package are the same set."""
    known = codes_in_source()
    assert set(FIXTURES) == known, "add a fixture to tests/read/code_fixtures.py"
    for lang in LANGUAGES:
        assert codes_in_words(lang) == known
        if os.environ.get("CRISISLAB_GOLDEN") != "write":
            assert set(golden(lang)) == known, "write the golden texts (see above)"


def test_every_golden_text_is_said(tmp_path: Path) -> None:
    """Each fixture raises its code, in the agreed words of both languages."""
    said: dict[str, dict[str, str]] = {lang: {} for lang in LANGUAGES}
    for code in FIXTURES:
        folder = tmp_path / code / "export"
        folder.mkdir(parents=True)
        with pytest.MonkeyPatch.context() as patch:
            problem = found(code, folder, patch)
        for lang in LANGUAGES:
            said[lang][code] = worded(problem, lang, folder)
    if os.environ.get("CRISISLAB_GOLDEN") == "write":
        GOLDEN.mkdir(exist_ok=True)
        for lang in LANGUAGES:
            text = "".join(f"=== {code}\n{words}\n\n" for code, words in said[lang].items())
            (GOLDEN / f"codes.{lang}.txt").write_text(text, "utf-8")
    for lang in LANGUAGES:
        assert said[lang] == golden(lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_message_has_a_hole(lang: str) -> None:
    """No placeholder is left, no value is missing, every part is said, nothing blames."""
    for code, text in golden(lang).items():
        first, *parts = text.split("\n  ")
        assert first.startswith(code)
        assert len(parts) >= 3, code
        assert not re.search(r"\{\w+\}|\bNone\b(?! of)|\?\?|\(\s*\)|: \)", text), text
        assert not re.search(r"(?i)\binvalid input|entrada no válida|traceback", text), text


def _calls() -> list[str]:
    fixes = {code: catalogue("en")[f"problems.{code}.fix"] for code in sorted(READ)}
    filled = {c: re.sub(r"\{call\}|read_\{gives\}", "read_log", fix) for c, fix in fixes.items()}
    return [code for code, fix in filled.items() if CALL.search(fix)]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", _calls())
def test_the_suggested_call_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, lang: str
) -> None:
    """The call in the advice, pasted, loads the file, and the problem refuses it no more."""
    problem = found(code, tmp_path, monkeypatch)
    monkeypatch.chdir(tmp_path)
    call = CALL.search(problem.part("fix", lang))
    assert call is not None
    text = call.group(1)
    for name in COLUMNS.get(code, ()):
        text = OPEN.sub(f'"{name}"', text, count=1)
    loaded = eval(text, {"read_posts": read_posts, "read_log": read_log})
    assert len(loaded.log if "read_log" in text else loaded.posts) > 0
    assert code not in {p.code for p in loaded.problems if p.severity == "refused"}


def test_calls_are_suggested_where_something_must_be_settled() -> None:
    """What only the analyst can settle comes with the call that settles it."""
    assert {
        "CL-TIME-ZONE", "CL-TIME-ZONE-NAME", "CL-TIME-ORDER", "CL-TIME-ORDER-BOTH",
        "CL-TIME-FORMAT", "CL-COUNT-SEPARATOR", "CL-COLUMN-TWO", "CL-COLUMN-MISSING",
        "CL-FILE-CUT", "CL-IDS-SCIENTIFIC", "CL-IDS-ROUNDED", "CL-IDS-FLOAT", "CL-IDS-MADE",
        "CL-PLATFORM-UNKNOWN", "CL-SOURCE-UNKNOWN", "CL-SOURCE-KIND",
    } <= set(_calls())  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", ["CL-TIME-ZONE", "CL-TIME-ORDER", "CL-COUNT-SEPARATOR"])
def test_the_suggested_lines_of_case_toml_work(tmp_path: Path, code: str, lang: str) -> None:
    """The lines in the advice, pasted at the end of case.toml, open the case."""
    name, content, _ = READ[code]
    root = case_folder(tmp_path / "case")
    assert isinstance(content, str)
    (root / "posts/x.csv").unlink()
    (root / "posts" / name).write_text(content, "utf-8")
    with pytest.raises(CrisisLabError) as caught:
        open_case(root)
    problem = next(p for p in caught.value.problems if p.code == code)
    advice = problem.part("fix", lang)
    with (root / "case.toml").open("a", encoding="utf-8") as file:
        file.write("\n" + advice[advice.index("[[sources]]") :] + "\n")
    assert name in {Path(p).name for p in open_case(root).posts["source_file"]}


# Code: what of the advice is pasted, and what it takes the place of in the broken file.
PASTED = {
    "CL-PLAN-NO-CLOCK": (r'clock = "detected"', 'trigger = "detected"\n',
                         'trigger = "detected"\n{}\n'),
    "CL-PLAN-CIRCLE": (r'trigger = "activated"', 'trigger = "call"', "{}"),
    "CL-PLAN-TARGET": (r"percentile = 50", "[[scenarios]]", "{}\n[[scenarios]]"),
    "CL-PLAN-UNKNOWN-REF": (r"lead", '"nobody"', '"{}"'),
    "CL-SET-DURATION": (r'"30 min"', '"30"', "{}"),
    "CL-SET-UNKNOWN-KEY": (r"deadline", "deadlin =", "{} ="),
    "CL-PLAN-NO-HOLDER": (r'holders = \["\w+ \w+"\]', "holders = []", "{}"),
    "CL-SET-ZONE": (r'"Europe/Madrid"', '"Madrid"', "{}"),
    "CL-SET-INSTANT": (r"2026-03-05T10:00:00", '"monday"', "{}\nend = 2026-03-06T10:00:00"),
    "CL-SET-HOUR-TWICE": (r"2026-10-25T02:30:00\+01:00", "2026-10-25T02:30:00", "{}"),
    "CL-SET-HOUR-NEVER": (r"2026-03-29T02:30:00\+02:00", "2026-03-29T02:30:00", "{}"),
    "CL-CASE-HOURS": (r'"09:00-14:00, 16:00-20:00"', '"9-14"', "{}"),
    "CL-CASE-HOURS-BACKWARD": (r'"22:00-24:00"', '"22:00-06:00"', "{}"),
    "CL-CASE-REGION": (r'"ES-MD"', '"ES-MAD"', "{}"),
    "CL-CASE-SCENARIO": (r"\ba\b(?=;)", 'scenario = "b"', 'scenario = "{}"'),
    "CL-PLAN-ORDER": (r"\d+", "order = 1\n", "order = {}\n"),
    "CL-CASE-OVERRIDE-ACTION": (r"\bcall\b", 'action = "cal"', 'action = "{}"'),
    "CL-CASE-OVERRIDE-ROW": (r"posts/x\.csv:\d+", "posts/x.csv:999", "{}"),
    "CL-CASE-OVERRIDE-EMPTY": (r"at = [-\d:T]+", 'reason = "seen"', 'reason = "seen"\n{}'),
    "CL-CASE-ACCOUNT": (r'handle = "\.\.\."', 'platform = "x"\n', 'platform = "x"\n{}\n'),
}  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", PASTED)
def test_the_suggested_setting_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, lang: str
) -> None:
    """The setting in the advice, put where the fault is, opens the case."""
    problem = found(code, tmp_path, monkeypatch)
    pattern, old, new = PASTED[code]
    advice = re.search(pattern, problem.part("fix", lang))
    assert advice is not None, problem.part("fix", lang)
    path = tmp_path / "case" / EDITED[code][0]
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new.format(advice.group()), 1), "utf-8")
    case = open_case(tmp_path / "case")
    assert len(case.posts) == 3
    assert case.remarks == ()


def test_a_silent_brand_can_be_declared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The line that says the brand's posts are absent, pasted under [brand], settles it."""
    from crisislab.check.brand import check_brand

    problem = found("CL-BRAND-SILENT", tmp_path, monkeypatch)
    line = re.search(r"absent_from_exports = true", problem.part("fix", "en"))
    assert line is not None
    path = tmp_path / "case/case.toml"
    path.write_text(path.read_text("utf-8").replace("[brand]", f"[brand]\n{line.group()}"), "utf-8")
    assert check_brand(open_case(tmp_path / "case")) is False
