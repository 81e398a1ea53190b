"""The page printed to PDF by a browser that is on the machine; nothing is fetched."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from crisislab.errors import CrisisLabError, Problem

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
            "msedge", "microsoft-edge")  # fmt: skip
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
SECONDS = 120
# At this width, times the zoom of the print style, charts fill an A4 page and keep their legends;
# nothing may call the network or ask.
_FLAGS = ("--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
          "--disable-background-networking", "--disable-component-update", "--disable-extensions",
          "--proxy-server=127.0.0.1:9", "--window-size=920,1200", "--no-pdf-header-footer",
          "--virtual-time-budget=15000")  # fmt: skip


def browser() -> str | None:
    """Return a browser that can print, or ``None``: ``CRISISLAB_BROWSER``, else one found."""
    named = os.environ.get("CRISISLAB_BROWSER")
    if named:
        return shutil.which(named)
    on_path = (shutil.which(name) for name in BROWSERS)
    return next((p for p in (*on_path, *PLACES) if p and Path(p).is_file()), None)


def pdf_bytes(page: bytes) -> bytes:
    """Return a page as a tagged A4 PDF.

    Raises:
        CrisisLabError: ``CL-OUT-NO-BROWSER`` if no browser is installed, ``CL-OUT-PDF`` if it
            made no PDF within two minutes.
    """
    program = browser()
    if program is None:
        raise CrisisLabError(Problem("CL-OUT-NO-BROWSER", file="review.pdf"))
    with tempfile.TemporaryDirectory(prefix="crisislab-") as folder:
        source, target = Path(folder, "review.html"), Path(folder, "review.pdf")
        source.write_bytes(page)
        command = [program, *_FLAGS, f"--user-data-dir={folder}/profile",
                   f"--print-to-pdf={target}", source.as_uri()]  # fmt: skip
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.insert(1, "--no-sandbox")  # Chromium refuses to run as root otherwise.
        said = _run(command)
        if not target.is_file():
            raise CrisisLabError(Problem("CL-OUT-PDF", file="review.pdf", value=said))
        return target.read_bytes()


def _run(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
    except (subprocess.TimeoutExpired, OSError) as error:
        return type(error).__name__
    return done.stderr.decode("utf-8", "replace")[-200:]
