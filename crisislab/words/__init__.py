"""The words crisislab says, in Spanish and English, from one catalogue of TOML files.

``words/<language>/<part>.toml`` holds the part ``<part>``; a key is the path to a text, such as
``problems.CL-TIME-ZONE.found``. Placeholders are ``{name}``; a test holds both languages equal.
Words that agree with a number are ``{name:row|rows}``: the first for one, the second for any other.
"""

from __future__ import annotations

import locale
import os
import re
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import resources
from types import MappingProxyType

LANGUAGES = ("en", "es")
_CHOICE = re.compile(r"\{(\w+):([^{}|]*)\|([^{}|]*)\}")
# What may stand round a number: tags of its link, marks of the private use area.
_AROUND = re.compile("<[^>]*>|[\ue000-\uf8ff]")


def default_language() -> str:
    """Return the language for messages: ``CRISISLAB_LANG``, else the machine's, else English."""
    asked = os.environ.get("CRISISLAB_LANG", "")[:2].lower()
    if asked in LANGUAGES:
        return asked
    code = (os.environ.get("LC_ALL") or os.environ.get("LANG") or locale.getlocale()[0] or "")[:2]
    return "es" if code.lower() == "es" else "en"


def _flat(tree: Mapping[str, object], prefix: str) -> dict[str, str]:
    texts: dict[str, str] = {}
    for key, value in tree.items():
        path = f"{prefix}.{key}"
        texts |= _flat(value, path) if isinstance(value, dict) else {path: str(value)}
    return texts


@lru_cache(maxsize=len(LANGUAGES))
def catalogue(lang: str) -> Mapping[str, str]:
    """Return all texts of one language by key.

    Raises:
        KeyError: If the language has no catalogue.
    """
    _known(lang)
    folder = resources.files("crisislab.words") / lang
    names = sorted(p.name for p in folder.iterdir() if p.name.endswith(".toml"))
    texts: dict[str, str] = {}
    for name in names:
        texts |= _part(lang, name[: -len(".toml")])
    return MappingProxyType(texts)


def _known(lang: str) -> None:
    if lang not in LANGUAGES:
        raise KeyError(f"no words in {lang!r}: choose one of {', '.join(LANGUAGES)}")


@cache
def _part(lang: str, name: str) -> Mapping[str, str]:
    """Return one part of the catalogue: a help is said from one file, without reading all."""
    _known(lang)
    path = resources.files("crisislab.words") / lang / f"{name}.toml"
    if not path.is_file():
        return MappingProxyType({})
    return MappingProxyType(_flat(tomllib.loads(path.read_text("utf-8")), name))


def has_words(key: str) -> bool:
    """Return whether the catalogue has a text under this key."""
    return key in _part("en", key.partition(".")[0])


def say(key: str, lang: str, /, **facts: object) -> str:
    """Return the text of a key in a language, with its placeholders filled.

    Facts are positional text only: nothing in a fact is ever read as a format.

    >>> say("words.yes", "es")
    'sí'
    """
    return agreed(_part(lang, key.partition(".")[0])[key], facts).format_map(_Facts(facts))


def agreed(text: str, facts: Mapping[str, object]) -> str:
    """Return a text of the catalogue with its words in the number of the facts they agree with.

    A fact is one where it reads ``1``, as a number, a text or a link; what is not known is many.

    >>> text = "{n} {n:row has|rows have} no id."
    >>> agreed(text, {"n": 1}), agreed(text, {"n": "1,000"})
    ('{n} row has no id.', '{n} rows have no id.')
    """
    return _CHOICE.sub(lambda m: m[2] if _is_one(facts.get(m[1])) else m[3], text)


def many(text: str) -> str:
    """Return a text of the catalogue with all its words as for more than one.

    >>> many("{n} {n:row has|rows have} no id.")
    '{n} rows have no id.'
    """
    return agreed(text, {})


def _is_one(fact: object) -> bool:
    return _AROUND.sub("", str(fact)).strip() == "1"


class _Facts(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "?"
