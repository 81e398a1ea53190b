"""Inflection of the Spanish list: from base entries to the forms that users write."""

from __future__ import annotations

from itertools import product

from crisislab.enrich.lexicon_tokens import fold
from crisislab.enrich.lexicon_verbs import verb_forms

STRONGEST = 4.0
SUPERLATIVE = 1.3
DIMINUTIVE = 0.8
_GENDERED_ENDINGS = ("or", "on", "an", "in", "es", "ol", "ul")
_SOFT = {"c": "qu", "g": "gu", "z": "c"}


def inflect(base: str, word_class: str, valence: float) -> dict[str, float]:
    """Return the forms of one base entry with their valence, the base itself first.

    Superlatives (-ísimo) weigh 1.3 times as much, at most 4; diminutives (-ito) 0.8 times.

    Args:
        base: One word as listed in es.csv.
        word_class: ``adj``, ``person``, ``noun``, ``verb``, ``verb-ie``, ``verb-ue``,
            ``verb-i``; any other class is taken as it stands.
        valence: -4 to 4.

    >>> forms = inflect("pésimo", "adj", -3.0)
    >>> forms["pesimas"], forms["pesimamente"]
    (-3.0, -3.0)
    >>> sorted(inflect("ladrón", "person", -2.5))[:4]
    ['ladron', 'ladrona', 'ladronas', 'ladroncita']
    """
    word = fold(base)
    if word_class.startswith("verb"):
        forms = verb_forms(word, word_class.partition("-")[2])
        return {word: valence} | dict.fromkeys(sorted(forms), valence)
    if word_class == "noun":
        return {word: valence, plural(word): valence} | _diminutives(word, valence)
    if word_class in ("adj", "person"):
        return _adjective(word, valence, graded=word_class == "adj")
    return {word: valence}


def alternatives(phrase: str) -> list[tuple[str, ...]]:
    """Return every phrase that a pattern with ``a|b`` alternatives stands for.

    >>> alternatives("qué asco|pena de servicio")
    [('que', 'asco', 'de', 'servicio'), ('que', 'pena', 'de', 'servicio')]
    """
    choices = [[fold(word) for word in part.split("|")] for part in phrase.split()]
    return list(product(*choices))


def plural(word: str) -> str:
    """Return the plural of a noun or adjective written without accents.

    >>> [plural(word) for word in ("queja", "voz", "error", "crisis")]
    ['quejas', 'voces', 'errores', 'crisis']
    """
    if word[-1] in "aeiou":
        return word + "s"
    if word[-1] in "sx":
        return word
    return word[:-1] + "ces" if word[-1] == "z" else word + "es"


def _adjective(word: str, valence: float, *, graded: bool) -> dict[str, float]:
    genders = _genders(word)
    forms = dict.fromkeys([*genders, *map(plural, genders)], valence)
    if word.endswith("es"):
        forms[word + "es"] = valence
    forms |= _diminutives(word, valence)
    if graded:
        strong = max(-STRONGEST, min(STRONGEST, SUPERLATIVE * valence))
        forms |= {_superlative(word) + ending: strong for ending in ("o", "a", "os", "as")}
        forms[genders[-1] + "mente"] = valence
    return forms


def _genders(word: str) -> list[str]:
    if word.endswith("o"):
        return [word, word[:-1] + "a"]
    if word.endswith(_GENDERED_ENDINGS):
        return [word, word + "a"]
    return [word]


def _superlative(word: str) -> str:
    if word.endswith("ble"):
        return word[:-3] + "bilisim"
    stem = word[:-1] if word[-1] in "aeo" else word
    stem = stem[:-1] if stem.endswith("i") else stem
    return _softened(stem) + "isim"


def _diminutives(word: str, valence: float) -> dict[str, float]:
    weaker = DIMINUTIVE * valence
    if word[-1] in "ao":
        stem, endings = _softened(word[:-1]), ("ito", "ita", "itos", "itas")
    else:
        stem, endings = word, ("cito", "cita", "citos", "citas")
    return {stem + ending: weaker for ending in endings}


def _softened(stem: str) -> str:
    return stem[:-1] + _SOFT[stem[-1]] if stem and stem[-1] in _SOFT else stem
