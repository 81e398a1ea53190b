"""What the command line says about itself: usage, help and misuse, in the reader's language.

typer finds commands and options; its own sentences are English, and the module that draws them
loads Markdown and syntax highlighting before the first letter of a help. So they are said here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from typer import BadParameter
from typer.core import TyperCommand, TyperGroup

from crisislab.cli.options import LANG
from crisislab.words import has_words, say

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

# The base of everything that means "typed wrongly", by a name that is public in typer.
Misuse: Any = BadParameter.__mro__[1]

_SENTENCES = (
    (re.compile(r"No such command '(?P<given>.+?)'\.(?: Did you mean '(?P<likely>.+?)'\?)?"),
     "no_command"),
    (re.compile(r"Missing command\."), "missing_command"),
    (re.compile(r"Got unexpected extra arguments?(?:\(s\))? \((?P<given>.+)\)"), "too_many"),
    (re.compile(r"Option '(?P<given>.+?)' requires .*"), "needs_value"),
    (re.compile(r"Option '(?P<given>.+?)' does not take a value\."), "takes_no_value"),
)  # fmt: skip


class SpokenCommand(TyperCommand):
    """A command whose usage and help come from the catalogue of words."""

    def get_usage(self, ctx: Any) -> str:
        """Return the line that says how it is typed."""
        return usage(ctx, self.get_params(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help."""
        formatter.write(help_page(self, ctx))


class SpokenGroup(TyperGroup):
    """A group of commands whose usage and help come from the catalogue of words."""

    def get_usage(self, ctx: Any) -> str:
        """Return the line that says how it is typed."""
        return f"{usage(ctx, self.get_params(ctx))} {_say('commands_here')}"

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help."""
        formatter.write(help_page(self, ctx))


def usage(ctx: Any, parameters: list[Any]) -> str:
    """Return how a command is typed, such as ``Usage: crisislab review [OPTIONS] FOLDER``."""
    words = [_argument(p) for p in parameters if p.param_type_name == "argument"]
    return " ".join([_say("usage"), ctx.command_path, _say("options_here"), *words])


def help_page(command: Any, ctx: Any) -> str:
    """Return usage, purpose, arguments, options and commands of a command."""
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    console = Console(highlight=False)
    parameters = [p for p in command.get_params(ctx) if not getattr(p, "hidden", False)]
    arguments, options = ([_row(p) for p in parameters if p.param_type_name == kind]
                          for kind in ("argument", "option"))  # fmt: skip
    commands = [(name, "", c.help or "") for name, c in getattr(command, "commands", {}).items()]
    with console.capture() as page:
        console.print(Padding(Text(command.get_usage(ctx), style="bold"), 1))
        console.print(Padding(Text(command.help or ""), (0, 1, 1, 1)))
        _panel(console, "arguments", arguments)
        _panel(console, "options", options)
        _panel(console, "commands", commands)
        if command.epilog:
            console.print(Padding(Text(command.epilog), 1))
    return page.get()


def misuse(error: Any) -> str:
    """Return what was typed wrongly, how the command is typed, and where its help is."""
    if type(error).__name__ == "NoArgsIsHelpError":
        return str(error.message)  # the help itself
    lines = []
    if error.ctx is not None:
        lines += [error.ctx.get_usage(), _say("try", command=error.ctx.command_path)]
    return "\n".join([*lines, f"{_say('error')}: {_sentence(error)}"])


def _sentence(error: Any) -> str:
    kind, parameter = type(error).__name__, getattr(error, "param", None)
    if kind == "NoSuchOption":
        likely = ", ".join(sorted(error.possibilities or ()))
        key = "no_option_but" if likely else "no_option"
        return _say(key, given=error.option_name, likely=likely)
    if parameter is not None and kind == "MissingParameter":
        return _say(f"missing_{parameter.param_type_name}", name=_name(parameter))
    if parameter is not None:
        wanted = _expected(parameter) or error.message
        return _say("bad_value", name=_name(parameter), given=_given(error), wanted=wanted)
    for pattern, key in _SENTENCES:
        found = pattern.match(error.message)
        if found:
            facts = found.groupdict()
            return _say(f"{key}_but" if facts.get("likely") else key, **facts)
    return str(error.format_message())


def _given(error: Any) -> str:
    """Return the value that was refused, as typed, where the reason tells it."""
    reasons: list[Any] = getattr(error.__cause__, "errors", list)()
    return str(reasons[0].get("input", "?")) if reasons else "?"


def _expected(parameter: Any) -> str:
    key = f"cli.expected.{parameter.name}"
    return say(key, LANG) if has_words(key) else _value(parameter)


def _panel(console: Console, title: str, rows: list[tuple[str, str, str]]) -> None:
    if not rows:
        return
    from rich.panel import Panel

    console.print(Panel(_grid(rows), title=_say(title), title_align="left", border_style="dim"))


def _grid(rows: list[tuple[str, str, str]]) -> Table:
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 2))
    for name, value, told in rows:
        grid.add_row(Text(name, style="bold cyan", no_wrap=True), Text(value, style="bold yellow"),
                     Text(told))  # fmt: skip
    return grid


def _row(parameter: Any) -> tuple[str, str, str]:
    """Return name, kind of value and meaning of an argument or option."""
    told = [_told(parameter)]
    if parameter.required:
        told.append(_say("required"))
    elif _default(parameter):
        told.append(_say("default", value=_default(parameter)))
    if parameter.param_type_name == "argument":
        return _argument(parameter), "", " ".join(told)
    return ", ".join(sorted(parameter.opts, key=len)), _value(parameter), " ".join(told)


def _told(parameter: Any) -> str:
    """Return the help of a parameter; the three of typer's own have theirs in the catalogue."""
    key = f"cli.own.{parameter.name}"
    return say(key, LANG) if has_words(key) else str(parameter.help or "")


def _default(parameter: Any) -> str:
    value = parameter.default
    plain = value is None or value is False or value == "" or callable(value)
    return "" if plain or not getattr(parameter, "show_default", True) else str(value)


def _argument(parameter: Any) -> str:
    name = _value(parameter) + ("..." if parameter.nargs != 1 else "")
    return name if parameter.required else f"[{name}]"


def _name(parameter: Any) -> str:
    return (
        _value(parameter)
        if parameter.param_type_name == "argument"
        else max(parameter.opts, key=len)
    )


def _value(parameter: Any) -> str:
    """Return what stands for a value, such as FOLDER; a switch has none."""
    if getattr(parameter, "is_flag", False):
        return ""
    key = f"cli.value.{parameter.name}"
    known = has_words(key)
    return say(key, LANG) if known else str(parameter.name).upper()


def _say(key: str, **facts: object) -> str:
    return say(f"cli.panel.{key}", LANG, **facts)
