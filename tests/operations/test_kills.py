"""Whole commands killed at a few random moments; ``benchmarks/kill_commands.py`` is the long."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

import pytest

from tests.operations.faults import ROOT, fork


@fork
@pytest.mark.skipif(not hasattr(time, "clock_gettime"), reason="needs clocks of other processes")
@pytest.mark.parametrize(
    ("command", "n"), [("review", 2), ("bundle", 2), ("ingest", 4), ("merge", 4), ("purge", 4)]
)
def test_a_command_killed_anywhere_leaves_the_old_or_the_new(command: str, n: int) -> None:
    """Nothing is damaged, and the next run gives the numbers it would have given."""
    run = subprocess.run(
        [sys.executable, "benchmarks/kill_commands.py", "--n", str(n), "--command", command],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True,
        check=False, timeout=600,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    told = json.loads(run.stdout)
    assert (told["kills"], told["damaged"], told["unlike"]) == (n, 0, 0)
    # A test that never killed anything would prove nothing.
    assert told["hit"] >= 1
