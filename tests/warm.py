"""Reviews made once in a run of the tests, and shared by its processes and by the notebooks.

A review of the sample takes seconds of work and is the same value wherever it is made, so the
first that needs it makes it and keeps it in the run's own folder; nothing outlives the run. Tests
of how a review is made call ``crisislab.review`` itself.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd

FOLDER = "CRISISLAB_TESTS_WARM"
_PATIENCE = 300
_kept: dict[str, Any] = {}


def warm_review(case: Any, *, lang: str | None = None) -> Any:
    """Return the review of a case, made anew only if nothing like it was made in this run."""
    from crisislab.pipeline import review

    key = _key(case, lang)
    if key not in _kept:
        _kept[key] = _shared(key, lambda: review(case, lang=lang))
    return _kept[key]


def warm_case(folder: str | Path) -> Any:
    """Return a case opened once in this process."""
    from crisislab.opening import open_case

    place = str(Path(folder).resolve())
    if place not in _kept:
        _kept[place] = open_case(folder)
    return _kept[place]


def share_in_kernel() -> None:
    """Let the notebooks of this kernel share reviews; called as a kernel of the tests starts."""
    import crisislab

    def review(case: Any, *, lang: str | None = None, **how: Any) -> Any:
        from crisislab.pipeline import review as made_anew

        return made_anew(case, lang=lang, **how) if how else warm_review(case, lang=lang)

    crisislab.review = review


def prepare(folder: Path) -> None:
    """Make the folder of a run: an IPython start that shares reviews, for kernels to come."""
    start = folder / "ipython" / "profile_default" / "startup"
    start.mkdir(parents=True)
    root = str(Path(__file__).parent.parent)
    code = f"import sys\nsys.path.insert(0, {root!r})\n"
    code += "from tests.warm import share_in_kernel\nshare_in_kernel()\ndel share_in_kernel, sys\n"
    (start / "00_share.py").write_text(code, "utf-8")


def _key(case: Any, lang: str | None) -> str:
    """Return what a review depends on: rows, log, labels, settings, plan and language."""
    digest = hashlib.sha256(repr((str(case.folder.resolve()), lang)).encode())
    digest.update(case.settings.model_dump_json().encode())
    digest.update(repr(case.plan).encode())
    for table in (case.posts, case.log, case.labels):
        digest.update(
            pd.util.hash_pandas_object(table.astype(str), index=False).to_numpy().tobytes()
        )
    return digest.hexdigest()[:32]


def _shared(key: str, make: Any) -> Any:
    """Return a value of this run, made by whichever process asks first."""
    if FOLDER not in os.environ:
        return make()
    path = Path(os.environ[FOLDER]) / f"{key}.pickle"
    with _alone(path.with_suffix(".lock")):
        if path.exists():
            return pickle.loads(path.read_bytes())
        value = make()
        part = path.with_suffix(".part")
        part.write_bytes(pickle.dumps(value))
        part.replace(path)
        return value


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Hold a lock file; one that nobody gives back in time is taken."""
    end = time.monotonic() + _PATIENCE
    while True:
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL))
            break
        except FileExistsError:
            if time.monotonic() > end:
                break
            time.sleep(0.2)
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)
