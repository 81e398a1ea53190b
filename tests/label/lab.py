"""A JupyterLab of the tests' own: its server, started on a free port and ended again."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.label.devtools import wait_for

ROOT = Path(__file__).parents[2]
_PLACES = ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_SETTINGS_DIR",
           "JUPYTERLAB_WORKSPACES_DIR")  # fmt: skip


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab: where it is, and how to talk to its server."""

    url: str
    folder: Path

    def ask(self, path: str, *, method: str = "GET", told: object = None) -> Any:
        """Return the answer of the server's own interface."""
        body = None if told is None else json.dumps(told).encode()
        request = urllib.request.Request(f"{self.url}{path}", data=body, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or b"null")

    def kernel(self) -> str:
        """Return the kernel of the notebook, once it waits for work."""
        return str(wait_for(self._idle))

    def _idle(self) -> str:
        open_ = [s["kernel"] for s in self.ask("/api/sessions")]
        return next((k["id"] for k in open_ if k["execution_state"] == "idle"), "")


@contextmanager
def running_lab(folder: Path, scratch: Path, *options: str) -> Iterator[Lab]:
    """Run JupyterLab on a folder, with nothing of the user's settings; what it says is kept."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", f"--ServerApp.port={port}",
        "--ServerApp.ip=127.0.0.1", "--IdentityProvider.token=", "--ServerApp.password=",
        "--ServerApp.disable_check_xsrf=True", "--allow-root", f"--ServerApp.root_dir={folder}",
        *options,
    ]  # fmt: skip
    own = {name: str(scratch / name) for name in _PLACES} | {
        "PYTHONPATH": str(ROOT), "JUPYTER_CONFIG_PATH": str(ROOT / "etc" / "jupyter"),
    }  # fmt: skip
    own |= {} if "IPYTHONDIR" in os.environ else {"IPYTHONDIR": str(scratch / "ipython")}
    with (scratch / "lab.log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, env=os.environ | own)
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
