"""Every code has words, and the call it suggests works when it is pasted."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import crisislab
from crisislab.errors import CrisisLabError
from crisislab.read import Declaration, read_log, read_posts
from crisislab.words import catalogue
from tests.read.exports import HEADER, dated, lines, rows, table
from tests.read.test_faults import CASES

Write = Callable[[str, str | bytes], Path]
READ = Path(crisislab.__file__).parent / "read"
CALL = re.compile(r"(read_(?:posts|log)\(.*?\))(?:\s|\.|$|,? o)")


def _codes() -> set[str]:
    text = "".join(path.read_text("utf-8") for path in READ.rglob("*.py"))
    return set(re.findall(r'"(CL-[A-Z0-9-]+)"', text))


@pytest.mark.parametrize("code", sorted(_codes()))
@pytest.mark.parametrize("lang", ["en", "es"])
def test_every_code_has_words(code: str, lang: str) -> None:
    """Each code says what was found, what it means, and one way to settle it, in both languages."""
    words = catalogue(lang)
    assert all(words.get(f"problems.{code}.{part}") for part in ("found", "means", "fix"))


def test_every_placeholder_is_filled(write: Write) -> None:
    """No message shows a placeholder that nothing fills."""
    for name, content, keywords, _, _ in CASES:
        loaded = read_posts(write(name, content), strict=False, **keywords)
        for problem in loaded.problems:
            for lang in ("en", "es"):
                assert "{" not in problem.part("found", lang) or "{" in problem.value
                assert "?" not in problem.part("means", lang).replace("¿", "")
                assert "None" not in problem.part("found", lang)


SUGGESTED = [
    ("zone.csv", dated("2026-03-05 10:00"), "CL-TIME-ZONE"),
    ("order.csv", dated("05/03/2026 10:00Z"), "CL-TIME-ORDER"),
    ("both.csv", dated("25/03/2026 10:00Z", "03/25/2026 10:00Z"), "CL-TIME-ORDER-BOTH"),
    ("sci.csv", table("1.57E+18;2026-03-05T10:00:00Z;a"), "CL-IDS-SCIENTIFIC"),
    ("float.csv", table("570306133677760512.0;2026-03-05T10:00:00Z;a"), "CL-IDS-FLOAT"),
    ("round.csv", table(*(f"57030613367776{i}000;2026-03-05T12:00:0{i}Z;a" for i in range(9))),
     "CL-IDS-ROUNDED"),
    ("likes.csv", table("1;2026-03-05T10:00:00Z;a;1.234", header="id;created_at;text;likes"),
     "CL-COUNT-SEPARATOR"),
    ("cut.json", "[" + lines(3).replace("\n", ","), "CL-FILE-CUT"),
    ("two.csv", table("1;2026-03-05T12:00:00Z;2026-03-05T12:00:00Z;a",
                      header="id;posted at;published at;text"), "CL-COLUMN-TWO"),
]  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize(("name", "content", "code"), SUGGESTED)
def test_the_suggested_call_works(
    write: Write, monkeypatch: pytest.MonkeyPatch, name: str, content: str, code: str, lang: str
) -> None:
    """The call in the fix, pasted, loads the file."""
    path = write(name, content)
    monkeypatch.chdir(path.parent)
    with pytest.raises(CrisisLabError) as caught:
        read_posts(name)
    problem = next(p for p in caught.value.problems if p.code == code)
    call = CALL.search(problem.part("fix", lang))
    assert call is not None
    assert len(eval(call.group(1), {"read_posts": read_posts}).posts) > 0


def test_the_platform_can_be_told(write: Write) -> None:
    """A file without a platform is loaded as unknown, until it is said."""
    path = write("a.csv", HEADER + rows(2))
    assert set(read_posts(path).posts["platform"]) == {"unknown"}
    assert set(read_posts(path, platform="facebook").posts["platform"]) == {"facebook"}


def test_a_declaration_is_found_by_the_name_in_the_case(write: Write) -> None:
    """Declarations are looked up by the path inside the case folder."""
    path = write("posts/opiniones.csv", dated("2026-03-05 10:00"))
    declared = {"posts/opiniones.csv": Declaration(zone="Europe/Madrid")}
    loaded = read_posts(path, declared=declared, root=path.parent.parent)
    assert loaded.posts["source_file"].tolist() == ["posts/opiniones.csv"]


def test_a_log_given_as_posts_is_pointed_to_read_log(write: Write) -> None:
    """A known log is not read as posts; the message says which call reads it."""
    text = '{"log_entries": [{"id": "R1", "type": "trigger_log_entry", "summary": "Triggered", '
    text += '"created_at": "2026-03-05T10:00:00Z", "agent": {"summary": "ops"}}]}'
    with pytest.raises(CrisisLabError, match=r"read_log\(") as caught:
        read_posts(write("a.json", text))
    assert caught.value.codes == ("CL-SOURCE-KIND",)
    assert len(read_log(write("a.json", text)).log) == 1
