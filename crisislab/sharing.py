"""The bundle to share: aggregates and pseudonymous ids, small cells withheld.

What may go is listed, column by column; everything else stays. Then the finished files are searched
for every account, id and contact of the case, and refused if anything is found.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from crisislab.case import Case
from crisislab.errors import CrisisLabError, Problem
from crisislab.files import held, lock_of, write_file
from crisislab.privacy.grep import found_in, text_of
from crisislab.privacy.guard import known_words
from crisislab.privacy.names import Names
from crisislab.privacy.patterns import find
from crisislab.privacy.redact import plain
from crisislab.protected import people_of, staff_of
from crisislab.report.sheets import csv_bytes
from crisislab.report.value import Review
from crisislab.words import say

SMALL = 5
_MADE_AT = (1980, 1, 1, 0, 0, 0)
# Table -> the columns that may go, those that count people or posts, and what rests on them.
ALLOWED: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "metrics": (("metric", "scope", "value", "unit", "n", "lower", "upper", "method", "note"),
                ("n",)),
    "verdicts": (("subject", "verdict", "confidence", "reason", "value", "lower", "upper",
                  "threshold", "unit", "n"), ()),
    "actions": (("action", "owner", "state", "late_minutes", "confidence", "reason", "also"), ()),
    "clock": (("milestone", "at", "uncertain_minutes", "reason"), ()),
    "volume": (("hour_at", "n_posts", "n_own", "expected", "upper"), ("n_posts",)),
    "sentiment": (("hour_at", "hours", "n_scored", "index", "lower", "upper"), ("n_scored",)),
    "reach": (("platform", "n_posts", "n_authors", "potential_reach", "impressions", "engagement"),
              ("n_posts", "n_authors")),
    "unanswered": (("by", "group", "n", "n_unanswered", "unanswered_share", "lower", "upper"),
                   ("n", "n_unanswered")),
    "phases": (("phase", "at", "value", "lower", "upper", "n_posts"), ("n_posts",)),
    "topics": (("topic", "n_texts", "stability"), ("n_texts",)),
}  # fmt: skip
# Names of groups; everything else in a row rests on its counts.
_LABELS = frozenset({"metric", "scope", "unit", "method", "note", "hour_at", "hours", "platform",
                     "by", "group", "phase", "topic", "at"})  # fmt: skip
_CONTACTS = frozenset({"mail", "dni", "iban", "card", "address", "handle", "phone"})


def bundle(case: Case, review: Review, path: Path, *, names: Names) -> dict[str, int]:
    """Write the bundle of a review and return how many rows and cells were withheld by table.

    Args:
        case: The case, to know what must not be in it.
        review: Its review, guarded.
        path: The zip file to write; the same review gives the same bytes.
        names: Pseudonyms of the organisation.

    Raises:
        CrisisLabError: ``CL-BUNDLE-LEAK`` if the search finds anything, ``CL-OUT-...`` if the
            file cannot be written; an earlier bundle is then whole.
    """
    files, withheld = bundle_files(case, review, names=names)
    check_bundle(files, case, names=names)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in sorted(files.items()):
            packed.writestr(zipfile.ZipInfo(name, _MADE_AT), data, zipfile.ZIP_DEFLATED)
    with held(lock_of(path), place=path):
        write_file(path, out.getvalue())
    return withheld


def bundle_files(
    case: Case, review: Review, *, names: Names
) -> tuple[dict[str, bytes], dict[str, int]]:
    """Return the files of a bundle, and how many cells of each table were withheld."""
    own = {name: getattr(review, name, None) for name in ALLOWED}
    tables = {name: review.tables.get(name) if own[name] is None else own[name] for name in ALLOWED}
    files: dict[str, bytes] = {}
    withheld: dict[str, int] = {}
    for name, table in tables.items():
        if table is not None and len(table):
            columns, counts = ALLOWED[name]
            kept = table[[column for column in columns if column in table]]
            safe, withheld[name] = suppressed(kept, counts)
            files[f"{name}.csv"] = csv_bytes(safe)
    people = people_of(case, case.posts, names=names)
    public = case.posts[~case.posts["own"]]
    ids = people.items(public["post_id"], public["platform"])
    listed = pd.DataFrame({"platform": public["platform"], "item": ids})
    files["ids.csv"] = csv_bytes(listed.sort_values(["platform", "item"], ignore_index=True))
    files["manifest.json"] = _about(review)
    lang = review.language
    files["README.txt"] = say("safety.bundle.readme", lang, small=SMALL).encode()
    return files, withheld


def suppressed(table: pd.DataFrame, counts: Iterable[str]) -> tuple[pd.DataFrame, int]:
    """Return a table without small cells, and how many there were.

    A count of 1 to 4 goes, with everything in its row that rests on it. Where only one count of a
    column is small, the next larger one goes too: else a total would give it away.

    >>> table = pd.DataFrame({"platform": ["x", "web", "tiktok"], "n": [90, 3, 20]})
    >>> suppressed(table, ["n"])[0]["n"].tolist()
    [90, <NA>, <NA>]
    """
    hidden = pd.Series(False, index=table.index)
    for column in (name for name in counts if name in table):
        n = pd.to_numeric(table[column]).astype("Float64")
        small = ((n > 0) & (n < SMALL)).fillna(False).astype(bool)
        if small.sum() == 1 and not hidden.any():
            others = n.mask(small | (n <= 0) | n.isna())
            # The first of the smallest; none where nothing else is published.
            small |= others.eq(others.min()).fillna(False).astype(bool) & ~small
        hidden |= small
    rest = [name for name in table.columns if name not in _LABELS]
    safe = table.copy()
    for name in rest:
        whole = pd.api.types.is_integer_dtype(safe[name].dtype)
        values = safe[name].astype("Int64") if whole else safe[name].astype("object")
        safe[name] = values.mask(hidden)
    return safe, int(hidden.sum())


def check_bundle(files: Mapping[str, bytes], case: Case, *, names: Names) -> None:
    """Search files for every account, id and contact of a case.

    Raises:
        CrisisLabError: ``CL-BUNDLE-LEAK`` naming files and kinds, never what was found.
    """
    people = people_of(case, case.posts, names=names)
    problems = []
    for name, data in files.items():
        text = text_of(data)
        known = {w for _, _, w in known_words(case.posts, [text]) if plain(w) not in people.public}
        staff = found_in({name: data}, (s for s in staff_of(case) if len(s) >= SMALL))
        kinds = ["account or id"] * bool(known) + ["team"] * bool(staff)
        kinds += sorted({kind for cell in _cells(text) for kind in _contacts(cell, people.public)})
        if kinds:
            problems.append(Problem("CL-BUNDLE-LEAK", file=name, value=", ".join(kinds)))
    if problems:
        raise CrisisLabError(*problems)


def _cells(text: str) -> set[str]:
    return {cell for line in text.splitlines() for cell in line.split(",") if not _is_number(cell)}


def _is_number(cell: str) -> bool:
    try:
        return bool(np.isfinite(float(cell)))
    except ValueError:
        return False


def _contacts(cell: str, public: frozenset[str]) -> set[str]:
    return {
        span.kind for span in find(cell)
        if span.kind in _CONTACTS and plain(cell[span.start : span.end]) not in public
    }  # fmt: skip


def _about(review: Review) -> bytes:
    kept: dict[str, Any] = {
        key: review.manifest.get(key)
        for key in ("format", "scorer", "secret", "seed", "versions", "zone_database")
    }
    # Hashes tell whether two bundles rest on the same exports; names of files may name people.
    kept["inputs"] = sorted(review.manifest.get("inputs", {}).values())
    return (json.dumps(kept, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()
