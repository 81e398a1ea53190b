"""Every notebook in a real JupyterLab: run by "Run All Cells", its charts and widgets drawn."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.label.devtools import Browser, wait_for
from tests.label.lab import Lab, running_lab

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
# Names of earlier notebooks are forgotten, the imported packages stay warm.
FORGET = {"cell_type": "code", "id": "forget", "metadata": {}, "outputs": [],
          "execution_count": None, "source": ["%reset -sf"]}  # fmt: skip
# Every cell is drawn, not only those in sight.
DRAW_ALL = {"windowingMode": "none", "recordTiming": False}
TO_THE_TOP = "opened.node.querySelectorAll('*').forEach((e) => { e.scrollTop = 0; })"
OUTPUTS = """
(() => {
  const shown = opened.node;
  const count = (what) => shown.querySelectorAll(what).length;
  return {
    errors: [...shown.querySelectorAll('[data-mime-type="application/vnd.jupyter.error"]')]
      .map((e) => e.textContent),
    warned: [...shown.querySelectorAll('[data-mime-type="application/vnd.jupyter.stderr"]')]
      .map((e) => e.textContent).filter((t) => t.trim()),
    unrun: [...shown.querySelectorAll('.jp-CodeCell .jp-InputPrompt')]
      .filter((p) => !/\\d/.test(p.textContent)).length,
    running: [...shown.querySelectorAll('.jp-CodeCell .jp-InputPrompt')]
      .filter((p) => p.textContent.includes('*')).length,
    charts: [...shown.querySelectorAll('.js-plotly-plot')]
      .filter((p) => p.querySelectorAll('.main-svg path').length > 2).length,
    plots: count('.js-plotly-plot'),
    widgets: count('.crisislab-label-box'),
    tables: count('.jp-RenderedHTMLCommon table'),
    flat: [...shown.querySelectorAll('.js-plotly-plot')].map((p) => p.offsetHeight)
      .filter((h) => h < 200),
    height: [...shown.querySelectorAll('.jp-Cell')].reduce((h, c) => h + c.offsetHeight + 4, 0),
    links: [...shown.querySelectorAll('.js-plotly-plot .modebar-btn')]
      .filter((b) => /cloud|Chart Studio/i.test(b.dataset.title || '')).length,
  };
})()
"""


@dataclass(frozen=True)
class Desk:
    """A JupyterLab with a browser in front of it and one warm kernel."""

    lab: Lab
    browser: Browser
    kernel: str

    def run(self, path: Path) -> dict[str, Any]:
        """Open a notebook, run all its cells and return what can be seen."""
        name = f"notebooks/{path.name}"
        session = {"path": name, "name": "", "type": "notebook", "kernel": {"id": self.kernel}}
        self.lab.ask("/api/sessions", method="POST", told=session)
        do = "jupyterapp.commands.execute"
        told = json.dumps({"path": name})
        ready = "then((w) => { window.opened = w; return w.context.sessionContext.ready; })"
        self.browser.wait(f"{do}('docmanager:open', {told}).{ready}.then(() => true)")
        self.browser.wait(f"{do}('notebook:run-all-cells').then(() => true)")
        wait_for(lambda: self.look()["running"] == 0, seconds=120)
        seen = self.look()
        if not seen["errors"]:
            wait_for(lambda: self.look()["charts"] >= _figures(path))
            seen = self.look()
        self._keep(path, seen)
        self.browser.wait("opened.context.save().then(() => { opened.dispose(); return true; })")
        return seen

    def look(self) -> dict[str, Any]:
        """Return what can be seen of the notebook in front."""
        seen: dict[str, Any] = self.browser.wait(OUTPUTS)
        return seen

    def _keep(self, path: Path, seen: dict[str, Any]) -> None:
        """Keep a picture of the notebook where somebody asked for pictures."""
        folder = os.environ.get("CRISISLAB_SHOTS")
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            height = min(int(seen["height"]) + 120, 15000)
            self.browser.ask(
                "opened.node.querySelectorAll('*').forEach((e) => { e.scrollTop = 0; })"
            )
            self.browser.shoot(Path(folder) / f"{path.stem}.png", height=height)


@pytest.fixture(scope="module")
def desk(chromium_found: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Copy notebooks and samples into a folder, and sit down before them."""
    scratch = tmp_path_factory.mktemp("desk")
    folder = scratch / "project"
    shutil.copytree(ROOT / "data", folder / "data")
    (folder / "notebooks").mkdir()
    for path in NOTEBOOKS:
        book = json.loads(path.read_text("utf-8"))
        for cell in book["cells"]:
            if cell["cell_type"] == "code":
                cell["outputs"], cell["execution_count"] = [], None
        book["cells"].insert(0, FORGET)
        (folder / "notebooks" / path.name).write_text(json.dumps(book), "utf-8")
    settings = scratch / "JUPYTERLAB_SETTINGS_DIR" / "@jupyterlab" / "notebook-extension"
    settings.mkdir(parents=True)
    (settings / "tracker.jupyterlab-settings").write_text(json.dumps(DRAW_ALL), "utf-8")
    with (
        running_lab(folder, scratch, "--LabApp.expose_app_in_browser=True") as lab,
        Browser(chromium_found, scratch) as browser,
    ):
        browser.open(f"{lab.url}/lab")
        wait_for(lambda: browser.ask("!!(window.jupyterapp && jupyterapp.shell)"))
        browser.wait("jupyterapp.restored.then(() => true)")
        kernel = lab.ask(
            "/api/kernels", method="POST", told={"name": "python3", "path": "notebooks"}
        )
        yield Desk(lab, browser, kernel["id"])


def _sources(path: Path) -> str:
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")


def _figures(path: Path) -> int:
    """Return how many cells end in a chart."""
    cells = [c for c in json.loads(path.read_text("utf-8"))["cells"] if c["cell_type"] == "code"]
    last = ["".join(cell["source"]).strip().rsplit("\n", 1)[-1] for cell in cells]
    return sum(line.startswith(("review.figure", "second.figure", "waiting")) for line in last)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_run_all_cells_leaves_no_error(desk: Desk, path: Path) -> None:
    """No error, no warning, no cell left out; charts and widgets are drawn, no cloud is offered."""
    seen = desk.run(path)
    assert seen["errors"] == []
    assert seen["warned"] == []
    assert seen["unrun"] == 0
    assert seen["plots"] == seen["charts"] == _figures(path)
    assert seen["flat"] == []
    assert seen["links"] == 0
    assert seen["tables"] > 0
    source = _sources(path)
    assert seen["widgets"] == source.count("label_posts(") + source.count("choose_evidence(")


def test_charts_are_among_the_notebooks() -> None:
    """The tests above are about something: most notebooks draw, one labels."""
    assert sum(_figures(path) > 0 for path in NOTEBOOKS) >= 7
    assert any("label_posts(" in _sources(path) for path in NOTEBOOKS)
