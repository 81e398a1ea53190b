"""Every problem and every error, built from the facts behind it.

A problem holds facts only (a code, a place, a value, counts). Its words come from the
catalogue in ``crisislab/words``, in Spanish or English, so that both always say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from crisislab.words import default_language, has_words, say

Severity = Literal["fixed", "flagged", "refused"]
_ORDER: dict[str, int] = {"refused": 0, "flagged": 1, "fixed": 2}
_MAX_VALUE = 80


def shown(value: object) -> str:
    r"""Return a value fit for a message: escaped, on one line, at most 80 characters.

    >>> shown("a\tb\x1b[31m")
    'a\\tb\\x1b[31m'
    """
    text = printable(str(value))
    return text if len(text) <= _MAX_VALUE else text[: _MAX_VALUE - 1] + "…"


def printable(text: str) -> str:
    r"""Return text with control characters and marks of direction as escapes.

    >>> printable("a\u202egnp.exe")
    'a\\u202egnp.exe'
    >>> printable("16,3\u00a0%") == "16,3\u00a0%"
    True
    """
    return "".join(c if _is_shown(c) else c.encode("unicode_escape").decode() for c in text)


def _is_shown(letter: str) -> bool:
    # Python calls these blanks unprintable; they hold a number and its sign on one line.
    return letter.isprintable() or letter in "\u00a0\u202f"


@dataclass(frozen=True)
class Said:
    """A fact that is itself a text of the catalogue: said in the language of the message.

    Attributes:
        key: Its key, such as ``settings.expected.string``.
        facts: What stands in its places.
    """

    key: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Problem:
    """One finding about one input: what was found, where, and what was done about it.

    Attributes:
        code: Stable code, such as ``CL-TIME-ZONE``; its words are in the catalogue.
        severity: ``fixed`` (without loss, logged), ``flagged`` (loaded, shown in the report)
            or ``refused`` (not loaded).
        file: Name of the file as the analyst knows it.
        place: Sheet, archive member or table inside the file.
        line: Line as an editor shows it, or row of a sheet; ``None`` for the whole file.
        column: Column or key by its own name.
        value: The offending value.
        n: How many rows it concerns.
        n_of: Out of how many.
        facts: Further facts named in the words of the code.
    """

    code: str
    severity: Severity = "refused"
    file: str = ""
    place: str = ""
    line: int | None = None
    column: str = ""
    value: str = ""
    n: int | None = None
    n_of: int | None = None
    facts: Mapping[str, object] = field(default_factory=dict)

    def where(self) -> str:
        """Return the place as ``file, sheet, line, column`` with what is known of it."""
        # Names of files, members and columns are chosen by whoever made the export.
        parts = [printable(self.file), printable(self.place)]
        position = f":{self.line}" if self.line is not None else ""
        name = ", ".join(part for part in parts if part) + position
        return f"{name} [{printable(self.column)}]" if self.column else name

    def _facts(self, lang: str) -> dict[str, object]:
        known: dict[str, object] = {
            "file": printable(self.file),
            "place": printable(self.place),
            "line": self.line,
            "column": printable(self.column),
            "value": shown(self.value),
            "n": self.n,
            "n_of": self.n_of,
            # An example, where no case says its zone.
            "zone": say("settings.zone_example", lang),
        }
        return known | {
            k: say(v.key, lang, **v.facts) if isinstance(v, Said) else shown(v)
            for k, v in self.facts.items()
        }

    def part(self, which: Literal["found", "means", "fix"], lang: str | None = None) -> str:
        """Return one part of the message: what was found, what it means, or the fix."""
        key = f"problems.{self.code}.{which}"
        lang = lang or default_language()
        return say(key, lang, **self._facts(lang)) if has_words(key) else ""

    def message(self, lang: str | None = None) -> str:
        """Return the whole message: code, place, finding, meaning and one safe fix."""
        lang = lang or default_language()
        parts = [self.part(which, lang) for which in ("found", "means", "fix")]
        where = self.where()
        head = f"{self.code}  {where}" if where else self.code
        return "\n  ".join([head, *(part.replace("\n", "\n  ") for part in parts if part)])


def worst_first(problems: Iterable[Problem]) -> list[Problem]:
    """Return problems ordered by severity, then file and line."""
    return sorted(problems, key=lambda p: (_ORDER[p.severity], p.file, p.line or 0, p.code))


class CrisisLabError(Exception):
    """All problems of one call, in one pass, worst first.

    Attributes:
        problems: The problems behind the error.
    """

    def __init__(self, *problems: Problem) -> None:
        """Keep the problems; words are made when the error is shown."""
        super().__init__(*problems)
        self.problems = tuple(worst_first(problems))

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the problems, worst first."""
        return tuple(problem.code for problem in self.problems)

    def message(self, lang: str | None = None) -> str:
        """Return the messages of all problems, separated by blank lines."""
        return "\n\n".join(problem.message(lang) for problem in self.problems)

    def __str__(self) -> str:
        """Return the message in the language of this machine."""
        return self.message()
