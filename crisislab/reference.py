"""Pages of the documentation that are made from the package itself; a test keeps them equal.

``python -m crisislab.reference docs`` writes them anew.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

from crisislab.schema import dictionary
from crisislab.words import catalogue, many, say

_PLACEHOLDER = re.compile(r"\{[a-z_]+\}")
_TITLES = {
    "errors": {"en": "Findings and errors", "es": "Avisos y errores"},
    "numbers": {"en": "Every number", "es": "Todas las cifras"},
}
_ABOUT = {
    "errors": {
        "en": "Every message has a code that stays the same. It says what was found, what that\n"
        "means for the result, and one safe thing to do.",
        "es": "Cada mensaje tiene un código que no cambia. Dice qué se encontró, qué significa\n"
        "para el resultado y una cosa segura que hacer.",
    },
    "numbers": {
        "en": "What each number of a review is. How it is computed: [the method](method.md).",
        "es": "Qué es cada cifra. Cómo se calcula: [el método](method.md), en inglés.",
    },
}


def error_codes(lang: str) -> str:
    """Return every code with its words, in Markdown."""
    words = catalogue(lang)
    codes = sorted({key.split(".")[1] for key in words if key.startswith("problems.CL-")})
    lines = _head("errors", lang)
    for code in codes:
        parts = (words.get(f"problems.{code}.{part}", "") for part in ("found", "means", "fix"))
        lines += ["", f"## {code}", ""]
        lines += [f"{_shown(part)}  " for part in parts if part]
    return "\n".join(lines) + "\n"


def numbers(lang: str) -> str:
    """Return every number with its definition, in Markdown."""
    words = catalogue(lang)
    names = sorted({key.split(".")[2] for key in words if key.startswith("report.metric.")})
    lines = [*_head("numbers", lang), "", "| | |", "|---|---|"]
    for name in names:
        title = words.get(f"report.metric.{name}.name", name)
        told = words.get(f"report.metric.{name}.definition", "")
        lines.append(f"| **{_shown(title)}**<br>`{name}` | {_shown(told)} |")
    return "\n".join(lines) + "\n"


def glossary() -> str:
    """Return the words of both languages side by side, in Markdown."""
    english, spanish = catalogue("en"), catalogue("es")
    kinds = ("report.metric.", "report.milestone.", "report.state.", "verdicts.verdict.")
    keys = [
        key for key in english
        if key.startswith(kinds) and not key.endswith(".definition") and key in spanish
    ]  # fmt: skip
    pairs = sorted({(english[key], spanish[key]) for key in keys}, key=lambda p: p[0].casefold())
    rows = [f"| {_shown(one)} | {_shown(other)} |" for one, other in pairs]
    return "\n".join(["# Glossary · Glosario", "", "| English | español |", "|---|---|", *rows, ""])


def vendors(lang: str = "en") -> str:
    """Return how other tools count response times, in Markdown."""
    from crisislab.measure.reconcile import VENDORS

    lines = [f"# {say('reconcile.title', lang)}", "", say("reconcile.intro", lang), ""]
    lines += ["| | |", "|---|---|"]
    for vendor in VENDORS:
        name = vendor.code
        title, why = (say(f"reconcile.{name}.{part}", lang) for part in ("name", "why"))
        lines.append(f"| [{title}]({vendor.source}) | {why} |")
    return "\n".join(lines) + "\n"


def _head(page: str, lang: str) -> list[str]:
    return [f"# {_TITLES[page][lang]}", "", _ABOUT[page][lang]]


def _shown(text: str) -> str:
    """Return a text of the catalogue with its places marked, fit for a table."""
    marked = _PLACEHOLDER.sub(lambda m: m[0].replace("{", "‹").replace("}", "›"), many(text))
    return marked.replace("{{", "{").replace("}}", "}").replace("|", "\\|").replace("<", "&lt;")


PAGES: dict[str, Callable[[], str]] = {
    "data_dictionary.md": dictionary,
    "error_codes.md": lambda: error_codes("en"),
    "error_codes.es.md": lambda: error_codes("es"),
    "numbers.md": lambda: numbers("en"),
    "numbers.es.md": lambda: numbers("es"),
    "glossary.md": glossary,
    "vendors.md": vendors,
    "vendors.es.md": lambda: vendors("es"),
}


def main(folder: str = "docs") -> None:
    """Write the pages into a folder."""
    for name, make in PAGES.items():
        (Path(folder) / name).write_text(make(), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:2])
