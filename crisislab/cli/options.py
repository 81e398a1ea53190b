"""What all commands share: the language, JSON instead of text, errors as messages."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, TextIO

import typer

from crisislab.errors import CrisisLabError, Problem, printable
from crisislab.words import default_language, say

# The help is written before any option is read, so it speaks the language of the machine.
LANG = default_language()


class Language(StrEnum):
    """Languages of the words."""

    en = "en"
    es = "es"


def helped(key: str) -> str:
    """Return the help text of an option."""
    return say(f"cli.{key}", LANG)


Lang = Annotated[Language | None, typer.Option("--lang", help=helped("lang"), show_default=False)]
Json = Annotated[bool, typer.Option("--json", help=helped("json"), show_default=False)]

Secret = Annotated[Path | None, typer.Option("--secret", help=helped("secret"), show_default=False)]


def spoken(lang: Language | None) -> str:
    """Return the language to speak: the one asked for, else the machine's."""
    return lang.value if lang else default_language()


def guarded(command: Callable[..., int | None]) -> Callable[..., None]:
    """Turn what a command refuses into a message and exit status 1; Ctrl-C into 130."""

    @functools.wraps(command)
    def run(**options: Any) -> None:
        lang = spoken(options.get("lang"))
        try:
            status = command(**options)
        except CrisisLabError as error:
            if options.get("json_"):
                print_json({"problems": [told(p, lang) for p in error.problems]})
            tell(error.message(lang), file=sys.stderr)
            raise typer.Exit(1) from error
        except KeyboardInterrupt:
            print(say("cli.interrupted", lang), file=sys.stderr)
            raise typer.Exit(130) from None
        raise typer.Exit(status or 0)

    return run


def tell(text: object, *, file: TextIO | None = None) -> None:
    """Print text for people; what a terminal would obey instead of showing is an escape."""
    print("\n".join(map(printable, str(text).split("\n"))), file=file)


def print_json(value: object) -> None:
    """Print a value for a machine: one JSON document, UTF-8 letters as they are.

    Marks of direction, controls and half characters, which a terminal would obey or not hold,
    are written as the escapes of JSON.
    """
    text = json.dumps(value, ensure_ascii=False, indent=2, default=str)
    print("".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text))


def told(problem: Problem, lang: str) -> dict[str, object]:
    """Return a finding for a machine: its code, its severity and its words."""
    return {
        "code": problem.code, "severity": problem.severity, "message": problem.message(lang),
    }  # fmt: skip


def progress(key: str, lang: str) -> None:
    """Say what goes on now; silent where nobody watches."""
    if sys.stderr.isatty():
        print(say(key, lang), file=sys.stderr)
