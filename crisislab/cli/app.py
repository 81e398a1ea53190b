"""The commands joined into one program, its help in the language of the machine."""

from __future__ import annotations

import typer
from typer import rich_utils

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
    _translate(LANG)
    program = typer.Typer(
        name="crisislab",
        help=say("cli.about", LANG),
        epilog=say("cli.exit_codes", LANG),
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    for name, command in COMMANDS:
        program.command(name, help=say(f"cli.{name}", LANG))(guarded(command))
    program.add_typer(library.build(), name="library")
    return program


def _translate(lang: str) -> None:
    """Set the few words that typer says itself."""
    rich_utils.ARGUMENTS_PANEL_TITLE = say("cli.panel.arguments", lang)
    rich_utils.OPTIONS_PANEL_TITLE = say("cli.panel.options", lang)
    rich_utils.COMMANDS_PANEL_TITLE = say("cli.panel.commands", lang)
    rich_utils.ERRORS_PANEL_TITLE = say("cli.panel.error", lang)
    rich_utils.REQUIRED_LONG_STRING = say("cli.panel.required", lang)
    rich_utils.DEFAULT_STRING = say("cli.panel.default", lang, value="{}")
    rich_utils.RICH_HELP = say(
        "cli.panel.try", lang, command_path="{command_path}", help_option="{help_option}"
    )
