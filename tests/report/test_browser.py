"""The page in a real browser: charts are drawn, nothing runs, nothing is asked of the network."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from crisislab.report.html import review_html
from tests.label.devtools import Browser, wait_for
from tests.report.fake import hostile_review, make_review
from tests.warm import warm_case, warm_review

pytestmark = pytest.mark.browser

SAMPLE = Path(__file__).parent.parent.parent / "data" / "sample" / "brumaria"

# Draws every hover label, with the policy taken away: the escaping must hold alone.
HOVER = """
<script>
function hoverAll() {
  document.querySelectorAll("[data-figure]").forEach(function (place) {
    place._fullData.forEach(function (trace, i) {
      var n = (trace.x || []).length;
      for (var p = 0; p < Math.min(n, 40); p++) {
        try { Plotly.Fx.hover(place, [{curveNumber: i, pointNumber: p}], ["xy", "xy2"]); }
        catch (e) { }
      }
    });
  });
  document.documentElement.dataset.hovered = "1";
}
new MutationObserver(function () {
  var done = document.documentElement.dataset;
  if (done.charts === "drawn" && !done.hovered) hoverAll();
}).observe(document.documentElement, {attributes: true});
</script>
"""


@dataclass
class Watch:
    """A proxy that answers nobody and keeps every first line that it is sent."""

    address: str = ""
    asked: list[str] = field(default_factory=list)

    def outside(self) -> list[str]:
        """Return requests that are not Chromium's own housekeeping."""
        own = re.compile(r"google|gstatic|gvt\d|chromium|googleapis|^$")
        return [line for line in self.asked if not own.search(line)]


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Give a proxy through which the browser must ask for anything that is not a file."""
    server = socket.create_server(("127.0.0.1", 0))
    watched = Watch(f"127.0.0.1:{server.getsockname()[1]}")

    def listen() -> None:
        while True:
            try:
                client, _ = server.accept()
            except OSError:
                return
            with client:
                client.settimeout(2)
                try:
                    first = client.recv(4096).split(b"\r\n")[0]
                except OSError:
                    first = b""
                watched.asked.append(first.decode("latin-1"))

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    yield watched
    server.shutdown(socket.SHUT_RDWR)
    server.close()
    thread.join(timeout=5)


def opened(chromium: str, page: Path, watch: Watch, folder: Path) -> str:
    """Return the document as the browser has built it."""
    profile = folder / "profile"
    command = [
        chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
        "--no-first-run", "--disable-background-networking", "--disable-component-update",
        "--disable-sync", "--disable-default-apps", f"--user-data-dir={profile}",
        f"--proxy-server={watch.address}", "--proxy-bypass-list=<-loopback>",
        "--virtual-time-budget=30000", "--window-size=1280,1000", "--dump-dom", page.as_uri(),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=True)
    shutil.rmtree(profile, ignore_errors=True)
    return done.stdout


def _write(folder: Path, page: str) -> Path:
    path = folder / "review.html"
    path.write_text(page, "utf-8")
    return path


def _unguarded(page: str) -> str:
    """Return a page without its policy, and with a script that hovers over every point."""
    bare = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    return bare.replace("<body>", "<body>" + HOVER)


def test_review_html_draws_its_charts_without_the_network(
    chromium: str, watch: Watch, tmp_path: Path
) -> None:
    """The page opens from disk: every chart drawn, nothing asked, in plotly's Spanish locale."""
    page = _write(tmp_path, review_html(make_review(language="es")))
    dom = opened(chromium, page, watch, tmp_path)
    assert 'data-charts="drawn"' in dom
    assert dom.count('class="main-svg"') >= 4
    assert "5 mar" in dom
    assert watch.outside() == []


def test_review_html_runs_nothing_from_data(chromium: str, watch: Watch, tmp_path: Path) -> None:
    """Hostile texts in every field run no script and call nobody; the charts are drawn."""
    dom = opened(chromium, _write(tmp_path, review_html(hostile_review())), watch, tmp_path)
    assert 'data-charts="drawn"' in dom
    assert "data-pwned" not in dom[:600]
    assert watch.outside() == []


def test_figures_run_nothing_from_data_without_the_policy(
    chromium: str, watch: Watch, tmp_path: Path
) -> None:
    """With the policy taken away and every label hovered, the escaping alone holds."""
    page = _unguarded(review_html(hostile_review()))
    dom = opened(chromium, _write(tmp_path, page), watch, tmp_path)
    assert 'data-hovered="1"' in dom[:600]
    assert "data-pwned" not in dom[:600]
    assert watch.outside() == []


def test_watch_sees_a_request(chromium: str, watch: Watch, tmp_path: Path) -> None:
    """The proxy would have seen a request: the check itself works."""
    page = '<html data-charts="x"><body><img src="https://evil.example/a"></body></html>'
    opened(chromium, _write(tmp_path, page), watch, tmp_path)
    assert any("evil.example" in line for line in watch.outside())


@pytest.mark.real_data
def test_review_html_withstands_known_payloads(
    chromium: str, watch: Watch, real_data: Path, tmp_path: Path
) -> None:
    """The 223 payloads of DOMPurify's tests, as texts of every field, do nothing."""
    known = json.loads((real_data / "badinput/xss-dompurify/expect.json").read_text("utf-8"))
    payloads = [case["payload"] for case in known]
    page = _unguarded(review_html(hostile_review(*payloads)))
    dom = opened(chromium, _write(tmp_path, page), watch, tmp_path)
    assert 'data-hovered="1"' in dom[:600]
    assert not re.search(r"<(img|iframe|object|embed|form|math|video)\b", dom)
    assert watch.outside() == []


def test_review_html_fits_a_phone(chromium: str, tmp_path: Path) -> None:
    """At 400 pixels nothing of the page stands out to the right, not even the name of a method."""
    page = _write(tmp_path, review_html(warm_review(warm_case(SAMPLE), lang="en")))
    with Browser(chromium, tmp_path) as browser:
        size = {"width": 400, "height": 900, "deviceScaleFactor": 1, "mobile": True}
        browser.call("Emulation.setDeviceMetricsOverride", **size)
        browser.open(page.as_uri())
        wait_for(lambda: browser.ask("document.documentElement.dataset.charts") == "drawn")
        assert browser.ask("document.documentElement.scrollWidth") == 400
