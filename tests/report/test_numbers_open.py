"""In a real browser: every number of the sample's page is asked to open, and opens."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

import crisislab as cl
from crisislab.report.html import review_html
from crisislab.report.openable import known_digits
from crisislab.report.value import Review
from tests.report.test_browser import Watch, _write, opened, watch  # noqa: F401 - a fixture

pytestmark = pytest.mark.browser
SAMPLE = Path(__file__).parents[2] / "data" / "sample" / "brumaria"

# Clicks every number of the page and writes down what did not open.
ASK = """
<script>
function ask() {
  // Without layout: thousands of cards are opened.
  HTMLDialogElement.prototype.showModal = function () { this.setAttribute("open", ""); };
  HTMLDialogElement.prototype.close = function () { this.removeAttribute("open"); };
  Object.defineProperty(HTMLElement.prototype, "innerText",
    { get: function () { return this.textContent; } });
  var dialog = document.getElementById("card"), body = document.getElementById("card-body");
  var told = { links: 0, cells: 0, closed: [], bare: [] };
  function opens(node, kind) {
    node.click();
    told[kind] += 1;
    var card = dialog.open && body.querySelector(".card");
    var rich = card && card.querySelectorAll("dt").length >= 2 && card.querySelector("code");
    if (!rich) told.closed.push(kind + ": " + node.textContent.slice(0, 60));
    if (dialog.open) dialog.close();
  }
  var numbers = document.getElementById("numbers");
  document.querySelectorAll("main a.num").forEach(function (link) {
    if (!numbers.contains(link)) opens(link, "links");
  });
  document.querySelectorAll("main tbody td, main tbody th").forEach(function (cell) {
    if (numbers.contains(cell) || cell.closest("#again")) return;
    var text = cell.cloneNode(true);
    text.querySelectorAll("code, q, a").forEach(function (one) { one.remove(); });
    var head = cell.closest("table").tHead.rows[0].cells[cell.cellIndex];
    var named = !head.querySelector("a.num") && !head.classList.contains("right") &&
      !head.hasAttribute("data-beside");
    if (/\\d/.test(text.textContent) && !named) opens(cell, "cells");
    else if (/\\d/.test(text.textContent)) told.bare.push(text.textContent);
  });
  var walk = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    var node = walk.currentNode, home = node.parentElement;
    if (!/\\d/.test(node.data)) continue;
    if (home.closest("a[href^='#'], table, code, pre, q, footer, .plot, #numbers, #again, script"))
      continue;
    told.bare.push(node.data);
  }
  var out = document.createElement("script");
  out.type = "application/json";
  out.id = "asked";
  out.textContent = JSON.stringify(told).replace(/</g, "\\\\u003c");
  document.body.appendChild(out);
}
new MutationObserver(function () {
  var done = document.documentElement.dataset;
  if (done.charts === "drawn" && !done.asked) { done.asked = "1"; ask(); }
}).observe(document.documentElement, { attributes: true });
</script>
"""


@pytest.fixture(scope="module")
def review() -> Review:
    """Return the review of the sample."""
    return cl.review(cl.open_case(SAMPLE))


@pytest.mark.parametrize("lang", ["es", "en"])
def test_every_number_of_the_page_opens(
    lang: str, review: Review, chromium: str, watch: Watch, tmp_path: Path,  # noqa: F811
) -> None:  # fmt: skip
    """Numbers in texts and cells: each click shows a card; what is left are names and words."""
    made = replace(review, language=lang)
    page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", review_html(made))
    dom = opened(
        chromium, _write(tmp_path, page.replace("<body>", "<body>" + ASK)), watch, tmp_path
    )
    found = re.search(r'<script type="application/json" id="asked">(.*?)</script>', dom, re.DOTALL)
    assert found is not None
    told = json.loads(found[1])
    assert told["closed"] == []
    assert told["links"] > 400
    assert told["cells"] > 3000
    known = known_digits(made)
    assert [text for text in told["bare"] if set(re.findall(r"\d+", text)) - known] == []
    assert watch.outside() == []
