"""The command line: thin. ``crisislab new``, ``crisislab check``, ``crisislab review``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from crisislab.errors import CrisisLabError
from crisislab.words import LANGUAGES, default_language, say


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 refused, 2 misused.

    Args:
        arguments: Words of the command line; those of the process by default.
    """
    lang = default_language()
    parser = _parser(lang)
    options = parser.parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except CrisisLabError as error:
        print(error.message(options.lang or lang), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(say("cli.interrupted", options.lang or lang), file=sys.stderr)
        return 130


def _parser(lang: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("crisislab", description=say("cli.about", lang))
    commands = parser.add_subparsers(required=True, metavar=say("cli.command", lang))
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--lang", choices=LANGUAGES, help=say("cli.lang", lang))

    new = commands.add_parser("new", parents=[common], help=say("cli.new", lang))
    new.add_argument("folder", type=Path, help=say("cli.folder", lang))
    new.add_argument("exports", type=Path, nargs="+", help=say("cli.exports", lang))
    new.add_argument("--brand", default="", help=say("cli.brand", lang))
    new.add_argument("--account", action="append", default=[], help=say("cli.account", lang))
    new.add_argument("--zone", help=say("cli.zone", lang))
    new.add_argument("--link", action="store_true", help=say("cli.link", lang))
    new.set_defaults(command=_new)

    check = commands.add_parser("check", parents=[common], help=say("cli.check", lang))
    check.add_argument("paths", type=Path, nargs="+", help=say("cli.paths", lang))
    check.add_argument("--log", action="store_true", help=say("cli.log", lang))
    check.set_defaults(command=_check)

    review = commands.add_parser("review", parents=[common], help=say("cli.review", lang))
    review.add_argument("folder", type=Path, help=say("cli.case", lang))
    review.add_argument("--out", type=Path, help=say("cli.out", lang))
    review.set_defaults(command=_review)
    return parser


def _new(options: argparse.Namespace) -> int:
    from crisislab.new import new_case

    lang = options.lang or default_language()
    made = new_case(
        options.folder,
        options.exports,
        brand=options.brand,
        accounts=options.account,
        zone=options.zone,
        lang=lang,
        link=options.link,
    )
    print(made.summary(lang))
    return 0


def _check(options: argparse.Namespace) -> int:
    from crisislab.check.exports import check_exports

    lang = options.lang or default_language()
    checked = check_exports(options.paths, log=options.log)
    print(checked.summary(lang))
    return int(checked.refused)


def _review(options: argparse.Namespace) -> int:
    from crisislab.case import open_case
    from crisislab.pipeline import review
    from crisislab.report.tables import verdicts_text

    _progress("cli.reading", options)
    case = open_case(options.folder)
    _progress("cli.measuring", options)
    result = review(case, lang=options.lang)
    _progress("cli.writing", options)
    path = result.write(options.out or options.folder / "review")
    print(verdicts_text(result))
    print()
    print(path.resolve())
    return 0


def _progress(key: str, options: argparse.Namespace) -> None:
    if sys.stderr.isatty():
        print(say(key, options.lang or default_language()), file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
