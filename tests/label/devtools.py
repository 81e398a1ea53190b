"""A browser driven over the DevTools protocol: open a page, press keys, ask the page."""

from __future__ import annotations

import base64
import json
import os
import socket
import struct
import subprocess
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit


class Socket:
    """A WebSocket to this machine, as far as DevTools needs it (RFC 6455, text frames)."""

    def __init__(self, url: str) -> None:
        """Connect and shake hands."""
        parts = urlsplit(url)
        self._line = socket.create_connection((parts.hostname or "", parts.port or 0), timeout=300)
        key = base64.b64encode(os.urandom(16)).decode()
        head = (
            f"GET {parts.path} HTTP/1.1", f"Host: {parts.netloc}", "Upgrade: websocket",
            "Connection: Upgrade", f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", "", "",
        )  # fmt: skip
        self._line.sendall("\r\n".join(head).encode())
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self._line.recv(1)
        assert b" 101 " in answer.split(b"\r\n")[0], answer

    def send(self, text: str) -> None:
        """Send one text; a client masks what it sends."""
        body, mask = text.encode(), os.urandom(4)
        head = bytes([0x81, 0xFF]) + struct.pack(">Q", len(body)) + mask
        self._line.sendall(head + bytes(b ^ mask[i % 4] for i, b in enumerate(body)))

    def receive(self) -> str:
        """Return the next text, its parts joined; pings and such are passed over."""
        whole = b""
        while True:
            first, second = self._exactly(2)
            size = second & 127
            if size > 125:
                size = int.from_bytes(self._exactly(2 if size == 126 else 8), "big")
            body, code = self._exactly(size), first & 15
            if code in (0, 1):
                whole += body
                if first & 128:
                    return whole.decode()

    def _exactly(self, n: int) -> bytes:
        body = b""
        while len(body) < n:
            part = self._line.recv(n - len(body))
            if not part:
                raise ConnectionError("the browser hung up")
            body += part
        return body

    def close(self) -> None:
        """Hang up."""
        self._line.close()


class Browser:
    """One page of a headless Chromium; use as a context."""

    def __init__(self, chromium: str, folder: Path) -> None:
        """Start Chromium with a profile of its own in the folder."""
        self._port = folder / "profile" / "DevToolsActivePort"
        command = [
            chromium, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--remote-debugging-port=0", "--window-size=1280,1000",
            f"--user-data-dir={folder / 'profile'}", "about:blank",
        ]  # fmt: skip
        self._process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._n = 0

    def __enter__(self) -> Self:
        """Connect to the page."""
        wait_for(lambda: self._port.exists() and self._port.read_text("utf-8").count("\n") == 1)
        port = self._port.read_text("utf-8").split()[0]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list", timeout=10) as listed:
            pages = [page for page in json.load(listed) if page["type"] == "page"]
        self._socket = Socket(pages[0]["webSocketDebuggerUrl"])
        return self

    def __exit__(self, *_: object) -> None:
        """End the browser that was started here."""
        self._socket.close()
        self._process.terminate()
        self._process.wait(timeout=20)

    def call(self, method: str, **facts: Any) -> dict[str, Any]:
        """Return the answer to a DevTools call; events meanwhile are passed over."""
        self._n += 1
        self._socket.send(json.dumps({"id": self._n, "method": method, "params": facts}))
        while True:
            heard = json.loads(self._socket.receive())
            if heard.get("id") == self._n:
                assert "error" not in heard, heard
                answer: dict[str, Any] = heard["result"]
                return answer

    def open(self, url: str) -> None:
        """Go to a page."""
        self.call("Page.navigate", url=url)

    def ask(self, script: str) -> Any:
        """Return the value of an expression in the page."""
        found = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        return found["result"].get("value")

    def wait(self, script: str) -> Any:
        """Return what a promise in the page comes to, however long it takes."""
        found = self.call(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def shoot(self, path: Path, *, height: int = 1000) -> None:
        """Save what the window shows as PNG, in a window of the given height."""
        size = {"width": 1280, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.call("Emulation.setDeviceMetricsOverride", **size)
        time.sleep(1)  # the page lays itself out anew
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot")["data"]))

    def press(self, key: str, *, code: str = "", shift: bool = False) -> None:
        """Press and release a key, as a person would."""
        named = {"Enter": 13, "Backspace": 8}.get(key, ord(key.upper()[0]))
        facts: dict[str, Any] = {
            "key": key, "code": code or key, "windowsVirtualKeyCode": named,
            "modifiers": 8 if shift else 0,
        }  # fmt: skip
        text = "\r" if key == "Enter" else key if len(key) == 1 else ""
        self.call("Input.dispatchKeyEvent", type="keyDown", text=text, **facts)
        self.call("Input.dispatchKeyEvent", type="keyUp", **facts)


def wait_for(found: Callable[[], Any], *, seconds: float = 60) -> Any:
    """Return the first value that is true, asking ten times a second.

    Raises:
        TimeoutError: If it never is.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = found()
        if value:
            return value
        time.sleep(0.1)
    raise TimeoutError(f"nothing after {seconds} s")
