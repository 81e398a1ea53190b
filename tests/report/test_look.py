"""A team's own look."""

from __future__ import annotations

from pathlib import Path

import pytest

from crisislab.errors import CrisisLabError
from crisislab.report.html import review_html
from crisislab.report.look import Look, read_look
from tests.report.fake import make_review

PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


def _write(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "report.toml").write_text(text, "utf-8")
    (folder / "logo.png").write_bytes(PNG)
    return folder


def test_look_changes_order_titles_colour_and_logo(tmp_path: Path) -> None:
    """What a team asks for is on the page; the first page stays first and the data last."""
    text = """logo = "logo.png"
accent = "#7a0019"
order = ["plan", "response"]
[titles.en]
plan = "Our protocol <b>"
"""
    look = read_look(_write(tmp_path / "case", text))
    page = review_html(make_review(language="en", look=look))
    names = ("short", "plan", "response", "chronology", "sentiment", "data", "numbers")
    places = [page.index(f'<section id="{name}"') for name in names]
    assert places == sorted(places)
    assert page.count("Our protocol &lt;b&gt;") == 2
    assert ":root{--blue:#7a0019}" in page
    assert '<img class="logo" src="data:image/png;base64,' in page


def test_look_of_the_case_goes_before_the_shared_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A shared folder holds where the case has no look of its own."""
    shared = _write(tmp_path / "team", 'accent = "#00598c"')
    monkeypatch.setenv("CRISISLAB_LOOK", str(shared))
    assert read_look(tmp_path).accent == "#00598c"
    assert read_look(_write(tmp_path / "case", 'accent = "#333333"')).accent == "#333333"
    monkeypatch.delenv("CRISISLAB_LOOK")
    assert read_look(tmp_path) == Look()


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("CL-LOOK-COLOUR", 'accent = "red"'),
        ("CL-LOOK-CONTRAST", 'accent = "#ffee00"'),
        ("CL-LOOK-LOGO", 'logo = "../secret.png"'),
        ("CL-LOOK-LOGO", 'logo = "none.png"'),
        ("CL-LOOK-PICTURE", 'logo = "report.toml"'),
        ("CL-SET-TYPE", 'order = ["data"]'),
    ],
)
def test_look_refuses_what_would_spoil_the_page(tmp_path: Path, code: str, text: str) -> None:
    """A pale colour, a file from elsewhere, a hidden section: refused with a code."""
    (tmp_path / "secret.png").write_bytes(PNG)
    with pytest.raises(CrisisLabError) as refused:
        read_look(_write(tmp_path / "case", text))
    assert refused.value.problems[0].code == code
    assert refused.value.message("es")
