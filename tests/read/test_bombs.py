"""Files made to fill the memory or never to end cost a message."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from benchmarks.bombs import MAKERS, read_apart

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows does not tell peak memory")
ROOT = Path(__file__).parents[2]
# The bounds are 300 MiB and 2 seconds; CPU seconds, five times over, hold on any machine.
MIB = 300
CPU_SECONDS = 10


@pytest.mark.parametrize("name", MAKERS)
def test_a_bomb_is_refused_within_bounds(tmp_path: Path, name: str) -> None:
    """Each bomb is refused with a code; reading it takes little memory and little time."""
    path = tmp_path / name
    path.write_bytes(MAKERS[name]())
    told = read_apart(path, root=ROOT)[0]
    assert told.rows == 0
    assert set(told.codes) - {"CL-LOAD-NOTHING"}
    assert told.mib < MIB
    assert told.cpu < CPU_SECONDS


@pytest.mark.real_data
@pytest.mark.parametrize("folder", ["xml-bombs", "yaml-bombs", "yauzl-bad-zips", "zip-slip"])
def test_public_bombs_are_refused_within_bounds(real_data: Path, folder: str) -> None:
    """The published bombs and malformed archives are refused, each within bounds."""
    files = sorted(p for p in (real_data / "badinput" / folder).rglob("*") if p.is_file())
    bad = [path for path in files if path.name not in ("SOURCE.txt", "LICENSE", "everything.zip")]
    assert bad
    for told in read_apart(*bad, root=ROOT):
        assert told.rows == 0, told
        assert told.codes, told
        assert told.mib < MIB, told
        assert told.cpu < CPU_SECONDS, told
