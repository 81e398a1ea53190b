"""Forms of Spanish verbs, without accents, as users write them."""

from __future__ import annotations

from collections.abc import Iterable

_CLITICS = ("me", "te", "se", "nos", "os", "lo", "la", "los", "las", "le", "les",
            "melo", "selo", "sela", "telo", "noslo", "selos")  # fmt: skip
_COMMAND_CLITICS = ("me", "nos", "lo", "la", "los", "las", "le", "les", "te", "se", "melo")
_FUTURE = ("e", "as", "a", "emos", "eis", "an", "ia", "ias", "iamos", "iais", "ian")
_IMPERFECT_AR = ("aba", "abas", "abamos", "abais", "aban")
_IMPERFECT_ER = ("ia", "ias", "iamos", "iais", "ian")
_PAST_SUBJUNCTIVE = ("ra", "ras", "ramos", "rais", "ran", "se", "ses", "semos", "seis", "sen")
_DIPHTHONGS = {"ie": ("e", "ie"), "ue": ("o", "ue"), "i": ("e", "i")}


def verb_forms(infinitive: str, change: str = "") -> set[str]:
    """Return the forms of a verb: every simple tense, vos and tú, participles, clitics.

    Regular verbs, spelling changes (c-qu, g-gu, z-c, c-zc, g-j, -uir, -eer) and the stem
    changes ``ie``, ``ue`` and ``i`` are covered; other irregular forms are listed in es.csv.

    Args:
        infinitive: Without accents and without -se.
        change: Change of the stressed stem: "", "ie", "ue" or "i".

    >>> sorted(verb_forms("perder", "ie") & {"pierdo", "perdio", "perdi", "perdiendo", "perdo"})
    ['perdi', 'perdiendo', 'perdio', 'pierdo']
    >>> {"agradezco", "agradeciendo", "agradecerles"} <= verb_forms("agradecer")
    True
    """
    stem, ending = infinitive[:-2], infinitive[-2:]
    strong = _changed(stem, change)
    build = _ar_forms if ending == "ar" else _er_ir_forms
    forms = build(stem, strong, _raised(stem, ending, change), ending)
    forms |= {infinitive} | _joined(infinitive, _FUTURE) | _joined(infinitive, _CLITICS)
    return forms


def _ar_forms(stem: str, strong: str, raised: str, ending: str) -> set[str]:
    del raised, ending
    soft, strong_soft = _before_e(stem), _before_e(strong)
    commands = {strong + "a", strong_soft + "e", strong_soft + "en", stem + "a"}
    forms = _joined(strong, ("o", "as", "a", "an")) | _joined(strong_soft, ("e", "es", "en"))
    forms |= _joined(stem, ("as", "amos", "ais", "aste", "o", "asteis", "aron", "ad"))
    forms |= _joined(stem, _IMPERFECT_AR) | _joined(stem + "a", _PAST_SUBJUNCTIVE)
    forms |= _joined(soft, ("e", "emos", "eis", "es"))
    forms |= _joined(stem + "ad", ("o", "a", "os", "as")) | {stem + "ando"}
    return forms | _with_clitics(commands, _COMMAND_CLITICS) | _joined(stem + "ando", _CLITICS)


def _er_ir_forms(stem: str, strong: str, raised: str, ending: str) -> set[str]:
    vowel = ending[0]
    hard, strong_hard = _before_a(stem), _before_a(strong)
    if stem.endswith("u") and not stem.endswith(("gu", "qu")):
        strong, strong_hard, hard = strong + "y", strong + "y", hard + "y"
    glide = "y" if stem[-1:] in "aeou" and not stem.endswith(("gu", "qu")) else "i"
    commands = {strong + "e", strong_hard + "a", strong_hard + "an"}
    forms = _joined(strong, ("es", "e", "en")) | _joined(strong_hard, ("o", "a", "as", "an"))
    forms |= _joined(stem, (vowel + "mos", vowel + "is", "es" if vowel == "e" else "is"))
    forms |= _joined(stem, ("i", "iste", "imos", "isteis", vowel + "d"))
    forms |= _joined(raised, (glide + "o", glide + "eron", glide + "endo"))
    forms |= _joined(stem, _IMPERFECT_ER) | _joined(raised + glide + "e", _PAST_SUBJUNCTIVE)
    forms |= _joined(_before_a(raised) if vowel == "i" else hard, ("amos", "ais"))
    forms |= _joined(stem + "id", ("o", "a", "os", "as"))
    clitics = _joined(raised + glide + "endo", _CLITICS)
    return forms | clitics | _with_clitics(commands, _COMMAND_CLITICS)


def _changed(stem: str, change: str) -> str:
    """Return the stressed stem: its last vowel changed (perd- to pierd-)."""
    if not change:
        return stem
    old, new = _DIPHTHONGS[change]
    old = "u" if change == "ue" and "o" not in stem else old
    at = stem.rfind(old)
    return stem if at < 0 else stem[:at] + new + stem[at + len(old) :]


def _raised(stem: str, ending: str, change: str) -> str:
    """Return the stem of the third person past of -ir verbs (sent- to sint-)."""
    if ending != "ir" or not change:
        return stem
    old, new = ("o", "u") if change == "ue" else ("e", "i")
    at = stem.rfind(old)
    return stem if at < 0 else stem[:at] + new + stem[at + 1 :]


def _before_e(stem: str) -> str:
    """Return the stem of an -ar verb as written before e (buc- to buqu-)."""
    changes = {"c": "qu", "g": "gu", "z": "c"}
    return stem[:-1] + changes[stem[-1]] if stem[-1:] in changes else stem


def _before_a(stem: str) -> str:
    """Return the stem of an -er or -ir verb as written before a or o (corrig- to corrij-)."""
    if stem.endswith("gu"):
        return stem[:-1]
    if stem.endswith("c"):
        return stem[:-1] + ("zc" if stem[-2:-1] in "aeiou" else "z")
    return stem[:-1] + "j" if stem.endswith("g") else stem


def _joined(stem: str, endings: Iterable[str]) -> set[str]:
    return {stem + ending for ending in endings}


def _with_clitics(forms: Iterable[str], clitics: Iterable[str]) -> set[str]:
    endings = tuple(clitics)
    return {form + ending for form in forms for ending in endings}
