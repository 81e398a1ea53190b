"""The same review on another kind of processor is the same bytes in every form.

Linear algebra and vectorised arithmetic add up in another order there, so the last digits of
floats differ; none of them may reach a file.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.warm import warm_case, warm_review

ROOT = Path(__file__).parent.parent.parent
SAMPLE = ROOT / "data" / "sample" / "brumaria"
FORMS = ("xlsx", "docx", "pptx", "md")
# What an old processor has; names that this one does not know are passed over.
OLD = {
    "OPENBLAS_CORETYPE": "Nehalem",
    "NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3 AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL "
    "AVX512_ICL AVX512_SPR",
    "ARROW_USER_SIMD_LEVEL": "NONE",
}
_TOLD = """
import json, sys
import scipy.linalg, threadpoolctl
print(json.dumps([pool.get("architecture") for pool in threadpoolctl.threadpool_info()]))
from crisislab.cli import main
sys.exit(main(sys.argv[1:]))
"""


def kernels(out: str) -> set[str]:
    """Return for which processors the linear algebra was chosen."""
    return set(filter(None, json.loads(out.splitlines()[0])))


def test_another_processor_changes_no_byte(tmp_path: Path) -> None:
    """The sample with labels, whose shares, curves and topics come from linear algebra."""
    forms = [word for form in FORMS for word in ("--form", form)]
    command = [sys.executable, "-W", "ignore", "-c", _TOLD, "review", str(SAMPLE), "--lang", "es",
               "--out", str(tmp_path / "old"), *forms]  # fmt: skip
    env = os.environ | OLD | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
    if kernels(done.stdout) != {"Nehalem"}:
        pytest.skip("linear algebra has no other way to reckon on this processor")
    review = warm_review(warm_case(SAMPLE), lang="es")
    review.write(tmp_path / "here", forms=FORMS)
    old, here = (sorted((tmp_path / name).iterdir()) for name in ("old", "here"))
    assert [path.name for path in old] == [path.name for path in here]
    differing = [a.name for a, b in zip(old, here, strict=True) if a.read_bytes() != b.read_bytes()]
    assert differing == []
