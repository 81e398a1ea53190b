"""What the brand's replies do: independent flags by transparent cues, each with its place."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import pairwise

import numpy as np
import pandas as pd

from crisislab.enrich.coded import settled
from crisislab.enrich.copies import text_keys

LANGUAGES = ("en", "es")
FLAGS = (
    "acknowledgement", "empathy", "apology", "non_apology", "responsibility", "explanation",
    "solution", "channel_shift", "compensation", "denial", "promise",
)  # fmt: skip
TASKS = tuple(f"tone.{flag}" for flag in FLAGS)
_WORD = r"[^\W_]+"
_BETWEEN = r"[^\w#]+"
_SIGNATURE = re.compile(r"(?:\^|~|—|–|-|/)\s*[\w.]{1,14}\s*$")


@dataclass(frozen=True)
class Cue:
    """A cue found in a reply: ``text[start:end]`` is what was matched."""

    flag: str
    start: int
    end: int


def find_cues(text: str, lang: str | None) -> list[Cue]:
    """Return the cues in a reply, in order of place; flags are independent of each other.

    A cue shows a form of words, not sincerity: hand labels correct the shares. "Lamentamos las
    molestias" and "sorry for any inconvenience" take no responsibility and are coded apart as
    ``non_apology``: the words inside count as no apology.

    Args:
        text: Text of the reply.
        lang: ``es`` or ``en`` (``es-MX`` too); another language has no cues, not even absent ones.

    >>> text = "Lo sentimos: es culpa nuestra. Te devolvemos el dinero hoy mismo."
    >>> [(cue.flag, text[cue.start:cue.end]) for cue in find_cues(text, "es")]
    [('apology', 'Lo sentimos'), ('responsibility', 'es culpa nuestra'),
     ('compensation', 'Te devolvemos'), ('promise', 'hoy mismo')]
    >>> [cue.flag for cue in find_cues("Lamentamos las molestias.", "es")]
    ['non_apology']
    """
    code = (lang or "")[:2].lower()
    if code not in LANGUAGES:
        return []
    flat = _flat(text)
    found = []
    for flag, (cues, barred) in patterns(code).items():
        shut = [m.span() for m in barred.finditer(flat)] if barred else []
        for match in cues.finditer(flat):
            start, end = match.span()
            if not any(a <= start and end <= b for a, b in shut):
                found.append(Cue(flag, start, end))
    empty = [cue for cue in found if cue.flag == "non_apology"]
    kept = [
        cue
        for cue in found
        if cue.flag != "apology"
        or not any(e.start <= cue.end and cue.start <= e.end for e in empty)
    ]
    return sorted(kept, key=lambda cue: (cue.start, cue.end, cue.flag))


Patterns = dict[str, tuple[re.Pattern[str], re.Pattern[str] | None]]


@lru_cache(maxsize=len(LANGUAGES))
def patterns(code: str) -> Patterns:
    """Return the pattern of cues and of exceptions per flag of a language."""
    source = resources.files("crisislab.enrich").joinpath("tones", f"{code}.toml")
    lists = tomllib.loads(source.read_text("utf-8"))
    return {flag: (_pattern(lists[flag]["cues"]), _barred(lists[flag])) for flag in FLAGS}


def _barred(listed: dict[str, list[str]]) -> re.Pattern[str] | None:
    return _pattern(listed["except"]) if listed.get("except") else None


def _pattern(cues: list[str]) -> re.Pattern[str]:
    longest = sorted(cues, key=lambda cue: (-len(cue), cue))
    written = [_cue(cue) for cue in longest]
    # A cue begins at a word: looked at once for all cues, not once for each.
    return re.compile(rf"(?<!\w)(?:{'|'.join(f'(?:{cue})' for cue in written)})")


def _cue(cue: str) -> str:
    written = ""
    for i, word in enumerate(_flat(cue).split()):
        if word == "_":
            written += rf"(?:{_BETWEEN}{_WORD}){{0,3}}"
            continue
        body = {"#": r"\d[\d:.,]*"}.get(word, re.escape(word.rstrip("*")))
        ending = r"\w*" if word.endswith("*") else r"(?!\w)"
        written += ("" if i == 0 else _BETWEEN) + body + ending
    return written


def _flat(text: str) -> str:
    """Return the text without accents and case, character by character: places stay."""
    return "".join(map(_flat_sign, text))


@lru_cache(maxsize=4096)
def _flat_sign(sign: str) -> str:
    return unicodedata.normalize("NFKD", sign)[:1].lower()[:1] or sign


def replies(posts: pd.DataFrame) -> pd.DataFrame:
    """Return the brand's human replies with ``text_key`` (signature aside)."""
    own = posts[posts["own"] & ~posts["automated"] & posts["kind"].isin(["reply", "comment"])]
    said = own[own["text"].fillna("").str.strip() != ""].reset_index(drop=True)
    return said.assign(text_key=reply_keys(said["text"].tolist()))


def reply_keys(texts: list[str]) -> list[str]:
    """Return one key per reply; template copies share it: names and signatures are left out.

    >>> reply_keys(["@ana Gracias por avisar ^LM"]) == reply_keys(["@leo gracias por avisar. ^T"])
    True
    """
    return text_keys([_SIGNATURE.sub("", text) for text in texts])


def add_tone(posts: pd.DataFrame) -> pd.DataFrame:
    """Return the brand's human replies with a column ``tone.<flag>`` per flag.

    Columns are 1.0, 0.0, or missing where the language has no cue list: not "did not".
    ``cues`` lists the places as ``flag:start-end``, blank-separated.
    """
    said = replies(posts)
    langs = [None if pd.isna(code) else str(code) for code in said["lang"]]
    found = [find_cues(text, lang) for text, lang in zip(said["text"], langs, strict=True)]
    known = np.array([(lang or "")[:2].lower() in LANGUAGES for lang in langs], dtype=bool)
    columns = {
        f"tone.{flag}": np.where(
            known, [float(any(c.flag == flag for c in cues)) for cues in found], np.nan
        )
        for flag in FLAGS
    }
    places = [" ".join(f"{c.flag}:{c.start}-{c.end}" for c in cues) for cues in found]
    return said.assign(**columns).assign(cues=pd.Series(places, index=said.index, dtype="str"))


def overridden(toned: pd.DataFrame, labels: pd.DataFrame) -> pd.DataFrame:
    """Return replies with the flags replaced where coders decided; a draw leaves the cue.

    A decision holds for every copy of the reply. Shares of flags come from
    ``measure.tone_of_replies``, which knows which replies were drawn.
    """
    columns = {}
    for task in [task for task in TASKS if (labels["task"] == task).any()]:
        coded = settled(labels, task=task).set_index("text_key")["yes"]
        share = coded.reindex(toned["text_key"]).to_numpy(dtype=np.float64)
        decided = ~np.isnan(share) & (share != 0.5)
        columns[task] = np.where(decided, share > 0.5, toned[task])
    return toned.assign(**columns)


def decisions(toned: pd.DataFrame, labels: pd.DataFrame) -> pd.DataFrame:
    """Return per coded flag how often people decided otherwise than the words.

    Returns:
        ``flag, n_coders, n_texts`` (texts with an answer), ``n_disputed`` (coders were even: the
        words decide), ``n_added`` and ``n_removed`` (replies with the flag by hand but not by the
        words, and the reverse); empty without such labels.
    """
    held, rows = overridden(toned, labels), []
    for task in TASKS:
        coded = settled(labels, task=task)
        coded = coded[coded["text_key"].isin(toned["text_key"])]
        asked = labels[(labels["task"] == task) & labels["text_key"].isin(coded["text_key"])]
        if len(coded):
            by_hand, by_words = held[task] == 1, toned[task] == 1
            even = int((coded["yes"] == 0.5).sum())
            counts = int((by_hand & ~by_words).sum()), int((by_words & ~by_hand).sum())
            rows.append(
                (task.removeprefix("tone."), asked["coder"].nunique(), len(coded), even, *counts)
            )
    names = ["flag", "n_coders", "n_texts", "n_disputed", "n_added", "n_removed"]
    return pd.DataFrame(rows, columns=names)


def marked(text: str, cues: str) -> list[tuple[str, str]]:
    """Return a reply in pieces ``(text, flags)``, to highlight the cues; flags blank-separated.

    >>> marked("Lo sentimos mucho", "apology:0-11")
    [('Lo sentimos', 'apology'), (' mucho', '')]
    """
    spans = [_span(part) for part in cues.split()]
    edges = sorted({0, len(text), *(e for _, a, b in spans for e in (a, b))})
    pieces = []
    for start, end in pairwise(edges):
        flags = sorted({flag for flag, a, b in spans if a <= start and end <= b})
        pieces.append((text[start:end], " ".join(flags)))
    return pieces


def cue_counts(toned: pd.DataFrame, *, at_least: int = 3) -> pd.DataFrame:
    """Return the words that were matched, so that anybody can judge them.

    Args:
        toned: Replies of :func:`add_tone`.
        at_least: Fewest replies with the words: rarer ones may hold a person's name.

    Returns:
        ``flag, cue, n_replies``: flags in their order, most frequent cues first.

    >>> said = pd.DataFrame({"text": ["Lo sentimos.", "¡Lo  SENTIMOS!"], "cues": [
    ...                      "apology:0-11", "apology:1-13"]})
    >>> cue_counts(said, at_least=2).to_dict("records")
    [{'flag': 'apology', 'cue': 'lo sentimos', 'n_replies': 2}]
    """
    found: dict[tuple[str, str], int] = {}
    for text, cues in zip(toned["text"], toned["cues"].fillna(""), strict=True):
        spans = map(_span, str(cues).split())
        for key in {(flag, " ".join(text[a:b].casefold().split())) for flag, a, b in spans}:
            found[key] = found.get(key, 0) + 1
    rows = [(FLAGS.index(f), -n, cue, f) for (f, cue), n in found.items() if n >= at_least]
    listed = [(flag, cue, -n) for _, n, cue, flag in sorted(rows)]
    return pd.DataFrame(listed, columns=["flag", "cue", "n_replies"])


def _span(part: str) -> tuple[str, int, int]:
    flag, _, place = part.partition(":")
    start, _, end = place.partition("-")
    return flag, int(start), int(end)
