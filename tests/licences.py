"""Whose work is installed and shipped, and whether what is installed is what was locked.

    python tests/licences.py            the list, as docs/licences.md holds it for the shipped part
    python tests/licences.py --check    status 1 if a licence is unknown or a version is another one

It needs no network. Known weaknesses of versions: ``tests/advisories.py``, with a copy of them.
"""

from __future__ import annotations

import importlib.metadata as metadata
import re
import sys
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
# Licences under which a library may be used and passed on, in whatever words it says so.
FREE = re.compile(
    r"MIT|BSD|Apache|PSF|Python Software|ISC|MPL|Mozilla|LGPL|Unlicense|Zlib|HPND|CC0|public",
    re.IGNORECASE,
)  # fmt: skip


def locked() -> dict[str, str]:
    """Return the locked version of each library that this machine needs."""
    found = {}
    for line in (ROOT / "requirements.lock").read_text("utf-8").splitlines():
        if line and not line.startswith(("#", " ")):
            asked = Requirement(line.removesuffix("\\").strip())
            if asked.marker is None or asked.marker.evaluate():
                found[asked.name] = next(iter(asked.specifier)).version
    return found


def licence(name: str) -> str:
    """Return what a library says of its licence, in one line."""
    about = metadata.metadata(name)
    classes = about.get_all("Classifier") or []
    told = [
        about.get("License-Expression"),
        *(one.rsplit("::", 1)[-1].strip() for one in classes if one.startswith("License")),
        about.get("License"),
    ]
    if not any(told):
        files = [f for f in metadata.files(name) or [] if "licen" in f.name.lower()]
        told = [str(f.read_text())[:60] for f in files[:1]]
    return next((" ".join(one.split())[:60] for one in told if one), "unknown")


def main() -> int:
    """Print the list; with --check return 1 where something is wrong."""
    wrong = []
    for name, version in sorted(locked().items()):
        try:
            has, said = metadata.version(name), licence(name)
        except metadata.PackageNotFoundError:
            wrong.append(f"{name} {version} is locked and not installed")
            continue
        sys.stdout.write(f"{name} {has}: {said}\n")
        if has != version:
            wrong.append(f"{name} {has} is installed, {version} is locked")
        if not FREE.search(said):
            wrong.append(f"{name}: licence {said!r}")
    sys.stderr.write("".join(f"{line}\n" for line in wrong))
    return int(bool(wrong) and "--check" in sys.argv)


if __name__ == "__main__":
    sys.exit(main())
