"""Run a command in a network namespace of its own, in which there is only this machine.

    python tests/offline.py pytest ...

Linux with user namespaces (``unshare -rn``); elsewhere it ends with status 3 and a remark. The
loopback interface is brought up, since browsers and Jupyter talk to themselves.
"""

from __future__ import annotations

import os
import shutil
import socket
import struct
import subprocess
import sys

_INSIDE = "CRISISLAB_OFFLINE_INSIDE"
_SET_FLAGS, _UP = 0x8914, 0x1 | 0x40


def possible() -> bool:
    """Return whether this machine allows an empty network namespace."""
    if shutil.which("unshare") is None:
        return False
    return (
        subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False).returncode == 0
    )


def bring_up_loopback() -> None:
    """Give the namespace its 127.0.0.1."""
    import fcntl

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        fcntl.ioctl(asking, _SET_FLAGS, struct.pack("16sh", b"lo", _UP))


def is_cut_off() -> bool:
    """Return whether there is no interface but loopback."""
    return [name for _, name in socket.if_nameindex()] == ["lo"]


def main(command: list[str]) -> int:
    """Run the command without a network and return its status."""
    if os.environ.get(_INSIDE):
        bring_up_loopback()
        if not is_cut_off():
            sys.stderr.write("There is still a network.\n")
            return 3
        os.execvp(command[0], command)
    if not possible():
        sys.stderr.write("This machine allows no network namespace; nothing was run.\n")
        return 3
    inside = ["unshare", "-rn", sys.executable, __file__, *command]
    return subprocess.run(inside, env=os.environ | {_INSIDE: "1"}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
