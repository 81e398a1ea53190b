"""Labelling by keyboard in a real JupyterLab: keys, the file, and a kernel that is restarted."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest

from crisislab.read.labels import read_labels
from tests.label.devtools import Browser, wait_for

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


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab: where it is, and how to talk to its server."""

    url: str
    folder: Path

    def ask(self, path: str, *, method: str = "GET") -> Any:
        """Return the answer of the server's own interface."""
        request = urllib.request.Request(f"{self.url}{path}", method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or b"null")

    def kernel(self) -> str:
        """Return the kernel of the notebook, once it waits for work."""
        return str(wait_for(self._idle))

    def _idle(self) -> str:
        open_ = [s["kernel"] for s in self.ask("/api/sessions")]
        return next((k["id"] for k in open_ if k["execution_state"] == "idle"), "")


@pytest.fixture
def cell() -> str:
    """Return the code of the notebook's only cell."""
    return CELL.format(texts=list(TEXTS))


@pytest.fixture
def lab(tmp_path: Path, cell: str) -> Iterator[Lab]:
    """Run JupyterLab on a folder of its own, with nothing of the user's settings."""
    folder = tmp_path / "case"
    folder.mkdir()
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell)], metadata=kernel)
    nbformat.write(book, folder / "label.ipynb")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    places = {name: str(tmp_path / name) for name in (
        "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_SETTINGS_DIR",
        "JUPYTERLAB_WORKSPACES_DIR", "IPYTHONDIR")}  # fmt: skip
    here = str(Path(__file__).parents[2])
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", f"--ServerApp.port={port}",
        "--ServerApp.ip=127.0.0.1", "--IdentityProvider.token=", "--ServerApp.password=",
        "--ServerApp.disable_check_xsrf=True", "--allow-root", f"--ServerApp.root_dir={folder}",
    ]  # fmt: skip
    with (tmp_path / "lab.log").open("wb") as log:
        server = subprocess.Popen(
            command, stdout=log, stderr=log, env=os.environ | places | {"PYTHONPATH": here}
        )
    running = Lab(f"http://127.0.0.1:{port}", folder)
    try:
        wait_for(lambda: _answers(running))
        yield running
    finally:
        server.terminate()
        server.wait(timeout=20)


def _answers(lab: Lab) -> bool:
    try:
        return bool(lab.ask("/api/status"))
    except OSError:
        return False


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
