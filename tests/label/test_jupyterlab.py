"""Labelling by keyboard in a real JupyterLab: keys, the file, and a kernel that is restarted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from crisislab.read.labels import read_labels
from tests.label.devtools import Browser, wait_for
from tests.label.lab import Lab, running_lab

pytestmark = pytest.mark.browser

TEXTS = ("Fatal, tres horas esperando", "Abren a las nueve", "Mil gracias, geniales", "Ni idea",
         "Qué vergüenza de empresa", "Hasta mañana")  # fmt: skip
CELL = """
import pandas as pd
import crisislab as cl
from crisislab.schema import POSTS
texts = {texts!r}
at = pd.date_range("2026-03-05", periods=len(texts), freq="h", tz="UTC")
posts = POSTS.conform(pd.DataFrame({{"platform": "x", "post_id": [str(i) for i in range(6)],
    "created_at": at, "kind": "post", "text": texts, "lang": "es"}}))
sample = cl.draw_sample(posts, n=6, seed=1, n_repeats=0)
cl.label_posts(sample, "labels.csv", coder="ana", lang="es")
"""
BOX = "document.querySelector('.crisislab-label-box')"


@pytest.fixture
def cell() -> str:
    """Return the code of the notebook's only cell."""
    return CELL.format(texts=list(TEXTS))


@pytest.fixture
def lab(tmp_path: Path, cell: str) -> Iterator[Lab]:
    """Run JupyterLab on a folder with one notebook."""
    folder = tmp_path / "case"
    folder.mkdir()
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell)], metadata=kernel)
    nbformat.write(book, folder / "label.ipynb")
    with running_lab(folder, tmp_path) as running:
        yield running


def _run_cell(browser: Browser) -> None:
    """Run the first cell by its keyboard shortcut and wait for a new desk on the screen."""
    browser.ask(f"{BOX} && {BOX}.classList.remove('crisislab-label-box')")
    wait_for(lambda: browser.ask("document.querySelector('.jp-Notebook .cm-content') !== null"))
    browser.ask("document.querySelector('.jp-Notebook .cm-content').focus()")
    browser.press("Enter", shift=True)
    wait_for(lambda: browser.ask(f"{BOX} !== null"))


def _shown(browser: Browser) -> tuple[str, str]:
    """Return the text shown, and how many answers the desk says it has."""
    text = browser.ask(f"{BOX}.querySelector('.crisislab-label-text').textContent")
    return str(text), str(browser.ask(f"{BOX}.dataset.done"))


def _answer(browser: Browser, key: str, *, done: int) -> str:
    """Press a key on the desk and return the text that it was the answer to."""
    browser.ask(f"{BOX}.focus()")
    text, _ = _shown(browser)
    browser.press(key)
    wait_for(lambda: _shown(browser)[1] == str(done))
    return text


def test_label_posts_by_keyboard_survives_a_restart(
    chromium: str, lab: Lab, tmp_path: Path
) -> None:
    """1, 2, 3 and u are in labels.csv at once; after a restart the desk goes on at the next."""
    with Browser(chromium, tmp_path) as browser:
        browser.open(f"{lab.url}/lab/tree/label.ipynb")
        kernel = lab.kernel()
        _run_cell(browser)
        seen = [_answer(browser, key, done=i) for i, key in enumerate("123u", start=1)]
        known = read_labels(lab.folder / "labels.csv")
        assert known["label"].tolist() == ["negative", "neutral", "positive", "unsure"]
        assert len(set(seen)) == 4
        upcoming, _ = _shown(browser)

        lab.ask(f"/api/kernels/{kernel}/restart", method="POST")
        assert lab.kernel() == kernel
        _run_cell(browser)
        assert _shown(browser) == (upcoming, "4")
        assert upcoming not in seen
        _answer(browser, "1", done=5)
    after = read_labels(lab.folder / "labels.csv")
    assert after["label"].tolist() == [*known["label"], "negative"]
    assert after["text_key"].is_unique
