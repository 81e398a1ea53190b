"""``crisislab check``: what is in some files, ledger and findings."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from crisislab.cli.options import Json, Lang, helped, print_json, spoken, tell, told


def check(
    paths: Annotated[list[Path], typer.Argument(help=helped("paths"))],
    log: Annotated[bool, typer.Option("--log", help=helped("log"))] = False,
    lang: Lang = None,
    json_: Json = False,
) -> int:
    """Read the files, say what was found, and return 1 if a review would refuse."""
    from crisislab.check.exports import check_exports
    from crisislab.refusals import refusals

    words = spoken(lang)
    checked = check_exports(paths, log=log)
    further = [problem for case in checked.cases for problem in refusals(case)]
    checked = replace(checked, problems=(*further, *checked.problems))
    if json_:
        ledger = checked.ledger.to_dict("records")
        print_json({"ledger": ledger, "problems": [told(p, words) for p in checked.problems]})
    else:
        tell(checked.summary(words))
    return int(checked.refused)
