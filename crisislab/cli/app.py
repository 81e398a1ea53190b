"""The commands joined into one program, its help in the language of the machine."""

from __future__ import annotations

import typer

from crisislab.cli import (
    bundle,
    check,
    compare,
    drill,
    library,
    new,
    notebooks,
    purge,
    review,
    verify,
)
from crisislab.cli.options import LANG, guarded
from crisislab.cli.page import SpokenCommand, SpokenGroup
from crisislab.words import say

COMMANDS = (
    ("new", new.new),
    ("check", check.check),
    ("review", review.review),
    ("drill", drill.drill),
    ("notebooks", notebooks.notebooks),
    ("compare", compare.compare),
    ("verify", verify.verify),
    ("bundle", bundle.bundle),
    ("purge", purge.purge),
)


def build() -> typer.Typer:
    """Return the program with all commands."""
    program = typer.Typer(
        name="crisislab",
        cls=SpokenGroup,
        help=say("cli.about", LANG),
        epilog=say("cli.exit_codes", LANG),
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    for name, command in COMMANDS:
        told = say(f"cli.{name}", LANG)
        program.command(name, help=told, cls=SpokenCommand)(guarded(command))
    program.add_typer(library.build(), name="library")
    return program
