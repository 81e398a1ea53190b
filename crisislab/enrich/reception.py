"""How the public takes the brand's statements: quotes and answers, by cues or by hand labels."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib import resources

import pandas as pd

from crisislab.enrich.copies import text_keys
from crisislab.enrich.evidence import plain

STANCES = ("accepted", "rejected", "mocked")
TASK = "reception"


@lru_cache(maxsize=1)
def _patterns() -> dict[str, re.Pattern[str]]:
    file = resources.files("crisislab.enrich") / "reception_cues.toml"
    found = {}
    for stance, part in tomllib.loads(file.read_text("utf-8")).items():
        cues = "|".join(re.escape(plain(cue)) for cue in part["cues"])
        found[stance] = re.compile(rf"(?<!\w)(?:{cues})")
    return found


def stance_of(text: object) -> str:
    """Return ``mocked``, ``rejected`` or ``accepted`` by the first that has a cue, else ``open``.

    >>> stance_of("Jajaja, muchas gracias por nada"), stance_of("Llegáis tarde"), stance_of("ok")
    ('mocked', 'rejected', 'open')
    """
    if not isinstance(text, str):
        return "open"
    flat = plain(text)
    return next((stance for stance, cue in _patterns().items() if cue.search(flat)), "open")


def add_reception(reactions: pd.DataFrame, labels: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return quotes and answers with ``text_key``, ``cue``, ``stance`` and ``stance_by``.

    ``cue`` is what words say; ``stance`` the hand label of the task ``reception`` (the last one of
    a text) where there is one, else the cue; ``stance_by`` says which. The stance is what a
    table of single texts shows; shares are estimated from the cues and the drawn labels.
    """
    keys = text_keys(reactions["text"].tolist())
    held: dict[str, str] = {}
    if labels is not None and len(labels):
        mine = labels[labels["task"] == TASK]
        held = dict(zip(mine["text_key"], mine["label"], strict=True))
    known = {key: label for key, label in held.items() if label in (*STANCES, "open")}
    cues = [stance_of(text) for text in reactions["text"]]
    columns = {
        "text_key": keys,
        "cue": cues,
        "stance": [known.get(key) or cue for key, cue in zip(keys, cues, strict=True)],
        "stance_by": ["label" if key in known else "cue" for key in keys],
    }
    return reactions.assign(
        **{name: pd.Series(found, index=reactions.index, dtype="str")
           for name, found in columns.items()}
    )  # fmt: skip
