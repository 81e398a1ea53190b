"""Choosing what proves an action, by click and by key in a real JupyterLab."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from crisislab.words import say
from tests.label.devtools import Browser, wait_for
from tests.label.lab import Lab
from tests.label.test_jupyterlab import BOX, _run_cell, lab

pytestmark = pytest.mark.browser
__all__ = ["lab"]

CELL = """
import pandas as pd
import crisislab as cl
actions = pd.DataFrame({"action": ["A1", "A2"], "name": ["Parar la venta", "Avisar"],
                        "state": ["ambiguous", "ambiguous"]})
at = pd.Timestamp("2026-03-05T10:00Z")
rows = [("A1", "log:3", "¿Paramos la venta?"), ("A1", "log:5", "Venta parada"),
        ("A1", "log:9", "<b>Sigue parada</b>"), ("A2", "log:7", "Lo aviso luego")]
candidates = pd.DataFrame([{"action": a, "row": r, "text": t, "standing": "doubtful",
    "actor": "Ana", "channel": "slack", "at": at} for a, r, t in rows])
cl.choose_evidence(actions, candidates, "case.toml", reason="con Ana", lang="es")
"""


@pytest.mark.parametrize("cell", [CELL])
def test_choose_evidence_by_click_and_key(
    chromium: str, lab: Lab, tmp_path: Path, cell: str
) -> None:
    """No by click, yes by key: both are in case.toml, and a settled action is not asked again."""
    button = f"{BOX}.querySelectorAll('button')"
    with Browser(chromium, tmp_path) as browser:
        browser.open(f"{lab.url}/lab/tree/label.ipynb")
        lab.kernel()
        _run_cell(browser)
        words = browser.ask(f"Array.from({button}).map(b => b.textContent)")
        assert words == [f"{key}  {say(f'plan.choose.{name}', 'es')}"
                         for key, name in (("1", "yes"), ("2", "no"), ("0", "unsure"))]  # fmt: skip
        assert "¿Paramos la venta?" in _text(browser)
        _click(browser, f"{button}[1]")
        wait_for(lambda: "Venta parada" in _text(browser))
        browser.ask(f"{BOX}.focus()")
        browser.press("1")
        wait_for(lambda: "Lo aviso luego" in _text(browser))
        _click(browser, f"{button}[2]")
        wait_for(lambda: browser.ask(f"{BOX}.querySelector('.crisislab-label-buttons').hidden"))
        assert say("plan.choose.finished", "es", n=2, file="case.toml") in _text(browser)
    kept = tomllib.loads((lab.folder / "case.toml").read_text("utf-8"))
    assert kept == {
        "reject": [{"action": "A1", "row": "log:3", "reason": "con Ana"}],
        "confirm": [{"action": "A1", "row": "log:5", "reason": "con Ana"}],
    }


def _text(browser: Browser) -> str:
    return str(browser.ask(f"{BOX}.querySelector('.crisislab-label-text').textContent"))


def _click(browser: Browser, element: str) -> None:
    """Press and release the mouse on the middle of an element, as a person would."""
    browser.ask(f"{element}.scrollIntoView({{block: 'center'}})")
    where = f"(r => [r.x + r.width / 2, r.y + r.height / 2])({element}.getBoundingClientRect())"
    x, y = browser.ask(where)
    for kind in ("mousePressed", "mouseReleased"):
        browser.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)
