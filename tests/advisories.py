"""Which locked libraries have a known weakness, by a copy of the advisories; no network.

    python tests/advisories.py PLACE...

PLACE is a folder, a zip or a file of advisories in the OSV format: the export of OSV for PyPI
(``all.zip``), or a checkout of PyPA's advisory database (``vulns/NAME/PYSEC-*.yaml``). Every line
of ``requirements.lock`` is asked about, for all machines. Prints one line per finding; status 1 if
there is any, 2 if nothing could be read as an advisory.
"""

from __future__ import annotations

import json
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

ROOT = Path(__file__).resolve().parent.parent
_READ = (".json", ".yaml", ".yml")
Advisory = Mapping[str, Any]


@dataclass(frozen=True)
class Finding:
    """A locked version that an advisory names."""

    library: str
    version: str
    advisory: str
    fixed: tuple[str, ...]
    summary: str

    def __str__(self) -> str:
        """Return it in one line."""
        mended = f"fixed in {', '.join(self.fixed)}" if self.fixed else "no fixed version is named"
        return f"{self.library} {self.version}: {self.advisory}, {mended}. {self.summary}".strip()


def locked(lock: str) -> Iterator[tuple[str, str]]:
    """Yield name and version of every line of a lock, whatever machine it is for."""
    for line in lock.splitlines():
        if line and not line.startswith(("#", " ")):
            asked = Requirement(line.removesuffix("\\").strip())
            yield canonicalize_name(asked.name), next(iter(asked.specifier)).version


def advisories(place: Path) -> Iterator[Advisory]:
    """Yield the advisories of a folder, a zip or a file; what is none is passed over."""
    if place.is_dir():
        for path in sorted(p for p in place.rglob("*") if p.suffix in _READ and p.is_file()):
            yield from _parsed(path.read_bytes(), path.suffix)
    elif zipfile.is_zipfile(place):
        with zipfile.ZipFile(place) as packed:
            for name in sorted(packed.namelist()):
                if name.endswith(_READ):
                    yield from _parsed(packed.read(name), Path(name).suffix)
    else:
        yield from _parsed(place.read_bytes(), place.suffix)


def _parsed(data: bytes, suffix: str) -> Iterator[Advisory]:
    try:
        told = json.loads(data) if suffix == ".json" else yaml.safe_load(data)
    except (ValueError, yaml.YAMLError):
        return
    for one in told if isinstance(told, list) else [told]:
        if isinstance(one, dict) and "id" in one and isinstance(one.get("affected"), list):
            yield one


def findings(lock: str, known: Iterable[Advisory]) -> list[Finding]:
    """Return every locked version that an advisory names, by library and advisory.

    An advisory that was withdrawn counts for nothing. A version is named by the list
    ``versions``, or by lying in a range of type ``ECOSYSTEM``: at or after ``introduced``, before
    ``fixed``, not after ``last_affected``. Source: OSV schema 1.6.
    """
    versions: dict[str, set[str]] = {}
    for name, version in locked(lock):
        versions.setdefault(name, set()).add(version)
    found = {
        Finding(name, version, str(advisory["id"]), _fixes(affected), _summary(advisory))
        for advisory in known if not advisory.get("withdrawn")
        for affected in advisory["affected"]
        for name in [_name(affected)]
        for version in versions.get(name, ()) if _names(affected, version)
    }  # fmt: skip
    return sorted(found, key=lambda one: (one.library, one.version, one.advisory))


def _name(affected: Mapping[str, Any]) -> str:
    package = affected.get("package") or {}
    of_python = package.get("ecosystem") == "PyPI"
    return canonicalize_name(str(package.get("name", ""))) if of_python else ""


def _names(affected: Mapping[str, Any], version: str) -> bool:
    listed = {_version(one) for one in affected.get("versions") or ()}
    ranges = [r for r in affected.get("ranges") or () if r.get("type") == "ECOSYSTEM"]
    return _version(version) in listed or any(_within(r, Version(version)) for r in ranges)


def _within(told: Mapping[str, Any], version: Version) -> bool:
    """Return whether the last event at or before a version leaves it affected."""
    events = [(_version(at), kind) for event in told.get("events") or ()
              for kind, at in event.items()]  # fmt: skip
    inside = False
    for at, kind in sorted((e for e in events if e[0] is not None), key=lambda e: e[0]):
        if kind == "introduced" and at <= version:
            inside = True
        elif (kind == "fixed" and at <= version) or (kind == "last_affected" and at < version):
            inside = False
    return inside


def _version(text: object) -> Version | None:
    try:
        return Version(str(text))
    except InvalidVersion:
        return None


def _fixes(affected: Mapping[str, Any]) -> tuple[str, ...]:
    events = [event for told in affected.get("ranges") or () if told.get("type") == "ECOSYSTEM"
              for event in told.get("events") or ()]  # fmt: skip
    return tuple(str(event["fixed"]) for event in events if "fixed" in event)


def _summary(advisory: Advisory) -> str:
    text = str(advisory.get("summary") or advisory.get("details") or "")
    return text.strip().split("\n", maxsplit=1)[0][:120]


def main(places: list[str]) -> int:
    """Print what is found and return the exit status."""
    known = [one for place in places for one in advisories(Path(place))]
    if not known:
        sys.stderr.write("no advisory was read: name a folder, zip or file of OSV advisories\n")
        return 2
    found = findings((ROOT / "requirements.lock").read_text("utf-8"), known)
    sys.stdout.write("".join(f"{one}\n" for one in found))
    sys.stderr.write(f"{len(known)} advisories, {len(found)} findings\n")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
