"""The files of a review: one page, its tables and the manifest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from crisislab.report.forms import form_files
from crisislab.report.html import review_html
from crisislab.report.replace import replace_files
from crisislab.report.sheets import csv_bytes
from crisislab.report.value import Review

TABLES = ("metrics", "verdicts", "actions", "ledger", "issues", "rejects")
PAGE = "review.html"


def write_review(review: Review, folder: Path, *, forms: Collection[str] = ()) -> Path:
    """Write a review into a folder and return the path of ``review.html``.

    Writes ``metrics.csv``, ``verdicts.csv``, ``actions.csv``, ``ledger.csv``, ``issues.csv``,
    ``rejects.csv``, the further tables (see :mod:`crisislab.report.sheets` for their form),
    ``manifest.json`` and ``review.html``. The same review gives the same bytes. Other files of
    the folder are left alone. An interruption leaves the earlier review or the new one (see
    :mod:`crisislab.report.replace`).

    Args:
        review: The review.
        folder: Where it goes.
        forms: Further forms: ``pdf``, ``docx``, ``pptx``, ``xlsx``, ``md``.

    Raises:
        CrisisLabError: If a form cannot be made or the folder cannot be written; the earlier
            review is then untouched.
    """
    replace_files(review_files(review, forms=forms), folder)
    return folder / PAGE


def review_files(review: Review, *, forms: Collection[str] = ()) -> dict[str, bytes]:
    """Return the files of a review by name, the page last."""
    files = {f"{name}.csv": csv_bytes(getattr(review, name)) for name in TABLES}
    files |= {f"{name}.csv": csv_bytes(table) for name, table in sorted(review.tables.items())}
    text = review_html(review)
    page = text.encode("utf-8", "replace")
    files |= form_files(review, text, forms) if forms else {}
    files["manifest.json"] = _manifest(review.manifest, files | {PAGE: page})
    return files | {PAGE: page}


def _manifest(manifest: Mapping[str, Any], files: Mapping[str, bytes]) -> bytes:
    # With the hash of every file beside it, anybody can see that a set belongs together.
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())}
    whole = _plain({**manifest, "outputs": hashes})
    text = json.dumps(whole, ensure_ascii=False, indent=2, sort_keys=True, allow_nan=False)
    return (text + "\n").encode("utf-8", "replace")


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and value != value:
        return None
    return value if isinstance(value, str | int | float | bool | None) else str(value)
