"""A small case with all that a version writes into it, kept for the versions to come.

    python -m tests.frozen        write tests/operations/frozen/VERSION.zip of this version

To be run once per release, before it. ``tests/operations/test_upgrade.py`` opens every frozen case
with the present code. The page and the documents of the review are left out: they are large, and
no version reads them.
"""

from __future__ import annotations

import io
import os
import shutil
import sys
import tempfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path

FROZEN = Path(__file__).parent / "operations" / "frozen"
SAMPLE = Path(__file__).parent.parent / "data" / "sample" / "kestrel"
# The worst letter is never better than the evidence allows.
RATINGS = "action,rater,rating,rows\nalert-lead,ana,U,\n"
_LEFT_OUT = ("review.html",)


def write_case(folder: Path) -> None:
    """Write a small case and everything that is made of one: store, labels, library, review."""
    from crisislab.label.record import record
    from crisislab.library.book import Library
    from crisislab.library.desk import keep
    from crisislab.library.keep import past_case
    from crisislab.opening import open_case
    from crisislab.pipeline import review

    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("README.md", "truth"))
    (folder / "narrative.md").write_text("# What happened\n\nAll of it is invented.\n", "utf-8")
    (folder / "ratings.csv").write_text(RATINGS, "utf-8")
    shown = {"text_key": "frozen", "text": "hello", "size": 1, "probability": 0.5, "stratum": "en"}
    at = datetime(2026, 6, 1, tzinfo=UTC)
    record(folder / "labels.csv", [(shown, "neutral")], coder="ana", at=at)
    case = open_case(folder)
    made = review(case)
    made.write(folder / "review")
    keep(Library(), past_case(case, made, name="Invented"), folder / "library.json")
    open_case(folder, stored=True)


def freeze(path: Path) -> None:
    """Write the frozen case of this version, and the secret its pseudonyms were made with."""
    from crisislab.privacy.secret import make_secret

    out = io.BytesIO()
    with (
        tempfile.TemporaryDirectory() as scratch,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed,
    ):
        secret, folder = Path(scratch) / "secret", Path(scratch) / "case"
        make_secret(secret)
        os.environ["CRISISLAB_SECRET"] = str(secret)
        write_case(folder)
        for file in sorted(p for p in Path(scratch).rglob("*") if p.is_file()):
            if file.name not in _LEFT_OUT and not file.name.endswith(".lock"):
                packed.write(file, file.relative_to(scratch).as_posix())
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(out.getvalue())


def thaw(path: Path, folder: Path) -> Path:
    """Unpack a frozen case; return its folder. The secret lies beside it."""
    with zipfile.ZipFile(path) as packed:
        packed.extractall(folder)
    (folder / "secret").chmod(0o600)
    return folder / "case"


if __name__ == "__main__":
    import crisislab

    freeze(FROZEN / f"{crisislab.__version__}.zip")
    sys.stdout.write(f"{FROZEN / crisislab.__version__}.zip\n")
